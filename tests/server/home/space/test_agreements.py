"""A patient takes back what they agreed to; nobody else does it for them here, and again changes nothing."""

import re
from uuid import uuid4

import pytest

from server.patients.consents import store as consents
from tests.server.home.space.ways import come_in, handed_over

pytestmark = pytest.mark.asyncio
JO = "jo.almeida@example.org"


async def test_a_patient_takes_back_what_they_agreed_to_and_their_therapist_sees_it(
    house, linden, jo, mara, browsers
) -> None:
    phone, patient_id = await browsers(), jo.made.card.patient_id
    await come_in(house, phone, await handed_over(mara, patient_id), JO)
    own = f"/me/record/{patient_id}"
    page = (await phone.get(own)).text
    assert "appointments stay until you cancel them" in page
    found = re.findall(rf'action="({own}/agreements/[^"]+/withdraw)"', page)
    assert found
    for who in (await browsers(), jo.browser, mara):
        assert (await who.post(found[0])).status_code in {303, 401, 403, 404}
    held = await house.db.read(lambda db: consents.ledger(db, linden.clinic.id, patient_id))
    assert all(one.holds for one in held)
    for _ in range(2):
        answer = await phone.post(found[0])
        assert answer.headers["location"] == f"{own}?notice=taken-back#agreed"
    ledger = await house.db.read(lambda db: consents.ledger(db, linden.clinic.id, patient_id))
    assert [(one.holds, one.withdrawn_by) for one in ledger] == [(False, "patient")]
    page = (await phone.get(f"{own}?notice=taken-back")).text
    assert "Your therapist sees it in your record." in page
    assert "/withdraw" not in page
    assert "Taken back: " in (await mara.get(f"/staff/patients/{patient_id}/record")).text
    assert (await phone.post(f"{own}/agreements/{uuid4()}/withdraw")).status_code == 404
