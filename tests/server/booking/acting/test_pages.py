"""Booking for somebody else: who comes, who is told, whose yes it was; and where staff sees and changes it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import event, select

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking.tables import Booking
from server.clinic import store as clinics
from server.house import House
from server.patients import store as patients
from server.patients.acting import store as acting
from server.patients.acting.rules import ActingRules, Kind, Told
from server.patients.acting.tables import Helper
from server.patients.tables import Consent
from tests.server.booking.linden import Linden, booked, form
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"
BOTH = frozenset({Kind.GUARDIAN, Kind.CARER})
CHILD = {"for_whom": "child", "patient_name": "Noa Almeida", "born": "2016-05-01"}


async def offer(house: House, linden: Linden, **rules: object) -> None:
    """The clinic lets parents and carers book."""
    chosen = ActingRules(books=BOTH, **rules)  # type: ignore[arg-type]

    async def work(db: object) -> None:
        assert await acting.keep_rules(db, linden.clinic.id, chosen, None, house.clock())  # type: ignore[arg-type]
        await clinics.note_acting(db, linden.clinic.id, BOTH)  # type: ignore[arg-type]

    await house.db.unit(work)


async def the_patient(house: House) -> UUID:
    found = await house.db.read(lambda db: db.scalar(select(Booking.patient_id)))
    assert found
    return found


async def yeses(house: House) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(Consent.given_by))))


async def letters(house: House) -> set[str]:
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    await house.outbox.run_due()
    return {one.to for one in house.mailer.sent if not one.for_staff}  # type: ignore[attr-defined]


async def test_a_clinic_that_uses_none_of_it_asks_and_reads_nothing_of_it(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    asked: list[str] = []
    for engine in house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    page = (await client.get("/c/linden")).text
    assert 'name="patient_name"' not in page
    assert 'value="child"' not in page
    assert (await client.post(POST, data=form(linden, for_whom="other"))).status_code == 303
    assert await letters(house) == {"jo.almeida@example.org"}
    assert not [text for text in asked for name in ("helpers", "arrangements", "acting_rules") if f" {name}" in text]


async def test_a_parent_books_for_a_child_who_has_a_record_of_their_own(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await offer(house, linden, consent_age=14)
    page = (await client.get("/c/linden")).text
    assert "For my child" in page
    assert 'name="patient_name"' in page
    answer = await client.post(POST, data=form(linden, **CHILD))
    assert answer.status_code == 303, answer.text
    assert not answer.headers["location"].endswith("/keep"), "the parent's mail carries the link"
    kept = (await client.get(f"{answer.headers['location']}/keep")).text
    assert "Your mail carries this link too." in kept, "it is theirs, and not the child's"
    patient_id = await the_patient(house)
    person = (await patients.people(house.db, house.keys, linden.clinic.id, [patient_id]))[patient_id]
    assert (person.name, person.mail, person.phone) == ("Noa Almeida", "", "")
    known = await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)
    (helper,) = known.helpers
    assert (helper.kind, helper.name, helper.mail) == (Kind.GUARDIAN, "Jo Almeida", "jo.almeida@example.org")
    assert not helper.confirmed, "they said so themselves"
    assert known.arranged.born == date(2016, 5, 1)
    assert await yeses(house) == ["guardian"]
    assert await letters(house) == {"jo.almeida@example.org"}


async def test_a_parent_books_again_for_the_child_by_the_same_link(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await offer(house, linden, consent_age=14)
    again = (await client.post(POST, data=form(linden, **CHILD))).headers["location"].split("/")[2]
    assert "<b>Noa Almeida</b>" in (await client.get(f"/c/linden?again={again}")).text
    wish = form(linden, start="2026-03-13T09:00Z", again=again, name="", contact="", once="another")
    assert (await client.post(POST, data=wish)).status_code == 303
    asked = select(Booking.patient_id)
    assert len(set(await house.db.read(lambda db: db.scalars(asked)))) == 1
    assert await letters(house) == {"jo.almeida@example.org"}


async def test_who_acts_is_sealed(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    await offer(house, linden)
    await client.post(POST, data=form(linden, **CHILD))
    row = await house.db.read(lambda db: db.scalar(select(Helper)))
    assert row
    assert b"Almeida" not in row.person_sealed


async def test_what_is_missing_is_asked_and_nothing_typed_is_lost(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await offer(house, linden)
    answer = await client.post(POST, data=form(linden, for_whom="child", patient_name="", born="2016-05-01"))
    assert answer.status_code == 422
    assert "Write the name of the person who comes." in answer.text
    assert 'value="2016-05-01"' in answer.text
    answer = await client.post(POST, data=form(linden, **CHILD | {"born": "1990-05-01"}))
    assert answer.status_code == 422
    assert "they are an adult, who books for themselves" in answer.text
    answer = await client.post(POST, data=form(linden, for_whom="child", patient_name="Noa", born="2030-01-01"))
    assert "Look at this date once more: nobody can be born on it." in answer.text
    answer = await client.post(POST, data=form(linden, for_whom="child", patient_name="Noa", born=""))
    assert "Write the date of birth: it says who has to agree." in answer.text
    assert (await client.post(POST, data=form(linden, for_whom="other", patient_name="Rui"))).status_code == 303


@pytest.mark.parametrize(("age", "given"), [(14, ["guardian"]), (8, []), (None, ["guardian"])])
async def test_a_guardians_yes_is_kept_only_where_it_may_count(
    client: httpx2.AsyncClient, linden: Linden, house: House, age: int | None, given: list[str]
) -> None:
    """Noa is nine: from eight on she is asked herself, when she comes in."""
    await offer(house, linden, consent_age=age)
    await client.post(POST, data=form(linden, **CHILD))
    assert await yeses(house) == given


async def test_a_carer_books_and_consents_to_nothing(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    await offer(house, linden)
    await client.post(POST, data=form(linden, for_whom="other", patient_name="Rui Almeida"))
    assert await yeses(house) == []
    assert await letters(house) == {"jo.almeida@example.org"}, "Rui left no address, so who booked is told"


@pytest.mark.parametrize(
    ("fields", "to"),
    [
        ({"told": ""}, {"jo.almeida@example.org"}),
        ({"told": "helper"}, {"ana@example.org"}),
        ({"told": "both"}, {"jo.almeida@example.org", "ana@example.org"}),
        ({"told": "both", "confidential": "yes"}, {"jo.almeida@example.org"}),
    ],
)
async def test_staff_says_who_is_told_and_the_next_message_goes_there(
    client: httpx2.AsyncClient, linden: Linden, house: House, fields: Mapping[str, str], to: set[str]
) -> None:
    made = await booked(house, linden)
    await letters(house)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    path = f"/staff/patients/{made.card.patient_id}/acting"
    helper = {"kind": "proxy", "name": "Ana Almeida", "mail": "ana@example.org", "evidence": "court order"}
    assert (await client.post(path, data=helper)).status_code == 303
    assert (await client.post(f"{path}/arrangement", data={**fields, "over": ""})).status_code == 303
    moved = await client.post(f"/staff/bookings/{made.card.public_id}/move", data={"start": "2026-03-12T09:30Z"})
    assert moved.status_code == 303
    assert await letters(house) == to
    page = (await client.get(path)).text
    assert "court order" in page
    assert ("alone: confidential" in page) == ("confidential" in fields)


async def test_a_helper_is_confirmed_and_ended_each_once_and_audited(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await offer(house, linden, consent_age=14)
    await client.post(POST, data=form(linden, **CHILD))
    patient_id = await the_patient(house)
    known = await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)
    path = f"/staff/patients/{patient_id}/acting"
    await sign_in_as(client, house, linden)
    page = (await client.get(path)).text
    assert "not yet: they said so themselves" in page
    assert "a guardian" in page
    for step in ("confirm", "confirm", "end", "end"):
        assert (await client.post(f"{path}/{known.helpers[0].id}/{step}")).status_code == 303
    assert (await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)).helpers == ()
    actions = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert actions.count("helper.confirmed") == actions.count("helper.ended") == 1
    assert "patient.acting_seen" in actions


async def test_of_two_who_arrange_at_once_one_is_told(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden)
    path = f"/staff/patients/{made.card.patient_id}/acting"
    assert (await client.post(f"{path}/arrangement", data={"over": "", "born": "2000-01-01"})).status_code == 303
    late = await client.post(f"{path}/arrangement", data={"over": "", "born": "1999-01-01"})
    assert late.status_code == 409
    assert 'value="1999-01-01"' in late.text
    known = await acting.acting_for(house.db, house.keys, linden.clinic.id, made.card.patient_id)
    assert known.arranged.born == date(2000, 1, 1)
    over = known.arranged.over[0].hex
    assert (await client.post(f"{path}/arrangement", data={"over": over, "born": "1999-01-01"})).status_code == 303


async def test_a_therapist_sees_who_acts_for_their_own_patients_alone(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    made = await booked(house, linden, therapist=linden.samir.staff_id)
    await sign_in_as(client, house, linden)  # as Mara
    path = f"/staff/patients/{made.card.patient_id}/acting"
    assert (await client.get(path)).status_code == 404
    assert (await client.post(f"{path}/arrangement", data={"confidential": "yes"})).status_code == 404


async def test_the_rules_await_a_clinician_and_open_the_form(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    path = "/staff/clinic/patients/acting"
    page = (await client.get(path)).text
    assert "No clinician has confirmed these rules." in page
    assert "12 to 16 in many" in page
    assert 'name="consent_age" value=""' in page, "no age is preset"
    wrong = await client.post(path, data={"seen": "0", "consent_age": "ten"})
    assert wrong.status_code == 422
    fields = {"seen": "0", "consent_age": "14", "young": "both", "grown": "patient", "books_guardian": "yes"}
    kept = await client.post(path, data={**fields, "confirmed_by": "Dr. Mara Lind"})
    assert kept.status_code == 303
    assert "No clinician has confirmed" not in (await client.get(path)).text
    assert (await client.post(path, data=fields)).status_code == 409, "made from rules that hold no more"
    form_page = (await client.get("/c/linden")).text
    assert "For my child" in form_page
    rules = await house.db.read(lambda db: acting.rules_of(db, linden.clinic.id))
    assert (rules.consent_age, rules.young, rules.number) == (14, Told.BOTH, 1)
