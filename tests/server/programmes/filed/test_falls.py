"""What a file gives up of what Parlour's programme holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.programmes.catalogue import read, shipped
from server.programmes.definition import Definition, Who
from server.programmes.filed.falls import Fall, GivenUp, How, Sort, at_all, falls, folds, given_up
from server.programmes.questions import Answer, Verdict
from tests.server.programmes.filed.test_forms import own

HOME, SPRAY, TMS = shipped()["ketamine-home"], shipped()["esketamine"], shipped()["tms"]


def changed(one: Definition, part: str, name: str, **more: Any) -> Definition:
    """With one entry of a part otherwise."""
    entries = [replace(each, **more) if each.id == name else each for each in getattr(one, part)]
    return replace(one, **{part: tuple(entries)})


def asking(one: Definition, step: str, name: str, **more: Any) -> Definition:
    """With one question otherwise."""
    questions = [replace(each, **more) if each.id == name else each for each in one.by_id[step].questions]
    return changed(one, "steps", step, questions=tuple(questions))


def without(one: Definition, part: str, name: str) -> Definition:
    return replace(one, **{part: tuple(each for each in getattr(one, part) if each.id != name)})


def called(entries: tuple[Any, ...], name: str) -> Any:
    return next(each for each in entries if each.id == name)


def figured(one: Definition, name: str, value: float) -> Mapping[str, Any]:
    return {**one.figures, name: replace(one.figures[name], value=value)}


@pytest.mark.parametrize("key", shipped())
def test_a_copy_gives_up_nothing(key: str) -> None:
    one = read("ours", own(key))
    assert given_up(one) == ([shipped()[key].name], [])
    assert at_all(one) is None


def test_what_asks_for_more_gives_up_nothing() -> None:
    one = asking(HOME, "today", "food", optional=False)
    one = changed(one, "steps", "vitals", minutes=(15, *HOME.by_id["vitals"].minutes))
    one = changed(one, "gates", "told", holds=True)
    one = changed(one, "gates", "observed", least=replace(HOME.figures["observed"], value=180))
    one = replace(one, stop_rules=(*HOME.stop_rules, replace(HOME.stop_rules[0], id="more")))
    (condition,) = called(HOME.by_id["today"].questions, "medicines").conditions
    more = replace(condition, words=condition.words | {"no"})
    assert list(falls(HOME, asking(one, "today", "medicines", conditions=(more,)))) == []


@pytest.mark.parametrize(("name", "looser", "stricter"), [
    ("systolic_red", 190, 170),
    ("systolic_rise", 45, 35),
    ("oxygen_low", 92, 95),
    ("checked", 90, 45),
    ("trials_enough", 1, 3),
    ("improved", 20, 30),
    ("red_events", 3, 1),
    ("by_sessions", 6, 3),
])  # fmt: skip
def test_a_limit_that_no_label_says_is_given_up_where_it_lets_more_through(name, looser, stricter) -> None:
    was = HOME.figures[name]
    assert not was.label
    (found,) = falls(HOME, replace(HOME, figures=figured(HOME, name, looser)))
    assert found == Fall(Sort.FIGURES, How.CHANGED, was.what, was.said, replace(was, value=looser).said)
    assert list(falls(HOME, replace(HOME, figures=figured(HOME, name, stricter)))) == []


def test_a_figure_that_is_no_limit_is_the_clinics_to_confirm() -> None:
    for name in ("reading_late", "asked_ahead", "three_days"):
        for value in (1, 4):
            assert list(falls(HOME, replace(HOME, figures=figured(HOME, name, value)))) == []


def test_what_a_label_says_is_said_by_itself() -> None:
    (found,) = falls(SPRAY, replace(SPRAY, figures=figured(SPRAY, "systolic_decide", 150)))
    assert found == Fall(
        Sort.LABEL, How.CHANGED, SPRAY.figures["systolic_decide"].what, "140 mmHg", "150 mmHg"
    )  # fmt: skip
    gone = {name: each for name, each in SPRAY.figures.items() if name != "systolic_decide"}
    assert [one.how for one in falls(SPRAY, replace(SPRAY, figures=gone))] == [How.GONE]


def test_the_two_hours_of_the_label_are_said_by_the_figure_and_by_the_gate() -> None:
    data = own("esketamine")
    data["figures"]["observed"].update(value=1, label=False)
    bases, found = given_up(read("ours", data))
    assert bases == [SPRAY.name]
    label, gates = [fold for fold in found if fold.sort in (Sort.LABEL, Sort.GATES)]
    assert [(one.how, one.was, one.now) for one in label.falls] == [(How.CHANGED, "2 hours", "1 hour")]
    assert [(one.how, one.was, one.now) for one in gates.falls] == [(How.SOONER, "2 hours", "1 hour")]
    assert gates.falls[0].name == called(SPRAY.gates, "observed").reason


def test_the_plan_of_a_label_is_one_too() -> None:
    (found,) = falls(SPRAY, changed(SPRAY, "phases", "weekly", sessions=9))
    assert found == Fall(Sort.LABEL, How.CHANGED, called(SPRAY.phases, "weekly").name)
    assert not any(phase.label for phase in HOME.phases)
    assert list(falls(HOME, changed(HOME, "phases", "home", sessions=9))) == []


@pytest.mark.parametrize(
    ("name", "change", "how", "was"),
    [
        ("observed", {"holds": False}, How.PASSED, ""),
        ("observed", {"since": "today"}, How.SOONER, "120 minutes"),
        ("observed", {"least": None}, How.SOONER, "120 minutes"),
        ("observed", {"before": "call"}, How.GONE, ""),
        ("asked", {"needs": ("today",)}, How.ASKS, "Place and monitor"),
        ("told", {"sticks": False}, How.HOLDS, "sticks"),
        ("told", {"lasts": True}, How.HOLDS, "lasts"),
        ("spaced", {"spacing": False}, How.HOLDS, "spacing"),
        ("happened", {"across": False}, How.HOLDS, "across"),
        ("law", {"footings": ()}, How.HOLDS, "footings"),
    ],
)
def test_a_gate_that_holds_less(name: str, change: Mapping[str, Any], how: How, was: str) -> None:
    (found,) = falls(HOME, changed(HOME, "gates", name, **change))
    assert (found.sort, found.how, found.name) == (Sort.GATES, how, called(HOME.gates, name).reason)
    assert found.was == was


def test_a_gate_that_is_gone_or_no_longer_locks() -> None:
    (found,) = falls(HOME, without(HOME, "gates", "measured"))
    assert found == Fall(Sort.GATES, How.GONE, called(HOME.gates, "measured").reason)
    locked = next(gate for gate in TMS.gates if gate.settled_by)
    (found,) = falls(TMS, changed(TMS, "gates", locked.id, settled_by=locked.settled_by[1:]))
    assert (found.how, found.was) == (How.HOLDS, "settled_by")


def test_sessions_that_may_be_closer_together() -> None:
    less = replace(HOME.figures["gap"], value=2)
    (found,) = falls(HOME, changed(HOME, "phases", "home", gap=less))
    assert found == Fall(Sort.GATES, How.SOONER, "Sessions at home", "6 days", "2 days")
    (found,) = falls(HOME, changed(HOME, "phases", "home", gap=None))
    assert (found.was, found.now) == ("6 days", "")


def test_what_a_programme_rests_on_and_what_others_warn_of() -> None:
    law = called(HOME.footings, "telemedicine")
    (found,) = falls(HOME, without(HOME, "footings", "telemedicine"))
    assert found == Fall(Sort.FOOTINGS, How.GONE, law.name)
    (found,) = falls(HOME, changed(HOME, "footings", "telemedicine", until=date(2030, 1, 1)))
    assert found == Fall(Sort.FOOTINGS, How.CHANGED, law.name, "2026-12-31", "2030-01-01")
    assert list(falls(HOME, changed(HOME, "footings", "telemedicine", until=date(2026, 6, 1)))) == []
    assert HOME.cautions
    found = next(iter(falls(HOME, replace(HOME, cautions=HOME.cautions[1:]))))
    assert found == Fall(Sort.FOOTINGS, How.GONE, HOME.cautions[0].words)


def test_steps_that_are_gone_elsewhere_or_do_less() -> None:
    (found,) = falls(HOME, without(HOME, "steps", "visit"))
    assert found == Fall(Sort.STEPS, How.GONE, HOME.by_id["visit"].name)
    (found,) = falls(HOME, changed(HOME, "steps", "today", who=Who.PATIENT))
    assert (found.how, found.name) == (How.ELSEWHERE, "Check before the session")
    (found,) = falls(HOME, changed(HOME, "steps", "vitals", minutes=(60, 120)))
    assert (found.how, found.was, found.now) == (How.READINGS, "30, 60, 90, 120", "60, 120")
    for step, name in (("today", "valid"), ("discharge", "ends"), ("incident", "adverse"), ("phq9_before", "measure")):
        change = {name: type(getattr(HOME.by_id[step], name))()} if name != "valid" else {name: None}
        (found,) = falls(HOME, changed(HOME, "steps", step, **change))
        assert (found.how, found.was) == (How.DOES, name)


def test_questions_that_are_gone_or_may_stay_open() -> None:
    text = called(HOME.by_id["today"].questions, "pregnant").text
    kept = tuple(each for each in HOME.by_id["today"].questions if each.id != "pregnant")
    for one, how in (
        (changed(HOME, "steps", "today", questions=kept), How.QUESTION),
        (asking(HOME, "today", "pregnant", answer=Answer.WORDS), How.QUESTION),
        (asking(HOME, "today", "pregnant", optional=True), How.OPEN),
        (asking(HOME, "today", "pregnant", only_if="identity"), How.OPEN),
        (asking(HOME, "today", "pregnant", conditions=()), How.ANSWER),
    ):
        assert list(falls(HOME, one)) == [Fall(Sort.STEPS, how, "Check before the session", text)]


@pytest.mark.parametrize(
    "change", [{"verdict": Verdict.REVIEW}, {"words": frozenset({"yes"})}, {"calls": False}, {"adverse": True}]
)
def test_an_answer_that_comes_to_less(change: Mapping[str, Any]) -> None:
    """Thoughts of not wanting to live stop a session and call people."""
    question = called(HOME.by_id["today"].questions, "safety")
    every = [replace(each, **change) for each in question.conditions]
    found = list(falls(HOME, asking(HOME, "today", "safety", conditions=tuple(every))))
    assert [(one.how, one.was) for one in found] == [(How.ANSWER, question.text)]


def test_rules_by_which_a_course_is_looked_at_again_and_files_of_a_session() -> None:
    (rule, *_), (export, *_) = HOME.stop_rules, HOME.exports
    (found,) = falls(HOME, without(HOME, "stop_rules", rule.id))
    assert found == Fall(Sort.STOPS, How.GONE, rule.words)
    assert list(falls(HOME, changed(HOME, "stop_rules", rule.id, words="Otherwise"))) == []
    (found,) = falls(HOME, changed(HOME, "stop_rules", rule.id, measure="gad7"))
    assert found.how is How.CHANGED
    (found,) = falls(HOME, without(HOME, "exports", export.id))
    assert found == Fall(Sort.EXPORTS, How.GONE, export.name)


def test_it_is_told_kind_by_kind_and_each_thing_once() -> None:
    """Of a file that names one programme and is nearest to another, against both."""
    data = own("esketamine", based_on="ketamine-iv")
    bases, found = given_up(read("ours", data))
    assert bases == ["Ketamine infusions", "Esketamine nasal spray"]
    assert [fold.sort for fold in found] == [Sort.FIGURES, Sort.GATES, Sort.STEPS, Sort.EXPORTS]
    several = [one for fold in found for one in fold.falls]
    assert len(several) == len(set(several))
    assert at_all(read("ours", data)) == GivenUp((Sort.FIGURES, Sort.GATES, Sort.STEPS, Sort.EXPORTS))
    assert [len(fold.falls) for fold in folds(several)] == [len(fold.falls) for fold in found]
