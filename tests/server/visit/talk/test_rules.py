"""How many lines are welcome, how long they may be, and what is said of how fast they are read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.visit.forms import FieldReason
from server.visit.talk.forms import Typed, line_of
from server.visit.talk.rules import ENOUGH, IN_A_MINUTE, IN_A_VISIT, LONGEST_BYTES, may_write, usually_read_within

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_handful_of_lines_a_minute_is_welcome() -> None:
    assert may_write([NOW] * (IN_A_MINUTE - 1), NOW)
    assert not may_write([NOW] * IN_A_MINUTE, NOW)
    assert may_write([NOW - MINUTE] * IN_A_MINUTE, NOW)
    assert not may_write([NOW - 60 * MINUTE] * IN_A_VISIT, NOW)


def test_nothing_is_said_of_speed_before_enough_lines_were_read() -> None:
    assert usually_read_within([MINUTE] * (ENOUGH - 1)) is None
    assert usually_read_within([timedelta(seconds=5)] * ENOUGH) == MINUTE
    assert usually_read_within([timedelta(seconds=61)] * ENOUGH) == 2 * MINUTE


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=1)), min_size=ENOUGH))
def test_at_least_half_were_read_within_what_is_said(delays: list[timedelta]) -> None:
    said = usually_read_within(delays)
    assert said
    assert sum(delay <= said for delay in delays) * 2 >= len(delays)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  ", FieldReason.MISSING),
        ("م" * (LONGEST_BYTES // 2 + 1), FieldReason.TOO_LONG),
        (" two\r\nrows ", Typed("two\nrows", "x")),
    ],
)
def test_a_line_is_a_kibibyte_at_most_and_not_nothing(text: str, found: object) -> None:
    assert line_of({"text": text, "once": "x"}) == found
