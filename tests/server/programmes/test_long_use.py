"""What is asked by the calendar holds the next session, and an answer that stops does so until somebody says why."""

import json
from datetime import timedelta

import pytest

from server.programmes.asking.rules import wanted
from server.programmes.because import met_by_steps
from server.programmes.catalogue import shipped_data
from server.programmes.course import Seen, Why
from server.programmes.forms import parse
from server.programmes.measured import with_measures
from server.programmes.questions import Verdict, found_in
from server.programmes.recording import Refused
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.courses import Hand
from tests.server.programmes.test_family import FAMILY, KNOWN, a_hand, before, checked, ready
from tests.server.visit.conftest import signed_in

LONG = KNOWN["esketamine-maintenance"]
QUARTER, MONTH = 91, 28


def on_day(day: int) -> Hand:
    """A course in its first session of which nothing was given, so many days after it began."""
    hand = a_hand(LONG)
    hand.now = hand.programme.midnight(hand.programme.began_at, day) + timedelta(hours=12)
    before(hand, 1)
    return hand


def held(hand: Hand, gate: str) -> list[Seen]:
    found = hand.held().get("treatment", ())
    return [cause.seen for one in found if one.gate.id == gate for cause in one.causes]


@pytest.mark.parametrize(
    ("gate", "step", "every"), [("decided", "review", QUARTER), ("long_use", "monthly", MONTH)]
)  # fmt: skip
def test_from_its_day_on_what_is_asked_by_the_calendar_holds_the_next_session(gate: str, step: str, every: int) -> None:
    assert held(on_day(every - 1), gate) == []
    for number in (1, 2, 5, 9, 12):
        hand = on_day(every * number)
        assert held(hand, gate) == [Seen(Why.MISSING, step, number)]
        assert isinstance(hand.tries("treatment", 1), Refused)
        hand.does(step, 0, number)
        assert held(hand, gate) == []
        hand.now += timedelta(days=every)
        assert held(hand, gate) == [Seen(Why.MISSING, step, number + 1)], "the next time is another one"


def test_a_decision_to_end_holds_every_session_until_a_later_review_decides_otherwise() -> None:
    review = next(one for one in LONG.by_id["review"].questions if one.id == "decision")
    came = {word: found_in([review], {"decision": word}).verdict for word in review.options}
    assert came == {"continue": Verdict.CLEAR, "change": Verdict.CLEAR, "end": Verdict.STOP}
    hand = on_day(QUARTER)
    hand.does("monthly", 0, 3)
    hand.does("review", 0, 1, Verdict.STOP)
    end = Seen(Why.STOP, "review", 1)
    assert held(hand, "decided") == [end]
    assert isinstance(hand.tries("treatment", 1), Refused)
    hand.passes("decided", 1, [end], "One more, until the other treatment begins.")
    hand.does("treatment", 1)
    hand.wait(minutes=5)
    hand.does("handover", 1)
    hand.wait(days=1)
    hand.does("call", 1)
    hand.wait(days=7)
    before(hand, 2)
    assert held(hand, "decided") == [end], "that was for one session"
    hand.now = hand.programme.midnight(hand.programme.began_at, 2 * QUARTER) + timedelta(hours=12)
    assert held(hand, "decided") == [Seen(Why.MISSING, "review", 2), end]
    hand.does("review", 0, 2)
    assert held(hand, "decided") == []


def test_trouble_of_long_use_stops_whatever_is_answered_later_until_somebody_says_why() -> None:
    hand = on_day(MONTH)
    hand.does("monthly", 0, 1, Verdict.STOP)
    first = Seen(Why.STOP, "monthly", 1)
    assert held(hand, "long_use") == [first]
    hand.now += timedelta(days=MONTH)
    hand.does("monthly", 0, 2)
    assert held(hand, "long_use") == [first], "a later answer opens nothing"
    hand.passes("long_use", 0, [first], "Seen by urology: an infection, treated.")
    assert held(hand, "long_use") == []
    hand.now += timedelta(days=MONTH)
    assert held(hand, "long_use") == [Seen(Why.MISSING, "monthly", 3)]
    hand.does("monthly", 0, 3, Verdict.STOP)
    assert held(hand, "long_use") == [Seen(Why.STOP, "monthly", 3)], "another stop is another thing to decide"


def test_what_is_only_to_be_looked_at_is_so_until_the_next_time() -> None:
    hand = on_day(MONTH)
    hand.does("monthly", 0, 1, Verdict.REVIEW)
    assert held(hand, "long_use") == [Seen(Why.REVIEW, "monthly", 1)]
    hand.now += timedelta(days=MONTH)
    hand.does("monthly", 0, 2)
    assert held(hand, "long_use") == []


