"""Whose answer it is, and who meets them: the therapist of its booking, or who began the course that asks it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import team
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.measures import store as measures
from server.programmes import store as programmes


@dataclass(frozen=True)
class About:
    """What an alert is about. `card`: the booking, where the measure was asked with one; `therapist_id`: None where
    nobody who works there is known to meet them.
    """

    clinic_id: UUID
    measure: measures.Row
    card: BookingCard | None
    therapist_id: UUID | None
    therapist: str

    @property
    def patient_id(self) -> UUID:
        return self.measure.patient_id

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
        return About(clinic_id, row, card, card.therapist_id, card.therapist_name) if card else None
    course = await programmes.course_of(db, clinic_id, row.asked_for) if row.asked_for else None
    people = {one.id: one for one in await team(db, clinic_id)}
    lead = people.get(course.by_id) if course else None
    here = lead if lead and not lead.disabled else None
    return About(clinic_id, row, None, here.id if here else None, here.name if here else "")
