"""Whose answer it is, and who meets them: the therapist of its booking; of what a course asks who began it, of what is
asked every week whom they met last and meet next, and the therapist of every booking by whose page it was answered,
since that page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import team
from server.booking import store as booking
from server.booking.cards import bookings_of
from server.booking.rules import BookingCard
from server.measures import store as measures
from server.measures.alone import store as alone
from server.programmes import store as programmes


@dataclass(frozen=True)
class Meets:
    """A therapist."""

    id: UUID
    name: str


@dataclass(frozen=True)
class About:
    """What an alert is about. `card`: the booking, where the measure was asked with one; `through`: those by whose page
    it was answered though none asked; `met_by`: empty where nobody who works there is known to meet them.
    """

    clinic_id: UUID
    measure: measures.Row
    card: BookingCard | None
    met_by: Sequence[Meets]
    through: Sequence[BookingCard] = ()

    @property
    def patient_id(self) -> UUID:
        return self.measure.patient_id

    @property
    def therapists(self) -> list[UUID]:
        return [one.id for one in self.met_by]

    @property
    def therapist(self) -> str:
        """The name of the first of them, or ''."""
        return self.met_by[0].name if self.met_by else ""

    @property
    def visit(self) -> BookingCard | None:
        """The booking on whose page it is looked at: none where whom they met by it works there no more."""
        return self.card if self.met_by else None

    @property
    def subject(self) -> tuple[str, UUID]:
        """As the audit names it."""
        return ("booking", self.card.id) if self.card else ("patient", self.patient_id)


async def about(db: AsyncSession, clinic_id: UUID, row: measures.Row | None) -> About | None:
    """The measure, and who meets its patient; None when it is gone, or its booking is."""
    if row is None or (row.booking_id is None and row.asked_for is None):
        return None
    if row.booking_id:
        card = await booking.booking_for_visit(db, row.booking_id)
        return await _asked_with(db, clinic_id, row, card) if card else None
    course = await programmes.course_of(db, clinic_id, row.asked_for) if row.asked_for else None
    known = [await booking.booking_for_visit(db, one) for one in await alone.answered_through(db, row.id)]
    through = [card for card in known if card]
    here = {one.id: one.name for one in await team(db, clinic_id) if not one.disabled}
    around = await _around(db, clinic_id, row) if row.week else []
    ids = dict.fromkeys([*([course.by_id] if course else []), *(card.therapist_id for card in [*around, *through])])
    return About(clinic_id, row, None, [Meets(one, here[one]) for one in ids if one in here], through)


async def _around(db: AsyncSession, clinic_id: UUID, row: measures.Row) -> list[BookingCard]:
    """Their last visit before it was asked, and the next one after."""
    cards = [one for one in await bookings_of(db, clinic_id, row.patient_id, None) if one.cancelled_at is None]
    before = [one for one in cards if one.starts_at <= row.asked_at]
    return [*before[-1:], *cards[len(before) : len(before) + 1]]


async def _asked_with(db: AsyncSession, clinic_id: UUID, row: measures.Row, card: BookingCard) -> About:
    here = {one.id for one in await team(db, clinic_id) if not one.disabled}
    meets = [Meets(card.therapist_id, card.therapist_name)] if card.therapist_id in here else []
    return About(clinic_id, row, card, meets)
