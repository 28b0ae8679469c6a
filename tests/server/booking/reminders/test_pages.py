"""Confirming by one press, what a mail's links open, and the schedule that a clinic sets."""

from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking import desk, store
from server.booking.reminders import store as reminders
from server.booking.reminders.rules import Quiet, ReminderRules, Texts
from server.booking.reminders.tables import Confirmation
from server.booking.rules import Wish
from server.booking.store import By
from server.house import House
from server.outbox import OutboxRow
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.booking.test_changes import everything, own
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
LATER = THURSDAY + timedelta(hours=4)


async def confirmations(house: House) -> list[Confirmation]:
    return list(await house.db.read(lambda db: db.scalars(select(Confirmation))))


@pytest.mark.parametrize("step", ["confirm", "move", "cancel"])
async def test_opening_a_link_of_the_mail_changes_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden, step: str
) -> None:
    made = await booked(house, linden)
    before = await everything(house)
    for method in ("HEAD", "GET", "GET"):
        answer = await client.request(method, f"/l/{made.token}/{step}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/visit/{made.card.public_id}/{step}")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert (await client.request(method, answer.headers["location"])).status_code == 200
    assert await everything(house) == before
    assert await confirmations(house) == []


@pytest.mark.parametrize("path", ["/l/{token}/delete", f"/l/{'x' * 43}/confirm"])
async def test_no_other_address_opens_anything(
    client: httpx2.AsyncClient, house: House, linden: Linden, path: str
) -> None:
    made = await booked(house, linden)
    assert (await client.get(path.format(token=made.token))).status_code == 404


