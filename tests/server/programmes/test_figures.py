"""Every figure of every programme that comes along is the one that its source says, and decides at just that number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.programmes.because import rules_met
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.course import Entry, History, Key, Programme, Why, history
from server.programmes.definition import Kind, Part, Step
from server.programmes.gates import applies, blocked
from server.programmes.pace import Pace, behind
from server.programmes.questions import Target, Verdict, against, aimed, found_in, since
from server.programmes.rules import Due, State, state_in, window_of
from tests.server.programmes.courses import BERLIN, CLINICIAN, MONDAY
from tests.server.programmes.figures import Expected, expected, uses

EXPECTED = expected()
ALL = [(name, figure) for name, data in shipped_data().items() for figure in data["figures"]]
MOMENT = timedelta(microseconds=1)
WEEK = timedelta(days=7)
BEGUN, OVER = MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=5)
GRAVER = (Verdict.CLEAR, Verdict.REVIEW, Verdict.STOP)


@pytest.mark.parametrize(("name", "figure"), ALL)
def test_a_figure_is_what_its_source_says_and_is_used_for_just_that(name: str, figure: str) -> None:
    assert (name, figure) in EXPECTED, "Say in figures.csv what it has to be, and by which source."
    one, data = EXPECTED[name, figure], shipped_data()[name]
    given = data["figures"][figure]
    assert (given["value"], given["unit"], uses(data)[figure]) == (one.value, one.unit, one.uses)
    assert one.source


def test_no_line_of_the_table_is_of_a_figure_that_is_gone() -> None:
    assert set(EXPECTED) == set(ALL)


# What an answer comes to

LIMITS = ("below", "at_least", "above", "rise", "change", "off")


def asked() -> Iterator[Any]:
    """Each condition that counts: its programme, step and question, how it compares, and with what."""
    for name, data in shipped_data().items():
        for step in data["steps"]:
            for question in step.get("questions", ()):
                for when in question.get("when", ()):
                    for way in LIMITS:
                        if way in when:
                            told = (name, step["id"], question["id"], way, when[way])
                            yield pytest.param(*told, id="-".join(told))


def comes_to(name: str, question: dict[str, Any], typed: float) -> Verdict:
    """By the table, and nothing of the program: the gravest of what the question's limits say of a number."""
    found = [Verdict.CLEAR]
    for when in question["when"]:
        for way, compare in (("below", float.__lt__), ("at_least", float.__ge__), ("above", float.__gt__)):
            if way in when and compare(float(typed), EXPECTED[name, when[way]].value):
                found.append(Verdict(when["verdict"]))
    return max(found, key=GRAVER.index)


@pytest.mark.parametrize(("name", "step", "asked", "way", "figure"), list(asked()))
def test_an_answer_just_below_at_and_just_above_a_figure(
    name: str, step: str, asked: str, way: str, figure: str
) -> None:
    data = next(one for one in shipped_data()[name]["steps"] if one["id"] == step)
    question = next(one for one in data["questions"] if one["id"] == asked)
    [one] = [each for each in shipped()[name].by_id[step].questions if each.id == asked]
    number, verdict = EXPECTED[name, figure].value, Verdict.REVIEW
    if way == "rise":
        risen = against([one], {asked: "60"})
        for over, want in ((-0.1, Verdict.CLEAR), (0, verdict), (0.1, verdict)):
            assert found_in(risen, {asked: f"{60 + number + over:g}"}).verdict is want
        return
    if way == "off":
        beside = [aimed(one, Target("50", "", MONDAY), {})]
        for by, want in ((number - 0.1, Verdict.CLEAR), (number, Verdict.CLEAR), (number + 0.1, verdict)):
            assert found_in(beside, {asked: f"{50 + by:g}"}).verdict is want
            assert found_in(beside, {asked: f"{50 - by:g}"}).verdict is want
        return
    if way == "change":
        changed = since([one], {asked: "50"})
        for by, want in ((number - 1, Verdict.CLEAR), (number, Verdict.CLEAR), (number + 1, verdict)):
            assert found_in(changed, {asked: f"{50 + by:g}"}).verdict is want
            assert found_in(changed, {asked: f"{50 - by:g}"}).verdict is want
        return
    found = [found_in([one], {asked: f"{number + by:g}"}).verdict for by in (-1, -0.1, 0, 0.1, 1)]
    assert found == [comes_to(name, question, number + by) for by in (-1, -0.1, 0, 0.1, 1)]
    assert len(set(found)) > 1, "nothing changes at this figure"


