"""The range of a wait: what it is made of, when it stays silent, and that four of five waits end within it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.visit.estimate.rules import ENOUGH, Met, Range, back_test, earliest, overruns, range_for
from tests.server.visit.estimate.years import HOUR, MINUTE, NOW, year


def met(starts: datetime, late: float, *, came: float = 5, lasted: float = 50) -> Met:
    """Let in `late` minutes after the booked time, come `came` minutes before it, ended `lasted` after the start."""
    admitted = starts + late * MINUTE
    return Met(starts - came * MINUTE, starts, 50 * MINUTE, admitted, admitted + lasted * MINUTE)


def test_the_earliest_moment_is_their_time_or_their_arrival() -> None:
    assert earliest(NOW - 5 * MINUTE, NOW, []) == NOW
    assert earliest(NOW + 5 * MINUTE, NOW, []) == NOW + 5 * MINUTE


def test_it_is_the_planned_end_of_a_session_that_runs_then() -> None:
    before = Met(NOW - HOUR, NOW - HOUR, 50 * MINUTE, NOW - 40 * MINUTE)
    assert earliest(NOW - MINUTE, NOW, [before]) == NOW + 10 * MINUTE
    over = Met(NOW - HOUR, NOW - HOUR, 50 * MINUTE, NOW - 40 * MINUTE, NOW - MINUTE)
    assert earliest(NOW - MINUTE, NOW, [over]) == NOW


def test_nothing_is_said_with_too_few_waits() -> None:
    spans = [number * MINUTE for number in range(ENOUGH)]
    assert range_for(NOW, spans[1:], NOW - MINUTE) is None
    assert range_for(NOW, spans, NOW - MINUTE) == Range(NOW + MINUTE, NOW + 18 * MINUTE)


def test_who_waits_longer_than_nearly_all_before_reads_nothing() -> None:
    spans = [number * MINUTE for number in range(40)]
    assert range_for(NOW, spans, NOW + 10 * MINUTE)
    assert range_for(NOW, spans, NOW + 25 * MINUTE) is None


@pytest.mark.parametrize("seed", range(5))
def test_four_of_five_waits_end_within_their_range(seed: int) -> None:
    tested = back_test(year(seed))
    assert tested.asked > 350
    assert 0.7 <= tested.coverage <= 0.9, tested


SPANS = st.lists(
    st.floats(-10, 120, allow_nan=False).map(lambda minutes: minutes * MINUTE), min_size=ENOUGH + 1, max_size=60,
    unique=True,
)  # fmt: skip


@given(SPANS)
def test_of_any_waits_each_asked_of_the_others_at_least_seven_of_ten_are_inside(spans: list[timedelta]) -> None:
    early = NOW - HOUR
    found = [range_for(NOW, [other for other in spans if other != one], early) for one in spans]
    inside = sum(r is not None and r.from_at <= NOW + one <= r.until_at for one, r in zip(spans, found, strict=True))
    assert inside >= 0.7 * len(spans)


@given(SPANS, st.integers(-60, 120))
def test_a_range_is_in_order_and_never_over(spans: list[timedelta], passed: int) -> None:
    now = NOW + passed * MINUTE
    found = range_for(NOW, spans, now)
    assert found is None or (found.from_at <= found.until_at and found.until_at > now and found.from_at >= now)


def test_an_overrun_is_measured_from_what_could_be_expected() -> None:
    first = met(NOW, late=0, lasted=70)
    second = met(NOW + HOUR, late=12)
    assert overruns([first, second]) == [timedelta(), 12 * MINUTE]
