"""Results for other programs, held against the FHIR R4B library, with the confirmed codes and no others."""

import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest

from server.measures.catalogue import shipped
from server.measures.fhir import Answered, observation, questionnaire_response
from server.measures.scoring import Score, score

AT = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
ID = UUID(int=7)


def given(key: str, answers: dict[str, int], *, finished: bool = True) -> Answered:
    return Answered(ID, "Patient/jo", shipped()[key], AT, finished, answers)


def result(key: str, answers: dict[str, int], *, finished: bool = True):
    found = score(shipped()[key], answers)
    assert isinstance(found, Score)
    return observation(given(key, answers, finished=finished), found)


def test_answers_and_total_carry_their_codes() -> None:
    answers = {f"phq9_{n}": 1 for n in range(1, 10)} | {"phq9_difficulty": 0}
    sheet = questionnaire_response(given("phq9", answers))
    assert (sheet["status"], sheet["item"][8]["linkId"]) == ("completed", "/44260-8")
    assert sheet["item"][8]["answer"][0]["valueCoding"]["code"] == "LA6569-3"
    total = result("phq9", answers)
    assert (total["valueInteger"], total["code"]["coding"][0]["code"]) == (9, "44261-6")
    assert total["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{ID}"}]


def test_what_is_open_is_there_without_an_answer() -> None:
    sheet = questionnaire_response(given("phq9", {"phq9_1": 2}, finished=False))
    assert sheet["status"] == "in-progress"
    assert [("answer" in item) for item in sheet["item"]][:3] == [True, False, False]
    assert result("phq9", {"phq9_1": 2}) is None


def test_without_a_confirmed_code_the_words_stand_alone() -> None:
    for key in ("gad2", "pcl5", "k10", "k6"):
        answers = {item.id: item.options[0].value for item in shipped()[key].items}
        assert "coding" not in result(key, answers)["code"]


def test_a_result_by_rule_has_a_name_and_no_number() -> None:
    found = result("asq", dict.fromkeys(("asq_1", "asq_2", "asq_3", "asq_4"), 0))
    assert found["valueCodeableConcept"] == {"text": "negative"}
    assert "valueInteger" not in found


@pytest.mark.parametrize("key", [key for key, one in shipped().items() if not one.shell])
def test_every_measure_of_ours_can_be_handed_on(key: str) -> None:
    answers = {item.id: item.options[-1].value for item in shipped()[key].items}
    assert questionnaire_response(given(key, answers))["item"]
    assert result(key, answers)


def test_the_library_is_loaded_by_nobody_who_does_not_ask() -> None:
    code = "import sys, server.app; sys.exit(any(name.startswith('fhir') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("answers", "status", "level"),
    [
        ({"cssrs_q1": 1, "cssrs_q2": 0, "cssrs_q6": 0}, "completed", "final"),
        ({"cssrs_q1": 1, "cssrs_q6": 0}, "in-progress", "preliminary"),
        ({"cssrs_q1": 0, "cssrs_q2": 0}, "in-progress", None),
        ({"cssrs_q1": 0, "cssrs_q2": 1, "cssrs_q4": 1}, "completed", "final"),
    ],
)
def test_a_level_that_an_open_answer_may_change_is_handed_on_as_one(answers, status, level) -> None:
    assert questionnaire_response(given("cssrs", answers))["status"] == status
    found = result("cssrs", answers)
    assert (found["status"] if found else None) == level


def test_a_sum_that_its_giver_left_open_is_completed() -> None:
    assert questionnaire_response(given("phq9", {"phq9_1": 2}))["status"] == "completed"
