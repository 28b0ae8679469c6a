"""What a change of the booking sets in motion here: the room hears of it at once, and not at its next question."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic import store as clinic
from server.clinic.rules import Policy
from server.house import House
from server.outbox import Job
from server.visit import store
from server.visit.rules import Part, State, VisitFacts, state_of

Found = tuple[BookingCard, Policy, VisitFacts, UUID | None]


async def booking_changed(house: House, job: Job) -> None:
    """After a cancelling or a move: end the room, or send out who came for another time. Again does no harm."""
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["booking"])))
    if found is None:
        return
    card, policy, visit, peer = found
    state = state_of(card, visit, policy, house.clock())
    if state is State.CANCELLED:
        await house.tell(visit.id.hex, "ended", "")
    elif state is State.BOOKED and peer is not None:
        await house.tell(visit.id.hex, "removed", peer.hex)


async def _load(db: AsyncSession, booking_id: UUID) -> Found | None:
    card = await booking.booking_for_visit(db, booking_id)
    practice = await clinic.clinic_of(db, card.clinic_id) if card else None
    visit = await store.visit_of(db, booking_id)
    if card is None or practice is None or visit is None:
        return None
    return card, practice.policy, visit, await store.peer_of(db, visit.id, Part.PATIENT)


async def has_come(db: AsyncSession, card: BookingCard) -> bool:
    """Whether the patient came in for the start that the booking has now."""
    visit = await store.visit_of(db, card.id)
    return visit is not None and visit.arrived_for == card.starts_at


JOBS = dict.fromkeys(("booking.cancelled", "booking.moved"), booking_changed)
