"""Who sees that an answer needs somebody, who may say that they look after it, and what each of them then reads."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.house import House
from server.record.own import own_looks
from server.safety.alerts.tables import Alert
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, booked_this_morning, signed_in
from tests.server.visit.risk.test_climb import climb_for, on_call
from tests.server.visit.test_measures import flags_on

pytestmark = pytest.mark.asyncio


async def alert_id(house: House):
    return await house.db.read(lambda db: db.scalar(select(Alert.id)))


async def test_who_was_called_sees_no_name_and_whoever_answers_is_named_to_all(
    house: House, linden: Linden, jo: Jo, tap, dana, mara: Browser, samir: Browser, browsers: Browsers, clock: Clock
) -> None:
    desk = await signed_in(house, await browsers(), dana)
    await on_call(house, linden, linden.samir.staff_id, 8, 20)
    clock.now = START - timedelta(hours=1)
    assert "You are on call until Monday 9 March, 20:00." in (await samir.get("/staff/day/waiting")).text
    assert "on call until" not in (await mara.get("/staff/day/waiting")).text
    await tap("phq9_9", 1)
    await house.alerts.run_due()
    assert "An answer of Jo Almeida needs you." in (await mara.get("/staff")).text
    for other in (samir, desk):
        assert "needed" not in (await other.get("/staff/day/waiting")).text
    await climb_for(house, clock, minutes=5)
    page = f"/staff/risk/{await alert_id(house)}"
    for part in ((await desk.get("/staff")).text, (await desk.get("/staff/day/waiting")).text):
        assert "Somebody is needed." in part
        assert f'action="{page}/take"' in part
        assert f'data-waits="risk-{await alert_id(house)}"' in part
    assert "Jo Almeida" in (await desk.get(page)).text, "the desk sees names and contacts"
    assert "question 9" not in (await desk.get(page)).text, "and never what was answered"
    assert "Almeida" not in (await samir.get(page)).text
    await climb_for(house, clock, minutes=5)
    assert "Somebody is needed." in (await samir.get("/staff")).text
    for browser in (samir, desk):  # the first one counts
        assert (await browser.post(f"{page}/take")).headers["location"] == page
    own = (await samir.get(page)).text
    assert "You have looked after it since Monday 9 March" in own
    assert "Jo Almeida" in own
    assert "question 9" in own
    for other in (mara, desk):
        assert re.search(r"Samir .* has looked after", (await other.get("/staff")).text)
    assert "you have not seen it yet" in (await mara.get("/staff")).text
    await climb_for(house, clock, minutes=61)
    later = await (await signed_in(house, desk, dana)).get("/staff")
    assert later.status_code == 200
    assert "looked after" not in later.text
    closed = await house.db.read(lambda db: db.scalar(select(Alert)))
    assert (closed.closed_by, closed.closed_why) == (linden.samir.staff_id, "answered")
    actions = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert actions.count("measure.alert_answered") == 1
    assert actions.count("measure.alert_seen") == 3, "looks that showed somebody: two of the desk, one of Samir"


async def test_a_change_is_added_and_what_the_therapist_saw_calls_nobody(
    house: House, jo: Jo, tap, dana, mara: Browser, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("phq9_9", 2)
    await house.alerts.run_due()
    clock.forward(minutes=1)
    await tap("phq9_9", 0, 2)
    lead = (await mara.get(jo.staff_url)).text
    for told in ("‘More than half the days’", "‘Not at all’", "what was said before stands"):
        assert told in lead
    assert "needs you at once" in (await mara.get("/staff")).text
    page = (await mara.get(f"/staff/risk/{await alert_id(house)}")).text
    assert "‘More than half the days’" in page
    assert (await mara.post(f"{jo.staff_url}/measures/saw", data=flags_on(lead))).status_code == 303
    assert "needs you" not in (await mara.get("/staff")).text
    before = await house.db.read(lambda db: db.scalar(select(Alert.closed_why)))
    assert before == "answered"
    assert "urgent:colleague" not in await climb_for(house, clock, minutes=10)
    await tap("phq9_9", 1, 3)
    assert "needs you" in (await mara.get("/staff")).text, "a new answer is a new alert"


async def test_a_quiet_answer_that_came_first_takes_nothing_from_the_one_after_it(
    jo: Jo, tap, mara: Browser, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("phq9_9", 0)
    clock.forward(minutes=1)
    await tap("phq9_9", 1, 2)
    lead = (await mara.get(jo.staff_url)).text
    assert lead.index("‘Not at all’") < lead.index("‘Several days’")
    assert "what was said before stands" not in lead, "nothing was said before"


async def test_who_presses_on_a_quieter_alert_reads_the_louder_one_first(
    house: House, linden: Linden, tap, samir: Browser, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("phq9_9", 1)
    quiet = await alert_id(house)
    await tap("phq9_9", 3, 2)
    answer = await samir.post(f"/staff/risk/{quiet}/take")
    (louder,) = await house.db.read(lambda db: _open(db))
    assert answer.headers["location"] == f"/staff/risk/{louder}", "nobody was told that it is urgent by now"
    assert "urgent" in (await samir.get(f"/staff/risk/{louder}")).text
    for _ in range(2):
        assert (await samir.post(f"/staff/risk/{louder}/take")).headers["location"] == f"/staff/risk/{louder}"
    assert await house.db.read(lambda db: _open(db)) == []


async def _open(db):
    return list(await db.scalars(select(Alert.id).where(Alert.closed_at.is_(None))))


async def test_nobody_of_another_clinic_and_no_link_opens_it(
    house: House, jo: Jo, tap, dana, browsers: Browsers, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("phq9_9", 1)
    page = f"/staff/risk/{await alert_id(house)}"
    assert (await jo.browser.get(page)).status_code in {303, 401, 403}
    assert (await jo.browser.post(f"{page}/take")).status_code in {303, 401, 403}
    assert (await (await browsers()).get(page)).status_code == 303
    closed = await house.db.read(lambda db: db.scalar(select(Alert.closed_at)))
    assert closed is None


async def test_an_admin_sets_the_times_and_a_colleague_may_not(house: House, linden: Linden, asks, mara, browsers):
    from server.access import Role

    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    path = "/staff/clinic/measures/danger"
    page = (await admin.get(path)).text
    assert "has confirmed these times" in page
    sent = {f"{kind}_{rung}": "7" for kind in ("risk", "urgent") for rung in ("therapist", "colleague", "roster")}
    assert (await admin.post(path, data=sent)).status_code == 303
    assert (await admin.get(path)).text.count('value="7"') == 6
    assert (await admin.post(path, data={**sent, "risk_roster": "6"})).status_code == 422
    assert (await mara.post(path, data=sent)).status_code == 403


async def test_a_mail_says_that_somebody_is_needed_and_nothing_else(
    house: House, linden: Linden, jo: Jo, tap, dana, mara: Browser, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("asq_5", 1)
    await house.alerts.run_due()
    await house.outbox.run_due()
    (letter,) = [one for one in house.mailer.sent if "needs you" in one.subject]
    assert letter.subject == "Please look at once: somebody needs you since 14:00"
    assert letter.for_staff
    told = letter.subject + letter.text + letter.html
    assert not [word for word in ("Jo", "Almeida", "Mara", "answer", "therap") if word in told]
    await climb_for(house, clock, minutes=2)
    house.mailer.sent.clear()
    await mara.post(f"/staff/risk/{await alert_id(house)}/take")
    await house.outbox.run_due()
    assert house.mailer.sent == [], "what was queued is not sent once somebody answered"


async def test_in_a_visit_with_somebody_else_the_therapist_reads_that_they_are_needed_and_no_name(
    house: House, linden: Linden, jo: Jo, tap, mara: Browser, browsers: Browsers, clock: Clock
) -> None:
    made = await booked_this_morning(house, linden, clock, START + timedelta(hours=1))
    others = f"/staff/visit/{made.card.public_id}/others"
    assert "needs you" not in (await mara.get(others)).text
    await tap("phq9_9", 1)
    part = (await mara.get(others)).text
    assert "Somebody else needs you." in part
    assert "Almeida" not in part
    assert "needs you" not in (await mara.get(f"{jo.staff_url}/others")).text, "their own banner says it there"


async def test_who_looked_after_a_first_answer_does_not_look_after_a_worse_one(
    house: House, linden: Linden, jo: Jo, tap, dana, mara: Browser, samir: Browser, browsers: Browsers, clock: Clock
) -> None:
    desk = await signed_in(house, await browsers(), dana)
    clock.now = START - timedelta(minutes=10)
    await tap("phq9_9", 1)
    await house.alerts.run_due()
    first = await alert_id(house)
    assert (await samir.post(f"/staff/risk/{first}/take")).status_code == 303
    assert re.search(r"Samir .* has looked after", (await mara.get("/staff")).text)
    clock.forward(minutes=2)
    await tap("phq9_9", 3, 2)
    await house.alerts.run_due()
    open_ones = await house.db.read(lambda db: db.scalars(select(Alert.id).where(Alert.closed_at.is_(None))))
    (second,) = open_ones
    assert "looked after" not in (await mara.get("/staff")).text
    assert jo.made.card.public_id in (await mara.get("/staff/day/came")).text, "it makes itself heard again"
    page = (await desk.get(f"/staff/risk/{second}")).text
    assert f'action="/staff/risk/{second}/take"' in page
    assert "looked after" not in page
    assert (await desk.get(f"/staff/risk/{first}")).headers["location"] == f"/staff/risk/{second}"
    await samir.post(f"/staff/risk/{second}/take")
    assert re.search(r"Samir .* has looked after", (await desk.get(f"/staff/risk/{second}")).text)
    assert re.search(r"Samir .* has looked after", (await mara.get("/staff")).text)


async def test_the_patient_reads_who_opened_what_called(
    house: House, linden: Linden, jo: Jo, tap, samir: Browser, clock: Clock
) -> None:
    await on_call(house, linden, linden.samir.staff_id, 8, 20)
    clock.now = START - timedelta(hours=1)
    await tap("phq9_9", 1)
    await climb_for(house, clock, minutes=12)
    page = f"/staff/risk/{await alert_id(house)}"
    await samir.post(f"{page}/take")
    assert "Jo Almeida" in (await samir.get(page)).text
    looks = await own_looks(house, linden.clinic.id, jo.made.card.patient_id)
    assert [(one.who, one.what) for one in looks] == [("Samir Haddad", "measure.alert_seen")]


async def test_who_looks_after_one_measure_does_not_look_after_another_of_the_same_booking(
    house: House, jo: Jo, tap, mara: Browser, samir: Browser, clock: Clock
) -> None:
    clock.now = START - timedelta(minutes=10)
    await tap("phq9_9", 1)
    await house.alerts.run_due()
    await samir.post(f"/staff/risk/{await alert_id(house)}/take")
    clock.forward(minutes=2)
    await tap("asq_5", 1, 1)
    assert "looked after" not in (await mara.get("/staff")).text


async def test_what_stands_beside_the_picture_leaves_one_trace_for_each_state_of_it(
    house: House, linden: Linden, jo: Jo, tap, mara: Browser, clock: Clock
) -> None:
    async def traces() -> int:
        asked = select(AuditEntry.detail).where(AuditEntry.action == "visit.part_seen")
        found = (await house.db.read(lambda db: db.scalars(asked))).all()
        return sum(one["page"] == "measures" for one in found)

    part = f"{jo.staff_url}/measures"
    await mara.get(part)
    assert await traces() == 0, "nothing of theirs stands there"
    clock.now = START - timedelta(hours=1)
    for value, most in ((1, 1), (3, 2)):
        await tap("phq9_9", value, most)
        for _ in range(2):
            assert (await mara.get(part)).status_code == 200
            clock.forward(minutes=1)
        assert await traces() == most
    for other in ("between", "checklist"):
        assert (await mara.get(f"{jo.staff_url}/{other}")).status_code == 200
    looks = await own_looks(house, linden.clinic.id, jo.made.card.patient_id)
    assert ("Mara Lind", "visit.part_seen", "measures") in [(one.who, one.what, one.part) for one in looks]
    assert ("Mara Lind", "visit.part_seen", "checklist") in [(one.who, one.what, one.part) for one in looks]
