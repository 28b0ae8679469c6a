"""The link of a booking opens that booking alone; what is more somebody has to say, and nothing is guessed."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.access import Action
from server.patients.acting import store as acting
from server.patients.acting.rules import ActingRules, Arrangement, Helper, Kind, Told
from server.routing import GuardedRoute
from tests.server.booking.linden import THURSDAY, booked
from tests.server.conftest import MONDAY
from tests.server.home.space.device import Device
from tests.server.home.space.ways import come_in, handed_over, with_passkey
from tests.server.letters.conftest import take_letters
from tests.server.test_gate import filled, guarded
from tests.server.visit.conftest import with_link

pytestmark = pytest.mark.asyncio
JO, ANA = "jo.almeida@example.org", "ana@example.org"


async def test_a_link_opens_no_route_of_a_space(app, house, jo, mara, browsers):
    own = await browsers()
    await take_letters(house, jo.made.card.clinic_id)
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    inside = [(route, method) for route, method in guarded(app) if route.action in {Action.SPACE, Action.MINE}]
    assert len(inside) >= 6
    for route, method in inside:
        for browser in (jo.browser, mara):
            answer = await browser.request(method, filled(route.path))
            assert (answer.status_code, answer.headers["location"]) == (303, "/me/sign-in"), (method, route.path)
            asked = await browser.request(method, filled(route.path), headers={"accept": "application/json"})
            assert asked.status_code == 401, (method, route.path)
    reads = [route for route, method in inside if method == "GET" and "{" not in route.path]
    answers = {route.path: await own.get(route.path) for route in reads}
    assert answers.pop("/me/new").headers["location"] == "/me"
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)


async def test_a_space_opens_nothing_of_staff_and_a_login_of_staff_no_space(app, house, jo, mara, browsers):
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), JO)
    staff = [one for one, method in guarded(app) if one.path.startswith("/staff") and method == "GET"]
    assert all([not _is_open(await own.get(filled(route.path)), route) for route in staff])


def _is_open(answer, route: GuardedRoute) -> bool:
    return answer.status_code == 200 and route.action not in {Action.SIGN_IN, Action.PUBLIC, Action.SET_UP}


async def test_a_booking_is_theirs_too_when_they_say_so_and_only_that_one(
    house, linden, clock, jo, mara, desk, browsers
):
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    other = await booked(house, linden, THURSDAY, name="Jo Almeida")
    page = f"/visit/{other.card.public_id}"
    assert (await phone.post(f"{page}/space/mine")).status_code == 404, "without its link"
    await with_link(other, phone)
    asked = await phone.get(f"{page}/space")
    assert "Is this time yours too?" in asked.text
    assert other.card.public_id not in (await phone.get("/me")).text, "opening the link is not saying so"
    for _ in range(2):
        assert (await phone.post(f"{page}/space/mine")).headers["location"] == "/me?notice=added"
    assert other.card.public_id in (await phone.get("/me")).text
    phone.cookies.delete(f"visit-{other.card.public_id}")
    assert (await phone.get(page)).status_code == 200
    clock.now = other.card.link_ends_at
    assert (await phone.get(page)).status_code == 404, "as long as its link would"
    assert other.card.public_id not in (await phone.get("/me")).text
    clock.now = MONDAY.replace(hour=13, minute=50)
    rows = text("SELECT count(DISTINCT patient_id) FROM bookings")
    assert await house.db.read(lambda db: db.scalar(rows)) == 2, "records become one by staff alone"
    shown = await mara.get(f"/staff/patients/{jo.made.card.patient_id}/space")
    assert f"merge?with={other.card.patient_id}" not in shown.text, "a therapist merges nothing"
    shown = await desk.get(f"/staff/patients/{jo.made.card.patient_id}/space")
    assert f"merge?with={other.card.patient_id}" in shown.text


async def test_a_time_for_somebody_else_is_not_added_by_its_link(house, linden, jo, mara, browsers):
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO)
    child = await booked(house, linden, THURSDAY, name="Kim Almeida", for_whom="child")
    await with_link(child, phone)
    page = f"/visit/{child.card.public_id}/space"
    assert "booked for somebody else" in (await phone.get(page)).text
    assert (await phone.post(f"{page}/mine")).status_code == 200
    assert child.card.public_id not in (await phone.get("/me")).text


async def add_helper(house, linden, patient_id, kind=Kind.GUARDIAN, *, seen=True):
    helper = Helper(uuid4(), kind, "Ana Almeida", ANA, evidence="a birth certificate" if seen else "", confirmed=seen)
    key, clinic_id = await house.keys.patient(linden.clinic.id, patient_id), linden.clinic.id
    row = acting.helper_row(key, await house.keys.clinic(clinic_id), patient_id, helper, None, house.clock())
    await house.db.unit(lambda db: acting.begin(db, clinic_id, row, ()))
    return helper.id


async def arrange(house, linden, patient_id, **what):
    known = await acting.acting_for(house.db, house.keys, linden.clinic.id, patient_id)
    key = await house.keys.patient(linden.clinic.id, patient_id)
    arranged = Arrangement(over=known.arranged.over, **what)
    rows = acting.arrangement_rows(key, linden.clinic.id, patient_id, arranged, None, house.clock())
    assert await house.db.unit(lambda db: acting.arrange(db, rows))


async def test_a_guardian_sees_whom_they_act_for_while_the_arrangement_says_so(house, linden, jo, mara, browsers):
    child, phone = jo.made.card.patient_id, await browsers()
    helper = await add_helper(house, linden, child, seen=False)
    await come_in(house, phone, await handed_over(mara, child, helper), ANA)
    here = jo.made.card.public_id
    assert here not in (await phone.get("/me")).text, "nobody has seen on what it rests"
    await house.db.unit(lambda db: acting.confirm_helper(db, linden.clinic.id, child, helper, None, house.clock()))
    home = await phone.get("/me")
    assert here in home.text
    assert "The door is open for Jo" in home.text
    assert (await phone.get(jo.url)).status_code == 200
    await arrange(house, linden, child, confidential=True)
    assert here not in (await phone.get("/me")).text
    assert (await phone.get(jo.url)).status_code == 404
    await arrange(house, linden, child, told=Told.BOTH)
    assert here in (await phone.get("/me")).text
    progress = f"/me/progress?of={child}"
    assert (await phone.get(progress)).status_code == 404, "times are not the record"
    decided = ActingRules(consent_age=16, confirmed_by="Mara Lind")
    await house.db.unit(lambda db: acting.keep_rules(db, linden.clinic.id, decided, None, house.clock()))
    await arrange(house, linden, child, born=date(2018, 3, 9))
    assert "How it goes" in (await phone.get(progress)).text, "who decides for a child sees what is the child's"
    await house.db.unit(lambda db: acting.end_helper(db, linden.clinic.id, child, helper, None, house.clock()))
    assert here not in (await phone.get("/me")).text
    assert (await phone.get(progress)).status_code == 404


async def test_a_child_s_own_code_does_not_widen_a_parent_s_space(house, linden, jo, mara, browsers):
    parent = await booked(house, linden, THURSDAY, name="Ana Almeida", mail=ANA)
    child, phone = jo.made.card.patient_id, await browsers()
    helper = await add_helper(house, linden, child)
    await come_in(house, phone, await handed_over(mara, parent.card.patient_id), ANA)
    own = await phone.post("/me/code", data={"code": await handed_over(mara, child)})
    assert own.status_code == 422
    assert "for another person" in own.text
    assert (await come_in(house, phone, await handed_over(mara, child, helper), ANA)).headers["location"] == (
        "/me?notice=wider"
    )
    home = (await phone.get("/me")).text
    assert jo.made.card.public_id in home
    assert parent.card.public_id in home
    childs = await browsers()
    await come_in(house, childs, await handed_over(mara, child), JO)
    assert parent.card.public_id not in (await childs.get("/me")).text


async def test_a_link_made_space_tells_who_is_told_of_the_booking(house, jo):
    await with_passkey(jo, Device())
    await house.outbox.run_due()
    assert [letter.to for letter in house.mailer.sent if "device" in letter.subject] == [JO]
