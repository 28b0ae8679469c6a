"""The public booking page and what comes of its form. Names with a number are cases of the attack catalogue."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from server.access import Role
from server.accounts.team import store as team
from server.booking.tables import Booking, Claim
from server.clinic import store as clinics
from server.crypto import unseal
from server.house import House
from server.patients import store as patients
from server.patients.tables import Patient
from tests.server.booking.linden import THURSDAY, Linden, booked, form, week
from tests.server.conftest import Clock
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"


def starts(html: str) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', html)


async def count(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def test_the_page_says_the_next_free_time_first(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = await client.get("/c/linden")
    assert page.status_code == 200
    assert "<h1>The next free time is today at 14:00</h1>" in page.text
    assert "You can move or cancel until 24 hours before." in page.text


async def test_the_first_free_time_is_filled_in_and_every_start_is_offered_once(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    page = await client.get("/c/linden")
    assert len(starts(page.text)) == len(set(starts(page.text))) > 100
    assert re.search(r'value="2026-03-09T13:00Z" checked', page.text)


async def test_times_stand_in_the_visitors_zone_with_the_clinics_beneath(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    client.cookies.set("tz", "Europe/Lisbon")
    page = await client.get("/c/linden?therapist=mara-lind")
    assert "Times for Lisbon, where you seem to be." in page.text
    assert "The clinic, in Berlin, is one hour ahead." in page.text
    assert re.search(r'value="2026-03-12T08:30Z"[^>]*><span><b>8:30</b>9:30 Berlin</span>', page.text)


async def test_a_zone_can_be_chosen_by_hand_and_is_remembered(client: httpx2.AsyncClient, linden: Linden) -> None:
    choice = await client.get("/c/linden?change=zone")
    assert '<option value="Asia/Kathmandu">' in choice.text
    page = await client.get("/c/linden?tz=Asia/Kathmandu")
    assert "The clinic, in Berlin, is 4 h 45 min behind." in page.text
    assert client.cookies["tz"].strip('"') == "Asia/Kathmandu"


async def test_a_full_day_stays_and_says_so(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    day = THURSDAY.replace(hour=8, minute=0)
    for hour in (0, 1, 2, 4, 5, 6, 7):
        await booked(house, linden, day + timedelta(hours=hour), name=f"Person {hour}")
    page = await client.get(f"/c/linden?therapist=mara-lind&service={linden.session.id}")
    assert not [start for start in starts(page.text) if start.startswith("2026-03-12")]
    assert re.search(r'id="day-2026-03-12".{0,300}Full</p>', page.text, re.S)


async def test_when_two_weeks_are_full_the_page_begins_where_time_is_free(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    from server.clinic.rules import Leave

    gone = Leave(linden.clinic.id, None, house.clock(), house.clock() + timedelta(days=30))
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, gone))
    page = await client.get("/c/linden")
    assert "The next free time is Wednesday 8 April at 10:00" in page.text or "Wednesday 8 April" in page.text
    assert starts(page.text)


async def test_days_further_ahead_have_addresses_of_their_own(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = await client.get("/c/linden?day=2026-04-06")
    days = {start[:10] for start in starts(page.text)}
    assert min(days) == "2026-04-06"
    assert max(days) <= "2026-04-20"


async def test_the_page_of_one_therapist_offers_them_alone(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = await client.get("/c/linden/samir-haddad")
    assert "When Samir has time" in page.text
    assert "Mara" not in page.text


@pytest.mark.parametrize("what", ["closed", "no therapist"])
async def test_who_does_not_work_here_any_more_cannot_be_booked(
    client: httpx2.AsyncClient, house: House, linden: Linden, what: str
) -> None:
    """An admin closes an account on the page of the team, and does not think of the public page."""

    async def change(db: Any) -> None:
        if what == "closed":
            await team.set_disabled(db, linden.mara.staff_id, house.clock())
        else:
            await team.set_roles(db, linden.mara.staff_id, frozenset({Role.ADMIN}))

    await house.db.unit(change)
    assert (await client.get("/c/linden/mara-lind")).status_code == 404
    assert "Mara Lind" not in (await client.get("/c/linden")).text
    assert (await client.post("/c/linden/book", data=form(linden))).status_code == 422
    anyone = await client.post("/c/linden/book", data=form(linden, therapist=""))
    assert anyone.status_code == 303
    assert "Samir" in (await client.get(anyone.headers["location"])).text


async def test_unknown_clinics_and_therapists_are_one_answer(client: httpx2.AsyncClient, linden: Linden) -> None:
    answers = [await client.get(path) for path in ("/c/nobody", "/c/linden/nobody", "/c/nobody/mara-lind")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_a_booking_leads_to_its_page_with_a_cookie_of_its_own(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    answer = await client.post(POST, data=form(linden))
    assert answer.status_code == 303
    public_id = answer.headers["location"].removeprefix("/visit/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"visit-{public_id}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get(f"/visit/{public_id}")).status_code == 200
    assert await count(house, Claim) == 1


async def test_what_was_written_is_sealed_and_found_by_its_index(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await client.post(POST, data=form(linden, interpreter="Português", captions="yes"))
    ring = await house.keys.clinic(linden.clinic.id)
    ids = await house.db.read(lambda db: patients.ids_by_contact(db, ring, "JO.Almeida@example.org", ""))
    people = await patients.people(house.db, house.keys, linden.clinic.id, ids)
    person = people[ids[0]]
    assert (person.name, person.mail) == ("Jo Almeida", "jo.almeida@example.org")
    assert (person.needs.interpreter, person.needs.captions, person.needs.text_only) == ("Português", True, False)
    row = await house.db.read(lambda db: db.scalar(select(Booking)))
    assert row is not None
    assert b"sleep" not in (row.reason_sealed or b"")
    key = await house.keys.patient(linden.clinic.id, ids[0])
    from server.booking.desk import reason_place

    assert unseal(key, row.reason_sealed or b"", reason_place(linden.clinic.id, ids[0], row.id)) == "I sleep badly"


async def test_who_leaves_a_number_alone_is_shown_the_link_to_keep(client: httpx2.AsyncClient, linden: Linden) -> None:
    answer = await client.post(POST, data=form(linden, contact="0171 555 01 34"))
    assert answer.headers["location"].endswith("/keep")
    page = await client.get(answer.headers["location"])
    link = re.search(r"http://testserver/l/[\w-]{43}", page.text)
    assert link
    assert "no mail carries your link" in page.text
    assert "<svg" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await client.get(link[0])).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": "  "}, "name", "Write the name we should call you by."),
        ({"contact": ""}, "contact", "Give a mail address or a number"),
        ({"contact": "jo@"}, "contact", "No mail would arrive at this address."),
        ({"contact": "jo at example"}, "contact", "An address has an @"),
        ({"contact": "12 34"}, "contact", "This number is a little short."),
        ({"reason": "x" * 2001}, "reason", "This is longer than we can keep here."),
        ({"consent": ""}, "consent", "We need your yes to this"),
        ({"start": ""}, "start", "Choose one of the times."),
    ],
)
async def test_a_form_that_needs_mending_says_how_and_keeps_everything(
    client: httpx2.AsyncClient, linden: Linden, house: House, changes: dict[str, str], field: str, sentence: str
) -> None:
    sent = form(linden, **changes)
    answer = await client.post(POST, data=sent)
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert sentence in re.search(rf'id="{field}-mend">([^<]+)<', text)[1]  # type: ignore[index]
    for name in ("name", "contact", "reason"):
        assert sent[name].strip() in text
    assert await count(house, Booking) == 0
    if sent["start"]:
        assert f'value="{sent["start"]}" checked' in text


async def test_a_taken_time_answers_409_with_the_next_free_times_and_keeps_everything(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await booked(house, linden)
    answer = await client.post(POST, data=form(linden, name="Kim Berg", once="another"))
    assert answer.status_code == 409
    assert "<h1>That time was just taken</h1>" in answer.text
    assert starts(answer.text)[:2] == ["2026-03-12T09:30Z", "2026-03-12T10:00Z"]
    assert 'name="name" value="Kim Berg"' in answer.text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert fields["once"] == "another"
    again = [await client.post(POST, data={**fields, "start": starts(answer.text)[0]}) for _ in range(2)]
    assert [one.status_code for one in again] == [303, 303]
    assert again[0].headers["location"] == again[1].headers["location"], "pressed twice, it is one booking"


async def test_a08_the_same_form_sent_twice_is_one_booking_and_one_mail(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    first, second = [await client.post(POST, data=form(linden)) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert second.cookies == first.cookies
    await house.outbox.run_due()
    assert [letter.to for letter in house.mailer.sent if not letter.for_staff] == ["jo.almeida@example.org"]
    first_id = first.headers["location"].removeprefix("/visit/")
    other = await client.post(POST, data=form(linden, start="2026-03-12T12:00Z", another=first_id))
    assert other.headers["location"] != first.headers["location"]


async def test_a11_fields_that_are_not_the_forms_own_are_ignored(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    extra = {
        "status": "done",
        "price": "0",
        "therapist_id": str(linden.samir.staff_id),
        "made_at": "2020-01-01",
        "id": "1",
    }
    assert (await client.post(POST, data=form(linden) | extra)).status_code == 303
    row = await house.db.read(lambda db: db.scalar(select(Claim)))
    assert row is not None
    assert row.resource_id == linden.mara.staff_id


async def test_a11_a_therapist_or_service_of_nobody_here_is_422(client: httpx2.AsyncClient, linden: Linden) -> None:
    for changes in ({"therapist": "somebody-else"}, {"service": str(linden.mara.staff_id)}, {"service": "1"}):
        assert (await client.post(POST, data=form(linden, **changes))).status_code == 422


@pytest.mark.parametrize(
    "start",
    [
        "2026-03-05T08:30Z", "2026-03-09T08:00Z", "2026-03-09T12:30Z", "2027-03-12T08:30Z", "2026-03-12T09:07Z",
        "2026-03-12T02:00Z", "2026-03-15T09:00Z", "9999-12-31T23:59Z", "0001-01-01T00:00Z", "2026-03-12T08:30",
    ],
)  # fmt: skip
async def test_a13_past_far_and_off_step_times_are_422(
    client: httpx2.AsyncClient, linden: Linden, house: House, start: str
) -> None:
    assert (await client.post(POST, data=form(linden, start=start))).status_code == 422
    assert await count(house, Booking) == 0


async def test_a_service_is_chosen_by_its_id_and_by_its_word(client: httpx2.AsyncClient, linden: Linden) -> None:
    for asked, chosen in ((str(linden.session.id), linden.session), ("a-session", linden.session), ("", linden.first)):
        page = (await client.get(f"/c/linden?service={asked}")).text
        assert re.findall(r'name="service"[^>]*value="([^"]+)"[^>]* checked', page) == [str(chosen.id)], asked
    page = (await client.get("/c/linden?service=supervision")).text
    assert str(linden.inner.id) not in page


async def test_a13_a_service_that_is_not_published_is_422(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = await client.get(f"/c/linden?service={linden.inner.id}")
    assert "Supervision" not in page.text
    assert (await client.post(POST, data=form(linden, service=str(linden.inner.id)))).status_code == 422


@pytest.mark.parametrize(
    "asked", ["day=2036-01-01", "day=0001-01-01", "day=9999-12-31", "day=x", "from=2020-01-01&to=2030-01-01"]
)
async def test_a15_no_address_asks_for_more_than_62_days(
    client: httpx2.AsyncClient, linden: Linden, asked: str
) -> None:
    page = await client.get(f"/c/linden?{asked}")
    assert page.status_code == 200
    days = sorted({start[:10] for start in starts(page.text)})
    assert days
    from datetime import date

    assert date.fromisoformat(days[-1]) - date.fromisoformat(days[0]) <= timedelta(days=62)


async def test_a21_links_use_the_configured_address_whatever_the_host_header_says(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    forged = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    assert (await client.post(POST, data=form(linden), headers=forged)).status_code == 303
    await house.outbox.run_due()
    for letter in house.mailer.sent:
        assert "evil" not in letter.text + letter.html
        assert "http://testserver/" in letter.text
    assert (await client.get("/c/linden", headers={"host": "evil.example"})).status_code == 400


async def test_the_page_and_its_times_take_at_most_eight_statements(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    with asked_of(house.db) as asked:
        assert (await client.get("/c/linden")).status_code == 200
    assert 0 < len([text for text in asked if not text.startswith("BEGIN")]) <= 8


async def test_a_clinic_without_hours_says_so_with_its_number(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await house.db.unit(lambda db: clinics.offer(db, linden.session.id, []))
    await house.db.unit(lambda db: clinics.offer(db, linden.first.id, []))
    page = await client.get("/c/linden")
    assert page.status_code == 200
    assert "Nothing can be booked here yet" in page.text
    assert "555 0134" in page.text


async def test_a_week_without_hours_is_no_dead_end(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    for card in (linden.mara, linden.samir):
        await house.db.unit(lambda db, card=card: clinics.set_hours(db, linden.clinic.id, card.staff_id, week()))
    page = await client.get("/c/linden")
    assert "No time is free at the moment" in page.text


async def test_the_clock_moves_the_offer_on(client: httpx2.AsyncClient, linden: Linden, clock: Clock) -> None:
    clock.forward(hours=3)
    assert "The next free time is tomorrow at 9:00" in (await client.get("/c/linden")).text


async def test_nobody_is_told_who_has_taken_a_time(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    await booked(house, linden, name="Secret Person")
    page = await client.get("/c/linden")
    assert "Secret" not in page.text
    assert await count(house, Patient) == 1


async def test_the_times_after_six_are_an_evening(client: httpx2.AsyncClient, linden: Linden) -> None:
    client.cookies.set("tz", "Asia/Tokyo")
    page = (await client.get("/c/linden?therapist=mara-lind")).text
    evening = page[page.index("Thursday evening") :]
    assert re.search(r"<b>18:00</b>", evening)
    assert not re.search(r"<b>1[2-7]:\d\d</b>", evening[: evening.index("</section>")])


async def test_a_form_that_wants_more_says_so_at_the_top_of_the_page(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    answer = await client.post(POST, data={"start": "2026-03-12T08:30Z", "contact": "jo@example.org"})
    assert answer.status_code == 422
    assert "2 fields want another look" in answer.text
    assert "want another look" not in (await client.get("/c/linden")).text
