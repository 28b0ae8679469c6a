"""Definitions as files: those that come with the program, and what a broken one is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.programmes.catalogue import NotAProgramme, read, shipped, shipped_data
from server.programmes.definition import Definition
from server.programmes.forms import parse
from server.programmes.questions import Verdict, found_in
from server.programmes.shape import FileShape

SCHEMA = Path(__file__).parents[3] / "server" / "programmes" / "schema.json"


def test_the_programmes_that_come_along_are_whole() -> None:
    assert set(shipped()) == {
        "tms",
        "tms-accelerated",
        "esketamine",
        "esketamine-maintenance",
        "ketamine-iv",
        "ketamine-im",
        "ketamine-home-sc",
        "ketamine-home",
        "cbt",
        "mindfulness",
    }
    assert [(phase.id, phase.sessions) for phase in shipped()["tms"].phases] == [("acute", 30), ("taper", 6)]
    assert (shipped()["tms-accelerated"].phases[0].sessions, shipped()["tms-accelerated"].phases[0].per_day) == (50, 10)


@pytest.mark.parametrize("definition", shipped().values(), ids=lambda one: one.id)
def test_every_number_says_where_it_is_from_and_what_no_label_says_awaits_a_clinician(definition: Definition) -> None:
    assert all(figure.source for figure in definition.figures.values())
    unlabelled = [figure.what for figure in definition.figures.values() if not figure.label]
    assert {one.what for one in definition.awaited} >= set(unlabelled)
    assert all(one.source for one in definition.awaited)


@pytest.mark.parametrize("definition", shipped().values(), ids=lambda one: one.id)
def test_no_definition_says_how_much(definition: Definition) -> None:
    data = json.loads(json.dumps(shipped_data()[definition.id]))
    for step in data["steps"]:  # what can be written down as given is an answer, and none of them is chosen beforehand
        for question in step["questions"] if step["kind"] == "session" else ():
            question.pop("options", None)
    words = json.dumps(data).lower()
    assert not [dose for dose in ("mg", "56 ", "84 ", "120%", "120 %") if f" {dose}" in words.replace("mmhg", "")]


def test_the_documented_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == FileShape.model_json_schema()


def broken(change: Any) -> dict[str, str]:
    data = json.loads(json.dumps(shipped_data()["tms"]))
    change(data)
    found = parse(data)
    assert isinstance(found, list)
    return {one.place: one.words for one in found}


def test_a_broken_file_is_told_where_and_what_would_mend_it() -> None:
    assert broken(lambda data: data["figures"]["gap"].pop("source"))["figures.gap.source"] == "This is missing."
    assert "‘a day’" not in str(broken(lambda data: data["phases"][0].update(gap="a_day")))
    assert broken(lambda data: data["phases"][0].update(gap="a_day"))["phases.acute.gap"] == (
        "There is no figure ‘a_day’. Write it under figures, with its source."
    )
    assert "hours" in broken(lambda data: data["figures"]["gap"].update(unit="sessions"))["phases.acute.gap"]
    assert "spelled" in broken(lambda data: data.update(gatez=[]))["gatez"]


def test_a_step_that_no_gate_asks_for_could_be_skipped() -> None:
    found = broken(lambda data: data["gates"].pop(1))
    assert found["steps.consent"] == "No gate in front of ‘treatment’ asks for it: it could be skipped."


def test_a_reading_is_never_refused_so_that_no_gate_stands_in_front_of_a_clock() -> None:
    data = json.loads(json.dumps(shipped_data()["esketamine"]))
    data["gates"].append({"id": "first", "before": "vitals", "needs": ["today"], "reason": "First that."})
    found = parse(data)
    assert isinstance(found, list)
    words = "A reading that was taken is kept, whatever else is missing: no gate stands in front of a clock."
    assert [(one.place, one.words) for one in found] == [("gates.first.before", words)]


def test_an_answer_that_nobody_can_give_is_found() -> None:
    found = broken(lambda data: data["steps"][0]["questions"][0]["when"][0].update({"is": ["maybe"]}))
    assert found["steps.screening.implant.when"] == "Nobody can answer ‘maybe’ here."


def test_the_error_names_the_file_and_every_place() -> None:
    with pytest.raises(NotAProgramme, match=r"own\.json is not a programme yet:\n- format: This is missing\."):
        read("own.json", {"id": "own"})


def test_answers_come_to_the_gravest_verdict_by_the_figures_of_the_file() -> None:
    today = shipped()["esketamine"].by_id["today"].questions
    clear = {"systolic": "140", "diastolic": "90", "oxygen": "94", "pulse": "50", "escort": "yes"}
    assert found_in(today, clear).verdict is Verdict.CLEAR
    assert found_in(today, {**clear, "systolic": "141"}).questions == ("systolic",)
    assert found_in(today, {**clear, "systolic": "141"}).verdict is Verdict.REVIEW
    assert found_in(today, {**clear, "diastolic": "100"}).verdict is Verdict.STOP
    assert found_in(today, {**clear, "oxygen": "93.9"}).verdict is Verdict.STOP
    assert found_in(today, {**clear, "escort": "unknown", "pulse": "49"}) == found_in(today, {"escort": "unknown"})


def test_one_point_not_agreed_to_stops() -> None:
    points = shipped()["tms"].by_id["consent"].questions
    agreed = {one.id: "yes" for one in points}
    assert found_in(points, agreed).verdict is Verdict.CLEAR
    assert found_in(points, {**agreed, "rare": "no"}).questions == ("rare",)
