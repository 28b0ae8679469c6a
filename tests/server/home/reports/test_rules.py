"""What a report shows, and that nobody can work out what it hides."""

from collections import defaultdict
from datetime import UTC, date, datetime
from itertools import pairwise, permutations, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.clinic.rules import WeeklyHours
from server.home.reports.rules import (
    KINDS,
    Published,
    Sums,
    before,
    course,
    month_of,
    offered_minutes,
    published,
    table,
)

SMALL = range(1, 5)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize(("cells", "most"), [(1, 12), (2, 14), (3, 11)])
def test_whoever_knows_the_rule_cannot_tell_any_small_count(cells: int, most: int, zeros: bool) -> None:
    """Of all counts that would be published alike, no small one is always the same."""
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for order in permutations(range(cells)):
        for counts in product(range(most + 1), repeat=cells):
            alike[published(counts, order, zeros=zeros)].append(counts)
    for shown, several in alike.items():
        for at, cell in enumerate(shown.cells):
            could_be = {counts[at] for counts in several}
            assert cell is not None or len(could_be) > 1 or min(could_be) > 4, (shown, several[0])


@given(some.data(), some.lists(some.integers(0, 40), min_size=1, max_size=12))
def test_no_small_count_is_shown_and_no_sum_gives_one_away(data: some.DataObject, counts: list[int]) -> None:
    order = data.draw(some.permutations(range(len(counts))))
    shown = published(counts, order)
    assert all(
        cell is None or (cell == count and count not in SMALL) for cell, count in zip(shown.cells, counts, strict=True)
    )
    assert all(cell == 0 for cell, count in zip(shown.cells, counts, strict=True) if count == 0), "nobody is nobody"
    hidden = [count for cell, count in zip(shown.cells, counts, strict=True) if cell is None]
    if shown.total is None:
        assert sum(counts) in SMALL or not [count for count in counts if count > 1]
        assert not any(cell for cell in shown.cells)
    else:
        assert shown.total == sum(counts)
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= 5)


def test_averages_and_use_are_hidden_with_the_counts_behind_them() -> None:
    lines = [
        ("Mara", Sums(20, 6, 12, 3600, 1000)),
        ("Samir", Sums(3, 0, 3, 600, 150)),
        ("Ines", Sums(9, 5, 4, 60, 450)),
    ]
    shown = {kind: published([getattr(one, kind) for _, one in lines], [0, 1, 2]) for kind in KINDS}
    found = table(lines, [2000, 2000, 2000], shown)
    mara, samir, ines = found.rows
    assert (mara.booked, mara.use, mara.waited) == (None, None, 5)  # hidden with Samir, for whom one is too few
    assert (samir.booked, samir.missed, samir.waited, samir.use) == (None, 0, None, None)
    assert (ines.booked, ines.use, ines.waited) == (9, 22, None)
    assert (found.total.booked, found.total.missed) == (32, 11)


def test_a_zero_hides_nobody_else() -> None:
    assert published([0, 6], [0, 1]) == Published((0, 6), 6)
    assert published([0, 0], [0, 1]) == Published((0, 0), 0)
    assert published([0, 3], [0, 1]) == Published((0, None), None)
    assert published([0, 3, 9], [0, 1, 2]) == Published((0, None, None), 12), "never the zero instead of the nine"


def test_a_zero_is_hidden_with_another_where_it_would_tell_of_everybody() -> None:
    assert published([0, 6], [0, 1], zeros=True) == Published((None, None), 6)
    assert published([0, 6, 7], [0, 1, 2], zeros=True) == Published((None, None, 7), 13)


def test_where_each_is_one_person_the_total_does_not_say_so() -> None:
    """Five hidden lines and five people are one for each."""
    assert published([1, 1, 0, 1, 1, 1], range(6)) == Published((None, None, 0, None, None, None), None)
    assert published([1, 1, 1, 1, 1, 8, 9], range(7)) == Published((None,) * 6 + (9,), 22)


def test_spans_are_whole_months_that_share_no_day() -> None:
    may = month_of(date(2026, 5, 20))
    assert (may.first, may.after) == (date(2026, 5, 1), date(2026, 6, 1))
    assert before(month_of(date(2026, 1, 1))).first == date(2025, 12, 1)
    months = course(may)
    assert (len(months), months[0].first, months[-1]) == (12, date(2025, 6, 1), may)
    assert all(one.after == following.first for one, following in pairwise(months))
    begin, end = month_of(date(2026, 3, 29)).span(BERLIN)
    assert (end - begin).total_seconds() == (31 * 24 - 1) * 3600  # one of its Sundays is an hour short


def test_offered_time_is_hours_without_what_is_closed() -> None:
    week = [WeeklyHours(0, 9 * 60, 12 * 60), WeeklyHours(0, 11 * 60, 13 * 60), WeeklyHours(1, 9 * 60, 10 * 60)]
    span = datetime(2026, 3, 8, 23, tzinfo=UTC), datetime(2026, 3, 15, 23, tzinfo=UTC)
    assert offered_minutes([(week, {})], [], BERLIN, span) == 300
    monday = datetime(2026, 3, 9, 8, tzinfo=UTC).timestamp()
    away = [(int(monday), int(monday) + 3600), (int(monday) + 1800, int(monday) + 5400)]
    assert offered_minutes([(week, {})], away, BERLIN, span) == 300 - 90
    assert offered_minutes([(week, {date(2026, 3, 10): []})], [], BERLIN, span) == 240
