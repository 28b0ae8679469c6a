"""What was done in the call stands on the patient's own page as an offer, until they put it away."""

from datetime import timedelta
from uuid import uuid4

import pytest

from server.calm.catalogue import exercises
from server.calm.meditation.catalogue import sessions
from server.calm.together import path_of, tool_of, tools
from tests.server.calm.test_own import phone
from tests.server.visit.conftest import samir

pytestmark = pytest.mark.asyncio
__all__ = ["phone", "samir"]


async def test_the_courses_are_those_of_the_pages_in_the_language_of_who_looks() -> None:
    english, arabic = (tools(exercises(), sessions(), language) for language in ("en", "ar"))
    assert [one.id for one in english.sat] == list(sessions())
    for one, other in zip(english.sat, arabic.sat, strict=True):
        assert sum(part.seconds for part in one.line) == 300
        assert [part.seconds for part in one.line] == [part.seconds for part in other.line]
        assert one.name != other.name
    assert all(one.breathing for one in english.breathing)
    assert [tool_of(text, exercises(), sessions()) for text in ("breath/box-4", "sit/widen")] == [
        "breath/box-4",
        "sit/widen",
    ]
    for text in ("breath/grounding", "breath/widen", "sit/box-4", "mood", "", "sit/../x"):
        assert tool_of(text, exercises(), sessions()) is None
    assert (path_of("breath/box-4"), path_of("sit/widen")) == ("box-4", "sit/widen")


async def test_it_is_offered_once_seen_by_them_and_put_away_by_them(phone, jo, mara, samir, browsers) -> None:
    path = f"/staff/visit/{jo.made.card.public_id}/homework"
    for _ in range(2):
        assert (await mara.post(path, data={"exercise": "breath/box-4"})).status_code == 204
    assert (await mara.post(path, data={"exercise": "sit/widen"})).status_code == 204
    assert (await mara.post(path, data={"exercise": "breath/none"})).status_code == 422
    for _ in range(2):
        assert (await mara.post(path, data={"exercise": "thought"})).status_code == 204
    assert (await phone.get("/me/tools")).text.count("A thought record") == 1
    for who in (samir, jo.browser, await browsers()):
        assert (await who.post(path, data={"exercise": "sit/body"})).status_code in {303, 401, 403, 404}
    assert "Your therapist left something here, if you like it." in (await phone.get("/me")).text
    page = (await phone.get("/me/calm")).text
    assert page.count('href="/c/linden/calm/box-4"') == 1
    assert page.count('href="/c/linden/calm/sit/widen"') == 1
    assert "sit/body" not in page
    for _ in range(2):
        assert (await phone.post("/me/calm/away", data={"tool": "breath/box-4"})).status_code == 303
    page = (await phone.get("/me/calm")).text
    assert 'href="/c/linden/calm/box-4"' not in page
    assert (await (await browsers()).post("/me/calm/away", data={"tool": "sit/widen"})).status_code in {303, 401}
    assert 'href="/c/linden/calm/sit/widen"' in (await phone.get("/me/calm")).text


async def test_a_note_of_mood_is_given_for_a_week_and_done_by_the_first_entry_after_it(
    phone, jo, mara, samir, clock
) -> None:
    path = f"/staff/visit/{jo.made.card.public_id}/homework"
    note = {"id": str(uuid4()), "mood": "3"}
    assert (await phone.post("/me/mood", data=note)).status_code == 303
    clock.now += timedelta(minutes=1)
    assert (await samir.post(path, data={"exercise": "mood"})).status_code in {403, 404}
    for _ in range(2):
        assert (await mara.post(path, data={"exercise": "mood"})).status_code == 204
    home = (await phone.get("/me")).text
    assert "A note of your mood" in home
    assert "For Monday 16 March." in home
    page = (await phone.get("/me/tools")).text
    assert page.count("A note of your mood") == 1
    assert 'href="/me/mood"' in page.split("A note of your mood")[1].split("</li>")[0]
    beside = f"/staff/visit/{jo.made.card.public_id}/between"
    assert "A note of your mood" in (await mara.get(beside)).text
    clock.now += timedelta(minutes=5)
    await phone.post("/me/mood", data=note)
    assert "A note of your mood" in (await phone.get("/me")).text, "the same entry once more is none"
    await phone.post("/me/mood", data={"id": str(uuid4()), "mood": "4"})
    assert "A note of your mood" not in (await phone.get("/me")).text
    assert "A note of your mood" in (await mara.get(beside)).text, "until they talked about it"


async def test_a_note_of_mood_may_be_put_away(phone, jo, mara) -> None:
    await mara.post(f"/staff/visit/{jo.made.card.public_id}/homework", data={"exercise": "mood"})
    page = (await phone.get("/me/tools")).text.split("A note of your mood")[1]
    task = page.split('name="task" value="')[1].split('"')[0]
    await phone.post("/me/tools/away", data={"task": task})
    assert "A note of your mood" not in (await phone.get("/me/tools")).text


async def test_a_browser_can_ask_what_the_clinics_clock_says(client, clock) -> None:
    answer = await client.get("/now")
    assert answer.json() == {"now": clock.now.timestamp() * 1000}
    assert answer.headers["cache-control"] == "no-store"
