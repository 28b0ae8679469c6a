"""What is kept beside a course and stands on its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.programmes import beside
from server.programmes.after import store as after
from server.programmes.after.rules import Meeting
from server.programmes.beside import Going
from server.programmes.catalogue import family_of
from server.programmes.days.standing import ahead
from server.programmes.exports import store as files
from server.programmes.exports.store import Sent
from server.programmes.keeping import Opened
from server.programmes.observing.unkept import store as unkept
from server.programmes.observing.unkept.rules import Unkept
from server.programmes.passing.rules import Passers
from server.programmes.passing.store import passers_of
from server.programmes.store import Pinned, Row
from server.programmes.times.topics import is_sure
from server.programmes.topics import is_confirmed
from server.record.opening import Opened as Record


@dataclass(frozen=True)
class Surroundings:
    """What is kept beside a course, as CoursePage has it. `sure`: a clinician confirmed its version,
    `timed`: and the times around it.
    """

    sure: bool
    timed: bool
    meetings: Sequence[Meeting]
    untold: Sequence[int]
    service: UUID | None
    sent: Mapping[tuple[str, int], Sent]
    twice: Going | None
    passers: Passers
    standing: Sequence[BookingCard] = field(repr=False)
    unkept: Sequence[Unkept] = field(repr=False)


async def surroundings(db: AsyncSession, record: Record, found: Opened, key: Keyring) -> Surroundings:
    """In one reading. `key`: of the patient."""
    row, pinned = found.standing.loaded.row, found.standing.loaded.pinned
    definition, clinic_id = pinned.definition, record.clinic.id
    return Surroundings(
        sure=await is_confirmed(db, clinic_id, definition, pinned.digest),
        timed=await is_sure(db, clinic_id),
        meetings=await after.meetings_of(db, definition, row),
        untold=await after.untold(db, row.id),
        service=(await after.terms(db, clinic_id, definition.id)).service_id,
        sent=await files.sent(db, row.id),
        twice=_twice(await beside.every(db, clinic_id, record.person.id), row.id),
        passers=await passers_of(db, clinic_id, family_of(definition)),
        standing=await ahead(db, found.standing, record.now),
        unkept=await unkept.of_course(db, key, row),
    )


def _twice(every: Sequence[tuple[Row, Pinned]], course_id: UUID) -> Going | None:
    """The other course of the same family that goes on beside this one."""
    other = beside.beside(every).get(course_id)
    return next(((row.id, pinned.definition.name) for row, pinned in every if row.id == other), None)
