"""A simulated month, staffed and not: nobody starves, every step comes exactly once, and the service level is told."""

from datetime import timedelta

import pytest

from server.support.ladder.rules import Rung
from server.support.rules import MOST_WORTH, Lift
from tests.server.support.simulated import Month, expected, simulate


@pytest.fixture(scope="module", params=[(1, 12.0), (2, 22.0)], ids=["a calm month", "a full one"])
def month(request: pytest.FixtureRequest) -> Month:
    return simulate(*request.param)


def test_hundreds_come_and_nobody_starves(month: Month) -> None:
    assert len(month.people) > 150
    assert month.turned_away > 50, "outside the roster nobody enters who would not be seen"
    assert all(one.taken_at for one in month.people)
    assert month.passed_for_longest <= MOST_WORTH


def test_every_step_of_the_ladder_comes_exactly_once_to_those_it_should(month: Month) -> None:
    told = {rung: sum(one.fired[rung] for one in month.people) for rung in Rung}
    for one in month.people:
        assert dict(one.fired) == dict(expected(one)), one.waiter
    assert told[Rung.ON_CALL] == len(month.people)
    assert all(count > 0 for count in told.values()), told
    assert told[Rung.ON_CALL] >= told[Rung.AGAIN] >= told[Rung.LEAD] >= told[Rung.HAND_OVER]


def test_the_service_level_is_sane_and_danger_waits_less(month: Month) -> None:
    levels = [month.within(minutes) for minutes in (2, 10, 30, 24 * 60)]
    assert levels == sorted(levels)
    assert levels[-1] == 1.0
    assert levels[2] > 0.5, f"taken within 2, 10, 30 minutes and a day: {levels}"
    mean = {lift: _mean([one.waited for one in month.people if one.waiter.lift is lift]) for lift in Lift}
    assert mean[Lift.DANGER] < mean[Lift.NONE]


def _mean(waits: list[timedelta]) -> timedelta:
    return sum(waits, timedelta()) / len(waits)


def test_the_same_dice_give_the_same_month() -> None:
    first, again = (simulate(3, 30.0, days=4) for _ in range(2))
    assert [one.taken_at for one in first.people] == [one.taken_at for one in again.people]
