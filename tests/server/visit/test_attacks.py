"""Attacks on the first visit that no single feature owns; the names are those of the catalogue of attacks."""

import re

import pytest
from sqlalchemy import text

from server.booking.desk import Made, Order, book
from server.booking.rules import Wish
from server.booking.store import By
from server.patients.rules import ForWhom, Person
from tests.server.booking.linden import THURSDAY, hours_of
from tests.server.conftest import browser_on
from tests.server.visit.conftest import START, signed_in, with_link

EVIL = "<img src=x onerror=alert(1)>{{7*7}}<script>alert(2)</script>"
LIVE = re.compile(r"<img src=x|<script>alert")


async def actions(house) -> list[str]:
    async def work(db):
        return (await db.execute(text("SELECT action FROM audit_entries ORDER BY at"))).scalars().all()

    return list(await house.db.read(work))


@pytest.mark.asyncio
async def test_c01_a_colleagues_visit_is_not_found_and_the_try_is_noted(house, jo, samir) -> None:
    await jo.arrive()
    for path in ("", "/part", "/ticket", "/admit"):
        answer = await (samir.post if path in {"/ticket", "/admit"} else samir.get)(f"{jo.staff_url}{path}")
        assert answer.status_code == 404, path
        assert "Rua da Rosa" not in answer.text
        assert "Jo Almeida" not in answer.text
    assert "visit.refused" in await actions(house)


@pytest.mark.asyncio
async def test_c04_a_patient_never_gets_the_private_note(house, jo, mara) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/note", data={"text": "private: whistles", "version": "0"})
    assert "whistles" in (await mara.get(jo.staff_url)).text
    for path in ("", "/wait-part", "/check", "/arrive", "/move", "/cancel", "/calendar.ics", "/keep"):
        assert "whistles" not in (await jo.browser.get(f"{jo.url}{path}")).text, path


async def evil_booking(house, linden) -> Made:
    clinic, service, who = linden.clinic, linden.session, linden.mara.staff_id
    person = Person(START and clinic.id, EVIL, "jo@example.org")
    order = Order(clinic, service, hours_of(who), Wish(THURSDAY, who), person, ForWhom.ME, reason=EVIL)
    made = await book(house, order, By())
    assert isinstance(made, Made), made
    return made


@pytest.mark.asyncio
async def test_d01_d10_what_people_type_is_shown_as_typed_and_does_nothing(app, house, linden, clock) -> None:
    made = await evil_booking(house, linden)
    await house.outbox.run_due()
    async with browser_on(app) as patient, browser_on(app) as therapist:
        evil = await with_link(made, patient)
        clock.now = THURSDAY
        assert (await evil.arrive(place=EVIL, number=EVIL, contact=EVIL)).status_code in {303, 422}
        await evil.arrive(place=EVIL, number="555", contact="")
        await signed_in(house, therapist, linden.mara.staff_id)
        seen = [await evil.page()]
        for path in ("/staff", "/staff/day/waiting", "/staff/bookings", evil.staff_url):
            answer = await therapist.get(path)
            assert answer.status_code == 200, path
            seen.append(answer.text)
    seen += [letter.html for letter in house.mailer.sent]
    assert any("&lt;img src=x" in page for page in seen), "it is shown, as text"
    assert not [page for page in seen if LIVE.search(page)]
    assert not [page for page in seen if "49" in page and "{{7*7}}" not in page and "alert(1)" in page]


@pytest.mark.asyncio
async def test_d05_no_page_may_be_framed(client, jo) -> None:
    for browser, path in ((client, "/c/linden"), (client, "/staff/sign-in"), (jo.browser, jo.url)):
        headers = (await browser.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


@pytest.mark.asyncio
async def test_d08_a_token_leaves_no_trace(app, house, jo, capsys) -> None:
    capsys.readouterr()
    async with browser_on(app) as fresh:
        answer = await fresh.get(f"/l/{jo.made.token}")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert jo.made.token not in answer.headers["location"]
        page = await fresh.get(answer.headers["location"])
        assert jo.made.token not in page.text
    assert jo.made.token not in "".join(capsys.readouterr())
