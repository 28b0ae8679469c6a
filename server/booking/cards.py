"""Bookings as cards: what pages, mails and the features to the right read of them, one statement each."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Integer,
    ScalarSelect,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.asking.tables import BookingRequest
from server.booking.rules import BookingCard
from server.booking.tables import Appointment, Booking, BookingLink, Cancellation, Move
from server.db import Instant

# Names of services and therapists belong to the clinic feature: joined by name, as foreign keys are.
_service = table(
    "services",
    column("id", Uuid()),
    column("name", String()),
    column("team", Boolean()),
    column("seats", Integer()),
    column("change_until_minutes", Integer()),
    column("intake_id", Uuid()),
    column("said", JSON()),
)
_therapist = table("therapists", column("staff_id", Uuid()), column("name", String()))


async def booking_for_visit(db: AsyncSession, which: UUID | str) -> BookingCard | None:
    """The booking of this id, or of this public id."""
    return _one(await _read(db, _BY_ID if isinstance(which, UUID) else _BY_PUBLIC_ID, {"which": which}))


async def booking_by_link(db: AsyncSession, token_hash: bytes, now: datetime) -> BookingCard | None:
    """The booking that this link opens, as long as the link lasts."""
    return _one(await _read(db, _BY_LINK, {"token_hash": token_hash, "now": now}))


async def bookings_between(
    db: AsyncSession, clinic_id: UUID, therapist_id: UUID | None, from_at: datetime, until_at: datetime
) -> list[BookingCard]:
    """Bookings that start in the span, earliest first, cancelled ones too; of one therapist or of all."""
    asked = _asked().where(Appointment.starts_at >= from_at, Appointment.starts_at < until_at)
    if therapist_id:
        asked = asked.where(Appointment.therapist_id == therapist_id)
    return await _read(db, asked.where(Booking.clinic_id == clinic_id).order_by(Appointment.starts_at, Booking.seat))


async def open_requests(db: AsyncSession, clinic_id: UUID, therapist_id: UUID | None) -> list[BookingCard]:
    """Bookings that wait for the clinic's answer, the one that must be given first on top; of one therapist or all."""
    asked = _asked().where(BookingRequest.clinic_id == clinic_id, BookingRequest.answered_at.is_(None))
    if therapist_id:
        asked = asked.where(Appointment.therapist_id == therapist_id)
    return await _read(db, asked.where(Cancellation.at.is_(None)).order_by(BookingRequest.answer_by))


async def bookings_of(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, therapist_id: UUID | None
) -> list[BookingCard]:
    """All bookings of a person at the clinic, earliest first, cancelled ones too; with one therapist or with all."""
    asked = _asked().where(Booking.clinic_id == clinic_id, Booking.patient_id == patient_id)
    if therapist_id:
        asked = asked.where(Appointment.therapist_id == therapist_id)
    return await _read(db, asked.order_by(Appointment.starts_at))


async def firsts_of(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID], therapist_id: UUID | None
) -> dict[UUID, datetime]:
    """Person -> when the first of their bookings began or begins; with one therapist or with all."""
    asked = select(Booking.patient_id, func.min(Appointment.starts_at)).join(Appointment)
    asked = asked.where(Booking.clinic_id == clinic_id, Booking.patient_id.in_(patient_ids))
    if therapist_id:
        asked = asked.where(Appointment.therapist_id == therapist_id)
    found = (await db.execute(asked.group_by(Booking.patient_id))).all() if patient_ids else []
    return {row[0]: row[1] for row in found}


async def next_of(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID], now: datetime, most: int
) -> list[BookingCard]:
    """So many bookings of these people that are not over, the next first."""
    ahead = (Booking.clinic_id == clinic_id, Booking.patient_id.in_(patient_ids), Appointment.ends_at > now)
    asked = _asked().where(*ahead, Cancellation.at.is_(None)).order_by(Appointment.starts_at)
    return await _read(db, asked.limit(most)) if patient_ids else []


async def met_since(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, since: datetime) -> set[UUID]:
    """The patients of a therapist's bookings that end after this moment and were not cancelled."""
    joined = select(Booking.patient_id).join(Appointment, Appointment.id == Booking.appointment_id)
    joined = joined.outerjoin(Cancellation, Cancellation.booking_id == Booking.id).where(Cancellation.at.is_(None))
    mine = (Booking.clinic_id == clinic_id, Appointment.therapist_id == therapist_id, Appointment.ends_at > since)
    return set(await db.scalars(joined.where(*mine).distinct()))


async def visits_of(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID]
) -> dict[UUID, tuple[datetime, datetime]]:
    """Patient -> when the first and the last of their bookings end that stand, past and ahead."""
    first, last = func.min(Appointment.ends_at, type_=Instant()), func.max(Appointment.ends_at, type_=Instant())
    asked = _standing(select(Booking.patient_id, first, last)).where(
        Booking.clinic_id == clinic_id, Booking.patient_id.in_(patient_ids)
    )
    asked = asked.group_by(Booking.patient_id)
    return {one: (begin, end) for one, begin, end in await db.execute(asked)} if patient_ids else {}


async def who_comes(
    db: AsyncSession, clinic_id: UUID, from_at: datetime, until_at: datetime
) -> set[UUID]:  # fmt: skip
    """The patients of bookings that stand and start in the span."""
    span = (Booking.clinic_id == clinic_id, Appointment.starts_at >= from_at, Appointment.starts_at < until_at)
    return set(await db.scalars(_standing(select(Booking.patient_id)).where(*span).distinct()))


