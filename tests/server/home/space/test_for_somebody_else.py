"""What a guardian agreed to for a child, from the booking until it is taken back: what shows, and what is written."""

import re
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.outbox import OutboxRow
from server.patients.acting import store as acting
from server.patients.consents.store import WITHDRAWN
from server.patients.consents.tables import ConsentWithdrawal
from server.patients.tables import Consent
from tests.server.booking.acting.test_pages import CHILD, offer
from tests.server.booking.linden import form
from tests.server.home.space.ways import come_in, handed_over

pytestmark = pytest.mark.asyncio
PARENT = "jo.almeida@example.org"
GIVEN, BACK = ", by whoever decides for them", r"Taken back: [^<]*, by whoever decides for them"


@pytest_asyncio.fixture
async def child(house, linden, mara, browsers) -> UUID:
    """Noa, nine years old: a parent booked for her and agreed, and staff saw on what that rests."""
    await offer(house, linden, consent_age=14, confirmed_by="Mara Lind")
    assert (await (await browsers()).post("/c/linden/book", data=form(linden, **CHILD))).status_code == 303
    (given,) = await written(house, Consent)
    patient_id = given.patient_id
    path = f"/staff/patients/{patient_id}/acting/{await helper_of(house, linden, patient_id)}/confirm"
    assert (await mara.post(path, data={"evidence": "a birth certificate"})).status_code == 303
    return patient_id


async def helper_of(house, linden, patient_id: UUID) -> UUID:
    (one,) = (await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)).helpers
    return one.id


async def at_home(house, linden, mara, browsers, child: UUID):
    parent = await browsers()
    await come_in(house, parent, await handed_over(mara, child, await helper_of(house, linden, child)), PARENT)
    return parent


async def written(house, model) -> list:
    """All of it; of agreements those that somebody gave for somebody else."""
    asked = select(Consent).where(Consent.given_by != "patient") if model is Consent else select(model)
    return list(await house.db.read(lambda db: db.scalars(asked)))


async def test_it_is_shown_as_theirs_and_taken_back_in_their_name_once(house, linden, mara, browsers, child) -> None:
    (given,) = await written(house, Consent)
    assert (given.given_by, given.patient_id, given.version) == ("guardian", child, linden.clinic.consent_version)
    parent, helper = await at_home(house, linden, mara, browsers, child), await helper_of(house, linden, child)
    path, record = f"/me/record/{child}", f"/staff/patients/{child}/record"
    page = (await parent.get(path)).text
    assert f"version {given.version}" in page
    assert GIVEN in page
    assert "so do they" in page, "the child is not told that it took something back itself"
    assert GIVEN in (await mara.get(record)).text
    asked = await house.db.read(lambda db: db.scalars(select(OutboxRow.id)))
    before = set(asked)
    for _ in range(2):
        answer = await parent.post(f"{path}/agreements/{given.id}/withdraw")
        assert answer.headers["location"] == f"{path}?notice=taken-back#agreed"

    (back,) = await written(house, ConsentWithdrawal)
    assert (back.consent_id, back.patient_id, back.by_kind, back.by_id) == (given.id, child, "guardian", helper)
    assert [one.id for one in await written(house, Consent)] == [given.id], "what was given stays written"
    told = [one for one in await written(house, OutboxRow) if one.id not in before]
    assert [(one.topic, one.payload["consent"]) for one in told if one.topic == WITHDRAWN] == [
        (WITHDRAWN, str(given.id))
    ]
    traces = [one for one in await written(house, AuditEntry) if one.action == "consent.withdrawn"]
    assert [(one.actor_kind, one.actor_id, one.subject_id) for one in traces] == [("guardian", helper, child)]
    for page in ((await parent.get(path)).text, (await mara.get(record)).text):
        assert len(re.findall(BACK, page)) == 1
    assert "/withdraw" not in (await parent.get(path)).text
    (taken,) = (await mara.get(f"{record}/json")).json()["agreements"]
    assert (taken["by"], taken["withdrawn_by"]) == ("guardian", "guardian")


async def test_who_decides_for_them_no_more_takes_nothing_back_and_it_holds(
    house, linden, mara, browsers, child
) -> None:
    (given,) = await written(house, Consent)
    parent, helper = await at_home(house, linden, mara, browsers, child), await helper_of(house, linden, child)
    assert (await mara.post(f"/staff/patients/{child}/acting/{helper}/end")).status_code == 303
    answer = await parent.post(f"/me/record/{child}/agreements/{given.id}/withdraw")
    assert answer.status_code in {303, 401, 404}
    assert "taken-back" not in answer.headers.get("location", "")
    assert await written(house, ConsentWithdrawal) == []
    assert GIVEN in (await mara.get(f"/staff/patients/{child}/record")).text
