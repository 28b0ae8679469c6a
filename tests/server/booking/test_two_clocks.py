"""What is said where the two clocks differ on some days alone, and where both show a time twice."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
import icalendar
import pytest

from server.booking import desk
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic.rules import WeeklyHours
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import Linden, booked, form
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio


def slot(html: str, value: str) -> str:
    found = re.search(rf'value="{value}"[^>]*><span>(.*?)</span>', html)
    assert found, value
    return found[1]


async def test_a_change_of_the_clinics_clock_within_the_days_is_told_time_by_time(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    """Lagos and Berlin show the same until 29 March; from then on Berlin is an hour ahead."""
    page = await client.get("/c/linden?day=2026-03-27&tz=Africa/Lagos")
    assert page.status_code == 200
    assert slot(page.text, "2026-03-27T08:00Z") == "<b>9:00</b>9:00 Berlin"
    assert slot(page.text, "2026-03-30T07:00Z") == "<b>8:00</b>9:00 Berlin"
    assert "The clinic, in Berlin, is" not in page.text  # no one sentence holds for all of these days
    assert 'id="there">9:00 in Berlin.</span>' in page.text


async def test_days_on_which_both_show_the_same_name_no_second_clock(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    page = await client.get("/c/linden?tz=Africa/Lagos")
    assert slot(page.text, "2026-03-12T08:30Z") == "<b>9:30</b>"
    assert "Berlin" not in re.sub(r"<option.*?</option>", "", page.text)


async def test_who_comes_second_reads_both_clocks_of_the_times_that_are_free_next(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    """The last time of the Friday before the change is taken; the next ones lie behind it."""
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)
    await booked(house, linden, friday)
    client.cookies.set("tz", "Africa/Lagos")
    page = await client.post("/c/linden/book", data=form(linden, start=f"{friday:%Y-%m-%dT%H:%MZ}", name="Kim"))
    assert page.status_code == 409
    assert slot(page.text, "2026-03-30T07:00Z") == "<b>8:00</b>9:00 Berlin"


@pytest.mark.parametrize(("hour", "here", "there"), [(0, "1:30 UTC+1", "2:30 UTC+2"), (1, "1:30 UTC+0", "2:30 UTC+1")])
async def test_of_the_hour_that_comes_twice_page_mail_and_entry_tell_the_same_one(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock, hour: int, here: str, there: str
) -> None:
    """Jo is in Lisbon, where the clock is set back at the same moment as in Berlin."""
    start = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    clock.now = start - timedelta(days=5)
    hours = {linden.mara.staff_id: (WeeklyHours(6, 0, 1440),)}
    person = Person(desk.NOBODY, "Jo Almeida", "jo@example.org", "", language="en", zone="Europe/Lisbon")
    wish = Wish(start, linden.mara.staff_id)
    made = await desk.book(house, desk.Order(linden.clinic, linden.session, hours, wish, person), By())
    assert isinstance(made, desk.Made)
    await house.outbox.run_due()
    patient, staff = sorted(house.mailer.sent, key=lambda letter: letter.for_staff)  # type: ignore[attr-defined]
    assert patient.subject == f"Your time on Sunday 25 October, {here}"
    assert staff.subject == f"Booked: Sunday 25 October, {there}"
    for part in (patient.text, patient.html):
        assert here in part
        assert there in part
    for letter in (patient, staff):
        assert icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")[0]["DTSTART"].dt == start
    page = await client.get(f"/l/{made.token}", follow_redirects=True)
    assert page.status_code == 200
    assert here in page.text
    assert f"In Berlin it is {there}." in page.text
