"""Two tables of the same counts: nobody can work out what one hides from what the other shows."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as some

from server.home.reports.crossed import Both, Cells, Crossed, both, shown_of
from server.home.reports.rules import KINDS, Published

SMALL = range(1, 5)
SIZES = (3, 3)
ALL = [(row, column) for row in range(3) for column in range(3)]


@cache
def ways(total: int, cells: int) -> Sequence[tuple[int, ...]]:
    """Every way to share out a total."""
    if cells == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in ways(total - first, cells - 1)]


def sums(cells: Mapping[tuple[int, int], int]) -> list[int]:
    rows = [sum(count for (row, _), count in cells.items() if row == at) for at in range(3)]
    return rows + [sum(count for (_, column), count in cells.items() if column == at) for at in range(3)]


def fits(count: int, shown: int | None) -> bool:
    return count == shown if shown is not None else count > 0


def possible(able: Sequence[tuple[int, int]], shown: Both) -> Iterator[dict[tuple[int, int], int]]:
    """All counts that would look like this, for somebody who knows who gives what and that a zero is shown."""
    cells = (*shown[0].cells, *shown[1].cells)
    for counts in ways(shown[0].total or 0, len(able)):
        found = dict(zip(able, counts, strict=True))
        if all(fits(count, cell) for count, cell in zip(sums(found), cells, strict=True)):
            yield found


@settings(max_examples=150, deadline=None)
@given(some.data())
def test_nobody_can_work_out_a_small_count_from_both_tables(data: some.DataObject) -> None:
    able = data.draw(some.lists(some.sampled_from(ALL), min_size=2, max_size=5, unique=True))
    cells: Cells = {pair: data.draw(some.sampled_from([0, 1, 2, 3, 5, 6])) for pair in able}
    orders = data.draw(some.permutations(range(3))), data.draw(some.permutations(range(3)))
    shown = both(Crossed(cells, SIZES, able), orders)
    assert shown is not None
    counts = sums(cells)
    assert all(fits(count, cell) for count, cell in zip(counts, (*shown[0].cells, *shown[1].cells), strict=True))
    assert not [count for count, cell in zip(counts, (*shown[0].cells, *shown[1].cells), strict=True) if cell in SMALL]
    if shown[0].total is None:
        assert not any(cell for table in shown for cell in table.cells)
        return
    assert shown[0].total == shown[1].total == sum(cells.values())
    could = list(possible(able, shown))
    assert cells in could
    for at, count in enumerate(counts):
        assert count not in SMALL or len({sums(one)[at] for one in could}) > 1, (cells, shown, at)
    for pair, count in cells.items():
        assert count not in SMALL or len({one[pair] for one in could}) > 1, (cells, shown, pair)


def test_what_one_table_hides_is_not_the_difference_of_the_other() -> None:
    """Three therapists who each give one service, so the tables are the same twice: no line is shown in one of them and
    hidden in the other unless it is no small one, and another stays hidden in both."""
    cells = {(0, 0): 3, (1, 1): 12, (2, 2): 20}
    shown = both(Crossed(cells, SIZES), ([1, 2, 0], [2, 1, 0]))
    assert shown == (Published((None, None, None), 35), Published((None, 12, None), 35))


def test_how_often_one_gave_one_service_is_no_difference_either() -> None:
    """The second service is given by both, the first by one alone: twenty without eighteen are two."""
    cells = {(0, 0): 18, (0, 1): 2, (1, 1): 10}
    shown = both(Crossed(cells, (2, 2)), ([0, 1], [0, 1]))
    assert shown == (Published((None, None), 30), Published((18, 12), 30))


def test_where_nothing_is_small_all_is_shown() -> None:
    cells = {(0, 0): 18, (0, 1): 7, (1, 1): 10}
    shown = both(Crossed(cells, (2, 2), [(1, 0)]), ([0, 1], [0, 1]))
    assert shown == (Published((25, 10), 35), Published((18, 17), 35))


def kinds(booked: Cells, missed: Cells, met: Cells) -> Mapping[str, Both]:
    crossed = {kind: Crossed(cells, (2, 1)) for kind, cells in zip(KINDS, (booked, missed, met), strict=True)}
    return shown_of(crossed, {kind: ([0, 1], [0]) for kind in KINDS})


def test_who_did_not_come_does_not_say_how_many_were_booked() -> None:
    """Fifteen booked, fourteen of one therapist who all stayed away: the other had one."""
    shown = kinds({(0, 0): 14, (1, 0): 1}, {(0, 0): 14, (1, 0): 0}, {(0, 0): 0, (1, 0): 0})
    assert shown["booked"][0] == Published((None, None), 15)
    assert shown["missed"][0] == Published((None, None), 14)
    shown = kinds({(0, 0): 16, (1, 0): 3}, {(0, 0): 5, (1, 0): 0}, {(0, 0): 0, (1, 0): 0})
    assert shown["missed"][0] == Published((5, 0), 5)


def test_an_average_does_not_say_it_either() -> None:
    """Whose average is shown met five at least, so of six that were booked the other had one."""
    shown = kinds({(0, 0): 5, (1, 0): 1}, {(0, 0): 0, (1, 0): 0}, {(0, 0): 5, (1, 0): 0})
    assert shown["met"][0].cells == (None, None)


def test_a_clinic_of_two_hundred_is_quick() -> None:
    """Whatever is small in it is open to doubt, and most of it is shown."""
    cells = {(row, column): 1 + (row * 7 + column * 3) % 9 for row in range(200) for column in range(12)}
    shown = both(Crossed(cells, (200, 12)), (range(200), range(12)))
    assert shown is not None
    assert None not in shown[1].cells
