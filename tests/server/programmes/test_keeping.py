"""A course in the database, on either engine: who writes at once is judged one after the other."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from server.home.demo_clinic.course import halfway
from server.house import House
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from server.programmes import store
from server.programmes.changes import Kind
from server.programmes.course import Entry, Key, Override, Seen, Why
from server.programmes.keeping import Hand, change, opened, override, record
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio


async def hand_of(house: House, linden: Linden | None = None) -> Hand:
    """Mara, with a course after its sixteenth session."""
    linden = linden or await seed(house)
    patient_id = (await booked(house, linden)).card.patient_id
    course_id = await halfway(house, linden.clinic, patient_id, linden.mara.staff_id, house.clock())
    row = await house.db.read(lambda db: store.course_of(db, linden.clinic.id, course_id))
    assert row
    return Hand(house, linden.clinic.zone, row, linden.mara.staff_id, house.clock(), uuid4())


async def writes(hand: Hand, key: Key, verdict: Verdict = Verdict.CLEAR) -> Refused | None:
    return await record(replace(hand, once=uuid4()), Entry(key, hand.now, verdict, hand.by), {"words": "A word"})


async def test_of_two_who_write_the_same_step_at_once_one_does(either_house: House) -> None:
    hand = await hand_of(either_house)
    found = await asyncio.gather(*(writes(hand, Key("today", 17)) for _ in range(4)))
    assert sorted(one is None for one in found) == [False, False, False, True]
    assert {one.why for one in found if one} == {No.ALREADY}


async def test_no_session_begins_beside_an_answer_that_stops_it(either_house: House) -> None:
    hand = await hand_of(either_house)
    assert await writes(hand, Key("today", 17)) is None
    stop, begin = await asyncio.gather(
        writes(hand, Key("today", 17, 1), Verdict.STOP), writes(hand, Key("treatment", 17))
    )
    assert (stop is None) is not (begin is None), "whichever came first, the other saw it"


async def test_a_gate_is_passed_once_by_one_form_and_its_reason_opens_with_the_patients_key(
    either_house: House,
) -> None:
    hand = await hand_of(either_house)
    assert await writes(hand, Key("today", 17), Verdict.STOP) is None
    one = Override("asked", 17, hand.now, hand.by, frozenset({Seen(Why.STOP, "today", 0)}), "Talked it over.")
    assert await asyncio.gather(override(hand, one), override(hand, one)) == [None, None]
    found = await opened(hand.house, hand.row, hand.zone, hand.now)
    assert list(found.reasons.values()).count("Talked it over.") == 1
    assert await writes(hand, Key("treatment", 17)) is None


async def test_a_course_goes_along_when_two_records_become_one(either_house: House) -> None:
    linden = await seed(either_house)
    hand = await hand_of(either_house, linden)
    house, row = hand.house, hand.row
    kept = await booked(house, linden, THURSDAY + timedelta(days=1), name="Jo A.", mail="jo.a@example.org")
    assert await merge(house, row.clinic_id, kept.card.patient_id, row.patient_id, Choice(), hand.by) is None
    moved = await house.db.read(lambda db: store.course_of(db, row.clinic_id, row.id))
    assert moved
    assert moved.patient_id == kept.card.patient_id
    found = await opened(house, moved, hand.zone, hand.now)
    assert found.standing.done.sessions_over == 16
    assert any("febrile" in answer for answers in found.answers.values() for answer in answers.values())


async def test_an_id_that_something_else_has_is_refused_and_what_stands_there_stays(either_house: House) -> None:
    linden = await seed(either_house)
    hand = await hand_of(either_house, linden)
    person = (await booked(either_house, linden, THURSDAY + timedelta(days=1), name="Jo", mail="jo@example.org")).card
    course = await halfway(either_house, linden.clinic, person.patient_id, hand.by, hand.now)
    row = await either_house.db.read(lambda db: store.course_of(db, linden.clinic.id, course))
    assert row
    other, entry = replace(hand, row=row), Entry(Key("today", 17), hand.now, Verdict.CLEAR, hand.by)
    said = {"words": "A word"}
    both = await asyncio.gather(record(hand, entry, said), record(other, entry, said))
    assert sorted(both, key=bool) == [None, Refused(No.ALREADY)]
    first, second = (hand, other) if both[0] is None else (other, hand)
    assert await record(first, entry, said) is None, "the same again is a quiet repeat"
    assert await record(first, entry, {"words": "Another"}) == Refused(No.ALREADY)
    assert await record(first, replace(entry, key=Key("today", 17, 1)), said) == Refused(No.ALREADY)
    assert await record(second, entry, {"words": "Another"}) == Refused(No.ALREADY)
    found = await opened(first.house, first.row, first.zone, first.now)
    assert found.answers[hand.once] == said


async def test_a_change_under_a_known_id_is_a_repeat_only_where_it_is_the_same(either_house: House) -> None:
    hand = await hand_of(either_house)
    for _ in range(2):
        assert await change(hand, Kind.PAUSE, "Away.") is None
    assert await change(hand, Kind.PAUSE, "Ill.") == Refused(No.ALREADY)
    assert await change(hand, Kind.END, "Away.") == Refused(No.ALREADY)


async def test_a_gate_under_a_known_id_is_a_repeat_only_where_it_is_the_same(either_house: House) -> None:
    hand = await hand_of(either_house)
    assert await writes(hand, Key("today", 17), Verdict.STOP) is None
    one = Override("asked", 17, hand.now, hand.by, frozenset({Seen(Why.STOP, "today", 0)}), "Talked it over.")
    assert [await override(hand, one) for _ in range(2)] == [None, None]
    assert await override(hand, replace(one, reason="Another.")) == Refused(No.ALREADY)
    assert await override(hand, replace(one, gate="agreed")) == Refused(No.ALREADY)
