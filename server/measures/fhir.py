"""Results for other programs: FHIR R4B through the `fhir.resources` library, which is loaded on first use.

A LOINC code is given only where an instrument's file has one; without codes the words stand alone. Answers are
`QuestionnaireResponse` items, the total is an `Observation` that was derived from it.
LOINC is copyright of Regenstrief Institute, Inc.; see https://loinc.org/license/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.measures.rules import Answers, Instrument, Item, Outcome
from server.measures.scoring import Score, asked, score

LOINC = "http://loinc.org"
SURVEY = "http://terminology.hl7.org/CodeSystem/observation-category"


@dataclass(frozen=True)
class Answered:
    """One measure as it was answered. `patient` is a reference such as 'Patient/1'; `came`: when the clinic had it,
    where that was later.
    """

    id: UUID
    patient: str
    instrument: Instrument
    at: datetime
    finished: bool
    answers: Answers = field(repr=False)
    came: datetime | None = None


def questionnaire_response(given: Answered) -> dict[str, Any]:
    """A QuestionnaireResponse as JSON data; every item that was put, also those left open."""
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

    value = {
        "resourceType": "QuestionnaireResponse",
        "id": str(given.id),
        "status": "completed" if given.finished and not _partial(given) else "in-progress",
        "subject": {"reference": given.patient},
        "authored": given.at.isoformat(),
        "item": [_item(item, given.answers) for item in asked(given.instrument, given.answers)],
    }
    return _checked(QuestionnaireResponse, value)


def _partial(given: Answered) -> bool:
    """Of a level by rule, whether an answer that is still open may make it another one."""
    found, by_rule = (
        score(given.instrument, given.answers),
        any(isinstance(o, Outcome) for o in given.instrument.levels),
    )
    return isinstance(found, Score) and by_rule and found.partial


def observation(given: Answered, result: Score) -> dict[str, Any] | None:
    """The result as an Observation; None where there is neither total nor level."""
    from fhir.resources.R4B.observation import Observation

    if result.total is None and result.level is None:
        return None
    value: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"{given.id}-total",
        "status": "final" if given.finished and not result.so_far else "preliminary",
        "category": [{"coding": [{"system": SURVEY, "code": "survey"}]}],
        "code": _code(given.instrument.total, f"{given.instrument.title} total score"),
        "subject": {"reference": given.patient},
        "effectiveDateTime": given.at.isoformat(),
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{given.id}"}],
    }
    if given.came:
        value["issued"] = given.came.isoformat()
    if result.total is not None:
        value["valueInteger"] = result.total
    if result.level:
        words = {"text": result.level.name}
        value |= {"interpretation": [words]} if result.total is not None else {"valueCodeableConcept": words}
    return _checked(Observation, value)


def _item(item: Item, answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {"linkId": f"/{item.loinc}" if item.loinc else item.id}
    if item.text or item.topic:
        found["text"] = item.text or item.topic
    option = item.option(answers[item.id]) if item.id in answers else None
    if option is None:
        return found
    if option.loinc:
        coding = {"system": LOINC, "code": option.loinc, **({"display": option.text} if option.text else {})}
        return {**found, "answer": [{"valueCoding": coding}]}
    return {**found, "answer": [{"valueInteger": option.value}]}


def _code(loinc: str, words: str) -> dict[str, Any]:
    return {"text": words, **({"coding": [{"system": LOINC, "code": loinc}]} if loinc else {})}


def _checked(kind: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """The same data, held against the standard. Raises pydantic's ValidationError."""
    found: dict[str, Any] = kind.model_validate(value).model_dump(mode="json", exclude_none=True)
    return {"resourceType": value["resourceType"], **found}
