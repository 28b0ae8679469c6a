"""Taking a file back while nobody has used what came in: what was changed, opened or told since stays, and is named.

Line by line like the import itself, each with a row that says what became of it, so that it may be pressed twice.
A booking that nobody heard of is deleted, with whoever came in by the same line; one that was told, or that stands in a
therapist's own calendar, is cancelled in the ordinary way.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from uuid import UUID

from sqlalchemy import Column, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import claims
from server.booking import store as bookings
from server.booking.desk import LISTENERS
from server.booking.grouping import keeping
from server.booking.importing import store
from server.booking.importing.rules import UNDO_WITHIN, Telling
from server.booking.importing.store import File, LineIn, State
from server.booking.importing.tables import ImportLine
from server.booking.reminders.tables import Reminder, ReminderSend
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.tables import Appointment, Booking, BookingLink
from server.clinic.rules import Clinic
from server.db import Base
from server.house import House
from server.patients import store as patients

AT_ONCE = 25
REMOVED = "booking.removed"
OURS = frozenset({"booking_links", "import_lines"})
ELSEWHERE = frozenset({"written_entries", "reminders"})
"""These name a booking although nobody has done anything with it."""


class Undone(StrEnum):
    """What became of a line that is taken back."""

    GONE = "gone"
    CANCELLED = "cancelled"
    KEPT = "kept"  # its booking was changed, opened or told since


def in_time(file: File, now: datetime) -> bool:
    """Whether a file can still be taken back."""
    return file.state is State.DONE and file.ended_at is not None and now < file.ended_at + UNDO_WITHIN


async def take_back(house: House, clinic: Clinic, file: File, by: By) -> bool:
    """All of it that nobody has used; False when it is too late, or done already."""
    if not in_time(file, house.clock()):
        return False
    lines = iter(await house.db.read(lambda db: store.lines(db, file.id)))
    while batch := list(islice(lines, AT_ONCE)):
        await _some(house, clinic, file, batch, by)
    await _people(house, clinic, file)

    async def work(db: AsyncSession) -> bool:
        now = house.clock()
        done = await store.undo(db, clinic.id, file.id, now)
        if done:
            note(db, Entry(clinic.id, "import.undone", "import", file.id, by.kind, by.id), now)
        return done

    done = await house.db.unit(work)
    house.outbox.nudge()
    await house.live.changed(f"day:{clinic.id}")
    return done


async def _some(house: House, clinic: Clinic, file: File, batch: Sequence[LineIn], by: By) -> None:
    now = house.clock()
    todo = [line for line in batch if line.undone is None]

    async def work(db: AsyncSession) -> None:
        if await store.lock(db, file.id, State.DONE) is None:
            return
        ids = [line.booking_id for line in todo if line.booking_id]
        await _queue_for(db, ids)
        used = await _used(db, ids)
        for line in todo:
            what = await _one(db, clinic, file, line, used.get(line.booking_id) if line.booking_id else None, by, now)
            mine = (ImportLine.import_id == file.id, ImportLine.line == line.line, ImportLine.undone.is_(None))
            await db.execute(update(ImportLine).where(*mine).values(undone=what))

    await house.db.unit(work)


async def _queue_for(db: AsyncSession, booking_ids: Sequence[UUID]) -> None:
    """Wait for everybody whose time these take: nobody comes to it, or keeps a place in it, meanwhile."""
    asked = select(Appointment.therapist_id).join(Booking, Booking.appointment_id == Appointment.id)
    await claims.queue_for(db, set(await db.scalars(asked.where(Booking.id.in_(booking_ids)))))


async def _one(
    db: AsyncSession, clinic: Clinic, file: File, line: LineIn, used: Collection[str] | None, by: By, now: datetime
) -> Undone:
    """Take one booking back, if there is one that nobody has used; its row is locked before it is looked at."""
    if line.booking_id is None:
        return Undone.GONE
    card = await bookings.booking_for_visit(db, line.booking_id)
    if card is None:
        return Undone.GONE
    if set(used or ()) - ELSEWHERE or card.sequence or card.cancelled_at or card.starts_at <= now:
        return Undone.KEPT
    if used or file.telling is Telling.NOW:
        return await _cancel(db, clinic, file, card, by, now)
    if not await bookings.next_sequence(db, card):
        return Undone.KEPT
    await _delete(db, card, now)
    outbox.add(db, REMOVED, facts_of(card), now)
    detail = {"import": file.id.hex}
    note(db, Entry(clinic.id, "booking.removed", "booking", card.id, by.kind, by.id, detail), now)
    return Undone.GONE


def facts_of(card: BookingCard) -> dict[str, str | int]:
    """What programs heard of a booking that is gone: nobody can read it from its row any more."""
    return {
        "clinic": str(card.clinic_id),
        "public_id": card.public_id,
        "service": str(card.service_id),
        "therapist": str(card.therapist_id),
        "starts": card.starts_at.isoformat(),
        "ends": card.ends_at.isoformat(),
        "means": card.means,
        "sequence": card.sequence + 1,
    }


async def _cancel(db: AsyncSession, clinic: Clinic, file: File, card: BookingCard, by: By, now: datetime) -> Undone:
    if not await bookings.cancel(db, card, now, by):
        return Undone.KEPT
    detail = {"import": file.id.hex}
    note(db, Entry(clinic.id, "booking.cancelled", "booking", card.id, by.kind, by.id, detail), now)
    for listener in LISTENERS:
        told = {"booking": str(card.id), "sequence": card.sequence + 1, "to": listener}
        quiet = file.telling is not Telling.NOW or listener == "therapist"
        outbox.add(db, "booking.cancelled", told | ({"quiet": True} if quiet else {}), now)
    return Undone.CANCELLED


async def _delete(db: AsyncSession, card: BookingCard, now: datetime) -> None:
    """Booking, link, and the appointment with its claims where nobody else comes to it; where a form keeps a place in
    it, its time is free when that ends."""
    await db.execute(update(ImportLine).where(ImportLine.booking_id == card.id).values(booking_id=None))
    await db.execute(delete(BookingLink).where(BookingLink.booking_id == card.id))
    await db.execute(delete(Booking).where(Booking.id == card.id))
    await keeping.release_if_empty(db, card.appointment_id, card.id, now)
    if not await _named(db, "appointments", [card.appointment_id], ()):
        await db.execute(delete(Appointment).where(Appointment.id == card.appointment_id))


async def _people(house: House, clinic: Clinic, file: File) -> None:
    """Whoever came in by this file and is named by nothing else goes, and their key with them."""
    lines = await house.db.read(lambda db: store.lines(db, file.id))
    new = [line.patient_id for line in lines if line.patient_new and line.patient_id]

    async def work(db: AsyncSession) -> list[UUID]:
        if await store.lock(db, file.id, State.DONE) is None:
            return []
        used = await _named(db, "patients", new, {"import_lines"})
        gone = [one for one in new if one not in used]
        for place in range(0, len(gone), AT_ONCE):
            some = gone[place : place + AT_ONCE]
            mine = (ImportLine.import_id == file.id, ImportLine.patient_id.in_(some))
            await db.execute(update(ImportLine).where(*mine).values(patient_id=None))
            await patients.remove(db, clinic.id, some)
        return gone

    for patient_id in await house.db.unit(work):
        await house.keys.destroy(patient_id)


async def _used(db: AsyncSession, booking_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Booking -> the tables that name it, but for what came in with it; a reminder counts when it left."""
    found = await _named(db, "bookings", booking_ids, OURS)
    sent = select(Reminder.booking_id).join(ReminderSend, ReminderSend.reminder_id == Reminder.id)
    for booking_id in await db.scalars(sent.where(Reminder.booking_id.in_(booking_ids))):
        found.setdefault(booking_id, set()).add("reminder_sends")
    return found


async def _named(db: AsyncSession, table: str, ids: Sequence[UUID], but: Collection[str]) -> dict[UUID, set[str]]:
    """Row -> the tables that name it, found by their foreign keys."""
    found: dict[UUID, set[str]] = {}
    for column in _keys_to(table):
        if column.table.name in but or not ids:
            continue
        for place in range(0, len(ids), 500):
            asked = select(column).where(column.in_(ids[place : place + 500])).distinct()
            for one in await db.scalars(asked):
                found.setdefault(one, set()).add(column.table.name)
    return found


def _keys_to(table: str) -> "list[Column[UUID]]":
    columns = (column for known in Base.metadata.sorted_tables for column in known.columns)
    return [one for one in columns if any(key.column.table.name == table for key in one.foreign_keys)]


def left(lines: Sequence[LineIn]) -> Mapping[UUID, int]:
    """Person -> their line, of those who stay because something of theirs was used."""
    return {
        line.patient_id: line.line
        for line in lines
        if line.patient_id and (line.undone == Undone.KEPT or line.patient_new)
    }
