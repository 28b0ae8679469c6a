"""Homework: given once, on the patient's home without a word of blame, seen by the therapist where it is shared."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.journal.cbt.catalogue import tools
from server.journal.homework.rules import Task, due_of, standing
from tests.server.journal.cbt.said import SITUATION, full, thought
from tests.server.visit.conftest import signed_in

JSON = {"accept": "application/json"}
NOTE = "canary the pull to cancel"
TODAY = date(2026, 3, 12)


def task(tool: str, due: date | None, **more: object) -> Task:
    return Task(uuid4(), tool, "full", due, uuid4(), None, **more)


def test_what_stands_is_sorted_by_its_day_and_a_day_that_passed_takes_nothing_away() -> None:
    late, soon, ever = task("thought", TODAY - timedelta(days=5)), task("problem", TODAY), task("worry", None)
    done, away = task("thought", TODAY, entry_id=uuid4()), task("thought", TODAY, away_at=TODAY)
    nights, over = task("night", TODAY, entry_id=uuid4()), task("night", TODAY - timedelta(days=1))
    found = standing([over, ever, nights, soon, late, done, away, task("gone", None)], dict(tools()), TODAY)
    assert found[0] is late
    assert {one.id for one in found} == {late.id, soon.id, ever.id, nights.id}
    assert found[-1] is ever


def test_a_day_lies_between_today_and_three_months_ahead() -> None:
    assert due_of("", TODAY) is None
    assert due_of("2026-03-12", TODAY) == TODAY
    for wrong in ("2026-03-11", "2026-07-01", "soon"):
        with pytest.raises(ValueError, match=r"ahead|isoformat"):
            due_of(wrong, TODAY)


@pytest.mark.asyncio
async def test_it_is_given_once_done_by_an_entry_and_talked_about(house, phone, mara, jo, linden, clock) -> None:
    path, due = f"/staff/patients/{jo.made.card.patient_id}/tools", clock.now.date() + timedelta(days=2)
    once = str(uuid4())
    for _ in range(2):
        given = {"once": once, "tool": "thought/full", "due": str(due), "note": NOTE}
        assert (await mara.post(path, data=given)).headers["location"].endswith("tools?notice=given")
    assert await house.db.read(lambda db: db.scalar(text("SELECT count(*) FROM tool_tasks"))) == 1
    home = (await phone.get("/me")).text
    assert "A thought record" in home
    assert f"/me/tools/thought/new?form=full&amp;task={once}" in home
    assert NOTE in (await phone.get(f"/me/tools/thought/new?form=full&task={once}")).text
    clock.now += timedelta(days=9)
    assert "A thought record" in (await phone.get("/me")).text, "a day that passed is no fault"
    await phone.post("/me/tools/thought", data=thought(task=once, share="me"))
    assert "A thought record" not in (await phone.get("/me")).text
    await signed_in(house, mara, linden.mara.staff_id)
    page = (await mara.get(path)).text
    assert "Nothing is shared for it" in page, "that it was done is theirs to say"
    assert SITUATION not in page
    taken = (await phone.get(f"/me/record/{jo.made.card.patient_id}/json")).json()["journal"]["homework"]
    assert [(one["tool"], one["for"], one["note"]) for one in taken] == [("thought", str(due), NOTE)]
    assert (await mara.post(f"{path}/{once}/seen")).status_code == 303
    assert "What you talked about" in (await mara.get(path)).text


@pytest.mark.asyncio
async def test_beside_the_visit_it_is_seen_talked_about_and_given_without_leaving_it(house, phone, mara, jo) -> None:
    visit = f"/staff/visit/{jo.made.card.public_id}"
    assert "Nothing is given right now." in (await mara.get(visit)).text
    given = {"tool": "thought/full", "due": "", "note": NOTE}
    for _ in range(2):
        assert (await mara.post(f"{visit}/between", data=given, headers=JSON)).json() == {"kept": True}
    assert await house.db.read(lambda db: db.scalar(text("SELECT count(*) FROM tool_tasks"))) == 1
    (task,) = re.findall(r"task=([\w-]+)", (await phone.get("/me/tools/thought")).text)
    await phone.post("/me/tools/thought", data=full(task=task, share="all"))
    shown = (await mara.get(f"{visit}/between")).text
    assert SITUATION in shown
    assert "30 less" in shown
    for _ in range(2):
        assert (await mara.post(f"{visit}/between/{task}/seen")).headers["location"] == f"{visit}#between"
    assert "We talked about it" not in (await mara.get(visit)).text
    assert (await mara.post(f"{visit}/between", data={"tool": "horoscope"})).status_code == 422
    assert (await mara.post(f"{visit}/between", data=given | {"due": "2020-01-01"})).status_code == 422


@pytest.mark.asyncio
async def test_it_is_put_away_or_taken_back_and_nobody_else_gives_any(house, phone, mara, jo, browsers) -> None:
    path = f"/staff/patients/{jo.made.card.patient_id}/tools"
    first, second = str(uuid4()), str(uuid4())
    for once in (first, second):
        await mara.post(path, data={"once": once, "tool": "night"})
    assert (await phone.post("/me/tools/away", data={"task": first})).status_code == 303
    page = (await phone.get("/me/tools")).text
    assert page.count("The sleep diary, each morning") == 1
    await phone.post("/me/tools/away", data={"task": str(uuid4())})
    assert (await mara.post(f"{path}/{second}/back")).status_code == 303
    assert "The sleep diary, each morning" not in (await phone.get("/me/tools")).text
    for wrong in ({"tool": "horoscope"}, {"tool": "night", "due": "2020-01-01"}, {"tool": "night", "note": "x" * 501}):
        assert (await mara.post(path, data={"once": str(uuid4()), **wrong})).status_code == 422
    assert (await mara.post(path, data={"tool": "night"})).status_code == 422
    for who in (await browsers(), jo.browser, phone):
        assert (await who.post(path, data={"once": str(uuid4()), "tool": "night"})).status_code in {303, 401, 403}
    assert await house.db.read(lambda db: db.scalar(text("SELECT count(*) FROM tool_tasks"))) == 1
