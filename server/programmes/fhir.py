"""Courses of care for other programs: a FHIR R4B CarePlan each, its sessions as Procedures, what was measured as
Observations. Pure.

Units are those of UCUM where it has them. No code system of ours was confirmed for what is measured, so words stand
alone, without LOINC.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from server.programmes.questions import UNSURE

Resource = dict[str, Any]
UNITS = "http://unitsofmeasure.org"
UCUM = {"mmHg": "mm[Hg]", "per min": "/min", "%": "%", "kg": "kg", "h": "h"}
"""Unit of a definition -> its code; one that UCUM has not stands in words."""
STATES = {"done": "completed", "going": "in-progress", "next": "not-started", "ahead": "not-started"}


def resources(patient_id: UUID, courses: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """The resources of `taking.courses_data`, course by course."""
    found: list[Resource] = []
    for course in courses:
        held = [mark for mark in course["path"] if mark["state"] in ("done", "going")]
        found.append(_plan(f"Patient/{patient_id}", course))
        found += [_session(f"Patient/{patient_id}", course, mark) for mark in held]
        found += [_measured(f"Patient/{patient_id}", course, one) for one in course["readings"]]
    return found


def _plan(patient: str, course: Mapping[str, Any]) -> Resource:
    status = "completed" if course["ended_at"] else "on-hold" if course["paused"] else "active"
    notes = [f"{course['programme']}, version {course['version']} of its definition"]
    notes[0] += "" if course.get("confirmed", True) else f", {UNSURE}"
    notes += [f"Preset: {course['preset']}"] if course.get("preset") else []
    return {
        "resourceType": "CarePlan",
        "id": course["id"],
        "status": status,
        "intent": "plan",
        "title": course["programme"],
        "category": [{"text": "Course of care"}],
        "subject": {"reference": patient},
        "created": course["began_at"],
        "period": _between(course["began_at"], course["ended_at"]),
        "activity": [_activity(course, mark) for mark in course["path"]],
        "note": [{"text": note} for note in notes],
    }


def _between(start: str | None, end: str | None) -> Resource:
    return {name: at for name, at in (("start", start), ("end", end)) if at}


def _activity(course: Mapping[str, Any], mark: Mapping[str, Any]) -> Resource:
    held = mark["state"] in ("done", "going")
    state = "scheduled" if mark["at"] and not held else STATES[mark["state"]]
    detail = {
        "status": state,
        "code": {"text": f"Session {mark['session']}"},
        "description": mark["phase"],
        "scheduledPeriod": _between(mark["at"], None) or None,
    }
    outcome = {"outcomeReference": [{"reference": f"Procedure/{_session_id(course, mark['session'])}"}]} if held else {}
    return {**outcome, "detail": detail}


def _session_id(course: Mapping[str, Any], session: int) -> str:
    return f"{course['id']}-session-{session}"


def _session(patient: str, course: Mapping[str, Any], mark: Mapping[str, Any]) -> Resource:
    return {
        "resourceType": "Procedure",
        "id": _session_id(course, mark["session"]),
        "basedOn": [{"reference": f"CarePlan/{course['id']}"}],
        "status": STATES[mark["state"]],
        "code": {"text": f"{course['programme']}, session {mark['session']}"},
        "subject": {"reference": patient},
        "performedDateTime": mark["at"],
    }


def _measured(patient: str, course: Mapping[str, Any], reading: Mapping[str, Any]) -> Resource:
    begun = {mark["session"] for mark in course["path"] if mark["state"] in ("done", "going")}
    of = (
        [{"reference": f"Procedure/{_session_id(course, reading['session'])}"}] if reading["session"] in begun else None
    )
    parts = [{"code": {"text": one["what"]}, "valueQuantity": _quantity(one)} for one in reading["values"]]
    return {
        "resourceType": "Observation",
        "id": reading["id"],
        "basedOn": [{"reference": f"CarePlan/{course['id']}"}],
        "partOf": of,
        "status": "final",
        "code": {"text": reading["step"]},
        "subject": {"reference": patient},
        "effectiveDateTime": reading["at"],
        "component": parts,
    }


def _quantity(one: Mapping[str, Any]) -> Resource:
    code = {"system": UNITS, "code": UCUM[one["unit"]]} if one["unit"] in UCUM else {}
    return {"value": one["value"], "unit": one["unit"], **code}
