"""What is asked every week, and when it gives way: by the clinic's clock, once a week, and of nobody who left."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.measures.weekly.rules import Asked, Plan, State, Whom, in_care, may_tell, plan, state_of, week_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
WEEK = week_of(NOW, BERLIN)
DAY = timedelta(days=1)
CARED = Whom(cared_for=True, visits=False)
NOBODY = Plan()


def asked(key: str = "gad7", week: date | None = WEEK.day, **more: object) -> Asked:
    plain = Asked(uuid4(), key, week, alone=True, begun_at=None, finished_at=None, withdrawn_at=None)
    return replace(plain, **more)


def planned(*before: Asked, whom: Whom = CARED, now: datetime = NOW, keys: tuple[str, ...] = ("gad7",)) -> Plan:
    return plan(keys, replace(whom, asked=before), week_of(now, BERLIN), now)


LAST = WEEK.day - 7 * DAY


def test_a_week_is_the_clinics_own_also_where_the_clock_changes() -> None:
    assert (WEEK.day, WEEK.begins_at) == (date(2026, 3, 16), datetime(2026, 3, 15, 23, 0, tzinfo=UTC))
    assert WEEK.asks_at == datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
    spring = week_of(datetime(2026, 3, 29, 12, 0, tzinfo=UTC), BERLIN)
    assert spring.ends_at - spring.begins_at == 7 * DAY - timedelta(hours=1)
    assert week_of(datetime(2026, 3, 15, 23, 0, tzinfo=UTC), ZoneInfo("America/New_York")).day == LAST


@pytest.mark.parametrize(
    ("now", "asks"),
    [
        (WEEK.asks_at - timedelta(minutes=1), False),
        (WEEK.asks_at, True),
        (WEEK.closes_at - timedelta(minutes=1), True),
        (WEEK.closes_at, False),  # it waits for Monday
    ],
)
def test_it_asks_from_monday_morning_until_friday(now: datetime, asks: bool) -> None:
    assert planned(now=now).ask == (("gad7",) if asks else ())


def test_each_is_asked_once_a_week_whatever_became_of_it() -> None:
    assert planned(keys=("phq9", "gad7")).ask == ("gad7", "phq9")
    for became in ({}, {"withdrawn_at": NOW}, {"finished_at": NOW}):
        assert planned(asked(**became)) == NOBODY


def test_what_was_answered_this_week_elsewhere_is_not_asked_and_an_open_one_goes() -> None:
    elsewhere = asked(week=None, alone=False, finished_at=NOW - DAY)
    assert planned(elsewhere) == NOBODY
    mine = asked()
    assert planned(mine, elsewhere) == Plan((), (mine.id,))
    assert planned(replace(elsewhere, finished_at=WEEK.begins_at - DAY)).ask == ("gad7",)


def test_a_visit_of_the_week_asks_and_nobody_is_asked_alone() -> None:
    before = asked(week=LAST)
    assert planned(before, whom=replace(CARED, visits=True)) == Plan((), (before.id,))


def test_what_a_course_asks_alone_is_not_asked_twice_and_stays() -> None:
    assert planned(asked(week=None)) == NOBODY


def test_the_old_one_gives_way_to_the_new_but_not_while_it_is_answered() -> None:
    old = asked(week=LAST, begun_at=NOW - 3 * DAY)
    assert planned(old) == Plan(("gad7",), (old.id,))
    assert planned(old, now=WEEK.asks_at - timedelta(minutes=1)) == NOBODY, "the new one does not come yet"
    busy = replace(old, begun_at=NOW - timedelta(hours=1))
    assert planned(busy) == NOBODY
    assert planned(busy, now=NOW + DAY) == Plan(("gad7",), (busy.id,))


@pytest.mark.parametrize("whom", [replace(CARED, cared_for=False), replace(CARED, stopped={"gad7"})])
def test_of_who_left_care_or_for_whom_it_was_stopped_nothing_is_asked_and_what_stands_goes(whom: Whom) -> None:
    mine = asked()
    assert planned(mine, whom=whom) == Plan((), (mine.id,))
    assert planned(mine, keys=()) == Plan((), (mine.id,)), "the clinic asks it no more"


def test_in_care_is_who_came_once_and_not_too_long_ago() -> None:
    assert in_care(NOW - 89 * DAY, NOW - 89 * DAY, kept=False, now=NOW)
    assert not in_care(NOW - 91 * DAY, NOW - 91 * DAY, kept=False, now=NOW)
    assert in_care(NOW - 400 * DAY, NOW - 400 * DAY, kept=True, now=NOW)
    assert in_care(NOW - 400 * DAY, NOW + 9 * DAY, kept=False, now=NOW)
    assert not in_care(NOW + DAY, NOW + 9 * DAY, kept=False, now=NOW), "the first visit is ahead"


def test_after_four_weeks_without_an_answer_no_word_goes_out_and_any_answer_begins_anew() -> None:
    missed = [asked(week=WEEK.day - number * 7 * DAY) for number in range(1, 5)]
    assert may_tell(missed[:3], WEEK)
    assert not may_tell(missed, WEEK)
    assert may_tell([*missed, asked(week=None, alone=False, finished_at=NOW - 3 * DAY)], WEEK)
    assert may_tell([replace(missed[0], begun_at=NOW - 3 * DAY), *missed[1:]], WEEK)
    assert may_tell([*missed[:3], asked("phq9", week=missed[0].week)], WEEK), "two of one week are one"


def test_how_it_stands_is_said_by_the_nearest_reason() -> None:
    def state(whom: Whom) -> State:
        return state_of("gad7", whom, WEEK)

    assert state(CARED) is State.MONDAY
    assert state(replace(CARED, cared_for=False)) is State.NOT_ALONE
    assert state(replace(CARED, visits=True)) is State.VISIT
    assert state(replace(CARED, asked=[asked()])) is State.WAITS
    assert state(replace(CARED, asked=[asked(finished_at=NOW)])) is State.ANSWERED
    assert state(replace(CARED, asked=[asked(finished_at=NOW)], stopped={"gad7"})) is State.STOPPED
