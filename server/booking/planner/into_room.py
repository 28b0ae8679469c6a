"""Into which rooms and devices a booking may go: those that its service needs. Reads only."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.claims import held_by
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.resources.rules import Unit
from server.clinic.resources.store import kinds


async def rooms_for(db: AsyncSession, card: BookingCard) -> list[Unit]:
    """The units of the kinds that the booking's service needs, without retired ones."""
    services = await clinics.services(db, card.clinic_id, hidden=True)
    needs = next((one.needs for one in services if one.id == card.service_id), ())
    found = await kinds(db, card.clinic_id) if needs else ()
    return [unit for kind in found if kind.id in needs for unit in kind.usable]


async def room_for(db: AsyncSession, card: BookingCard, unit_id: UUID | None) -> Unit | None:
    """The unit of this id, if the booking has a use for it."""
    return next((one for one in await rooms_for(db, card) if one.id == unit_id), None) if unit_id else None


async def stands_in(db: AsyncSession, card: BookingCard, unit_id: UUID) -> bool:
    """Whether the booking holds this unit now."""
    held = await held_by(db, card.appointment_id)
    return held is not None and unit_id in held.resources
