"""A record for other programs: a FHIR R4B bundle through the `fhir.resources` library, which is loaded on first use.

Diagnoses are Conditions with the code and system that the clinic entered, medicines MedicationStatements, treatments
Procedures, goals Goals, genetic tests Observations, signed notes Compositions, a safety plan a CarePlan, bookings
Appointments, agreements Consents; measures come from their own feature.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from server.measures.fhir import Answered, observation, questionnaire_response
from server.measures.risk.history import Said, Stood
from server.record.care.rules import (
    Certainty,
    Diagnosis,
    Enough,
    Entry,
    GeneTest,
    Goal,
    Kind,
    Medicine,
    Reached,
    Spell,
    Treatment,
)
from server.record.export.agreed import appointment, consent
from server.record.export.gather import Whole
from server.record.export.planned import care_plan
from server.record.notes.rules import Note

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CERTAIN = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
Resource = dict[str, Any]


def bundle_of(whole: Whole, more: Sequence[Resource] = ()) -> Resource:
    """The bundle as JSON data, every resource held against the standard; `more` of later features beside it. Raises
    pydantic's ValidationError.
    """
    found = [patient_of(whole)]
    found += [PARTS[one.kind](whole, one) for one in whole.care]
    found += [_composition(whole, one) for one in whole.notes]
    found += [] if whole.plan.empty else [care_plan(_subject(whole), whole.plan)]
    for result in whole.results:
        for one in result.taken:
            said = (one.instrument, one.at, one.finished, one.answers, one.came)
            given = Answered(one.id, _subject(whole)["reference"], *said)
            found += [each for each in (questionnaire_response(given), observation(given, one.result)) if each]
        found += [
            _danger(whole, stood, one) for stood in filter(None, [whole.danger.get(result.key)]) for one in stood.said
        ]
    found += [appointment(_subject(whole), one, whole.reasons.get(one.id, "")) for one in whole.bookings]
    found += [consent(_subject(whole), whole.clinic, one) for one in whole.consents]
    found += more
    return {"resourceType": "Bundle", "type": "collection", "timestamp": whole.at.isoformat(), "entry": [
        {"resource": checked(one)} for one in found
    ]}  # fmt: skip


def checked(value: Mapping[str, Any]) -> Resource:
    """The same resource, held against the standard. Raises pydantic's ValidationError."""
    from fhir.resources.R4B import get_fhir_model_class

    kind: Any = get_fhir_model_class(value["resourceType"])
    found: Resource = kind.model_validate(value).model_dump(mode="json", exclude_none=True)
    return {"resourceType": value["resourceType"], **found}


def _subject(whole: Whole) -> dict[str, str]:
    return {"reference": f"Patient/{whole.person.id}"}


def patient_of(whole: Whole) -> Resource:
    """Who it is about, and how they are reached."""
    person = whole.person
    reach = [("email", person.mail), ("phone", person.phone)]
    telecom = [{"system": system, "value": value} for system, value in reach if value]
    return {
        "resourceType": "Patient",
        "id": str(person.id),
        "name": [{"text": person.name}],
        "telecom": telecom or None,
    }


def _condition(whole: Whole, entry: Entry) -> Resource:
    value = entry.value
    assert isinstance(value, Diagnosis)
    resolved, suspected = value.certainty is Certainty.RESOLVED, value.certainty is Certainty.SUSPECTED
    # A system without an address of its own stands in words: a made-up address would name another one's codes.
    words = f"{value.system} {value.code} {value.words}".strip()
    found: Resource = {
        "resourceType": "Condition",
        "id": str(entry.id),
        "clinicalStatus": _coded(CLINICAL, "resolved" if resolved else "active"),
        "verificationStatus": _coded(CERTAIN, "provisional" if suspected else "confirmed"),
        "code": {"text": words, "coding": [{"code": value.code, "display": value.words or None}]},
        "subject": _subject(whole),
        "recordedDate": entry.at.isoformat(),
    }
    return {**found, **({"onsetDateTime": value.since} if value.since else {})}


def _danger(whole: Whole, stood: Stood, said: Said) -> Resource:
    """One answer to a question that spoke of danger, whatever was answered since, and who saw it."""
    what = "answer that spoke of danger" if said.loud else "answer to a question that spoke of danger before"
    seen = f"Seen by {stood.seen_by}, {stood.seen_at.isoformat()}" if stood.seen_at else "Not marked as seen yet"
    return {
        "resourceType": "Observation",
        "id": str(said.id),
        "status": "final",
        "code": {"text": f"{said.measure}, question {said.number}: {what}"},
        "subject": _subject(whole),
        "effectiveDateTime": said.at.isoformat(),
        "issued": (said.came or said.at).isoformat(),
        "valueString": said.words,
        "note": [{"text": seen}],
    }


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def medicines_of(whole: Whole) -> list[Resource]:
    """What is taken or was, one statement each."""
    return [_medication(whole, one) for one in whole.care if one.kind is Kind.MEDICINE]


