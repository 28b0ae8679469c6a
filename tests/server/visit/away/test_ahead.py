"""Time off, closures, hours and a closed account that meet bookings: all are listed, and settled as 'away today' is."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.team.store import set_disabled
from server.booking.tables import Cancellation
from server.booking.unkept.store import unkept
from server.clinic import store as clinics
from server.clinic.rules import Leave, WeeklyHours
from server.house import House
from server.visit.away.store import away_now
from server.visit.away.tables import AwayDay
from tests.server.booking.linden import Linden, booked
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers

pytestmark = pytest.mark.asyncio
DAY, WEEK = timedelta(days=1), timedelta(days=7)
LIST, AHEAD = "/staff/bookings/unkept", "/staff/away/ahead"


async def enter(mara: Browser, **fields: str) -> str:
    day = (START + WEEK).date().isoformat()
    answer = await mara.post("/staff/clinic/leave", data={"whose": "mara-lind", "from_day": day} | fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def settle(browser: Browser, **choices: str) -> str:
    page = (await browser.get(f"{AHEAD}?therapist=mara-lind")).text
    fields = {"therapist": "mara-lind", "id": re.findall(r'name="id" value="(\w+)"', page)[0]}
    for public_id in re.findall(r'name="choice-(\w+)"', page):
        field = page[page.index(f'name="choice-{public_id}"') :]
        proposed = re.findall(r'value="([\w-]+)" selected', field)[0]
        fields[f"choice-{public_id}"] = choices.get(public_id, proposed)
    answer = await browser.post(AHEAD, data=fields)
    assert answer.status_code == 303, answer.text
    again = await browser.post(AHEAD, data=fields)
    assert again.headers["location"] == answer.headers["location"]
    return str(answer.headers["location"])


async def test_leave_that_meets_a_booking_leads_to_it_and_a_colleague_takes_it(
    house: House, linden: Linden, mara: Browser, clock: Clock
) -> None:
    made = await booked(house, linden, START + WEEK, name="Noor Hassan", mail="noor@example.org")
    away = await enter(mara)
    page = (await mara.get(away)).text
    assert "Nobody will keep 1 booking as it is" in page
    assert "Noor Hassan" in page
    assert "Nobody will keep 1 of these" in (await mara.get("/staff/bookings")).text
    while await house.outbox.run_due():
        pass
    house.mailer.sent.clear()
    told = await settle(mara)
    assert "Samir Haddad takes it" in (await mara.get(told)).text
    assert not house.mailer.sent, "nobody is told before a minute is over"
    clock.forward(seconds=61)
    while await house.outbox.run_due():
        pass
    assert any("noor@example.org" in letter.to for letter in house.mailer.sent)
    assert (await mara.get(away)).headers["location"] == "/staff/clinic/leave?notice=kept"
    assert await house.db.read(lambda db: away_now(db, [linden.mara.staff_id], clock())) == {}
    assert made.card.therapist_id == linden.mara.staff_id


async def test_what_was_settled_is_taken_back_within_the_minute(house: House, linden: Linden, mara: Browser) -> None:
    made = await booked(house, linden, START + WEEK, name="Noor")
    await enter(mara)
    told = await settle(mara, **{made.card.public_id: "offer"})
    assert len(await cancelled(house)) == 1
    assert (await mara.post(f"{told}/undo")).status_code == 303
    assert await cancelled(house) == []
    assert "The bookings are as they were" in (await mara.get(told)).text
    leave = await house.db.read(
        lambda db: clinics.leave_between(db, linden.clinic.id, START + 6 * DAY, START + 8 * DAY)
    )
    assert len(leave) == 1, "the time off itself stays"


async def cancelled(house: House) -> list:
    return list(await house.db.read(lambda db: db.scalars(select(Cancellation.booking_id))))


async def test_leave_that_meets_nobody_goes_straight_on(mara: Browser) -> None:
    answer = await mara.get(await enter(mara))
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/clinic/leave?notice=kept")


async def test_a_colleagues_bookings_are_nobodys_to_see_but_the_desks(
    house: House, linden: Linden, mara: Browser, browsers: Browsers
) -> None:
    await booked(house, linden, START + WEEK, therapist=linden.samir.staff_id, name="Yara Stein")
    closure = Leave(uuid4(), None, START + WEEK - DAY, START + WEEK + DAY)
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, closure))
    assert "Yara Stein" not in (await mara.get(LIST)).text
    assert (await mara.get(f"{AHEAD}?therapist=samir-haddad")).status_code == 404
    assert (await mara.post(AHEAD, data={"therapist": "samir-haddad", "id": uuid4().hex})).status_code == 404
    desk = await browsers()
    await sign_in_as(desk, house, linden, Role.FRONT_DESK)
    assert "the clinic is closed" in (await desk.get(LIST)).text


async def test_hours_that_are_narrowed_and_a_closed_account_are_listed_too(
    house: House, linden: Linden, clock: Clock
) -> None:
    mara = linden.mara.staff_id
    await booked(house, linden, START + WEEK, name="Noor")

    async def reasons(db: AsyncSession) -> list[str]:
        return [one.why for one in await unkept(db, linden.clinic.id, mara, clock())]

    assert await house.db.read(reasons) == []
    mornings = (WeeklyHours(0, 8 * 60, 9 * 60),)
    await house.db.unit(lambda db: clinics.set_hours(db, linden.clinic.id, mara, mornings, None))
    assert await house.db.read(reasons) == ["hours"]
    await house.db.unit(lambda db: set_disabled(db, mara, clock()))
    assert await house.db.read(reasons) == ["left"]
    assert await house.db.read(lambda db: db.scalar(select(AwayDay.id))) is None
