"""What the pages of calm ask of a request: whose clinic it is about, and whose own space is open here."""

from uuid import UUID

from starlette.requests import Request

from server.access import Action, Subject, may
from server.clinic import store as clinics
from server.clinic.confirming.store import confirmed
from server.clinic.rules import Clinic
from server.errors import NotFound, SignInNeeded
from server.house import house_of
from server.patients.space.door import Open, open_space
from server.routing import viewer_of


async def clinic_here(request: Request) -> Clinic:
    """The clinic that the address names. Raises NotFound."""
    slug = request.path_params["clinic"]
    clinic = await house_of(request).db.read(lambda db: clinics.find_clinic(db, slug))
    if clinic is None:
        raise NotFound()
    return clinic


def calm_of(clinic: Clinic) -> str:
    """Where the exercises of a clinic stand."""
    return f"/c/{clinic.slug}/calm"


async def own_here(request: Request, clinic_id: UUID) -> Open | None:
    """The space that is open here, where it is a patient's own at this clinic."""
    space = await open_space(house_of(request), request)
    return space if space and space.clinic_id == clinic_id and space.own in space.whole else None


async def mine(request: Request) -> tuple[UUID, UUID]:
    """Clinic and patient of the space that is open here. Raises SignInNeeded where it is nobody's own yet."""
    space = await open_space(house_of(request), request)
    if space is None or space.own is None:
        raise SignInNeeded()
    if not may(viewer_of(request), Action.MINE, Subject(space.clinic_id, patient_id=space.own)):
        raise SignInNeeded()
    return space.clinic_id, space.own


async def awaits(request: Request, clinic: Clinic, topic: str, version: str) -> bool:
    """Whether to tell who looks that a clinician is still to confirm it: it is for staff alone."""
    if not viewer_of(request).is_staff:
        return False
    return not await house_of(request).db.read(lambda db: confirmed(db, clinic.id, topic, version))
