"""Letters for other programs: each a FHIR R4B Communication. Pure.

Who wrote stands in words beside the text: a made-up address of a Practitioner would name somebody else's. Files are
told by name and size; each is taken along by itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

CATEGORY = {"care": "Letter between visits", "desk": "Letter about appointments"}


def communications(patient_id: UUID, threads: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The resources of `shown.own_letters`, in its order."""
    return [_communication(f"Patient/{patient_id}", one, letter) for one in threads for letter in one["letters"]]


def _communication(patient: str, thread: Mapping[str, Any], letter: Mapping[str, Any]) -> dict[str, Any]:
    theirs = letter["by"] == "patient"
    clinic = {"display": letter["name"] or thread["with"] or "the clinic"}
    mine = {"reference": patient}
    files = [f"{one['name']} ({one['kind']}, {one['size']} bytes)" for one in letter["files"]]
    return {
        "resourceType": "Communication",
        "id": letter["id"],
        "status": "completed",
        "category": [{"text": CATEGORY.get(thread["about"], thread["about"])}],
        "subject": mine,
        "sender": mine if theirs else clinic,
        "recipient": [clinic if theirs else mine],
        "sent": letter["sent_at"],
        "payload": [{"contentString": text} for text in (letter["text"], *files) if text],
    }
