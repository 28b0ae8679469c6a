"""When a rung comes: the clock of an alert, its pauses, and a person's answer."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.safety.alerts.rules import Alert, Calls, Span, Step, Why, due, due_at, moment, next_due

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
LADDER = (
    Step("page", timedelta()),
    Step("therapist", timedelta(seconds=60)),
    Step("colleague", timedelta(seconds=180)),
    Step("offer", timedelta(seconds=600), Calls.SUBJECT),
)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def alert(*spans: Span, fired: tuple[str, ...] = (), closed: bool = False) -> Alert:
    rungs = tuple((rung, NOON) for rung in fired)
    return Alert(uuid4(), uuid4(), "waiting", uuid4(), NOON, spans, rungs, NOON if closed else None)


def names(found: list[Step]) -> list[str]:
    return [step.rung for step in found]


@pytest.mark.parametrize(
    ("seconds", "rungs"),
    [
        (0, ["page"]),
        (59, ["page"]),
        (60, ["page", "therapist"]),
        (180, ["page", "therapist", "colleague"]),
        (600, ["page", "therapist", "colleague", "offer"]),
    ],
)
def test_each_rung_at_its_time(seconds, rungs) -> None:
    assert names(due(LADDER, alert(), at(seconds))) == rungs


def test_what_was_fired_is_not_due_again_and_the_next_is_known() -> None:
    climbed = alert(fired=("page", "therapist"))
    assert names(due(LADDER, climbed, at(600))) == ["colleague", "offer"]
    assert next_due(LADDER, climbed) == at(180)


def test_after_the_last_rung_and_after_the_end_nothing_is_due() -> None:
    assert next_due(LADDER, alert(fired=("page", "therapist", "colleague", "offer"))) is None
    assert due(LADDER, alert(closed=True), at(9999)) == []
    assert next_due(LADDER, alert(closed=True)) is None


def test_who_steps_away_stops_the_clock_for_everybody() -> None:
    away = alert(Span(Why.PAUSED, at(30), None))
    assert names(due(LADDER, away, at(9999))) == ["page"]
    back = alert(Span(Why.PAUSED, at(30), at(130)))
    assert due_at(back, LADDER[1]) == at(160)
    assert due_at(back, LADDER[3]) == at(700)


def test_an_answer_silences_the_clinic_for_its_time_and_never_the_patients_offer() -> None:
    coming = alert(Span(Why.QUIET, at(40), at(340)))
    assert due_at(coming, LADDER[1]) == at(360)
    assert due_at(coming, LADDER[2]) == at(480)
    assert due_at(coming, LADDER[3]) == at(600)


def test_the_newest_answer_is_the_one_that_is_shown() -> None:
    spans = (Span(Why.QUIET, at(10), at(20)), Span(Why.QUIET, at(50), at(350)), Span(Why.PAUSED, at(60), None))
    assert alert(*spans).answered() == spans[1]


@st.composite
def gaps(draw) -> list[Span]:
    pairs = draw(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300)), max_size=5))
    return [Span(Why.PAUSED, at(start), at(start + length)) for start, length in pairs]


@given(gaps(), st.integers(0, 900))
def test_the_clock_agrees_with_counting_second_by_second(stops, after) -> None:
    """Reference: a clock that counts every second that no gap covers."""
    second, shown = 0, 0
    while shown < after:
        if not any(gap.from_at <= at(second) < gap.until_at for gap in stops):
            shown += 1
        second += 1
    assert moment(NOON, timedelta(seconds=after), stops) == at(second)


@given(gaps(), st.integers(0, 900), st.integers(0, 900))
def test_a_higher_rung_never_comes_first(stops, lower, higher) -> None:
    low, high = sorted((lower, higher))
    assert moment(NOON, timedelta(seconds=low), stops) <= moment(NOON, timedelta(seconds=high), stops)
