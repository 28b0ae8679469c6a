"""A file of questions through its pages: taken out, looked at, taken in once, and awaited like any other."""

import asyncio
import html
import json
import re

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.record.prompts import store
from server.record.prompts.filed.pages import PATH
from server.record.prompts.tables import ClinicPrompt
from server.record.prompts.topics import HERE
from tests.server.record.prompts.filed.test_forms import ONE, file
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
TEXT = re.compile(r'name="seen" value="(\d+)"><textarea name="text" hidden>\n(.*?)</textarea>', re.DOTALL)
OTHER = {"words": "Look at the thyroid", "diagnosis": "F33"}


@pytest_asyncio.fixture
async def owner(house, linden, browsers):
    browser = await browsers()
    await signed_in(house, browser, await add_staff(house, linden.clinic.id, Role.ADMIN))
    return browser


async def kept(house, linden):
    every = await house.db.read(lambda db: store.prompts_of(db, linden.clinic.id))
    return [(one.number, one.rule.words) for one in every]


async def rows(house, table):
    async def work(db):
        return list(await db.scalars(select(table)))

    return await house.db.read(work)


async def looked(browser, sent: bytes) -> tuple[str, dict[str, str]]:
    page = await browser.post(PATH, files={"file": ("questions.json", sent, "application/json")})
    assert page.status_code == 200
    found = TEXT.search(page.text)
    return page.text, {"seen": found[1], "text": html.unescape(found[2])} if found else {}


async def test_a_file_is_looked_at_then_taken_in_once_and_awaits_a_clinician(house, linden, owner) -> None:
    page, form = await looked(owner, file(ONE, OTHER))
    assert "The file would write 2 questions" in page
    assert await rows(house, ClinicPrompt) == [], "nothing is kept before somebody says so"
    for _ in range(2):
        assert (await owner.post(f"{PATH}/take", data=form)).status_code == 303
    assert await kept(house, linden) == [(1, "Discuss TMS"), (1, "Look at the thyroid")]
    actions = [row.action for row in await rows(house, AuditEntry)]
    assert (actions.count("prompt.written"), actions.count("prompts.taken_in")) == (2, 1)
    listed = (await owner.get(HERE)).text
    assert listed.count("to be confirmed by your clinician") == 2
    assert "Discuss TMS" in (await owner.get("/staff/confirming")).text


async def test_what_was_taken_out_changes_what_it_names_and_leaves_the_rest(house, linden, owner) -> None:
    _, form = await looked(owner, file(ONE, OTHER))
    await owner.post(f"{PATH}/take", data=form)
    sent = await owner.get(f"{HERE}/questions.json")
    assert "attachment" in sent.headers["content-disposition"]
    data = json.loads(sent.text)
    assert "Nothing in this file is new" in (await looked(owner, sent.content))[0]
    del data["questions"][1]
    data["questions"][0]["above"] = 19
    page, form = await looked(owner, json.dumps(data).encode())
    assert "The file would write 1 question" in page
    assert "PHQ-9 above 15" in page
    assert "PHQ-9 above 19" in page
    assert "One question of your clinic does not stand in it" in page
    assert (await owner.post(f"{PATH}/take", data=form)).status_code == 303
    assert sorted(await kept(house, linden)) == [(1, "Look at the thyroid"), (2, "Discuss TMS")]


async def test_what_was_removed_comes_back_by_its_file(house, linden, owner) -> None:
    _, form = await looked(owner, file(ONE))
    await owner.post(f"{PATH}/take", data=form)
    sent = (await owner.get(f"{HERE}/questions.json")).content
    (one,) = await house.db.read(lambda db: store.prompts_of(db, linden.clinic.id))
    await owner.post(f"{HERE}/{one.prompt_id}/remove")
    assert (await owner.post(f"{PATH}/take", data=form)).status_code == 409, "what was looked at is another by now"
    _, form = await looked(owner, sent)
    assert (await owner.post(f"{PATH}/take", data=form)).status_code == 303
    assert await kept(house, linden) == [(1, "Discuss TMS")]


async def test_of_two_who_take_at_one_moment_nothing_is_written_twice(house, linden, owner) -> None:
    _, form = await looked(owner, file(ONE, OTHER))
    _, third = await looked(owner, file({"words": "Third", "trials": 1}))
    answers = await asyncio.gather(*(owner.post(f"{PATH}/take", data=one) for one in (form, form, third)))
    codes = [one.status_code for one in answers]
    assert codes in ([303, 303, 409], [409, 409, 303])
    assert len(await kept(house, linden)) == (2 if codes[0] == 303 else 1)


async def test_faults_are_said_at_their_place_and_nothing_is_kept(house, owner) -> None:
    for path, sent in (
        (PATH, {"files": {"file": ("a.json", file(ONE, {"words": "Give 50 mg", "trials": 1}))}}),
        (f"{PATH}/take", {"data": {"seen": "0", "text": file({"words": "Give 50 mg", "trials": 1}).decode()}}),
    ):
        page = await owner.post(path, **sent)
        assert page.status_code == 422
        assert "A question names no dose: leave out “50 mg”" in page.text
    for odd in (b"no", b"[" * 60_000, file(ONE, version=9), b" " * 200_000, b'{"format": "\\ud800"}', b""):
        page = await owner.post(PATH, files={"file": ("a.json", odd)})
        assert (page.status_code, "This file cannot be taken yet" in page.text) == (422, True)
    assert (await owner.post(PATH, data={"file": "x"})).status_code == 422
    assert await rows(house, ClinicPrompt) == []


async def test_only_who_leads_the_clinic_has_the_file(mara, desk) -> None:
    for other in (mara, desk):
        assert (await other.get(PATH)).status_code == 403
        assert (await other.get(f"{HERE}/questions.json")).status_code == 403
        assert (await other.post(f"{PATH}/take", data={"seen": "0", "text": "x"})).status_code == 403
