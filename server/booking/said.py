"""What somebody says with a booking or its end, sealed with the patient's own key before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import meeting as meetings
from server.booking import store
from server.booking.intake import store as intake
from server.booking.intake.sealed import seal_answers
from server.booking.orders import Acting, Given, Order
from server.booking.rules import BookingCard
from server.booking.store import Late
from server.clinic import store as clinics
from server.crypto import Keyring, Place, seal, unseal
from server.house import House
from server.patients import store as patients
from server.patients.acting import store as acting


@dataclass(frozen=True)
class Words:
    """What somebody says when they book, sealed; with who books for them."""

    reason: bytes | None = field(repr=False)
    meeting: bytes | None = field(repr=False)
    answers: intake.Kept | None = None
    helped: "Helped | None" = None


@dataclass(frozen=True)
class Helped:
    """Who books for somebody who is new, and what they said about them, sealed."""

    helper: acting.Row
    arranged: Sequence[dict[str, Any]]

    async def begin(self, db: AsyncSession, clinic_id: UUID) -> None:
        """Write it, in the unit that writes the patient."""
        await acting.begin(db, clinic_id, self.helper, self.arranged)
        await clinics.note_acting(db, clinic_id)


async def sealed(
    house: House, order: Order, booking_id: UUID, now: datetime
) -> tuple[UUID, patients.Row | None, Words]:
    """The patient's id and row (None for one we know) and what they say, sealed with the patient's own key."""
    clinic = order.clinic
    ring = await house.keys.clinic(clinic.id)
    if order.known_patient:
        row = None
        owner = order.person.id
        key = await house.keys.patient(clinic.id, owner)
    else:
        key = await house.keys.new_patient(clinic.id, now)
        owner = key.owner
        row = patients.sealed(ring, key, replace(order.person, id=owner), now)
    reason = seal(key, order.reason, reason_place(clinic.id, owner, booking_id)) if order.reason else None
    meeting = meetings.sealed(key, clinic.id, owner, booking_id, order.meeting)
    answered = _answered(key, clinic.id, order.given) if order.given else None
    helping = helped(key, ring, owner, order.acting, now) if order.acting else None
    return owner, row, Words(reason, meeting, answered, helping)


def helped(key: Keyring, clinic: Keyring, owner: UUID, by: Acting, now: datetime) -> Helped:
    """Who books for this patient, ready to be written."""
    helper = acting.helper_row(key, clinic, owner, by.helper, None, now)
    return Helped(helper, acting.arrangement_rows(key, clinic.owner, owner, by.arranged, None, now))


def _answered(key: Keyring, clinic_id: UUID, given: Given) -> intake.Kept:
    row_id = uuid4()
    return intake.Kept(row_id, given.form_id, seal_answers(key, clinic_id, row_id, given.answers), given.done)


def reason_place(clinic_id: UUID, patient_id: UUID, booking_id: UUID) -> Place:
    """Where a sealed reason lives."""
    return Place(clinic_id, patient_id, "bookings", booking_id, "reason")


async def late(house: House, card: BookingCard, reason: str) -> Late:
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    return Late(seal(key, reason, late_place(card.clinic_id, card.patient_id, card.id)))


def late_place(clinic_id: UUID, patient_id: UUID, booking_id: UUID) -> Place:
    """Where it lives why somebody cancelled late."""
    return Place(clinic_id, patient_id, "cancellations", booking_id, "reason")


async def reasons_of(
    house: House, clinic_id: UUID, patient_id: UUID, cards: Sequence[BookingCard]
) -> dict[UUID, str]:  # fmt: skip
    """Booking -> why its patient comes, of those where they said it. Raises SealBroken."""
    sealed = await house.db.read(lambda db: store.reasons_of(db, [card.id for card in cards]))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if sealed else None
    if key is None:
        return {}
    return {one: unseal(key, blob, reason_place(clinic_id, patient_id, one)) for one, blob in sealed.items()}
