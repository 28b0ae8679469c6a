"""The process that reads a calendar's text: it tells what it found, and ends whatever it is given."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from server.booking.calendars.expanding import Expander
from server.clinic.calendars.rules import Found, Trouble
from tests.server.clinic.calendars.test_expansion import calendar

pytestmark = pytest.mark.asyncio

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


async def read(body: bytes, expander: Expander | None = None) -> Found | Trouble:
    return await (expander or Expander()).read(body, BERLIN, NOW, NOW + timedelta(days=60), whole_days=True)


async def test_it_tells_taken_time_and_what_could_be_ours() -> None:
    ours = "0f1e2d3c-4b5a-4789-8abc-1234567890ab"
    events = [f"UID:{uid}\nDTSTART:2026031{day}T083000Z\nDURATION:PT1H" for uid, day in ((ours, 2), ("a", 3))]
    start = int(datetime(2026, 3, 13, 8, 30, tzinfo=UTC).timestamp())
    day = 24 * 3600
    assert await read(calendar(*events)) == Found(
        [(start, start + 3600)], {ours: [(start - day, start - day + 3600)]}, left_out=0
    )
    assert await read(b"<html>") is Trouble.NO_CALENDAR
    assert await read(calendar(*events)[:-20]) is Trouble.CUT_SHORT


async def test_a_calendar_of_ten_megabytes_of_old_days_is_read_in_seconds() -> None:
    old = "UID:{}\nDTSTART:20190312T083000Z\nDURATION:PT1H\nSUMMARY:" + "Long ago " * 20
    late = "UID:late\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z"
    body = calendar(
        *(old.format(number).replace("DURATION:PT1H", "DTEND:20190312T093000Z") for number in range(37_000)), late
    )
    assert len(body) > 10_000_000
    before = monotonic()
    found = await read(body)
    assert isinstance(found, Found)
    assert len(found.busy) == 1
    assert monotonic() - before < 20


@pytest.mark.parametrize(
    "event",
    [
        "UID:a\nDTSTART:19000101T000000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY;BYMINUTE=" + ",".join(map(str, range(60))),
        "UID:a\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
async def test_repetitions_without_end_end(event: str) -> None:
    before = monotonic()
    found = await read(calendar(event), Expander(seconds=4))
    assert found is Trouble.TOO_MUCH or (isinstance(found, Found) and not found.busy)
    assert monotonic() - before < 20
