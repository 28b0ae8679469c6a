"""Somebody comes without a booking, is taken by exactly one, and meets them; nobody else reads what they said."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking.tables import Booking
from server.support.rules import Hours
from server.visit.tables import Visit
from tests.server.home.space.ways import come_in, handed_over
from tests.server.support.conftest import BOARD, PAGE, asks, base, enter, led, link, switch_on, waiting
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio


async def test_it_is_off_at_first_and_tells_the_truth(house, linden, browsers) -> None:
    browser = await browsers()
    page = (await browser.get(PAGE)).text
    assert "Nobody is on call here just now" in page
    assert "tel:112" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main")[0]
    assert "Nobody is on call" in (await enter(browser)).text
    assert not await asks(house)
    await switch_on(house, linden, service=None)
    assert "Nobody is on call" in (await browser.get(PAGE)).text


async def test_when_nobody_is_on_call_it_says_from_when_on_somebody_is(house, clock, linden, browsers) -> None:
    await switch_on(house, linden, hours=Hours(14 * 60, 20 * 60))  # it is 10:00 in Berlin
    page = (await (await browsers()).get(PAGE)).text
    assert "From Monday 9 March, 14:00 on somebody is on call here." in page
    clock.now = clock.now.replace(hour=13)
    assert "2 people of Linden Practice are on call" in (await (await browsers()).get(PAGE)).text


async def test_somebody_enters_waits_is_taken_and_meets(house, clock, mara, samir, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    page = await robin.page()
    assert "You are next" in page
    assert "Nobody has opened the clinic’s page since you came" in page
    board = (await mara.get(BOARD)).text
    assert "Robin" in board
    assert "In the order of arrival." in board
    assert "The clinic’s page showed you" in await robin.page()
    address = await base(house)
    assert (await mara.post(f"{address}/take")).headers["location"] == address
    assert (await samir.post(f"{address}/take")).headers["location"] == f"{BOARD}?notice=gone"
    assert "Mara is there for you" in await robin.page()
    assert "+49305550177" in (await mara.get(address)).text
    met = await mara.post(f"{address}/meet", data={"way": "video"})
    again = await mara.post(f"{address}/meet", data={"way": "video"})
    assert met.headers["location"] == again.headers["location"]
    assert "Go in" in await robin.page()
    assert "Robin is not here yet" in (await mara.get(met.headers["location"])).text, "they have not gone in"
    inside = await robin.browser.post(f"{robin.url}/in")
    assert inside.headers["location"] == met.headers["location"].removeprefix("/staff")
    assert "waiting room" in (await robin.browser.get(inside.headers["location"])).text
    assert "Robin waits for you" in (await mara.get(met.headers["location"])).text
    await robin.browser.post(f"{robin.url}/in")
    assert "Robin waits for you" in (await mara.get(met.headers["location"])).text
    assert "Hauptstr. 3, Berlin" in (await mara.get(met.headers["location"])).text
    assert len(list(await house.db.read(lambda db: _all(db, Booking)))) == 1
    assert len(list(await house.db.read(lambda db: _all(db, Visit)))) == 1
    ended = await mara.post(f"{address}/end", data={"outcome": "talked", "note": "Breathing helped."})
    assert ended.headers["location"] == f"{BOARD}?notice=ended"
    assert "Take care, Robin" in await robin.page()
    entries = [entry.action for entry in await house.db.read(lambda db: _all(db, AuditEntry))]
    wanted = ["support.asked", "support.viewed", "support.taken", "support.opened", "support.met", "support.ended"]
    assert [action for action in dict.fromkeys(entries) if action.startswith("support.")] == wanted


async def _all(db, table):
    return list(await db.scalars(select(table)))


async def test_by_phone_they_are_called_at_their_number(house, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin", way="phone")
    address = await base(house)
    await mara.post(f"{address}/take")
    met = await mara.post(f"{address}/meet", data={"way": "phone"})
    assert "Mara calls you now" in await robin.page()
    beside = (await mara.get(met.headers["location"])).text
    assert "+49305550177" in beside
    assert "Hauptstr. 3, Berlin" in beside, "so that help could find them"
    assert "Robin is not here yet" not in beside


async def test_where_no_message_reaches_anybody_nobody_was_told(house, mailer, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    await house.alerts.run_due()
    assert "Those on call were told at" in await robin.page()
    mailer.sends = False
    assert "Those on call were told at" not in await robin.page()
    assert "No message reaches anybody at the clinic just now." in await robin.page()


async def test_nobody_is_called_who_gave_no_number(house, mara, browsers) -> None:
    await waiting(browsers, name="Robin", number="")
    address = await base(house)
    await mara.post(f"{address}/take")
    assert (await mara.post(f"{address}/meet", data={"way": "phone"})).status_code == 422
    assert not await house.db.read(lambda db: _all(db, Booking))
    assert (await mara.post(f"{address}/meet", data={"way": "video"})).status_code == 303


async def test_a_repeat_is_one_place_and_coming_back_finds_it(house, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin", once="same")
    again = await enter(robin.browser, name="Robin", once="same")
    assert again.headers["location"] == robin.url
    assert len(await asks(house)) == 1
    assert f'href="{robin.url}"' in (await robin.browser.get(PAGE)).text
    assert (await (await browsers()).get(f"/support/{'a' * 43}")).status_code == 404
    await robin.browser.post(f"{robin.url}/leave")
    await robin.browser.post(f"{robin.url}/leave")
    assert "You left the line" in await robin.page()
    assert "Robin" not in (await mara.get(BOARD)).text


async def test_who_comes_from_their_own_space_has_their_safety_plan_at_hand(house, mara, jo, browsers) -> None:
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    answer = await enter(own, name="Jo")
    assert (await mara.get(await base(house))).status_code == 200
    assert (await mara.get(f"/staff/bookings/{jo.made.card.public_id}")).status_code == 200
    looked = (await own.get(f"/me/record/{jo.made.card.patient_id}")).text
    assert "what was said on asking for help now" in looked, "they see who looked"
    assert "a booking, with name and contacts" in looked
    assert 'href="/me/plan"' in (await own.get(answer.headers["location"])).text
    away = await browsers()  # the link alone opens no space
    page = (await away.get(await led(away, await away.get(await link(house))))).text
    assert "You are next" in page
    assert "/me/plan" not in page


async def test_no_answer_about_safety_keeps_anybody_out_and_danger_is_shown_help_and_stays(
    house, clock, mara, browsers
) -> None:
    for safe in ("yes", "unsure", "unsaid"):
        await waiting(browsers, name=f"A {safe}", safe=safe)
        clock.now += timedelta(minutes=1)
    kim = await waiting(browsers, name="Kim", safe="no")
    page = await kim.page()
    assert "You said that you are not safe." in page
    assert "tel:112" in page
    order = re.findall(r'<h3 id="asks-[^"]*">([^<]*)</h3>', board := (await mara.get(BOARD)).text)
    assert order == ["Kim", "A unsure", "A yes", "A unsaid"]
    assert "Said that they are not safe: before 3 people who came up to 20 minutes earlier." in board
    await kim.browser.post(f"{kim.url}/leave")
    assert "Those on call still see that" in await kim.page()
    assert "Left the line after saying that they are not safe: call them." in (await mara.get(BOARD)).text
    assert (await mara.post(f"{await base(house)}/take")).headers["location"] == await base(house)


@pytest.mark.parametrize("way", ["video", "phone"])
@pytest.mark.parametrize("safe", ["no", "yes"])
async def test_the_numbers_stand_on_the_page_until_it_is_over(house, mara, browsers, safe, way) -> None:
    kim = await waiting(browsers, name="Kim", safe=safe, way=way)
    address = await base(house)
    for step, data in (("", {}), ("take", {}), ("meet", {"way": way}), ("end", {"outcome": "talked"})):
        if step:
            await mara.post(f"{address}/{step}", data=data)
        page, part = await kim.page(), (await kim.browser.get(f"{kim.url}/part")).text
        assert "tel:112" in page, step
        assert "tel:08001110111" in page, step
        assert ("tel:112" in part) == (safe == "no" and step != "end"), "what is fetched again carries them as well"


async def test_what_is_missing_is_said_and_nothing_typed_is_lost(on, browsers) -> None:
    browser = await browsers()
    answer = await enter(browser, name="", safe="", number="12", place="", country="")
    assert answer.status_code == 422
    assert "Any name is enough" in answer.text
    assert "Each of them lets you in" in answer.text
    assert 'value="12"' in answer.text
    assert "We are glad you came." in answer.text


async def test_a_number_is_needed_to_be_called_and_by_video_it_is_up_to_them(house, on, mara, browsers) -> None:
    asked = await enter(await browsers(), way="phone", number="")
    assert asked.status_code == 422
    assert "Write the number on which we call you." in asked.text
    assert "up to you" in asked.text
    robin = await waiting(browsers, name="Robin", number="", safe="no")
    address = await base(house)
    assert "no number named" in (await mara.get(address)).text
    await mara.post(f"{address}/take")
    told = (await mara.get(address)).text
    assert "Call them instead" not in told
    await mara.post(f"{address}/back")
    await robin.browser.post(f"{robin.url}/leave")
    assert "they have no number of yours" in await robin.page()


async def test_others_of_the_clinic_read_how_many_wait_and_nothing_of_them(house, clock, on, browsers) -> None:
    clock.now = clock.now.replace(hour=21)  # Samir's shift is over
    samir, mara = [await signed_in(house, await browsers(), one.staff_id) for one in (on.samir, on.mara)]
    desk = await signed_in(house, await browsers(), await add_staff(house, on.clinic.id, Role.FRONT_DESK))
    await waiting(browsers, name="Robin")
    address = await base(house)
    for who in (desk, samir):
        board = (await who.get(BOARD)).text
        assert "One person waits" in board
        assert "Robin" not in board
        for path in ("", "/take", "/meet", "/back", "/hand", "/end"):
            answer = await (who.get(address) if not path else who.post(address + path))
            assert answer.status_code == 404, path
    assert "Robin" in (await mara.get(address)).text


async def test_handing_back_and_on_keeps_the_place(house, clock, on, mara, samir, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    address = await base(house)
    await mara.post(f"{address}/take")
    await mara.post(f"{address}/back")
    assert "You are next" in await robin.page()
    await mara.post(f"{address}/take")
    handed = await mara.post(f"{address}/hand", data={"to": str(on.samir.staff_id)})
    assert handed.headers["location"] == f"{BOARD}?notice=handed-on"
    assert "Samir is there for you" in await robin.page()
    assert (await mara.post(f"{address}/meet", data={"way": "video"})).headers["location"].endswith("notice=gone")
    assert (await samir.post(f"{address}/meet", data={"way": "video"})).status_code == 303
    await samir.post(f"{address}/back")
    assert "Go in" in await robin.page(), "once they meet, nobody is put back"


async def test_nobody_takes_more_than_they_may(house, on, mara, samir, browsers) -> None:
    await waiting(browsers, name="Robin")
    first = await base(house)
    await waiting(browsers, name="Kim")
    second = await base(house)
    await mara.post(f"{first}/take")
    assert (await mara.post(f"{second}/take")).headers["location"] == f"{BOARD}?notice=full"
    await samir.post(f"{second}/take")
    to_mara = await samir.post(f"{second}/hand", data={"to": str(on.mara.staff_id)})
    assert to_mara.headers["location"] == f"{BOARD}?notice=not-handed"
    assert (await mara.post(f"{first}/end", data={})).status_code == 422


async def test_who_was_taken_and_not_met_is_back_in_the_line_by_itself(house, clock, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    await mara.post(f"{await base(house)}/take")
    clock.now += timedelta(minutes=4)
    await house.outbox.run_due()
    assert "Mara is there for you" in await robin.page()
    clock.now += timedelta(minutes=2)
    await house.outbox.run_due()
    assert "You are next" in await robin.page()


@pytest.mark.parametrize(("number", "left"), [("030 555 0177", True), ("", False)])
async def test_nobody_is_promised_a_call_who_left_no_number(mara, browsers, number, left) -> None:
    page = await (await waiting(browsers, number=number)).page()
    assert ("and we call you when it is your turn" in page) is left
    assert ("nobody can call you" in page) is not left


@pytest.mark.parametrize("sends", [True, False])
async def test_staff_read_that_no_message_reached_those_who_are_called(house, mailer, mara, browsers, sends) -> None:
    mailer.sends = sends
    await waiting(browsers)
    await house.alerts.run_due()
    page = (await mara.get(await base(house))).text
    assert "Those on call were told." in page
    assert ("No message reaches those on call just now" in page) is not sends


async def test_who_waits_since_days_is_said_in_hours_and_with_the_day(house, clock, on, browsers) -> None:
    await waiting(browsers)
    clock.now += timedelta(hours=30)
    mara = await signed_in(house, await browsers(), on.mara.staff_id)
    page = (await mara.get(BOARD)).text
    assert "30 h" in page
    assert "here since Monday 9 March 2026, 10:00" in page


async def test_who_is_not_safe_stands_out_in_the_line(mara, browsers) -> None:
    for safe in ("yes", "unsure", "no"):
        await waiting(browsers, name=safe, safe=safe)
    page = (await mara.get(BOARD)).text
    assert page.count("support-danger") == 1
    assert '<b class="support-danger">Says that they are not safe.</b>' in page
