"""Opening a patient's record: for who treats them, and every look leaves a trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.access import Action, Viewer, may
from server.accounts.team import store as team
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.led import own_clinic
from server.booking.people.known import asked_for
from server.booking.people.relating import cared_for, known_between, relation
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.patients.care.rules import Known, Why
from server.patients.rules import Person
from server.routing import viewer_of


@dataclass(frozen=True)
class Opened:
    """A record that its reader may read, and by what."""

    house: House
    viewer: Viewer
    clinic: Clinic
    person: Person = field(repr=False)
    known: Known
    by: Why | None
    now: datetime

    @property
    def staff_id(self) -> UUID:
        assert self.viewer.staff_id is not None, "the gate lets staff alone through"
        return self.viewer.staff_id

    @property
    def base(self) -> str:
        return f"/staff/patients/{self.person.id}"

    def entry(self, action: str, **detail: object) -> Entry:
        return Entry(self.clinic.id, action, "patient", self.person.id, "staff", self.staff_id, detail)

    async def trace(self, action: str, **detail: object) -> None:
        """One entry for one page view."""
        entry = self.entry(action, **detail)

        async def work(db: AsyncSession) -> None:
            note(db, entry, self.now)

        await self.house.db.unit(work)

    async def names(self) -> Mapping[UUID, str]:
        """Who works at the clinic, by id."""
        found = await self.house.db.read(lambda db: team.team(db, self.clinic.id))
        return {one.id: one.name for one in found}


async def open_record(request: Request, action: Action = Action.RECORD) -> Opened:
    """The record of this address. Raises NotFound for who does not treat the patient; that they tried is noted."""
    _, patient_id = await asked_for(request, await own_clinic(house_of(request), viewer_of(request)))
    return await open_record_of(request, patient_id, action)


async def open_record_of(request: Request, patient_id: UUID, action: Action = Action.RECORD) -> Opened:
    """The record of this patient. Raises NotFound likewise."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = await own_clinic(house, viewer), house.clock()
    person = (await patients.people(house.db, house.keys, clinic.id, [patient_id])).get(patient_id)
    if person is None:  # of another clinic perhaps, whose ids have no place in this one's audit
        raise NotFound()
    known = await known_between(house, viewer, clinic.id, patient_id)
    by = relation(house, viewer, known)
    opened = Opened(house, viewer, clinic, person, known, by, now)
    if not may(viewer, action, cared_for(clinic.id, viewer, by)):
        await opened.trace("record.refused")
        raise NotFound()
    request.state.glass_until = known.glass_until if by is Why.GLASS else None  # its page says so at the top
    return opened
