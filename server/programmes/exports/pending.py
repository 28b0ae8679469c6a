"""The files that somebody has to send, of whom a therapist treats; the nearest day first."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.booking.people.relating import treated_by
from server.clinic.rules import Clinic
from server.house import House
from server.patients import store as patients
from server.programmes.exports import store
from server.programmes.exports.rules import Countdown, countdown
from server.programmes.exports.store import ToSend


@dataclass(frozen=True)
class Pending:
    """One line of the board."""

    what: ToSend
    countdown: Countdown
    name: str = field(repr=False)

    @property
    def href(self) -> str:
        one = self.what
        return f"/staff/patients/{one.patient_id}/courses/{one.course_id}/exports/{one.export.id}/{one.session}"


async def pending(house: House, clinic: Clinic, viewer: Viewer, now: datetime) -> list[Pending]:
    async def work(db: AsyncSession) -> list[ToSend]:
        return await store.to_send(db, clinic.id, await treated_by(db, viewer, clinic.id, now))

    found = await house.db.read(work)
    if not found:
        return []
    names = await patients.names(house.db, house.keys, clinic.id, {one.patient_id for one in found})
    counted = [(one, countdown(one.export, one.began, clinic.zone, now)) for one in found if one.patient_id in names]
    return [Pending(one, left, names[one.patient_id]) for one, left in counted if left]
