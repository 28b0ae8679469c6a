"""TMS: when the motor threshold is measured again and why, what is worked out of it, and the record of a session."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from server.patients.consents import store as consents
from server.programmes.asking.rules import wanted
from server.programmes.because import rules_met
from server.programmes.catalogue import read, shipped, shipped_data
from server.programmes.course import Entry, History, Key, Seen, Why
from server.programmes.definition import Kind, Part
from server.programmes.forms import parse
from server.programmes.measured import with_measures
from server.programmes.outcome import decides
from server.programmes.questions import Target, Verdict, aimed, completed, found_in, since
from server.programmes.recording import Refused, enter
from server.programmes.rules import due_steps
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.courses import CLINICIAN, MONDAY, Hand
from tests.server.visit.conftest import signed_in

TMS = shipped()["tms"]
BOTH = ("tms", "tms-accelerated")
KEPT = Path(__file__).parent / "kept"
MEASURED = {"device_most": "100", "threshold": "52", "intensity": "120"}


def after_one(**wait: float) -> Hand:
    """A course of which one session is over, so long ago."""
    hand = Hand.of(TMS)
    hand.starts()
    hand.has_session(1)
    hand.wait(**wait)
    return hand


def asked_by(hand: Hand, session: int = 2, asks: frozenset[str] = frozenset()) -> list[str]:
    """Why the threshold is measured before a session, as the gate in front of it says."""
    entry = Entry(Key("today", session), hand.now, Verdict.CLEAR, CLINICIAN, asks)
    hand.done = enter(hand.programme, hand.done, entry, hand.now)
    held = hand.due()[Key("treatment", session)].blocked
    causes = [cause for one in held for cause in one.causes if cause.step == "threshold"]
    assert (Key("threshold", session) in hand.due()) == bool(causes)
    return [words.partition(":")[0] for cause in causes if cause.why is Why.MISSING for words in cause.rules]


def test_the_first_session_and_every_fifth_one_measure_it() -> None:
    hand = Hand.of(TMS)
    hand.starts()
    assert asked_by(hand, 1) == ["Sessions between two measurements of the motor threshold"]
    assert [number for number in range(1, 37) if TMS.by_id["threshold"].which.has(number)] == [
        1,
        6,
        11,
        16,
        21,
        26,
        31,
        36,
    ]


def test_a_week_without_a_session_measures_it_again_and_less_does_not() -> None:
    assert asked_by(after_one(days=1)) == []
    assert asked_by(after_one(days=7)) == []
    gap = "Time without a session after which the motor threshold is measured again"
    week = "Days after which the motor threshold is measured again"
    assert asked_by(after_one(days=8)) == [gap, week]


def test_a_measurement_that_is_more_than_a_week_old_is_done_again_though_sessions_were_given() -> None:
    hand = after_one(days=3)
    hand.has_session(2)
    hand.wait(days=5)
    assert asked_by(hand, 3) == ["Days after which the motor threshold is measured again"]


@pytest.mark.parametrize("question", ["medicines", "coil"])
def test_changed_medicines_and_another_coil_measure_it_again(question: str) -> None:
    today = TMS.asked_in("today", {question: "yes"}) | TMS.asked_in("today", {question: "unknown"})
    assert (today, TMS.asked_in("today", {question: "no"})) == (frozenset({question}), frozenset())
    hand = after_one(days=1)
    (words,) = asked_by(hand, asks=today)
    assert words == next(one.text for one in TMS.by_id["today"].questions if one.id == question)
    hand.does("threshold", 2)
    assert hand.due()[Key("treatment", 2)].blocked == ()


def came(answers: Mapping[str, str], last: Mapping[str, str] | None = None) -> tuple[Verdict, tuple[str, ...]]:
    questions = since(TMS.by_id["threshold"].questions, last or {})
    found = found_in(questions, completed(questions, answers))
    return found.verdict, found.questions


def test_the_output_is_worked_out_and_never_asked() -> None:
    questions = TMS.by_id["threshold"].questions
    worked = [completed(questions, MEASURED | {"threshold": str(one)})["output"] for one in (52, 49, 50)]
    assert worked == ["62", "59", "60"]
    assert completed(questions, {"threshold": "55", "intensity": "110"})["output"] == "61", "a half goes up"
    assert "output" not in completed(questions, {"threshold": "50"})


def test_more_than_the_device_gives_stops() -> None:
    assert came(MEASURED) == (Verdict.CLEAR, ())
    assert came(MEASURED | {"threshold": "83"}) == (Verdict.CLEAR, ())  # 99.6 is 100
    assert came(MEASURED | {"threshold": "84"}) == (Verdict.STOP, ("output",))


def test_a_change_of_more_than_ten_points_asks_for_a_look_either_way() -> None:
    assert came(MEASURED) == (Verdict.CLEAR, ()), "there is no last time"
    for now, verdict in (("41", Verdict.REVIEW), ("42", Verdict.CLEAR), ("62", Verdict.CLEAR), ("63", Verdict.REVIEW)):
        assert came(MEASURED | {"threshold": now}, {"threshold": "52"})[0] is verdict, now


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize(
    ("step", "answers", "verdict"),
    [
        ("today", {"medicines": "yes"}, Verdict.REVIEW),
        ("today", {"withdrawal": "unknown"}, Verdict.REVIEW),
        ("today", {"sleep": "3.9"}, Verdict.REVIEW),
        ("today", {"sleep": "4"}, Verdict.CLEAR),
        ("today", {"alcohol": "yes"}, Verdict.REVIEW),
        ("today", {"caffeine": "yes"}, Verdict.REVIEW),
        ("today", {"injury": "unknown"}, Verdict.STOP),
        ("today", {"metal": "yes"}, Verdict.STOP),
        ("today", {"pregnant": "unknown"}, Verdict.REVIEW),
        ("today", {"mania": "yes"}, Verdict.STOP),
        ("today", {"safety": "yes"}, Verdict.STOP),
        ("today", {"ears": "no"}, Verdict.STOP),
        ("today", {"seizure": "no"}, Verdict.CLEAR),
        ("today", {"seizure": "yes"}, Verdict.STOP),
        ("today", {"seizure": "unknown"}, Verdict.STOP),
        ("today", {"ears_operator": "no"}, Verdict.STOP),
        ("after", {"headache": "6"}, Verdict.CLEAR),
        *(("after", {one: "7"}, Verdict.REVIEW) for one in ("pain", "pain_after", "headache", "site_pain", "face")),
        *(("after", {one: "7"}, Verdict.REVIEW) for one in ("dizzy", "nausea")),
        ("after", {"ears": "yes"}, Verdict.REVIEW),
        ("after", {"skin": "yes"}, Verdict.REVIEW),
        ("after", {"seizure": "unknown"}, Verdict.STOP),
        ("after", {"mania": "yes"}, Verdict.STOP),
        ("after", {"ended": "effect"}, Verdict.REVIEW),
        ("after", {"ended": "asked"}, Verdict.CLEAR),
    ],
)
def test_what_each_answer_about_a_session_comes_to(
    programme: str, step: str, answers: dict[str, str], verdict: Verdict
) -> None:
    found = found_in(shipped()[programme].by_id[step].questions, answers)
    assert (found.verdict, found.questions) == (verdict, () if verdict is Verdict.CLEAR else tuple(answers))


@pytest.mark.parametrize("programme", BOTH)
def test_a_seizure_since_the_last_session_locks_the_course_until_it_is_cleared(programme: str) -> None:
    hand = Hand.of(shipped()[programme])
    hand.starts()
    hand.has_session(1)
    hand.wait(days=1)
    entry = Entry(Key("today", 2), hand.now, Verdict.STOP, CLINICIAN, frozenset({"seizure"}))
    found = enter(hand.programme, hand.done, entry, hand.now)
    assert not isinstance(found, Refused)
    hand.done = found
    assert {"locked", "asked"} <= {one.gate.id for one in hand.due()[Key("treatment", 2)].blocked}
    hand.wait(minutes=5)
    hand.does("today", 2, 1)
    assert "locked" in {one.gate.id for one in hand.due()[Key("treatment", 2)].blocked}, (
        "a second answer unlocks nothing"
    )
    hand.wait(minutes=5)
    hand.does("incident", 2)
    hand.wait(minutes=5)
    hand.does("clearance", 2)
    assert "locked" not in {one.gate.id for one in hand.due()[Key("treatment", 2)].blocked}


def test_the_answers_that_lock_a_course_are_found_in_what_is_asked_before() -> None:
    for word, asks in (("no", frozenset()), ("yes", {"seizure"}), ("unknown", {"seizure"})):
        assert TMS.asked_in("today", {"seizure": word}) == asks


def looked_at(programme: str, over: int = 1, **totals: list[tuple[int, int]]) -> set[str]:
    """The stop rules that are met: `over` sessions, the first on day 3; each total with the day of its answer."""
    begun = {number: MONDAY + timedelta(days=2 + number) for number in range(1, over + 1)}
    hand = Hand.of(shipped()[programme])
    done = History(begun=begun, over=begun)
    known = {key: [(MONDAY + timedelta(days=day), total) for day, total in each] for key, each in totals.items()}
    return {one.id for one in rules_met(hand.programme, done, known)}


@pytest.mark.parametrize("programme", BOTH)
def test_a_course_is_looked_at_again_when_the_phq9_rises_by_five_over_its_lowest_total(programme: str) -> None:
    assert looked_at(programme, phq9=[(1, 14), (8, 18)]) == set()
    assert looked_at(programme, phq9=[(1, 14), (8, 19)]) == {"worse"}
    assert looked_at(programme, phq9=[(1, 20), (8, 11), (15, 16)]) == {"worse"}, "over what it had come down to"
    assert looked_at(programme, phq9=[(1, 20), (8, 11), (15, 16), (22, 12)]) == set(), "it is down again"
    assert looked_at(programme, phq9=[(-300, 4), (1, 14), (8, 15)]) == set(), "long before the course is no start"
    assert looked_at(programme, phq9=[(8, 4), (15, 9)]) == {"worse"}
    assert looked_at(programme, 0, phq9=[(-9, 4), (1, 12)]) == set(), "no session has begun"


@pytest.mark.parametrize("programme", BOTH)
def test_a_course_is_looked_at_again_from_an_asrm_of_six(programme: str) -> None:
    assert looked_at(programme, asrm=[(1, 5)]) == set()
    assert looked_at(programme, 0, asrm=[(1, 6)]) == {"mania"}
    assert looked_at(programme, asrm=[(1, 9), (8, 5)]) == set(), "the last one counts"
    assert looked_at(programme, asrm=[(-9, 12)]) == set(), "of before the course nothing is said"


@pytest.mark.parametrize("programme", BOTH)
def test_what_the_rules_rest_on_awaits_a_clinician(programme: str) -> None:
    figures = shipped()[programme].figures
    assert [(figures[one].said, figures[one].label) for one in ("phq9_rise", "asrm_high")] == [
        ("5 points", False), ("6 points", False),
    ]  # fmt: skip
    assert {figures[one].what for one in ("phq9_rise", "asrm_high")} <= {
        one.what for one in shipped()[programme].awaited
    }


@pytest.mark.parametrize(
    ("programme", "step", "gate"), [("tms", "first_phq9", "baseline"), ("tms-accelerated", "phq9", "eligible")]
)
def test_no_first_session_before_the_phq9_is_answered_and_one_answer_does_for_the_first_week_too(
    programme, step, gate
) -> None:
    hand = Hand.of(shipped()[programme])
    for one in hand.due().values():
        if one.step.part is Part.START and one.step.kind is not Kind.MEASURE:
            hand.does(one.step.id)
    while ready := [one.key for one in hand.due().values() if one.step.part is Part.BEFORE and not one.blocked]:
        hand.does(*ready[0][:2])
    (held,) = hand.held()["treatment"]
    assert (held.gate.id, [cause.step for cause in held.causes]) == (gate, [step])
    answered = with_measures(hand.programme, hand.done, [("phq9", hand.now)])
    held = [one for one in due_steps(hand.programme, answered, hand.now) if one.blocked]
    assert held == []
    assert not any(one.step.measure == "phq9" for one in due_steps(hand.programme, answered, hand.now))
    hand.wait(minutes=1)
    hand.passes(gate, 0, [Seen(Why.MISSING, step, -1)], "It lies on paper.")
    hand.does("treatment", 1)


WORKED = Target("56", "47 × 120 %", MONDAY, "100")


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("53", Verdict.REVIEW), ("53.9", Verdict.REVIEW), ("54", Verdict.CLEAR), ("58", Verdict.CLEAR),
        ("58.1", Verdict.REVIEW),
    ],
)  # fmt: skip
def test_an_output_more_than_two_points_off_what_was_worked_out_asks_for_a_look(programme, written, verdict) -> None:
    (one,) = [each for each in shipped()[programme].treatment.questions if each.id == "output"]
    assert found_in([aimed(one, WORKED, {"device_most": "100"})], {"output": written}).verdict is verdict
    assert found_in([one], {"output": written}).verdict is Verdict.CLEAR, "nothing was measured that is known here"
    figure = shipped()[programme].figures["output_off"]
    assert (figure.said, figure.label) == ("2 points", False), "it awaits a clinician"


@pytest.mark.parametrize("programme", BOTH)
def test_an_output_beyond_the_device_stops_and_a_worked_out_one_says_so(programme: str) -> None:
    (one,) = [each for each in shipped()[programme].treatment.questions if each.id == "output"]
    beside = aimed(one, Target("61", "51 × 120 %", MONDAY, "60"), {"device_most": "60"})
    for output, verdict in (("61", Verdict.STOP), ("60", Verdict.CLEAR), ("59", Verdict.CLEAR), ("58", Verdict.REVIEW)):
        assert found_in([beside], {"output": output}).verdict is verdict
    assert (beside.target.too_much, WORKED.too_much) == (True, False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"beside": "threshold.spot"}, "is beside a product"),
        ({"beside": "after.pulses"}, "is beside a product"),
        ({"beside": None}, "It is off from nothing"),
        ({"when": [{"verdict": "review", "over": "angel"}]}, "asks no number ‘angel’"),
    ],
)
def test_a_number_beside_nothing_is_refused(change, says) -> None:
    data = json.loads(json.dumps(shipped_data()["tms"]))
    step = next(one for one in data["steps"] if one["id"] == "treatment")
    next(one for one in step["questions"] if one["id"] == "output").update(change)
    assert says in str([one.words for one in parse(data)])


@pytest.mark.asyncio
async def test_each_session_stands_beside_what_was_worked_out_for_it(house, linden, course, clock) -> None:
    await course.is_ready()
    form = f"{course.base}/steps/treatment/{{}}/0"
    assert "Worked out:" not in (await course.browser.get(form.format(1))).text
    await course.writes("threshold", 1, device_most="100", threshold="47", intensity="120")
    await course.writes("today", 1)
    said = 'Worked out: <bdi dir="ltr">47 × 120 % = 56 % output</bdi>, by what was measured on 9 March 2026'
    assert said in (await course.browser.get(form.format(1))).text
    assert (await course.writes("treatment", 1, output="60")).status_code == 303, "it is written as it was"
    page = await course.page()
    assert 'TMS session</span></b> <b class="course-look">An answer to look at</b>' in page
    assert said in page
    await course.writes("after", 1)
    clock.forward(hours=17)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert (await course.writes("today", 2, coil="no")).status_code == 303
    assert said in (await course.browser.get(form.format(2))).text, "of the last time that it was measured"
    refused = await course.writes("treatment", 2, output="57")
    assert (refused.status_code, "somebody says why before the next one" in refused.text) == (409, True)
    assert (await course.passes("given", 2, "The pain was less there.")).headers["location"].endswith("kept")
    assert (await course.writes("treatment", 2, output="57")).status_code == 303
    assert (await course.page()).count("An answer to look at") == 1


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.STOP])
def test_an_output_off_or_beyond_holds_the_next_session_until_somebody_says_why(
    programme: str, verdict: Verdict
) -> None:
    hand = Hand.of(shipped()[programme])
    hand.starts()
    for name in ("today", "threshold"):
        hand.does(name, 1)
    hand.does("treatment", 1, 0, verdict)
    hand.wait(minutes=5)
    hand.does("after", 1)
    hand.wait(hours=20)
    hand.does("today", 2)
    if Key("threshold", 2) in hand.due():
        hand.does("threshold", 2)
    [held] = hand.held()["treatment"]
    assert (held.gate.id, [cause.why.value for cause in held.causes]) == ("given", [verdict.value])
    assert isinstance(hand.tries("treatment", 2), Refused)
    assert isinstance(hand.overrides("given", 2, [held.causes[0].seen], " "), Refused), "not without a reason"
    hand.passes("given", 2, [held.causes[0].seen])
    hand.does("treatment", 2)
    hand.wait(minutes=5)
    hand.does("after", 2)
    hand.wait(hours=20)
    hand.does("today", 3)
    assert "treatment" not in hand.held(), "the session before is well"


@pytest.mark.asyncio
async def test_an_output_above_what_the_device_gives_stops_the_course_and_the_next_one(
    house, linden, course, clock
) -> None:
    await give(house, linden.clinic.id, "tms", "tms-accelerated")
    await course.is_ready()
    await course.writes("threshold", 1, device_most="60", threshold="47", intensity="120")
    await course.writes("today", 1)
    assert (await course.writes("treatment", 1, output="61")).status_code == 303
    assert 'TMS session</span></b> <b class="course-stop">An answer that stops</b>' in await course.page()
    await course.writes("after", 1)
    end = {"once": str(uuid4()), "kind": "end", "reason": "Another device."}
    assert (await course.browser.post(f"{course.base}/changes", data=end)).headers["location"].endswith("kept")
    clock.forward(days=2)
    await signed_in(house, course.browser, linden.mara.staff_id)
    other = await begun(
        course.browser, UUID(course.base.split("/")[3]), "tms-accelerated", house=house, clinic_id=linden.clinic.id
    )
    for step in shipped()["tms-accelerated"].by_part[Part.START]:
        if step.kind is not Kind.MEASURE:
            asked = {one.id for one in step.questions}
            assert (
                await other.writes(step.id, **({"preset": "saint 1"} if "preset" in asked else {}))
            ).status_code == 303
    if "PHQ-9" in await other.page():
        await other.is_measured()
    for name in ("today", "threshold"):
        assert (await other.writes(name, 1)).status_code == 303
    refused = await other.writes("treatment", 1)
    assert (refused.status_code, "in the last session of another course" in refused.text) == (409, True)
    assert (await other.passes("given", 1, "It was a slip of the pen: 51.")).headers["location"].endswith("kept")
    assert (await other.writes("treatment", 1)).status_code == 303


@pytest.mark.asyncio
async def test_more_than_the_device_gives_is_said_beside_the_output(house, linden, course) -> None:
    await course.is_ready()
    await course.writes("threshold", 1, device_most="60", threshold="51", intensity="120")
    page = (await course.browser.get(f"{course.base}/steps/treatment/1/0")).text
    assert "That is more than the device gives, which is 60." in page


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.asyncio
async def test_consent_is_signed_and_stands_in_the_ledger_under_its_version(programme, house, linden, jo, mara) -> None:
    patient_id, version = jo.made.card.patient_id, shipped()[programme].version
    await give(house, linden.clinic.id, programme)
    course = await begun(mara, patient_id, programme)
    unsigned = await course.writes("consent", signature="")
    assert (unsigned.status_code, "q-signature" in unsigned.text) == (422, True)
    ledger = partial(consents.ledger, clinic_id=linden.clinic.id, patient_id=patient_id)
    assert (await course.writes("consent", status="no", signature="")).status_code == 303, (
        "who does not agree need not sign"
    )
    assert not [one for one in await house.db.read(ledger) if one.kind == "programme"]
    assert (await course.writes("consent", 0, 1)).status_code == 303
    (one,) = [one for one in await house.db.read(ledger) if one.kind == "programme"]
    assert (one.version, one.at, one.holds) == (f"{programme} {version}", house.clock(), True)
    assert (
        "Jo Almeida"
        in (await course.page()).partition("Name of the patient, typed by themselves")[2].partition("</dd>")[0]
    )


def test_somebody_decides_after_forty_sessions_of_a_longer_course_and_at_the_end() -> None:
    hand = Hand.of(TMS)
    hand.programme = replace(hand.programme, extra={"acute": 10})
    hand.starts()
    for session in range(1, 47):
        hand.has_session(session)
        if session in (10, 20, 30, 40):
            hand.wait(days=1)
            assert Key("review", session) in hand.due()
            held = {one.gate.id for one in hand.due()[Key("treatment", session + 1)].blocked}
            assert "last_time" in held, session
            hand.does("review", session)
        hand.wait(days=1)
    assert {"end_review", "end_phq9"} <= {key.step for key in hand.due()}


@pytest.mark.parametrize("programme", BOTH)
def test_what_is_decided_at_the_end_and_later_stands_beside_the_figures(programme: str) -> None:
    steps = [one.id for one in shipped()[programme].by_part[Part.END] if decides(one)]
    later = ["month_1" if programme == "tms" else "follow_1", "month_3", "month_6", "month_12"]
    assert steps == ["end_review", *later]


def test_a_rule_by_a_measure_has_one_way_and_its_figure_is_in_points() -> None:
    data = json.loads(json.dumps(shipped_data()["tms"]))
    rules = {one["id"]: one for one in data["stop_rules"]}
    rules["mania"]["rises"] = "phq9_rise"
    rules["worse"]["rises"] = "week"
    found = {one.place: one.words for one in parse(data)}
    assert found["stop_rules.mania"].startswith("Say measure with")
    assert "points" in found["stop_rules.worse"]


@pytest.mark.parametrize("programme", BOTH)
def test_the_gad7_is_asked_whenever_the_phq9_is(programme: str) -> None:
    hand = Hand.of(shipped()[programme])
    assert wanted(hand.programme, hand.done, hand.now) == {"phq9", "gad7"}, "before the course"
    steps = [one for one in hand.programme.definition.by_part[Part.END] if one.kind is Kind.MEASURE]

    def opens(measure: str) -> list[timedelta]:
        return [one.opens.length if one.opens else timedelta() for one in steps if one.measure == measure]

    assert opens("gad7") == opens("phq9")
    assert len(opens("gad7")) == 5, "at the end, and after one, three, six and twelve months"


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize("name", ["screening", "review", "end_review"])
def test_the_asrm_is_looked_at_before_the_course_and_where_it_is_decided_how_it_goes_on(
    programme: str, name: str
) -> None:
    (one,) = [each for each in shipped()[programme].by_id[name].questions if each.measure == "asrm"]
    assert one.optional, "its questions do not come with the program"
    assert found_in([one], {"asrm": "5"}).verdict is Verdict.CLEAR
    assert found_in([one], {"asrm": "6"}).verdict is Verdict.REVIEW


@pytest.mark.parametrize("name", [f"{one}-{version}" for one in BOTH for version in range(1, 12)])
def test_a_version_that_courses_began_by_is_still_read(name: str) -> None:
    found = read(name, json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8")))
    assert (found.version, shipped()[found.id].version) == (name.rpartition("-")[2], "12")


def test_a_course_begun_by_the_first_version_goes_on() -> None:
    first = read("tms", json.loads((KEPT / "tms-1.json").read_text(encoding="utf-8")))
    hand = Hand.of(first)
    hand.starts()
    for session in range(1, 37):
        hand.has_session(session)
        if session in (10, 20, 30):
            hand.does("review", session)
        hand.wait(days=1)
    assert hand.done.sessions_over == 36
    assert hand.now - hand.programme.began_at > timedelta(days=35)


@pytest.mark.asyncio
async def test_the_page_says_the_rule_the_arithmetic_and_what_changed(house, linden, course, clock) -> None:
    await course.is_ready()
    page = await course.page()
    assert "Sessions between two measurements of the motor threshold: 5 sessions" in page
    assert (await course.writes("threshold", 1, **MEASURED)).status_code == 303
    page = await course.page()
    assert "52 × 120 % =" in page
    assert 'dir="ltr">62 % output' in page
    await course.writes("today", 1)
    assert (await course.writes("treatment", 1)).status_code == 303
    assert (await course.writes("after", 1)).status_code == 303
    clock.forward(hours=17)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert (await course.writes("today", 2, coil="yes")).status_code == 303
    assert "Another coil or stimulator than at the last measurement?</span></li>" in await course.page()
    assert (await course.writes("threshold", 2, **MEASURED | {"threshold": "63"})).status_code == 303
    page = await course.page()
    assert "The threshold is another than the last time by more than 10 points." in page
    assert (await course.writes("treatment", 2)).status_code == 409
