"""A reminder that would fall into quiet hours is truly sent after them, also in the nights in which clocks change."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2
import pytest
from sqlalchemy import select

from server.access import Role
from server.booking.reminders.tables import Reminder, ReminderSend
from server.clinic import store as clinics
from server.clinic.rules import WeeklyHours
from server.house import House
from tests.server.booking.linden import Linden, form
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
LOOKS = timedelta(minutes=15)


def rules(before: int, quiet_from: str = "21:00") -> dict[str, str]:
    """One reminder so many hours before, and nobody disturbed until 8:00."""
    none = {"count_2": "", "unit_2": "hours", "count_3": "", "unit_3": "hours", "texts": "none"}
    return {"count_1": str(before), "unit_1": "hours", "quiet_from": quiet_from, "quiet_until": "08:00", **none}


@pytest.mark.parametrize(
    ("start", "before", "goes"),
    [
        ("2026-03-12T09:30", 2, "2026-03-12T08:00+01:00"),  # 7:30 is quiet
        ("2026-03-12T14:00", 11, "2026-03-12T08:00+01:00"),
        ("2026-03-12T08:30", 2, "2026-03-11T20:45+01:00"),  # their end would be too near: before they begin
        ("2026-03-29T09:30", 2, "2026-03-29T08:00+02:00"),  # the night has one hour less
        ("2026-03-29T14:00", 11, "2026-03-29T08:00+02:00"),  # at the very moment at which clocks change
        ("2026-03-29T14:00", 36, "2026-03-28T08:00+01:00"),
        ("2026-10-25T09:30", 2, "2026-10-25T08:00+01:00"),  # and one more
        ("2026-10-25T14:00", 12, "2026-10-25T08:00+01:00"),  # at two for the second time
        ("2026-10-25T14:00", 13, "2026-10-25T08:00+01:00"),  # and for the first
    ],
)
async def test_it_waits_for_their_end_and_goes_once(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock, start: str, before: int, goes: str
) -> None:
    begins, moment = datetime.fromisoformat(start).replace(tzinfo=BERLIN), datetime.fromisoformat(goes)
    clock.now = (begins - timedelta(days=3)).astimezone(clock.now.tzinfo)
    every_day = [WeeklyHours(day, 8 * 60, 17 * 60) for day in range(7)]
    await house.db.unit(lambda db: clinics.set_hours(db, linden.clinic.id, linden.mara.staff_id, every_day))
    await sign_in_as(client, house, linden, Role.ADMIN)
    kept = await client.post("/staff/clinic/bookings/reminders", data=rules(before))
    assert kept.headers["location"].endswith("?notice=kept"), kept.text
    at = begins.astimezone(clock.now.tzinfo).strftime("%Y-%m-%dT%H:%MZ")
    assert (await client.post("/c/linden/book", data=form(linden, start=at))).status_code == 303
    await everything(house)
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    left: list[datetime] = []
    while clock.now < begins + timedelta(hours=1):
        await everything(house)
        letters = [one for one in house.mailer.sent if not one.for_staff]  # type: ignore[attr-defined]
        left += [clock.now] * (len(letters) - len(left))
        clock.now += LOOKS
    assert [one.astimezone(BERLIN).isoformat(timespec="minutes") for one in left] == [goes]
    (row,) = await house.db.read(lambda db: db.scalars(select(Reminder)))
    (send,) = await house.db.read(lambda db: db.scalars(select(ReminderSend)))
    assert (row.fate, row.at, row.before_minutes) == ("sent", moment, before * 60)
    assert (send.way, send.at) == ("mail", moment)


async def everything(house: House) -> None:
    await house.reminders.run_due()
    while await house.outbox.run_due():
        pass


async def test_quiet_is_by_the_clock_of_who_booked(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    await client.post("/staff/clinic/bookings/reminders", data=rules(4))
    client.cookies.set("tz", "America/New_York")
    assert (await client.post("/c/linden/book", data=form(linden))).status_code == 303
    await everything(house)
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    clock.now = datetime.fromisoformat("2026-03-11T21:00-04:00").astimezone(clock.now.tzinfo)
    await everything(house)
    assert await house.db.read(lambda db: db.scalar(select(Reminder.fate))) is None, (
        "late in their evening nothing goes"
    )
    assert house.mailer.sent == []  # type: ignore[attr-defined]
