"""A pace that a clinician chooses at a review: the days that come are so many weeks apart from then on."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from server.programmes.catalogue import shipped, shipped_data
from server.programmes.changes import Change, Kind, changed, may_change
from server.programmes.course import History, Programme
from server.programmes.dates import coming
from server.programmes.forms import parse
from tests.server.programmes.conftest import Writer, begun, give
from tests.server.programmes.courses import BERLIN, CLINICIAN, MONDAY
from tests.server.visit.conftest import signed_in

LONG = shipped()["esketamine-maintenance"]
FIRST = MONDAY.date()


def days(
    programme: Programme, given: int, first: date, shut: frozenset[date] = frozenset(), most: int = 3
) -> list[int]:
    """How many days after the last session the next ones are; each Monday had one until then."""
    begun_at = {number: MONDAY + timedelta(weeks=number - 1) for number in range(1, given + 1)}
    last = begun_at[given].date() if given else FIRST
    found = coming(programme, History(begun=begun_at, over=begun_at), first, lambda day: day not in shut)
    return [(next(found).day - last).days for _ in range(3)]


def test_it_is_weekly_until_somebody_says_otherwise_and_every_two_weeks_from_the_last_session_on() -> None:
    programme = Programme(LONG, BERLIN, MONDAY)
    tomorrow = FIRST + timedelta(weeks=2, days=1)
    assert days(programme, 3, tomorrow) == [7, 14, 21]
    wider = changed(programme, [Change(1, Kind.PACE, MONDAY, CLINICIAN, "maintenance", 2)])
    assert days(wider, 3, tomorrow) == [14, 28, 42]
    assert days(wider, 4, tomorrow + timedelta(weeks=1)) == [14, 28, 42], "an even number of weeks or an odd one"
    assert days(wider, 0, FIRST) == [0, 14, 28]
    back = changed(wider, [Change(2, Kind.PACE, MONDAY, CLINICIAN, "maintenance", 1)])
    assert days(back, 3, tomorrow) == [7, 14, 21]


def test_a_day_that_is_closed_and_one_that_was_missed_move_what_comes_after_them() -> None:
    wider = replace(Programme(LONG, BERLIN, MONDAY), apart={"maintenance": 2})
    closed = frozenset({FIRST + timedelta(weeks=4)})
    assert days(wider, 3, FIRST + timedelta(weeks=2, days=1), closed) == [15, 28, 42]
    assert days(wider, 3, FIRST + timedelta(weeks=6)) == [28, 42, 56], "three weeks were missed"


def test_no_form_chooses_a_pace_but_that_of_a_step() -> None:
    assert not may_change(Programme(LONG, BERLIN, MONDAY), Kind.PACE, "maintenance", 2)
    for step in ("monthly", "review"):
        assert LONG.pace_in(step, {"pace": "two_weekly"}) == ("maintenance", 2)
        assert LONG.pace_in(step, {"pace": "weekly"}) == ("maintenance", 1)
        assert LONG.pace_in(step, {}) is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda data: data["phases"][0].pop("paces"), "paces"),
        (lambda data: data["phases"][0]["paces"].pop(0), "phases.maintenance.paces"),
    ],
)
def test_a_question_of_paces_that_there_are_not_is_refused(change: Any, place: str) -> None:
    data = json.loads(json.dumps(shipped_data()["esketamine-maintenance"]))
    change(data)
    found = parse(data)
    assert isinstance(found, list)
    assert any(place in one.place for one in found)


@pytest_asyncio.fixture
async def long(house, linden, jo, mara, clock) -> Writer:
    """A course of maintenance, a month after its beginning."""
    await give(house, linden.clinic.id, "esketamine-maintenance")
    course = await begun(mara, jo.made.card.patient_id, "esketamine-maintenance", house, linden.clinic.id)
    clock.forward(days=29)
    await signed_in(house, mara, linden.mara.staff_id)
    return course


@pytest.mark.asyncio
async def test_what_the_review_chooses_is_proposed_for_all_days_that_come(long, mara) -> None:
    answer = await long.writes("monthly", 0, 1, pace="two_weekly")
    assert answer.headers["location"].endswith("notice=pace")
    page = (await mara.get(answer.headers["location"])).text
    assert f'href="{long.base}/days"' in page
    assert "Every 2 weeks from then on" in page
    assert (await mara.post(f"{long.base}/steps/monthly/0/1", data=long.last)).status_code == 303
    assert (await long.page()).count("Every 2 weeks from then on") == 1


@pytest.mark.asyncio
async def test_the_pace_that_it_has_already_changes_nothing(long, mara) -> None:
    answer = await long.writes("monthly", 0, 1, pace="weekly")
    assert answer.headers["location"].endswith("notice=kept")
    assert "from then on" not in await long.page()
