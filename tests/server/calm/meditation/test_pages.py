"""A guided meditation as a page: readable without a script, in both languages, with a way out at any time."""

import json
import re
from html import unescape

import httpx2
import pytest

from server.calm.meditation.catalogue import sessions
from tests.server.booking.linden import Linden
from tests.server.calm.meditation.test_forms import sat
from tests.server.calm.test_own import phone
from tests.server.calm.test_pages import PATH

pytestmark = pytest.mark.asyncio
__all__ = ["phone"]
SAT = "/me/calm/sat"


async def test_each_session_is_listed_and_its_page_holds_all_that_the_player_needs(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    listed = (await client.get(PATH)).text
    assert re.findall(rf'href="{PATH}/sit/([a-z]+)"', listed) == list(sessions())
    for name, session in sessions().items():
        page = await client.get(f"{PATH}/sit/{name}")
        assert (page.status_code, "set-cookie" in page.headers) == (200, False)
        lengths = json.loads(unescape(re.search(r'data-lengths="([^"]*)"', page.text)[1]))
        texts = json.loads(unescape(re.search(r'data-texts="([^"]*)"', page.text)[1]))
        assert {minutes: sum(seconds for *_, seconds in line) for minutes, line in lengths.items()} == {
            str(minutes): minutes * 60 for minutes in session.lengths
        }
        assert set(texts) == set(session.texts)
        assert ('name="anchor"' in page.text) is bool(session.anchors)
        assert "Quiet can also stir things up" in page.text
        assert f'href="{PATH}/grounding"' in page.text
        assert "awaits a clinician" not in page.text, "that is for the clinic"
        assert "data-keep" not in page.text


async def test_the_words_stand_there_without_a_script_for_the_length_and_anchor_that_were_chosen(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    def words(text: str) -> str:
        return re.search(r"<ol class=\"sit-lines\".*?</ol>", text, re.S)[0]

    three = words((await client.get(f"{PATH}/sit/anchor?minutes=3&anchor=feet")).text)
    assert "Bring your attention down into your feet" in three
    assert "nose, chest or belly" not in three
    assert "2:55" in three
    assert "4:55" in words((await client.get(f"{PATH}/sit/anchor?minutes=4&anchor=nose")).text)
    arabic = (await client.get(f"{PATH}/sit/anchor?lang=ar&minutes=20")).text
    assert sessions()["anchor"].said("open", "", "ar") in arabic
    assert "Grounding instead" not in arabic


async def test_what_is_no_session_is_not_there(client: httpx2.AsyncClient, linden: Linden) -> None:
    assert (await client.get(f"{PATH}/sit/levitation")).status_code == 404
    assert (await client.get("/c/nowhere/calm/sit/anchor")).status_code == 404


async def test_how_it_was_is_kept_in_the_patients_own_space_and_said_later_without_losing_what_was_said(
    phone, jo, mara, browsers
) -> None:
    page = (await phone.get(f"{PATH}/sit/widen")).text
    assert f'data-keep="{SAT}"' in page
    own = sat(exercise="widen", seconds=180, calm_before=7, mood_before=4)
    assert (await phone.post(SAT, data=own)).status_code == 204
    assert (await phone.post(SAT, data=own | {"calm_after": "3"})).status_code == 204
    assert (await phone.post(SAT, data=own | {"mood_after": "4"})).status_code == 204
    kept = (await phone.get("/me/calm")).text
    assert kept.count("Notice, gather, widen") == 1
    assert "Calm 7 before, 3 after" in kept
    assert "Mood 4 before, 4 after" in kept
    assert (await phone.post(SAT, data=own | {"calm_after": "11"})).status_code == 422
    for who in (await browsers(), jo.browser, mara):
        assert (await who.post(SAT, data=own | {"calm_after": "9"})).status_code in {303, 401, 403}
    record = (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/record")).text
    assert "Notice, gather, widen" not in record
    assert "Calm 7 before, 3 after" in (await phone.get("/me/calm")).text
    await phone.post("/me/calm/forget")
    assert "Calm 7" not in (await phone.get("/me/calm")).text
