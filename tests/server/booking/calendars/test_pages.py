"""My calendars, as therapists add, read, pause and remove them; read from a real server on loopback."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic.calendars import store
from server.clinic.calendars.tables import OtherCalendar
from server.config import Settings
from tests.engines.elsewhere import Elsewhere
from tests.server.booking.linden import booked
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.clinic.calendars.test_expansion import calendar
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio

HOME = "/staff/calendars"
DENTIST = calendar("UID:a\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z\nSUMMARY:Dentist")


@pytest.fixture
def settings(tmp_path, elsewhere: Elsewhere) -> Settings:
    """The clinic allowed the server on loopback."""
    return settings_for(tmp_path / "data", private_hosts=elsewhere.host)


@pytest.fixture
def feed(elsewhere: Elsewhere) -> Elsewhere:
    elsewhere.body = DENTIST
    return elsewhere


def typed(feed: Elsewhere, **more: str) -> dict[str, str]:
    return {"address": feed.at("/private.ics"), "name": "Private", "whole_days": "yes", **more}


async def rows(house):
    return (await house.db.read(lambda db: db.scalars(select(OtherCalendar)))).all()


async def only_path(house) -> str:
    (row,) = await rows(house)
    return f"{HOME}/{row.id}"


async def test_a_therapist_adds_a_calendar_and_its_times_are_no_longer_offered(client, house, linden, feed) -> None:
    await sign_in_as(client, house, linden)
    assert "Keep your other calendars in step" in (await client.get(HOME)).text
    assert (await client.post(HOME, data=typed(feed))).headers["location"] == f"{HOME}?notice=added"
    page = (await client.get(HOME)).text
    assert "1 calendar keeps your time free" in page
    assert "It keeps 1 stretch of time free." in page
    assert "Dentist" not in page
    times = (await client.get(f"/c/linden/mara-lind?service={linden.session.id}&day=2026-03-12")).text
    assert "2026-03-12T08:30Z" not in times
    assert "2026-03-12T09:30Z" in times


async def test_nothing_of_where_it_is_or_what_stands_in_it_is_readable_in_the_row(client, house, linden, feed) -> None:
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(feed, user="mara", password="my own secret"))
    (row,) = await rows(house)
    kept = repr({column.name: getattr(row, column.name) for column in row.__table__.columns})
    assert not [word for word in ("private.ics", "mara", "my own secret", "Dentist") if word in kept]
    assert feed.asked[0].headers["authorization"].startswith("Basic ")
    page = (await client.get(HOME)).text
    assert "my own secret" not in page
    assert "private.ics" not in page


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "This is still empty."),
        ("my calendar", "An address begins with https://"),
        ("http://calendar.example/a.ics", "An address begins with https://"),
        ("https://me:secret@calendar.example/a.ics", "An address begins with https://"),
        ("file:///etc/passwd", "An address begins with https://"),
        ("webcal://127.0.0.1:1/a.ics", "leads into a private network"),
        ("https://169.254.169.254/latest/meta-data", "leads into a private network"),
    ],
)
async def test_an_address_that_cannot_stand_is_kept_nowhere_and_the_page_says_what_to_do(
    client, house, linden, feed, address, said
) -> None:
    await sign_in_as(client, house, linden)
    answer = await client.post(HOME, data=typed(feed, address=address))
    assert answer.status_code == 422
    assert said in answer.text
    assert await rows(house) == []
    assert feed.asked == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"<html>Sign in</html>", "A page is at this address"),
        (401, b"", "another name or password"),
        (404, b"", "Nothing is at this address"),
        (503, b"", "a problem of its own"),
        (200, calendar("UID:a\nDTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY"), "has no end"),
        (200, b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
async def test_a_calendar_that_cannot_be_read_is_not_kept(client, house, linden, feed, status, body, said) -> None:
    await sign_in_as(client, house, linden)
    feed.status, feed.body = status, body
    answer = await client.post(HOME, data=typed(feed))
    assert answer.status_code == 422
    assert "could not be read, so nothing was kept" in answer.text
    assert said in answer.text
    assert await rows(house) == []


async def test_while_it_cannot_be_read_the_times_last_known_stay_and_the_page_says_since_when(
    client, house, linden, feed, clock
) -> None:
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(feed))
    feed.status = 503
    clock.forward(minutes=5)
    assert await house.calendars.run_due() == 1
    since = clock()
    clock.forward(minutes=9)
    assert await house.calendars.run_due() == 0  # ever more seldom
    clock.forward(minutes=1)
    assert await house.calendars.run_due() == 1
    await sign_in_as(client, house, linden)
    page = (await client.get(HOME)).text
    assert f"Could not be read since Monday 9 March 2026, 10:{(since.minute):02d}." in page
    assert "The times last known stay closed" in page
    (row,) = await rows(house)
    assert row.busy != "[]"
    feed.status = 200
    clock.forward(hours=1)
    assert await house.calendars.run_due() == 1
    clock.forward(minutes=3)
    await sign_in_as(client, house, linden)
    assert "Last read 3 minutes ago." in (await client.get(HOME)).text


async def test_what_changes_there_changes_here_within_five_minutes(client, house, linden, feed, clock) -> None:
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(feed))
    feed.body = calendar()
    clock.forward(minutes=4)
    assert await house.calendars.run_due() == 0
    clock.forward(minutes=1)
    assert await house.calendars.run_due() == 1
    assert "It keeps no time free." in (await client.get(HOME)).text


async def test_a_calendar_is_paused_read_at_once_and_removed(client, house, linden, feed, clock) -> None:
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(feed))
    path = await only_path(house)
    await client.post(f"{path}/pause")
    assert "Paused since" in (await client.get(HOME)).text
    clock.forward(hours=2)
    assert await house.calendars.run_due() == 0
    await sign_in_as(client, house, linden)
    await client.post(f"{path}/resume")
    assert await house.calendars.run_due() == 1
    feed.body = calendar()
    await client.post(f"{path}/read")
    assert "It keeps no time free." in (await client.get(HOME)).text
    await client.post(f"{path}/remove")
    assert await rows(house) == []
    noted = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert sorted(noted) == ["calendar.added", "calendar.paused", "calendar.removed", "calendar.resumed"]


async def test_a_colleagues_and_an_admins_hands_are_off_it(client, house, linden, feed) -> None:
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(feed))
    path = await only_path(house)
    await sign_in_as(client, house, linden, Role.THERAPIST, Role.ADMIN)
    page = (await client.get(HOME)).text
    assert "Private" not in page
    assert "You cannot be booked yet" in page
    assert [(await client.post(f"{path}/{act}")).status_code for act in ("read", "pause", "remove")] == [404] * 3
    assert (await client.post(HOME, data=typed(feed))).status_code == 409
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert (await client.get(HOME)).status_code == 403


async def test_our_own_bookings_coming_back_close_nothing_by_themselves(client, house, linden, feed) -> None:
    made = await booked(house, linden)
    feed.body = calendar(
        f"UID:{made.card.id}\nDTSTART:20260312T083000Z\nDURATION:PT2H",
        "UID:0f1e2d3c-4b5a-4789-8abc-1234567890ab\nDTSTART:20260313T083000Z\nDURATION:PT1H",
    )
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(feed))
    (row,) = await rows(house)
    (known,) = await house.db.read(lambda db: store.calendars_of(db, linden.mara.staff_id))
    assert known.times == 1
    assert row.busy.count("[") == 2
    start = int((made.card.starts_at + timedelta(days=1)).timestamp())
    assert row.busy == f"[[{start}, {start + 3600}]]"
