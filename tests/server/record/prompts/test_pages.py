"""A clinic's own question from the form to a record: confirmed, asked, put aside, and never the patient's."""

import re
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic.confirming.store import confirm
from server.record.care.keeping import Writing, write
from server.record.care.rules import Enough, Kind, Medicine, Spell
from server.record.prompts import store
from server.record.prompts.tables import PromptDismissal
from server.record.prompts.topics import HERE, key_of, version
from tests.server.home.space.ways import come_in, handed_over
from tests.server.measures.asked import answer_all, use
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
TMS = {"words": "Talk about TMS", "trials": "2", "weeks": "6", "measure": "phq9", "above": "15", "days": "60"}

DISMISS = re.compile(r'action="([^"]*/dismiss)">\s*<input type="hidden" name="seen" value="(\w+)"')


async def kept(house, linden):
    return await house.db.read(lambda db: store.prompts_of(db, linden.clinic.id))


async def sure(house, linden) -> None:
    for one in await kept(house, linden):
        word = (linden.clinic.id, key_of(one), version(one), linden.mara.staff_id, house.clock())
        await house.db.unit(lambda db, word=word: confirm(db, *word))


@pytest_asyncio.fixture
async def owner(house, linden, browsers):
    browser = await browsers()
    await signed_in(house, browser, await add_staff(house, linden.clinic.id, Role.ADMIN))
    return browser


async def has_tried(house, linden, jo, *names: str) -> None:
    for name in names:
        medicine = Medicine(name, 50, spell=Spell("2025-03", "2025-08"), enough=Enough.YES)
        writing = Writing(uuid4(), Kind.MEDICINE, medicine)
        await write(house, linden.clinic.id, jo.made.card.patient_id, writing, linden.mara.staff_id, house.clock())


async def test_it_is_asked_once_a_clinician_confirmed_it_put_aside_with_a_reason_and_comes_back(
    house, linden, jo, mara, owner, browsers
) -> None:
    assert (await owner.post(HERE, data={"once": str(uuid4()), **TMS})).status_code == 303
    record = f"/staff/patients/{jo.made.card.patient_id}/record"
    await use(house, linden.clinic.id, phq9="visit")
    await answer_all(house, jo.made.card, "222222220")
    await has_tried(house, linden, jo, "Sertraline", "Citalopram")
    assert "Talk about TMS" not in (await mara.get(record)).text, "nobody confirmed it"
    assert "to be confirmed by your clinician" in (await owner.get(HERE)).text
    await sure(house, linden)
    page = (await mara.get(record)).text
    told = ("Talk about TMS", "An adequate trial: Sertraline", "since 2025-03", "PHQ-9: 16 on 9 March 2026")
    assert not [one for one in (*told, "confirmed by Mara Lind") if one not in page]
    address, seen = DISMISS.search(page).groups()
    empty = await mara.post(address, data={"seen": seen, "reason": " "})
    assert empty.headers["location"].endswith("no-reason#prompts")
    old = await mara.post(address, data={"seen": "0" * 64, "reason": "x"})
    assert "changed" in old.headers["location"]
    for _ in range(2):
        await mara.post(address, data={"seen": seen, "reason": "She wants to wait."})
    assert "Talk about TMS" not in (await mara.get(record)).text
    assert len(await rows(house, PromptDismissal)) == 1
    assert [row.action for row in await rows(house, AuditEntry)].count("prompt.put_aside") == 1
    await has_tried(house, linden, jo, "Mirtazapine")
    assert "Talk about TMS" in (await mara.get(record)).text, "another fact asks anew"
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org", own="yes")
    for path in ("/me", f"/me/record/{jo.made.card.patient_id}"):
        assert "Talk about TMS" not in (await own.get(path)).text


async def rows(house, table):
    async def work(db):
        return list(await db.scalars(select(table)))

    return await house.db.read(work)


async def test_a_change_awaits_a_clinician_again_and_who_was_slower_is_told(house, linden, owner) -> None:
    once = str(uuid4())
    for _ in range(2):
        assert (await owner.post(HERE, data={"once": once, **TMS})).status_code == 303
    assert len(await kept(house, linden)) == 1
    await sure(house, linden)
    assert "confirmed by Mara Lind" in (await owner.get(HERE)).text
    other = {**TMS, "above": "19", "seen": "1"}
    assert 'value="15"' in (await owner.get(f"{HERE}/{once}")).text
    assert (await owner.post(f"{HERE}/{once}", data=other)).status_code == 303
    assert "to be confirmed by your clinician" in (await owner.get(HERE)).text
    assert (await owner.post(f"{HERE}/{once}", data={**other, "above": "10"})).status_code == 409
    assert (await owner.post(f"{HERE}/{once}/remove")).status_code == 303
    assert await kept(house, linden) == []
    assert (await owner.get(f"{HERE}/{once}")).status_code == 404


async def test_a_dose_is_no_question_and_only_who_leads_the_clinic_writes_them(mara, desk, owner) -> None:
    refused = await owner.post(HERE, data={"once": str(uuid4()), **TMS, "words": "Give 50 mg more"})
    assert (refused.status_code, "A question names no dose." in refused.text) == (422, True)
    for other in (mara, desk):
        assert (await other.get(HERE)).status_code == 403
        assert (await other.post(HERE, data={"once": str(uuid4()), **TMS})).status_code == 403
