"""CalDAV against a real Radicale: an account's calendars found, read, and kept to what the therapist chose."""

import pytest
from sqlalchemy import select

from server.booking.calendars import dav
from server.clinic.calendars.rules import Access, Trouble
from server.clinic.calendars.tables import OtherCalendar
from server.config import Settings
from server.outside import Outside
from tests.engines.radicale import PASSWORD, USER, Radicale
from tests.server.booking.calendars.test_pages import HOME
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.clinic.calendars.test_expansion import calendar
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio

WEEKLY = "UID:{}\nDTSTAMP:20260101T000000Z\nDTSTART:20260108T083000Z\nDTEND:20260108T093000Z\nRRULE:FREQ=WEEKLY"
ONCE = "UID:{}\nDTSTAMP:20260101T000000Z\nDTSTART:20260313T083000Z\nDTEND:20260313T093000Z"


@pytest.fixture
def settings(tmp_path, radicale: Radicale) -> Settings:
    return settings_for(tmp_path / "data", private_hosts=radicale.host)


def typed(address: str, password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"address": address, "user": USER, "password": password, "whole_days": "yes", **more}


async def names(house) -> dict[str, bool]:
    """Each calendar that is kept, and whether it is paused."""
    rows = (await house.db.read(lambda db: db.scalars(select(OtherCalendar)))).all()
    return {row.name: row.paused_at is not None for row in rows}


async def free(client, linden) -> str:
    return (await client.get(f"/c/linden/mara-lind?service={linden.session.id}&day=2026-03-12")).text


async def test_an_account_with_one_calendar_is_read_and_closes_its_times(client, house, linden, radicale) -> None:
    await radicale.make("private", "Private")
    await radicale.put("private", "w.ics", calendar(WEEKLY.format("w")))
    await radicale.put("private", "o.ics", calendar(ONCE.format("o")))
    await sign_in_as(client, house, linden)
    answer = await client.post(HOME, data=typed(radicale.url))
    assert answer.headers["location"] == f"{HOME}?notice=added", answer.text
    assert await names(house) == {"Private": False}
    times = await free(client, linden)
    assert "2026-03-12T08:30Z" not in times
    assert "2026-03-13T08:30Z" not in times
    assert "2026-03-13T09:30Z" in times


async def test_of_several_calendars_none_counts_until_it_was_chosen(client, house, linden, radicale, clock) -> None:
    for name in ("Private", "Birthdays"):
        await radicale.make(name.lower(), name)
        await radicale.put(name.lower(), "o.ics", calendar(ONCE.format(name)))
    await sign_in_as(client, house, linden)
    answer = await client.post(HOME, data=typed(radicale.url))
    assert answer.headers["location"] == f"{HOME}?notice=found"
    assert await names(house) == {"Private": True, "Birthdays": True}
    assert await house.calendars.run_due() == 0
    assert "2026-03-13T08:30Z" in await free(client, linden)
    row = await house.db.read(lambda db: db.scalar(select(OtherCalendar).where(OtherCalendar.name == "Private")))
    await client.post(f"{HOME}/{row.id}/resume")
    assert await house.calendars.run_due() == 1
    assert "2026-03-13T08:30Z" not in await free(client, linden)


async def test_a_calendars_own_address_means_that_one_alone(client, house, linden, radicale) -> None:
    for name in ("Private", "Birthdays"):
        await radicale.make(name.lower(), name)
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(radicale.address("private"), name="Mine"))
    assert await names(house) == {"Mine": False}


async def test_a_wrong_password_keeps_nothing_and_a_changed_one_keeps_the_times(
    client, house, linden, radicale, clock
) -> None:
    await radicale.make("private", "Private")
    await radicale.put("private", "o.ics", calendar(ONCE.format("o")))
    await sign_in_as(client, house, linden)
    answer = await client.post(HOME, data=typed(radicale.url, "wrong"))
    assert answer.status_code == 422
    assert "another name or password" in answer.text
    await client.post(HOME, data=typed(radicale.url))
    gone = await radicale.ask("DELETE", radicale.address("private"))
    assert gone.status_code == 200
    clock.forward(minutes=5)
    assert await house.calendars.run_due() == 1
    assert "Nothing is at this address any more" in (await client.get(HOME)).text
    assert "2026-03-13T08:30Z" not in await free(client, linden)


async def test_the_library_reaches_nothing_that_was_not_allowed(radicale: Radicale) -> None:
    access = Access(radicale.url.replace("http:", "https:"), USER, PASSWORD)
    assert await dav.places(Outside(), access) is Trouble.INSIDE
    assert await dav.places(Outside(), Access(radicale.url, USER, PASSWORD)) is Trouble.ADDRESS


async def test_a_server_that_speaks_no_caldav_has_no_calendars(elsewhere) -> None:
    elsewhere.body = b"<html>hello</html>"
    assert await dav.places(Outside([elsewhere.host]), Access(elsewhere.at(), USER, PASSWORD)) == []
