"""The days and times of a booking page: grouped and said by the visitor's clock, which whole seconds must not lose."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.booking.hours import WallClock
from server.booking.rules import SOMEBODY, Offer
from server.booking.week import Week, value_of, week_of
from server.moments import Speaker

HOUR = 3600
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/Asuncion",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "UTC",
)


def at(words: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).timestamp())


def shown(offers: list[Offer], zone: str, clinic: str = "Europe/Berlin", start: datetime | None = None) -> Week:
    say = Speaker(ZoneInfo(zone))
    return week_of(offers, say, ZoneInfo(clinic), wanted_day=None, wanted_start=start, before="", after="")


def free(*starts: int) -> list[Offer]:
    return [Offer(start, (SOMEBODY,)) for start in starts]


@pytest.mark.parametrize("zone", ZONES)
def test_every_quarter_of_two_years_falls_on_the_day_and_minute_that_the_clock_shows(zone: str) -> None:
    known = ZoneInfo(zone)
    begin = at("2026-01-01T00:00")
    moments = list(range(begin, begin + 730 * 24 * HOUR, 900))
    clock = WallClock(known, (moments[0], moments[-1]))
    found = [(day.date, minute) for day, place in clock.split(moments) for minute in clock.minutes(moments[place])]
    real = [datetime.fromtimestamp(moment, known) for moment in moments]
    assert found == [(one.date(), one.hour * 60 + one.minute) for one in real]


def test_the_clinics_clock_may_change_within_the_visitors_day() -> None:
    before, after = at("2026-03-29T02:30"), at("2026-03-29T09:00")  # in Lisbon the same night, an hour apart in words
    week = shown(free(at("2026-03-29T00:30"), before, after), "America/New_York")
    times = [time for day in week.days for time in (*day.morning, *day.afternoon, *day.evening)]
    assert [(time.clock, time.there) for time in times] == [("20:30", "1:30"), ("22:30", "4:30"), ("5:00", "11:00")]


@pytest.mark.parametrize(
    ("visitor", "clinic", "times", "there"),
    [
        ("Africa/Lagos", "Europe/Berlin", ("2026-03-28T09:00", "2026-03-29T09:00"), ["10:00", "11:00"]),
        ("Africa/Lagos", "Europe/Berlin", ("2026-03-27T09:00", "2026-03-28T09:00"), ["", ""]),
        # for two hours of one night only: Havana goes ahead at 5:00 in UTC, New York at 7:00
        ("America/New_York", "America/Havana", ("2028-03-12T04:30", "2028-03-12T06:00"), ["23:30", "2:00"]),
        ("Pacific/Honolulu", "Pacific/Kiritimati", ("2026-05-04T09:00",), ["23:00"]),  # a whole day ahead
    ],
)
def test_the_clinics_clock_is_told_at_all_times_when_it_differs_at_one(
    visitor: str, clinic: str, times: tuple[str, ...], there: list[str]
) -> None:
    week = shown(free(*(at(words) for words in times)), visitor, clinic)
    found = [time for day in week.days for time in (*day.morning, *day.afternoon, *day.evening)]
    assert [time.there for time in sorted(found)] == there
    assert week.two_clocks is any(there)


def test_a_day_is_told_in_three_parts_and_counts_what_is_free() -> None:
    starts = [at(f"2026-05-04T{clock}", "Europe/Berlin") for clock in ("11:59", "12:00", "17:59", "18:00")]
    day = shown([*free(*starts), Offer(starts[-1] + HOUR, ())], "Europe/Berlin").days[0]
    assert [len(part) for part in (day.morning, day.afternoon, day.evening)] == [1, 2, 1]
    assert day.free == 4


def test_what_was_asked_for_is_chosen_and_else_the_first_that_is_free() -> None:
    first, second = at("2026-05-04T08:00"), at("2026-05-05T08:00")
    offers = [Offer(first - HOUR, ()), *free(first, second)]
    wanted = datetime.fromtimestamp(second, UTC)
    assert [day.shown for day in shown(offers, "UTC", start=wanted).days] == [False, True]
    assert shown(offers, "UTC", start=wanted + timedelta(hours=1)).chosen == shown(offers, "UTC").chosen
    chosen = shown(offers, "UTC").chosen
    assert chosen
    assert chosen[1].value == value_of(first) == "2026-05-04T08:00Z"


def test_nothing_planned_is_no_day() -> None:
    assert shown([], "UTC").days == ()
