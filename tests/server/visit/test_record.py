"""The note beside the call and the record's pages: who writes, who reads, and what a page holds when it is signed."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}


def record_of(jo: Jo) -> str:
    return f"/staff/patients/{jo.made.card.patient_id}"


async def save(mara: Browser, base: str, section: str, text: str, version: int = 0):
    return await mara.post(f"{base}/parts/{section}", data={"text": text, "version": str(version)}, headers=JSON)


async def begin(browser: Browser, jo: Jo, **more: str) -> str:
    answer = await browser.post(f"{record_of(jo)}/notes", data={"once": str(uuid4()), **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def traces(house: House) -> list[str]:
    asked = select(AuditEntry.action).order_by(AuditEntry.at)
    rows = await house.db.read(lambda db: db.scalars(asked))
    return [one for one in rows if one.startswith(("note.", "record."))]


async def test_beside_the_call_a_note_is_begun_by_its_first_words_and_signed_with_its_last(
    jo: Jo, mara: Browser, house: House
) -> None:
    base = f"{jo.staff_url}/record"
    page = (await mara.get(jo.staff_url)).text
    for title in ("Subjective", "Objective", "Assessment", "Plan"):
        assert f">{title}</label>" in page
    assert "A psychotherapy note: only you read it, and it is no part of the record." in page
    assert (await save(mara, base, "subjective", "Sleeps through.")).json()["version"] == 1
    assert "Sleeps through." in (await mara.get(jo.staff_url)).text, "a reload finds it"
    assert (await save(mara, base, "subjective", "elsewhere")).status_code == 409
    assert (await save(mara, base, "data", "x")).status_code == 422
    last = {
        "text_subjective": "Sleeps through.",
        "version_subjective": "1",
        "text_plan": "Monday.",
        "version_plan": "0",
    }
    signed = await mara.post(f"{base}/sign", data=last)
    assert signed.headers["location"] == f"{jo.staff_url}#record"
    page = (await mara.get(jo.staff_url)).text
    assert "Monday." in page
    assert "Signed, Monday 9 March" in page
    assert (await save(mara, base, "plan", "No.", 1)).status_code == 409
    assert (await mara.post(f"{base}/sign", data=last)).status_code == 303, "signed twice is signed"
    assert await traces(house) == ["note.written", "note.written", "note.signed"]


async def test_the_format_changes_as_long_as_there_are_no_words(jo: Jo, mara: Browser) -> None:
    base = f"{jo.staff_url}/record"
    await mara.post(f"{base}/format", data={"format": "dap"})
    assert ">Data</label>" in (await mara.get(jo.staff_url)).text
    assert (await save(mara, base, "data", "Came.")).status_code == 200
    await mara.post(f"{base}/format", data={"format": "birp"})
    page = (await mara.get(jo.staff_url)).text
    assert "Came." in page
    assert ">Behaviour</label>" not in page
    nothing = await mara.post(f"{base}/sign", data={"text_data": "", "version_data": "1"})
    assert "notice=note-empty" in nothing.headers["location"]


async def test_the_record_shows_what_is_signed_to_who_treats_them_and_a_draft_to_its_author(
    jo: Jo, mara: Browser, samir: Browser, desk: Browser, house: House
) -> None:
    place = await begin(mara, jo, format="soap")
    for section, words in (("subjective", "Sleeps."), ("plan", "Monday.")):
        await save(mara, place, section, words)
    assert "Not signed: Mara Lind" in (await mara.get(f"{record_of(jo)}/record")).text
    for stranger in (samir, desk):
        for path in (f"{record_of(jo)}/record", place):
            answer = await stranger.get(path)
            assert answer.status_code in {403, 404}
            assert "Sleeps" not in answer.text
    assert (await mara.post(f"{place}/sign", data={})).headers["location"].endswith("/record?notice=signed")
    page = (await mara.get(f"{record_of(jo)}/record")).text
    assert "Signed by Mara Lind, Monday 9 March" in page
    assert page.count("Sleeps.") == 1
    assert (await traces(house)).count("record.refused") == 2, "the therapist's two; the desk was stopped at the gate"
    assert (await traces(house))[-1] == "record.seen"


async def test_a_record_without_a_note_says_so_and_leads_to_the_sessions(jo: Jo, mara: Browser) -> None:
    page = (await mara.get(f"{record_of(jo)}/record")).text
    assert "No note about Jo yet" in page
    assert re.search(r'kept apart from them:\s*<a href="[^"]+/courses">', page)
    assert "Nothing is written about" not in page


async def test_an_addition_has_a_name_and_a_time_and_comes_once(jo: Jo, mara: Browser) -> None:
    place = await begin(mara, jo, format="free")
    await save(mara, place, "text", "Talked about work.")
    early = await mara.post(f"{place}/addenda", data={"text": "x", "once": str(uuid4())})
    assert early.status_code == 409
    await mara.post(f"{place}/sign", data={})
    once = re.search(r'name="once" value="([\w-]+)"', (await mara.get(place)).text)
    assert once
    for _ in range(2):
        assert (await mara.post(f"{place}/addenda", data={"text": "He called.", "once": once[1]})).status_code == 303
    assert (await mara.post(f"{place}/addenda", data={"text": " ", "once": once[1]})).status_code == 422
    page = (await mara.get(place)).text
    assert page.count("He called.") == 1
    assert "Added by Mara Lind, Monday 9 March" in page


async def test_psychotherapy_notes_of_both_kinds_stand_apart_for_their_author_alone(
    jo: Jo, mara: Browser, house: House
) -> None:
    await mara.post(f"{jo.staff_url}/note", data={"text": "My own doubts.", "version": "0"}, headers=JSON)
    place = await begin(mara, jo, format="free", kind="psychotherapy")
    await save(mara, place, "text", "A hunch.")
    page = (await mara.get(f"{record_of(jo)}/record")).text
    record, apart = page.split('class="column column-lit"')
    assert "A hunch." in apart
    assert "My own doubts." in apart
    assert "hunch" not in record
    assert "doubts" not in record


async def test_a_draft_is_thrown_away_and_a_signed_note_is_not(jo: Jo, mara: Browser) -> None:
    place = await begin(mara, jo)
    await save(mara, place, "plan", "Monday.")
    assert (await mara.post(f"{place}/throw-away")).status_code == 303
    assert (await mara.get(place)).status_code == 404
    place = await begin(mara, jo)
    await save(mara, place, "plan", "Monday.")
    await mara.post(f"{place}/sign", data={})
    assert (await mara.post(f"{place}/throw-away")).status_code == 409
    assert "Monday." in (await mara.get(place)).text


async def test_begun_twice_with_one_press_it_is_one_note(jo: Jo, mara: Browser, linden: Linden) -> None:
    once = str(uuid4())
    places = {(await mara.post(f"{record_of(jo)}/notes", data={"once": once})).headers["location"] for _ in range(2)}
    assert len(places) == 1
    assert (await mara.post(f"{record_of(jo)}/notes", data={"once": "x"})).status_code == 422


async def test_medicines_and_diagnoses_are_written_changed_and_struck(jo: Jo, mara: Browser, samir: Browser) -> None:
    base, once = f"{record_of(jo)}/care/medicine", str(uuid4())
    assert (await mara.get(base)).status_code == 200
    empty = await mara.post(base, data={"once": once, "dose": "x"})
    assert empty.status_code == 422
    assert "Write a number." in empty.text
    written = {"once": once, "name": "Sertraline", "dose": "50", "since": "2025-11", "going": "yes"}
    for _ in range(2):
        answer = await mara.post(base, data=written)
        assert answer.headers["location"] == f"{record_of(jo)}/record?notice=kept#medicine"
    page = (await mara.get(f"{record_of(jo)}/record")).text
    assert page.count("Sertraline 50 mg") == 1
    assert "taken now" in page
    assert 'value="2025-11"' in (await mara.get(f"{base}/{once}")).text
    changed = await mara.post(f"{base}/{once}", data={**written, "dose": "75", "seen": "1"})
    assert changed.status_code == 303
    late = await mara.post(f"{base}/{once}", data={**written, "dose": "100", "seen": "1"})
    assert late.status_code == 409
    assert "Sertraline 75 mg" in (await mara.get(f"{record_of(jo)}/record")).text
    assert (await samir.get(f"{base}/{once}")).status_code == 404
    assert (await samir.post(base, data=written)).status_code == 404
    assert (await mara.post(f"{base}/{once}/strike")).status_code == 303
    assert "Sertraline" not in (await mara.get(f"{record_of(jo)}/record")).text
    for wrong in (f"{base}/{once}", f"{record_of(jo)}/care/rumour"):
        assert (await mara.get(wrong)).status_code == 404


async def test_a_visit_has_a_record_of_its_own(jo: Jo, mara: Browser, samir: Browser, clock, house: House) -> None:
    assert (await samir.get(f"{jo.staff_url}/record")).status_code == 404
    await jo.arrive()
    clock.forward(minutes=10)
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/check/risk", data={"word": "no", "over": "0"})
    await save(mara, f"{jo.staff_url}/record", "plan", "Monday.")
    clock.forward(minutes=12)
    await mara.post(f"{jo.staff_url}/end")
    page = (await mara.get(f"{jo.staff_url}/record")).text
    for words in (
        "12 minutes",
        "by video",
        "No thoughts of suicide or self-harm told",
        "not answered",
        "Monday.",
        "none",
    ):
        assert words in page, words
    assert "The visit is not signed" in page
    assert f'href="{jo.staff_url}/record"' in (await mara.get(f"{record_of(jo)}/record")).text
