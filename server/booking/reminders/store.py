"""Queries of reminders and confirmations, values in and out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import String, Uuid, column, delete, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.asking.tables import BookingRequest
from server.booking.importing.tables import ImportLine
from server.booking.reminders.rules import (
    Due,
    Fate,
    Quiet,
    ReminderRules,
    Schedule,
    Seat,
    Texts,
    Way,
    starts_to_look_at,
)
from server.booking.reminders.tables import Confirmation, Reminder, ReminderRule, ReminderSend, ServiceReminders
from server.booking.tables import Appointment, Booking, Cancellation, Move
from server.db import added
from server.moments import known_zone

TOPIC = "booking.remind"
MINUTE = timedelta(minutes=1)
MOST = 2000  # bookings looked at in one go; the rest comes in the next

# Patients and clinics belong to other features: joined by name, as foreign keys are.
_patient = table("patients", column("id", Uuid()), column("zone", String()))
_clinic = table("clinics", column("id", Uuid()), column("zone", String()))


@dataclass(frozen=True)
class Reminding:
    """A clinic that reminds, and how."""

    clinic_id: UUID
    zone: ZoneInfo
    schedule: Schedule


@dataclass(frozen=True)
class Told:
    """A reminder that left."""

    at: datetime
    way: Way


async def rules_of(db: AsyncSession, clinic_id: UUID) -> ReminderRules:
    """What this clinic chose."""
    return _rules(await db.get(ReminderRule, clinic_id))


async def set_rules(db: AsyncSession, clinic_id: UUID, rules: ReminderRules) -> None:
    """Keep what a clinic chose."""
    row = await db.get(ReminderRule, clinic_id, with_for_update=True)
    if row is None:
        row = ReminderRule(clinic_id=clinic_id)
        db.add(row)
    row.before = _written(rules.before)
    row.quiet_from, row.quiet_until = rules.quiet.from_minute, rules.quiet.until_minute
    row.by_sms, row.sms_beside = rules.texts is not Texts.NONE, rules.texts is Texts.BESIDE
    row.by_push = rules.by_push


def _rules(row: ReminderRule | None) -> ReminderRules:
    if row is None:
        return ReminderRules()
    texts = Texts.BESIDE if row.sms_beside else Texts.ALONE if row.by_sms else Texts.NONE
    return ReminderRules(_read(row.before), Quiet(row.quiet_from, row.quiet_until), texts, row.by_push)


def _written(spans: Collection[timedelta]) -> str:
    return ",".join(str(span // MINUTE) for span in spans)


def _read(text: str) -> tuple[timedelta, ...]:
    return tuple(int(part) * MINUTE for part in text.split(",") if part)


async def own_spans(db: AsyncSession, clinic_id: UUID) -> dict[UUID, tuple[timedelta, ...]]:
    """Service -> the spans that it has in place of the clinic's."""
    asked = select(ServiceReminders).where(ServiceReminders.clinic_id == clinic_id)
    return {row.service_id: _read(row.before) for row in await db.scalars(asked)}


async def set_own_spans(
    db: AsyncSession, clinic_id: UUID, service_id: UUID, spans: Collection[timedelta] | None
) -> None:
    """Keep the spans of a service; None: as the clinic says for all."""
    row = await db.get(ServiceReminders, service_id, with_for_update=True)
    if spans is None:
        if row:
            await db.delete(row)
    elif row:
        row.before = _written(spans)
    else:
        await added(db, ServiceReminders(service_id=service_id, clinic_id=clinic_id, before=_written(spans)))


async def those_who_remind(db: AsyncSession) -> list[Reminding]:
    """Every clinic that reminds somebody."""
    asked = select(_clinic.c.id, _clinic.c.zone, ReminderRule).outerjoin(
        ReminderRule, ReminderRule.clinic_id == _clinic.c.id
    )
    own: dict[UUID, dict[UUID, tuple[timedelta, ...]]] = {}
    for row in await db.scalars(select(ServiceReminders)):
        own.setdefault(row.clinic_id, {})[row.service_id] = _read(row.before)
    found = [
        Reminding(clinic_id, ZoneInfo(zone), Schedule(_rules(rules), own.get(clinic_id, {})))
        for clinic_id, zone, rules in await db.execute(asked)
    ]
    return [one for one in found if one.schedule.spans]


async def seats(db: AsyncSession, clinic: Reminding, now: datetime) -> list[Seat]:
    """The bookings of which a reminder may be due now and is not settled."""
    found: dict[UUID, Seat] = {}
    for before in sorted(clinic.schedule.spans):
        found |= await _unsettled(db, clinic, before, now)
    done = await _settled(db, list(found.values()))
    return [replace(seat, done=done.get(seat.booking_id, frozenset())) for seat in found.values()]


