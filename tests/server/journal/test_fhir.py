"""What a patient wrote as FHIR: all that it says, held against the standard, with no code that nobody confirmed."""

import json
from uuid import UUID

from fhir.resources.R4B import get_fhir_model_class

from server.journal.fhir import practice, resources
from server.journal.taking import KINDS, labels

ME = UUID(int=1)
HEAD = {
    "day": "2026-03-12", "written_at": "2026-03-12T08:00:00+00:00", "zone": "Europe/Berlin", "backdated": False,
    "read_by": "me", "words": {},
}  # fmt: skip


def checked(found: list[dict]) -> list[dict]:
    for one in found:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    assert "loinc" not in json.dumps(found)
    return found


def test_a_mood_is_all_it_says_and_its_numbers_besides() -> None:
    said = {"id": "a", "mood": 0, "energy": 7, "sleep": "7", "tags": ["home", "work"], "feelings": [["joy", 3]]}
    whole, numbers = checked(resources(ME, {"mood": [HEAD | said | {"words": {"note": "Rain."}}]}, labels()))
    (diary,) = whole["item"]
    told = {one["linkId"]: one for one in diary["item"]}
    assert told["mood"]["answer"] == [{"valueInteger": 0}], "a nought is an answer"
    assert told["tags"]["answer"] == [{"valueString": "home"}, {"valueString": "work"}]
    assert told["feelings"]["item"][0]["item"][1]["answer"] == [{"valueInteger": 3}]
    assert (told["words.note"]["text"], told["words.note"]["answer"]) == ("Note", [{"valueString": "Rain."}])
    assert [one["valueInteger"] for one in numbers["component"]] == [0, 7]
    assert numbers["derivedFrom"] == [{"reference": "QuestionnaireResponse/a"}]


def test_a_night_comes_to_minutes_and_a_share_and_rows_stand_below_each_other() -> None:
    night = {"id": "b", "bed": "23:00", "lights": "23:20", "onset": 30, "awake": 20, "woke": "06:40", "up": "07:15"}
    ladder = {"id": "c", "steps": [{"key": "5" * 12, "suds": 35}], "words": {"steps": [{"text": "The stop"}]}}
    data = {"night": [HEAD | night], "ladder": [HEAD | ladder | {"open": True}], "homework": [{"id": "d"}]}
    found = {(one["resourceType"], one["id"]): one for one in checked(resources(ME, data, labels()))}
    slept, steps = (found["QuestionnaireResponse", key] for key in ("b", "c"))
    minutes = found["Observation", "b-night"]["component"]
    assert len(found) == 3
    assert [one["valueQuantity"]["value"] for one in minutes] == [495, 390, 79]
    assert (slept["status"], steps["status"]) == ("completed", "in-progress")
    assert "5" * 12 not in json.dumps(steps), "a key is nobody's answer"
    assert '"valueString": "The stop"' in json.dumps(steps)


def test_every_tool_has_its_words_and_an_exercise_its_minutes() -> None:
    assert set(labels()) == set(KINDS)
    assert all(words[""] and all(words.values()) for words in labels().values())
    (done,) = checked(practice(ME, [{"id": "e", "exercise": "resonance-4-6", "seconds": 90, "at": HEAD["written_at"]}]))
    assert done["valueQuantity"]["value"] == 1.5
