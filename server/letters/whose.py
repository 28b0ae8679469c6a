"""Whose letters a page of a space is about, and whose words stand in its box."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from starlette.requests import Request

from server.access import Action, Subject, may
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound, SignInNeeded
from server.house import House, house_of
from server.letters import store
from server.letters.drafts import Desk
from server.letters.rules import By, Thread
from server.patients.space.door import Open, own_space, patient_asked
from server.routing import viewer_of


@dataclass(frozen=True)
class Whose:
    """Whose letters a page is about, as this space holds them. `writer`: whom the space is of."""

    house: House
    clinic: Clinic
    patient_id: UUID
    own: bool
    writer: UUID

    @property
    def by(self) -> tuple[By, UUID | None]:
        return (By.PATIENT, None) if self.own else (By.HELPER, self.writer)

    @property
    def asked(self) -> str:
        """What an address says of whom it is about."""
        return "" if self.own else f"?of={self.patient_id}"

    @property
    def today(self) -> date:
        return self.house.clock().astimezone(self.clinic.zone).date()

    def desk(self, thread_id: UUID | None = None) -> Desk:
        return Desk(self.clinic.id, self.patient_id, self.writer, thread_id)


async def whose_asked(request: Request) -> Whose:
    """Whose letters are asked for. Raises SignInNeeded, and NotFound for whom this space does not show whole."""
    space, patient_id = await patient_asked(request)
    return await _in(request, space, patient_id)


async def thread_asked(request: Request) -> tuple[Whose, Thread]:
    """A thread of a patient whom this space shows whole. Raises SignInNeeded, NotFound."""
    house, space = house_of(request), await own_space(request)
    thread_id: UUID = request.path_params["thread"]
    thread = await house.db.read(lambda db: store.thread_of(db, space.clinic_id, thread_id))
    mine = Subject(space.clinic_id, patient_id=thread.patient_id) if thread else Subject()
    if thread is None or not may(viewer_of(request), Action.MINE, mine):
        raise NotFound()
    return await _in(request, space, thread.patient_id), thread


async def _in(request: Request, space: Open, patient_id: UUID) -> Whose:
    house = house_of(request)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None:
        raise SignInNeeded()
    acts = next((one.helper_id for one in space.members if one.patient_id == patient_id and one.helper_id), None)
    return Whose(house, clinic, patient_id, patient_id == space.own, acts or patient_id)


def looks(request: Request) -> bool:
    """Whether somebody has the page before their eyes: a browser that only fetches it ahead has not."""
    ahead = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    return request.method == "GET" and "prefetch" not in ahead
