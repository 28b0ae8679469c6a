"""A simulated month, staffed and not: nobody starves, every step comes exactly once, and the service level is told."""

from datetime import timedelta
from itertools import pairwise

import pytest

from server.support.ladder.rules import Rung
from server.support.rules import MOST_WORTH, STALE, Lift
from tests.server.support.simulated import Month, expected, simulate


@pytest.fixture(scope="module", params=[(1, 12.0), (2, 22.0)], ids=["a calm month", "a full one"])
def month(request: pytest.FixtureRequest) -> Month:
    return simulate(*request.param)


def test_hundreds_come_and_nobody_starves(month: Month) -> None:
    assert len(month.people) > 150
    assert month.turned_away > 50, "outside the roster nobody enters who would not be seen"
    assert all(one.met for one in month.people)
    assert month.passed_for_longest <= MOST_WORTH


def test_every_step_of_the_ladder_comes_exactly_once_to_those_it_should(month: Month) -> None:
    calls = [(one.waiter.lift, call) for one in month.people for call in one.calls]
    told = {rung: sum(call.fired[rung] for _, call in calls) for rung in Rung}
    for lift, call in calls:
        assert dict(call.fired) == dict(expected(lift, call.lasted)), call
    assert told[Rung.ON_CALL] == len(calls) > len(month.people)
    assert all(count > 0 for count in told.values()), told
    assert told[Rung.ON_CALL] >= told[Rung.AGAIN] >= told[Rung.LEAD] >= told[Rung.HAND_OVER]


def test_whom_somebody_took_and_did_not_meet_is_back_at_the_place_of_before_and_is_met_in_the_end(month: Month) -> None:
    back = [one for one in month.people if len(one.calls) > 1]
    assert len(back) > 10
    for one in back:
        for before, after in pairwise(one.calls):
            assert after.alert.begun_at - before.taken_at == STALE
        assert one.waiter.asked_at == one.calls[0].alert.begun_at, "their place is that of before"


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
    assert [one.waited for one in first.people] == [one.waited for one in again.people]
