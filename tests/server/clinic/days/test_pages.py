"""Single days and public holidays as staff set them: own ones for therapists, everybody's for admins."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic import store as clinics
from server.clinic.days import store
from server.clinic.met import way_by
from server.clinic.rules import WeeklyHours
from tests.server.booking.linden import a_service
from tests.server.clinic.made import let_in, make_clinic, make_staff, make_therapist

pytestmark = pytest.mark.asyncio

THURSDAY = date(2026, 3, 12)
SHORT = {"day": "2026-03-12", "a_from": "10:00", "a_until": "12:00", "b_from": "14:00", "b_until": "15:00"}
DAYS = "/staff/clinic/hours/mara/days"


async def ahead(house, card):
    return await house.db.read(lambda db: store.days_ahead(db, card.staff_id, date(2026, 3, 9)))


async def test_a_therapist_gives_a_day_hours_of_its_own_and_takes_them_back(client, house, mara) -> None:
    await let_in(client, house, mara.staff_id)
    assert "None lies ahead: the week holds." in (await client.get(DAYS)).text
    assert (await client.post(DAYS, data=SHORT)).headers["location"] == way_by(f"{DAYS}?notice=kept")
    assert await ahead(house, mara) == {(THURSDAY, None): (WeeklyHours(3, 600, 720), WeeklyHours(3, 840, 900))}
    page = (await client.get(DAYS)).text
    assert "10:00–12:00, 14:00–15:00" in page
    assert (await client.post(DAYS, data={"day": "2026-03-12"})).status_code == 303
    assert await ahead(house, mara) == {(THURSDAY, None): ()}
    assert "no hours" in (await client.get(DAYS)).text
    assert (await client.post(f"{DAYS}/2026-03-12/drop")).headers["location"] == f"{DAYS}?notice=week-again"
    assert await ahead(house, mara) == {}
    assert (await client.post(f"{DAYS}/2026-03-12/drop")).status_code == 404
    assert (await client.post(f"{DAYS}/yesterday/drop")).status_code == 404
    noted = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert sorted(noted) == ["day.changed", "day.changed", "day.dropped"]


async def test_a_day_for_one_service_alone_says_so_and_is_taken_back_by_itself(client, house, clinic, mara) -> None:
    session, group = a_service("A session"), a_service("TMS treatment")

    async def work(db) -> None:
        for service in (session, group):
            await clinics.add_service(db, clinic.id, service)
            await clinics.offer(db, service.id, [mara.staff_id])
        await clinics.set_hours(db, clinic.id, mara.staff_id, [WeeklyHours(3, 540, 720)], group.id)

    await house.db.unit(work)
    await let_in(client, house, mara.staff_id)
    assert "With hours of their own: TMS treatment." in (await client.get(DAYS)).text
    await client.post(DAYS, data=SHORT)
    assert (await client.post(DAYS, data=SHORT | {"service": str(group.id)})).status_code == 303
    hours = (WeeklyHours(3, 600, 720), WeeklyHours(3, 840, 900))
    assert await ahead(house, mara) == {(THURSDAY, None): hours, (THURSDAY, group.id): hours}
    assert "Thursday 12 March, TMS treatment<" in (await client.get(DAYS)).text
    assert (await client.post(DAYS, data=SHORT | {"service": str(uuid4())})).status_code == 422
    dropped = await client.post(f"{DAYS}/2026-03-12/drop", data={"service": str(group.id)})
    assert dropped.status_code == 303
    assert await ahead(house, mara) == {(THURSDAY, None): hours}
    assert (await client.post(f"{DAYS}/2026-03-12/drop", data={"service": "odd"})).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-03-08"}, "This day is over."),
        ({"day": "12.3."}, "A day is written like"),
        ({"a_until": ""}, "One of the two times is missing."),
        ({"b_until": "13:00"}, "This ends before it begins."),
    ],
)
async def test_what_makes_no_sense_comes_back_as_typed(client, house, mara, typed, said) -> None:
    await let_in(client, house, mara.staff_id)
    answer = await client.post(DAYS, data=SHORT | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="10:00"' in answer.text
    assert await ahead(house, mara) == {}


async def test_a_colleagues_days_are_not_there_and_an_admin_may_set_everybodys(client, house, clinic, mara) -> None:
    await let_in(client, house, (await make_therapist(house, clinic, "Samir")).staff_id)
    assert (await client.get(DAYS)).status_code == 404
    assert (await client.post(DAYS, data=SHORT)).status_code == 404
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    assert "the hours of Mara differ" in (await client.get(DAYS)).text
    assert (await client.post(DAYS, data=SHORT)).status_code == 303


async def test_an_admin_closes_on_holidays_but_for_one(client, house, clinic) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    page = (await client.get("/staff/clinic/holidays")).text
    assert "Public holidays are days like others" in page
    assert "Easter Monday" in page
    address = "/staff/clinic/holidays"
    assert (await client.post(address, data={"region": "BE", "close": "yes"})).status_code == 303
    page = (await client.get(address)).text
    assert "You are closed on public holidays" in page
    shown = ["2026-04-03", "2026-04-06"]
    sent = {"region": "BE", "close": "yes", "shown": shown, "closed": ["2026-04-03"]}
    assert (await client.post(address, data=sent)).status_code == 303
    kept = await house.db.read(lambda db: clinics.clinic_of(db, clinic.id))
    assert (kept.region, kept.closes_on_holidays, kept.works_on) == ("BE", True, {date(2026, 4, 6)})
    assert (await client.post(address, data={"region": "XX", "close": "yes"})).status_code == 422


async def test_the_door_is_closed_on_a_holiday(client, house, clinic, clock) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    week = {f"d{day}a_{side}": at for day in range(7) for side, at in (("from", "08:00"), ("until", "18:00"))}
    await client.post("/staff/clinic/opening", data=week)
    await client.post("/staff/clinic/holidays", data={"region": "", "close": "yes"})
    clock.now = clock.now.replace(month=4, day=6, hour=8)
    assert "We are closed now" in (await client.get("/c/linden/waiting-room")).text


async def test_where_the_country_is_not_told_the_page_asks_for_it(client, house) -> None:
    made = await make_clinic(house, slug="nowhere", country="")
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    assert "Choose the country" in (await client.get("/staff/clinic/holidays")).text
