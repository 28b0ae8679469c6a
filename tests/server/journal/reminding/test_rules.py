"""When somebody is asked: at the time of their own wall, spread over their day, never in quiet hours, and it stops."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.booking.reminders.rules import Quiet
from server.journal.reminding.catalogue import conventions
from server.journal.reminding.forms import Choice, Reason, fields_of, parse
from server.journal.reminding.rules import Asked, Fate, Moment, Wish, fate_of, is_quiet, misses, moments_on, next_moment

BERLIN, HOW = ZoneInfo("Europe/Berlin"), conventions()
NIGHT = Quiet(22 * 60, 8 * 60)
SEED = b"one patient"
MONDAY = date(2026, 3, 9)
HOUR = timedelta(hours=1)


def wish(at: int = 20 * 60, number: int = 0, quiet: Quiet = NIGHT, zone: ZoneInfo = BERLIN) -> Wish:
    return Wish(at, number, quiet, zone)


@pytest.mark.parametrize(
    ("day", "utc"),
    [("2026-03-28", 19), ("2026-03-29", 18), ("2026-03-30", 18), ("2026-10-24", 18), ("2026-10-25", 19)],
)
def test_the_time_on_the_wall_stays_over_a_change_of_the_clock(day, utc) -> None:
    (one,) = moments_on(wish(), SEED, date.fromisoformat(day), HOW)
    assert one.at == datetime.fromisoformat(f"{day}T{utc}:00+00:00")


def test_a_time_that_the_clock_leaves_out_comes_once_and_one_that_comes_twice_too() -> None:
    early = wish(at=150, quiet=Quiet(0, 0))  # 2:30
    after = datetime(2026, 3, 28, 12, tzinfo=UTC)
    first = next_moment(early, SEED, after, HOW)
    assert first.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert next_moment(early, SEED, first.at, HOW).day == date(2026, 3, 30)
    fold = next_moment(early, SEED, datetime(2026, 10, 24, 12, tzinfo=UTC), HOW)
    assert fold.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_moment(early, SEED, fold.at, HOW).day == date(2026, 10, 26)


@given(
    st.integers(0, 1439), st.integers(0, 3), st.integers(0, 1439), st.integers(0, 1439),
    st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.binary(min_size=16, max_size=16),
)  # fmt: skip
def test_no_day_asks_in_quiet_hours_or_more_often_than_was_chosen(at, number, begin, end, zone, day, seed) -> None:
    quiet, where = Quiet(begin, end), ZoneInfo(zone)
    if is_quiet(at, quiet):
        return
    found = moments_on(Wish(at, number, quiet, where), seed, day, HOW)
    assert 1 <= len(found) <= number + 1 <= HOW.most_a_day
    assert found == moments_on(Wish(at, number, quiet, where), seed, day, HOW), "every node finds the same"
    days = {(one.at + timedelta(days=shift)).astimezone(where).utcoffset() for one in found for shift in (-1, 0, 1)}
    if len(days) == 1:  # where the clock changes, the fate looks once more
        assert not [one for one in found if quiet.around(one.at, where)]
    assert not [one for one in found if one.place and abs(one.at - _chosen(found)) < HOW.apart]


@given(
    st.integers(0, 1439), st.integers(0, 3), st.sampled_from([NIGHT, Quiet(480, 1320), Quiet(0, 0), Quiet(90, 600)]),
    st.sampled_from(["Europe/Berlin", "America/Havana", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Chatham"]),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)) | st.sampled_from([date(2026, 3, 28), date(2026, 10, 24)]),
    st.binary(min_size=16, max_size=16),
)  # fmt: skip
def test_one_after_the_other_they_are_all_of_all_days_and_none_twice(at, number, quiet, zone, day, seed) -> None:
    asks = Wish(at, number, quiet, ZoneInfo(zone))
    days = [moments_on(asks, seed, day + timedelta(days=shift), HOW) for shift in range(-3, 5)]
    begin = datetime(day.year, day.month, day.day, 12, tzinfo=asks.zone).astimezone(UTC)
    due = sorted({one.at for found in days for one in found if begin < one.at <= begin + timedelta(days=2)})
    walked, moment = [], next_moment(asks, seed, begin, HOW)
    while moment.at <= begin + timedelta(days=2):
        walked.append(moment.at)
        moment = next_moment(asks, seed, moment.at, HOW)
    assert walked == due


def test_who_is_awake_at_night_is_asked_at_their_time_too() -> None:
    """Their time after midnight lies before what was drawn for the evening before."""
    nights = Wish(30, 3, Quiet(8 * 60, 22 * 60), BERLIN)
    for number in range(40):
        seed, after = bytes([number]) * 16, datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
        assert next_moment(nights, seed, after, HOW).at == datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
        found = [one.at for day in (9, 10, 11) for one in moments_on(nights, seed, date(2026, 3, day), HOW)]
        assert all(abs(a - b) >= HOW.apart for a in found for b in found if a != b and b.hour == 23 and b.minute == 30)


def _chosen(found: list[Moment]) -> datetime:
    return next(one.at for one in found if one.place == 0)


def test_random_ones_lie_one_in_each_part_of_the_day_and_elsewhere_on_other_days() -> None:
    many = [moments_on(wish(at=8 * 60, number=3), SEED, MONDAY + timedelta(days=day), HOW) for day in range(60)]
    walls = [[one.at.astimezone(BERLIN).hour for one in day if one.place == 2] for day in many]
    assert all(12 <= hour <= 17 for hours in walls for hour in hours)
    assert len({hours[0] for hours in walls if hours}) > 3


def told(*ago: int, answered: bool = False, now: datetime = datetime(2026, 3, 20, 19, tzinfo=UTC)) -> list[Asked]:
    """Asked so many days ago, each for an hour."""
    return [Asked(at, at + HOUR, at + HOUR / 2 if answered else None) for at in (now - timedelta(days=d) for d in ago)]


def test_it_stops_after_five_without_an_answer_and_whatever_is_written_begins_anew() -> None:
    now = datetime(2026, 3, 20, 19, tzinfo=UTC)
    assert misses(told(1, 2, 3, 4, 5), None, now) == 5
    assert misses(told(1, 2) + told(3, answered=True) + told(4, 5, 6), None, now) == 2
    assert misses(told(1, 2, 3, 4, 5), now - timedelta(days=2, hours=2), now) == 2
    assert misses([Asked(now, now + HOUR)], None, now + HOUR / 2) == 0, "it waits still"
    moment, quiet = Moment(now, now.date(), 0), datetime(2026, 3, 20, 21, 30, tzinfo=UTC)
    fates = {
        Fate.SENT: (told(1, 2, 3, 4), 0, None, False, now),
        Fate.STOPPED: (told(1, 2, 3, 4, 5), 0, None, False, now),
        Fate.WRITTEN: ([], 0, now - HOUR, True, now),
        Fate.FULL: ([], 6, None, False, now),
        Fate.LATE: ([], 0, None, False, now + HOUR),
    }
    for fate, (asked, times, wrote_at, today, at) in fates.items():
        assert fate_of(moment, wish(), asked, times, wrote_at, today, at, HOW) is fate
    assert fate_of(Moment(quiet, now.date(), 0), wish(), [], 0, None, False, quiet, HOW) is Fate.QUIET
    random = Moment(now, now.date(), 1)
    assert fate_of(random, wish(), [], 0, now - HOUR, True, now, HOW) is Fate.SENT, "a day goes up and down"


def test_the_form_reads_back_what_it_shows_and_says_what_does_not_fit() -> None:
    choice = Choice(True, wish(at=19 * 60 + 5, number=2), "mail")
    fields = fields_of(choice)
    assert parse(fields, ["mail", "sms"], BERLIN, HOW) == choice
    assert parse(fields | {"at": "23:00"}, ["mail"], BERLIN, HOW) == {"at": Reason.QUIET}
    for name, wrong in (("at", "24:00"), ("at", "٢٠:00"), ("random", "4"), ("random", "-1"), ("way", "fax")):
        assert set(parse(fields | {name: wrong}, ["mail"], BERLIN, HOW)) == {name}
    off = parse({}, ["mail"], BERLIN, HOW)
    assert isinstance(off, Choice)
    assert not off.on


def test_the_conventions_say_what_no_source_gives() -> None:
    assert HOW.most_a_day == 6
    assert HOW.random_most + 1 <= HOW.most_a_day
    assert HOW.awaits
    assert len(HOW.sources) == 3
