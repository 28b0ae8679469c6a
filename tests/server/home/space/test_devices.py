"""Where a space is open: seen and ended by whose it is, and by staff when they ask by phone."""

import re

import pytest
from sqlalchemy import text
from starlette.requests import Request

from server.home.viewers import may_listen
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from tests.server.booking.linden import THURSDAY, booked
from tests.server.home.space.device import Device
from tests.server.home.space.test_link import add_helper
from tests.server.home.space.ways import come_in, handed_over, sign_in, with_passkey

pytestmark = pytest.mark.asyncio
JO = "jo.almeida@example.org"


async def test_devices_are_listed_and_signed_out_one_by_one_and_everywhere(house, clock, jo, mara, browsers):
    patient, (one, two, three) = jo.made.card.patient_id, [await browsers() for _ in range(3)]
    for browser, agent in ((one, "Firefox/1 Windows"), (two, "Chrome/1 Android"), (three, "Safari/1 iPhone")):
        browser.headers["user-agent"] = agent
        await come_in(house, browser, await handed_over(mara, patient), JO)
    page = (await one.get("/me/devices")).text
    assert "Your space is open on 3 devices" in page
    assert all(name in page for name in ("Firefox, Windows", "Chrome, Android", "Safari, iPhone"))
    (other, *_) = re.findall(r'name="login" value="([^"]+)"', page)
    assert (await one.post("/me/devices/end", data={"login": other})).status_code == 303
    assert sorted([(await browser.get("/me")).status_code for browser in (one, two, three)]) == [200, 200, 303]
    assert (await one.post("/me/devices/end", data={"login": other})).status_code == 404
    assert (await one.get(jo.url)).status_code == 200
    assert (await one.post("/me/devices/end")).headers["location"].startswith("/me/sign-in")
    assert [(await browser.get("/me")).status_code for browser in (one, two, three)] == [303] * 3
    assert (await two.get(jo.url)).status_code == 404, "its bookings are closed with it"


async def test_a_second_passkey_and_one_that_is_forgotten(house, jo, browsers):
    first, second, laptop = Device(), Device(), await browsers()
    await with_passkey(jo, first)
    options = (await jo.browser.post("/me/devices/passkey/options")).json()
    assert len(options["excludeCredentials"]) == 1
    made = second.make(options)
    assert (await jo.browser.post("/me/devices/passkey", data={"credential": made})).status_code == 303
    assert (await jo.browser.post("/me/devices/passkey", data={"credential": made})).status_code == 422, "spent"
    assert (await sign_in(laptop, second)).status_code == 303
    (key, *_) = re.findall(r'name="key" value="([^"]+)"', (await laptop.get("/me/devices")).text)
    assert (await laptop.post("/me/devices/passkey/drop", data={"key": key})).status_code == 303
    assert (await laptop.post("/me/devices/passkey/drop", data={"key": key})).status_code == 404
    answers = [(await sign_in(await browsers(), device)).status_code for device in (first, second)]
    assert sorted(answers) == [303, 422]


async def test_a_code_made_here_opens_another_device_with_digits_and_for_a_while(house, clock, jo, mara, browsers):
    phone, laptop, late = [await browsers() for _ in range(3)]
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO)
    made = [(await phone.post("/me/devices/code")).text for _ in range(2)]
    old, code = (re.findall(r">((?:[a-z0-9]{3}-){2}[a-z0-9]{3})<", page)[0] for page in made)
    assert f"{house.settings.base_url.removeprefix('http://')}/me" in made[-1], "an address that can be typed"
    assert (await laptop.post("/me/code", data={"code": old})).status_code == 422
    assert (await come_in(house, laptop, code, JO)).headers["location"] == "/me?notice=open"
    (third,) = re.findall(r">((?:[a-z0-9]{3}-){2}[a-z0-9]{3})<", (await laptop.post("/me/devices/code")).text)
    clock.forward(minutes=15)
    assert (await late.post("/me/code", data={"code": third})).status_code == 422
    await with_passkey(jo, Device())
    assert (await jo.browser.post("/me/devices/code")).status_code == 404, "nobody has said whose it is"


