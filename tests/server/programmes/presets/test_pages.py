"""A clinic's own presets, and the one of a course beside what was delivered."""

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic.confirming.store import confirm
from server.programmes.presets.catalogue import before, shipped, shipped_data
from server.programmes.presets.store import presets_of
from server.programmes.tables import ProgrammePreset
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
PATH = "/staff/programmes/presets"
OURS = next(one for one in shipped_data()["presets"] if one["id"] == "itbs_600") | {"id": "ours", "name": "As we do it"}


async def rows(house, table):
    async def work(db):
        return list(await db.scalars(select(table)))

    return await house.db.read(work)


async def test_a_clinic_writes_its_own_and_is_told_what_would_mend_it(house, linden, browsers, mara) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    page = (await admin.get(PATH)).text
    assert all(words in page for words in ("18:34", "18:26", "18:45", "trains are not stated", "90000"))

    async def sends(**data: str) -> tuple[int, str]:
        answer = await admin.post(PATH, data=data)
        return answer.status_code, answer.text

    refused = await sends(text=json.dumps(OURS | {"pulses": [620, 620]}))
    assert refused[0] == 422
    assert "By its pattern a session has 600 pulses, and the file says 620." in refused[1]
    assert "comes with the program" in (await sends(text=json.dumps(OURS | {"id": "saint"})))[1]
    assert "There is no programme ‘ect’." in (await sends(text=json.dumps(OURS | {"programmes": ["ect"]})))[1]
    assert await rows(house, ProgrammePreset) == []
    for _ in range(2):
        assert (await sends(text=json.dumps(OURS)))[0] == 303
    assert len(await rows(house, ProgrammePreset)) == 1
    assert "Give this one another." in (await sends(text=json.dumps(OURS | {"name": "Otherwise"})))[1]
    assert (await sends(text=json.dumps(OURS | {"name": "Otherwise", "version": "2"})))[0] == 303
    for _ in range(2):
        assert (await sends(end="ours"))[0] == 303
    assert "Otherwise" not in (await admin.get(PATH)).text
    assert [one.action for one in await rows(house, AuditEntry)].count("programmes.preset") == 3
    assert (await mara.post(PATH, data={"text": json.dumps(OURS)})).status_code == 403


async def test_a_course_shows_its_preset_and_each_session_what_was_planned(course, clock) -> None:
    assert (await course.writes("protocol", preset="none 1")).status_code == 422
    await course.is_ready()
    page = await course.page()
    assert "10 Hz, 4 s on and 11 s off" in page.partition("course-preset")[2]
    await course.writes("threshold", 1)
    await course.writes("today", 1)
    assert (await course.writes("treatment", 1)).status_code == 303
    form = await course.browser.get(f"{course.base}/steps/after/1/0")
    assert "Planned: " in form.text
    assert (await course.writes("after", 1, pulses="2400")).status_code == 303
    assert "fields are missing" not in (file := (await course.browser.get(f"{course.base}/exports/sessions/1")).text)
    assert "One field is missing" not in file, "what only another answer asks for is not missing"
    clock.forward(minutes=10)
    assert (await course.writes("protocol", 0, 1, preset="itbs_600 1")).status_code == 303
    page = await course.page()
    assert 'class="small course-look">planned: <bdi>3000</bdi>' in page, "by the preset of that session"
    assert "iTBS, 600 pulses" in page.partition("course-preset")[2]


UNSURE = "To be confirmed by your clinician."


async def stands_up(browser, *topics: str) -> None:
    """Confirm these on the page where that is done."""
    page = (await browser.get("/staff/confirming")).text
    hidden = r'name="topic" value="([^"]+)"><input type="hidden" name="version" value="(\w{64})"'
    versions = dict(re.findall(hidden, page))
    for topic in topics:
        answer = await browser.post("/staff/confirming", data={"topic": topic, "version": versions[topic]})
        assert answer.status_code == 303


