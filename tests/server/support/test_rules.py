"""When it is open, who comes first and why, who may take somebody."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from server.safety.roster.rules import Roster, Shift
from server.support.rules import (
    MOST_WORTH,
    Held,
    Hours,
    Lift,
    Reason,
    Refusal,
    Rules,
    Safe,
    State,
    Waiter,
    Why,
    in_order,
    lift_of,
    may_take,
    reasons,
    standing,
    within,
)

MARA, SAMIR, KIT = (UUID(int=number) for number in (1, 2, 3))
BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
"""Monday, 9:00 in Berlin."""
ROSTER = Roster(BERLIN, {0: [Shift(8 * 60, 12 * 60, MARA), Shift(8 * 60, 20 * 60, KIT)], 1: [Shift(600, 720, SAMIR)]})
RULES = Rules(in_use=True, service=UUID(int=9))
THERAPISTS = {MARA, SAMIR}


def at(minutes: float, lift: Lift = Lift.NONE, number: int = 0) -> Waiter:
    return Waiter(UUID(int=number or int(minutes * 10) + 1), NINE + timedelta(minutes=minutes), lift)


def test_it_is_open_while_a_therapist_is_on_call_within_its_hours() -> None:
    assert standing(RULES, ROSTER, THERAPISTS, NINE).on_hand == (MARA,)
    assert not standing(Rules(), ROSTER, THERAPISTS, NINE).in_use
    assert not standing(Rules(in_use=True), ROSTER, THERAPISTS, NINE).in_use
    noon = standing(RULES, ROSTER, THERAPISTS, NINE + timedelta(hours=3))
    assert (noon.is_open, noon.in_use) == (False, True), "Kit is on call, and no therapist"
    assert noon.opens_at == datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    late = Rules(in_use=True, hours=Hours(11 * 60, 23 * 60), service=UUID(int=9))
    assert standing(late, ROSTER, THERAPISTS, NINE).opens_at == NINE + timedelta(hours=2)
    never = Rules(in_use=True, hours=Hours(21 * 60, 23 * 60), service=UUID(int=9))
    assert standing(never, ROSTER, THERAPISTS, NINE).opens_at is None


@pytest.mark.parametrize(
    ("hours", "minute", "open_"),
    [
        (Hours(), 0, True),
        (Hours(0, 0), 700, True),
        (Hours(1320, 360), 1380, True),
        (Hours(1320, 360), 300, True),
        (Hours(1320, 360), 420, False),
        (Hours(540, 600), 599, True),
        (Hours(540, 600), 600, False),
    ],
)
def test_hours_may_go_over_midnight(hours: Hours, minute: int, open_: bool) -> None:
    moment = datetime(2026, 3, 9, *divmod(minute, 60), tzinfo=BERLIN)
    assert within(hours, BERLIN, moment) is open_


def test_on_the_night_of_the_changed_clock_nothing_is_lost() -> None:
    for hour in range(24):
        assert within(Hours(), BERLIN, datetime(2026, 3, 29, hour, 30, tzinfo=UTC)), hour


def test_only_what_somebody_says_lifts_them() -> None:
    assert [lift_of(safe) for safe in Safe] == [Lift.NONE, Lift.UNSURE, Lift.DANGER, Lift.NONE]


def test_danger_goes_before_those_of_twenty_minutes_and_says_why() -> None:
    line = in_order([at(0), at(10), at(25, Lift.DANGER), at(26)])
    assert [one.asked_at.minute for one in line] == [0, 25, 10, 26]
    assert reasons(line) == [
        Reason(Why.ARRIVAL),
        Reason(Why.LIFTED, Lift.DANGER, 1),
        Reason(Why.PASSED, Lift.NONE, 1),
        Reason(Why.ARRIVAL),
    ]


def test_nobody_is_ever_passed_by_somebody_who_came_later_than_the_longest_lift() -> None:
    dice = random.Random(7)
    for _ in range(200):
        line = [at(dice.random() * 90, dice.choice(list(Lift)), number) for number in range(1, 40)]
        ordered = in_order(line)
        for place, one in enumerate(ordered):
            assert all(other.asked_at - one.asked_at <= MOST_WORTH for other in ordered[:place])
        kept = [one for one in ordered if one.lift is Lift.NONE]
        assert kept == sorted(kept, key=lambda one: one.asked_at), "equals never pass each other"


def test_who_may_take_somebody() -> None:
    waits, left = Held(State.WAITING, Lift.NONE), Held(State.LEFT, Lift.DANGER)
    assert may_take(waits, MARA, [MARA], 0, 1) is None
    assert may_take(left, MARA, [MARA], 0, 1) is None, "to be called back"
    assert may_take(waits, MARA, [MARA], 1, 1) is Refusal.FULL
    assert may_take(waits, KIT, [MARA], 0, 1) is Refusal.OFF
    for gone in (Held(State.TAKEN, Lift.DANGER), Held(State.LEFT, Lift.UNSURE), Held(State.ENDED, Lift.DANGER)):
        assert may_take(gone, MARA, [MARA], 0, 1) is Refusal.GONE


def test_dates_of_the_roster_hold_here_too() -> None:
    off = Roster(BERLIN, ROSTER.week, {date(2026, 3, 9): []})
    assert not standing(RULES, off, THERAPISTS, NINE).is_open
