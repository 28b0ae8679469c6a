"""Booking for somebody else by the other ways: programs, the desk and series. Who comes, who is told, whose yes."""

from datetime import date
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.access import Role
from server.booking.tables import Booking
from server.house import House
from server.patients import store as patients
from server.patients.acting import store as acting
from server.patients.acting.rules import Kind
from server.patients.acting.tables import Helper
from tests.server.booking.acting.test_pages import letters, offer, the_patient, yeses
from tests.server.booking.api.programs import BOOKINGS, CLINIC, program_on, reasons, wish
from tests.server.booking.linden import Linden
from tests.server.booking.series.test_pages import BOOK, PREVIEW, asked, sent_back
from tests.server.booking.test_by_staff import NEW, form, sign_in_as

pytestmark = pytest.mark.asyncio
CHILD = {"for_whom": "child", "patient_name": "Noa Almeida", "born": "2016-05-01"}


async def who(house: House, linden: Linden, patient_id: UUID) -> tuple[str, str, list[tuple[Kind, str, str]]]:
    """Name and address of who comes, and their helpers."""
    person = (await patients.people(house.db, house.keys, linden.clinic.id, [patient_id]))[patient_id]
    known = await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)
    return person.name, person.mail, [(one.kind, one.name, one.mail) for one in known.helpers]


async def test_a_program_books_for_a_child_as_the_page_does(app: Starlette, linden: Linden, house: House) -> None:
    async with program_on(app) as program:
        refused = await program.post(BOOKINGS, json=wish(linden, **CHILD))
        await offer(house, linden, consent_age=14)
        known = (await program.get(CLINIC)).json()
        unborn = await program.post(BOOKINGS, json=wish(linden, **{**CHILD, "born": "", "patient_name": ""}))
        made = await program.post(BOOKINGS, json=wish(linden, **CHILD), headers={"idempotency-key": "a"})
        again = await program.post(BOOKINGS, json=wish(linden, **CHILD), headers={"idempotency-key": "a"})
    assert reasons(refused) == {"for_whom": "not_offered"}
    assert known["acts_for"] == ["child", "other"]
    assert reasons(unborn) == {"patient_name": "patient_missing", "born": "born_missing"}
    assert (made.status_code, again.json()) == (201, made.json())
    parent = (Kind.GUARDIAN, "Jo Almeida", "jo.almeida@example.org")
    assert await who(house, linden, await the_patient(house)) == ("Noa Almeida", "", [parent])
    assert await yeses(house) == ["guardian"]
    assert await letters(house) == {"jo.almeida@example.org"}


@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("2018-02-30", "born_wrong"),
        ("soon", "born_wrong"),
        ("2026-03-10", "born_wrong"),
        ("1890-01-01", "born_wrong"),
        ("", "born_missing"),
        ("1990-05-01", "born_adult"),
        ("2008-03-09", "born_adult"),
        ("2008-03-10", ""),
        ("٢٠١٦-٠٥-٠١", ""),
    ],
)
async def test_a_childs_date_of_birth_is_one_and_that_of_a_child(
    app: Starlette, linden: Linden, house: House, born: str, told: str
) -> None:
    """Today is 9 March 2026."""
    await offer(house, linden)
    async with program_on(app) as program:
        answer = await program.post(BOOKINGS, json=wish(linden, **{**CHILD, "born": born}))
    assert answer.status_code == (422 if told else 201)
    assert not told or reasons(answer) == {"born": told}


async def test_a_carers_program_consents_to_nothing(app: Starlette, linden: Linden, house: House) -> None:
    await offer(house, linden)
    async with program_on(app) as program:
        made = await program.post(BOOKINGS, json=wish(linden, for_whom="other", patient_name="Rui Almeida"))
    assert made.status_code == 201
    assert await yeses(house) == []


async def test_the_desk_books_for_a_child_whatever_the_page_offers_and_nobody_has_agreed(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    fields = form(linden, mail="kim@example.org", phone="", for_whom="child")
    missing = await client.post(NEW, data=fields)
    assert missing.status_code == 422
    assert "Write the name of the person who comes." in missing.text
    assert (await client.post(NEW, data={**fields, **CHILD})).status_code == 303
    patient_id = await the_patient(house)
    assert await who(house, linden, patient_id) == (
        "Noa Almeida", "", [(Kind.GUARDIAN, "Kim Berg", "kim@example.org")],
    )  # fmt: skip
    known = await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)
    assert known.arranged.born == date(2016, 5, 1)
    assert await yeses(house) == [], "the guardian is asked when they come in"
    assert await letters(house) == {"kim@example.org"}


async def test_a_series_for_somebody_else_is_told_to_who_asked_for_it(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    fields = asked(linden, for_whom="other", patient_name="Rui Berg")
    answer = await client.post(BOOK, data=sent_back((await client.post(PREVIEW, data=fields)).text))
    assert answer.status_code == 303
    carer = (Kind.CARER, "Kim Berg", "kim@example.org")
    assert await who(house, linden, await the_patient(house)) == ("Rui Berg", "", [carer])
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) == 3
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Helper))) == 1
    assert await letters(house) == {"kim@example.org"}
