"""Days missed and working days without a session, to the day at which a course is looked at again."""

from datetime import UTC, date, datetime

import pytest

from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key, Programme, history
from server.programmes.pace import Pace, behind, pace
from tests.server.programmes.courses import BERLIN

TMS = shipped()["tms"]
BEGAN = datetime(2026, 3, 23, 8, tzinfo=UTC)
LAST = date(2026, 3, 26)  # a Thursday; the clocks change on Sunday, Good Friday is April 3rd
EASTER = {date(2026, 4, 3), date(2026, 4, 6)}


def found(today: date, closed: set[date] = EASTER, resumed: datetime | None = None) -> tuple[Pace, set[str]]:
    at = datetime(LAST.year, LAST.month, LAST.day, 8, tzinfo=UTC)
    done = history(TMS, [Entry(Key(step, 1), at) for step in ("treatment", "after")])
    one = pace(Programme(TMS, BERLIN, BEGAN, resumed_at=resumed), done, today, lambda day: day not in closed)
    return one, {rule.id for rule in behind(TMS.stop_rules, one)}


@pytest.mark.parametrize(
    ("today", "days", "rules"),
    [
        (date(2026, 3, 27), 0, set()),
        (date(2026, 3, 30), 1, set()),  # over the weekend only Friday was missed
        (date(2026, 3, 31), 2, set()),
        (date(2026, 4, 1), 3, {"missed"}),
        (date(2026, 4, 3), 5, {"missed"}),
        (date(2026, 4, 7), 5, {"missed"}),  # Good Friday and Easter Monday are no missed days
        (date(2026, 4, 8), 6, {"missed", "away"}),
    ],
)
def test_three_missed_days_and_more_than_five_working_days_ask_for_a_look(
    today: date, days: int, rules: set[str]
) -> None:
    assert found(today) == (Pace(days, days), rules)


def test_a_holiday_that_the_clinic_keeps_open_counts() -> None:
    assert found(date(2026, 4, 7), set())[1] == {"missed", "away"}


def test_days_of_a_pause_are_not_missed_and_the_time_away_counts() -> None:
    resumed = datetime(2026, 4, 7, 12, tzinfo=UTC)
    assert found(date(2026, 4, 8), resumed=resumed) == (Pace(0, 6), {"away"})
    assert found(date(2026, 4, 11), resumed=resumed)[0].missed == 3


def test_a_course_that_has_not_begun_or_is_paused_is_not_behind() -> None:
    programme = Programme(TMS, BERLIN, BEGAN)
    assert pace(programme, history(TMS, ()), date(2026, 5, 1), lambda day: True) == Pace()


@pytest.mark.asyncio
async def test_the_page_of_the_course_says_so(house, linden, course, clock) -> None:
    from tests.server.visit.conftest import signed_in

    await course.is_ready()
    for name in ("threshold", "today", "treatment", "after"):
        await course.writes(name, 1)
    assert "were missed in a row" not in await course.page()
    clock.forward(days=9)
    await signed_in(house, course.browser, linden.mara.staff_id)
    page = await course.page()
    assert "3 days of the plan or more were missed in a row" in page
    assert "For more than 5 days, working days alone counted" in page
