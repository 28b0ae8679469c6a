"""Calendars as other programs export them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from server.access import Role
from server.booking.importing.events import read_calendar
from server.booking.importing.reading import Sheet, Unreadable
from server.booking.tables import Appointment
from tests.server.booking.importing.files import HERE, send
from tests.server.booking.test_by_staff import sign_in_as

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def calendar(*events: str) -> str:
    """Entries, each given as lines without its frame."""
    framed = "".join(f"BEGIN:VEVENT\nUID:{number}\n{one}\nEND:VEVENT\n" for number, one in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y\n{framed}END:VCALENDAR\n"


GUEST = 'ORGANIZER;CN=Mara Lind:mailto:mara@linden.example\nATTENDEE;CN="Rosa Lux":mailto:rosa@example.org'
WEEKLY = f"""SUMMARY:Session
DTSTART;TZID=Europe/Berlin:20260312T093000
DTEND;TZID=Europe/Berlin:20260312T102000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Berlin:20260319T093000
{GUEST}"""


def test_what_repeats_comes_once_for_each_time_and_keeps_the_wall_time() -> None:
    sheet = read_calendar(calendar(WEEKLY), NOW)
    assert isinstance(sheet, Sheet)
    starts = [line.cell(1) for line in sheet.lines]
    assert starts == ["2026-03-12T09:30:00+01:00", "2026-03-26T09:30:00+01:00", "2026-04-02T09:30:00+02:00"]
    assert sheet.lines[0].cells[3:] == ("Rosa Lux", "rosa@example.org", "Mara Lind")


def test_a_day_a_floating_time_and_a_cancelled_entry() -> None:
    events = ("SUMMARY:Kim\nDTSTART:20260312T110000\nDURATION:PT50M", "SUMMARY:Away\nDTSTART;VALUE=DATE:20260313")
    gone = "SUMMARY:No\nDTSTART:20260314T110000Z\nSTATUS:CANCELLED"
    sheet = read_calendar(calendar(*events, gone), NOW)
    assert isinstance(sheet, Sheet)
    assert [line.cells[:3] for line in sheet.lines] == [
        ("Kim", "2026-03-12 11:00", "2026-03-12 11:50"),
        ("Away", "2026-03-13", "2026-03-14"),
    ]


def test_a_series_without_end_comes_in_for_a_year_and_one_without_measure_not_at_all() -> None:
    endless = read_calendar(calendar("SUMMARY:A\nDTSTART:20200101T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"), NOW)
    assert isinstance(endless, Sheet)
    assert len(endless.lines) in {52, 53}
    assert (
        read_calendar(calendar("SUMMARY:A\nDTSTART:20200101T100000Z\nRRULE:FREQ=SECONDLY"), NOW) is Unreadable.TOO_MUCH
    )


@pytest.mark.asyncio
async def test_a_calendar_is_looked_at_like_a_table(client, house, linden) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    past = "SUMMARY:Old\nDTSTART:20260212T093000Z\nDURATION:PT50M"
    address = await send(client, calendar(WEEKLY, past), "mara.ics")
    await client.post(address, data={"service": str(linden.session.id), "therapist": str(linden.mara.staff_id)})
    page = await client.get(address)
    assert "Import 3 rows" in page.text
    assert "1 line in the past" not in page.text  # nobody is invited to it, so it has no name
    assert "There is no name in this line." in page.text


@pytest.mark.asyncio
async def test_what_only_begins_like_a_calendar_is_said_to_be_unreadable(client, house, linden) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    broken = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:x\n"
    answer = await client.post(HERE, files={"file": ("x.ics", broken.encode(), "text/calendar")})
    assert answer.status_code == 422


@pytest.mark.asyncio
@pytest.mark.parametrize("more", ["", "\nRRULE:FREQ=WEEKLY;COUNT=1"])
async def test_an_entry_without_an_end_lasts_as_long_as_its_service(client, house, linden, more: str) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    entry = f"SUMMARY:Session\nDTSTART;TZID=Europe/Berlin:20260312T093000{more}\n{GUEST}"
    address = (await send(client, calendar(entry), "mara.ics")).split("?")[0]
    await client.post(address, data={"service": str(linden.session.id), "therapist": str(linden.mara.staff_id)})
    assert (await client.post(f"{address}/bring-in")).status_code == 303
    found = list(await house.db.read(lambda db: db.scalars(select(Appointment.ends_at))))
    assert found == [datetime(2026, 3, 12, 8, 30, tzinfo=UTC) + linden.session.length]
