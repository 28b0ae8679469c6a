"""A summary for other programs: a FHIR R4B document of what the export makes of the same course. Pure.

Totals stand in it, and no answer to a single question of a questionnaire: who gets a summary was given no record.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from server.measures.fhir import Answered, observation
from server.measures.results import Taken
from server.programmes.fhir import resources
from server.record.export.fhir import checked, medicines_of, narrative, patient_of
from server.record.export.gather import Whole

Resource = dict[str, Any]


def document_of(
    summary_id: UUID, whole: Whole, course: Mapping[str, Any], totals: Sequence[Taken], paper: Mapping[str, Any],
    at: datetime, base: str,
) -> Resource:  # fmt: skip
    """The bundle as JSON data, every resource held against the standard; `base`: below what its references lead from
    one resource to the other, and nowhere else. Raises pydantic's ValidationError.
    """
    patient = f"Patient/{whole.person.id}"
    found = resources(whole.person.id, [course])
    found += _totals(patient, totals)
    found += medicines_of(whole)
    every = [_composition(summary_id, patient, paper, found, at), patient_of(whole), *found]
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{summary_id}"},
        "timestamp": at.isoformat(),
        "entry": [
            {"fullUrl": f"{base}/fhir/{one['resourceType']}/{one['id']}", "resource": checked(one)} for one in every
        ],
    }


def _totals(patient: str, totals: Sequence[Taken]) -> list[Resource]:
    found = []
    for one in totals:
        given = Answered(one.id, patient, one.instrument, one.at, one.finished, one.answers)
        if told := observation(given, one.result):
            found.append({name: value for name, value in told.items() if name != "derivedFrom"})
    return found


def _composition(
    summary_id: UUID, patient: str, paper: Mapping[str, Any], found: Sequence[Resource], at: datetime
) -> Resource:
    facts = [said for _, said in paper["facts"]]
    sections: list[Resource] = [
        {"title": part["title"], "text": narrative(_words(part["blocks"]))} for part in paper["parts"]
    ]
    sections.append(
        {
            "title": "Resources",
            "entry": [{"reference": f"{one['resourceType']}/{one['id']}"} for one in found],
        }
    )
    return {
        "resourceType": "Composition",
        "id": str(summary_id),
        "status": "final",
        "type": {"text": "Summary of a course of care"},
        "subject": {"reference": patient},
        "date": at.isoformat(),
        "author": [{"display": facts[2] or paper["clinic"]}],
        "title": paper["title"],
        "section": sections,
    }


def _words(blocks: Sequence[Mapping[str, Any]]) -> str:
    lines = []
    for one in blocks:
        lines.append(": ".join(word for word in (one["head"], one["small"]) if word))
        lines += [f"{title}: {text}" if title else text for title, text in one["texts"]]
    return "\n".join(lines)
