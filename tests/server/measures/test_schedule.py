"""When a measure is asked: rules in examples."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.measures.schedule import (
    AFTER,
    LONGEST,
    WAITED,
    Asked,
    Rule,
    Slot,
    When,
    came_later,
    due,
    ended_at,
    given_at,
    may_answer,
)

START = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
MINE, OTHER = uuid4(), uuid4()
SLOT = Slot(MINE, START, START + timedelta(minutes=50))


def is_due(when: When, *finished_days_before: float, ahead: float = 1, booking: UUID = OTHER) -> bool:
    """With others finished so many days before the start, `ahead` days before it."""
    past = [Asked("phq9", booking, START - timedelta(days=days)) for days in finished_days_before]
    return due(Rule("phq9", uuid4(), when), past, SLOT, START - timedelta(days=ahead))


@pytest.mark.parametrize(
    ("when", "finished", "ahead", "asked"),
    [
        (When.INTAKE, [], 30, True),  # as soon as it is booked
        (When.INTAKE, [90], 1, False),  # once
        (When.VISIT, [], 3, True),
        (When.VISIT, [], 3.1, False),  # an older answer says less
        (When.VISIT, [1], 1, True),  # each visit
        (When.WEEKLY, [], 1, True),
        (When.WEEKLY, [7], 1, True),
        (When.WEEKLY, [6.9], 1, False),
        (When.WEEKLY, [30, 2], 1, False),  # the newest counts
        (When.MONTHLY, [27], 1, False),
        (When.MONTHLY, [28], 1, True),
        (When.HAND, [], 0, False),
    ],
)
def test_due(when: When, finished: list[float], ahead: float, asked: bool) -> None:
    assert is_due(when, *finished, ahead=ahead) is asked


def test_its_own_answers_do_not_make_it_ask_less() -> None:
    assert is_due(When.WEEKLY, 0.5, booking=MINE, ahead=0.1)


def test_nothing_is_asked_once_the_visit_is_over_but_who_has_begun_may_end() -> None:
    assert not is_due(When.VISIT, ahead=-0.5)
    assert may_answer(SLOT, SLOT.ends_at + AFTER - timedelta(seconds=1))
    assert not may_answer(SLOT, SLOT.ends_at + AFTER)


def test_another_measure_that_was_answered_counts_for_nothing() -> None:
    past = [Asked("gad7", OTHER, START - timedelta(days=1))]
    assert due(Rule("phq9", uuid4(), When.WEEKLY), past, SLOT, START - timedelta(days=1))


@pytest.mark.parametrize(
    ("ago", "over", "before"),
    [
        (timedelta(), None, timedelta()),
        (timedelta(hours=3), None, timedelta(hours=3)),
        (timedelta(hours=3), timedelta(hours=4), timedelta(hours=3)),
        (
            timedelta(hours=3),
            timedelta(hours=2),
            timedelta(hours=2, microseconds=-1),
        ),  # it changed that one, so it is newer
        (timedelta(days=-1), None, timedelta()),  # none is of tomorrow
        (timedelta(days=9000), None, LONGEST),
    ],
)
def test_an_answer_that_waited_is_as_old_as_its_device_says_and_newer_than_what_it_changed(
    ago: timedelta, over: timedelta | None, before: timedelta
) -> None:
    assert START - given_at(START, ago, None if over is None else START - over) == before


@pytest.mark.parametrize(
    ("given", "ended"),
    [
        ([timedelta(days=3), timedelta(days=2)], timedelta(days=2)),  # as the last one was given, though it came now
        ([timedelta(days=3), timedelta()], timedelta()),
        ([timedelta(days=90)], timedelta(days=30)),  # not before it could be answered
        ([timedelta(seconds=-5)], timedelta()),  # not tomorrow, by the clock of another node
        ([], timedelta(days=30)),
    ],
)
def test_a_measure_is_dated_when_it_was_answered_within_what_can_be(given: list[timedelta], ended: timedelta) -> None:
    assert START - ended_at([START - one for one in given], START - timedelta(days=30), START) == ended


def test_that_it_came_later_is_said_from_ten_minutes_on() -> None:
    assert came_later(START, None) is None
    assert came_later(START - WAITED + timedelta(seconds=1), START) is None
    assert came_later(START - WAITED, START) == START