# What a gate, a phase and a window come to


def course(name: str) -> Programme:
    return Programme(shipped()[name], BERLIN, MONDAY)


def written(definition: Any, *found: tuple[str, int, int, datetime]) -> History:
    return history(definition, [Entry(Key(step, session, number), at) for step, session, number, at in found])


def kept_by_time() -> list[Any]:
    gates = [(name, gate) for name, one in shipped().items() for gate in one.gates if gate.least or gate.spacing]
    return [pytest.param(name, gate.id, id=f"{name}-{gate.id}") for name, gate in gates]


@pytest.mark.parametrize(("name", "gate"), kept_by_time())
def test_a_gate_of_time_is_shut_until_the_very_moment(name: str, gate: str) -> None:
    programme, definition = course(name), shipped()[name]
    data = shipped_data()[name]
    shape = next(one for one in data["gates"] if one["id"] == gate)
    step = definition.by_id[shape["before"]]
    first = data["phases"][0]
    length = EXPECTED[name, shape.get("least") or first["gap"]].length
    done = written(definition, (definition.treatment.id, 1, 0, BEGUN), (definition.ending.id, 1, 0, BEGUN))
    session = 1 if shape.get("least") else 2

    def shut(at: datetime) -> bool:
        held = blocked(programme, done, step, session, at)
        return any(one.gate.id == gate and any(cause.why is Why.EARLY for cause in one.causes) for one in held)

    assert [shut(BEGUN + length - MOMENT), shut(BEGUN + length)] == [True, False]


@pytest.mark.parametrize(("name", "phase"), [(name, one.id) for name, d in shipped().items() for one in d.phases])
def test_a_phase_has_the_sessions_the_pace_and_the_gap_of_its_figures(name: str, phase: str) -> None:
    data = next(one for one in shipped_data()[name]["phases"] if one["id"] == phase)
    one = next(each for each in shipped()[name].phases if each.id == phase)
    assert one.sessions == EXPECTED[name, data["sessions"]].value
    assert one.per_day == (EXPECTED[name, data["per_day"]].value if "per_day" in data else 1)
    assert (one.gap and one.gap.length) == (EXPECTED[name, data["gap"]].length if "gap" in data else None)


def timed(field: str) -> list[Any]:
    steps = [(name, step) for name, data in shipped_data().items() for step in data["steps"] if field in step]
    return [pytest.param(name, step["id"], step[field], id=f"{name}-{step['id']}") for name, step in steps]


def stood(name: str, step: Step) -> tuple[Programme, History, Key, datetime]:
    """A course in which a step stands, its key, and the moment that it counts from."""
    programme, definition = course(name), shipped()[name]
    treated = [(definition.treatment.id, 1, 0, BEGUN), (definition.ending.id, 1, 0, OVER)]
    key = Key(step.id, 1)
    match step.part:
        case Part.START | Part.CALENDAR:
            return programme, written(definition), Key(step.id), MONDAY
        case Part.BEFORE | Part.SESSION:
            planned = BEGUN + WEEK
            return replace(programme, planned={1: planned}), written(definition), key, planned
        case Part.END:
            last = [(one, programme.total, number, at) for one, _, number, at in treated]
            return programme, written(definition, *last), Key(step.id), OVER
        case Part.HAPPENED:
            return programme, written(definition, (step.of, 1, 0, BEGUN)), key, BEGUN
        case Part.DURING:
            number = next((number for number, minute in enumerate(step.minutes) if minute), 0)
            minutes = timedelta(minutes=step.minutes[number] if step.minutes else 0)
            return programme, written(definition, *treated[:1]), Key(step.id, 1, number), BEGUN + minutes
    return programme, written(definition, *treated), key, OVER


def state(name: str, step: Step, at: datetime) -> State:
    programme, done, key, _ = stood(name, step)
    return state_in(window_of(programme, done, step, key), key, done, at)


