"""Every week by the clinic's clock, visit or not: once, in the patient's own space, and of nobody who left care."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.booking import desk
from server.booking.desk import Order
from server.booking.rules import Wish
from server.booking.store import By
from server.config import Settings
from server.measures.catalogue import shipped
from server.measures.results import results_of
from server.measures.tables import Measure, MeasureStop
from server.measures.weekly.asking import ask_weekly
from server.patients.rules import Person
from server.patients.space.tables import SpaceMember
from server.patients.tables import Patient
from server.programmes.asking.loop import ask_due
from server.safety.alerts.tables import Alert
from tests.server.booking.linden import hours_of
from tests.server.measures.asked import use
from tests.server.measures.weekly.conftest import MONDAY, WEEK
from tests.server.visit.conftest import START, signed_in
from tests.server.visit.risk.test_climb import called, climb_for

pytestmark = pytest.mark.asyncio
MONDAYS = [(MONDAY + number * WEEK).date() for number in range(9)]


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def rows(house) -> list[Measure]:
    async def work(db):
        return list(await db.scalars(select(Measure).order_by(Measure.asked_at)))

    return await house.db.read(work)


async def taps(browser, base: str, values: str, key: str = "gad7") -> None:
    for item, value in zip(shipped()[key].items, values, strict=False):
        answer = await browser.post(f"{base}/{key}/answer", data={"item": item.id, "value": value, "number": "1"})
        assert answer.status_code == 200, answer.text


async def asks(browser, page: str) -> bool:
    return (await browser.get(page)).status_code == 200


async def book(house, linden, jo, at) -> desk.Made:
    who, person = linden.mara.staff_id, Person(jo.made.card.patient_id, "Jo Almeida", "jo.almeida@example.org")
    order = Order(linden.clinic, linden.session, hours_of(who), Wish(at, who), person, known_patient=True)
    made = await desk.book(house, order, By())
    assert isinstance(made, desk.Made)
    return made


def told_of(house) -> list:
    return [one for one in house.mailer.sent if one.subject == "There are a few questions for you"]


async def test_two_nodes_ask_once_it_stands_on_the_home_and_is_a_result_like_any_other(
    weekly, phone, house, linden, jo, clock
) -> None:
    assert sum(await asyncio.gather(ask_weekly(house), ask_weekly(house))) == 1
    assert await ask_weekly(house) == 0
    home = (await phone.get("/me")).text
    assert f'href="{weekly}"' in home
    assert "7 short questions for you" in home
    await taps(phone, weekly, "11111110")
    clock.forward(days=1)
    assert await ask_weekly(house) == 0, "this week has its answer"
    (found,) = await results_of(house, linden.clinic.id, jo.made.card.patient_id)
    assert (found.key, found.latest.result.total, found.latest.finished) == ("gad7", 7, True)
    clock.now = MONDAY + WEEK
    assert await ask_weekly(house) == 1
    assert [row.week for row in await rows(house)] == MONDAYS[:2]


async def test_in_the_week_of_a_visit_the_visit_asks_and_only_once(weekly, phone, house, linden, jo, clock) -> None:
    clock.now = START + timedelta(days=1)
    assert await ask_weekly(house) == 0, "she was there on Monday"
    clock.now = MONDAY - timedelta(days=1)
    made = await book(house, linden, jo, START + timedelta(days=9))
    clock.now = MONDAY + timedelta(hours=1)
    assert await ask_weekly(house) == 0
    await taps(phone, f"/visit/{made.card.public_id}/measures", "11111110")
    assert [(row.week, row.booking_id) for row in await rows(house)] == [(None, made.card.id)]
    clock.forward(days=3)
    assert await ask_weekly(house) == 0


async def test_a_visit_booked_after_it_was_answered_does_not_ask_again_and_the_next_week_does(
    weekly, phone, house, linden, jo, clock
) -> None:
    await ask_weekly(house)
    await taps(phone, weekly, "11111110")
    made = await book(house, linden, jo, MONDAY + timedelta(days=3, hours=5))
    clock.forward(days=2)
    page = f"/visit/{made.card.public_id}/measures"
    assert not await asks(phone, f"{page}/gad7"), "it has its answer of this week"
    later = await book(house, linden, jo, MONDAY + timedelta(days=8, hours=5))
    clock.now = MONDAY + timedelta(days=6)
    assert await asks(phone, f"/visit/{later.card.public_id}/measures/gad7")


async def test_an_answer_for_the_visit_of_a_week_counts_for_it_though_given_before(
    weekly, phone, house, linden, jo, clock
) -> None:
    clock.now = MONDAY - timedelta(days=2)
    first = await book(house, linden, jo, MONDAY + timedelta(hours=5))
    again = await book(house, linden, jo, MONDAY + timedelta(days=2, hours=5))
    await taps(phone, f"/visit/{first.card.public_id}/measures", "11111110")
    clock.now = MONDAY + timedelta(days=1)
    assert not await asks(phone, f"/visit/{again.card.public_id}/measures/gad7")


async def test_a_missed_week_gives_way_and_what_was_half_answered_is_kept(
    weekly, phone, house, linden, jo, clock
) -> None:
    await ask_weekly(house)
    await taps(phone, weekly, "111")
    clock.now = MONDAY + WEEK
    assert await ask_weekly(house) == 1
    old, new = await rows(house)
    assert (old.withdrawn_at, new.withdrawn_at) == (clock.now, None)
    assert "7 short questions for you" in (await phone.get("/me")).text, "nothing piled up"
    (found,) = await results_of(house, linden.clinic.id, jo.made.card.patient_id)
    assert (found.latest.finished, len(found.latest.answers)) == (False, 3)


async def test_the_loop_of_the_courses_leaves_it_alone(weekly, house) -> None:
    await ask_weekly(house)
    await ask_due(house)
    assert [row.withdrawn_at for row in await rows(house)] == [None]


async def test_they_are_told_once_and_after_four_missed_weeks_no_more(weekly, phone, house, clock) -> None:
    for number in range(6):
        clock.now = MONDAY + number * WEEK
        for _ in range(2):
            await ask_weekly(house)
            await house.outbox.run_due()
    assert len(await rows(house)) == 6, "the questions stand all the same"
    assert len(told_of(house)) == 4
    assert "GAD" not in told_of(house)[0].text
    await taps(phone, weekly, "1")
    clock.now = MONDAY + 6 * WEEK
    await ask_weekly(house)
    await house.outbox.run_due()
    assert len(told_of(house)) == 5


async def test_before_quiet_hours_end_where_she_is_no_word_goes(weekly, house, clock, jo) -> None:
    clock.now = MONDAY - timedelta(hours=2)
    assert await ask_weekly(house) == 1
    away = update(Patient).where(Patient.id == jo.made.card.patient_id).values(zone="America/New_York")
    await house.db.unit(lambda db: db.execute(away))
    await house.outbox.run_due()
    assert told_of(house) == []
    clock.forward(hours=6)
    await house.outbox.run_due()
    assert len(told_of(house)) == 1


async def test_who_left_care_or_cannot_be_reached_is_asked_nothing(weekly, house, linden, jo, clock) -> None:
    clock.now = START + timedelta(days=92)
    assert await ask_weekly(house) == 0, "ninety days after the last visit"
    clock.now = MONDAY
    unknown = update(Patient).values(mail_sealed=None, phone_sealed=None)
    await house.db.unit(lambda db: db.execute(unknown))
    assert await ask_weekly(house) == 0, "nobody could tell her"


async def test_who_has_no_space_is_asked_nothing(weekly, house, clock) -> None:
    ended = update(SpaceMember).values(ended_at=clock.now)
    await house.db.unit(lambda db: db.execute(ended))
    assert await ask_weekly(house) == 0


async def test_once_the_clinic_chooses_otherwise_what_stands_is_withdrawn(weekly, phone, house, linden) -> None:
    await ask_weekly(house)
    await use(house, linden.clinic.id, gad7="weekly")
    assert await ask_weekly(house) == 0
    assert f'href="{weekly}"' not in (await phone.get("/me")).text


async def test_the_older_weekly_rule_asks_with_visits_alone_as_it_did(weekly, house, linden) -> None:
    await use(house, linden.clinic.id, gad7="weekly", phq9="monthly")
    assert await ask_weekly(house) == 0


async def test_her_therapist_stops_it_for_her_and_sees_who_and_asks_again_from_the_next_week(
    weekly, phone, mara, samir, house, linden, jo, clock
) -> None:
    clock.now = MONDAY  # samir came before
    await signed_in(house, mara, linden.mara.staff_id)
    await signed_in(house, samir, linden.samir.staff_id)
    await ask_weekly(house)
    page = f"/staff/patients/{jo.made.card.patient_id}/measures"
    assert "Asked this week, not answered yet" in (await mara.get(page)).text
    assert "Asked this week, not answered yet: GAD-7." in (await mara.get("/staff/caseload")).text
    assert (await samir.post(f"{page}/gad7/weekly", data={"stopped": "yes"})).status_code == 404
    for _ in range(2):
        assert (await mara.post(f"{page}/gad7/weekly", data={"stopped": "yes"})).status_code == 303
    assert (await mara.post(f"{page}/phq9/weekly", data={"stopped": "yes"})).status_code == 404
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(MeasureStop))) == 1
    assert "Stopped by Mara Lind on " in (await mara.get(page)).text
    assert f'href="{weekly}"' not in (await phone.get("/me")).text
    assert "Asked this week" not in (await mara.get("/staff/caseload")).text
    clock.now = MONDAY + WEEK
    await signed_in(house, mara, linden.mara.staff_id)
    assert await ask_weekly(house) == 0
    made = await book(house, linden, jo, clock.now + timedelta(days=2, hours=5))
    assert not await asks(phone, f"/visit/{made.card.public_id}/measures/gad7")
    assert (await mara.post(f"{page}/gad7/weekly", data={"stopped": "no"})).status_code == 303
    assert await asks(phone, f"/visit/{made.card.public_id}/measures/gad7")


async def test_an_answer_that_speaks_of_danger_calls_whom_she_met_last(weekly, phone, house, linden, jo, clock) -> None:
    await use(house, linden.clinic.id, phq9="each_week")
    await ask_weekly(house)
    await phone.post(f"{weekly}/phq9/answer", data={"item": "phq9_9", "value": "1", "number": "1"})
    await climb_for(house, clock, minutes=2)
    assert set(await called(house)) == {("therapist", linden.mara.staff_id.hex)}
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Alert))) == 1
