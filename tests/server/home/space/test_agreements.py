"""Who gave an agreement takes it back, and the patient any; the record says who, and again changes nothing."""

import re
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.patients import store as patients
from server.patients.acting import store as acting
from server.patients.acting.rules import ActingRules, Kind
from server.patients.consents import store as consents
from tests.server.home.space.test_link import ANA, add_helper, arrange
from tests.server.home.space.ways import come_in, handed_over
from tests.server.visit.conftest import START

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


async def who_acts(house, linden, jo, mara, browsers, kind: Kind, given: str = "guardian"):
    """Of Jo who is a child: (their browser, agreements of Jo: the one Jo gave, and one that somebody else gave)"""
    phone, patient_id = await browsers(), jo.made.card.patient_id
    helper = await add_helper(house, linden, patient_id, kind)
    await come_in(house, phone, await handed_over(mara, patient_id, helper), ANA)
    decided = ActingRules(consent_age=16, confirmed_by="Mara Lind")
    await house.db.unit(lambda db: acting.keep_rules(db, linden.clinic.id, decided, None, house.clock()))
    await arrange(house, linden, patient_id, born=date(2018, 3, 9))
    ids, theirs = (linden.clinic.id, patient_id), uuid4()
    await house.db.unit(lambda db: consents.agree(db, theirs, ids, ("booking", "9"), house.clock(), given))
    own = next(one.id for one in await ledger_of(house, linden, jo) if one.given_by == "patient")
    return phone, own, theirs


async def ledger_of(house, linden, jo):
    return await house.db.read(lambda db: consents.ledger(db, linden.clinic.id, jo.made.card.patient_id))


async def test_who_acts_takes_back_what_they_gave_and_nothing_that_the_patient_gave(
    house, linden, jo, mara, browsers
) -> None:
    phone, own, theirs = await who_acts(house, linden, jo, mara, browsers, Kind.GUARDIAN)
    path = f"/me/record/{jo.made.card.patient_id}"
    page = (await phone.get(path)).text
    assert f"agreements/{theirs}/withdraw" in page
    assert f"agreements/{own}/withdraw" not in page
    assert (await phone.post(f"{path}/agreements/{own}/withdraw")).status_code == 404
    for _ in range(2):
        answer = await phone.post(f"{path}/agreements/{theirs}/withdraw")
        assert answer.headers["location"] == f"{path}?notice=taken-back#agreed"
    found = {one.id: (one.holds, one.withdrawn_by) for one in await ledger_of(house, linden, jo)}
    assert (found[own], found[theirs]) == ((True, ""), (False, "guardian"))
    staff = (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/record")).text
    assert re.search("Taken back: [^<]*, by whoever decides for them", staff)


async def test_of_two_who_decide_the_ledger_the_record_and_the_own_file_say_which_one_it_was(
    house, linden, jo, mara, browsers
) -> None:
    ids = (linden.clinic.id, jo.made.card.patient_id)
    first, second = [await add_helper(house, linden, ids[1], Kind.GUARDIAN) for _ in range(2)]
    for who in (first, second, first):
        agree = partial(patients.agree, given_by="guardian", by_id=who)
        await house.db.unit(lambda db, agree=agree: agree(db, *ids, "9", house.clock()))
    found = [one.given_by_id for one in await ledger_of(house, linden, jo) if one.version == "9"]
    assert sorted(found) == sorted([first, second])
    staff = (await mara.get(f"/staff/patients/{ids[1]}/record")).text
    assert staff.count("by whoever decides for them (Ana Almeida)") == 2
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, ids[1]), JO)
    assert "(Ana Almeida)" in (await phone.get(f"/me/record/{ids[1]}")).text
    file = (await phone.get(f"/me/record/{ids[1]}/json")).json()["agreements"]
    told = {(one["by_id"], one["by_name"]) for one in file if one["version"] == "9"}
    assert told == {(str(first), "Ana Almeida"), (str(second), "Ana Almeida")}
    with pytest.raises(DBAPIError, match="stays as it is"):
        await house.db.unit(lambda db: db.execute(text("DELETE FROM consent_givers")))


async def test_who_comes_in_with_their_own_space_open_is_who_agreed(house, linden, jo, mara, clock) -> None:
    patient_id = jo.made.card.patient_id
    helper = await add_helper(house, linden, patient_id, Kind.GUARDIAN)
    await arrange(house, linden, patient_id, born=date(2018, 3, 9))
    code = await handed_over(mara, patient_id, helper)
    clock.now = START - timedelta(minutes=5)
    await come_in(house, jo.browser, code, ANA)
    assert (await jo.arrive()).status_code == 303
    found = [(one.given_by, one.given_by_id) for one in await ledger_of(house, linden, jo)]
    assert ("guardian", helper) in found


@pytest.mark.parametrize(("kind", "given"), [(Kind.CARER, "guardian"), (Kind.GUARDIAN, "proxy")])
async def test_who_helps_with_times_or_decides_by_another_right_takes_nothing_back(
    house, linden, jo, mara, browsers, kind, given
) -> None:
    phone, own, theirs = await who_acts(house, linden, jo, mara, browsers, kind, given)
    for one in (own, theirs):
        path = f"/me/record/{jo.made.card.patient_id}/agreements/{one}/withdraw"
        assert (await phone.post(path)).status_code in {303, 401, 403, 404}
    assert all(one.holds for one in await ledger_of(house, linden, jo))


async def test_a_patient_takes_back_what_was_agreed_to_for_them(house, linden, jo, mara, browsers) -> None:
    _, _, theirs = await who_acts(house, linden, jo, mara, browsers, Kind.GUARDIAN)
    phone, path = await browsers(), f"/me/record/{jo.made.card.patient_id}/agreements/{theirs}/withdraw"
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO)
    assert (await phone.post(path)).status_code == 303
    found = {one.id: one.withdrawn_by for one in await ledger_of(house, linden, jo)}
    assert found[theirs] == "patient"


async def test_each_agreement_says_what_it_was_in_words_to_whom_and_by_whom(house, linden, jo, mara, browsers) -> None:
    phone, patient_id = await browsers(), jo.made.card.patient_id
    await come_in(house, phone, await handed_over(mara, patient_id), JO)
    for what, by in ((("programme", "tms-depression 3"), "patient"), (("treating_team", "1"), "guardian")):
        ids = (linden.clinic.id, patient_id)
        await house.db.unit(
            lambda db, a=(what, by), ids=ids: consents.agree(db, uuid4(), ids, a[0], house.clock(), a[1])
        )
    page = (await phone.get(f"/me/record/{patient_id}")).text
    assert "Programme tms-depression 3" in page
    assert "Sharing with who else treats you" in page
    assert re.search("treats you</b><span>[^<]*, by whoever decides for you", page)
    assert not [words for words in ("decides for them", "treats them<") if words in page]