def is_ahead(step: Step) -> bool:
    """A clock opens ahead of its minute, and what comes before a session ahead of its day."""
    return step.kind is Kind.CLOCK or step.part is Part.BEFORE


def opened(name: str, step: Step, from_: datetime) -> datetime:
    """When it opens by the table."""
    data = next(one for one in shipped_data()[name]["steps"] if one["id"] == step.id)
    length = EXPECTED[name, data["opens"]].length if "opens" in data else timedelta()
    return from_ - length if is_ahead(step) else from_ + length


@pytest.mark.parametrize(("name", "step", "figure"), timed("opens"))
def test_a_step_opens_at_the_very_moment(name: str, step: str, figure: str) -> None:
    one = shipped()[name].by_id[step]
    opens = opened(name, one, stood(name, one)[3])
    assert [state(name, one, opens - MOMENT), state(name, one, opens)] == [State.AHEAD, State.OPEN]


@pytest.mark.parametrize(("name", "step", "figure"), timed("closes"))
def test_a_step_that_nobody_did_is_missed_at_the_very_moment(name: str, step: str, figure: str) -> None:
    one = shipped()[name].by_id[step]
    closes = stood(name, one)[3] + EXPECTED[name, figure].length
    assert [state(name, one, closes - MOMENT), state(name, one, closes)] == [State.OPEN, State.MISSED]


@pytest.mark.parametrize(("name", "step", "figure"), timed("late"))
def test_a_step_is_late_once_its_time_is_over(name: str, step: str, figure: str) -> None:
    one = shipped()[name].by_id[step]
    programme, done, key, from_ = stood(name, one)
    window = window_of(programme, done, one, key)
    assert window
    late = (from_ if is_ahead(one) else opened(name, one, from_)) + EXPECTED[name, figure].length
    assert [Due(one, key, window).overdue(at) for at in (late, late + MOMENT)] == [False, True]


@pytest.mark.parametrize(("name", "step", "figure"), timed("valid"))
def test_what_was_found_is_too_old_after_its_time(name: str, step: str, figure: str) -> None:
    programme, definition = course(name), shipped()[name]
    one, treatment = definition.by_id[step], definition.treatment
    session = 0 if one.part is Part.START else min(one.which.numbers, default=1)
    ended = (definition.treatment.id, session - 1, 0, BEGUN), (definition.ending.id, session - 1, 0, BEGUN)
    done = written(definition, (step, session, 0, BEGUN), *(ended if session > 1 else ()))

    def why(at: datetime) -> set[Why]:
        held = blocked(programme, done, treatment, session or 1, at)
        return {cause.why for gate in held for cause in gate.causes if cause.step == step}

    until = BEGUN + EXPECTED[name, figure].length
    assert [why(until), why(until + MOMENT)] == [set(), {Why.STALE}]


@pytest.mark.parametrize(("name", "step", "figure"), timed("every"))
def test_a_step_by_the_calendar_comes_again_after_its_days(name: str, step: str, figure: str) -> None:
    programme, one = course(name), shipped()[name].by_id[step]
    again = window_of(programme, written(shipped()[name]), one, Key(step, 0, 1))
    assert again
    assert again.opens == programme.midnight(MONDAY, int(EXPECTED[name, figure].value))


def of_sessions() -> list[Any]:
    ways = ("every", "after_gap", "since_last")
    steps = [(name, one) for name, data in shipped_data().items() for one in data["steps"]]
    found = [
        (name, one["id"], way, one["which"][way]) for name, one in steps for way in ways if way in one.get("which", {})
    ]
    return [pytest.param(*told, id="-".join(told)) for told in found]