def _medication(whole: Whole, entry: Entry) -> Resource:
    value = entry.value
    assert isinstance(value, Medicine)
    dosage: Resource = {"text": value.often or f"{value.dose or ''} {value.unit}".strip()}
    if value.dose is not None:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": value.dose, "unit": value.unit}}]
    return {
        "resourceType": "MedicationStatement",
        "id": str(entry.id),
        "status": "active" if value.spell.going else "stopped" if value.stopped else "completed",
        "statusReason": [{"text": value.stopped}] if value.stopped else None,
        "medicationCodeableConcept": {"text": value.name},
        "subject": _subject(whole),
        "effectivePeriod": _period(value.spell),
        "dosage": [dosage],
        "note": _effect(value, whole.at.date()),
    }


def _procedure(whole: Whole, entry: Entry) -> Resource:
    value = entry.value
    assert isinstance(value, Treatment)
    return {
        "resourceType": "Procedure",
        "id": str(entry.id),
        "status": "in-progress" if value.spell.going else "completed",
        "statusReason": {"text": value.stopped} if value.stopped else None,
        "code": {"text": f"{value.way.value}: {value.method}"},
        "subject": _subject(whole),
        "performedPeriod": _period(value.spell),
        "note": _effect(value, whole.at.date()),
    }


def _effect(value: Medicine | Treatment, today: date) -> list[Resource]:
    words = [f"effect: {value.effect.value}"]
    weeks = value.spell.lasted(today)
    if weeks is not None:
        words.append(f"weeks: {weeks}")
    if isinstance(value, Treatment) and value.sessions is not None:
        words.append(f"sessions: {value.sessions}")
    if value.enough is not Enough.UNKNOWN:
        words.append(f"adequate: {value.enough.value}")
    return [{"text": "; ".join(words)}]


def _period(spell: Spell) -> Resource | None:
    found = {name: value for name, value in (("start", spell.since), ("end", spell.until)) if value}
    return found or None


def _goal(whole: Whole, entry: Entry) -> Resource:
    value = entry.value
    assert isinstance(value, Goal)
    status = {Reached.OPEN: "active", Reached.REACHED: "completed", Reached.LET_GO: "cancelled"}[value.reached]
    return {
        "resourceType": "Goal",
        "id": str(entry.id),
        "lifecycleStatus": status,
        "description": {"text": value.words},
        "subject": _subject(whole),
        "note": [{"text": value.plan}] if value.plan else None,
        "target": [{"dueDate": value.review}] if len(value.review) == 10 else None,
    }


def _gene(whole: Whole, entry: Entry) -> Resource:
    value = entry.value
    assert isinstance(value, GeneTest)
    told = [value.result, value.phenotype]
    return {
        "resourceType": "Observation",
        "id": str(entry.id),
        "status": "final",
        "code": {"text": f"{value.gene}: {'genotype' if value.result else 'phenotype'}"},
        "subject": _subject(whole),
        "effectiveDateTime": value.on or None,
        "performer": [{"display": value.lab}],
        "method": {"text": value.method} if value.method else None,
        "valueString": ", ".join(one for one in told if one),
    }


def _composition(whole: Whole, note: Note) -> Resource:
    assert note.signed_at
    sections = [(one.title, note.part(one.key).text) for one in note.format.sections]
    sections += [(f"Added by {whole.staff.get(one.by_id, '')}, {one.at.isoformat()}", one.text) for one in note.addenda]
    return {
        "resourceType": "Composition",
        "id": str(note.id),
        "status": "amended" if note.addenda else "final",
        "type": {"text": f"{note.format.name} note"},
        "subject": _subject(whole),
        "date": note.signed_at.isoformat(),
        "author": [{"display": whole.staff.get(note.author_id, "") or "somebody who left"}],
        "title": f"{note.format.name} note",
        "section": [{"title": title, "text": narrative(text)} for title, text in sections if text.strip()],
    }


def narrative(text: str) -> Resource:
    """Words as a resource carries them: escaped, a line each."""
    from markupsafe import escape

    lines = "<br/>".join(str(escape(line)) for line in text.splitlines())
    return {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{lines}</p></div>'}


PARTS: Mapping[Kind, Callable[[Whole, Entry], Resource]] = {
    Kind.DIAGNOSIS: _condition,
    Kind.MEDICINE: _medication,
    Kind.TREATMENT: _procedure,
    Kind.GOAL: _goal,
    Kind.GENE: _gene,
}