def _standing(asked: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Neither cancelled, nor still waiting for the clinic's answer."""
    joined = asked.join(Appointment, Appointment.id == Booking.appointment_id)
    joined = joined.outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
    joined = joined.outerjoin(BookingRequest, BookingRequest.booking_id == Booking.id)
    waits = and_(BookingRequest.booking_id.is_not(None), BookingRequest.answer.is_(None))
    return joined.where(Cancellation.at.is_(None), ~waits)


async def bookings_named(db: AsyncSession, booking_ids: Collection[UUID]) -> dict[UUID, BookingCard]:
    """These bookings by id."""
    found = await _read(db, _asked().where(Booking.id.in_(booking_ids))) if booking_ids else []
    return {card.id: card for card in found}


async def bookings_in(db: AsyncSession, appointment_id: UUID) -> list[BookingCard]:
    """Who comes to an appointment, by seat."""
    asked = _asked().where(Booking.appointment_id == appointment_id, Cancellation.at.is_(None))
    return await _read(db, asked.order_by(Booking.seat))


async def changed_by(db: AsyncSession, card: BookingCard) -> str:
    """Who cancelled this booking, or moved it last: 'patient', 'staff', 'key' or 'clock'; '' for one as it was made."""
    asked = select(Cancellation.by_kind).where(Cancellation.booking_id == card.id)
    if card.cancelled_at is None:
        asked = select(Move.by_kind).where(Move.booking_id == card.id).order_by(Move.at.desc()).limit(1)
    return await db.scalar(asked) or ""


async def bookings_after(
    db: AsyncSession,
    clinic_id: UUID,
    from_at: datetime | None,
    until_at: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[BookingCard]:
    """So many bookings of a clinic in the span by start and id, cancelled ones too, from after one of them on."""
    asked = _asked().where(Appointment.clinic_id == clinic_id)
    if from_at:
        asked = asked.where(Appointment.starts_at >= from_at)
    if until_at:
        asked = asked.where(Appointment.starts_at < until_at)
    if after:
        start, last = after
        later = and_(Appointment.starts_at == start, Booking.id > last)
        asked = asked.where(Appointment.starts_at >= start, or_(Appointment.starts_at > start, later))
    return await _read(db, asked.order_by(Appointment.starts_at, Booking.id).limit(limit))


async def bookings_of_series(db: AsyncSession, series_id: UUID) -> list[BookingCard]:
    """Every booking of a series in the order of its numbers, cancelled ones too."""
    return await _read(db, _asked().where(Booking.series_id == series_id).order_by(Booking.number))


def _asked() -> Select[Any]:
    moved_from = (
        select(Move.from_starts_at)
        .where(Move.booking_id == Booking.id)
        .order_by(Move.at.desc())
        .limit(1)
        .correlate(Booking)
        .scalar_subquery()
    )
    return (
        select(
            Booking.id,
            Booking.public_id,
            Booking.clinic_id,
            Booking.appointment_id,
            Appointment.service_id,
            _service.c.name.label("service_name"),
            Appointment.therapist_id,
            _therapist.c.name.label("therapist_name"),
            Appointment.starts_at,
            Appointment.ends_at,
            Booking.patient_id,
            Booking.sequence,
            Cancellation.at.label("cancelled_at"),
            moved_from.label("moved_from"),
            _put_at().label("put_at"),
            Booking.for_whom,
            Booking.means,
            Booking.meeting_sealed,
            Booking.made_at,
            Booking.price,
            Booking.currency,
            _service.c.team,
            Appointment.seats,
            BookingRequest.answer_by,
            BookingRequest.answer,
            Booking.series_id,
            Booking.number,
            _service.c.change_until_minutes.label("change_minutes"),
            _service.c.intake_id.label("intake"),
            _service.c.said,
        )
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .join(_service, _service.c.id == Appointment.service_id)
        .join(_therapist, _therapist.c.staff_id == Appointment.therapist_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .outerjoin(BookingRequest, BookingRequest.booking_id == Booking.id)
    )


def _put_at() -> ScalarSelect[datetime]:
    """Where the last move that was not its patient's led, or else from where their first one came."""
    by_clinic = Move.by_kind != "patient"
    asked = select(case((by_clinic, Move.to_starts_at), else_=Move.from_starts_at))
    asked = asked.where(Move.booking_id == Booking.id).correlate(Booking)
    order = case((by_clinic, 0), else_=1), case((by_clinic, Move.at)).desc(), Move.at
    return asked.order_by(*order).limit(1).scalar_subquery()


# Built once: every page of a visit asks the same, and building costs as much as asking.
_BY_ID = _asked().where(Booking.id == bindparam("which"))
_BY_PUBLIC_ID = _asked().where(Booking.public_id == bindparam("which"))
_BY_LINK = (
    _asked()
    .join(BookingLink, BookingLink.booking_id == Booking.id)
    .where(BookingLink.token_hash == bindparam("token_hash"), BookingLink.expires_at > bindparam("now"))
)


async def _read(db: AsyncSession, asked: Select[Any], values: Mapping[str, object] | None = None) -> list[BookingCard]:
    rows = (await db.execute(asked, values)).mappings()
    return [BookingCard(minutes=(row["ends_at"] - row["starts_at"]).seconds // 60, **row) for row in rows]


def _one(found: list[BookingCard]) -> BookingCard | None:
    return found[0] if found else None
