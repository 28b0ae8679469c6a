"""A therapist's bookings by a secret link: what it shows, to whom, and until when."""

from datetime import timedelta

import icalendar
import pytest
import recurring_ical_events
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.tables import Staff
from server.booking import desk
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.calendars.tables import CalendarFeed
from server.booking.rules import Wish
from server.booking.store import By, booking_for_visit
from tests.server.booking.linden import THURSDAY, booked
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio

HOME = "/staff/calendars"
SECRET_WORDS = ("Jo", "Almeida", "sleep", "session", "therap", "psych", "Mara")


async def link(client, house, linden) -> str:
    """Mara's own link, as her page shows it."""
    await sign_in_as(client, house, linden)
    assert (await client.post(f"{HOME}/feed")).status_code == 303
    page = (await client.get(HOME)).text
    return page.split(f'value="{house.settings.base_url}')[1].split('"')[0]


def events(answer) -> list:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


async def test_it_shows_when_and_nothing_else(client, house, linden) -> None:
    made = await booked(house, linden, reason="I sleep badly")
    await booked(house, linden, THURSDAY + timedelta(hours=1), therapist=linden.samir.staff_id)
    path = await link(client, house, linden)
    client.cookies.clear()
    answer = await client.get(path)
    (event,) = events(answer)
    assert (str(event["UID"]), event.start, event.end) == (str(made.card.id), made.card.starts_at, made.card.ends_at)
    assert (str(event["SUMMARY"]), str(event["CLASS"])) == ("Appointment", "PRIVATE")
    assert not [word for word in SECRET_WORDS if word.lower() in answer.text.lower()]
    shown = recurring_ical_events.of(icalendar.Calendar.from_ical(answer.content)).at(THURSDAY.date())
    assert len(shown) == 1


async def test_it_follows_a_move_under_the_same_uid_and_a_cancellation(client, house, linden) -> None:
    made = await booked(house, linden)
    path = await link(client, house, linden)
    before = (await client.get(path)).headers["etag"]
    later = Wish(THURSDAY + timedelta(hours=4), linden.mara.staff_id)
    assert await desk.move(house, linden.clinic, made.card, later, By()) is None
    answer = await client.get(path)
    (event,) = events(answer)
    assert (str(event["UID"]), event["SEQUENCE"]) == (str(made.card.id), 1)
    assert event.start == later.start
    assert answer.headers["etag"] != before
    again = await client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    card = await house.db.read(lambda db: booking_for_visit(db, made.card.id))
    assert await desk.cancel(house, linden.clinic, card, By())
    assert events(await client.get(path)) == []


async def test_one_that_the_clinic_has_not_confirmed_is_tentative(client, house, linden) -> None:
    made = await booked(house, linden, asks=True)
    path = await link(client, house, linden)
    assert str(events(await client.get(path))[0]["STATUS"]) == "TENTATIVE"
    assert await answer(house, linden.clinic, made.card, Answer.CONFIRMED, By("staff"))
    (event,) = events(await client.get(path))
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CONFIRMED", 1)


async def test_the_name_of_the_service_shows_only_when_it_was_chosen(client, house, linden) -> None:
    await booked(house, linden)
    path = await link(client, house, linden)
    await client.post(f"{HOME}/feed/shows", data={"shows": "service"})
    assert str(events(await client.get(path))[0]["SUMMARY"]) == "A session"
    await client.post(f"{HOME}/feed/shows", data={"shows": "anything"})
    assert str(events(await client.get(path))[0]["SUMMARY"]) == "Appointment"


async def test_a_new_link_ends_the_old_and_an_ended_one_opens_nothing(client, house, linden) -> None:
    first = await link(client, house, linden)
    second = await link(client, house, linden)
    assert first != second
    assert (await client.get(first)).status_code == 404
    assert (await client.get(second)).status_code == 200
    assert (await client.post(f"{HOME}/feed/drop")).status_code == 303
    assert (await client.get(second)).status_code == 404
    assert (await client.post(f"{HOME}/feed/drop")).status_code == 404
    assert (await client.get("/calendar/anything.ics")).status_code == 404


async def test_the_token_is_not_in_the_records_and_ends_with_the_account(client, house, linden) -> None:
    path = await link(client, house, linden)
    token = path.split("/")[-1].removesuffix(".ics")
    assert len(token) == 43
    row = await house.db.read(lambda db: db.scalar(select(CalendarFeed)))
    assert token not in repr({column.name: getattr(row, column.name) for column in row.__table__.columns})

    async def close(db: AsyncSession) -> None:
        (await db.get_one(Staff, linden.mara.staff_id)).disabled_at = house.clock()

    await house.db.unit(close)
    assert (await client.get(path)).status_code == 404


async def test_who_cannot_be_booked_gets_no_link(client, house, linden) -> None:
    await sign_in_as(client, house, linden, Role.THERAPIST)
    assert (await client.post(f"{HOME}/feed")).status_code == 404
