"""Until when a clinic answers, and what staff may send with an answer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.booking.asking import forms
from server.booking.asking.instead import shown
from server.booking.asking.rules import LONGEST_WORDS, MOST_TIMES, answer_by

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("starts_in", "within", "answered_in"),
    [
        (timedelta(days=3), 24 * HOUR, 24 * HOUR),
        (5 * HOUR, 24 * HOUR, 4 * HOUR),
        (HOUR, 24 * HOUR, HOUR / 2),
        (HOUR / 2, 24 * HOUR, HOUR / 4),
    ],
)
def test_an_answer_comes_within_the_clinics_time_and_well_before_the_start(
    starts_in: timedelta, within: timedelta, answered_in: timedelta
) -> None:
    assert answer_by(NOW + starts_in, within, NOW) == NOW + answered_in


def test_what_is_no_time_is_left_out_and_no_more_than_a_few_are_proposed() -> None:
    starts = [f"2026-03-1{day}T09:00Z" for day in range(9)]
    said = forms.parse(" I am away.\r\nIn April? ", ["x", "", *starts, *starts])
    assert said.words == "I am away.\nIn April?"
    assert [start.day for start in said.times] == list(range(10, 10 + MOST_TIMES))
    assert not said.too_long
    assert forms.parse("x" * (LONGEST_WORDS + 1), []).too_long


def test_the_times_nearest_to_the_one_that_was_asked_for_are_shown_a_few_of_each_day() -> None:
    free = [NOW + HOUR * hour for hour in (1, 2, 30, 4, 5, 31, 32, 33)]
    near = shown(free, NOW + 4 * HOUR, ZoneInfo("Europe/Berlin"))
    assert near == [NOW + HOUR * hour for hour in (2, 4, 5, 30, 31, 32)]
