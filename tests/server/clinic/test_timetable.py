"""Hours and time off: one's own for therapists, everybody's for admins, nobody's for a stranger."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from server.access import Role
from server.clinic import store
from server.clinic.met import way_by
from server.clinic.rules import Service, WeeklyHours, usual_week
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio

SERVICE = Service(uuid4(), "A talk", "", timedelta(minutes=30), timedelta(), timedelta())
TUESDAY = {"d1a_from": "10:00", "d1a_until": "12:30", "d1b_from": "20:00", "d1b_until": "00:00"}


async def hours_of(house, card):
    return (await house.db.read(lambda db: store.hours(db, [card.staff_id])))[card.staff_id]


async def leave_ahead(house, clinic, clock):
    return await house.db.read(lambda db: store.leave_between(db, clinic.id, clock.now, clock.now.replace(year=2027)))


async def test_a_therapist_is_led_to_their_own_hours_and_keeps_them(client, house, mara, samir) -> None:
    await let_in(client, house, mara.staff_id)
    assert (await client.get("/staff/clinic/hours")).headers["location"] == "/staff/clinic/hours/mara"
    assert "When you have time" in (await client.get("/staff/clinic/hours/mara")).text
    assert (await client.post("/staff/clinic/hours/mara", data=TUESDAY)).status_code == 303
    assert await hours_of(house, mara) == (WeeklyHours(1, 600, 750), WeeklyHours(1, 1200, 1440))
    page = (await client.get("/staff/clinic/hours/mara?notice=kept")).text
    assert 'value="20:00"' in page
    assert "Kept." in page


async def test_a_service_may_have_hours_of_its_own(client, house, clinic, mara) -> None:
    await house.db.unit(lambda db: store.set_hours(db, clinic.id, mara.staff_id, usual_week()))
    talk = replace(SERVICE, id=uuid4())
    await house.db.unit(lambda db: store.add_service(db, clinic.id, talk))
    await let_in(client, house, mara.staff_id)
    own = f"/staff/clinic/hours/mara?service={talk.id}"
    assert (await client.get(own)).status_code == 404
    await house.db.unit(lambda db: store.offer(db, talk.id, [mara.staff_id]))
    week = (await client.get("/staff/clinic/hours/mara")).text
    assert f"?service={talk.id}" in week
    assert "as the week" in week
    page = (await client.get(own)).text
    assert "Hours for ‘A talk’ alone" in page
    assert 'value="09:00"' not in page
    assert (await client.post(own, data=TUESDAY)).headers["location"] == way_by(f"{own}&notice=kept")
    assert await hours_of(house, mara) == usual_week()
    assert "hours of its own" in (await client.get("/staff/clinic/hours/mara")).text
    found = await house.db.read(lambda db: store.hours(db, [mara.staff_id], talk.id))
    assert found == {mara.staff_id: (WeeklyHours(1, 600, 750), WeeklyHours(1, 1200, 1440))}


async def test_hours_that_make_no_sense_come_back_as_typed(client, house, clinic, mara) -> None:
    await house.db.unit(lambda db: store.set_hours(db, clinic.id, mara.staff_id, usual_week()))
    await let_in(client, house, mara.staff_id)
    answer = await client.post("/staff/clinic/hours/mara", data=TUESDAY | {"d1a_until": "09:00"})
    assert answer.status_code == 422
    assert "This ends before it begins." in answer.text
    assert 'value="09:00"' in answer.text
    assert await hours_of(house, mara) == usual_week()


async def test_a_colleagues_hours_are_not_there(client, house, mara, samir) -> None:
    await let_in(client, house, mara.staff_id)
    assert (await client.get("/staff/clinic/hours/samir")).status_code == 404
    assert (await client.post("/staff/clinic/hours/samir", data=TUESDAY)).status_code == 404
    assert await hours_of(house, samir) == ()


async def test_an_admin_sets_everybodys_hours(client, house, clinic, mara, samir) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    page = (await client.get("/staff/clinic/hours")).text
    assert "Mara" in page
    assert "no hours yet" in page
    await client.post("/staff/clinic/hours/samir", data=TUESDAY)
    assert len(await hours_of(house, samir)) == 2
    assert "20:00–0:00" in (await client.get("/staff/clinic/hours")).text


async def test_the_front_desk_and_another_clinic_do_not_reach_hours(client, house, clinic, mara) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Dora", Role.FRONT_DESK))
    assert (await client.get("/staff/clinic/hours/mara")).status_code == 403
    other = await make_clinic(house, slug="other")
    await let_in(client, house, await make_staff(house, other, "Olga", Role.ADMIN))
    assert (await client.get("/staff/clinic/hours/mara")).status_code == 404


async def test_time_off_is_added_shown_and_taken_back(client, house, clinic, mara, clock) -> None:
    await let_in(client, house, mara.staff_id)
    fields = {"whose": "mara", "from_day": "2026-03-16", "until_day": "2026-03-18"}
    assert (await client.post("/staff/clinic/leave", data=fields)).status_code == 303
    (leave,) = await leave_ahead(house, clinic, clock)
    assert (leave.therapist_id, (leave.until_at - leave.from_at).days) == (mara.staff_id, 3)
    assert "1 time off lies ahead" in (await client.get("/staff/clinic/leave")).text
    assert (await client.post(f"/staff/clinic/leave/{leave.id}/drop")).status_code == 303
    assert await leave_ahead(house, clinic, clock) == []


async def test_only_an_admin_closes_the_clinic_or_reopens_it(client, house, clinic, mara, clock) -> None:
    closing = {"whose": "clinic", "from_day": "2026-03-16"}
    await let_in(client, house, mara.staff_id)
    assert (await client.post("/staff/clinic/leave", data=closing)).status_code == 403
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    await client.post("/staff/clinic/leave", data=closing)
    (closure,) = await leave_ahead(house, clinic, clock)
    assert closure.therapist_id is None
    await let_in(client, house, mara.staff_id)
    assert "The whole clinic" in (await client.get("/staff/clinic/leave")).text
    assert (await client.post(f"/staff/clinic/leave/{closure.id}/drop")).status_code == 404


async def test_a_colleagues_time_off_is_neither_seen_nor_taken_back(client, house, clinic, mara, samir, clock) -> None:
    await let_in(client, house, samir.staff_id)
    await client.post("/staff/clinic/leave", data={"whose": "samir", "from_day": "2026-03-16"})
    (leave,) = await leave_ahead(house, clinic, clock)
    await let_in(client, house, mara.staff_id)
    assert "No time off lies ahead" in (await client.get("/staff/clinic/leave")).text
    assert (await client.post(f"/staff/clinic/leave/{leave.id}/drop")).status_code == 404
    assert (
        await client.post("/staff/clinic/leave", data={"whose": "samir", "from_day": "2026-03-16"})
    ).status_code == 403


async def test_time_off_without_a_day_is_asked_again(client, house, mara) -> None:
    await let_in(client, house, mara.staff_id)
    answer = await client.post("/staff/clinic/leave", data={"whose": "mara", "from_day": "", "from_time": "13:00"})
    assert answer.status_code == 422
    assert 'value="13:00"' in answer.text


async def test_a_therapist_whom_nobody_can_book_reads_whom_to_ask(client, house, clinic, mara) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Noor", Role.THERAPIST))
    hours = (await client.get("/staff/clinic/hours")).text
    assert "You cannot be booked yet" in hours
    leave = (await client.get("/staff/clinic/leave")).text
    assert "Ask an admin of your clinic" in leave
    assert 'name="whose"' not in leave


async def test_a_therapist_is_not_led_to_pages_of_admins(client, house, clinic, mara) -> None:
    for staff_id in (mara.staff_id, await make_staff(house, clinic, "Noor", Role.THERAPIST)):
        await let_in(client, house, staff_id)
        for path in ("/staff/clinic/hours", "/staff/clinic/hours/mara", "/staff/clinic/leave"):
            page = (await client.get(path)).text
            assert 'href="/staff/clinic"' not in page
            assert 'href="/staff/clinic/therapists"' not in page
