"""Marks in the line of a measure and the rows behind it: those of its time alone, numbered alike, none over another."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from server.measures.chart import APART, WIDE, Happened, Mark, Point, chart
from server.measures.happened import happened

BEGIN = datetime(2026, 1, 1, 9, tzinfo=UTC)


def day(number: int) -> datetime:
    return BEGIN + timedelta(days=number)


def mark(number: int, name: str, kind: Happened = Happened.BEGUN) -> Mark:
    return Mark(day(number), kind, name)


POINTS = [Point(day(0), 20), Point(day(50), 12), Point(day(100), 8)]


def test_marks_of_its_time_are_drawn_and_numbered_by_their_days() -> None:
    marks = [mark(70, "late"), mark(-9, "before"), mark(20, "early"), mark(130, "after")]
    drawn = chart(POINTS, [day(30)], (0, 27), marks=marks)
    assert drawn
    assert [one.name for one in drawn.treated] == ["early", "late"]
    assert [number for _, number in drawn.labels] == ["1", "2"]
    assert drawn.lines.count("M") == 2
    bare = chart(POINTS, [day(30)], (0, 27))
    assert bare
    assert (bare.lines, bare.labels, bare.line) == ("", [], drawn.line)


def test_numbers_that_would_stand_on_each_other_share_a_label() -> None:
    drawn = chart(POINTS, [], (0, 27), marks=[mark(at, str(at)) for at in (10, 12, 13, 60, 99)])
    assert drawn
    assert [number for _, number in drawn.labels] == ["1–3", "4", "5"]
    every = chart(POINTS, [], (0, 27), marks=[mark(at, str(at)) for at in range(0, 101, 7)])
    assert every
    places = [percent * WIDE / 100 for percent, _ in every.labels]
    assert all(after - before >= APART - 2 for before, after in pairwise(places))


def test_the_rows_behind_are_answers_sessions_and_marks_the_newest_first() -> None:
    drawn = chart(POINTS, [day(30), day(300)], (0, 27), marks=[mark(70, "B"), mark(20, "A")])
    rows = happened(POINTS, drawn)
    said = [one.taken.total if one.taken else f"{one.number} {one.mark.name}" if one.mark else "met" for one in rows]
    assert said == [8, "2 B", 12, "met", "1 A", 20]
    assert [one.taken for one in happened(POINTS, None)] == POINTS[::-1]
