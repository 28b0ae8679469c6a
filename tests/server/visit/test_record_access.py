"""Who opens a record: by a visit, for a team, in an emergency; who looked; what leaves, and what never does."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.access import Role
from server.audit.tables import AuditEntry
from server.house import House
from server.patients import store as patients
from server.patients.consents import store as consents
from server.record.own import own_looks
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, signed_in
from tests.server.visit.test_record import begin, record_of, save

pytestmark = pytest.mark.asyncio
REASON = "Her sister calls: she took tablets, which ones are hers?"


async def admin_of(house: House, linden: Linden, browsers: Browsers) -> Browser:
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def open_to(browser: Browser, jo: Jo) -> int:
    return (await browser.get(f"{record_of(jo)}/record")).status_code


async def break_glass(browser: Browser, **more: str):
    return await browser.post(
        "/staff/emergency", data={"who": "Jo Almeida", "reason": REASON, "once": str(uuid4()), **more}
    )


async def actions(house: House) -> list[tuple[str, str]]:
    rows = await house.db.read(lambda db: db.execute(select(AuditEntry.action, AuditEntry.detail)))
    return [(action, str(detail.get("why", ""))) for action, detail in rows]


async def test_a_record_is_open_ninety_days_after_the_last_visit_unless_it_is_kept(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    assert await open_to(mara, jo) == 200
    clock.now = START + timedelta(minutes=50, days=90, seconds=-30)
    await signed_in(house, mara, linden.mara.staff_id)
    assert "Open to you until" in (await mara.get(f"{record_of(jo)}/record")).text
    clock.forward(minutes=1)
    assert await open_to(mara, jo) == 404
    clock.forward(minutes=-1)
    assert (await mara.post(f"{record_of(jo)}/record/keep", data={"kept": "yes"})).status_code == 303
    clock.forward(days=200)
    await signed_in(house, mara, linden.mara.staff_id)
    assert "You keep this record open." in (await mara.get(f"{record_of(jo)}/record")).text
    await mara.post(f"{record_of(jo)}/record/keep", data={"kept": "no"})
    assert await open_to(mara, jo) == 404


async def test_a_clinic_may_open_records_to_all_its_therapists_and_never_to_its_desk(
    jo: Jo, mara: Browser, samir: Browser, desk: Browser, house: House, linden: Linden, browsers: Browsers
) -> None:
    admin = await admin_of(house, linden, browsers)
    place = await begin(mara, jo, format="free")
    await save(mara, place, "text", "A draft of Mara.")
    assert [await open_to(one, jo) for one in (samir, desk, admin)] == [404, 403, 404]
    assert (await admin.post("/staff/clinic/notes/share", data={"shared": "yes", "seen": "0"})).status_code == 303
    assert (await admin.post("/staff/clinic/notes/share", data={"shared": "no", "seen": "0"})).status_code == 409
    assert [await open_to(one, jo) for one in (samir, desk, admin)] == [200, 403, 404]
    page = (await samir.get(f"{record_of(jo)}/record")).text
    assert "Open to every therapist of your clinic." in page
    assert "A draft of Mara" not in page
    assert (await samir.get(place)).status_code == 404


async def test_in_an_emergency_no_link_above_the_record_and_its_measures_leads_nowhere(
    jo: Jo, samir: Browser, house: House, linden: Linden
) -> None:
    assert (await break_glass(samir)).status_code == 303
    for path in ("record", "measures"):
        page = (await samir.get(f"{record_of(jo)}/{path}")).text
        assert "open to you in an emergency" in page
        (above,) = re.findall(r'<p class="over">(.*?)</p>', page)
        for href in re.findall(r'href="([^"]+)"', above):
            assert (await samir.get(href)).status_code == 200, href
        assert "you can ask for one by hand" not in page


async def test_in_an_emergency_a_record_opens_with_a_reason_for_four_hours_and_the_admins_hear_of_it(
    jo: Jo, samir: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock, mailer
) -> None:
    admin = await admin_of(house, linden, browsers)
    assert (await samir.get("/staff/emergency")).status_code == 200
    for wrong, why in (
        ({"reason": "now"}, "no_reason"), ({"who": "Nobody Atall"}, "nobody"), ({"who": "J"}, "nobody"),
        ({"who": "Jo"}, "nobody"),
    ):  # fmt: skip
        assert (await break_glass(samir, **wrong)).status_code == 422
        assert (await actions(house))[-1] == ("glass.refused", why)
    assert await open_to(samir, jo) == 404
    once = str(uuid4())
    for _ in range(2):
        opened = await break_glass(samir, once=once)
        assert opened.status_code in {303, 422}
    page = (await samir.get(f"{record_of(jo)}/record")).text
    assert "Open to you in an emergency." in page
    for path in ("record", "documents", "plan", "record/looked", "measures", "journal"):
        shown = (await samir.get(f"{record_of(jo)}/{path}")).text
        assert "This record is open to you in an emergency, until" in shown, path
    assert "open to you in an emergency, until" not in (await samir.get("/staff")).text
    await house.outbox.run_due()
    (letter,) = [one for one in mailer.sent if one.for_staff and "emergency" in one.subject]
    assert "Samir Haddad" in letter.text
    assert "Almeida" not in letter.text + letter.subject
    listed = (await admin.get("/staff/clinic/emergency")).text
    assert "One record is open in an emergency" in listed
    assert (await actions(house)).count(("emergency.seen", "")) == 1
    seen = [one.what for one in await own_looks(house, linden.clinic.id, jo.made.card.patient_id)]
    assert "emergency.seen" in seen, "why it was opened was read"
    assert "which ones are hers?" in listed
    clock.forward(hours=4)
    await signed_in(house, samir, linden.samir.staff_id)
    assert await open_to(samir, jo) == 404


async def test_an_admin_ends_an_emergency_access_and_has_one_only_by_the_same_door(
    jo: Jo, samir: Browser, house: House, linden: Linden, browsers: Browsers
) -> None:
    admin, once = await admin_of(house, linden, browsers), str(uuid4())
    await break_glass(samir, once=once)
    assert await open_to(samir, jo) == 200
    for _ in range(2):
        assert (await admin.post(f"/staff/clinic/emergency/{once}/end")).status_code == 303
    assert await open_to(samir, jo) == 404
    assert await open_to(admin, jo) == 404
    assert (await break_glass(admin)).status_code == 303
    assert await open_to(admin, jo) == 200
    refused = await admin.post(f"{record_of(jo)}/notes", data={"once": str(uuid4())})
    assert refused.status_code == 403, "who is no therapist reads, and writes nothing"


async def test_who_opened_a_record_in_an_emergency_reads_what_was_answered_and_leaves_a_trace(
    jo: Jo, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    admin, path = await admin_of(house, linden, browsers), f"{record_of(jo)}/measures"
    assert (await admin.get(path)).status_code == 404
    assert (await actions(house))[-1][0] == "measures.refused"
    await break_glass(admin)
    assert f'href="{path}"' in (await admin.get(f"{record_of(jo)}/record")).text
    assert "This record is open to you in an emergency, until" in (await admin.get(path)).text
    assert (await actions(house))[-1][0] == "measures.seen"
    assert (await admin.get(f"{path}/fhir")).status_code == 200
    assert (await actions(house))[-1][0] == "measures.taken_along"
    assert (await admin.get("/staff/caseload")).status_code == 403, "who is no therapist has no patients of their own"
    clock.forward(hours=4)
    admin = await admin_of(house, linden, browsers)
    assert [(await admin.get(one)).status_code for one in (path, f"{path}/fhir")] == [404, 404]


async def test_every_look_is_listed_by_name_and_so_is_who_was_turned_away(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden
) -> None:
    await mara.get(f"{record_of(jo)}/record")
    await mara.get(f"{record_of(jo)}/measures")
    await mara.get(jo.staff_url)
    await samir.get(f"{record_of(jo)}/record")
    page = (await mara.get(f"{record_of(jo)}/record/looked")).text
    for words in (
        "the record",
        "answers to measures",
        "the page of a visit",
        "Samir Haddad",
        "tried, and was turned away",
    ):
        assert words in page, words
    looks = await own_looks(house, linden.clinic.id, jo.made.card.patient_id)
    assert ("Samir Haddad", "record.refused") in [(one.who, one.what) for one in looks]
    assert sum(one.times for one in looks) == 5, "one page view is one look"


async def test_what_is_signed_is_taken_along_and_what_is_private_never(jo: Jo, mara: Browser, samir: Browser) -> None:
    await mara.post(f"{jo.staff_url}/note", data={"text": "Private beside the call.", "version": "0"})
    for format_, kind, words, signs in (
        ("soap", "record", "Signed words.", True), ("free", "psychotherapy", "Psychotherapy words.", True),
        ("free", "record", "Draft words.", False),
    ):  # fmt: skip
        place = await begin(mara, jo, format=format_, kind=kind)
        await save(mara, place, "subjective" if format_ == "soap" else "text", words)
        if signs:
            await mara.post(f"{place}/sign", data={})
    for kind, fields in (
        ("medicine", {"name": "Sertraline", "dose": "50", "since": "2025-11", "until": "2026-01", "effect": "some"}),
        ("treatment", {"method": "CBT", "sessions": "12", "weeks": "12"}),
        ("diagnosis", {"system": "ICD-10-GM", "code": "F33.1", "words": "Depression", "since": "2025"}),
        ("goal", {"words": "Sleep", "plan": "a < b", "review": "2026-04-01"}),
    ):
        answer = await mara.post(f"{record_of(jo)}/care/{kind}", data={"once": str(uuid4()), **fields})
        assert answer.status_code == 303, kind
    for kind in ("json", "fhir"):
        file = await mara.get(f"{record_of(jo)}/record/{kind}")
        assert file.status_code == 200
        assert file.headers["content-disposition"].startswith("attachment")
        for words in ("Signed words.", "Sertraline", "CBT", "F33.1", "Sleep"):
            assert words in file.text, (kind, words)
        for words in ("Private beside", "Psychotherapy words", "Draft words"):
            assert words not in file.text, (kind, words)
        assert (await samir.get(f"{record_of(jo)}/record/{kind}")).status_code == 404
    kinds = [one["resource"]["resourceType"] for one in json.loads(file.text)["entry"]]
    cared = ["Composition", "Condition", "Goal", "MedicationStatement", "Patient", "Procedure"]
    assert sorted(kinds) == sorted([*cared, "Appointment", "Consent"])


async def test_an_agreement_is_taken_back_in_a_row_of_its_own_and_can_be_given_again(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden
) -> None:
    ids = (linden.clinic.id, jo.made.card.patient_id)
    (one,) = await house.db.read(lambda db: consents.ledger(db, *ids))
    place = f"{record_of(jo)}/agreements/{one.id}/withdraw"
    assert (await samir.post(place)).status_code == 404
    for _ in range(2):
        assert (await mara.post(place)).status_code == 303
    assert "Taken back: Monday 9 March 2026" in (await mara.get(f"{record_of(jo)}/record")).text
    again = (*ids, one.version, house.clock())
    for _ in range(2):
        await house.db.unit(lambda db: patients.agree(db, *again))
    ledger = await house.db.read(lambda db: consents.ledger(db, *ids))
    assert [each.holds for each in ledger] == [False, True]
    for statement in ("UPDATE consents SET version = 'x'", "DELETE FROM consent_withdrawals", "DELETE FROM consents"):
        with pytest.raises(DBAPIError, match="stays as it is"):
            await house.db.unit(lambda db, statement=statement: db.execute(text(statement)))


async def told_of_glass(house: House, mailer) -> list[tuple[str, str]]:
    """To whom, and what."""
    await house.outbox.run_due()
    return [(one.to, one.text) for one in mailer.sent if one.for_staff and "emergency" in one.subject]


async def test_where_the_only_admin_opens_it_who_treats_the_patient_hears_of_it_and_sees_it(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden, browsers: Browsers, mailer
) -> None:
    admin = await admin_of(house, linden, browsers)
    assert "the other admins of your clinic; where there is none" in (await admin.get("/staff/emergency")).text
    assert (await break_glass(admin)).status_code == 303
    ((to, words),) = await told_of_glass(house, mailer)
    assert to == "mara-lind@linden.example"
    assert "somebody whom you treat" in words
    assert "no other admin works at the clinic" in words
    assert "Almeida" not in words
    (place,) = re.findall(r"https?://[^/]+(/staff/emergency/\S+)", words)
    shown = await mara.get(place)
    assert (shown.status_code, shown.headers["location"]) == (303, f"{record_of(jo)}/record/looked")
    assert "opened the record in an emergency" in (await mara.get(shown.headers["location"])).text
    assert (await samir.get(place)).status_code == 404
    looks = await own_looks(house, linden.clinic.id, jo.made.card.patient_id)
    assert "glass.broken" in [one.what for one in looks]


async def test_where_nobody_treats_them_whoever_works_there_hears_and_learns_no_name(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock, mailer
) -> None:
    clock.forward(days=200)
    admin = await admin_of(house, linden, browsers)
    assert (await break_glass(admin)).status_code == 303
    told = await told_of_glass(house, mailer)
    assert {to for to, _ in told} == {"mara-lind@linden.example", "samir-haddad@linden.example"}
    for _, words in told:
        assert "they alone can see" in words
        assert str(jo.made.card.patient_id) not in words
