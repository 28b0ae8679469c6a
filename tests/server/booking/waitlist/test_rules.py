"""What suits somebody who waits, until when it is offered, and when people are woken: never."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.booking.rules import Offer
from server.booking.waitlist.rules import (
    Part,
    Wanted,
    first_fit,
    fits,
    kept_until,
    next_waking,
    offered_until,
    still_of_use,
)
from server.clinic.rules import DEFAULT_POLICY

LISBON, BERLIN = ZoneInfo("Europe/Lisbon"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def wanted(**more: object) -> Wanted:
    return Wanted(uuid4(), None, LISBON, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "start", "suits"),
    [
        ({}, NOW, True),
        ({"days": frozenset({0})}, NOW, True),
        ({"days": frozenset({1, 2})}, NOW, False),
        ({"parts": frozenset({Part.MORNING})}, NOW + 2 * HOUR + HOUR / 2, True),  # 11:30 in Lisbon, 12:30 in Berlin
        ({"parts": frozenset({Part.MORNING})}, NOW + 3 * HOUR, False),
        ({"parts": frozenset({Part.EVENING})}, NOW + 9 * HOUR, True),
        ({"last": date(2026, 3, 9)}, NOW + 14 * HOUR, True),
        ({"last": date(2026, 3, 9)}, NOW + 15 * HOUR, False),
    ],
)
def test_a_time_suits_on_the_clock_of_who_waits(more: dict[str, object], start: datetime, suits: bool) -> None:
    assert fits(wanted(**more), start) is suits


def test_the_first_that_suits_is_one_that_is_free_and_was_not_offered_before() -> None:
    who = uuid4()
    starts = [NOW + HOUR * hour for hour in range(1, 5)]
    offers = [Offer(int(start.timestamp()), () if start == starts[0] else (who,)) for start in starts]
    found = first_fit(wanted(), offers, {starts[1]})
    assert found
    assert found.start == starts[2]
    assert first_fit(wanted(days=frozenset({6})), offers, ()) is None


def test_an_offer_ends_before_the_clinics_notice_and_is_never_too_short() -> None:
    policy = DEFAULT_POLICY  # two hours, and four hours of notice
    assert offered_until(NOW + DAY, policy, NOW) == NOW + 2 * HOUR
    assert offered_until(NOW + 5 * HOUR, policy, NOW) == NOW + HOUR
    assert offered_until(NOW + 4 * HOUR + timedelta(minutes=9), policy, NOW) is None


@pytest.mark.parametrize(("begins", "hours"), [(9, None), (10, 2), (11, 2)])
def test_what_becomes_free_at_night_is_kept_until_the_mornings_first_offer_is_over(
    begins: int, hours: int | None
) -> None:
    policy = replace(DEFAULT_POLICY, notice=timedelta())  # two hours, and nobody is asked before eight
    night, morning = NOW.replace(hour=3), NOW.replace(hour=8)
    until = kept_until(NOW.replace(hour=begins), policy, night, morning)
    assert until == (None if hours is None else morning + hours * HOUR)


def test_at_night_the_clinics_notice_holds_in_the_morning() -> None:
    night, morning = NOW.replace(hour=3), NOW.replace(hour=8)
    assert kept_until(NOW.replace(hour=12), DEFAULT_POLICY, night, morning) is None
    assert kept_until(NOW.replace(hour=13), DEFAULT_POLICY, night, morning) == morning + HOUR
    assert kept_until(NOW.replace(hour=12), DEFAULT_POLICY, morning, morning) is None


@pytest.mark.parametrize(("hour", "then"), [(7, "08:00"), (8, "08:00"), (19, "19:00"), (20, "08:00"), (23, "08:00")])
def test_at_night_nobody_is_asked(hour: int, then: str) -> None:
    local = datetime(2026, 3, 28, hour, tzinfo=BERLIN)  # clocks change in this night
    waking = next_waking(local, BERLIN)
    assert waking >= local
    assert waking.astimezone(BERLIN).strftime("%H:%M") == then


def test_the_last_day_ends_at_midnight_of_who_waits() -> None:
    last = replace(wanted(last=date(2026, 3, 9)), zone=ZoneInfo("America/Los_Angeles"))  # seven hours behind
    assert still_of_use(last, NOW + 20 * HOUR)
    assert not still_of_use(last, NOW + 23 * HOUR)
    assert still_of_use(wanted(), NOW + 400 * DAY)
