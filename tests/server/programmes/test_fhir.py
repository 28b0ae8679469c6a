"""A course as FHIR: the plan, its sessions and what was measured, held against the standard, in units of UCUM."""

import json
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class

from server.programmes.fhir import UCUM, resources

ME, AT = UUID(int=1), "2026-03-12T08:00:00+00:00"
PRESSURE = {"what": "Blood pressure, upper", "value": 128.0, "unit": "mmHg"}
OUTPUT = {"what": "Threshold", "value": 52.0, "unit": "% output"}
COURSE = {
    "id": "c", "programme": "Esketamine", "version": "1.0", "began_at": AT, "ended_at": None, "paused": False,
    "path": [
        {"phase": "Induction", "session": 1, "state": "done", "at": AT},
        {"phase": "Induction", "session": 2, "state": "next", "at": AT},
        {"phase": "Induction", "session": 3, "state": "ahead", "at": None},
    ],
    "steps": [], "readings": [
        {"id": "r", "step": "Reading", "session": 1, "at": AT, "values": [PRESSURE, OUTPUT]},
        {"id": "w", "step": "What has to be known", "session": 0, "at": AT, "values": [OUTPUT]},
    ],
}  # fmt: skip


def checked(course: dict) -> list[dict]:
    found = resources(ME, [course])
    return [get_fhir_model_class(one["resourceType"]).model_validate(one).model_dump(mode="json") for one in found]


def test_a_course_is_a_plan_with_its_sessions_and_what_was_measured_in_them() -> None:
    plan, session, reading, before = checked(COURSE)
    assert [one["detail"]["status"] for one in plan["activity"]] == ["completed", "scheduled", "not-started"]
    assert plan["activity"][0]["outcomeReference"] == [{"reference": "Procedure/c-session-1"}]
    assert (session["id"], session["status"], session["basedOn"]) == (
        "c-session-1", "completed", [{"reference": "CarePlan/c"}],
    )  # fmt: skip
    assert reading["partOf"] == [{"reference": "Procedure/c-session-1"}]
    assert "partOf" not in before, "what is of the whole course is of no session"
    pressure, output = (one["valueQuantity"] for one in reading["component"])
    assert (pressure["code"], pressure["system"]) == ("mm[Hg]", "http://unitsofmeasure.org")
    assert "code" not in output, "a unit that UCUM has not stands in words"
    assert "loinc" not in json.dumps(resources(ME, [COURSE])).lower(), "no code that nobody confirmed"
    assert UCUM["per min"] == "/min"


@pytest.mark.parametrize(
    ("changed", "status"),
    [({}, "active"), ({"paused": True}, "on-hold"), ({"paused": True, "ended_at": AT}, "completed")],
)
def test_a_plan_says_whether_it_goes_on(changed: dict, status: str) -> None:
    assert checked({**COURSE, **changed})[0]["status"] == status
