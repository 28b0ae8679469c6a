"""Who writes what can mean danger comes to their plan and to numbers; the entry is kept, nobody is told."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.server.journal.cbt.said import thought

pytestmark = pytest.mark.asyncio
WORDS = "I want to die"


async def count(house, table: str) -> int:
    return await house.db.read(lambda db: db.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_a_record_with_words_of_danger_is_kept_and_leads_to_the_plan_and_nobody_is_told(house, phone) -> None:
    before = {table: await count(house, table) for table in ("alerts", "outbox")}
    record = thought(**{"thoughts-0-text": f"Sometimes {WORDS.upper()}."})
    kept = await phone.post("/me/tools/thought", data=record)
    here = f"/me/tools/thought/{record['id']}"
    assert (kept.status_code, kept.headers["location"]) == (
        303,
        f"/me/safe?after=%2Fme%2Ftools%2Fthought%2F{record['id']}",
    )
    assert await count(house, "journal_entries") == 1
    page = (await phone.get(kept.headers["location"])).text
    assert "nobody at the clinic has read what you wrote, and nobody is told" in page
    assert f'href="{here}"' in page
    assert 'href="tel:' in page
    assert "You have no safety plan yet" in page
    assert {table: await count(house, table) for table in before} == before
    assert "Only you read this." in (await phone.get(here)).text
    await phone.post("/me/plan/steps/alone", data={"text": "The song I always play", "was": "", "version": "0"})
    assert "The song I always play" in (await phone.get("/me/safe")).text


async def test_a_note_of_mood_does_too_also_once_it_is_changed_and_other_words_lead_nowhere_new(phone) -> None:
    own = str(uuid4())
    kept = await phone.post("/me/mood", data={"id": own, "mood": "5", "note": "I kill time"})
    assert kept.headers["location"] == "/me/mood/back?notice=kept"
    changed = await phone.post(
        f"/me/mood/entry/{own}/change", data={"number": "1", "mood": "1", "note": "أريد أن أموت"}
    )
    assert changed.headers["location"].startswith("/me/safe?after=%2Fme%2Fmood%2Fentry%2F")
    risky = await phone.post("/me/mood", data={"id": str(uuid4()), "mood": "5", "note": WORDS})
    assert risky.headers["location"].startswith("/me/safe?")
    record = thought()
    await phone.post("/me/tools/thought", data=record)
    path = f"/me/tools/thought/{record['id']}/change"
    answer = await phone.post(path, data=thought(id=record["id"], number="1", situation=WORDS))
    assert answer.headers["location"].startswith("/me/safe?")


async def test_the_page_leads_to_an_entry_of_the_space_alone_and_a_device_keeps_it(phone) -> None:
    for after in ("https://example.org/", "//example.org", "/me/tools/../../staff", "javascript:alert(1)"):
        page = (await phone.get("/me/safe", params={"after": after})).text
        assert re.search(r'class="button[^"]*" href="/me"', page), after
        assert after not in page.split("<main", 1)[1]
    kept = (await phone.get("/me/offline/safe")).text
    assert "It is kept on this device, sealed." in kept
    assert '"/me/safe": "/me/offline/safe?lang=en"' in (await phone.get("/me/worker.js")).text
    for form in ("/me/mood", "/me/tools/thought/new", "/me/offline/mood"):
        assert "kill myself" in (await phone.get(form)).text, "the script finds the words without a connection"


async def test_nobody_else_comes_there(jo, browsers) -> None:
    for who in (await browsers(), jo.browser):
        for path in ("/me/safe", "/me/offline/safe"):
            assert (await who.get(path)).status_code in {303, 401, 403}


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/me/mood", {"rest": "11", "note": "X"}), ("/me/tools/thought", {"day": "soon", "situation": "X"})],
)
async def test_a_form_that_came_back_with_such_words_shows_whom_to_call(phone, path, fields) -> None:
    blank = (await phone.get(path if path == "/me/mood" else f"{path}/new")).text
    assert re.search(r"data-danger-help[^>]* hidden>", blank), "a script shows it where nothing could be sent"
    for words, shown in (("a walk", False), ("I want to die", True)):
        sent = {name: words if value == "X" else value for name, value in fields.items()}
        answer = await phone.post(path, data={"id": str(uuid4()), **sent})
        assert answer.status_code == 422
        assert bool(re.search(r"data-danger-help[^>]* hidden>", answer.text)) is not shown
        assert 'href="tel:112"' in answer.text
