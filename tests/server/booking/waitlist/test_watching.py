"""What time alone makes free is offered to who waits, once, however many nodes look: a hold that lapsed, and the hours
that the horizon reaches."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from server.booking import desk
from server.booking.holding.keeping import Choice, form_id_of, keep
from server.booking.holding.rules import Kept
from server.booking.rules import Wish
from server.booking.store import By
from server.booking.waitlist.offering import freed
from server.booking.waitlist.rules import clock_frees
from server.booking.waitlist.tables import WaitOffer
from server.booking.waitlist.watching import Watch
from server.clinic import store as clinics
from server.house import House
from server.outbox import Job, OutboxRow
from tests.server.booking.linden import THURSDAY, Linden, hours_of
from tests.server.booking.waitlist.test_offering import count, full, offer_of, practice, waits

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 9, 9, tzinfo=UTC)


async def woken(house: House, nodes: int = 3) -> int:
    """All nodes look at the same moment, and whatever they wrote is done; how many of them woke the list."""
    watches = [Watch(house.db, house.clock, house.outbox) for _ in range(nodes)]
    found = sum(await asyncio.gather(*(watch.run_due() for watch in watches)))
    asked = select(OutboxRow).where(OutboxRow.topic == "waitlist.freed", OutboxRow.finished_at.is_(None))
    for row in await house.db.read(lambda db: db.scalars(asked)):
        await freed(house, Job(row.id, row.topic, row.payload, 1))
    return found


async def test_a_time_that_was_kept_for_a_form_and_not_booked_goes_to_who_waits_once(
    either_house: House, practice: Linden
) -> None:
    house, linden = either_house, practice
    made = await full(house, linden)
    last = THURSDAY.replace(hour=15, minute=0)
    assert made[-1].card.starts_at == last
    assert await desk.cancel(house, linden.clinic, made[-1].card, By())
    who = hours_of(linden.mara.staff_id)
    form = form_id_of(house, linden.clinic.id, "a word")
    choice = Choice(linden.clinic, linden.session, who, Wish(last, linden.mara.staff_id), form, b"a" * 16)
    assert isinstance(await keep(house, choice), Kept)
    one = await waits(house, linden, "first")
    assert await woken(house) == 1, "nobody has looked at this list yet"
    assert await offer_of(house, one) is None
    assert await woken(house) == 0
    house.clock.forward(minutes=linden.clinic.policy.hold.total_seconds() / 60)  # type: ignore[attr-defined]
    assert await woken(house) == 1
    offer = await offer_of(house, one)
    assert offer
    assert offer.starts_at == last
    house.clock.forward(seconds=30)  # type: ignore[attr-defined]
    assert await woken(house) == 0
    assert await count(house, WaitOffer) == 1


async def test_what_the_horizon_reaches_goes_to_who_waits(either_house: House, practice: Linden) -> None:
    house = either_house
    policy = replace(practice.clinic.policy, horizon=timedelta(days=2))
    linden = replace(practice, clinic=replace(practice.clinic, policy=policy))
    await house.db.unit(lambda db: clinics.change_clinic(db, linden.clinic, None))
    one = await waits(house, linden, "first")
    assert await woken(house) == 1
    house.clock.now = THURSDAY.replace(day=10, hour=7, minute=10)  # type: ignore[attr-defined]
    assert await woken(house) == 1
    assert await offer_of(house, one) is None, "Thursday has not begun to be bookable"
    house.clock.forward(hours=2)  # type: ignore[attr-defined]
    assert await woken(house) == 1
    offer = await offer_of(house, one)
    assert offer
    assert offer.starts_at.date() == THURSDAY.date()
    rows = select(func.count()).select_from(OutboxRow).where(OutboxRow.topic == "waitlist.offered")
    assert await house.db.read(lambda db: db.scalar(rows)) == 1


@pytest.mark.parametrize(
    ("minutes", "lapsed", "looks"),
    [(1, None, False), (59, None, False), (60, None, True), (3, 2, True), (3, -2, False), (3, 4, False)],
)
async def test_the_clock_frees_something_each_hour_and_when_a_hold_lapses(
    minutes: int, lapsed: int | None, looks: bool
) -> None:
    over = None if lapsed is None else NINE + timedelta(minutes=lapsed)
    assert clock_frees(NINE, NINE + timedelta(minutes=minutes), BERLIN, over) is looks


async def test_at_night_a_hold_that_lapses_is_looked_at_and_all_else_in_the_morning() -> None:
    night, before = NINE.replace(hour=22), NINE - timedelta(hours=1)
    assert clock_frees(NINE, night, BERLIN, night)
    assert clock_frees(None, night, BERLIN, night)
    assert not clock_frees(NINE, night, BERLIN, before)
    assert not clock_frees(NINE, night, BERLIN, night + timedelta(seconds=1))
    assert not clock_frees(NINE, night, BERLIN, None)
    assert not clock_frees(None, night, BERLIN, None)
    assert clock_frees(NINE, night + timedelta(hours=9, minutes=1), BERLIN, None)
