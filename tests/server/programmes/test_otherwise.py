"""A stop, or a look that is asked for, is not wiped by answering once more without a word of what is different now."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, History, Key
from server.programmes.later import lifts
from server.programmes.questions import Verdict

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
STEPS = shipped()["esketamine"].by_id
OTHERWISE = "What is different now?"


@pytest.mark.parametrize(
    ("step", "before", "now", "lifted"),
    [
        ("eligibility", Verdict.STOP, Verdict.CLEAR, True),
        ("eligibility", Verdict.STOP, Verdict.REVIEW, True),
        ("eligibility", Verdict.STOP, Verdict.STOP, False),
        ("eligibility", Verdict.REVIEW, Verdict.CLEAR, True),
        ("eligibility", Verdict.REVIEW, Verdict.REVIEW, False),
        ("eligibility", Verdict.REVIEW, Verdict.STOP, False),
        ("eligibility", Verdict.CLEAR, Verdict.CLEAR, False),
        ("today", Verdict.REVIEW, Verdict.CLEAR, False),
        ("today", Verdict.STOP, Verdict.CLEAR, True),
        ("vitals", Verdict.STOP, Verdict.CLEAR, False),
        ("consent", Verdict.STOP, Verdict.CLEAR, False),
        ("review", Verdict.STOP, Verdict.CLEAR, False),
        ("discharge", Verdict.STOP, Verdict.CLEAR, False),
    ],
)
def test_a_step_that_stopped_and_stops_no_longer_is_told_from_the_others(step, before, now, lifted) -> None:
    earlier = Entry(Key(step, 1, 0), AT, before)
    done = History(newest={(step, 1): earlier})
    assert lifts(done, STEPS[step], Entry(Key(step, 1, 1), AT + timedelta(minutes=2), now)) is lifted


async def audited(house) -> list[tuple[str, int]]:
    async def work(db):
        rows = [one for one in await db.scalars(select(AuditEntry)) if one.action == "course.lifted"]
        return [(one.detail["step"], one.detail["round"]) for one in rows]

    return await house.db.read(work)


@pytest.mark.asyncio
async def test_who_answers_a_stop_anew_says_what_is_different_and_it_stands_on_the_page(house, course) -> None:
    await course.is_ready()
    assert (await course.writes("today", 1, seizure="yes")).status_code == 303
    form = await course.browser.get(f"{course.base}/steps/today/1/1")
    assert OTHERWISE in form.text
    answer = await course.writes("today", 1, 1)
    assert answer.status_code == 422
    assert "Please write what is different now" in answer.text
    assert (await course.writes("today", 1, 1, {"otherwise": "\u200b \u2800"})).status_code == 422, "nothing to read"
    assert await audited(house) == []
    assert (await course.writes("today", 1, 1, seizure="yes")).status_code == 303, "it stops still"
    assert (await course.writes("today", 1, 2, {"otherwise": "It was their brother."})).status_code == 303
    assert await audited(house) == [("today", 2)]
    page = await course.page()
    assert re.search(r"as-typed[^>]*>It was their brother\.<", page)
    assert (await course.writes("today", 1, 3)).status_code == 303, "nothing stopped it just before"


@pytest.mark.asyncio
async def test_who_answers_anew_what_asked_for_a_look_before_the_course_says_what_is_different(house, course) -> None:
    """A gate keeps it until somebody says why: answering once more is no way around that."""
    assert (await course.writes("screening", skull="yes")).status_code == 303
    assert OTHERWISE in (await course.browser.get(f"{course.base}/steps/screening/0/1")).text
    answer = await course.writes("screening", 0, 1)
    assert answer.status_code == 422
    assert "Please write what is different now" in answer.text
    assert (await course.writes("screening", 0, 1, skull="yes")).status_code == 303, "it asks for the look still"
    assert await audited(house) == []
    assert (await course.writes("screening", 0, 2, {"otherwise": "It was years ago."})).status_code == 303
    assert await audited(house) == [("screening", 2)]
    assert re.search(r"as-typed[^>]*>It was years ago\.<", await course.page())
