"""The board: the courses of whom a therapist treats, and what is to be done in each now.

What a course is at is found by the engine, on the entries of its open sessions: as many statements for two hundred
courses as for one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

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
from server.patients import store as patients
from server.programmes.around import StopRule
from server.programmes.because import met_by_steps
from server.programmes.beside import twice
from server.programmes.board.found import as_it_is, found_in, late_in
from server.programmes.board.rules import At, Place, place
from server.programmes.board.store import Near
from server.programmes.course import History, Programme
from server.programmes.definition import Definition
from server.programmes.exports.pending import Pending, pending
from server.programmes.outside.rules import Lapse
from server.programmes.outside.store import lapsing
from server.programmes.topics import awaiting
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/courses"
Standings = Mapping[UUID, tuple[Programme, History]]
Late = Mapping[UUID, tuple[StopRule, ...]]
NEEDS = (At.UNREAD, At.OBSERVED, At.OVERDUE, At.HELD)


@dataclass(frozen=True)
class Line:
    """One course on the board. `awaits`: no clinician confirmed the version that it follows; `again`: stop
    rules that are met, as far as no answer has to be opened for it; `to_book`: meetings that nobody has booked;
    `twice`: another of the same programme goes on beside it.
    """

    course_id: UUID
    patient_id: UUID
    programme: str
    awaits: bool
    place: Place
    name: str = field(repr=False)
    again: Sequence[StopRule] = ()
    to_book: Sequence[str] = ()
    twice: bool = False

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
    return render(request, "programmes/board.html", await shown_board(house, clinic, viewer, now))


async def shown_board(house: House, clinic: Clinic, viewer: Viewer, now: datetime) -> BoardPage:
    """All that the page says; that somebody saw it is noted."""
    found = await board_of(house, clinic, viewer, now)
    seen = entry_of(viewer, "courses.seen", "clinic", clinic.id, {"courses": len(found)})

    async def work(db: AsyncSession) -> None:
        note(db, seen, now)

    await house.db.unit(work)
    groups = {at: [line for line in found if line.place.at is at] for at in At}
    needs = sum(line.twice or line.place.at in NEEDS for line in found)
    awaits = sorted({line.programme for line in found if line.awaits and line.place.at is not At.UNREAD})
    ends = await house.db.read(lambda db: lapsing(db, clinic.id, clinic.zone, now))
    return BoardPage(groups, len(found), needs, awaits, await pending(house, clinic, viewer, now), ends)


async def board_of(house: House, clinic: Clinic, viewer: Viewer, now: datetime) -> list[Line]:
    """Every course that goes on, of whom the viewer treats; by what it is at, then by name."""

    async def work(db: AsyncSession) -> tuple[Sequence[Near], Standings, Late, frozenset[str]]:
        found = await found_in(db, clinic, await treated_by(db, viewer, clinic.id, now), now)
        pinned = {one.pinned.digest: one.pinned for one in found.near}
        standings = {one.course_id: as_it_is(one, found, clinic.zone, now) for one in found.near}
        late = await late_in(db, clinic, standings, now)
        return found.near, standings, late, await awaiting(db, clinic.id, pinned.values())

    near, standings, late, unsure = await house.db.read(work)
    names = await patients.names(house.db, house.keys, clinic.id, {one.patient_id for one in near})
    double = _twice(near)
    lines = [
        Line(
            one.course_id,
            one.patient_id,
            one.pinned.definition.name,
            one.pinned.digest in unsure,
            place(*standings[one.course_id], now),
            names[one.patient_id],
            (*met_by_steps(one.pinned.definition, one.stops), *late.get(one.course_id, ())),
            sorted({one.pinned.definition.by_id[step].name for step in one.to_book}),
            one.course_id in double,
        )
        for one in near
        if one.patient_id in names
    ]
    order = list(At)
    return sorted(lines, key=lambda line: (order.index(line.place.at), line.place.since or now, line.name))


def _twice(near: Sequence[Near]) -> frozenset[UUID]:
    """The courses beside which another of the same programme goes on."""
    several = defaultdict[UUID, list[tuple[UUID, Definition]]](list)
    for one in near:
        if one.several:
            several[one.patient_id].append((one.course_id, one.pinned.definition))
    return frozenset(course for courses in several.values() for course in twice(courses))


routes: list[GuardedRoute] = [page(PATH, board_page, Action.PROGRAMMES, name="course_board")]