@pytest.mark.parametrize(("name", "step", "way", "figure"), of_sessions())
def test_a_session_has_a_step_at_just_the_number_of_its_rule(name: str, step: str, way: str, figure: str) -> None:
    programme, definition, number = course(name), shipped()[name], EXPECTED[name, figure]
    one, treatment = definition.by_id[step], definition.treatment.id

    def has(done: History, session: int, at: datetime) -> bool:
        return applies(programme, done, one, session, at)

    if way == "every":
        size = int(number.value)
        over = dict.fromkeys(range(1, size + 1), BEGUN)
        asked = [session for session in range(1, size + 2) if has(History(begun=over, over=over), session, BEGUN)]
        assert asked == [1, size + 1]
        return
    done = written(definition, (step, 1, 0, BEGUN), (treatment, 1, 0, BEGUN), (definition.ending.id, 1, 0, BEGUN))
    if way == "after_gap":
        done = written(definition, (treatment, 1, 0, BEGUN), (definition.ending.id, 1, 0, BEGUN))
        assert [has(done, 2, BEGUN + number.length + by) for by in (timedelta(), MOMENT)] == [False, True]
        return
    plain = replace(one, which=replace(one.which, after_gap=None))
    days = [applies(programme, done, plain, 2, BEGUN + number.length + timedelta(days=by)) for by in (0, 1)]
    assert days == [False, True]


# When a course is looked at again


def of_rules() -> list[Any]:
    rules = [(name, rule["id"]) for name, data in shipped_data().items() for rule in data["stop_rules"]]
    return [pytest.param(*told, id="-".join(told)) for told in rules]


@pytest.mark.parametrize(("name", "rule"), of_rules())
def test_a_stop_rule_is_met_at_just_its_figures(name: str, rule: str) -> None:
    programme, rules = course(name), shipped()[name].stop_rules
    data = next(one for one in shipped_data()[name]["stop_rules"] if one["id"] == rule)

    def has(key: str) -> Expected:
        return EXPECTED[name, data[key]]

    def met(over: int = 1, *totals: int, stops: int = 0) -> bool:
        begun = dict.fromkeys(range(1, over + 1), OVER)
        stopped = [Key(data["step"], session) for session in range(1, stops + 1)] if stops else []
        done = History({key: Entry(key, OVER, Verdict.STOP, CLINICIAN) for key in stopped}, begun=begun, over=begun)
        known = [(OVER + timedelta(days=number), total) for number, total in enumerate(totals)]
        named = f"{data['measure']}.{data['item']}" if "item" in data else data.get("measure", "")
        return rule in {one.id for one in rules_met(programme, done, {named: known})}

    def paced(missed: float = 0, away: float = 0) -> bool:
        return rule in {one.id for one in behind(rules, Pace(int(missed), int(away)))}

    if "less_than" in data:
        sessions, fallen = int(has("sessions").value), int(has("less_than").value)
        assert [met(sessions - 1, 100, 100), met(sessions, 100, 100)] == [False, True]
        assert [met(sessions, 100, 100 - fallen + by) for by in (-1, 0, 1)] == [False, False, True]
    elif "rises" in data:
        assert [met(1, 10, 10 + int(has("rises").value) + by) for by in (-1, 0, 1)] == [False, True, True]
    elif "at_least" in data:
        assert [met(1, int(has("at_least").value) + by) for by in (-1, 0, 1)] == [False, True, True]
    elif "stops" in data:
        assert [met(3, stops=int(has("stops").value) + by) for by in (-1, 0, 1)] == [False, True, True]
    elif "missed" in data:
        assert [paced(missed=has("missed").value + by) for by in (-1, 0, 1)] == [False, True, True]
    else:
        assert [paced(away=has("away").value + by) for by in (-1, 0, 1)] == [False, False, True]


HELD = {
    "phases": {"sessions", "per_day", "gap"},
    "gates": {"least"},
    "steps": {*LIMITS, "opens", "closes", "late", "valid", "every", "after_gap", "since_last", "trials", "aged"},
    "stop_rules": {"less_than", "sessions", "rises", "at_least", "stops", "missed", "away"},
    "exports": {"within"},
    "footings": {"warn"},
}
"""What decides by a figure. Of `trials`, `within` and `warn` the tests of what the record knows, of the exports and of
what a programme rests on outside see to the moment.
"""


def test_there_is_no_use_of_a_figure_that_nothing_here_holds() -> None:
    places = [use.split(":")[0].split(".") for one in EXPECTED.values() for use in one.uses]
    assert {(place[0], place[-1]) for place in places} <= {(part, key) for part in HELD for key in HELD[part]}
