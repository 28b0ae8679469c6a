"""What a form of an entry sends."""

from uuid import uuid4

NOTE, TAG = "canary note by the river", "canary garden"


def said(**fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "mood": "6", "energy": "3", "sleep": "6", "tag": ["outdoors", "work"], **fields}
