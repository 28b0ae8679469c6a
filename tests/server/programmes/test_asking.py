"""A course asks its measures by itself: with the patient's next booking, once, and again when that is cancelled."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from server.booking import desk
from server.booking.desk import Order
from server.booking.rules import Wish
from server.booking.store import By
from server.measures import store as measures
from server.patients.rules import Person
from server.programmes.asking.loop import ask_due
from server.programmes.asking.rules import Carrier, Plan, asked_now, wanted
from server.programmes.catalogue import shipped
from server.programmes.changes import Change, Kind, changed
from server.programmes.measured import with_measures
from tests.server.booking.linden import hours_of
from tests.server.measures.asked import answer_all
from tests.server.programmes.courses import Hand
from tests.server.visit.conftest import START


def test_what_is_asked_is_what_is_open_and_nothing_of_a_pause() -> None:
    hand = Hand.of(shipped()["tms"])
    assert wanted(hand.programme, hand.done, hand.now) == {"phq9", "gad7"}
    hand.done = with_measures(hand.programme, hand.done, [("phq9", hand.now)])
    assert wanted(hand.programme, hand.done, hand.now) == {"gad7"}
    hand.wait(days=7)
    assert wanted(hand.programme, hand.done, hand.now) == {"phq9", "gad7"}, "each week anew"
    paused = changed(hand.programme, [Change(1, Kind.PAUSE, hand.now, uuid4())])
    assert wanted(paused, hand.done, hand.now) == frozenset()


def test_a_booking_asks_a_measure_once_and_the_next_one_when_it_was_answered() -> None:
    first, second = uuid4(), uuid4()

    def asked(*several: Carrier) -> Plan:
        return asked_now(["phq9"], several, [])

    assert asked(Carrier(first, {}), Carrier(second, {})) == Plan({"phq9": first}, [])
    assert asked(Carrier(first, {"gad7": True}), Carrier(second, {})) == Plan({"phq9": first}, [])
    assert asked(Carrier(first, {}), Carrier(second, {"phq9": True})) == Plan({}, [])
    assert asked(Carrier(first, {"phq9": False}), Carrier(second, {})) == Plan({"phq9": second}, [])


def test_without_a_booking_that_can_carry_it_they_are_asked_alone_once() -> None:
    assert asked_now(["phq9", "gad7"], [], []) == Plan({}, ["gad7", "phq9"])
    assert asked_now(["phq9"], [Carrier(uuid4(), {"phq9": False})], []) == Plan({}, ["phq9"])
    assert asked_now(["phq9"], [], ["phq9"]) == Plan({}, [])
    assert asked_now(["phq9"], [Carrier(uuid4(), {})], ["phq9"]) == Plan({}, []), "the open one stays"


@pytest.mark.asyncio
async def test_the_measures_of_a_course_wait_on_its_patients_home(course, phone, jo, house, linden) -> None:
    assert "/measures" not in (await phone.get("/me")).text
    assert sum(await asyncio.gather(ask_due(house), ask_due(house))) == 2, "two nodes ask each once"
    assert await ask_due(house) == 0
    page = (await phone.get("/me")).text
    assert f"/visit/{jo.made.card.public_id}/measures" in page
    asked = await house.db.read(lambda db: measures.measures_for(db, [jo.made.card.id]))
    assert {row.key for row in asked[jo.made.card.id]} == {"phq9", "gad7"}
    assert "PHQ-9" in (await phone.get(f"/visit/{jo.made.card.public_id}/measures")).text


@pytest.mark.asyncio
async def test_they_are_asked_with_another_booking_when_that_one_is_cancelled(course, jo, house, linden) -> None:
    assert await ask_due(house) == 2
    assert await desk.cancel(house, linden.clinic, jo.made.card, By("patient"))
    assert await ask_due(house) == 0, "there is no booking that could ask, and no space of theirs"
    who, person = linden.mara.staff_id, Person(jo.made.card.patient_id, "Jo Almeida", "jo.almeida@example.org")
    wish = Wish(START + timedelta(days=1), who)
    order = Order(linden.clinic, linden.session, hours_of(who), wish, person, known_patient=True)
    assert isinstance(await desk.book(house, order, By()), desk.Made)
    assert await ask_due(house) == 2


@pytest.mark.asyncio
async def test_a_gate_counts_the_phq9_once_its_nine_are_answered_and_so_does_the_board(
    course, phone, jo, house, linden, mara
) -> None:
    for name in ("screening", "trials", "consent", "protocol"):
        assert (await course.writes(name)).status_code == 303
    assert await ask_due(house) == 2
    for values in ("11111111", "111111111"):
        assert "The PHQ-9 from before the first session" in await course.page()
        await answer_all(house, jo.made.card, values)
    page = await course.page()
    assert "The PHQ-9 from before the first session" not in page
    assert await ask_due(house) == 0
    asked = (await house.db.read(lambda db: measures.measures_for(db, [jo.made.card.id])))[jo.made.card.id]
    assert next(row for row in asked if row.key == "phq9").finished_at is None, "the tenth is still open to them"
    assert "PHQ-9" in (await phone.get(f"/visit/{jo.made.card.public_id}/measures")).text