async def test_one_press_confirms_once_and_the_page_says_so(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    page = f"/visit/{card.public_id}/confirm"
    asked = (await client.get(page)).text
    assert "Will you come on Thursday 12 March at 9:30?" in asked
    assert "Yes, I will come" in asked
    for _ in range(2):
        answer = await client.post(page, data={"was": "0"})
        assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert [row.starts_at for row in await confirmations(house)] == [THURSDAY]
    assert "Thank you. See you on Thursday 12 March at 9:30" in (await client.get(page)).text
    assert "You said that you will come." in (await client.get(f"/visit/{card.public_id}")).text
    told = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert told.count("booking.confirmed") == 1


async def test_a_page_from_before_a_move_confirms_nothing_and_shows_the_new_time(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    card = await own(client, house, linden)
    assert await desk.move(house, linden.clinic, card, Wish(LATER), By("staff")) is None
    answer = await client.post(f"/visit/{card.public_id}/confirm", data={"was": "0"})
    assert answer.status_code == 409
    assert "The time changed meanwhile." in answer.text
    assert "Will you come on Thursday 12 March at 13:30?" in answer.text
    assert await confirmations(house) == []


async def test_a_confirmation_does_not_move_along(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    card = await own(client, house, linden)
    await client.post(f"/visit/{card.public_id}/confirm", data={"was": "0"})
    assert await desk.move(house, linden.clinic, card, Wish(LATER), By("patient")) is None
    assert "Will you come on" in (await client.get(f"/visit/{card.public_id}/confirm")).text


async def test_what_is_cancelled_or_has_begun_is_not_asked_about(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    card = await own(client, house, linden)
    clock.now = THURSDAY
    page = f"/visit/{card.public_id}"
    for answer in (await client.get(f"{page}/confirm"), await client.post(f"{page}/confirm", data={"was": "0"})):
        assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert await confirmations(house) == []


async def test_nobody_confirms_for_another(app: Starlette, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    async with browser_on(app) as stranger:
        for method in ("GET", "POST"):
            answer = await stranger.request(method, f"/visit/{made.card.public_id}/confirm")
            assert answer.status_code == 404


async def test_the_day_and_the_booking_show_who_confirmed_and_who_was_reminded(
    app: Starlette, client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    card = await own(client, house, linden)
    clock.now = THURSDAY - timedelta(days=2)
    await house.reminders.run_due()
    await house.outbox.run_due()
    clock.forward(minutes=90)
    await client.post(f"/visit/{card.public_id}/confirm", data={"was": "0"})
    async with browser_on(app) as desk_browser:
        clock.now = THURSDAY - timedelta(minutes=90)
        await sign_in_as(desk_browser, house, linden, Role.FRONT_DESK)
        assert ">confirmed<" in (await desk_browser.get("/staff")).text
        one = (await desk_browser.get(f"/staff/bookings/{card.public_id}")).text
    assert "Tuesday 10 March 2026, 11:00" in one
    assert "Tuesday 10 March 2026, 9:30, by mail" in one


async def test_the_mail_asks_until_it_was_confirmed_and_then_thanks(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    card = await own(client, house, linden)
    clock.now = THURSDAY - timedelta(days=2)
    await house.reminders.run_due()
    while await house.outbox.run_due():
        pass
    letter = house.mailer.sent[-1]  # type: ignore[attr-defined]
    for step in ("confirm", "move", "cancel"):
        assert f"/{step}" in letter.text
        assert f'/{step}"' in letter.html
    await client.post(f"/visit/{card.public_id}/confirm", data={"was": "0"})
    await house.db.unit(lambda db: db.execute(update(OutboxRow).values(finished_at=None, outcome=None)))
    count = len(house.mailer.sent)  # type: ignore[attr-defined]
    await house.outbox.run_due()
    again = [one for one in house.mailer.sent[count:] if one.subject.startswith("Reminder")]  # type: ignore[attr-defined]
    assert again == [], "what left once does not leave again"


GOOD = {
    "count_1": "7",
    "unit_1": "days",
    "count_2": "36",
    "unit_2": "hours",
    "count_3": "",
    "quiet_from": "22:00",
    "quiet_until": "07:30",
    "texts": "beside",
}


async def test_an_admin_sets_the_schedule_and_reads_it_back(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert 'value="2"' in (await client.get("/staff/clinic/bookings/reminders")).text
    answer = await client.post("/staff/clinic/bookings/reminders", data=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/clinic/bookings/reminders?notice=kept")
    rules = await house.db.read(lambda db: reminders.rules_of(db, linden.clinic.id))
    quiet = Quiet(22 * 60, 7 * 60 + 30)
    assert rules == ReminderRules((timedelta(days=7), timedelta(hours=36)), quiet, Texts.BESIDE)
    page = (await client.get("/staff/clinic/bookings/reminders")).text
    assert 'value="36"' in page
    assert 'value="07:30"' in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"count_1": "31"}, "outside of what can be set here"),
        ({"count_2": "73"}, "outside of what can be set here"),
        ({"count_1": "two"}, "A whole number, written in digits."),
        ({"unit_1": "weeks"}, "Choose one from the list."),
        ({"quiet_from": ""}, "One of the two times is missing."),
        ({"quiet_from": "07:31"}, "outside of what can be set here"),
        ({"texts": "always"}, "Choose one from the list."),
    ],
)
async def test_a_schedule_that_cannot_stand_is_shown_again(
    client: httpx2.AsyncClient, house: House, linden: Linden, change: dict[str, str], sentence: str
) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    answer = await client.post("/staff/clinic/bookings/reminders", data={**GOOD, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await house.db.read(lambda db: reminders.rules_of(db, linden.clinic.id)) == ReminderRules()


async def test_a_service_has_times_of_its_own_until_it_goes_as_the_clinic_again(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    own = f"/staff/clinic/bookings/reminders/{linden.session.id}"
    for sent, kept, said in (
        (
            {"own": "yes", "count_1": "3", "unit_1": "hours"},
            {linden.session.id: (timedelta(hours=3),)},
            "3 hours before",
        ),
        ({"own": "yes"}, {linden.session.id: ()}, "nobody is reminded"),
        ({"own": "no", "count_1": "4", "unit_1": "hours"}, {}, "as above"),
    ):
        answer = await client.post(own, data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/clinic/bookings/reminders?notice=kept")
        assert await house.db.read(lambda db: reminders.own_spans(db, linden.clinic.id)) == kept
        assert said in (await client.get("/staff/clinic/bookings/reminders")).text
    assert (await client.post(own, data={"own": "yes", "count_1": "31", "unit_1": "days"})).status_code == 422
    assert (await client.post(own, data={})).status_code == 422
    assert (await client.get(f"/staff/clinic/bookings/reminders/{linden.clinic.id}")).status_code == 404


async def test_others_of_the_clinic_do_not_set_it(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    for path in ("", f"/{linden.session.id}"):
        assert (await client.get(f"/staff/clinic/bookings/reminders{path}")).status_code == 403
        assert (await client.post(f"/staff/clinic/bookings/reminders{path}", data=GOOD)).status_code == 403


async def test_who_is_in_the_waiting_room_is_not_reminded(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    rules = ReminderRules((timedelta(hours=1),), Quiet(0, 0))
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, rules))
    card = await own(client, house, linden)
    await house.outbox.run_due()
    clock.now = THURSDAY - timedelta(minutes=30)
    assert await house.reminders.run_due() == 1
    here = {"place": "Rua da Rosa 12, Lisbon", "number": "555 0142", "contact": "Ana, 555 0199"}
    assert (await client.post(f"/visit/{card.public_id}/arrive", data=here)).status_code == 303
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    await house.outbox.run_due()
    assert [one.subject for one in house.mailer.sent if not one.for_staff] == []  # type: ignore[attr-defined]
    assert await house.db.read(lambda db: store.is_there(db, card.id))
