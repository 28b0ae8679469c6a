"""What somebody said before a meeting and at its door, and when it was, for other programs: FHIR R4B
QuestionnaireResponses and Encounters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.booking.intake.taking import answers_data
from server.house import House
from server.support.taking import asks_data
from server.visit.taking import visits_data

CLASS = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR", "display": "virtual"}
ASKED = {
    "safe": "Are you safe right now?",
    "topic": "What it is about",
    "place": "Where you are",
    "country": "Country",
    "region": "State or province",
    "number": "Number",
    "way": "How they wanted to talk",
}
DOOR = {key: ASKED[key] for key in ("place", "country", "region", "number")} | {"contact": "Somebody to call"}
Resource = dict[str, Any]
Data = list[dict[str, Any]]


@dataclass(frozen=True)
class Met:
    """Plain data, each the oldest first: `answers` to questions before visits, `visits`, and `asks` for help now."""

    answers: Data = field(repr=False)
    visits: Data = field(repr=False)
    asks: Data = field(repr=False)

    @property
    def plain(self) -> dict[str, Data]:
        """As it stands in the JSON file."""
        return {"questions_before": self.answers, "visits": self.visits, "help_now": self.asks}


async def met_data(house: House, clinic_id: UUID, patient_id: UUID) -> Met:
    """For themselves alone. Raises SealBroken."""
    theirs = (house, clinic_id, patient_id)
    return Met(await answers_data(*theirs), await visits_data(*theirs), await asks_data(*theirs))


def resources(patient_id: UUID, met: Met) -> list[Resource]:
    """As FHIR R4B."""
    patient = {"reference": f"Patient/{patient_id}"}
    found = [_answered(patient, one) for one in met.answers]
    for one in met.visits:
        found.append(_encounter(patient, one))
        if one["at_the_door"]:
            at_door = _said(patient, f"{one['id']}-door", "At the door", one["arrived_at"], one["at_the_door"], DOOR)
            found.append(at_door)
    return [*found, *(_said(patient, one["id"], "Help now", one["asked_at"], one, ASKED) for one in met.asks)]


def _answered(patient: Resource, one: Mapping[str, Any]) -> Resource:
    items = [_item(each["id"], each["asked"], each["answers"]) for each in one["questions"] if each["answers"]]
    return _response(patient, one["id"], "completed" if one["done_at"] else "in-progress", one["changed_at"], items)


def _said(
    patient: Resource, own_id: str, title: str, at: str | None, said: Mapping[str, Any], words: Mapping[str, str]
) -> Resource:
    items = [_item(key, text, [said[key]]) for key, text in words.items() if said[key]]
    return _response(patient, own_id, "completed", at, [{"linkId": "all", "text": title, "item": items}])


def _response(patient: Resource, own_id: str, status: str, at: str | None, items: list[Resource]) -> Resource:
    whose = {"subject": patient, "source": patient}
    head = {"resourceType": "QuestionnaireResponse", "id": own_id, "status": status, "authored": at}
    return {**head, **whose, "item": items}


def _item(link: str, text: str, said: Iterable[object]) -> Resource:
    return {"linkId": link, "text": text, "answer": [{"valueString": str(one)} for one in said]}


def _encounter(patient: Resource, one: Mapping[str, Any]) -> Resource:
    """'finished' once it ended, 'cancelled' where nobody came, 'arrived' before it begins."""
    went = "finished" if one["ended_at"] else "in-progress" if one["began_at"] else "arrived"
    period = {name: at for name, at in (("start", one["began_at"]), ("end", one["ended_at"])) if at}
    return {
        "resourceType": "Encounter",
        "id": one["id"],
        "status": "cancelled" if one["outcome"] == "no_show" else went,
        "class": CLASS,
        "subject": patient,
        "appointment": [{"reference": f"Appointment/{one['booking']}"}],
        "period": period if one["began_at"] else None,
    }