async def test_messages_come_in_the_language_that_they_choose(house, jo, mara, browsers):
    phone, patient = await browsers(), jo.made.card.patient_id
    await come_in(house, phone, await handed_over(mara, patient), JO)
    assert (await phone.post("/me/language", data={"language": "tlh"})).status_code == 404
    assert (await phone.post("/me/language", data={"language": "ar"})).status_code == 303
    await (await browsers()).post("/me/code", data={"code": await handed_over(mara, patient)})
    await house.outbox.run_due()
    assert house.mailer.sent[-1].lang == "ar"


async def test_a_stream_ends_with_the_login_that_opened_it(app, house, jo, mara, browsers):
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO)
    cookie = f"me={phone.cookies['me']}".encode()
    stream = {"type": "http", "method": "GET", "path": "/live", "query_string": b"", "app": app, "state": {}}
    request = Request(stream | {"headers": [(b"cookie", cookie)], "server": ("testserver", 80), "scheme": "http"})
    topic = f"visit:{jo.made.card.public_id}"
    assert await may_listen(request, topic)
    assert not await may_listen(request, "visit:" + "0" * 20)
    await phone.post("/me/sign-out")
    assert not await may_listen(request, topic)


async def test_nobody_ends_or_forgets_what_is_another_s(house, linden, jo, browsers):
    await with_passkey(jo, Device())
    page = (await jo.browser.get("/me/devices")).text
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    noor = await booked(house, linden, THURSDAY, name="Noor Hassan", mail="noor@example.org")
    other = type(jo)(noor, await browsers())
    await other.browser.get(f"/l/{noor.token}")
    await with_passkey(other, Device())
    mine = "JOIN space_bookings b ON b.space_id = l.space_id WHERE b.booking_id = :id"
    logins, booking = text(f"SELECT l.id FROM space_logins l {mine}"), jo.made.card.id.hex
    login = await house.db.read(lambda db: db.scalar(logins, {"id": booking}))
    assert (await other.browser.post("/me/devices/end", data={"login": login})).status_code == 404
    assert (await other.browser.post("/me/devices/passkey/drop", data={"key": key})).status_code == 404
    assert (await jo.browser.get("/me")).status_code == 200
    assert key in (await jo.browser.get("/me/devices")).text


async def test_staff_sign_a_lost_phone_out_and_hand_over_a_new_code(house, linden, jo, mara, desk, browsers):
    patient, phone, device = jo.made.card.patient_id, await browsers(), Device()
    page = f"/staff/patients/{patient}/space"
    assert "has no space yet" in (await mara.get(page)).text
    assert "no space of their own yet" in (await mara.get(page.removesuffix("/space"))).text
    await come_in(house, phone, await handed_over(mara, patient), JO)
    options = (await phone.post("/me/devices/passkey/options")).json()
    await phone.post("/me/devices/passkey", data={"credential": device.make(options)})
    shown = (await desk.get(page)).text
    assert "has a space of their own" in (await desk.get(page.removesuffix("/space"))).text
    (space,) = re.findall(r'name="space" value="([^"]+)"', shown)
    closed = await desk.post(f"{page}/close", data={"space": space, "keys": "yes"})
    assert closed.headers["location"] == f"{page}?notice=closed"
    assert (await phone.get("/me")).status_code == 303
    assert (await sign_in(phone, device)).status_code == 422
    await come_in(house, phone, await handed_over(desk, patient), JO)
    assert jo.made.card.public_id in (await phone.get("/me")).text
    (same,) = re.findall(r'name="space" value="([^"]+)"', (await desk.get(page)).text)
    assert same == space, "it is the same space again"
    await desk.post(f"{page}/close", data={"space": space, "leave": "yes"})
    assert "has no space yet" in (await desk.get(page)).text
    actions = text("SELECT detail FROM audit_entries WHERE action = 'space.closed' AND actor_kind = 'staff'")
    assert len(list(await house.db.read(lambda db: db.scalars(actions)))) == 2


