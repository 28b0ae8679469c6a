"""Eight weeks of a guided course as its patient goes through them: in their own space the questions of each week, and
what is given to do; beside them a therapist who writes what comes of it.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from server.programmes.asking.loop import ask_due
from tests.server.journal.cbt.said import full, thought
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.test_asking_alone import taps
from tests.server.visit.conftest import START, signed_in

pytestmark = pytest.mark.asyncio
TO_DO = re.compile(r'href="/me/tools/(\w+)/new\?[^"]*task=([0-9a-f-]{36})')
DONE = {"activity": {"what": "A walk by the water", "day": "2026-03-05"}, "thought": thought()}
"""What a patient writes of those tools that they get round to; of the others they do not."""
GIVEN = {1: "activity", 2: "activity", 3: "thought", 4: "thought", 5: "problem", 6: "ladder", 7: "experiment"}
PACE = "The next week begins once the PHQ-9 of this week is answered"


async def works_at_home(phone, own: str, week: int) -> None:
    """What the week gave stands on the page of the course until it is done."""
    tasks = dict(TO_DO.findall((await phone.get(own)).text))
    assert (GIVEN[week] in tasks) is True, week
    for tool in tasks.keys() & DONE.keys():
        done = full() if week == 4 else DONE[tool]
        kept = await phone.post(f"/me/tools/{tool}", data=done | {"id": str(uuid4()), "task": tasks[tool]})
        assert kept.status_code == 303, kept.text
    left = dict(TO_DO.findall((await phone.get(own)).text))
    assert left.keys() == tasks.keys() - DONE.keys()


async def refused(course, name: str, week: int, words: str) -> None:
    answer = await course.writes(name, week)
    found = re.sub(r"<[^>]*>|\s+", " ", answer.text.partition("<main")[2].partition("<form")[0])
    assert (answer.status_code, words in answer.text) == (409, True), (name, week, found)


async def test_a_patient_goes_through_eight_weeks_at_the_pace_of_their_answers(
    house, linden, jo, mara, phone, clock
) -> None:
    patient_id = jo.made.card.patient_id
    asked = f"/me/asked/{patient_id}"
    clock.now = START + timedelta(days=2)
    await signed_in(house, mara, linden.mara.staff_id)
    await give(house, linden.clinic.id, "cbt")
    course = await begun(mara, patient_id, "cbt", house, linden.clinic.id)
    own = f"/me/courses/{course.base.rpartition('/')[2]}"
    await refused(course, "check_in", 1, "Without consent to every point no week begins.")
    for step in ("aims", "consent"):
        assert (await course.writes(step)).status_code == 303
    for week in range(1, 9):
        await signed_in(house, mara, linden.mara.staff_id)  # a login lasts some hours
        assert await ask_due(house) == 1, "the questions of this week, and once"
        assert f'href="{asked}"' in (await phone.get("/me")).text
        await refused(course, "check_in", week, PACE)
        await taps(phone, asked, ("3" if week < 3 else "2" if week < 5 else "1") * 8 + "00")
        clock.forward(minutes=5)
        if week > 1:
            await refused(course, "check_in", week, "What came of the last week is open")
            assert (await course.writes("practice", week, done="partly")).status_code == 303
        assert (await course.writes("check_in", week, how="message")).status_code == 303
        await refused(course, "close", week, "What this week is about comes first.")
        assert (await course.writes(f"week_{week}", week, given="yes")).status_code == 303
        if week in GIVEN:
            await works_at_home(phone, own, week)
        assert (await course.writes("close", week)).status_code == 303
        assert f"{week} of 8" in (await phone.get(own)).text
        if week == 4:
            clock.forward(days=6)
            await signed_in(house, mara, linden.mara.staff_id)
            await refused(course, "check_in", 5, "The look at the figures in the middle is open")
            assert "is not 20 percent below" not in await course.page(), "it fell from 24 to 16"
            assert (await course.writes("review", 4, decision="continue")).status_code == 303
            clock.forward(days=1)
        elif week < 8:
            clock.forward(days=1)
            await signed_in(house, mara, linden.mara.staff_id)
            await refused(course, "check_in", week + 1, "A week takes its time")
            clock.forward(days=6)
    assert "All 8 sessions are over" in await course.page()
    assert await ask_due(house) == 1, "the questions at the end"
    await taps(phone, asked, "0000000000")
    assert await ask_due(house) == 0
    clock.forward(days=31)
    await signed_in(house, mara, linden.mara.staff_id)
    assert "A month later" in (await course.page()).partition("What was done")[0]
    assert (await course.writes("later")).status_code == 303
    assert await ask_due(house) == 0, "nothing more is asked"
