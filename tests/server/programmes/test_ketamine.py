"""Ketamine and esketamine: consent point by point, what keeps a session from beginning, and a rise over a baseline."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from server.patients.consents import store as consents
from server.programmes.after.rules import Escort, escort_of
from server.programmes.because import rules_met
from server.programmes.catalogue import read, shipped
from server.programmes.course import Entry, Key, Programme, Seen, Why, history
from server.programmes.definition import Kind, Part
from server.programmes.gates import blocked
from server.programmes.questions import Answer, Verdict, against, found_in
from server.programmes.recording import Refused
from tests.server.programmes.conftest import an_answer, begun, give
from tests.server.programmes.courses import BERLIN, CLINICIAN, MONDAY, Hand

BOTH = ("esketamine", "ketamine-iv")
ALL = (*BOTH, "ketamine-im", "esketamine-maintenance", "ketamine-home", "ketamine-home-sc")
NOT_AWAKE = ("drowsy", "repeated", "shaking", "none")
KEPT = Path(__file__).parent / "kept"
FAMILY = [name for name, one in shipped().items() if one.family == "ketamine"]
CLEAR = {"food": "9", "drink": "300"}


def named(programme: str, step: str):
    return shipped()[programme].by_id[step]


def test_fifteen_points_of_consent_each_by_itself_and_a_signature() -> None:
    points = {one: [q for q in named(one, "consent").questions if q.answer is Answer.AGREE] for one in BOTH}
    assert {one: len(several) for one, several in points.items()} == {"esketamine": 15, "ketamine-iv": 15}
    ids = {one: {q.id for q in several} for one, several in points.items()}
    assert ids["esketamine"] - ids["ketamine-iv"] == {"product"}, "what it is, not who prepared it"
    assert "off label" in next(q.text for q in points["esketamine"] if q.id == "status")
    assert all(named(one, "consent").questions[-1].answer is Answer.SIGNATURE for one in BOTH)


@pytest.mark.parametrize("programme", BOTH)
def test_what_the_check_before_a_session_asks_and_what_each_answer_comes_to(programme: str) -> None:
    asked = named(programme, "today")
    assert asked.valid
    assert asked.valid.said == "60 minutes"
    clear = {**CLEAR, "escort": "yes", "driving": "yes", "pregnant": "no", "medicines": "no", "safety": "no"}
    assert found_in(asked.questions, clear).verdict is Verdict.CLEAR
    for name, answer, verdict in (
        ("food", "1", Verdict.REVIEW), ("drink", "5", Verdict.REVIEW), ("escort", "no", Verdict.STOP),
        ("pregnant", "unknown", Verdict.STOP), ("safety", "yes", Verdict.STOP), ("medicines", "yes", Verdict.REVIEW),
        ("systolic", "150", Verdict.REVIEW), ("diastolic", "100", Verdict.STOP),
    ):  # fmt: skip
        found = found_in(asked.questions, clear | {name: answer})
        assert (found.verdict, found.questions) == (verdict, (name,))
    assert {one.id: one.answer for one in asked.questions if one.id.startswith("escort")} == {
        "escort": Answer.YES_NO, "escort_name": Answer.LINE, "escort_phone": Answer.PHONE, "escort_mail": Answer.MAIL,
        "escort_told": Answer.YES_NO,
    }  # fmt: skip


@pytest.mark.parametrize("programme", ALL)
@pytest.mark.parametrize(
    ("name", "clear", "answer"),
    [("auditc", "7", "8"), ("asrm", "5", "6"), ("cssrs", "low", "moderate"), ("cssrs", "none", "high"),
     ("dissociates", "no", "yes"), ("dissociates", "no", "unknown")],
)  # fmt: skip
def test_a_high_scale_before_the_course_is_looked_at_and_stops_nothing(
    programme: str, name: str, clear: str, answer: str
) -> None:
    asked = named(programme, "scales").questions
    found = found_in(asked, {name: answer})
    assert (found_in(asked, {name: clear}).verdict, found.verdict) == (Verdict.CLEAR, Verdict.REVIEW)
    assert next(one.reason for one in asked if one.id == name), "the page says which"
    [gate] = [one for one in shipped()[programme].gates if one.id == "eligible"]
    assert "scales" in gate.needs
    assert {one.id: one.optional for one in asked}["pcl5"], "its total is written where it was asked"


@pytest.mark.parametrize("programme", ALL)
def test_blood_pressure_is_measured_twice_before_the_course(programme: str) -> None:
    asked = named(programme, "facts").questions
    for name, at, over in (("systolic", "140", "141"), ("diastolic", "90", "91")):
        for which in ("first", "again"):
            found = [found_in(asked, {f"{name}_{which}": text}).verdict for text in (at, over)]
            assert found == [Verdict.CLEAR, Verdict.REVIEW]


@pytest.mark.parametrize("programme", ALL)
def test_breathing_out_of_range_and_any_sedation_hold_the_beginning_each_with_its_sentence(programme: str) -> None:
    hand, asked = Hand.of(shipped()[programme]), named(programme, "today").questions
    well = {one.id: an_answer(one) for one in asked if not one.optional}
    for answers in ({}, {"breaths": "10"}, {"breaths": "24"}):
        assert found_in(asked, well | answers).verdict is Verdict.CLEAR, answers
    bad = [("breaths", "9"), ("breaths", "25"), *(("sedation", one) for one in NOT_AWAKE)]
    for name, answer in bad:
        found = found_in(asked, well | {name: answer})
        assert (found.verdict, found.questions) == (Verdict.STOP, (name,)), (name, answer)
    assert all(one.reason for one in asked if one.id in ("breaths", "sedation", "pulse", "oxygen"))
    assert not shipped()[programme].figures["breaths_high"].label, "it awaits a clinician"
    hand.starts()
    hand.does("today", 1, verdict=Verdict.STOP)
    assert isinstance(hand.tries("treatment", 1), Refused)


@pytest.mark.parametrize("programme", ALL)
def test_amber_and_red_of_breathing_sedation_and_of_what_happens(programme: str) -> None:
    vitals, incident = named(programme, "vitals").questions, named(programme, "incident").questions
    for name, answer, verdict in (
        ("breaths", "10", Verdict.CLEAR), ("breaths", "9", Verdict.REVIEW), ("breaths", "7", Verdict.STOP),
        ("sedation", "drowsy", Verdict.CLEAR), ("sedation", "repeated", Verdict.REVIEW),
        ("sedation", "shaking", Verdict.STOP), ("distress", "7", Verdict.REVIEW),
    ):  # fmt: skip
        assert found_in(vitals, {name: answer}).verdict is verdict, (name, answer)
    for what in ("grave", "focal", "rhythm", "psychosis", "unsafe", "faint"):
        assert found_in(incident, {"what": what}).verdict is Verdict.STOP, what


@pytest.mark.parametrize("programme", ALL)
def test_nobody_is_let_go_who_is_drowsy_or_detached_keeps_nothing_down_or_has_no_next_contact(programme: str) -> None:
    asked = named(programme, "discharge").questions
    well = {one.id: an_answer(one) for one in asked if not one.optional}
    assert found_in(asked, well).verdict is Verdict.CLEAR
    assert found_in(asked, well | {"dissociation": "2"}).verdict is Verdict.CLEAR
    stops = {"vitals": "no", "dissociation": "2.5", "drinks": "unknown", "next": "no", "awake": "unknown"}
    for name, answer in [*stops.items(), *(("sedation", one) for one in NOT_AWAKE)]:
        found = found_in(asked, well | {name: answer})
        assert (found.verdict, found.questions) == (Verdict.STOP, (name,)), (name, answer)
    stops_some = [one for one in asked if any(when.verdict is Verdict.STOP for when in one.conditions)]
    assert all(one.reason for one in stops_some), "each that stops says what it is"
    figure = shipped()[programme].figures["detached_home"]
    assert (figure.value, figure.label) == (2, False), "it awaits a clinician"


def test_who_had_esketamine_is_not_let_go_within_two_hours_of_the_first_spray_by_anybody() -> None:
    (gate,) = (one for one in shipped()["esketamine"].gates if one.since)
    assert gate.least
    assert (gate.before, gate.since, gate.least.said, gate.least.label) == ("discharge", "treatment", "2 hours", True)
    assert gate.holds


def test_a_weight_holds_thirty_days_where_the_weight_matters() -> None:
    hand = Hand.of(shipped()["ketamine-iv"])
    hand.starts()
    hand.wait(days=31)
    held = {one.gate.id for one in hand.due()[Key("treatment", 1)].blocked}
    assert "weighed" in held
    hand.does("weight", 0, 1)
    assert "weighed" not in {one.gate.id for one in hand.due()[Key("treatment", 1)].blocked}


@pytest.mark.parametrize("programme", BOTH)
def test_a_rise_over_the_check_before_is_amber_and_without_one_nothing_is_a_rise(programme: str) -> None:
    vitals = named(programme, "vitals").questions
    before = {"systolic": "110", "diastolic": "70"}

    def comes(systolic: int, diastolic: int, over: dict[str, str] = before) -> Verdict:
        return found_in(against(vitals, over), {"systolic": str(systolic), "diastolic": str(diastolic)}).verdict

    assert [comes(149, 94), comes(150, 80), comes(120, 95)] == [Verdict.CLEAR, Verdict.REVIEW, Verdict.REVIEW]
    assert comes(150, 95, {}) is Verdict.CLEAR
    assert comes(180, 80) is Verdict.STOP
    lower = next(one for one in against(vitals, {"diastolic": "50"}) if one.id == "diastolic")
    assert [lower.risen_from({"diastolic": text}) for text in ("88", "74", "")] == ["50", "", ""]


@pytest.mark.parametrize("programme", BOTH)
def test_the_call_and_the_questionnaires_of_day_three_and_seven_are_steps_of_their_own(programme: str) -> None:
    steps = [one for one in shipped()[programme].by_part[Part.AFTER] if one.kind is Kind.MEASURE or one.id == "call"]
    assert [(one.id, one.opens and one.opens.said) for one in steps] == [
        ("call", "20 hours"), ("phq9_three", "3 days"), ("gad7_three", "3 days"), ("phq9_seven", "7 days"),
        ("gad7_seven", "7 days"),
    ]  # fmt: skip


def test_stop_rules_are_met_by_what_was_found_and_by_totals() -> None:
    hand = Hand.of(shipped()["ketamine-iv"])
    programme, begun = hand.programme, hand.now

    def met(over: int, totals: list[int], **stops: int) -> set[str]:
        done = hand.done
        entries = {Key(step, n): _stop(step, n) for step, count in stops.items() for n in range(1, count + 1)}
        starts = dict.fromkeys(range(1, over + 1), begun)
        at = [(begun.replace(month=1 + place), total) for place, total in enumerate(totals)]
        found = rules_met(
            programme, done.__class__({**done.entries, **entries}, begun=starts, over=starts), {"phq9": at}
        )
        return {one.id for one in found}

    assert met(4, [20, 16]) == {"no_change"}
    assert met(4, [20, 15]) == set()
    assert met(3, [20, 20]) == set()
    assert met(1, [20], vitals=2, since=1) == {"red", "since"}
    assert met(1, [20], vitals=1) == set()


def _stop(step: str, session: int) -> Entry:
    return Entry(Key(step, session), MONDAY, Verdict.STOP)


@pytest.mark.parametrize("programme", FAMILY)
@pytest.mark.parametrize(
    ("step", "asked", "answer", "verdict"),
    [("since", "unwell", "yes", Verdict.REVIEW), ("since", "unwell", "no", Verdict.CLEAR),
     ("call", "driving", "no", Verdict.REVIEW), ("call", "driving", "yes", Verdict.CLEAR),
     ("discharge", "serious", "yes", Verdict.CLEAR)],
)  # fmt: skip
def test_each_of_the_family_asks_what_happened_since_and_whether_it_is_to_be_reported(
    programme: str, step: str, asked: str, answer: str, verdict: Verdict
) -> None:
    (one,) = [each for each in shipped()[programme].by_id[step].questions if each.id == asked]
    found = found_in([one], {asked: answer})
    assert found.verdict is verdict
    assert one.is_adverse({asked: answer}) == ((asked, answer) in {("unwell", "yes"), ("serious", "yes")})


@pytest.mark.parametrize(
    ("name", "gone"),
    [("esketamine-2", {"phq9"}), ("ketamine-iv-2", {"phq9"}), ("esketamine-3", set()), ("esketamine-4", set()),
     ("ketamine-iv-3", set()), ("ketamine-home-2", set()), ("esketamine-8", set()), ("esketamine-maintenance-1", set()),
     ("ketamine-home-sc-1", set()), ("ketamine-home-5", set()), ("ketamine-im-1", set()), ("ketamine-iv-6", set()),
     ("esketamine-9", set()), ("esketamine-maintenance-2", set()), ("esketamine-10", set()),
     ("esketamine-maintenance-3", set()), ("ketamine-home-6", set()), ("ketamine-home-sc-2", set()),
     ("ketamine-im-2", set()), ("ketamine-iv-7", set()), ("esketamine-11", set()),
     ("esketamine-maintenance-4", set()), ("ketamine-home-7", set()), ("ketamine-home-sc-3", set()),
     ("ketamine-im-3", set()), ("ketamine-iv-8", set())],
)  # fmt: skip
def test_a_version_that_courses_began_by_is_still_read(name: str, gone: set[str]) -> None:
    found = read(name, json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8")))
    assert f"{found.id}-{found.version}" == name
    assert int(shipped()[found.id].version) > int(found.version)
    assert set(found.by_id) - set(shipped()[found.id].by_id) == gone
    assert all(export.fields for export in found.exports)


@pytest.mark.asyncio
async def test_consent_stands_in_the_ledger_signed_and_taken_back_shuts_the_gate(house, linden, jo, mara) -> None:
    await give(house, linden.clinic.id, "esketamine")
    patient_id = jo.made.card.patient_id
    course = await begun(mara, patient_id, "esketamine")
    unsigned = await course.writes("consent", signature="")
    assert (unsigned.status_code, "Please type the name as the signature." in unsigned.text) == (422, True)
    assert (await course.writes("consent")).status_code == 303
    assert "Jo Almeida" in await course.page()

    async def ledger():
        asked = await house.db.read(lambda db: consents.ledger(db, linden.clinic.id, patient_id))
        return [one for one in asked if one.kind == "programme"]

    (one,) = await ledger()
    assert (one.version, one.at, one.holds) == (f"esketamine {shipped()['esketamine'].version}", house.clock(), True)
    assert (await course.writes("consent", 0, 1)).status_code == 303, "given once more"
    await mara.post(f"/staff/patients/{patient_id}/agreements/{one.id}/withdraw")
    assert [each.holds for each in await ledger()] == [False, False], "taken back however often it was given"
    page = await course.page()
    assert page.partition("Without consent to every point")[2].partition("an answer that stops")[1]
    assert (await course.writes("consent", 0, 2)).status_code == 303
    assert (await course.writes("consent", 0, 3, stop="no", signature="")).status_code == 303
    assert [each.holds for each in await ledger()] == [False, False, False]


@pytest.mark.asyncio
async def test_a_session_that_cannot_begin_says_each_reason(house, linden, jo, mara) -> None:
    await give(house, linden.clinic.id, "esketamine")
    course = await begun(mara, jo.made.card.patient_id, "esketamine")
    bad = await course.writes("today", 1, escort_phone="none", escort_mail="x")
    assert all(words in bad.text for words in ("number that can be called", "Please write a mail address"))
    assert (await course.writes("today", 1, food="1", escort="no", systolic="165")).status_code == 303
    alone = {"escort": "no", "escort_name": "", "escort_phone": "", "escort_told": ""}
    assert (await course.writes("today", 1, 1, **alone | {"escort": "yes"})).status_code == 422
    assert (await course.writes("today", 1, 1, food="1", systolic="165", **alone)).status_code == 303
    page = (await course.page()).partition("A check before the session is open")[2].partition("</section>")[0]
    for words in ("Ate less than 2 hours ago.", "Nobody is sure to take them home.", "pressure is above 140 mmHg."):
        assert words in page
    assert "Drank less" not in page


def test_who_stays_with_them_at_home_is_told_as_who_takes_them_home() -> None:
    home = shipped()["ketamine-home"].by_id
    said = {"monitor_phone": "+4930555010", "monitor_mail": "robin@example.org", "monitor_told": "yes"}
    for name in ("discharge", "handover"):
        assert escort_of(home[name], said) == Escort("robin@example.org", "+4930555010")
        assert escort_of(home[name], said | {"monitor_told": "no"}) is None
    asked = {one.id for one in home["place"].questions}
    assert set(said) <= asked


@pytest.mark.parametrize("programme", ALL)
def test_a_red_reading_keeps_them_here_however_well_a_later_one_is_until_a_clinician_says_why(programme: str) -> None:
    definition = shipped()[programme]
    last = len(definition.by_id["vitals"].minutes) - 1
    taken = [(0, 5, Verdict.STOP), *((number, 5 + number, Verdict.CLEAR) for number in range(1, last + 1))]
    began = Entry(Key("treatment", 1), MONDAY, Verdict.CLEAR, CLINICIAN)
    entries = [began, *(_taken(number, minute, verdict) for number, minute, verdict in taken)]
    hand = Hand(Programme(definition, BERLIN, MONDAY), history(definition, entries), MONDAY + timedelta(hours=8))

    def held() -> set[tuple[Why, str, int]]:
        found = blocked(hand.programme, hand.done, definition.ending, 1, hand.now)
        return {cause.seen for one in found if one.gate.id == "readings" for cause in one.causes}

    red = Seen(Why.STOP, "vitals", 0)
    assert held() == {red}
    hand.passes("readings", 1, [red], "Seen by Dr Osei: asymptomatic, and back for an hour.")
    assert held() == set()
    again = _taken(last + 1, 7 * 60, Verdict.STOP)
    passed = [one for several in hand.done.overrides.values() for one in several]
    hand.done = history(definition, [*hand.done.entries.values(), again], passed)
    assert Seen(Why.STOP, "vitals", last + 1) in held(), "what was said counts for what they saw"


def _taken(number: int, minute: int, verdict: Verdict) -> Entry:
    return Entry(Key("vitals", 1, number), MONDAY + timedelta(minutes=minute), verdict, CLINICIAN)
