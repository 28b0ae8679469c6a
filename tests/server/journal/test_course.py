"""Looking back: gaps stay gaps, a mean wants its days, a tag its five; and when a gentle word is due. Pure."""

from datetime import date, timedelta

import pytest

from server.journal.mood.chart import Other, Span, chart, cloud, heat
from server.journal.mood.checkin import Word, numbers, word_due
from server.journal.mood.course import Day, Turn, against_sleep, by_day, by_month, by_tag, means, turn
from server.journal.mood.looking import Beside, look, span_of
from server.journal.mood.rules import Mood

FIRST = date(2026, 2, 1)


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def moods(*values: int | None, **more: object) -> list[Day]:
    """From the first day on; None is a day without an entry."""
    return [Day(on(n), Mood(mood=value, **more)) for n, value in enumerate(values) if value is not None]


def test_a_day_is_the_mean_of_its_entries_and_what_was_not_answered_is_no_nought() -> None:
    days = [Day(on(0), Mood(mood=2)), Day(on(0), Mood(mood=5)), Day(on(1), Mood(energy=3)), Day(on(2), Mood(sleep="6"))]
    assert by_day(days, "mood") == {on(0): 3.5}
    assert by_day(days, "energy") == {on(1): 3}
    assert by_day(days, "sleep") == {on(2): 6.5}


def test_the_mean_of_seven_days_is_drawn_where_four_of_them_were_written() -> None:
    values = by_day(moods(4, 4, None, 6, 6, None, None, None, 2, 2, 2, 2), "mood")
    found = means(values)
    assert [day for day, _ in found] == [on(4), on(9), on(10), on(11)]
    assert [mean for _, mean in found] == pytest.approx([5.0, 4.0, 3.0, 2.0])


@pytest.mark.parametrize(
    ("line", "went"),
    [
        ([(0, 4.0), (14, 6.0)], Turn.ROSE),
        ([(0, 4.0), (14, 4.6)], Turn.ROSE_LITTLE),
        ([(0, 4.0), (14, 4.4)], Turn.SAME),
        ([(0, 4.6), (14, 4.0)], Turn.FELL_LITTLE),
        ([(0, 6.0), (14, 3.0)], Turn.FELL),
        ([(0, 4.0), (6, 9.0)], None),
        ([], None),
    ],
)
def test_where_the_mean_went(line, went) -> None:
    assert turn([(on(day), value) for day, value in line]) is went


def test_a_tag_counts_its_days_and_wants_five_of_them() -> None:
    days = (
        moods(6, 6, 6, 6, 8, tags=("outdoors",)) + moods(2, 2, 2, 2, tags=("work",)) + moods(6, 6, 6, 6, 6, own=("x",))
    )
    days.append(Day(on(0), Mood(mood=6, tags=("outdoors",))))
    assert [(one.tag, one.own, one.days, one.mean) for one in by_tag(days)] == [
        ("outdoors", False, 5, 6.4),
        ("x", True, 5, 6),
    ]


def test_mood_against_sleep_wants_five_entries_with_both() -> None:
    days = [*moods(6, 6, 7, 7, sleep="7"), Day(on(9), Mood(mood=3)), Day(on(9), Mood(sleep="4"))]
    assert against_sleep(days) == []
    pairs = against_sleep([*days, Day(on(5), Mood(mood=2, sleep="4"))])
    assert [(one.hours, one.mood, one.times) for one in pairs] == [("4", 2, 1), ("7", 6, 2), ("7", 7, 2)]
    drawn = cloud(pairs)
    assert drawn.circles[0][2] < drawn.circles[1][2], "the more often, the larger"
    assert drawn.circles[0][1] > drawn.circles[2][1], "the better, the higher"


def test_the_line_breaks_where_days_are_missing_and_sessions_and_treatments_stand_beside() -> None:
    span = Span(on(0), on(30))
    values = {on(n): 5.0 for n in (0, 1, 2, 10, 11)}
    other = Other("phq9", "PHQ-9", [(on(0), 20), (on(14), 10)], 0, 27)
    drawn = chart(span, values, list(values.items()), other, [on(3), on(40)], [(on(-9), on(5)), (on(50), on(60))])
    assert drawn
    assert (drawn.dots.count("M"), drawn.line.count("M"), drawn.line.count("L")) == (5, 2, 3)
    assert (drawn.marks.count("M"), drawn.spells.count("M"), drawn.other.count("L")) == (1, 1, 1)
    assert (drawn.last, drawn.other_last[1]) == ((104.0, 5.0), 10)
    assert chart(span, {on(99): 4.0}, [], None) is None


def test_the_calendar_has_a_square_for_each_written_day_and_a_point_for_the_others() -> None:
    drawn = heat(Span(on(0), on(13)), {on(0): 0.0, on(1): 10.0, on(2): 10.0})
    assert [path.count("M") for path in drawn.levels] == [1, 0, 0, 0, 2]
    assert drawn.empty.count("M") == 11
    assert drawn.weeks == 3, "it begins on a Sunday"
    assert [drawn.monday.isoweekday(), drawn.sunday.isoweekday()] == [1, 7]
    assert (drawn.first, drawn.last) == (on(0), on(13))


def test_a_look_has_a_row_for_each_day_or_for_long_spans_each_month() -> None:
    days = moods(*([4] * 40))
    short = look(days, span_of("30", on(39), on(0)), Beside([on(35)]))
    assert (short.wrote, len(short.rows), short.months, short.turn) == (30, 30, (), Turn.SAME)
    assert short.first == 4, "the first mean reaches back before the span"
    long = look(days, span_of("365", on(39), on(0)))
    assert (long.wrote, long.rows) == (40, ())
    assert long.months == by_month(by_day(days, "mood"))[::-1]
    assert span_of("all", on(39), on(0)).days == 40
    assert span_of("all", on(39), None).days == 7
    assert look([], span_of("7", on(0), None)).chart is None


@pytest.mark.parametrize(
    ("days", "word"),
    [
        (moods(5, 5, 5, 2, 2, 1), Word.LOW),
        (moods(5, 5, 5, 2, 1, 2, None), Word.LOW),
        (moods(5, 5, 2, None, 2, 2), None),
        (moods(5, 5, 5, 2, 3, 2), None),
        (moods(8, 7, 8, 8, None, 3), Word.DROP),
        (moods(8, None, 8, 8, None, 3), None),
        (moods(7, 7, 7, 7, 7, 4), None),
        (moods(7, 7, 7, energy=9, sleep="u4") + moods(*[None] * 3, 7, 7, 7, energy=9, sleep="u4"), Word.AWAKE),
        (moods(*[None] * 3, 7, 7, 7, energy=5, sleep="u4"), None),
        (moods(*[None] * 3, 7, 7, 7, energy=9, sleep="4"), None),
        ([], None),
    ],
)
def test_a_word_is_due_after_hard_days_and_never_for_a_gap(days, word) -> None:
    assert word_due(days, on(5) if days and days[-1].day <= on(5) else on(6), numbers()) is word
    assert numbers().awaits, "it says that a clinician has yet to confirm it"
