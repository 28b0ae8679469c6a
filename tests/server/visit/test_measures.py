"""Measures on the pages of a visit: answered by the link, with script or without; read by who leads the visit alone."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.booking.meeting import Meeting
from server.booking.store import booking_for_visit
from server.booking.where.rules import ELSEWHERE
from server.clinic.licences.rules import Place
from server.house import House
from server.measures.tables import MeasureAnswer, MeasureFlag
from server.safety.alerts.tables import Alert
from server.safety.plan.keeping import Hand, choose
from server.safety.plan.store import COUNTRY
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.conftest import Clock
from tests.server.measures.asked import answer_all, use
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}


@pytest.fixture
def asks(house: House, linden: Linden):
    async def use_them(**when: str) -> None:
        await use(house, linden.clinic.id, **(when or {"phq9": "visit"}))

    return use_them


async def tap(jo: Jo, item: str, value: object, number: object = 1, key: str = "phq9"):
    fields = {"item": item, "value": str(value), "number": str(number)}
    return await jo.browser.post(f"{jo.url}/measures/{key}/answer", data=fields, headers=JSON)


async def card_of(house: House, jo: Jo):
    return await house.db.read(lambda db: booking_for_visit(db, jo.made.card.id))


async def test_a_clinic_that_asks_nothing_says_nothing_of_it(jo: Jo) -> None:
    assert "short question" not in await jo.page()
    assert (await jo.browser.get(f"{jo.url}/measures")).headers["location"] == jo.url
    assert (await jo.browser.get(f"{jo.url}/measures/phq9")).status_code == 404


async def test_the_page_of_the_booking_leads_to_the_questions_and_to_the_first_that_is_open(jo: Jo, asks) -> None:
    await asks()
    page = await jo.page()
    assert "9 short questions before you meet" in page
    assert (await jo.browser.get(f"{jo.url}/measures")).headers["location"] == f"{jo.url}/measures/phq9"
    await tap(jo, "phq9_1", 2)
    page = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
    assert re.search(r'class="measure-ask now" id="ask-phq9-phq9_2"', page)
    assert "8 short" not in page
    assert "How difficult" not in page or "phq9_difficulty" in page


async def test_each_answer_is_kept_at_once_and_the_last_ends_it(jo: Jo, asks) -> None:
    await asks()
    for number in range(1, 9):
        answer = await tap(jo, f"phq9_{number}", 0)
        assert answer.json() == {"number": 1, "open": 9 - number, "done": False}
    assert (await tap(jo, "phq9_9", 0)).json() == {"number": 1, "open": 0, "done": True}
    page = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
    assert "Mara has your answers" in page
    assert "Your answers came to 0 of 27, in the range called none to minimal." in page
    assert "See what you answered" in await jo.page()


@pytest.mark.parametrize(
    ("item", "value", "number"),
    [
        ("phq9_1", 4, 1),
        ("phq9_1", -1, 1),
        ("phq9_1", "1.0", 1),
        ("phq9_1", "NaN", 1),
        ("phq9_1", "", 1),
        ("phq9_1", "१", 1),
        ("phq9_10", 1, 1),
        ("", 1, 1),
        ("phq9_1", 1, 0),
        ("phq9_1", 1, -3),
        ("phq9_1", 1, "x"),
        ("phq9_1", 1, 10**9),
    ],
)
async def test_what_is_no_answer_is_refused_and_nothing_is_kept(jo: Jo, asks, house, item, value, number) -> None:
    await asks()
    assert (await tap(jo, item, value, number)).status_code == 422
    assert await house.db.read(lambda db: db.scalar(select(MeasureAnswer.id).limit(1))) is None


async def test_sent_again_it_is_the_same_and_another_under_its_number_is_a_conflict(jo: Jo, asks) -> None:
    await asks()
    assert (await tap(jo, "phq9_1", 2)).status_code == 200
    assert (await tap(jo, "phq9_1", 2)).status_code == 200
    refused = await tap(jo, "phq9_1", 3)
    assert (refused.status_code, refused.json()) == (409, {"number": 1, "value": 2})


async def test_without_script_the_whole_form_is_sent_and_what_is_open_may_stay_so(jo: Jo, asks) -> None:
    await asks()
    form = f"{jo.url}/measures/phq9"
    sent = await jo.browser.post(form, data={"a-phq9_1": "1", "n-phq9_1": "0", "a-phq9_2": "0", "do": "send"})
    assert sent.status_code == 422
    assert "questions are open" in sent.text
    assert re.search(r'name="a-phq9_1" value="1" autocomplete="off" checked', sent.text)
    done = await jo.browser.post(f"{form}/finish")
    assert done.headers["location"] == form
    page = (await jo.browser.get(form)).text
    assert "8 questions stayed open" in page
    assert "came to" not in page, "nine less eight have no sum"


async def test_before_the_script_is_there_the_button_leads_from_question_to_question(jo: Jo, asks) -> None:
    await asks()
    form = f"{jo.url}/measures/phq9"
    on = await jo.browser.post(form, data={"a-phq9_1": "1", "n-phq9_1": "0", "q": "1", "do": "next"})
    assert on.headers["location"] == f"{form}?q=2"
    later = await jo.browser.post(form, data={"a-phq9_2": "1", "n-phq9_2": "0", "q": "2", "do": "later"})
    assert later.headers["location"] == f"{jo.url}?notice=measure-kept"
    assert 'ask now" id="ask-phq9-phq9_3"' in (await jo.browser.get(form)).text


async def test_a_form_with_one_answer_that_is_none_keeps_nothing(jo: Jo, asks, house) -> None:
    await asks()
    sent = await jo.browser.post(f"{jo.url}/measures/phq9", data={"a-phq9_1": "1", "a-phq9_2": "7"})
    assert sent.status_code == 422
    assert await house.db.read(lambda db: db.scalar(select(MeasureAnswer.id).limit(1))) is None


async def test_an_old_form_over_a_newer_answer_is_a_conflict(jo: Jo, asks) -> None:
    await asks()
    await tap(jo, "phq9_1", 2)
    sent = await jo.browser.post(f"{jo.url}/measures/phq9", data={"a-phq9_1": "0", "n-phq9_1": "0", "do": "send"})
    assert sent.status_code == 409
    assert "You answered this on another page since" in sent.text


async def test_danger_shows_help_at_once_and_promises_nobody(jo: Jo, asks) -> None:
    await asks()
    page = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
    assert re.search(r'class="measure-help" data-help tabindex="-1" hidden', page)
    assert 'data-help-at="1"' in page
    await tap(jo, "phq9_9", 1)
    page = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
    assert re.search(r'class="measure-help" data-help tabindex="-1" aria', page)
    assert 'href="tel:112"' in page
    assert "Nobody at the clinic may see this answer before Mara looks at it" in page


async def test_help_is_that_of_where_they_are_as_far_as_they_said_and_else_of_their_clock(
    house: House, clock: Clock, jo: Jo, asks, linden: Linden
) -> None:
    await asks()

    async def emergency(page: str) -> set[str]:
        text = (await jo.browser.get(page)).text
        return set(re.findall(r'href="tel:(\d+)"', text.split('class="measure-help"')[1].split("</section>")[0]))

    form, ids = f"{jo.url}/measures/phq9", (linden.clinic.id, jo.made.card.patient_id)
    assert "112" in await emergency(form), "where the clinic is"
    jo.browser.cookies.set("tz", "Europe/London")
    assert "999" in await emergency(form)
    by = Hand(house, *ids, None, clock.now)
    await choose(by, COUNTRY, "US")
    assert "911" in await emergency(form)
    assert "999" not in await emergency(form)
    clock.now = START - timedelta(minutes=10)
    await jo.arrive(country="AU")
    assert "000" in await emergency(jo.url), "as they said when they came in"


async def test_help_is_that_of_where_they_said_that_they_will_be_when_they_booked(
    house: House, linden: Linden, browsers: Browsers, asks
) -> None:
    await asks()
    for place, number in ((Place("US", "US-TX"), "911"), (ELSEWHERE, "112")):
        made = await booked(house, linden, THURSDAY if place == ELSEWHERE else START, meeting=Meeting(where=place))
        jo = await with_link(made, await browsers())
        text = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
        assert f'href="tel:{number}"' in text.split('class="measure-help"')[1].split("</section>")[0], place


async def test_somebody_in_danger_is_not_told_a_sum(jo: Jo, asks) -> None:
    await asks()
    for number in range(1, 10):
        await tap(jo, f"phq9_{number}", 1)
    await tap(jo, "phq9_difficulty", 0)
    page = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
    assert "Mara has your answers" in page
    assert "came to" not in page
    assert 'href="tel:112"' in page


async def test_danger_stands_on_the_therapists_day_until_somebody_says_that_they_saw_it(
    house: House, jo: Jo, asks, mara: Browser, samir: Browser, desk: Browser
) -> None:
    await asks()
    await tap(jo, "phq9_9", 2)
    assert await house.outbox.run_due() >= 1
    day = (await mara.get("/staff")).text
    assert "An answer of Jo Almeida needs you at once." in day
    for other in (samir, desk):
        assert "needs you" not in (await other.get("/staff")).text
    lead = (await mara.get(jo.staff_url)).text
    assert "Question 9 is 2." in lead
    assert "I have seen it" in lead
    assert (await samir.post(f"{jo.staff_url}/measures/saw")).status_code == 404
    await tap(jo, "phq9_9", 3, 2)  # worse, since the page was drawn
    for _ in range(2):
        assert (await mara.post(f"{jo.staff_url}/measures/saw", data=flags_on(lead))).status_code == 303
    assert (await mara.post(f"{jo.staff_url}/measures/saw")).status_code == 303
    assert "needs you at once" in (await mara.get("/staff")).text, "nobody has seen the worse answer"
    assert (await alert(house)).closed_at is None
    await mara.post(f"{jo.staff_url}/measures/saw", data=flags_on((await mara.get(jo.staff_url)).text))
    assert "needs you" not in (await mara.get("/staff")).text
    assert (await alert(house)).closed_at is not None
    flag, _ = await house.db.read(lambda db: _all(db, MeasureFlag))
    assert flag.seen_by is not None
    assert flag.seen_at == house.clock()
    seen = await house.db.read(lambda db: _all(db, AuditEntry))
    assert [one.action for one in seen].count("measure.flag_seen") == 2


async def test_what_spoke_of_danger_stays_readable_after_it_was_changed_and_seen(jo: Jo, asks, mara: Browser) -> None:
    await asks()
    await tap(jo, "phq9_9", 3)
    results = f"/staff/patients/{jo.made.card.patient_id}/measures"
    assert "Nobody has said that they saw it." in (await mara.get(results)).text
    await tap(jo, "phq9_9", 0, 2)
    lead = (await mara.get(jo.staff_url)).text
    assert "Question 9 is 0; before, its answer spoke of danger." in lead
    await mara.post(f"{jo.staff_url}/measures/saw", data=flags_on(lead))
    assert "before, its answer spoke of danger" in (await mara.get(jo.staff_url)).text
    page = (await mara.get(results)).text
    for words in ("‘Nearly every day’", "‘Not at all’", "Mara Lind said that they saw it, on Monday 9 March"):
        assert words in page


def flags_on(page: str) -> dict[str, str]:
    """What the press on 'I have seen it' says of a page."""
    return {"flags": re.findall(r'name="flags" value="([^"]+)"', page)[0]}


async def alert(house: House) -> Alert:
    (found,) = await house.db.read(lambda db: _all(db, Alert))
    return found


async def _all(db, table):
    return list(await db.scalars(select(table)))


async def test_danger_days_before_the_visit_stands_on_todays_page(
    house: House, linden: Linden, clock: Clock, browsers: Browsers, mara: Browser, asks
) -> None:
    await asks()
    made = await booked_this_morning(house, linden, clock, START + timedelta(days=2))
    noor = await with_link(made, await browsers())
    await tap(noor, "phq9_9", 1)
    assert "An answer of Noor Hassan needs you." in (await mara.get("/staff")).text


async def test_while_they_wait_the_questions_are_there_in_place(jo: Jo, asks, mara: Browser, clock: Clock) -> None:
    await asks(phq9="visit", gad7="visit")
    await jo.arrive()
    page = await jo.page()
    assert "While you wait: 9 short questions" in page
    assert "While you wait: 7 short questions" in page
    assert page.count("data-in-place") == 2


async def test_beside_the_picture_stands_what_changed(
    house: House, linden: Linden, jo: Jo, asks, mara: Browser, clock: Clock
) -> None:
    await asks()
    card = await card_of(house, jo)
    await answer_all(house, card, "3333330000")
    lead = (await mara.get(jo.staff_url)).text
    assert "PHQ-9 came to 18 of 27" in lead
    assert "In the range called moderately severe." in lead
    again = await with_link(
        await booked_this_morning(house, linden, clock, START + timedelta(days=1), name="Jo Almeida"), jo.browser
    )
    assert again  # another record: the same name is no proof that it is the same person


async def test_the_results_are_for_who_treats_them(jo: Jo, asks, house, mara: Browser, samir, desk, clock) -> None:
    await asks()
    card = await card_of(house, jo)
    await answer_all(house, card, "333333000")
    page = f"/staff/patients/{card.patient_id}/measures"
    own = await mara.get(page)
    assert own.status_code == 200
    assert "PHQ-9 came to 18 of 27" in own.text
    assert "See as a table" in own.text
    assert (await samir.get(page)).status_code == 404
    assert (await desk.get(page)).status_code == 403
    assert (await jo.browser.get(page)).status_code in {303, 403}
    file = await mara.get(f"{page}/fhir")
    kinds = [one["resource"]["resourceType"] for one in file.json()["entry"]]
    assert (file.headers["content-type"], kinds) == (
        "application/fhir+json",
        ["QuestionnaireResponse", "Observation"],
    )
    assert (await samir.get(f"{page}/fhir")).status_code == 404
    clock.forward(days=91)
    assert (await mara.get(page)).status_code in {303, 404}


async def test_by_hand_a_therapist_asks_for_what_the_clinic_uses_and_nothing_else(jo: Jo, asks, mara) -> None:
    await asks(gad7="hand")
    assert "short question" not in await jo.page()
    assert "Ask GAD-7" in (await mara.get(jo.staff_url)).text
    for _ in range(2):
        assert (await mara.post(f"{jo.staff_url}/measures/ask", data={"key": "gad7"})).status_code == 303
    assert (await mara.post(f"{jo.staff_url}/measures/ask", data={"key": "pcl5"})).status_code == 404
    assert "7 short questions" in await jo.page()


async def test_another_bookings_link_opens_nothing_of_it(
    house: House, linden: Linden, clock: Clock, jo: Jo, browsers: Browsers, asks
) -> None:
    await asks()
    clock.now = START - timedelta(minutes=10)
    made = await booked_this_morning(house, linden, clock, START + timedelta(hours=1))
    noor = await with_link(made, await browsers())
    for path in ("measures", "measures/phq9"):
        assert (await noor.browser.get(f"{jo.url}/{path}")).status_code == 404
    stranger = await browsers()
    assert (await stranger.post(f"{jo.url}/measures/phq9/answer", data={})).status_code == 404


async def test_an_answer_on_its_way_while_the_booking_is_cancelled_is_kept(jo: Jo, asks, house: House) -> None:
    await asks()
    await tap(jo, "phq9_1", 1)
    assert (await jo.browser.post(f"{jo.url}/cancel")).status_code == 303
    assert (await tap(jo, "phq9_9", 1)).status_code == 200
    assert len(await house.db.read(lambda db: _all(db, MeasureFlag))) == 1


async def test_the_audit_says_that_it_was_answered_and_never_what(jo: Jo, asks, house) -> None:
    await asks()
    for number in range(1, 10):
        await tap(jo, f"phq9_{number}", 3)
    entries = await house.db.read(lambda db: _all(db, AuditEntry))
    mine = [(one.action, json.dumps(one.detail)) for one in entries if one.action.startswith("measure.")]
    assert [action for action, _ in mine] == ["measure.begun", "measure.flagged"]
    assert not [detail for _, detail in mine if "phq9_" in detail]
