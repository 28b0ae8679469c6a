"""A clinic's own recordings: brought by an admin, heard by everybody, in parts where they are asked for, and gone."""

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.access import Role
from tests.server.booking.linden import seed
from tests.server.calm.recordings.sounds import MP3, wav
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/calm"
SOUND = wav(2)


async def an_admin(house, browsers, linden):
    browser = await browsers()
    await signed_in(house, browser, await add_staff(house, linden.clinic.id, Role.ADMIN))
    return browser


async def brought(browser, data: bytes = SOUND, **fields: str):
    form = {"once": str(uuid4()), "of": "body", "language": "en", "part": "whole-5"} | fields
    return await browser.post(HERE, data=form, files={"file": ("me.wav", data, "audio/wav")})


async def sounds_of(browser, path: str = "/c/linden/calm/sit/body") -> dict[str, str]:
    page = (await browser.get(path)).text
    return json.loads(unescape(re.search(r'data-sounds="([^"]*)"', page)[1]))


async def test_what_an_admin_brings_is_heard_in_its_language_replaced_and_taken_away(house, browsers, linden) -> None:
    admin, stranger = await an_admin(house, browsers, linden), await browsers()
    once = str(uuid4())
    for _ in range(2):
        answer = await brought(admin, once=once)
        assert answer.headers["location"] == f"{HERE}?of=body&language=en&notice=kept"
    assert (await sounds_of(stranger)) == {"whole-5": f"/c/linden/calm/sound/{once}"}
    assert (await sounds_of(stranger, "/c/linden/calm/sit/body?lang=ar")) == {}
    await brought(admin, MP3 * 3, part="feet")
    await brought(admin, wav(3))
    sounds = await sounds_of(await browsers())
    assert set(sounds) == {"whole-5", "feet"}
    assert (await stranger.get(f"/c/linden/calm/sound/{once}")).status_code == 404
    page = (await admin.get(f"{HERE}?of=body")).text
    assert "2 recordings of yours are heard here" in page
    assert page.count("<audio controls") == 2
    gone = sounds["feet"].rpartition("/")[2]
    for _ in range(2):
        assert (await admin.post(f"{HERE}/remove", data={"recording": gone})).status_code == 303
    assert (await stranger.get(sounds["feet"])).status_code == 404
    kept = await house.db.read(lambda db: db.scalar(text("SELECT count(*) FROM calm_recordings")))
    assert kept == 1


async def test_a_player_gets_the_part_it_asks_for(house, browsers, linden) -> None:
    admin = await an_admin(house, browsers, linden)
    await brought(admin)
    (address,) = (await sounds_of(admin)).values()
    whole = await admin.get(address)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, SOUND, "audio/wav")
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    part = await admin.get(address, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SOUND)}"
    last = await admin.get(address, headers={"range": "bytes=-4"})
    assert (last.status_code, last.content) == (206, SOUND[-4:])
    beyond = await admin.get(address, headers={"range": f"bytes={len(SOUND)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(SOUND)}")


async def test_what_is_no_sound_or_no_part_is_refused_and_says_what_would_help(house, browsers, linden) -> None:
    admin = await an_admin(house, browsers, linden)
    answer = await brought(admin, b"<script>alert(1)</script>")
    assert (answer.status_code, "We take MP3" in answer.text) == (415, True)
    assert (await brought(admin, b"")).status_code == 422
    assert (await brought(admin, part="whole-4")).status_code == 422
    assert (await brought(admin, of="levitation")).status_code == 422
    assert (await brought(admin, language="xx")).status_code == 422


async def test_another_clinic_and_staff_without_the_role_change_nothing(house, browsers, linden) -> None:
    other = await seed(house, slug="oak", name="Oak Street")
    therapist = await browsers()
    await signed_in(house, therapist, linden.samir.staff_id)
    assert (await therapist.get(HERE)).status_code == 403
    assert (await brought(therapist)).status_code == 403
    admin, elsewhere = await an_admin(house, browsers, linden), await an_admin(house, browsers, other)
    await brought(admin)
    (address,) = (await sounds_of(admin)).values()
    await elsewhere.post(f"{HERE}/remove", data={"recording": address.rpartition("/")[2]})
    assert (await admin.get(address)).status_code == 200
    assert (await admin.get(address.replace("/c/linden/", "/c/oak/"))).status_code == 404


async def test_a_broken_one_is_refused_and_the_one_before_is_still_heard(house, browsers, linden) -> None:
    admin = await an_admin(house, browsers, linden)
    await brought(admin)
    before = await sounds_of(admin)
    for broken in (b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypisom<script>alert(1)</script>", wav(1)[:44]):
        answer = await brought(admin, broken)
        assert answer.status_code == 422
        assert "Nothing of this file can be heard" in answer.text
    assert await sounds_of(admin) == before
    heard = await admin.get(before["whole-5"])
    assert (heard.status_code, heard.headers["content-disposition"]) == (200, "attachment")
