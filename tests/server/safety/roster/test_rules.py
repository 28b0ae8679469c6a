"""Who is on call: the week, shifts over midnight, dates that differ, and nights on which the clock changes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from server.safety.roster.forms import Dated, Weekly, parse_date, parse_week
from server.safety.roster.rules import Roster, Shift, call_until, next_call, on_call, own_until

BERLIN = ZoneInfo("Europe/Berlin")
MARA, SAMIR = UUID(int=1), UUID(int=2)
NIGHT = Shift(18 * 60, (24 + 8) * 60, MARA)
MONDAY = date(2026, 3, 9)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def nights(**more) -> Roster:
    return Roster(BERLIN, {0: [NIGHT], 1: [NIGHT]}, **more)


@pytest.mark.parametrize(
    ("day", "hour", "who"),
    [(0, 17, ()), (0, 18, (MARA,)), (1, 7, (MARA,)), (1, 8, ()), (2, 7, (MARA,)), (2, 18, ()), (0, 3, ())],
)
def test_a_night_shift_belongs_to_the_day_on_which_it_begins(day: int, hour: int, who: tuple) -> None:
    assert on_call(nights(), at(MONDAY + timedelta(days=day), hour)) == who


def test_whoever_began_first_is_called_first_and_nobody_twice() -> None:
    roster = Roster(BERLIN, {0: [Shift(600, 720, SAMIR), Shift(540, 660, MARA), Shift(540, 720, MARA)]})
    assert on_call(roster, at(MONDAY, 10, 30)) == (MARA, SAMIR)


def test_a_date_takes_the_place_of_the_week_for_what_begins_on_it() -> None:
    samir = nights(dates={MONDAY: [Shift(20 * 60, 22 * 60, SAMIR)]})
    assert on_call(samir, at(MONDAY, 19)) == ()
    assert on_call(samir, at(MONDAY, 21)) == (SAMIR,)
    nobody = nights(dates={MONDAY + timedelta(days=1): []})
    assert on_call(nobody, at(MONDAY + timedelta(days=1), 7)) == (MARA,), "the night before still runs"
    assert on_call(nobody, at(MONDAY + timedelta(days=1), 19)) == ()


def test_until_when_without_a_gap_and_when_the_next_begins() -> None:
    roster = Roster(BERLIN, {0: [NIGHT, Shift(17 * 60, 18 * 60, SAMIR)]})
    assert call_until(roster, at(MONDAY, 17, 30)) == at(MONDAY + timedelta(days=1), 8)
    assert call_until(roster, at(MONDAY, 12)) is None
    assert next_call(roster, at(MONDAY, 12)) == at(MONDAY, 17)
    assert next_call(roster, at(MONDAY, 18)) == at(MONDAY + timedelta(days=7), 17)
    assert next_call(Roster(BERLIN), at(MONDAY, 12)) is None


def test_each_person_reads_until_when_they_are_on_call() -> None:
    roster = Roster(BERLIN, {0: [NIGHT, Shift(17 * 60, 19 * 60, SAMIR)]})
    assert own_until(roster, SAMIR, at(MONDAY, 18)) == at(MONDAY, 19)
    assert own_until(roster, MARA, at(MONDAY, 18)) == at(MONDAY + timedelta(days=1), 8)
    assert own_until(roster, SAMIR, at(MONDAY, 19)) is None


def test_the_night_on_which_the_clock_goes_back_is_an_hour_longer() -> None:
    roster = Roster(BERLIN, {5: [NIGHT]})
    before = at(date(2026, 10, 24), 18)
    assert call_until(roster, before) == before + timedelta(hours=15)


def week(**fields: str):
    return parse_week({"days": "work", "who": str(MARA), "from": "18:00", "until": "08:00", **fields}, [MARA])


def test_an_earlier_time_is_of_the_next_day_and_the_same_is_a_whole_day() -> None:
    assert week() == Weekly((0, 1, 2, 3, 4), NIGHT)
    assert week(until="18:00").shift == Shift(18 * 60, 42 * 60, MARA)
    assert week(**{"from": "08:00", "until": "12:00"}).shift == Shift(480, 720, MARA)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"who": str(SAMIR)}, "who"), ({"from": ""}, "from"), ({"until": "x"}, "until"), ({"days": "7"}, "days")],
)
def test_what_does_not_stand_is_named(fields: dict, wrong: str) -> None:
    assert list(week(**fields)) == [wrong]


def test_a_date_may_be_nobodys_and_not_long_over() -> None:
    assert parse_date({"day": "2026-03-09", "date_who": "nobody"}, [MARA], MONDAY) == Dated(MONDAY, None)
    assert list(parse_date({"day": "2026-03-07", "date_who": "nobody"}, [MARA], MONDAY)) == ["day"]
    sent = {"day": "2026-03-09", "date_who": str(MARA), "date_from": "18:00", "date_until": "08:00"}
    assert parse_date(sent, [MARA], MONDAY) == Dated(MONDAY, NIGHT)
