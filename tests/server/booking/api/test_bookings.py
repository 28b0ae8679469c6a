"""Booking by a program: 201, 409 with what is free next, 422 with a reason per field; by the rules of the pages."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.audit.tables import AuditEntry
from server.booking.tables import Booking
from server.clinic import store as clinics
from server.clinic.rules import Means
from server.house import House
from server.outbox import OutboxRow
from server.patients import store as patients
from tests.server.booking.api.programs import BOOKINGS, SLOTS, reasons, wish
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import browser_on
from tests.server.pausing import until_paused

pytestmark = pytest.mark.asyncio


async def count(house: House, table: Any) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def test_a_slot_as_it_was_offered_can_be_booked_and_is_gone(program: httpx2.AsyncClient, linden: Linden) -> None:
    asked = {"service": str(linden.session.id)}
    slot = (await program.get(SLOTS, params=asked)).json()["slots"][3]
    made = await program.post(BOOKINGS, json={**slot, "name": "Jo", "phone": "+49 30 901820", "consent": True})
    assert made.status_code == 201, made.text
    told = made.json()
    assert {name: told[name] for name in slot} == slot
    assert (told["status"], told["sequence"]) == ("booked", 0)
    assert made.headers["location"] == f"{BOOKINGS}/{told['id']}"
    assert slot not in (await program.get(SLOTS, params={**asked, "therapist": slot["therapist"]})).json()["slots"]


async def test_both_sides_are_told_and_the_link_opens_its_page(
    program: httpx2.AsyncClient, app: Starlette, house: House, linden: Linden
) -> None:
    told = (await program.post(BOOKINGS, json=wish(linden))).json()
    assert await count(house, OutboxRow) == 2
    assert await house.db.read(lambda db: db.scalar(select(AuditEntry.action))) == "booking.made"
    await house.outbox.run_due()
    assert any(told["link"] in letter.text for letter in house.mailer.sent)  # type: ignore[attr-defined]
    async with browser_on(app) as browser:
        opened = await browser.get(told["link"])
        assert opened.headers["location"] == f"/visit/{told['id']}"


async def test_mail_and_number_are_kept_sealed_with_language_and_zone(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    more = {"phone": "030 901820", "language": "ar", "tz": "Asia/Amman", "interpreter": "Arabic", "captions": True}
    assert (await program.post(BOOKINGS, json=wish(linden, **more))).status_code == 201
    ids = await house.db.read(lambda db: patients.all_ids(db, linden.clinic.id))
    (person,) = (await patients.people(house.db, house.keys, linden.clinic.id, ids)).values()
    assert (person.name, person.mail, person.phone) == ("Jo Almeida", "jo.almeida@example.org", "+4930901820")
    assert (person.language, person.zone) == ("ar", "Asia/Amman")
    assert (person.needs.interpreter, person.needs.captions) == ("Arabic", True)


async def test_a_taken_time_is_409_with_the_next_free_ones(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    answer = await program.post(BOOKINGS, json=wish(linden))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["reason"] == "taken"
    assert told["next_free"][0] == {
        "service": str(linden.session.id),
        "therapist": "mara-lind",
        "start": "2026-03-12T09:30:00Z",
    }
    again = await program.post(BOOKINGS, json=wish(linden, **told["next_free"][0]))
    assert again.status_code == 201


async def test_without_a_therapist_whoever_is_free_takes_it_until_nobody_is(
    program: httpx2.AsyncClient, linden: Linden
) -> None:
    answers = [await program.post(BOOKINGS, json=wish(linden, therapist=None)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert {answer.json()["therapist"] for answer in answers[:2]} == {"mara-lind", "samir-haddad"}
    assert answers[2].json()["next_free"][0]["therapist"] is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": None}, {"name": "name_missing"}),
        ({"name": "  "}, {"name": "name_missing"}),
        ({"name": "x" * 121}, {"name": "name_long"}),
        ({"name": 7}, {"name": "not_text"}),
        ({"email": None}, {"email": "contact_missing"}),
        ({"email": "jo@"}, {"email": "mail_odd"}),
        ({"email": None, "phone": "12"}, {"phone": "phone_short"}),
        ({"consent": None}, {"consent": "consent_missing"}),
        ({"consent": "2025-9"}, {"consent": "consent_missing"}),
        ({"captions": "yes", "text_only": 1}, {"captions": "not_true_or_false", "text_only": "not_true_or_false"}),
        ({"tz": "Mars"}, {"tz": "unknown_zone"}),
        ({"language": "xx"}, {"language": "unknown_language"}),
        ({"answers": 5}, {"answers": "not_an_object"}),
        ({"interpreter": "x" * 81}, {"interpreter": "interpreter_long"}),
        ({"for_whom": "Child"}, {"for_whom": "for_whom_unknown"}),
        ({"for_whom": "other", "patient_name": "Rui"}, {"for_whom": "not_offered"}),
        ({"reason": "x" * 2001}, {"reason": "reason_long"}),
        ({"start": None}, {"start": "start_missing"}),
        ({"start": "2026-03-12T08:30:00"}, {"start": "not_a_moment"}),
        ({"start": "2026-03-12T08:37:00Z"}, {"start": "not_offered"}),
        ({"start": "2026-03-09T09:30:00Z"}, {"start": "too_soon"}),
        ({"start": "2020-03-09T09:30:00Z"}, {"start": "too_soon"}),
        ({"start": "2026-09-10T08:30:00Z"}, {"start": "too_far"}),
        ({"service": None}, {"service": "missing"}),
        ({"service": "x"}, {"service": "not_offered"}),
        ({"therapist": "x"}, {"therapist": "not_offered"}),
        ({"service": "x", "name": None}, {"service": "not_offered", "name": "name_missing"}),
    ],
)
async def test_a13_what_cannot_be_booked_is_422_and_says_which_field(
    program: httpx2.AsyncClient, house: House, linden: Linden, changes: dict[str, Any], told: dict[str, str]
) -> None:
    answer = await program.post(BOOKINGS, json=wish(linden, **changes))
    assert answer.status_code == 422
    assert reasons(answer) == told
    assert await count(house, Booking) == 0


@pytest.mark.parametrize(
    "sent",
    [b"", b"[]", b"{", b"null", b'"x"', b"\xff", b"[" * 40000, b'{"name": "\\ud800"}', b'{"a":' * 30000],
)
async def test_what_is_no_json_object_is_a_problem_and_no_accident(
    program: httpx2.AsyncClient, linden: Linden, sent: bytes
) -> None:
    answer = await program.post(BOOKINGS, content=sent)
    assert (answer.status_code, answer.json()["reason"]) == (422, "not_json")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("means", ["phone", "pigeon"])
async def test_means_that_a_service_does_not_have_are_not_offered(
    program: httpx2.AsyncClient, house: House, linden: Linden, means: str
) -> None:
    answer = await program.post(BOOKINGS, json=wish(linden, means=means, phone="030 555 0142"))
    assert (answer.status_code, reasons(answer)) == (422, {"means": "not_offered"})
    service = replace(linden.session, means=(Means.VIDEO, Means.PERSON))
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    answer = await program.post(BOOKINGS, json=wish(linden, means=means))
    assert (answer.status_code, reasons(answer)) == (422, {"means": "not_offered"})
    assert (await program.post(BOOKINGS, json=wish(linden, means="person"))).json()["means"] == "person"


async def test_a11_what_a_wish_does_not_hold_changes_nothing(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    more = {"status": "arrived", "price": 0, "end": "2026-03-12T18:00:00Z", "made_at": "2020-01-01T00:00:00Z"}
    told = (await program.post(BOOKINGS, json=wish(linden, **more))).json()
    assert (told["status"], told["end"]) == ("booked", "2026-03-12T09:20:00Z")


async def test_what_may_be_left_out_may_be_sent_as_nothing(program: httpx2.AsyncClient, linden: Linden) -> None:
    nothing = {"captions": False, "text_only": False, "tz": "", "language": "", "answers": {}, "for_whom": "me"}
    assert (await program.post(BOOKINGS, json=wish(linden, **nothing))).status_code == 201
    absent = dict.fromkeys(nothing)
    later = wish(linden, start="2026-03-12T12:00:00Z") | absent
    assert (await program.post(BOOKINGS, json=later)).status_code == 201


async def test_a_service_of_staff_alone_cannot_be_booked(program: httpx2.AsyncClient, linden: Linden) -> None:
    answer = await program.post(BOOKINGS, json=wish(linden, service=str(linden.inner.id)))
    assert reasons(answer) == {"service": "not_offered"}


async def test_a_page_of_another_site_may_book_after_asking_and_a_cookie_adds_nothing(
    program: httpx2.AsyncClient, linden: Linden
) -> None:
    foreign = {"origin": "https://practice.example", "sec-fetch-site": "cross-site", "cookie": "parlour=whoever"}
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    before = await program.options(BOOKINGS, headers={**foreign, **asks})
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, "*")
    made = await program.post(BOOKINGS, json=wish(linden), headers=foreign)
    assert (made.status_code, made.headers["access-control-allow-origin"]) == (201, "*")
    assert "set-cookie" not in made.headers


async def test_an_address_that_books_without_end_is_told_when_to_come_again(
    program: httpx2.AsyncClient, linden: Linden
) -> None:
    foreign = {"origin": "https://x.example"}
    answers = await until_paused(lambda _: program.post(BOOKINGS, content=b"{}", headers=foreign), 30)
    assert {answer.status_code for answer in answers[:-1]} == {422}
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].headers["access-control-allow-origin"] == "*"
    assert (answers[-1].json()["status"], answers[-1].json()["reason"]) == (429, "too_many")