async def test_who_may_confirm_a_preset_reads_it_and_is_told_which_nobody_has(course, mara, desk) -> None:
    page = (await mara.get(PATH)).text
    listed = re.findall(r'<details class="unfold" id="([^"]+)">(.*?)</details>', page, re.DOTALL)
    assert {name for name, _ in listed} == {one["id"] for one in shipped_data()["presets"]}
    assert all(UNSURE in said.partition("</summary>")[0] for _, said in listed)
    assert f'href="/staff/confirming#preset-{listed[0][0]}"' in listed[0][1]
    assert "Not all of them are confirmed." in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert f'href="{PATH}#{listed[0][0]}"' in (await mara.get("/staff/confirming")).text, "and the way to it is there"
    await stands_up(mara, "preset-itbs_600")
    listed = re.findall(r'<details class="unfold" id="([^"]+)">(.*?)</details>', (await mara.get(PATH)).text, re.DOTALL)
    assert [name for name, said in listed if UNSURE not in said] == ["itbs_600"]
    await stands_up(mara, *(f"preset-{name}" for name, _ in listed if name != "itbs_600"))
    page = (await mara.get(PATH)).text
    assert "Not all of them are confirmed." not in page
    assert UNSURE not in page
    assert (await desk.get(PATH)).status_code == 403


async def test_a_word_on_an_earlier_version_holds_for_that_alone_and_is_said_and_asked_again(
    house, linden, course, mara, clock
) -> None:
    old, new = (next(one for one in several if one.id == "bilateral") for several in (before(), shipped()))

    async def unsure() -> list[str]:
        known = await house.db.read(lambda db: presets_of(db, linden.clinic.id))
        return [one.key for one in (old, new) if one.key in known.unsure]

    async def asks() -> tuple[str, str]:
        """What the page of what awaits a clinician says of it, and what that of presets does."""
        place, here = 'id="preset-bilateral"', (await mara.get("/staff/confirming")).text
        head, _, body = here.partition(place)
        listed = (await mara.get(PATH)).text.partition('id="bilateral"')[2].partition("</summary>")[0]
        return head.rpartition("<details")[2] + body.partition("</details>")[0], listed

    assert (old.topic[0], await unsure()) == (new.topic[0], ["bilateral 1", "bilateral 2"])
    assert old.topic[1] != new.topic[1]
    who = linden.mara.staff_id
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, *old.topic, who, clock()))
    assert await unsure() == ["bilateral 2"], "courses that go by the earlier one go on confirmed"
    topic, listed = await asks()
    assert "changed since" in topic
    assert "Mara Lind confirmed it on" in topic
    assert "It is not the same any more." in topic
    assert "I confirm this for our clinic" in topic
    assert UNSURE in listed
    await stands_up(mara, "preset-bilateral")
    assert await unsure() == []
    topic, listed = await asks()
    assert "changed since" not in topic
    assert UNSURE not in listed


async def test_every_page_of_a_course_that_shows_its_preset_says_that_nobody_confirmed_it(course) -> None:
    await course.is_ready()
    for name in ("threshold", "today", "treatment", "after"):
        assert (await course.writes(name, 1)).status_code == 303

    async def said() -> dict[str, bool]:
        browser, base = course.browser, course.base
        page, form = await course.page(), (await browser.get(f"{base}/steps/protocol/0/1")).text
        planned = (await browser.post(f"{base}/steps/threshold/1/1", data={"once": str(uuid4())})).text
        told = {"of the course": page.partition("course-preset")[2].partition("<h2")[0]}
        told["where it was chosen"] = page.partition("How sessions are given</span></dt>")[2].partition("</dd>")[0]
        told["beside a number"] = page.partition("planned: <bdi>3000</bdi>")[2].partition("</dd>")[0]
        found = {place: UNSURE in text for place, text in told.items()}
        found["in the list"] = "11 s off (to be confirmed by your clinician)" in form
        return found | {"at a field": "by a preset that is to be confirmed by your clinician" in planned}

    assert await said() == dict.fromkeys(await said(), True)
    await stands_up(course.browser, "preset-hf_10hz_19")
    assert await said() == dict.fromkeys(await said(), False)
