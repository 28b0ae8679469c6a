"""Moving a booking from the calendar: asked first, done once, and back again."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from server.access import Role
from server.booking import desk, store
from server.booking.desk import Made
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import WeeklyHours
from server.house import House
from server.notify.sms import MemoryTexter
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.series.test_desk import made as series
from tests.server.booking.series.test_desk import weekly
from tests.server.booking.test_by_staff import actions, sign_in_as

pytestmark = pytest.mark.asyncio
LATER = "2026-03-12T10:00Z"  # 11:00 in Berlin


def path_of(made: Made) -> str:
    return f"/staff/calendar/move/{made.card.public_id}"


async def now_of(house: House, made: Made) -> BookingCard:
    card = await house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
    assert card
    return card


async def test_it_is_asked_first_who_is_told_and_nothing_moves(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    asked = {"at": "2026-03-12T11:00", "with": str(linden.mara.staff_id), "part": "1"}
    page = (await client.get(path_of(made), params=asked)).text
    assert "Move Jo from Thursday 12 March, 9:30 to Thursday 12 March, 11:00?" in page
    assert "<main" not in page
    assert ("Jo is told by mail" in page) is house.mailer.sends
    assert (await now_of(house, made)).sequence == 0


async def test_a_yes_moves_it_tells_both_and_offers_the_way_back(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await house.outbox.run_due()
    house.mailer.sent.clear()
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    form = {"start": LATER, "with": str(linden.mara.staff_id)}
    answer = await client.post(path_of(made), data=form)
    assert answer.status_code == 303
    assert (await now_of(house, made)).starts_at == datetime(2026, 3, 12, 10, tzinfo=UTC)
    await house.outbox.run_due()
    assert len(house.mailer.sent) == 2
    assert "booking.moved" in await actions(house)

    page = (await client.get(answer.headers["location"])).text
    assert "Jo Almeida is moved." in page
    back = page.split('href="/staff/calendar/move/')[1].split('"')[0].replace("&amp;", "&")
    question = (await client.get(f"/staff/calendar/move/{back}")).text
    assert "11:00 to Thursday 12 March, 9:30?" in question


async def test_sent_twice_it_moves_once(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    form = {"start": LATER, "with": str(linden.mara.staff_id)}
    assert [(await client.post(path_of(made), data=form)).status_code for _ in range(2)] == [303, 303]
    assert (await now_of(house, made)).sequence == 1


async def test_it_may_go_to_another_therapist_who_offers_the_service(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.ADMIN)
    asked = {"at": "2026-03-12T09:30", "with": str(linden.samir.staff_id)}
    question = (await client.get(path_of(made), params=asked)).text
    assert "with Samir Haddad?" in question
    assert "It is no longer with Mara Lind, who is told as well." in question
    form = {"start": "2026-03-12T08:30Z", "with": str(linden.samir.staff_id)}
    await house.outbox.run_due()
    house.mailer.sent.clear()
    answer = await client.post(path_of(made), data=form)
    await house.outbox.run_due()
    told = {letter.to: letter for letter in house.mailer.sent}
    assert set(told) == {"jo.almeida@example.org", "mara-lind@linden.example", "samir-haddad@linden.example"}
    former = told["mara-lind@linden.example"]
    assert former.subject == "With a colleague now: Thursday 12 March, 9:30"
    assert former.method == "CANCEL"
    assert all("That is the time in Berlin." in said for said in (former.text, former.html))
    assert b"STATUS:CANCELLED" in former.calendar
    assert "Jo" not in former.text + former.html
    assert (await now_of(house, made)).therapist_id == linden.samir.staff_id
    assert parse_qs(urlsplit(answer.headers["location"]).query)["was"] == [str(linden.mara.staff_id)]
    again = await booked(house, linden, name="Kim Berg")  # Mara's time is free
    assert again.card.starts_at == THURSDAY


async def test_who_does_not_offer_it_cannot_have_it(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await house.db.unit(lambda db: clinics.offer(db, linden.session.id, [linden.mara.staff_id]))
    await sign_in_as(client, house, linden, Role.ADMIN)
    form = {"start": LATER, "with": str(linden.samir.staff_id)}
    assert (await client.post(path_of(made), data=form)).status_code == 422
    assert (await now_of(house, made)).sequence == 0


async def test_a_therapist_moves_to_themselves_alone(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    other = await booked(house, linden, therapist=linden.samir.staff_id, name="Kim Berg")
    await sign_in_as(client, house, linden)
    form = {"start": LATER, "with": str(linden.samir.staff_id)}
    assert (await client.post(path_of(made), data=form)).status_code == 422
    assert (await client.get(path_of(other))).status_code == 404
    assert (await client.post(path_of(other), data=form)).status_code == 404


async def test_another_clinics_booking_is_not_found(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, await seed(house, slug="birch"))
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert (await client.get(path_of(made))).status_code == 404
    assert (await client.post(path_of(made), data={"start": LATER})).status_code == 404


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-03-12T11:00", "That time is taken"),
        ("2026-03-09T08:00", "That time is over"),
        ("2029-03-12T11:00", "That is more than two years ahead"),
    ],
)
async def test_what_cannot_be_had_says_why_and_what_is_free(
    client: httpx2.AsyncClient, house: House, linden: Linden, at: str, words: str
) -> None:
    made = await booked(house, linden)
    await booked(house, linden, THURSDAY + timedelta(hours=1, minutes=30), name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(path_of(made), params={"at": at})).text
    assert words in page
    assert "Nothing was moved. Jo stays on Thursday 12 March, 9:30." in page
    assert "When Mara Lind has time" in page
    assert "Yes, move it" not in page
    dialog = (await client.get(path_of(made), params={"at": at, "part": "1"})).text
    assert "data-leave" in dialog, "a dialog that Escape alone would close"


async def test_of_two_who_want_the_same_time_the_second_reads_that_it_is_taken(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    await booked(house, linden, THURSDAY + timedelta(hours=1, minutes=30), name="Kim Berg")
    answer = await client.post(path_of(made), data={"start": LATER, "with": str(linden.mara.staff_id)})
    assert answer.status_code == 409
    assert "That time is taken" in answer.text


async def test_a_time_that_comes_twice_is_asked_with_both(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock
) -> None:
    clock.now = datetime(2026, 10, 20, 9, tzinfo=UTC)
    nights = [WeeklyHours(day, 0, 24 * 60) for day in range(7)]
    await house.db.unit(lambda db: clinics.set_hours(db, linden.clinic.id, linden.mara.staff_id, nights))
    made = await booked(house, linden, datetime(2026, 10, 22, 8, 30, tzinfo=UTC))
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(path_of(made), params={"at": "2026-10-25T02:00"})).text
    assert "Move it to 2:00 UTC+2" in page
    assert "Move it to 2:00 UTC+1" in page


async def test_without_a_time_a_form_asks_for_one(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(path_of(made))).text
    assert "Now it is Thursday 12 March, 9:30" in page
    assert 'value="2026-03-12"' in page
    assert 'value="09:30"' in page
    mended = (await client.get(path_of(made), params={"day": "2026-03-12", "time": ""})).text
    assert "Choose a day and a time." in mended


async def test_what_is_cancelled_does_not_move(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await desk.cancel(house, linden.clinic, made.card, By())
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert (await client.get(path_of(made))).status_code == 404
    form = {"start": LATER, "with": str(linden.mara.staff_id)}
    assert (await client.post(path_of(made), data=form)).status_code == 404


async def test_who_gave_a_number_alone_is_told_by_text(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, mail="", phone="+4930123456")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    asked = {"at": "2026-03-12T11:00", "with": str(linden.mara.staff_id), "part": "1"}
    assert "Jo is told by text message." in (await client.get(path_of(made), params=asked)).text
    object.__setattr__(house, "texter", MemoryTexter(sends=False))
    assert "tell them yourself" in (await client.get(path_of(made), params=asked)).text


async def test_one_of_a_series_moves_beyond_what_can_be_booked_alone(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    last = (await series(house, linden, weekly(linden, 12))).cards[-1]
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    to = last.starts_at + timedelta(days=1)
    form = {"start": to.isoformat(), "with": str(linden.mara.staff_id)}
    assert (await client.post(f"/staff/calendar/move/{last.public_id}", data=form)).status_code == 303
    card = await house.db.read(lambda db: store.booking_for_visit(db, last.id))
    assert card
    assert card.starts_at == to


FAR = datetime(2026, 7, 16, 8, 10, tzinfo=UTC)  # ten past ten in Berlin, eighteen weeks on


async def test_it_goes_to_any_minute_of_any_day_and_both_sides_and_calendars_follow(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await house.outbox.run_due()
    house.mailer.sent.clear()
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(f"/staff/bookings/{made.card.public_id}/move")).text
    assert f'action="{path_of(made)}"' in page
    question = (await client.get(path_of(made), params={"day": "2026-07-16", "time": "10:10"})).text
    assert "to Thursday 16 July, 10:10?" in question
    assert "outside of the hours" not in question
    form = {"start": FAR.isoformat(), "with": str(linden.mara.staff_id)}
    assert [(await client.post(path_of(made), data=form)).status_code for _ in range(2)] == [303, 303]
    card = await now_of(house, made)
    assert (card.starts_at, card.moved_from, card.sequence) == (FAR, THURSDAY, 1)
    await house.outbox.run_due()
    mail = next(one for one in house.mailer.sent if not one.for_staff)
    assert "Thursday 12 March, 8:30" in mail.text
    assert b"SEQUENCE:1" in mail.calendar
    assert b"20260716T" in mail.calendar


async def test_outside_of_the_hours_it_goes_only_where_somebody_says_so(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    question = (await client.get(path_of(made), params={"at": "2026-03-12T22:10"})).text
    assert "That is outside of the hours of Mara Lind." in question
    form = {"start": "2026-03-12T21:10Z", "with": str(linden.mara.staff_id)}
    asked = await client.post(path_of(made), data=form)
    assert asked.status_code == 422
    assert "Yes, move it outside of the hours" in asked.text
    assert (await now_of(house, made)).sequence == 0
    assert (await client.post(path_of(made), data=form | {"outside": "yes"})).status_code == 303
    assert (await now_of(house, made)).sequence == 1


async def test_no_word_moves_it_onto_another_or_into_its_buffer(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await booked(house, linden, THURSDAY + timedelta(hours=1, minutes=30), name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    for start in ("2026-03-12T10:10Z", "2026-03-12T10:50Z", "2026-03-12T09:05Z"):
        form = {"start": start, "with": str(linden.mara.staff_id), "outside": "yes"}
        assert (await client.post(path_of(made), data=form)).status_code == 409
    assert (await now_of(house, made)).sequence == 0
