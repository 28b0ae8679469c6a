"""What is asked every week, where a visit falls into it: that one asks, once, and of nobody for whom it was stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_named
from server.booking.rules import BookingCard
from server.clinic.store import clinic_of
from server.measures.schedule import AHEAD, Asked, Rule, Slot, When
from server.measures.store import Row
from server.measures.weekly.rules import week_of
from server.measures.weekly.store import stops_of


async def asks_of(
    db: AsyncSession, card: BookingCard, rules: Sequence[Rule], rows: Sequence[Row]
) -> tuple[Sequence[Rule], Slot, Sequence[Asked]]:
    """The rules that hold for this patient, the booking with its week, and what they were asked before."""
    keys = {rule.key for rule in rules if rule.when is When.EACH_WEEK}
    clinic = await clinic_of(db, card.clinic_id) if keys else None
    if clinic is None:
        return rules, slot_of(card), [row.asked for row in rows]
    stopped = (await stops_of(db, clinic.id, [card.patient_id])).get(card.patient_id, {})
    slot = slot_of(card, clinic.zone)
    near = [row.booking_id for row in rows if row.key in keys and row.booking_id and _just_before(row, slot)]
    starts = {one.id: one.starts_at for one in (await bookings_named(db, near)).values()}
    return held(rules, stopped), slot, asked_for(rows, starts)


def _just_before(row: Row, slot: Slot) -> bool:
    assert slot.week_at, "the clinic has a clock"
    return row.finished_at is not None and slot.week_at - AHEAD <= row.finished_at < slot.week_at


def held(rules: Sequence[Rule], stopped: Mapping[str, object]) -> Sequence[Rule]:
    """Without those by the week that were stopped for a patient."""
    return [rule for rule in rules if rule.when is not When.EACH_WEEK or rule.key not in stopped]


def slot_of(card: BookingCard, zone: ZoneInfo | None = None) -> Slot:
    """The booking as it asks; with its week by this clock."""
    week_at = week_of(card.starts_at, zone).begins_at if zone else None
    return Slot(card.id, card.starts_at, card.ends_at, week_at)


def asked_for(rows: Sequence[Row], starts: Mapping[UUID, datetime]) -> list[Asked]:
    """What was asked, each with the start of its booking, as far as it is known here."""
    return [replace(row.asked, for_at=starts.get(row.booking_id) if row.booking_id else None) for row in rows]
