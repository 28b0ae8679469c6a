"""The board: the courses of whom a therapist treats, and what is to be done in each now.

What a course is at is found by the engine, on the entries of its open sessions: as many statements for two hundred
courses as for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Subject, Viewer, may
from server.audit.store import note
from server.booking.led import own_clinic
from server.booking.people.relating import treated_by
from server.clinic.requests import entry_of
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.measures.store import last_finished
from server.patients import store as patients
from server.programmes.around import StopRule
from server.programmes.because import met_by_steps
from server.programmes.board import store
from server.programmes.board.rules import At, Place, place
from server.programmes.board.store import Near
from server.programmes.changes import changed, planned
from server.programmes.course import Programme, history, midnight
from server.programmes.exports.pending import Pending, pending
from server.programmes.measured import with_measures
from server.programmes.outside.rules import Lapse, Lasts
from server.programmes.outside.store import lapsing, lasting
from server.programmes.topics import awaiting
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/courses"
NEEDS = (At.OBSERVED, At.OVERDUE, At.HELD)
Finished = Mapping[UUID, Sequence[tuple[str, datetime]]]


@dataclass(frozen=True)
class Line:
    """One course on the board. `awaits`: no clinician confirmed the version that it follows; `again`: stop
    rules that are met, as far as no answer has to be opened for it; `to_book`: meetings that nobody has booked.
    """

    course_id: UUID
    patient_id: UUID
    programme: str
    awaits: bool
    place: Place
    name: str = field(repr=False)
    again: Sequence[StopRule] = ()
    to_book: Sequence[str] = ()

    @property
    def href(self) -> str:
        return f"/staff/patients/{self.patient_id}/courses/{self.course_id}"


@dataclass(frozen=True)
class BoardPage:
    """programmes/board.html: `groups`: what courses are at -> those that are; `needs`: how many want somebody now;
    `awaits`: the programmes of them of which no clinician confirmed the version in use; `pending`: files of sessions
    that somebody has to send; `lapses`: what programmes rest on and ends soon.
    """

    groups: Mapping[At, Sequence[Line]] = field(repr=False)
    count: int
    needs: int
    awaits: Sequence[str]
    pending: Sequence[Pending] = field(repr=False)
    lapses: Sequence[Lapse]


async def board_page(request: Request) -> Response:
    """`GET /staff/courses`. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = await own_clinic(house, viewer), house.clock()
    if not may(viewer, Action.PROGRAMMES, Subject(clinic_id=clinic.id)):
        raise NotFound()
    found = await board_of(house, clinic, viewer, now)
    seen = entry_of(viewer, "courses.seen", "clinic", clinic.id, {"courses": len(found)})

    async def work(db: AsyncSession) -> None:
        note(db, seen, now)

    await house.db.unit(work)
    groups = {at: [line for line in found if line.place.at is at] for at in At}
    needs = sum(len(groups[at]) for at in NEEDS)
    awaits = sorted({line.programme for line in found if line.awaits})
    ends = await house.db.read(lambda db: lapsing(db, clinic.id, clinic.zone, now))
    context = BoardPage(groups, len(found), needs, awaits, await pending(house, clinic, viewer, now), ends)
    return render(request, "programmes/board.html", context)


async def board_of(house: House, clinic: Clinic, viewer: Viewer, now: datetime) -> list[Line]:
    """Every course that goes on, of whom the viewer treats; by what it is at, then by name."""

    async def work(db: AsyncSession) -> tuple[list[Near], Finished, frozenset[str], Mapping[str, Lasts]]:
        whom = await treated_by(db, viewer, clinic.id, now)
        today, tomorrow = midnight(clinic.zone, now), midnight(clinic.zone, now, 1)
        near = await store.going(db, clinic.id, whom, today, tomorrow)
        finished = await last_finished(db, [one.patient_id for one in near])
        pinned = {one.pinned.digest: one.pinned for one in near}.values()
        lasts = await lasting(db, clinic.id, clinic.zone, [one.definition for one in pinned])
        return near, finished, await awaiting(db, clinic.id, pinned), lasts

    near, finished, unsure, lasts = await house.db.read(work)
    names = await patients.names(house.db, house.keys, clinic.id, {one.patient_id for one in near})
    lines = [
        Line(
            one.course_id,
            one.patient_id,
            one.pinned.definition.name,
            one.pinned.digest in unsure,
            placed(one, clinic.zone, finished.get(one.patient_id, ()), now, lasts),
            names[one.patient_id],
            met_by_steps(one.pinned.definition, one.stops),
            sorted({one.pinned.definition.by_id[step].name for step in one.to_book}),
        )
        for one in near
        if one.patient_id in names
    ]
    order = list(At)
    return sorted(lines, key=lambda line: (order.index(line.place.at), line.place.since or now, line.name))


def placed(
    one: Near, zone: ZoneInfo, finished: Sequence[tuple[str, datetime]], now: datetime, lasts: Mapping[str, Lasts]
) -> Place:
    """What one course is at; `lasts`: programme -> until when what it rests on holds. Pure."""
    definition = one.pinned.definition
    course = Programme(definition, zone, one.began_at, lasts=lasts.get(definition.id, {}))
    programme = changed(course, one.changes)
    done = history(definition, one.entries, one.overrides, one.closed)
    programme = planned(programme, list(done.begun.values()), max(done.begun, default=one.closed), one.starts, now)
    return place(programme, with_measures(programme, done, finished), now)


routes: list[GuardedRoute] = [page(PATH, board_page, Action.PROGRAMMES, name="course_board")]
