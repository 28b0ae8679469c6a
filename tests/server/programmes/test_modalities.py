"""Each way of giving ketamine: when it is watched, what is asked just before, and what long use asks for."""

from datetime import timedelta

import pytest

from server.programmes.catalogue import shipped
from server.programmes.course import Programme, history
from server.programmes.definition import Kind, Part
from server.programmes.footings import Base
from server.programmes.numbers import Odd, read_number
from server.programmes.outside.rules import unnamed
from server.programmes.questions import Verdict, found_in
from server.programmes.rules import due_steps
from tests.server.programmes.courses import BERLIN, MONDAY, Hand, seen_of
from tests.server.programmes.figures import expected

EXPECTED = expected()
MINUTES = {
    "ketamine-iv": (0, 10, 20, 30, 40, 55, 70, 100),
    "ketamine-im": (15, 30, 45, 60, 90, 120),
    "esketamine": (40, 70, 100, 120),
    "esketamine-maintenance": (40, 70, 100, 120),
    "ketamine-home": (30, 60, 90, 120),
    "ketamine-home-sc": (30, 60, 90, 120),
}
SESSIONS = {"ketamine-im": 6, "ketamine-home": 4, "ketamine-home-sc": 6}


@pytest.mark.parametrize("key", MINUTES)
def test_each_way_has_its_own_readings_its_own_going_home_and_scales(key: str) -> None:
    steps = shipped()[key].by_id
    assert steps["vitals"].minutes == MINUTES[key]
    asked = {one.id for one in steps["vitals"].questions}
    assert {"systolic", "diastolic", "pulse", "oxygen", "breaths", "sedation", "dissociation", "distress"} < asked
    assert {"nausea", "anxiety"} < asked
    home = shipped()[key].ending
    assert home.id == "discharge"
    assert home.tells, "both are told not to drive until tomorrow"
    [observed] = [gate for gate in shipped()[key].gates if gate.id == "observed"]
    assert observed.holds
    assert observed.least, "it cannot be signed early"
    assert observed.least.length >= timedelta(minutes=MINUTES[key][-1])


@pytest.mark.parametrize("key", SESSIONS)
def test_a_course_has_as_many_sessions_as_the_facts_name(key: str) -> None:
    assert sum(phase.sessions for phase in shipped()[key].phases) == SESSIONS[key]


@pytest.mark.parametrize("key", ["ketamine-iv", "ketamine-im"])
def test_before_an_infusion_or_injection_there_is_a_reading_of_the_last_minutes(key: str) -> None:
    one = shipped()[key]
    just = one.by_id["just_before"]
    assert just.valid
    assert just.valid.length == EXPECTED[key, "just_before"].length
    assert "just_before" in {need for gate in one.gates if gate.before == "treatment" for need in gate.needs}
    for name, clear, stops in (("systolic", "140", "160"), ("oxygen", "94", "93"), ("sedation", "alert", "drowsy")):
        found = [found_in(just.questions, {name: answer}).verdict for answer in (clear, stops)]
        assert found == [Verdict.CLEAR, Verdict.STOP]


@pytest.mark.parametrize("key", ["ketamine-iv", "ketamine-im"])
def test_no_session_begins_without_that_reading_nor_by_one_that_is_older(key: str) -> None:
    hand = Hand.of(shipped()[key])
    hand.starts()
    for name in ("today", "since", "phq9_before"):
        hand.does(name, 1)
    assert set(seen_of(hand.held()["treatment"])) == {"read"}
    hand.does("just_before", 1)
    hand.wait(minutes=11)
    assert set(seen_of(hand.held()["treatment"])) == {"read"}
    hand.does("just_before", 1, 1)
    hand.does("treatment", 1)


