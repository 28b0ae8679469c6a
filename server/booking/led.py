"""Which bookings a member of staff leads, and the trace they leave when they look."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.access import Action, Role, Subject, Viewer, may
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import store
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House, house_of
from server.routing import viewer_of


async def own_clinic(house: House, viewer: Viewer) -> Clinic:
    """The clinic of somebody signed in."""
    assert viewer.clinic_id is not None
    clinic_id = viewer.clinic_id
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, clinic_id))
    if clinic is None:
        raise NotFound()
    return clinic


async def led_booking(request: Request) -> tuple[BookingCard, Clinic]:
    """The booking of this address for who may see it. Raises NotFound; that somebody tried another's is noted."""
    return await led_named(request, request.path_params["public_id"])


async def led_named(request: Request, public_id: str) -> tuple[BookingCard, Clinic]:
    """The same of a booking that a form names. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    card = await house.db.read(lambda db: store.booking_for_visit(db, public_id))
    if card is None:
        raise NotFound()
    if not may(viewer, Action.BOOKINGS, subject_of(card)):
        assert viewer.clinic_id is not None
        asked = card.id if viewer.clinic_id == card.clinic_id else None  # a chain names nothing of another clinic
        await _leave_trace(house, viewer, viewer.clinic_id, "booking.refused", asked, {})
        raise NotFound()
    return card, await own_clinic(house, viewer)


def subject_of(card: BookingCard) -> Subject:
    return Subject(clinic_id=card.clinic_id, therapist_id=card.therapist_id, booking_id=card.id)


def led_by(viewer: Viewer) -> UUID | None:
    """Whose bookings the viewer sees: their own, or with None the whole clinic's."""
    return None if viewer.has(Role.ADMIN, Role.FRONT_DESK) else viewer.staff_id


def by_of(viewer: Viewer) -> By:
    return By("staff", viewer.staff_id)


def unbound(clinic: Clinic) -> Clinic:
    """The clinic as staff book in it: without the notice that is asked of patients."""
    return replace(clinic, policy=replace(clinic.policy, notice=timedelta()))


async def noted(
    house: House, viewer: Viewer, clinic: Clinic, action: str, subject: UUID | None, detail: Mapping[str, object]
) -> None:
    """One entry for one page view."""
    await _leave_trace(house, viewer, clinic.id, action, subject, detail)


async def _leave_trace(
    house: House, viewer: Viewer, clinic_id: UUID, action: str, subject: UUID | None, detail: Mapping[str, object]
) -> None:
    entry = Entry(clinic_id, action, "booking", subject, "staff", viewer.staff_id, detail)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)