@pytest.mark.parametrize("answer", ["yes", "unknown"])
def test_trouble_of_the_bladder_stops_and_asks_for_a_review_of_the_course(answer: str) -> None:
    assert found_in(LONG.by_id["monthly"].questions, {"bladder": answer}).verdict is Verdict.STOP
    assert [one.id for one in met_by_steps(LONG, {"monthly": 1})] == ["long_use"]
    assert met_by_steps(LONG, {"monthly": 0}) == ()


@pytest.mark.parametrize("programme", FAMILY)
def test_a_stop_named_before_a_session_is_not_undone_by_the_same_question_once_more(programme: str) -> None:
    hand = a_hand(KNOWN[programme])
    before(hand, 1)
    hand.wait(minutes=1)
    hand.does("since", 1, 1, Verdict.STOP)
    hand.wait(minutes=1)
    hand.does("since", 1, 2)
    assert held(hand, "told") == [Seen(Why.STOP, "since", 1)]
    hand.passes("told", 1, [Seen(Why.STOP, "since", 1)], "It was another patient's answer.")
    assert held(hand, "told") == []
    hand.does("today", 1, 1, Verdict.STOP)
    assert held(hand, "asked") == [Seen(Why.STOP, "today", 1)]
    hand.does("today", 1, 2)
    assert held(hand, "asked") == [], "blood pressure is measured again"


@pytest.mark.parametrize("programme", FAMILY)
def test_before_each_dose_the_phq9_is_asked_of_the_patient_and_holds_it_until_it_is_there(programme: str) -> None:
    hand = a_hand(KNOWN[programme])
    before(hand, 1)
    hand.does("treatment", 1)
    hand.wait(minutes=5)
    hand.does("handover", 1)
    planned = hand.now + timedelta(days=14)
    hand.plans({2: planned})
    hand.wait(days=1)
    hand.does("call", 1)
    hand.now = planned - timedelta(hours=25)
    assert "phq9" not in wanted(hand.programme, hand.done, hand.now)
    early = [("phq9", hand.now)]
    hand.now = planned - timedelta(hours=23)
    assert "phq9" in wanted(hand.programme, hand.done, hand.now)
    hand.now = planned - timedelta(hours=1)
    hand.does("today", 2)
    missing = Seen(Why.MISSING, "phq9_before", -1)
    assert held(hand, "measured") == [missing]
    hand.done = with_measures(hand.programme, hand.done, early)
    assert held(hand, "measured") == [missing], "one of before says how it was then"
    hand.done = with_measures(hand.programme, hand.done, [("gad7", hand.now), ("phq9", hand.now)])
    assert held(hand, "measured") == []
    assert "phq9" not in wanted(hand.programme, hand.done, hand.now)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda data: data["steps"][0].update(which={"onward": 1}), "steps.eligibility.which"),
        (lambda data: _of(data, "steps", "vitals").update(which={"onward": 1}), "steps.vitals.which"),
        (lambda data: _of(data, "gates", "observed").update(since="monthly"), "gates.observed.since"),
        (lambda data: _of(data, "gates", "readings").update(needs=["discharge"]), "gates.readings.needs"),
    ],
)
def test_a_file_that_asks_what_cannot_be_is_told_where(change, place: str) -> None:
    data = json.loads(json.dumps(shipped_data()["esketamine-maintenance"]))
    change(data)
    found = parse(data)
    assert isinstance(found, list)
    assert place in {one.place for one in found}, found


def _of(data, what: str, name: str):
    return next(one for one in data[what] if one["id"] == name)


@pytest.mark.asyncio
async def test_the_page_says_what_holds_and_the_board_does_so_too(house, linden, jo, mara, clock) -> None:
    await give(house, linden.clinic.id, LONG.id)
    course = await begun(mara, jo.made.card.patient_id, LONG.id, house, linden.clinic.id)
    await ready(course)
    clock.forward(days=MONTH)
    await signed_in(house, mara, linden.mara.staff_id)
    await checked(course)
    assert (await course.writes("monthly", 0, 1, bladder="yes")).status_code == 303
    refused = await course.writes("treatment", 1)
    assert refused.status_code == 409
    said = refused.text.partition("What long use does is to be asked")[2].partition("</div>")[0]
    assert "Trouble with the bladder" in said
    assert "Trouble with the bladder was named" in await course.page(), "the rule that the course is looked at by"
    assert "What long use does" in (await mara.get("/staff/courses")).text
    assert (await course.passes("long_use", 0, "Seen by urology.")).headers["location"].endswith("kept")
    assert (await course.writes("treatment", 1)).status_code == 303
