"""What the staff calendar reads: four statements whatever the number of therapists, days and bookings; for a day three
more, of rooms and devices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_between
from server.booking.planner.kept import Hindrance, kept_between
from server.booking.planner.resources import resources_of
from server.booking.planner.rules import Across, Asked, Column, Show, days_of, midnight, tone_of
from server.booking.rules import BookingCard
from server.booking.tables import Appointment, Claim
from server.clinic.changing import Changes, changes_between
from server.clinic.practice import Practice, practice_of
from server.clinic.rules import TherapistCard
from server.plain import rows

_CLAIMED = (
    select(Claim.appointment_id, Claim.resource_id)
    .join(Appointment, Appointment.id == Claim.appointment_id)
    .where(Claim.clinic_id == bindparam("clinic_id", type_=Uuid()))
    .where(Appointment.starts_at >= bindparam("since"), Appointment.starts_at < bindparam("until"))
)


@dataclass(frozen=True)
class Sheet:
    """A clinic's bookings of some days. `therapists`: those whose bookings the viewer may see, `shown` those asked for;
    `resources`: what else bookings can stand under, `claimed` which of them each appointment holds, and `kept` what
    nobody has booked and nobody can take.
    """

    asked: Asked
    practice: Practice
    therapists: Sequence[TherapistCard]
    shown: Sequence[TherapistCard]
    cards: Sequence[BookingCard] = field(repr=False)
    changes: Changes
    resources: Sequence[Column] = ()
    claimed: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    kept: Sequence[Hindrance] = ()

    @property
    def columns(self) -> list[Column]:
        """What stands side by side on a day."""
        if self.asked.across is Across.RESOURCES:
            return list(self.resources)
        order = {card.staff_id: place for place, card in enumerate(self.practice.therapists)}
        return [Column(str(card.staff_id), card.name, tone_of(order[card.staff_id])) for card in self.shown]


async def load(db: AsyncSession, clinic_id: UUID, asked: Asked, led_by: UUID | None, now: datetime) -> Sheet | None:
    """The sheet for a viewer: of the whole clinic, or of the therapist `led_by` alone. None when there is no clinic."""
    practice = await practice_of(db, clinic_id)
    if practice is None:
        return None
    zone = practice.clinic.zone
    since, until = (midnight(day, zone) for day in days_of(asked.show, asked.day))
    therapists = [card for card in practice.therapists if led_by in (None, card.staff_id)]
    chosen = next((card for card in therapists if card.slug == asked.only), None)
    cards = await bookings_between(db, clinic_id, chosen.staff_id if chosen else led_by, since, until)
    standing = [card for card in cards if card.cancelled_at is None]
    resources = await resources_of(db, clinic_id) if asked.show is Show.DAY else ()
    return Sheet(
        asked=asked,
        practice=practice,
        therapists=therapists,
        shown=[chosen] if chosen else _at_work(therapists, standing),
        cards=standing,
        changes=await changes_between(db, practice.clinic, since, until),
        resources=resources,
        kept=await kept_between(db, clinic_id, since, until, now),
        claimed=await _claimed(db, clinic_id, since, until) if asked.across is Across.RESOURCES else {},
    )


def _at_work(therapists: Iterable[TherapistCard], cards: Sequence[BookingCard]) -> list[TherapistCard]:
    """Without those who are hidden, as long as nobody is booked with them."""
    booked = {card.therapist_id for card in cards}
    return [card for card in therapists if not card.hidden or card.staff_id in booked]


async def _claimed(db: AsyncSession, clinic_id: UUID, since: datetime, until: datetime) -> dict[UUID, frozenset[UUID]]:
    known = {"clinic_id": clinic_id, "since": since, "until": until}
    found: dict[UUID, set[UUID]] = {}
    for appointment_id, resource_id in await rows(db, _CLAIMED, known):
        found.setdefault(appointment_id, set()).add(resource_id)
    return {appointment_id: frozenset(held) for appointment_id, held in found.items()}
