"""What became of a result: reliable change, response, remission, and which answers moved."""

from math import isclose

import pytest

from server.measures.catalogue import shipped
from server.measures.course import Way, change, changed_items, course, reliable_points

ALL = shipped()


@pytest.mark.parametrize(
    ("key", "before", "now", "way", "reliable"),
    [
        ("phq9", 18, 11, Way.BETTER, True),
        ("phq9", 18, 12, Way.BETTER, True),  # 6 points
        ("phq9", 18, 13, Way.BETTER, False),
        ("phq9", 9, 15, Way.WORSE, True),
        ("phq9", 9, 9, Way.SAME, False),
        ("gad7", 12, 8, Way.BETTER, True),  # 4 points
        ("gad7", 12, 9, Way.BETTER, False),
        ("pcl5", 40, 45, Way.WORSE, True),
        ("k10", 30, 20, Way.BETTER, None),  # nobody stated how much is reliable
        ("who5", 40, 60, Way.BETTER, None),  # more is better
    ],
)
def test_change(key: str, before: int, now: int, way: Way, reliable: bool | None) -> None:
    found = change(ALL[key], before, now)
    assert (found.way, found.reliable) == (way, reliable)


@pytest.mark.parametrize(
    ("key", "totals", "response", "remission"),
    [
        ("phq9", [18, 9], True, False),
        ("phq9", [18, 10], False, False),
        ("phq9", [18, 12, 4], True, True),
        ("phq9", [18, 5], True, False),
        ("phq9", [9, 4], None, None),  # began below 10: neither is spoken of
        ("phq9", [18], None, None),
        ("gad7", [14, 7], True, False),
        ("gad7", [14, 4], True, True),
        ("k10", [40, 15], None, None),
    ],
)
def test_response_and_remission_are_said_of_who_began_high_enough(key, totals, response, remission) -> None:
    found = course(ALL[key], totals)
    assert found
    assert (found.response, found.remission) == (response, remission)


def test_it_is_held_against_the_first_and_the_last() -> None:
    found = course(ALL["phq9"], [18, 8, 12])
    assert found
    assert found.from_first
    assert found.from_last
    assert (found.from_first.before, found.from_first.way) == (18, Way.BETTER)
    assert (found.from_last.before, found.from_last.way) == (8, Way.WORSE)
    assert course(ALL["phq9"], []) is None


def test_the_formula_of_jacobson_and_truax() -> None:
    assert isclose(reliable_points(5.0, 0.84), 1.96 * 5 * 2**0.5 * 0.4)


def test_items_that_moved_come_furthest_first_and_open_ones_not_at_all() -> None:
    before = {"phq9_1": 3, "phq9_2": 1, "phq9_3": 0, "phq9_4": 2}
    moved = changed_items(ALL["phq9"], before, {"phq9_1": 0, "phq9_2": 2, "phq9_3": 0})
    assert [(one.item.id, one.by) for one in moved] == [("phq9_1", -3), ("phq9_2", 1)]
