"""The figures of a course: against the last total from before it, beside its sessions, and never with what follows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from server.measures.catalogue import shipped as instruments
from server.measures.results import Result, Taken
from server.measures.scoring import Score, score
from server.programmes.catalogue import shipped
from server.programmes.outcome import Outcome, outcomes
from tests.server.measures.asked import answer_all, use

BEGAN = datetime(2026, 1, 5, 10, tzinfo=UTC)
SESSIONS = {number: BEGAN + timedelta(days=number - 1) for number in range(1, 11)}


def of(totals: dict[int, int], begun: dict[int, datetime] = SESSIONS, key: str = "phq9") -> list[Outcome]:
    """The outcomes of a course of TMS; `totals`: day, counted from the first session -> what was answered."""
    instrument = instruments()[key]
    taken = []
    for day, total in sorted(totals.items()):
        answers = {item.id: min(3, max(0, total - 3 * at)) for at, item in enumerate(instrument.scored)}
        result = score(instrument, answers)
        assert isinstance(result, Score)
        assert result.total == total
        at = BEGAN + timedelta(days=day, hours=-1)
        taken.append(Taken(uuid4(), None, at, True, 0, instrument, answers, result))
    return outcomes(shipped()["tms"], [Result(key, taken, ())] if taken else [], begun)


def test_the_last_total_from_before_the_first_session_is_the_first() -> None:
    (one,) = of({-30: 12, -2: 20, 4: 18, 9: 13})
    assert (one.first, one.latest and one.latest.total, one.percent, one.between) == (20, 13, 35, 9)
    assert [(session, total) for _, session, total in one.rows][:3] == [(10, None), (None, 13), (9, None)]
    drawn = one.chart()
    assert drawn
    assert (drawn.count, drawn.sessions) == (3, 10)


def test_a_rise_is_told_as_one_and_nothing_is_told_of_a_first_total_that_is_not_there() -> None:
    (worse,) = of({-1: 10, 5: 15})
    assert worse.percent == -50
    (late,) = of({5: 15, 8: 12})
    assert (late.first, late.percent, late.between) == (None, None, 8)
    (zero,) = of({-1: 0, 5: 3})
    assert (zero.first, zero.percent) == (0, None)


def test_before_the_first_session_there_is_only_the_first_total() -> None:
    (one,) = of({-9: 21, -1: 19}, begun={})
    assert (one.first, one.latest, one.between) == (19, None, 0)
    drawn = one.chart()
    assert drawn
    assert drawn.sessions == 0


def test_only_what_the_course_asks_stands_there() -> None:
    assert of({-1: 4}, key="phq2") == []
    assert of({}) == []


@pytest.mark.asyncio
async def test_the_course_and_its_point_of_decision_show_the_figures(house, linden, course, jo, mara) -> None:
    decision = f"{course.base}/steps/review/10/0"
    assert "The figures so far" not in await course.page()
    await use(house, linden.clinic.id, phq9="visit")
    await answer_all(house, jo.made.card, "2222222200")
    await course.is_ready()
    for name in ("threshold", "today", "treatment", "after"):
        assert (await course.writes(name, 1)).status_code == 303, name
    page = await course.page()
    assert "The figures so far" in page
    assert "16 before the first session." in page
    assert "16 before the first session." in (await mara.get(decision)).text
    assert "Decision points after 10, 20 and 30 sessions" in (await mara.get(decision)).text
    assert "The figures so far" not in (await mara.get(f"{course.base}/steps/screening/0/0")).text
