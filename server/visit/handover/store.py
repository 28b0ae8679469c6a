"""Queries of hand-overs and declines; values in, values out."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Uuid, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.rules import BookingCard
from server.clinic.practice import practice_of
from server.visit.handover.rules import Colleague, likeliest_first
from server.visit.handover.tables import VisitDecline, VisitHandover
from server.visit.presence.rules import presence
from server.visit.presence.store import signs_of

# Therapists belong to the clinic feature: joined by name, as foreign keys are.
_therapist = table("therapists", column("staff_id", Uuid()), column("name", String()))


@dataclass(frozen=True)
class SealedWords:
    """The newest row with words to the patient; `name` is who led before."""

    id: UUID
    at: datetime
    name: str
    blob: bytes | None = field(repr=False)


async def colleagues(db: AsyncSession, card: BookingCard, now: datetime) -> list[Colleague]:
    """Who of the clinic offers this service too, likeliest first."""
    practice = await practice_of(db, card.clinic_id)
    offered = practice.offers.get(card.service_id, frozenset()) if practice else frozenset()
    cards = [one for one in (practice.therapists if practice else ()) if not one.hidden]
    others = [one for one in cards if one.staff_id in offered and one.staff_id != card.therapist_id]
    ids = [one.staff_id for one in others]
    signs = await signs_of(db, ids, now)
    taken = await claims.taken(db, ids, card.starts_at, card.ends_at, now, without=card.appointment_id)
    return likeliest_first(
        [
            Colleague(one.staff_id, one.slug, one.name, presence(signs[one.staff_id], now), not taken[one.staff_id])
            for one in others
        ]
    )


async def add_handover(
    db: AsyncSession, row_id: UUID, visit_id: UUID, card: BookingCard, to: UUID, by_id: UUID, now: datetime,
    *, time_moved: bool, words: bytes | None,
) -> None:  # fmt: skip
    """Write that `to` leads from now on; `card` is the booking as it was."""
    row = VisitHandover(id=row_id, visit_id=visit_id, at=now, from_id=card.therapist_id, to_id=to, by_id=by_id)
    row.time_moved, row.words_sealed = time_moved, words
    db.add(row)
    await db.flush()


async def add_decline(
    db: AsyncSession, row_id: UUID, visit_id: UUID, by_id: UUID, now: datetime, words: bytes | None
) -> None:
    db.add(VisitDecline(id=row_id, visit_id=visit_id, at=now, by_id=by_id, words_sealed=words))
    await db.flush()


async def last_handover(db: AsyncSession, visit_id: UUID) -> SealedWords | None:
    """The newest hand-over of this visit."""
    asked = (
        select(VisitHandover.id, VisitHandover.at, VisitHandover.words_sealed, _therapist.c.name)
        .outerjoin(_therapist, _therapist.c.staff_id == VisitHandover.from_id)
        .where(VisitHandover.visit_id == visit_id)
        .order_by(VisitHandover.at.desc())
        .limit(1)
    )
    row = (await db.execute(asked)).first()
    return SealedWords(row.id, row.at, row.name or "", row.words_sealed) if row else None


async def last_decline(db: AsyncSession, visit_id: UUID) -> SealedWords | None:
    """The newest decline of this visit."""
    asked = select(VisitDecline).where(VisitDecline.visit_id == visit_id).order_by(VisitDecline.at.desc()).limit(1)
    row = await db.scalar(asked)
    return SealedWords(row.id, row.at, "", row.words_sealed) if row else None


async def led_before(db: AsyncSession, booking_public_id: str, staff_id: UUID) -> bool:
    """Whether this member of staff led the visit of this address until it was handed over."""
    booking = table("bookings", column("id", Uuid()), column("public_id", String()))
    visit = table("visits", column("id", Uuid()), column("booking_id", Uuid()))
    asked = (
        select(VisitHandover.id)
        .join(visit, visit.c.id == VisitHandover.visit_id)
        .join(booking, booking.c.id == visit.c.booking_id)
        .where(booking.c.public_id == booking_public_id, VisitHandover.from_id == staff_id)
    )
    return await db.scalar(asked.limit(1)) is not None
