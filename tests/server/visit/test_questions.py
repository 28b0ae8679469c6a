"""What the clinic asks before the visit: answered on the patient's own page, read by who leads the visit."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.intake.tables import IntakeAnswers
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic.rules import Means
from server.house import House
from server.patients import store as patients
from tests.server.booking.intake.asked import AGREES, NAME, SLEEP, STORY, ask
from tests.server.booking.linden import Linden, booked, hours_of
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, with_link

pytestmark = pytest.mark.asyncio
SECRET = "Since the flood I wake at four"
WHOLE = {NAME.id: "Jo", SLEEP.id: "Badly", STORY.id: SECRET, AGREES.id: "yes"}


async def seen(jo: Jo) -> str:
    page = (await jo.browser.get(f"{jo.url}/questions")).text
    return re.search(r'name="seen" value="(\d+)"', page)[1]


async def send(jo: Jo, **fields: str):
    return await jo.browser.post(f"{jo.url}/questions", data={"seen": await seen(jo), **fields})


@pytest.fixture
def asks(house: House, linden: Linden):
    async def publish(*questions, **more):
        return await ask(house, linden.clinic.id, linden.session.id, *questions, **more)

    return publish


async def test_a_visit_whose_service_asks_nothing_says_nothing_of_questions(jo: Jo) -> None:
    assert "questions" not in await jo.page()
    answer = await jo.browser.get(f"{jo.url}/questions")
    assert (answer.status_code, answer.headers["location"]) == (303, jo.url)


async def test_the_questions_are_the_next_step_until_they_are_answered(jo: Jo, asks) -> None:
    await asks()
    page = await jo.page()
    assert "There are 5 questions for you" in page
    assert re.search(rf'<a class="button button-next[^"]*" href="{jo.url}/questions">', page)
    done = await send(jo, **WHOLE)
    assert done.headers["location"] == f"{jo.url}?notice=questions-answered"
    page = await jo.page()
    assert "questions for you" not in page
    assert "Read or change your answers" in page
    assert re.search(rf'<a class="button button-next[^"]*" href="{jo.url}/check">', page)


async def test_half_is_saved_and_the_rest_comes_later_on_another_device(jo: Jo, asks, browsers: Browsers) -> None:
    await asks()
    kept = await send(jo, **{STORY.id: SECRET, "do": "later"})
    assert kept.headers["location"] == f"{jo.url}?notice=questions-kept"
    assert "You have begun the questions" in await jo.page()
    there = await with_link(jo.made, await browsers())
    page = (await there.browser.get(f"{there.url}/questions")).text
    assert SECRET in page
    assert "You have begun. Here is the rest" in page
    await send(there, **WHOLE)
    assert "Read or change your answers" in await jo.page()


async def test_what_is_missing_is_said_kindly_and_nothing_of_the_rest_is_lost(jo: Jo, asks) -> None:
    await asks()
    answer = await send(jo, **{STORY.id: SECRET, SLEEP.id: "Badly"})
    assert answer.status_code == 422
    assert "2 answers are still missing or need a change." in answer.text
    assert "A few words are enough here." in answer.text
    assert SECRET in (await jo.browser.get(f"{jo.url}/questions")).text
    assert "You have begun the questions" in await jo.page()


async def test_questions_that_wait_keep_nobody_from_coming_in(jo: Jo, asks, clock: Clock) -> None:
    await asks()
    clock.now = START - timedelta(minutes=10)
    page = await jo.page()
    assert re.search(rf'<a class="button button-next[^"]*" href="{jo.url}/arrive">', page)
    assert "if you have a minute" in page
    assert (await jo.arrive()).status_code == 303
    assert "questions" not in await jo.page()


async def test_a_time_by_phone_asks_them_too(jo: Jo, asks, house: House, linden: Linden, browsers: Browsers) -> None:
    await asks()
    by_phone = await with_link(
        await booked(house, linden, START + timedelta(days=1), name="Noor", mail="noor@example.org", means=Means.PHONE),
        await browsers(),
    )
    assert "There are 5 questions for you" in await by_phone.page()
    await send(by_phone, **WHOLE)
    assert "Read or change your answers" in await by_phone.page()


async def test_another_window_that_was_slower_hears_so_and_may_send_again(jo: Jo, asks) -> None:
    await asks()
    before = await seen(jo)
    await send(jo, **WHOLE)
    late = {"seen": before, **WHOLE, NAME.id: "Joana"}
    answer = await jo.browser.post(f"{jo.url}/questions", data=late)
    assert answer.status_code == 409
    assert "changed in another window" in answer.text
    assert 'value="Joana"' in answer.text
    again = re.search(r'name="seen" value="(\d+)"', answer.text)[1]
    assert (await jo.browser.post(f"{jo.url}/questions", data={**late, "seen": again})).status_code == 303
    assert 'value="Joana"' in (await jo.browser.get(f"{jo.url}/questions")).text


async def test_the_same_answers_sent_twice_are_no_conflict(jo: Jo, asks) -> None:
    await asks()
    before = await seen(jo)
    for _ in range(2):
        answer = await jo.browser.post(f"{jo.url}/questions", data={"seen": before, **WHOLE})
        assert answer.headers["location"] == f"{jo.url}?notice=questions-answered"


async def test_who_leads_the_visit_reads_them_beside_it_and_on_the_booking(jo: Jo, asks, mara: Browser) -> None:
    await asks()
    assert "Questions not answered yet" in (await mara.get("/staff")).text
    await send(jo, **WHOLE)
    assert "Questions answered" in (await mara.get("/staff")).text
    for path in (jo.staff_url, f"/staff/bookings/{jo.made.card.public_id}"):
        page = (await mara.get(path)).text
        assert "What brings you here?" in page
        assert SECRET in page
        assert "Agreed" in page
        assert "left open" in page


async def test_the_front_desk_reads_that_they_are_answered_and_not_what(jo: Jo, asks, desk: Browser) -> None:
    await asks()
    await send(jo, **WHOLE)
    assert "Questions answered" in (await desk.get("/staff")).text
    page = (await desk.get(f"/staff/bookings/{jo.made.card.public_id}")).text
    assert SECRET not in page
    assert "Whoever leads the visit reads them." in page


async def test_answers_keep_their_questions_when_the_clinic_asks_others(jo: Jo, asks, mara: Browser) -> None:
    await asks()
    await send(jo, **WHOLE)
    await asks(NAME)
    page = (await mara.get(jo.staff_url)).text
    assert "What brings you here?" in page
    assert SECRET in (await jo.browser.get(f"{jo.url}/questions")).text


async def test_who_was_erased_has_said_nothing_and_no_page_breaks(jo: Jo, asks, mara: Browser, house: House) -> None:
    await asks()
    await send(jo, **WHOLE)
    await house.keys.destroy(jo.made.card.patient_id)
    page = await mara.get(f"/staff/bookings/{jo.made.card.public_id}")
    assert page.status_code == 200
    assert SECRET not in page.text


async def test_the_trail_tells_how_much_was_answered_and_rows_hold_no_word_of_it(jo: Jo, asks, house: House) -> None:
    await asks()
    await send(jo, **{STORY.id: SECRET, "do": "later"})
    await send(jo, **WHOLE)

    async def kept(db):
        trail = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("questions.%_answered"))
        return (await db.scalars(select(IntakeAnswers))).all(), (await db.execute(trail)).all()

    rows, _ = await house.db.read(kept)
    assert len(rows) == 1
    assert SECRET.encode() not in rows[0].value_sealed

    async def trail(db):
        asked = select(AuditEntry.action).where(AuditEntry.action.like("questions.%")).order_by(AuditEntry.at)
        return list(await db.scalars(asked))

    assert await house.db.read(trail) == ["questions.half_answered", "questions.answered"]


async def test_whoever_comes_again_is_not_asked_twice_unless_the_clinic_wants_it(
    jo: Jo, asks, house: House, linden: Linden, browsers: Browsers
) -> None:
    await asks()
    await send(jo, **WHOLE)
    again = await person_again(jo, house, linden, browsers)
    assert "Read or change your answers" in await again.page()
    page = (await again.browser.get(f"{again.url}/questions")).text
    assert "You answered these for an earlier time." in page
    assert SECRET in page
    await asks(NAME, STORY, each_time=True)
    assert "There are 2 questions for you" in await again.page()


async def person_again(jo: Jo, house: House, linden: Linden, browsers: Browsers) -> Jo:
    """The same person, booked a second time, a day later."""
    who = linden.mara.staff_id
    people = await patients.people(house.db, house.keys, linden.clinic.id, [jo.made.card.patient_id])
    wish = Wish(START + timedelta(days=1), who)
    person = people[jo.made.card.patient_id]
    order = Order(linden.clinic, linden.session, hours_of(who), wish, person, known_patient=True)
    made = await desk.book(house, order, By())
    assert isinstance(made, Made), made
    return await with_link(made, await browsers())


async def test_questions_close_with_the_visit_and_with_a_cancelled_booking(jo: Jo, asks, clock: Clock) -> None:
    await asks()
    clock.now = START + timedelta(hours=2)
    assert (await jo.browser.get(f"{jo.url}/questions")).headers["location"] == jo.url
    assert (await jo.browser.post(f"{jo.url}/questions", data=WHOLE)).headers["location"] == jo.url


async def test_a_stranger_opens_nobodys_questions(
    jo: Jo, asks, browsers: Browsers, house: House, linden: Linden
) -> None:
    await asks()
    other = await with_link(
        await booked(house, linden, START + timedelta(days=1), name="Noor", mail="noor@example.org"), await browsers()
    )
    assert (await other.browser.get(f"{jo.url}/questions")).status_code == 404
    assert (await other.browser.post(f"{jo.url}/questions", data=WHOLE)).status_code == 404
