"""Weekly wall hours as real time: gaps, folds, and the grid of starts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.booking.hours import (
    ceiling,
    floor,
    free_starts,
    full,
    grid,
    local_days,
    merged,
    moment,
    open_stretches,
    rising,
    wanted,
)
from server.clinic.rules import Most, WeeklyHours

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = 6


def stretches(zone: str, day: datetime, *spans: tuple[int, int]) -> list[tuple[str, str]]:
    """Open stretches of one Sunday as 'HH:MM' in UTC."""
    week = [WeeklyHours(SUNDAY, start, end) for start, end in spans]
    window = floor(day), floor(day) + 86400
    found = open_stretches(week, ZoneInfo(zone), local_days(ZoneInfo(zone), window), window)
    return [(f"{moment(a):%H:%M}", f"{moment(b):%H:%M}") for a, b in found]


def test_hours_are_wall_time_in_winter_and_in_summer() -> None:
    week = [WeeklyHours(0, 9 * 60, 12 * 60)]
    for monday, utc_hour in ((datetime(2026, 1, 5, tzinfo=UTC), 8), (datetime(2026, 7, 6, tzinfo=UTC), 7)):
        window = floor(monday), floor(monday) + 86400
        found = open_stretches(week, BERLIN, local_days(BERLIN, window), window)
        assert [moment(start).hour for start, _ in found] == [utc_hour]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (((60, 300),), [("00:00", "03:00")]),  # 1:00-5:00 lost its third hour: three real hours
        (((150, 300),), [("01:30", "03:00")]),  # 2:30 does not exist: it moves forward to 3:30
        (((60, 150),), [("00:00", "01:30")]),  # until 2:30 moves forward to 3:30 as well
        (((120, 180),), []),  # the skipped hour alone holds nothing
    ],
)
def test_in_a_gap_wall_times_move_forward_by_the_gap(
    spans: tuple[tuple[int, int], ...], expected: list[tuple[str, str]]
) -> None:
    assert stretches("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), *spans) == expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (((60, 240),), [("23:00", "03:00")]),  # 1:00-4:00 holds four real hours
        (((150, 180),), [("00:30", "02:00")]),  # from the first 2:30 until 3:00
        (((120, 150),), [("00:00", "01:30")]),  # from the first 2:00 until the second 2:30
    ],
)
def test_in_a_fold_hours_begin_at_the_first_and_end_at_the_second_occurrence(
    spans: tuple[tuple[int, int], ...], expected: list[tuple[str, str]]
) -> None:
    assert stretches("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), *spans) == expected


def test_lord_howe_moves_by_half_an_hour() -> None:
    # 5 October 2025 2:00 -> 2:30, from +10:30 to +11
    assert stretches("Australia/Lord_Howe", datetime(2025, 10, 4, 13, 30, tzinfo=UTC), (135, 300)) == [
        ("15:45", "18:00")
    ]


def test_kathmandu_stands_at_three_quarters() -> None:
    assert stretches("Asia/Kathmandu", datetime(2026, 3, 7, 18, 15, tzinfo=UTC), (540, 600)) == [("03:15", "04:15")]


def test_a_day_that_begins_at_one_when_midnight_is_skipped() -> None:
    # Sao Paulo, 4 November 2018: 0:00 -> 1:00
    assert stretches("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC), (0, 120)) == [("03:00", "04:00")]


def test_hours_until_midnight_end_with_the_day() -> None:
    assert stretches("Europe/Berlin", datetime(2026, 6, 6, 22, tzinfo=UTC), (22 * 60, 1440)) == [("20:00", "22:00")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(5, 7), (0, 2), (2, 4)], [(0, 2), (2, 4), (5, 7)]),
        ([(5, 7), (0, 3), (2, 4)], [(0, 4), (5, 7)]),
        ([(0, 9), (2, 4), (9, 10)], [(0, 10)]),
        ([], []),
    ],
)
def test_in_order_nothing_overlaps_and_what_touches_may_stay(given, expected) -> None:
    assert rising(sorted(given)) == rising(given[:1], given[1:]) == expected


def test_what_touches_is_merged() -> None:
    assert merged([(5, 7), (0, 2), (2, 4), (3, 5), (9, 10)]) == [(0, 7), (9, 10)]


def test_each_stretch_counts_its_own_steps_and_a_session_may_run_on_into_the_next() -> None:
    assert grid([(0, 100), (100, 200)], 30, 50, (0, 1000)) == [0, 30, 60, 90, 100, 130]


def test_the_grid_does_not_depend_on_where_the_window_begins() -> None:
    whole = grid([(0, 1000)], 70, 50, (0, 1000))
    assert grid([(0, 1000)], 70, 50, (300, 600)) == [start for start in whole if 300 <= start < 600]


def test_a_start_is_free_when_its_buffers_miss_all_that_is_taken() -> None:
    assert list(free_starts(wanted([0, 10, 20, 30], before=2, length=5), [(12, 18)])) == [True, False, True, True]
    assert list(free_starts(wanted([0, 10], before=0, length=5), [(15, 20)])) == [True, True]


def test_seconds_round_away_from_what_is_taken() -> None:
    at = datetime(2026, 3, 9, 9, 0, 0, 500, tzinfo=UTC)
    assert ceiling(at) - floor(at) == 1


def spans(found: list[tuple[int, int]]) -> list[tuple[str, str]]:
    return [
        (f"{moment(a).astimezone(BERLIN):%a %d %H:%M}", f"{moment(b).astimezone(BERLIN):%a %d %H:%M}") for a, b in found
    ]


def at(day: int, hour: int) -> int:
    """In the week of Berlin's change of clocks, whose Sunday, 29 March, has 23 hours."""
    return floor(datetime(2026, 3, day, hour, tzinfo=BERLIN))


def test_a_day_with_as_many_sessions_as_somebody_gives_is_full_from_midnight_to_midnight() -> None:
    starts = [at(27, 9), at(27, 17), at(29, 1), at(29, 23)]
    window = at(27, 12), at(30, 12)
    assert spans(full(BERLIN, starts, Most(a_day=2), window)) == [
        ("Fri 27 00:00", "Sat 28 00:00"),
        ("Sun 29 00:00", "Mon 30 00:00"),
    ]
    assert full(BERLIN, starts, Most(a_day=3), window) == []


def test_a_week_is_full_from_monday_to_monday_also_by_what_was_before_the_window() -> None:
    starts = [at(23, 9), at(24, 9), at(29, 9), at(30, 9)]
    window = at(28, 0), at(31, 0)
    assert spans(full(BERLIN, starts, Most(a_week=3), window)) == [("Mon 23 00:00", "Mon 30 00:00")]
    assert full(BERLIN, starts, Most(a_week=4), window) == []
    assert full(BERLIN, starts, Most(), window) == []