async def _unsettled(db: AsyncSession, clinic: Reminding, before: timedelta, now: datetime) -> dict[UUID, Seat]:
    begin, end = starts_to_look_at(before, clinic.schedule.rules.quiet, now)
    whose = clinic.schedule.whose(before)
    theirs = Appointment.service_id.in_(whose.services)
    moved_at = select(func.max(Move.at)).where(Move.booking_id == Booking.id).correlate(Booking).scalar_subquery()
    settled = select(Reminder.id).where(
        Reminder.booking_id == Booking.id,
        Reminder.starts_at == Appointment.starts_at,
        Reminder.before_minutes == before // MINUTE,
    )
    # Who came in by a file quietly hears nothing of that time; of another one they were told.
    hushed = select(ImportLine.line).where(ImportLine.booking_id == Booking.id, ImportLine.quiet, Booking.sequence == 0)
    asked = (
        select(
            Booking.id,
            Appointment.service_id,
            Appointment.starts_at,
            Booking.made_at,
            moved_at.label("moved_at"),
            BookingRequest.answered_at,
            _patient.c.zone,
        )
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .join(_patient, _patient.c.id == Booking.patient_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .outerjoin(BookingRequest, BookingRequest.booking_id == Booking.id)
        .where(or_(BookingRequest.booking_id.is_(None), BookingRequest.answered_at.is_not(None)))
        .where(Appointment.starts_at > begin, Appointment.starts_at <= end, Booking.clinic_id == clinic.clinic_id)
        .where(Cancellation.booking_id.is_(None), ~settled.correlate(Booking, Appointment).exists())
        .where(~hushed.correlate(Booking).exists(), ~theirs if whose.others else theirs)
        .order_by(Appointment.starts_at)
        .limit(MOST)
    )
    return {
        row.id: Seat(
            booking_id=row.id,
            service_id=row.service_id,
            starts_at=row.starts_at,
            since=max(filter(None, (row.made_at, row.moved_at, row.answered_at))),
            zone=known_zone(row.zone) or clinic.zone,
        )
        for row in await db.execute(asked)
    }


async def _settled(db: AsyncSession, found: Sequence[Seat]) -> Mapping[UUID, frozenset[timedelta]]:
    """Booking -> the reminders of its present start that are settled."""
    starts = {seat.booking_id: seat.starts_at for seat in found}
    if not starts:
        return {}
    asked = select(Reminder.booking_id, Reminder.starts_at, Reminder.before_minutes)
    done: dict[UUID, set[timedelta]] = {}
    for row in await db.execute(asked.where(Reminder.booking_id.in_(starts))):
        if row.starts_at == starts[row.booking_id]:
            done.setdefault(row.booking_id, set()).add(row.before_minutes * MINUTE)
    return {booking_id: frozenset(one) for booking_id, one in done.items()}


async def settle(db: AsyncSession, clinic_id: UUID, due: Due, now: datetime) -> bool:
    """Write what became of a reminder and queue its sending, once; False when another node did."""
    row = Reminder(
        id=uuid4(),
        clinic_id=clinic_id,
        booking_id=due.booking_id,
        starts_at=due.starts_at,
        before_minutes=due.before // MINUTE,
        fate=due.fate,
        at=now,
    )
    if not await added(db, row):
        return False
    if due.fate is Fate.SENT:
        for way in Way:  # one row for each way, so that each is tried again by itself
            outbox.add(db, TOPIC, {"reminder": str(row.id), "way": way.value}, now)
    return True


async def reminder_of(db: AsyncSession, reminder_id: UUID) -> tuple[UUID, datetime] | None:
    """The booking of a reminder, and the start that it is about."""
    row = await db.get(Reminder, reminder_id)
    return (row.booking_id, row.starts_at) if row else None


async def was_sent(db: AsyncSession, reminder_id: UUID, way: Way) -> bool:
    return await db.get(ReminderSend, (reminder_id, way.value)) is not None


async def keep_send(db: AsyncSession, reminder_id: UUID, way: Way, now: datetime) -> bool:
    """Write that it left; False when that is written already."""
    return await added(db, ReminderSend(reminder_id=reminder_id, way=way.value, at=now))


async def drop_send(db: AsyncSession, reminder_id: UUID, way: Way) -> None:
    """Nobody was there to get it by this way."""
    mine = (ReminderSend.reminder_id == reminder_id, ReminderSend.way == way.value)
    await db.execute(delete(ReminderSend).where(*mine))


async def told(db: AsyncSession, booking_id: UUID) -> list[Told]:
    """What left about this booking, oldest first."""
    asked = (
        select(ReminderSend.at, ReminderSend.way)
        .join(Reminder, Reminder.id == ReminderSend.reminder_id)
        .where(Reminder.booking_id == booking_id)
        .order_by(ReminderSend.at)
    )
    return [Told(row.at, Way(row.way)) for row in await db.execute(asked)]


async def confirm(db: AsyncSession, booking_id: UUID, starts_at: datetime, now: datetime) -> bool:
    """Write that the patient will come to this start; False when it stands already."""
    return await added(db, Confirmation(booking_id=booking_id, starts_at=starts_at, at=now, by_kind="patient"))


async def confirmed(db: AsyncSession, starts: Mapping[UUID, datetime]) -> Mapping[UUID, datetime]:
    """Booking -> when its patient said that they will come to the start that it has now."""
    ids: Collection[UUID] = list(starts)
    if not ids:
        return {}
    asked = select(Confirmation).where(Confirmation.booking_id.in_(ids))
    return {row.booking_id: row.at for row in await db.scalars(asked) if row.starts_at == starts[row.booking_id]}
