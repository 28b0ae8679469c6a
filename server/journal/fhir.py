"""What a patient wrote, for other programs: FHIR R4B QuestionnaireResponses and Observations. Pure.

Every entry is a QuestionnaireResponse with all that it says, by the words of its form. Numbers that make a course stand
as Observations besides: a diary of mood, a night of sleep, the minutes of an exercise. No code system has codes for
these forms of ours, so words stand alone, without LOINC.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from server.journal.cbt.nights import Night, night
from server.journal.mood.rules import KIND as MOOD
from server.journal.mood.rules import SCALES
from server.moments import known_zone

Resource = dict[str, Any]
Labels = Mapping[str, Mapping[str, str]]
"""Kind -> field -> its words; '' names the kind itself."""
ABOUT = frozenset(
    ["id", "day", "written_at", "zone", "backdated", "read_by", "words", "open", "form", "of", "step", "key"]
)
"""What an entry says beside its answers."""
SURVEY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}
RATED = {
    f"{what}_{when}": f"{what.capitalize()} {when}, 0 to 10"
    for what in ("calm", "mood")
    for when in ("before", "after")
}
UNITS = "http://unitsofmeasure.org"
ASLEEP, IN_BED, SHARE = "Time asleep", "Time in bed", "Sleep efficiency: asleep of time in bed"


def resources(patient_id: UUID, data: Mapping[str, Sequence[Mapping[str, Any]]], labels: Labels) -> list[Resource]:
    """The resources of `taking.journal_data`, kind by kind, the oldest first; what was given as homework is not one."""
    found: list[Resource] = []
    for kind, words in labels.items():
        for one in data.get(kind, ()):
            found.append(_response(f"Patient/{patient_id}", kind, one, words))
            found += _observed(f"Patient/{patient_id}", kind, one, words)
    return found


def practice(patient_id: UUID, done: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """What `calm.taking.practice_data` gives: each exercise an Observation of its minutes, with calm and mood before
    and after, 0 to 10, as far as they were said.
    """
    return [_practised(f"Patient/{patient_id}", one) for one in done]


def _practised(patient: str, one: Mapping[str, Any]) -> Resource:
    words = f"Breathing or mindfulness: {one['exercise']}"
    minutes = _quantity(round(one["seconds"] / 60, 1), "min")
    said = [{"code": {"text": RATED[key]}, "valueInteger": one[key]} for key in RATED if one.get(key) is not None]
    return {**_observation(patient, one["id"], words, one["at"]), "valueQuantity": minutes, "component": said or None}


def _response(patient: str, kind: str, one: Mapping[str, Any], words: Mapping[str, str]) -> Resource:
    chosen = [_item(key, key, value, words) for key, value in one.items() if key not in ABOUT]
    written = [_item(f"words.{key}", key, value, words) for key, value in one["words"].items()]
    day = {"linkId": "day", "text": "Day", "answer": [{"valueDate": one["day"]}]}
    items = [day, *(each for each in chosen + written if _says(each))]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": one["id"],
        "status": "in-progress" if one.get("open") else "completed",
        "subject": {"reference": patient},
        "source": {"reference": patient},
        "authored": one["written_at"],
        "item": [{"linkId": kind, "text": words.get("", kind), "item": items}],
    }


def _says(item: Resource) -> bool:
    return bool(item.get("answer") or item.get("item"))


def _item(link: str, name: str, value: object, words: Mapping[str, str]) -> Resource:
    """One answer, several of them, or rows below each other."""
    head = {"linkId": link, "text": words.get(name, name)}
    listed = value if isinstance(value, list) else [value]
    if any(isinstance(row, dict | list) for row in listed):
        rows = [_row(f"{link}.{at}", row, words) for at, row in enumerate(listed)]
        return {**head, "item": [row for row in rows if _says(row)]}
    return {**head, "answer": [answer for each in listed if (answer := _answer(each))]}


def _row(link: str, row: object, words: Mapping[str, str]) -> Resource:
    said = row if isinstance(row, dict) else dict(enumerate(row if isinstance(row, list) else [row]))
    items = [_item(f"{link}.{key}", str(key), value, words) for key, value in said.items() if key not in ABOUT]
    return {"linkId": link, "item": [one for one in items if _says(one)]}


def _answer(value: object) -> Resource | None:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, float):
        return {"valueDecimal": value}
    text = str(value).strip() if value is not None else ""
    return {"valueString": text} if text else None


def _observed(patient: str, kind: str, one: Mapping[str, Any], words: Mapping[str, str]) -> list[Resource]:
    if kind == MOOD:
        there = [key for key in SCALES if isinstance(one.get(key), int)]
        parts = [{"code": {"text": words[key]}, "valueInteger": one[key]} for key in there]
    elif kind == "night":
        parts = _night(one)
    else:
        parts = []
    if not parts:
        return []
    head = _observation(patient, f"{one['id']}-{kind}", words.get("", kind), one["day"])
    return [{**head, "derivedFrom": [{"reference": f"QuestionnaireResponse/{one['id']}"}], "component": parts}]


def _night(one: Mapping[str, Any]) -> list[Resource]:
    zone = known_zone(one["zone"])
    come_to = night(date.fromisoformat(one["day"]), zone, one) if zone else None
    if not isinstance(come_to, Night):
        return []
    told = ((IN_BED, come_to.bed, "min"), (ASLEEP, come_to.asleep, "min"), (SHARE, come_to.share, "%"))
    return [{"code": {"text": text}, "valueQuantity": _quantity(value, unit)} for text, value, unit in told]


def _observation(patient: str, own_id: str, words: str, at: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": own_id,
        "status": "final",
        "category": [SURVEY],
        "code": {"text": words},
        "subject": {"reference": patient},
        "performer": [{"reference": patient}],
        "effectiveDateTime": at,
    }


def _quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UNITS, "code": unit}
