"""A thread as somebody of the clinic opens it: only whose it is to answer, and every look leaves a trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.access import Action, Viewer, may
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.led import own_clinic
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.letters import store
from server.letters.drafts import Desk
from server.letters.people import Team, reader_of, subject_of, team_of, treats
from server.letters.rules import Reader, Thread
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import viewer_of


@dataclass(frozen=True)
class Seat:
    """Who of the clinic looks, and what they need to know of it."""

    house: House
    viewer: Viewer
    clinic: Clinic
    team: Team
    now: datetime

    @property
    def staff_id(self) -> UUID:
        return self.reader.staff_id

    @property
    def today(self) -> date:
        return self.now.astimezone(self.clinic.zone).date()

    @property
    def reader(self) -> Reader:
        return reader_of(self.viewer, self.team.aways, self.today)


@dataclass(frozen=True)
class Opened:
    """A thread that its reader may read. `treats`: they have a care relation with its patient."""

    seat: Seat
    thread: Thread
    person: Person = field(repr=False)
    treats: bool

    @property
    def here(self) -> str:
        return f"/staff/letters/{self.thread.id}"

    @property
    def desk(self) -> Desk:
        return Desk(self.seat.clinic.id, self.person.id, self.seat.staff_id, self.thread.id)

    def note(self, db: AsyncSession, action: str, **detail: object) -> None:
        """One entry in the audit, in the unit of what it tells of."""
        said = {"thread": self.thread.id.hex, **detail}
        who = ("staff", self.seat.staff_id)
        note(db, Entry(self.seat.clinic.id, action, "patient", self.person.id, *who, said), self.seat.now)


async def seat_of(request: Request) -> Seat:
    """Who looks, at their own clinic."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    return Seat(house, viewer, clinic, await house.db.read(lambda db: team_of(db, clinic.id)), house.clock())


async def open_thread(request: Request) -> Opened:
    """The thread of this address. Raises NotFound for whom it is not; that they tried is noted."""
    seat = await seat_of(request)
    house, thread_id = seat.house, request.path_params["thread"]
    thread = await house.db.read(lambda db: store.thread_of(db, seat.clinic.id, thread_id))
    if thread is None:
        raise NotFound()
    person = (await patients.people(house.db, house.keys, seat.clinic.id, [thread.patient_id])).get(thread.patient_id)
    if person is None:
        raise NotFound()
    opened = Opened(seat, thread, person, await treats(house, seat.viewer, thread))
    if not may(seat.viewer, Action.LETTERS, subject_of(thread, seat.reader, treats=opened.treats)):

        async def refuse(db: AsyncSession) -> None:
            opened.note(db, "letter.refused")

        await house.db.unit(refuse)
        raise NotFound()
    return opened


def heirs(opened: Opened) -> Mapping[UUID, str]:
    """To whom a thread can be handed: the other therapists of the clinic."""
    return {one.id: one.name for one in opened.seat.team.therapists if one.id != opened.thread.addressee}
