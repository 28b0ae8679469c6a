"""Each way of giving ketamine: when it is watched, what is asked just before, and what long use asks for."""

from datetime import date, timedelta

import pytest

from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key, Programme, history
from server.programmes.definition import Kind, Part
from server.programmes.footings import Base
from server.programmes.numbers import Odd, read_number
from server.programmes.outside.rules import unnamed
from server.programmes.questions import Verdict, found_in, grown
from server.programmes.rules import due_steps
from tests.server.programmes.conftest import begun, give
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


@pytest.mark.parametrize("key", MINUTES)
def test_before_a_course_other_allergies_drugs_pulse_and_oxygen_are_asked_and_looked_at(key: str) -> None:
    for name in ("allergies", "drugs"):
        found = [
            found_in(shipped()[key].by_id["eligibility"].questions, {name: said}).verdict for said in ("no", "yes")
        ]
        assert found == [Verdict.CLEAR, Verdict.REVIEW], name
    for name, clear, looked in (
        ("pulse_first", "70", "49"),
        ("pulse_first", "110", "111"),
        ("oxygen_first", "94", "93"),
    ):
        [asked] = [one for one in shipped()[key].by_id["facts"].questions if one.id == name]
        assert not asked.optional
        assert [found_in([asked], {name: said}).verdict for said in (clear, looked)] == [Verdict.CLEAR, Verdict.REVIEW]


@pytest.mark.parametrize("key", MINUTES)
def test_the_record_says_how_many_trials_there_were(key: str) -> None:
    [asked] = [one for one in shipped()[key].by_id["facts"].questions if one.id == "adequate"]
    assert asked.trials
    assert asked.trials.length == EXPECTED[key, "trial_days"].length


@pytest.mark.parametrize(("born", "begins", "verdict"), [
    ("1961-03-02", "two", Verdict.REVIEW),
    ("1961-03-02", "three", Verdict.REVIEW),
    ("1961-03-02", "other", Verdict.REVIEW),
    ("1961-03-02", "one", Verdict.CLEAR),
    ("1961-03-03", "two", Verdict.CLEAR),
    ("1925-01-01", "two", Verdict.REVIEW),
    ("", "two", Verdict.CLEAR),
])  # fmt: skip
def test_from_65_years_on_another_beginning_than_the_labels_is_looked_at(born, begins, verdict) -> None:
    one = shipped()["esketamine"]
    questions = grown(one.by_id["facts"].questions, date(2026, 3, 2))
    found = found_in(questions, {"born": born, "begins": begins})
    assert (found.verdict, found.questions) == (verdict, ("begins",) if verdict is Verdict.REVIEW else ())
    [asked] = [each for each in questions if each.id == "begins"]
    assert "65 years" in asked.reason
    assert not one.figures["older"].label, "it awaits a clinician"
    assert "European" in one.figures["older"].source


@pytest.mark.asyncio
async def test_who_began_otherwise_than_the_label_says_for_their_age_waits_until_somebody_says_why(
    house, linden, jo, mara
) -> None:
    await give(house, linden.clinic.id, "esketamine")
    course = await begun(mara, jo.made.card.patient_id, "esketamine", house, linden.clinic.id)
    words = "From 65 years on the European label begins with one device, and the prescriber said otherwise."
    for name in ("eligibility", "scales", "consent"):
        assert (await course.writes(name)).status_code == 303
    assert (await course.writes("facts", born="1955-01-31", begins="two")).status_code == 303
    page = await course.page()
    assert words in page
    assert "In the weeks before this course" in page
    form = (await mara.get(f"{course.base}/steps/since/1/0")).text
    assert "Anything else that was not well in the weeks before this course" in form
    assert "last session" not in form.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    assert (await course.passes("eligible", 0, "Fell asleep with less last year; Dr Osei.")).status_code == 303
    assert "Fell asleep with less last year" in await course.page()
    why = {"otherwise": "It is one device."}
    assert (await course.writes("facts", 0, 1, why, born="1955-01-31", begins="one")).status_code == 303
    assert (await course.writes("facts", 0, 2, born="1965-01-31", begins="two")).status_code == 303
    assert words not in await course.page()


def test_an_age_is_counted_on_the_29th_of_february_too() -> None:
    questions = grown(shipped()["esketamine"].by_id["facts"].questions, date(2028, 2, 29))
    found = [found_in(questions, {"born": born, "begins": "two"}).verdict for born in ("1963-02-28", "1963-03-01")]
    assert found == [Verdict.REVIEW, Verdict.CLEAR]


def test_what_esketamine_is_given_for_is_one_of_two_or_looked_at() -> None:
    looked = {}
    for key in ("esketamine", "esketamine-maintenance"):
        [asked] = [one for one in shipped()[key].by_id["facts"].questions if one.id == "indication"]
        looked[key] = [
            said for said in asked.options if found_in([asked], {"indication": said}).verdict is Verdict.REVIEW
        ]
        assert "acute suicidal ideation" in asked.options["acute"]
    assert looked == {"esketamine": ["other"], "esketamine-maintenance": ["acute", "other"]}


@pytest.mark.parametrize("key", ["ketamine-iv", "ketamine-im", "ketamine-home", "ketamine-home-sc"])
def test_after_a_course_there_is_a_review_after_three_six_and_twelve_months(key: str) -> None:
    hand = Hand.of(shipped()[key])
    hand.starts()
    last = hand.programme.total
    hand.done = history(hand.programme.definition, [*hand.done.entries.values(), *ended(hand, last)])
    asked = []
    for days in (90, 91, 182, 365):
        due = due_steps(hand.programme, hand.done, hand.now + timedelta(days=days, minutes=1))
        asked.append({one.step.id for one in due if one.step.part is Part.END})
    first, *later = [{f"month_{number}", f"phq9_{number}", f"gad7_{number}"} for number in (3, 6, 12)]
    assert asked == [set(), first, first | later[0], first | later[0] | later[1]]
    assert "taper" in {one.id for one in shipped()[key].by_id["month_12"].questions}


def ended(hand: Hand, last: int) -> list[Entry]:
    """Every session of a course, all of them at this moment."""
    treatment, ending = hand.programme.definition.treatment.id, hand.programme.definition.ending.id
    return [Entry(Key(name, number), hand.now) for number in range(1, last + 1) for name in (treatment, ending)]


@pytest.mark.parametrize("key", [*MINUTES, "tms", "tms-accelerated"])
def test_nothing_is_asked_since_the_last_session_before_the_first_one(key: str) -> None:
    steps = shipped()[key].by_part[Part.BEFORE]
    first, second = ([step.of_session(number) for step in steps] for number in (1, 2))
    said = [
        [text for step in several for text in (step.name, *(one.text for one in step.questions))]
        for several in (first, second)
    ]
    assert not [text for text in said[0] if "last session" in text.casefold()]
    assert [text for text in said[1] if "last session" in text.casefold()]
    gates = {one.id: one.reason for one in shipped()[key].gates}
    assert "the first one" in gates.get("told", "the first one")
    if "readings" in gates:
        assert gates["readings"].startswith("A planned reading was passed by or is still open")


def test_at_home_no_device_is_asked_for() -> None:
    assert [one.name for key in ("ketamine-home", "ketamine-home-sc") for one in shipped()[key].resources] == []


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