@pytest.mark.parametrize("key", [*MINUTES, "tms", "tms-accelerated"])
def test_fewer_trials_than_two_are_looked_at_before_a_course_begins(key: str) -> None:
    one = shipped()[key]
    step = next(each for each in one.steps if any(asked.id == "adequate" for asked in each.questions))
    [asked] = [each for each in step.questions if each.id == "adequate"]
    assert [found_in([asked], {"adequate": text}).verdict for text in ("0", "1", "2", "3")] == [
        Verdict.REVIEW, Verdict.REVIEW, Verdict.CLEAR, Verdict.CLEAR,
    ]  # fmt: skip
    assert "2 trials" in asked.reason
    assert not one.figures["trials_enough"].label, "it awaits a clinician"
    hand = Hand.of(one)
    hand.starts()
    hand.does(step.id, 0, 1, Verdict.REVIEW)
    assert "eligible" in seen_of(hand.held()["treatment"])


@pytest.mark.parametrize("key", ["ketamine-home", "ketamine-home-sc"])
def test_at_home_it_is_off_until_a_director_is_named_and_asks_for_all_that_the_facts_name(key: str) -> None:
    one = shipped()[key]
    assert {each.base for each in one.footings} == {Base.PERSON, Base.DATE}
    assert unnamed(one, {}), "nobody gives it before somebody answers for it by name"
    assert one.cautions
    stops = {question.id for question in one.by_id["place"].questions if question.conditions}
    assert stops >= {"here", "monitor", "sober", "knows", "cuff", "picture"}
    excluded = {"no": ("adult", "capacity", "home"), "yes": ("psychosis", "substances", "suicide", "pregnant", "heart")}
    for answer, names in excluded.items():
        for name in names:
            found = found_in(one.by_id["eligibility"].questions, {name: answer})
            assert found.verdict is Verdict.STOP, name
    assert "lost" in {rule.id for rule in one.stop_rules}


def due_on(day: int) -> set[str]:
    programme = Programme(shipped()["esketamine-maintenance"], BERLIN, MONDAY)
    due = due_steps(programme, history(programme.definition, []), MONDAY + timedelta(days=day, hours=1))
    return {one.step.id for one in due if one.step.part is Part.CALENDAR}


def test_long_use_is_asked_of_every_four_weeks_and_reviewed_every_quarter_to_the_end() -> None:
    review = shipped()["esketamine-maintenance"].by_id["review"]
    assert review.kind is Kind.DECISION
    assert "taper" in {one.id for one in review.questions}
    assert due_on(0) == due_on(27) == set()
    assert due_on(28) == {"monthly"}
    assert ["review" in due_on(day) for day in (90, 91, 182, 272, 273, 364)] == [False, True, True, True, True, True]
    assert [due_on(91 * quarter) >= {"review"} for quarter in range(1, 13)] == [True] * 12
    assert [due_on(28 * month) >= {"monthly"} for month in range(1, 40)] == [True] * 39


@pytest.mark.parametrize("key", MINUTES)
def test_thoughts_of_death_call_people_before_a_session_and_the_day_after(key: str) -> None:
    asking = [step for step in shipped()[key].steps if any(one.id == "safety" for one in step.questions)]
    assert {step.part for step in asking} == {Part.BEFORE, Part.AFTER}
    assert all(step.calls({"safety": "yes"}) and not step.calls({"safety": "unknown"}) for step in asking)


@pytest.mark.parametrize("key", MINUTES)
def test_the_screening_begins_with_the_last_totals_and_takes_no_part_of_a_point(key: str) -> None:
    asked = {one.id: one for step in shipped()[key].steps for one in step.questions if one.measure}
    assert {one.measure for one in asked.values()} == {"auditc", "asrm", "pcl5"}
    assert all(one.whole for one in asked.values())


@pytest.mark.parametrize("key", ["tms", "tms-accelerated"])
def test_what_is_counted_in_a_session_of_tms_is_whole(key: str) -> None:
    asked = {one.id: one for one in shipped()[key].by_id["after"].questions}
    assert all(asked[counted].whole for counted in ("pulses", "trains", "burst"))
    assert not asked["frequency"].whole
    assert read_number("3.000", asked["pulses"].span, asked["pulses"].whole) is Odd.TWO_NUMBERS
