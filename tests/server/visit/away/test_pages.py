"""'Away today': what is proposed, what one press does, who is told how, and that a minute's mistake troubles nobody."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from icalendar import Calendar
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.booking.desk import Made
from server.booking.store import By
from server.booking.tables import Booking, Cancellation, Claim
from server.clinic import store as clinics
from server.clinic.rules import WeeklyHours
from server.clinic.tables import Leave
from server.config import Settings
from server.house import House
from server.notify.mail import MemoryMailer
from server.visit.away.listing import listed
from server.visit.away.rules import picks
from server.visit.away.steps import Wish, go_away
from server.visit.away.tables import AwayBooking, AwayDay
from server.visit.tables import Visit
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock, settings_for
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def settings(tmp_path: Path, new_database: NewDatabase | None) -> Settings:
    if new_database is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())


@dataclass
class Afternoon:
    """Jo at 15:00 by mail, Noor at 16:00 by number alone; Samir has 16:00 taken. It is ten to three."""

    house: House
    mara: Browser
    jo: Jo
    noor: Made
    clock: Clock

    async def page(self) -> str:
        return (await self.mara.get("/staff/away")).text

    async def go(self, page: str, **choices: str) -> str:
        """Presses with these choices, or what is proposed; answers where that leads."""
        fields = {"therapist": "mara-lind", "id": found(page, r'name="id" value="(\w+)"')}
        for public_id in re.findall(r'name="choice-(\w+)"', page):
            field = page[page.index(f'name="choice-{public_id}"') :]
            fields[f"choice-{public_id}"] = choices.get(public_id) or found(field, r'value="([\w-]+)" selected')
        answer = await self.mara.post("/staff/away", data=fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def all_of(self, table: Any) -> list[Any]:
        return list(await self.house.db.read(lambda db: db.scalars(select(table))))

    async def claimed(self) -> set[UUID]:
        return {claim.resource_id for claim in await self.all_of(Claim)}

    async def a_minute_later(self) -> None:
        self.clock.forward(seconds=61)
        while await self.house.outbox.run_due():
            pass


def found(page: str, pattern: str) -> str:
    match = re.search(pattern, page)
    assert match, pattern
    return match[1]


@pytest_asyncio.fixture
async def afternoon(house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock) -> Afternoon:
    at_four = START + timedelta(hours=1)
    noor = await booked_this_morning(house, linden, clock, at_four, mail="", phone="+4930123456")
    await booked_this_morning(house, linden, clock, at_four, therapist=linden.samir.staff_id, mail="x@example.org")
    while await house.outbox.run_due():  # what was booked has been told
        pass
    house.mailer.sent.clear()
    return Afternoon(house, mara, jo, noor, clock)


def public(made: Made | Jo) -> str:
    return made.made.card.public_id if isinstance(made, Jo) else made.card.public_id


async def test_the_free_colleague_is_proposed_and_else_another_time(afternoon: Afternoon) -> None:
    page = await afternoon.page()
    assert "2 people are booked." in page
    assert "Samir Haddad takes it" in page[: page.index("Noor Hassan")]
    assert "Samir Haddad takes it" not in page[page.index("Noor Hassan") :]
    assert "Nobody else of this service has that time free." in page


async def test_one_press_closes_the_day_and_a_minute_later_everybody_is_told(
    afternoon: Afternoon, linden: Linden, mailer: MemoryMailer
) -> None:
    where = await afternoon.go(await afternoon.page())
    told = (await afternoon.mara.get(where)).text
    assert "Nobody is told before 14:51." in told
    assert told.count("Not told yet.") == 2
    (leave,) = await afternoon.all_of(Leave)
    assert leave.therapist_id == linden.mara.staff_id
    assert (leave.from_at, leave.until_at) == (afternoon.clock.now, START.replace(hour=23))
    assert linden.mara.staff_id not in await afternoon.claimed()
    assert not mailer.sent + afternoon.house.texter.sent

    await afternoon.a_minute_later()
    to_jo = [letter for letter in mailer.sent if letter.to == "jo.almeida@example.org"]
    assert [letter.subject for letter in to_jo] == [
        "Your time on Monday 9 March, 14:00 stays; somebody else will be there for you"
    ]
    assert all("That is the time in " in said for said in (to_jo[0].text, to_jo[0].html))
    (sms,) = afternoon.house.texter.sent
    assert sms.to == "+4930123456"
    assert "cannot be kept. Choose another on your page. http://testserver/l/" in sms.words
    to_staff = {letter.to: letter.subject for letter in mailer.sent if letter.for_staff}
    assert to_staff["samir-haddad@linden.example"].startswith("Booked:")
    assert to_staff["mara-lind@linden.example"].startswith(("Cancelled:", "With a colleague now:"))
    told = (await afternoon.mara.get(where)).text
    assert "Told by mail." in told
    assert "Told by text message." in told
    assert "Samir Haddad" in await afternoon.jo.page()


async def test_where_no_mail_is_sent_yet_that_is_said_and_not_that_somebody_left_no_address(
    afternoon: Afternoon, mailer: MemoryMailer
) -> None:
    mailer.sends = False
    where = await afternoon.go(await afternoon.page(), **{public(afternoon.jo): "offer"})
    await afternoon.a_minute_later()
    told = (await afternoon.mara.get(where)).text
    assert "They left nothing that reaches them" not in told
    assert told.count("No mail is sent yet: print their link from Bookings") == 1


async def test_whoever_is_away_hears_what_a_colleague_took_and_their_calendar_ends_it(
    afternoon: Afternoon, mailer: MemoryMailer
) -> None:
    await afternoon.go(await afternoon.page())
    await afternoon.a_minute_later()
    to_mara = [letter for letter in mailer.sent if letter.to == "mara-lind@linden.example"]
    (passed,) = [
        letter for letter in to_mara if letter.subject.startswith("With a colleague now: Monday 9 March, 15:00")
    ]
    assert passed.method == "CANCEL"
    entry = next(one for one in Calendar.from_ical(passed.calendar).walk("VEVENT"))
    (here,) = [letter for letter in mailer.sent if letter.to == "samir-haddad@linden.example" and letter.calendar]
    there = next(one for one in Calendar.from_ical(here.calendar).walk("VEVENT"))
    assert entry["UID"] == there["UID"]
    assert (str(entry["STATUS"]), str(there["STATUS"])) == ("CANCELLED", "CONFIRMED")
    assert entry["SEQUENCE"] == there["SEQUENCE"] == 1
    assert entry["DTSTART"].dt == START


async def test_taken_back_within_the_minute_all_is_as_it_was_and_nobody_heard(
    afternoon: Afternoon, linden: Linden, mailer: MemoryMailer
) -> None:
    before = {(claim.resource_id, claim.from_at, claim.until_at) for claim in await afternoon.all_of(Claim)}
    where = await afternoon.go(await afternoon.page())
    afternoon.clock.forward(seconds=59)
    await afternoon.mara.post(f"{where}/undo")
    assert "The day is as it was" in (await afternoon.mara.get(where)).text
    assert not await afternoon.all_of(Leave)
    assert not await afternoon.all_of(Cancellation)
    after = {(claim.resource_id, claim.from_at, claim.until_at) for claim in await afternoon.all_of(Claim)}
    assert after == before
    await afternoon.a_minute_later()
    assert not mailer.sent + afternoon.house.texter.sent
    assert "2 people are booked." in await afternoon.page()
    actions = [entry.action for entry in await afternoon.all_of(AuditEntry)]
    assert {"visit.away", "visit.away_undone"} <= set(actions)


async def test_after_the_minute_there_is_no_way_back(afternoon: Afternoon) -> None:
    where = await afternoon.go(await afternoon.page())
    await afternoon.a_minute_later()
    assert "/undo" not in (await afternoon.mara.get(where)).text
    await afternoon.mara.post(f"{where}/undo")
    (row,) = await afternoon.all_of(AwayDay)
    assert row.undone_at is None
    assert len(await afternoon.all_of(Cancellation)) == 1


async def test_two_presses_of_one_page_are_one(afternoon: Afternoon) -> None:
    page = await afternoon.page()
    places = await asyncio.gather(*(afternoon.go(page) for _ in range(4)))
    assert len(set(places)) == 1
    assert len(await afternoon.all_of(AwayDay)) == len(await afternoon.all_of(Leave)) == 1
    assert sorted(row.became for row in await afternoon.all_of(AwayBooking)) == ["colleague", "offered"]
    assert {booking.sequence for booking in await afternoon.all_of(Booking)} == {0, 1}


async def test_a_colleague_who_was_taken_meanwhile_is_told_to_who_pressed(
    afternoon: Afternoon, linden: Linden, house: House, clock: Clock, mailer: MemoryMailer
) -> None:
    page = await afternoon.page()
    await booked_this_morning(house, linden, clock, START, therapist=linden.samir.staff_id, mail="y@example.org")
    where = await afternoon.go(page, **{public(afternoon.jo): "samir-haddad"})
    told = (await afternoon.mara.get(where)).text
    assert "As it was" in told
    assert "See to it by hand." in told
    await afternoon.a_minute_later()
    assert all(letter.to != "jo.almeida@example.org" for letter in mailer.sent)


async def test_a_booking_that_its_patient_changed_in_that_minute_is_not_told_about(
    afternoon: Afternoon, mailer: MemoryMailer
) -> None:
    await afternoon.go(await afternoon.page())
    card = afternoon.jo.made.card

    async def raised(db: Any) -> None:
        booking = await db.get_one(Booking, card.id)
        booking.sequence += 1

    await afternoon.house.db.unit(raised)
    await afternoon.a_minute_later()
    assert all(letter.to != "jo.almeida@example.org" for letter in mailer.sent)


async def test_who_waits_already_is_asked_about_in_person(afternoon: Afternoon) -> None:
    await afternoon.jo.arrive()
    page = await afternoon.page()
    assert "They wait already." in page
    assert f"choice-{public(afternoon.jo)}" not in page


async def test_who_came_in_the_moment_of_the_press_is_moved_by_nobody(
    afternoon: Afternoon, linden: Linden, clock: Clock
) -> None:
    """The page knew of nobody who waits; between its reading and the writing Jo comes."""
    mara_id, house = linden.mara.staff_id, afternoon.house
    found, lines = await listed(house, linden.clinic.id, mara_id)
    proposed = picks(lines, {f"choice-{one.card.public_id}": one.proposed for one in lines})
    await afternoon.jo.arrive()
    policy, zone = found.clinic.policy, found.clinic.zone
    wish = Wish(uuid4(), linden.clinic.id, mara_id, found.until_at, proposed, policy, zone)
    await go_away(house, wish, By("staff", mara_id))
    became = {row.booking_id: row.became for row in await afternoon.all_of(AwayBooking)}
    assert became == {afternoon.jo.made.card.id: "not_free", afternoon.noor.card.id: "offered"}
    await afternoon.a_minute_later()
    assert "See to it by hand." in (await afternoon.mara.get(f"/staff/away/{wish.id.hex}")).text


async def test_a_session_that_a_colleague_has_begun_is_not_taken_back_from_them(
    afternoon: Afternoon, samir: Browser, linden: Linden
) -> None:
    where = await afternoon.go(await afternoon.page())
    await afternoon.jo.arrive()
    await samir.post(f"{afternoon.jo.staff_url}/admit")
    await afternoon.mara.post(f"{where}/undo")
    (visit,) = [one for one in await afternoon.all_of(Visit) if one.booking_id == afternoon.jo.made.card.id]
    assert (visit.state, visit.therapist_id) == ("in_session", linden.samir.staff_id)
    assert linden.samir.staff_id in {claim.resource_id for claim in await afternoon.all_of(Claim)}
    told = (await afternoon.mara.get(where)).text
    assert "Samir Haddad takes it." in told[: told.index("Noor Hassan")]
    assert "takes it" not in told[told.index("Noor Hassan") :]


async def test_who_waits_for_the_colleague_reads_at_once_that_their_therapist_is_back(
    afternoon: Afternoon, linden: Linden
) -> None:
    where = await afternoon.go(await afternoon.page())
    await afternoon.jo.arrive()
    async with afternoon.house.bus.listen(f"live:visit:{public(afternoon.jo)}") as ears:
        await afternoon.mara.post(f"{where}/undo")
        await asyncio.wait_for(ears.next(), 5)
    assert "Mara" in await afternoon.jo.page()
    (visit,) = [one for one in await afternoon.all_of(Visit) if one.booking_id == afternoon.jo.made.card.id]
    assert (visit.state, visit.therapist_id) == ("waiting", linden.mara.staff_id)


async def test_the_desk_chooses_who_and_a_colleague_sees_nothing_of_it(
    afternoon: Afternoon, desk: Browser, samir: Browser
) -> None:
    assert "Who is away today?" in (await desk.get("/staff/away")).text
    assert "Jo Almeida" in (await desk.get("/staff/away?therapist=mara-lind")).text
    where = await afternoon.go(await afternoon.page())
    assert (await desk.get(where)).status_code == 200
    assert (await samir.get(where)).status_code == 404
    assert (await samir.get("/staff/away?therapist=mara-lind")).status_code == 404
    assert (await samir.post(f"{where}/undo")).status_code == 404


async def test_who_is_offered_another_time_takes_one_by_one_press_and_one_alone(
    afternoon: Afternoon, linden: Linden, browsers: Browsers
) -> None:
    noor = await with_link(afternoon.noor, await browsers())
    where = await afternoon.go(await afternoon.page())
    await afternoon.a_minute_later()
    page = await noor.page()
    assert "Mara Lind cannot be there on Monday 9 March at 15:00. We are sorry." in page
    times = re.findall(r'name="start" value="([^"]+)"', page)
    assert len(times) == 5
    assert not any(start.startswith("2026-03-09") for start in times), "today is closed"
    taken = await noor.browser.post(f"{noor.url}/instead", data={"start": times[1]})
    assert taken.headers["location"] != noor.url
    new = (await noor.browser.get(taken.headers["location"])).text
    assert "Noor" in new
    again = await noor.browser.post(f"{noor.url}/instead", data={"start": times[1]})
    assert again.headers["location"] == taken.headers["location"], "a form that came twice"
    other = await noor.browser.post(f"{noor.url}/instead", data={"start": times[2]})
    assert other.headers["location"] == noor.url
    assert "/instead" not in await noor.page()
    assert (await afternoon.mara.get(where)).status_code == 200


async def test_nobody_takes_another_time_for_one_that_stands_or_that_they_cancelled_themselves(
    jo: Jo, house: House
) -> None:
    start = {"start": "2026-03-12T08:30Z"}
    assert (await jo.browser.post(f"{jo.url}/instead", data=start)).headers["location"] == jo.url
    await jo.browser.post(f"{jo.url}/cancel", data={"sure": "yes"})
    assert (await jo.browser.post(f"{jo.url}/instead", data=start)).headers["location"] == jo.url
    assert "/instead" not in await jo.page()
    rows = await house.db.read(lambda db: db.scalars(select(Booking)))
    assert len(list(rows)) == 1


async def test_a_colleague_outside_of_their_hours_is_named_and_not_proposed(
    afternoon: Afternoon, house: House, linden: Linden
) -> None:
    mornings = (WeeklyHours(0, 9 * 60, 12 * 60),)
    await house.db.unit(lambda db: clinics.set_hours(db, linden.clinic.id, linden.samir.staff_id, mornings))
    page = await afternoon.page()
    of_jo = page[: page.index("Noor Hassan")]
    assert "Samir Haddad takes it, outside of their hours" in of_jo
    assert 'value="samir-haddad" selected' not in of_jo
