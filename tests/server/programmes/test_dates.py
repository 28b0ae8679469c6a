"""On which days a course is: weeks, holidays, missed days, the taper, and what becomes of what was booked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.programmes.catalogue import shipped
from server.programmes.course import Beside, Entry, Key, Programme, history
from server.programmes.dates import Slot, clear_day, replanned, slots
from tests.server.programmes.courses import BERLIN, figure, small, step

TMS = shipped()["tms"]
BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def always(day: date) -> bool:
    return True


def days(found: list[Slot]) -> list[date]:
    return [slot.day for slot in found]


def given_on(*of: date) -> list[Entry]:
    """The treatments of a course, one on each of these days."""
    at = [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for day in of]
    return [Entry(Key(name, n), moment) for n, moment in enumerate(at, 1) for name in ("treatment", "after")]


def ahead(first: date, *of: date, closed: tuple[date, ...] = (), extra: int = 0) -> list[Slot]:
    programme = Programme(TMS, BERLIN, BEGAN, extra={"acute": extra} if extra else {})
    return slots(programme, history(TMS, given_on(*of)), first, lambda day: day not in closed)


def test_the_course_of_the_textbook() -> None:
    found = days(ahead(date(2026, 1, 5)))
    assert (found[0], found[29]) == (date(2026, 1, 5), date(2026, 2, 13))
    taper = [date(2026, 2, 16), date(2026, 2, 18), date(2026, 2, 20), date(2026, 2, 23), date(2026, 2, 26)]
    assert found[30:] == [*taper, date(2026, 3, 4)]


@pytest.mark.parametrize(
    ("minute", "day"), [(8 * 60, date(2026, 1, 7)), (10 * 60, date(2026, 1, 6)), (9 * 60 + 59, date(2026, 1, 7))]
)
def test_a_new_course_begins_on_the_first_day_that_keeps_clear_of_the_last_session_of_another(minute, day) -> None:
    last = datetime(2026, 1, 5, 17, tzinfo=UTC)  # the least time of 16 hours is over at ten in Berlin
    other = Beside(TMS, history(TMS, [Entry(Key("treatment", 7), last)]))
    programme, nothing = Programme(TMS, BERLIN, BEGAN, others=(other,)), history(TMS, [])
    assert clear_day(programme, nothing, date(2026, 1, 5), minute) == day
    assert clear_day(programme, nothing, date(2026, 2, 2), minute) == date(2026, 2, 2), "it is long ago by then"
    assert clear_day(replace(programme, others=()), nothing, date(2026, 1, 5), minute) == date(2026, 1, 5)


def test_a_gap_of_less_than_a_day_is_kept_within_it() -> None:
    fast = shipped()["tms-accelerated"]
    other = Beside(fast, history(fast, [Entry(Key("treatment", 7), datetime(2026, 1, 5, 8, tzinfo=UTC))]))
    programme = Programme(fast, BERLIN, BEGAN, others=(other,))
    assert clear_day(programme, history(fast, []), date(2026, 1, 5), 9 * 60) == date(2026, 1, 5)


def test_a_missed_day_moves_everything_after_it_and_the_taper_with_it() -> None:
    found = ahead(date(2026, 1, 8), date(2026, 1, 5), date(2026, 1, 6))  # not on Wednesday the 7th
    assert (found[0].session, found[0].day) == (3, date(2026, 1, 8))
    assert found[27].day == date(2026, 2, 16)
    assert days(found)[28:31] == [date(2026, 2, 23), date(2026, 2, 25), date(2026, 2, 27)]


def test_a_holiday_keeps_the_order_and_in_the_taper_takes_the_next_free_day_of_the_week() -> None:
    closed = (date(2026, 1, 6), date(2026, 2, 23), date(2026, 2, 24))
    found = days(ahead(date(2026, 1, 5), closed=closed))
    assert date(2026, 1, 6) not in found
    assert found[29] == date(2026, 2, 16)
    assert found[30:33] == [date(2026, 2, 25), date(2026, 2, 27), date(2026, 3, 2)]


def test_a_block_that_is_added_comes_before_the_taper() -> None:
    found = ahead(date(2026, 1, 5), extra=10)
    assert len(found) == 46
    assert (found[39].day, found[40].day) == (date(2026, 2, 27), date(2026, 3, 2))


def test_a_taper_that_has_begun_keeps_its_weeks() -> None:
    acute = [slot.day for slot in ahead(date(2026, 1, 5))][:30]
    found = days(ahead(date(2026, 2, 19), *acute, date(2026, 2, 16), date(2026, 2, 18)))
    assert found == [date(2026, 2, 20), date(2026, 2, 23), date(2026, 2, 26), date(2026, 3, 4)]


def test_ten_a_day_and_what_is_left_of_a_day_that_began() -> None:
    definition = shipped()["tms-accelerated"]
    programme = Programme(definition, BERLIN, BEGAN)
    found = slots(programme, history(definition, ()), date(2026, 1, 5), always)
    assert (found[9], found[10]) == (Slot(10, date(2026, 1, 5), 9), Slot(11, date(2026, 1, 6), 0))
    assert found[-1] == Slot(50, date(2026, 1, 9), 9)
    begun = history(definition, given_on(*[date(2026, 1, 5)] * 4))
    assert slots(programme, begun, date(2026, 1, 5), always)[0] == Slot(5, date(2026, 1, 5), 4)
    start = found[1].start(9 * 60, timedelta(minutes=50), BERLIN)
    assert start == datetime(2026, 1, 5, 8, 50, tzinfo=UTC)


def test_follow_ups_so_many_days_after_what_was_given() -> None:
    phases = [
        {"id": "dose", "name": "Dose", "sessions": "one", "weeks": [["mon"]], "source": "a test"},
        {"id": "later", "name": "Later", "sessions": "three", "days_after": [1, 28, 365], "source": "a test"},
    ]
    figures = {"one": figure(1, "sessions"), "three": figure(3, "sessions")}
    definition = small(phases=phases, figures=figures, steps=[step("treatment", "session", "session")], gates=[])
    programme, done = Programme(definition, BERLIN, BEGAN), history(definition, given_on(date(2026, 1, 7))[:1])
    found = slots(programme, done, date(2026, 1, 8), lambda day: day != date(2026, 1, 8))
    assert days(found) == [date(2026, 1, 9), date(2026, 2, 4), date(2027, 1, 7)]


def test_follow_ups_that_are_late_or_added_have_a_day_each() -> None:
    phases = [
        {"id": "dose", "name": "Dose", "sessions": "one", "weeks": [["mon"]], "source": "a test"},
        {"id": "later", "name": "Later", "sessions": "three", "days_after": [1, 8, 22], "source": "a test"},
    ]
    figures = {"one": figure(1, "sessions"), "three": figure(3, "sessions")}
    definition = small(phases=phases, figures=figures, steps=[step("treatment", "session", "session")], gates=[])
    done = history(definition, given_on(date(2026, 1, 7))[:1])
    found = slots(Programme(definition, BERLIN, BEGAN), done, date(2026, 2, 20), always)
    assert days(found) == [date(2026, 2, 20), date(2026, 2, 21), date(2026, 2, 22)], "none of them is lost"
    longer = slots(Programme(definition, BERLIN, BEGAN, extra={"later": 2}), done, date(2026, 1, 8), always)
    assert days(longer)[2:] == [date(2026, 1, 29), date(2026, 2, 12), date(2026, 2, 26)], "at the last distance"


def test_bookings_that_fit_stay_others_move_and_what_lacks_is_added() -> None:
    wanted = [Slot(number, date(2026, 1, number)) for number in (5, 6, 7, 8)]
    booked = [(date(2026, 1, 6), "b"), (date(2026, 1, 9), "d"), (date(2026, 1, 7), "c")]
    found = replanned(wanted, booked)
    assert found.stay == [(wanted[1], "b"), (wanted[2], "c")]
    assert found.move == [(wanted[0], "d")]
    assert found.add == [wanted[3]]
    assert replanned(wanted[:1], booked).left == ["c", "d"]


@settings(deadline=None, max_examples=50)
@given(
    st.integers(0, 36),
    st.sets(st.integers(0, 120), max_size=40),
    st.integers(0, 20),
    st.sampled_from(["tms", "esketamine"]),
)
def test_every_session_ahead_has_one_day_in_order_and_none_is_closed(
    over: int, shut: set[int], wait: int, name: str
) -> None:
    definition, monday = shipped()[name], date(2026, 1, 5)
    programme = Programme(definition, BERLIN, BEGAN)
    over = min(over, programme.total)
    closed = {monday + timedelta(days=number) for number in shut}
    all_days = days(slots(programme, history(definition, ()), monday, always))
    entries = [
        Entry(Key(step.id, n), datetime.combine(day, BEGAN.timetz()))
        for n, day in enumerate(all_days[:over], 1)
        for step in (definition.treatment, definition.ending)
    ]
    first = (all_days[over - 1] if over else monday) + timedelta(days=1 + wait)
    found = slots(programme, history(definition, entries), first, lambda day: day not in closed)
    assert [slot.session for slot in found] == list(range(over + 1, programme.total + 1))
    assert days(found) == sorted(set(days(found)))
    assert all(day >= first and day not in closed and day.weekday() < 5 for day in days(found))
