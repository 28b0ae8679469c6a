"""The exercises as pages: open to everybody, readable without a script, and each with its words of care."""

import json
import re
from html import unescape

import httpx2
import pytest

from server.calm.catalogue import exercises
from tests.server.booking.linden import Linden

pytestmark = pytest.mark.asyncio
PATH = "/c/linden/calm"


async def test_the_list_leads_to_every_exercise_and_each_says_what_is_done_when(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    listed = (await client.get(PATH)).text
    assert re.findall(rf'href="{PATH}/([a-z0-9-]+)"', listed) == list(exercises())
    for name, exercise in exercises().items():
        page = await client.get(f"{PATH}/{name}")
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        course = json.loads(unescape(re.search(r'data-course="([^"]*)"', page.text)[1]))
        assert course == [[step.kind, step.key, int((step.seconds or 0) * 1000)] for step in exercise.steps]
        assert "Eyes may stay open" in page.text
        care = page.text[page.text.index("calm-care") :]
        assert "Not while driving, and not in water." in care
        assert ("If you feel dizzy, stop and breathe as you like." in care) is exercise.breathing
        assert ("Leave out what is injured or hurts." in care) is (name == "muscles")
        assert ("Holding the breath is not for everybody" in page.text) is exercise.holds
        assert page.text.count('data-step="') == (0 if exercise.breathing else len({one.key for one in exercise.steps}))
        assert "awaits a clinician" not in page.text, "that is for the clinic"


async def test_the_pattern_stands_in_words_and_the_pages_speak_arabic(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    assert "4 seconds in, 7 seconds of rest, 8 seconds out" in (await client.get(f"{PATH}/4-7-8")).text
    assert "5.5 seconds in, 5.5 seconds out" in (await client.get(f"{PATH}/resonance-55")).text
    assert "2 seconds in, 1 second more on top, 6 seconds out" in (await client.get(f"{PATH}/cyclic-sigh")).text
    arabic = (await client.get(f"{PATH}/box-4?lang=ar")).text
    assert 'dir="rtl"' in arabic
    assert "Breathe in" not in arabic


async def test_what_is_no_exercise_or_no_clinic_is_not_there(client: httpx2.AsyncClient, linden: Linden) -> None:
    assert (await client.get(f"{PATH}/levitation")).status_code == 404
    assert (await client.get("/c/nowhere/calm")).status_code == 404
    assert (await client.get("/c/nowhere/calm/box-4")).status_code == 404
