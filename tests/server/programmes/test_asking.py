"""A course asks its measures by itself: with the patient's next booking, once, and again when that is cancelled."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from server.booking import desk
from server.booking.desk import Order
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.config import Settings
from server.measures import store as measures
from server.measures.carried import store as carried
from server.measures.sheets import ask_by_hand, row_for
from server.patients.rules import Person
from server.programmes.asking.loop import ask_due
from server.programmes.asking.rules import Carrier, Plan, asked_now, wanted
from server.programmes.catalogue import shipped
from server.programmes.changes import Change, Kind, changed
from server.programmes.measured import with_measures
from tests.server.booking.linden import hours_of
from tests.server.measures.asked import answer_all, sheet_of, use
from tests.server.programmes.courses import Hand
from tests.server.visit.conftest import START

ENDING = {"kind": "end", "reason": "She moves."}


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def book_again(house, linden, jo, start: datetime) -> desk.Made:
    who, person = linden.mara.staff_id, Person(jo.made.card.patient_id, "Jo Almeida", "jo.almeida@example.org")
    order = Order(linden.clinic, linden.session, hours_of(who), Wish(start, who), person, known_patient=True)
    made = await desk.book(house, order, By())
    assert isinstance(made, desk.Made), made
    return made


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


def test_what_nobody_began_goes_to_an_earlier_booking_and_away_where_it_is_asked_or_answered_elsewhere() -> None:
    first, second = uuid4(), uuid4()
    loose = Carrier(second, {"phq9": True}, {"phq9"})
    assert asked_now(["phq9"], [Carrier(first, {}), loose], []) == Plan({"phq9": first}, [], ((second, "phq9"),))
    assert not asked_now(["phq9"], [Carrier(first, {"phq9": False}), loose], []), "it is where it can be first"
    assert not asked_now(["phq9"], [Carrier(first, {}), Carrier(second, {"phq9": True})], []), "somebody began it"
    assert asked_now(["phq9"], [Carrier(first, {"phq9": True}), loose], []) == Plan({}, [], ((second, "phq9"),))
    assert asked_now(["phq9"], [Carrier(first, {}), loose], ["phq9"]) == Plan({}, [], ((second, "phq9"),))
    assert asked_now([], [loose], []) == Plan({}, [], ((second, "phq9"),))


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
    await book_again(house, linden, jo, START + timedelta(days=1))
    assert await ask_due(house) == 2


@pytest_asyncio.fixture
async def later(house, jo, linden, course) -> BookingCard:
    """Jo's only booking, in three days."""
    assert await desk.cancel(house, linden.clinic, jo.made.card, By("patient"))
    return (await book_again(house, linden, jo, START + timedelta(days=3))).card


async def asked_at(house, jo) -> dict[UUID, set[str]]:
    """Booking -> what is asked there and nobody answered."""
    rows = await house.db.read(lambda db: measures.measures_of(db, jo.made.card.patient_id))
    found = defaultdict(set)
    for row in rows:
        if row.came_at is None:
            found[row.booking_id].add(row.key)
    return dict(found)


@pytest.mark.asyncio
async def test_an_earlier_booking_made_afterwards_takes_what_was_asked_and_nobody_began(
    course, phone, jo, house, linden, later
) -> None:
    assert await ask_due(house) == 2
    await answer_all(house, later, "1", "gad7")
    made = await book_again(house, linden, jo, START + timedelta(days=1))
    assert sum(await asyncio.gather(ask_due(house), ask_due(house))) == 1, "two nodes take it along once"
    assert await asked_at(house, jo) == {made.card.id: {"phq9"}, later.id: {"gad7"}}, "what was begun stays"
    home = (await phone.get("/me")).text
    assert f"/visit/{made.card.public_id}/measures" in home
    assert await desk.cancel(house, linden.clinic, made.card, By("patient"))
    assert await ask_due(house) == 1
    assert (await asked_at(house, jo))[later.id] == {"phq9", "gad7"}


@pytest.mark.asyncio
async def test_what_the_clinic_asked_with_an_earlier_booking_is_not_asked_again_with_the_later_one(
    course, phone, jo, house, linden, later
) -> None:
    assert await ask_due(house) == 2
    await use(house, linden.clinic.id, phq9="weekly")
    made = await book_again(house, linden, jo, START + timedelta(days=1))
    await answer_all(house, made.card, "1111111111")
    assert await ask_due(house) == 1, "the other one went along"
    assert await asked_at(house, jo) == {made.card.id: {"gad7"}}
    assert "PHQ-9" not in (await phone.get(f"/visit/{later.public_id}/measures")).text


@pytest.mark.asyncio
async def test_what_was_just_answered_with_a_nearer_booking_is_asked_with_the_later_one_no_more(
    course, phone, jo, house, linden, later
) -> None:
    assert await ask_due(house) == 2
    await use(house, linden.clinic.id, gad7="visit")
    made = await book_again(house, linden, jo, START + timedelta(days=1))
    await answer_all(house, made.card, "111111", "gad7")
    assert await asked_at(house, jo) == {later.id: {"phq9", "gad7"}, made.card.id: {"gad7"}}, (
        "not all of it is answered"
    )
    await answer_all(house, made.card, "11111111", "gad7")
    assert (await asked_at(house, jo))[later.id] == {"phq9"}, "at once, before anybody looks at courses again"
    assert await ask_due(house) == 1, "the other one goes along"
    assert await asked_at(house, jo) == {made.card.id: {"phq9"}}


@pytest.mark.asyncio
async def test_what_a_therapist_asked_by_hand_stays_though_its_course_wants_it_no_more(
    course, jo, house, linden, mara
) -> None:
    card = jo.made.card
    assert await ask_due(house) == 2
    version = (await sheet_of(house, card)).version_id
    await ask_by_hand(house, card, "phq9", version, linden.mara.staff_id)
    assert (await mara.post(f"{course.base}/changes", data=ENDING | {"once": str(uuid4())})).status_code == 303
    assert await ask_due(house) == 0
    assert await asked_at(house, jo) == {card.id: {"phq9"}}, "the GAD-7 was the course's alone"


@pytest.mark.asyncio
async def test_an_answer_that_comes_just_as_it_went_to_another_booking_is_kept(course, jo, house, monkeypatch) -> None:
    card = jo.made.card
    assert await ask_due(house) == 2
    goes = iter([True])

    async def went(db, of, sheet, at):
        row = await row_for(db, of, sheet, at)
        if next(goes, False):
            assert await carried.drop(db, card.id, "phq9")
        return row

    monkeypatch.setattr("server.measures.pinned.row_for", went)
    await answer_all(house, card, "1")
    assert (await sheet_of(house, card)).answers == {"phq9_1": 1}


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
