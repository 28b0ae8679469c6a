"""An answer that speaks of danger and that no booking asked: who is called, who sees it where, and who says so."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.accounts.store import join
from server.accounts.team.store import set_disabled
from server.audit.tables import AuditEntry
from server.measures.tables import MeasureFlag
from server.patients.care.store import share
from server.programmes.asking.loop import ask_due
from server.safety.alerts.tables import Alert
from tests.server.visit.conftest import START, add_staff, signed_in
from tests.server.visit.risk.test_climb import called, climb_for

pytestmark = pytest.mark.asyncio
LOUDER = {"item": "phq9_9", "value": "2", "number": "2"}
NINE = {"item": "phq9_9", "value": "1", "number": "1"}


@pytest_asyncio.fixture
async def alone(course, phone, mara, jo, house, linden, dana, asks, clock):
    """Jo met Mara two days ago, has no booking ahead, and her course asks her in her space; the clinic is open."""
    clock.now = START + timedelta(days=2, hours=-3)
    await signed_in(house, mara, linden.mara.staff_id)
    assert await ask_due(house) == 2
    return f"/me/asked/{jo.made.card.patient_id}/phq9"


async def alerts(house) -> list[Alert]:
    async def work(db):
        return list(await db.scalars(select(Alert).order_by(Alert.made_at, Alert.id)))

    return await house.db.read(work)


async def leaves(house, owner, staff_id) -> None:
    """An admin closes the account by its page."""
    assert (await owner.post(f"/staff/team/{staff_id}/disable")).status_code == 303
    await house.outbox.run_due()


@pytest_asyncio.fixture
async def owner(house, linden, browsers, clock):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def test_where_no_message_reaches_anybody_an_open_clinic_is_told_of_nothing(alone, phone, house) -> None:
    house.mailer.sends = house.texter.sends = False
    kept = (await phone.post(f"{alone}/answer", data=NINE)).json()
    assert kept["watch"].startswith("The clinic is open, and this answer stands on its page. No message tells anybody")
    house.mailer.sends = True
    assert "is told of this answer" in (await phone.post(f"{alone}/answer", data=LOUDER)).json()["watch"]


async def test_the_answer_itself_calls_who_began_the_course_and_says_kindly_where_help_is(
    alone, phone, mara, house, linden, dana, clock
) -> None:
    kept = (await phone.post(f"{alone}/answer", data=NINE)).json()
    assert kept["watch"].startswith("The clinic is open and is told of this answer.")
    assert "Mara" not in kept["watch"]
    page = (await phone.get(alone)).text
    assert "Thank you for saying so" in page
    await climb_for(house, clock, minutes=2)
    assert set(await called(house)) == {("therapist", linden.mara.staff_id.hex)}
    today = (await mara.get("/staff")).text
    assert "An answer of Jo Almeida needs you." in today
    (alert,) = await alerts(house)
    assert f'href="/staff/risk/{alert.id}"' in today
    assert str(alert.id) in (await mara.get("/staff/day/came")).text
    page = (await mara.get(f"/staff/risk/{alert.id}")).text
    assert "An answer of Jo Almeida speaks of danger" in page
    assert "question 9" in page
    assert "Open the visit" not in page
    await climb_for(house, clock, minutes=4)
    assert ("colleague", dana.hex) in await called(house)


async def test_it_is_taken_and_seen_on_its_page_once(alone, phone, mara, samir, house, linden, clock) -> None:
    await phone.post(f"{alone}/answer", data=NINE)
    await house.alerts.run_due()
    (alert,) = await alerts(house)
    page = f"/staff/risk/{alert.id}"
    assert "Almeida" not in (await samir.get(page)).text
    assert (await samir.post(f"{page}/saw", data={"flags": "x"})).status_code == 404, "he does not treat her"
    assert (await samir.post(f"{page}/take")).status_code == 303
    assert "Jo Almeida" in (await samir.get(page)).text
    assert "has looked after it since" in (await mara.get("/staff")).text
    flags = re.search(r'name="flags" value="([^"]+)"', (await mara.get(page)).text)[1]
    for _ in range(2):
        assert (await mara.post(f"{page}/saw", data={"flags": flags})).status_code == 303
    assert "Jo Almeida needs you" not in (await mara.get("/staff")).text
    seen = await house.db.read(lambda db: db.scalar(select(MeasureFlag)))
    assert seen.seen_by == linden.mara.staff_id
    actions = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert actions.count("measure.flag_seen") == actions.count("measure.alert_answered") == 1


async def test_what_came_after_the_page_was_looked_at_calls_on(alone, phone, mara, house, clock) -> None:
    await phone.post(f"{alone}/answer", data=NINE)
    await house.alerts.run_due()
    (alert,) = await alerts(house)
    page = f"/staff/risk/{alert.id}"
    flags = re.search(r'name="flags" value="([^"]+)"', (await mara.get(page)).text)[1]
    await phone.post(f"{alone}/answer", data=NINE | {"value": "2", "number": "2"})
    await mara.post(f"{page}/saw", data={"flags": flags})
    assert "Jo Almeida needs you" in (await mara.get("/staff")).text


async def test_who_took_it_and_works_there_no_more_leaves_it_to_others(
    alone, phone, mara, samir, owner, house, linden, clock
) -> None:
    await phone.post(f"{alone}/answer", data=NINE)
    await house.alerts.run_due()
    (alert,) = await alerts(house)
    await samir.post(f"/staff/risk/{alert.id}/take")
    clock.forward(minutes=1)
    await leaves(house, owner, linden.samir.staff_id)
    await leaves(house, owner, linden.samir.staff_id)
    first, again = await alerts(house)
    assert (first.closed_by, again.closed_at) == (linden.samir.staff_id, None)
    assert "Nobody has said that they saw it." in (await mara.get("/staff")).text
    await climb_for(house, clock, minutes=2)
    assert (await called(house))["therapist", linden.mara.staff_id.hex] == 1


async def test_without_who_began_the_course_all_who_treat_her_see_it_and_others_no_name(
    alone, phone, samir, owner, house, linden, dana, browsers, clock
) -> None:
    kit = await add_staff(house, linden.clinic.id, Role.THERAPIST)
    await house.db.unit(lambda db: join(db, kit, house.clock()))
    colleague = await signed_in(house, await browsers(), kit)
    desk = await signed_in(house, await browsers(), dana)
    await house.db.unit(lambda db: set_disabled(db, linden.mara.staff_id, house.clock()))
    await phone.post(f"{alone}/answer", data=NINE)
    await climb_for(house, clock, minutes=6)
    assert ("colleague", dana.hex) in await called(house)
    told = (await desk.get("/staff")).text
    assert "Somebody gave an answer that speaks of danger." in told
    assert "Jo Almeida needs you" not in (await colleague.get("/staff")).text, "she does not treat her"
    await house.db.unit(lambda db: share(db, linden.clinic.id, 0, None, house.clock(), shared=True))
    (alert,) = await alerts(house)
    for treating in (colleague, samir):
        assert "An answer of Jo Almeida needs you." in (await treating.get("/staff")).text
    page = (await colleague.get(f"/staff/risk/{alert.id}")).text
    assert "question 9" in page
    flags = re.search(r'name="flags" value="([^"]+)"', page)[1]
    await colleague.post(f"/staff/risk/{alert.id}/saw", data={"flags": flags})
    assert "Jo Almeida needs you" not in (await samir.get("/staff")).text
    assert (await alerts(house))[0].closed_by == kit


async def test_out_of_hours_nobody_is_said_to_watch(alone, phone, house, clock) -> None:
    clock.now = START + timedelta(days=2, hours=7)
    kept = (await phone.post(f"{alone}/answer", data=NINE)).json()
    assert kept["watch"].startswith("Nobody at the clinic sees this answer before")