async def test_a_colleague_sees_hands_over_and_closes_nothing(house, linden, jo, samir, mara):
    page = f"/staff/patients/{jo.made.card.patient_id}/space"
    await with_passkey(jo, Device())
    (space,) = re.findall(r'name="space" value="([^"]+)"', (await mara.get(page)).text)
    assert (await samir.get(page)).status_code == 404
    assert (await samir.post(f"{page}/code")).status_code == 404
    assert (await samir.post(f"{page}/close", data={"space": space})).status_code == 404
    assert (await jo.browser.get("/me")).status_code == 200
    noor = await booked(house, linden, THURSDAY, name="Noor Hassan", mail="noor@example.org")
    foreign = f"/staff/patients/{noor.card.patient_id}/space/close"
    assert (await mara.post(foreign, data={"space": space})).status_code == 404, "a space of another patient"
    helper = await add_helper(house, linden, noor.card.patient_id)
    assert (await mara.post(f"{page}/code", data={"helper": str(helper)})).status_code == 404


async def test_a_merge_brings_a_space_along(house, linden, jo, mara, browsers):
    other = await booked(house, linden, THURSDAY, name="Jo Almeida")
    phone, patient = await browsers(), other.card.patient_id
    await come_in(house, phone, await handed_over(mara, patient), JO)
    waiting = await handed_over(mara, patient)
    kept, by = jo.made.card.patient_id, linden.mara.staff_id
    assert await merge(house, linden.clinic.id, kept, patient, Choice(), by) is None
    home = (await phone.get("/me")).text
    assert jo.made.card.public_id in home
    assert other.card.public_id in home
    late = await browsers()
    await come_in(house, late, waiting, JO)
    assert jo.made.card.public_id in (await late.get("/me")).text


async def test_after_a_merge_both_spaces_list_each_other_and_sign_each_other_out(house, linden, jo, mara, browsers):
    other = await booked(house, linden, THURSDAY, name="Jo Almeida")
    first, second, device = await browsers(), await browsers(), Device()
    kept, gone = jo.made.card.patient_id, other.card.patient_id
    for browser, agent, patient in ((first, "Firefox/1 Windows", kept), (second, "Chrome/1 Android", gone)):
        browser.headers["user-agent"] = agent
        await come_in(house, browser, await handed_over(mara, patient), JO)
    made = device.make((await second.post("/me/devices/passkey/options")).json())
    await second.post("/me/devices/passkey", data={"credential": made})
    assert "open on this device alone" in (await first.get("/me/devices")).text
    assert await merge(house, linden.clinic.id, kept, gone, Choice(), linden.mara.staff_id) is None
    for one in (first, second):
        page = (await one.get("/me/devices")).text
        assert "Your space is open on 2 devices" in page
        assert all(name in page for name in ("Firefox, Windows", "Chrome, Android"))
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    assert (await first.post("/me/devices/passkey/drop", data={"key": key})).status_code == 303
    (theirs,) = re.findall(r'name="login" value="([^"]+)"', (await first.get("/me/devices")).text)
    assert (await first.post("/me/devices/end", data={"login": theirs})).status_code == 303
    assert [(await one.get("/me")).status_code for one in (first, second)] == [200, 303]
    assert (await sign_in(await browsers(), device)).status_code == 422


async def test_the_address_of_a_record_that_became_part_of_theirs_leads_to_it(house, linden, jo, mara, browsers):
    other = await booked(house, linden, THURSDAY, name="Jo Almeida")
    noor = await booked(house, linden, THURSDAY.replace(hour=13), name="Noor Hassan", mail="noor@example.org")
    phone, kept, gone = await browsers(), jo.made.card.patient_id, other.card.patient_id
    await come_in(house, phone, await handed_over(mara, gone), JO)
    assert (await phone.get(f"/me/record/{gone}")).status_code == 200
    assert await merge(house, linden.clinic.id, kept, gone, Choice(), linden.mara.staff_id) is None
    answer = await phone.get(f"/me/record/{gone}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/me/record/{kept}")
    assert (await phone.get(f"/me/record/{noor.card.patient_id}")).status_code == 404


async def test_who_makes_two_records_one_reads_before_that_a_space_will_show_both(
    house, linden, jo, mara, desk, browsers
):
    other = await booked(house, linden, THURSDAY, name="Jo Almeida")
    kept, gone = jo.made.card.patient_id, other.card.patient_id
    asked = f"/staff/patients/{kept}/merge?with={gone}"
    assert "space of their own" not in (await desk.get(asked)).text
    for patient, words in (
        (gone, "One of both opens a space of their own."),
        (kept, "Both open a space of their own."),
    ):
        await come_in(house, await browsers(), await handed_over(mara, patient), JO)
        assert words in (await desk.get(asked)).text
