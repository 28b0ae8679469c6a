"""Sentences of a definition say the figures that its rules go by, and one that names none that there is is refused."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.programmes.because import met_by_steps, rules_met
from server.programmes.catalogue import read, shipped, shipped_data
from server.programmes.course import Entry, History, Key
from server.programmes.forms import parse
from server.programmes.questions import Verdict
from server.programmes.shape import StopRuleShape
from tests.server.programmes.courses import MONDAY, Hand

KEPT = Path(__file__).parent / "kept"
RULES = [(name, rule["id"]) for name, data in shipped_data().items() for rule in data["stop_rules"]]
FIGURES = ("less_than", "sessions", "rises", "at_least", "stops", "missed", "away")
KETAMINE = ("esketamine", "ketamine-iv", "ketamine-home")


def changed(name: str) -> dict[str, Any]:
    return json.loads(json.dumps(shipped_data()[name]))


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_a_stop_rule_says_every_figure_that_it_goes_by_as_the_clinic_has_it(name: str, rule: str) -> None:
    data = changed(name)
    [shape] = [one for one in data["stop_rules"] if one["id"] == rule]
    names = [shape[key] for key in FIGURES if key in shape and shape[key] != "once"]
    for one in names:
        data["figures"][one]["value"] += 1
    definition = read(name, data)
    [words] = [one.words for one in definition.stop_rules if one.id == rule]
    assert all(definition.figures[one].said in words for one in names), words
    assert "{" not in words
    assert set(re.findall(r"\d+", words.replace("PHQ-9", "").replace("GAD-7", "").replace("question 9", ""))) == {
        f"{data['figures'][one]['value']}" for one in names
    }


def test_every_way_of_a_stop_rule_is_held_here() -> None:
    said = {"id", "words", "measure", "item", "step", "also"}
    assert set(StopRuleShape.model_fields) - said == set(FIGURES)


@pytest.mark.parametrize(
    ("name", "told"),
    [("ketamine-iv", "Infusions, 6 sessions in three weeks"), ("ketamine-home", "4 sessions in four weeks")],
)
def test_what_a_programme_says_of_itself_names_its_figures_too(name: str, told: str) -> None:
    assert shipped()[name].about.startswith(told)


def test_what_a_step_says_of_itself_and_asks_names_its_figures_too() -> None:
    assert "medicines tried for at least 42 days" in shipped()["tms"].by_id["trials"].about
    assert "for at least 42 days" in shipped()["tms"].by_id["trials"].questions[0].text
    assert shipped()["ketamine-home"].by_id["visit"].about.startswith("A clinician by video, 1 day to 3 days after")


SENTENCES = [
    (lambda data: data, "about", "about"),
    (lambda data: data, "notice", "notice"),
    (lambda data: data["steps"][0], "about", "steps.screening.about"),
    (lambda data: data["steps"][0]["questions"][0], "text", "steps.screening.implant.text"),
    (lambda data: data["steps"][0]["questions"][0], "reason", "steps.screening.implant.reason"),
    (lambda data: data["gates"][0], "reason", "gates.eligible.reason"),
    (lambda data: data["stop_rules"][0], "words", "stop_rules.missed.words"),
    (lambda data: data["exports"][0], "about", "exports.sessions.about"),
]


@pytest.mark.parametrize(("where", "key", "place"), SENTENCES, ids=[one[2] for one in SENTENCES])
def test_a_sentence_that_names_a_figure_that_is_not_there_is_refused(where: Any, key: str, place: str) -> None:
    data = changed("tms")
    where(data)[key] = "After {missed_row}, {Braces}, {} and {no_such}."
    found = parse(data)
    assert isinstance(found, list)
    assert {one.place: one.words for one in found} == {
        place: "There is no figure ‘no_such’ for this sentence. Write it under figures."
    }
    where(data)[key] = "After {missed_row}, {Braces} and {}."
    assert not isinstance(parse(data), list)


def found(name: str, *stopped: tuple[str, int, int]) -> set[str]:
    """The rules that are met where these steps (step, session, round) came to a stop."""
    hand = Hand.of(shipped()[name])
    entries = {key: Entry(key, MONDAY + timedelta(days=key.session), Verdict.STOP) for key in map(Key._make, stopped)}
    return {one.id for one in rules_met(hand.programme, History(entries), {})}


@pytest.mark.parametrize("name", KETAMINE)
def test_a_red_event_counts_once_in_a_session_and_with_those_of_the_other_kind(name: str) -> None:
    """Two red events, whichever: ketamine facts, section 5, stop rules."""
    assert found(name, ("incident", 1, 0), ("incident", 1, 1)) == set(), "pressed twice in one session"
    assert found(name, ("vitals", 1, 0), ("vitals", 1, 1)) == set()
    assert found(name, ("incident", 1, 0), ("incident", 2, 0)) == {"red"}
    assert found(name, ("vitals", 1, 0), ("vitals", 3, 1)) == {"red"}
    assert found(name, ("vitals", 1, 0), ("incident", 1, 0)) == {"red"}
    assert found(name, ("vitals", 1, 0), ("incident", 2, 0)) == {"red"}


@pytest.mark.parametrize(
    ("stops", "met"), [({"vitals": 1}, set()), ({"vitals": 1, "incident": 1}, {"red"}), ({"incident": 2}, {"red"})]
)
def test_the_board_counts_alike(stops: Mapping[str, int], met: set[str]) -> None:
    assert {one.id for one in met_by_steps(shipped()["ketamine-iv"], stops)} == met


def test_the_page_says_what_the_file_says_of_red_events() -> None:
    [words] = [one.words for one in shipped()["esketamine"].stop_rules if one.id == "red"]
    assert words.startswith("At least 2 events were red: ")


def test_a_rule_that_names_a_step_that_is_not_there_is_refused() -> None:
    data = changed("esketamine")
    [rule] = [one for one in data["stop_rules"] if one["id"] == "red"]
    rule["also"] = ["nothing"]
    assert [one.place for one in parse(data)] == ["stop_rules.red"]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", sorted(path.stem for path in KEPT.glob("*.json")))
def test_every_version_that_a_course_can_have_begun_by_is_read(name: str) -> None:
    assert read(name, json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))).version == name.split("-")[-1]
