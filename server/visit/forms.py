"""Submitted fields of the visit's forms -> a value, or a reason per field. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from server.visit.rules import Outcome

LONGEST_PLACE = 300
LONGEST_NUMBER = 60
LONGEST_CONTACT = 200
LONGEST_NOTE = 8000


class FieldReason(StrEnum):
    MISSING = "missing"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Arrival:
    """What a patient says at the door. A place and a number are asked for; a contact may be empty."""

    place: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Arrival":
        kept = json.loads(text)
        return cls(**{name: str(kept.get(name, "")) for name in ("place", "number", "contact")})


Problems = dict[str, FieldReason]


def one_line(value: object, longest: int) -> str:
    """The text of a field on one line; longer than `longest` is kept, so that the form can say so."""
    return " ".join(str(value or "").split())[: longest * 4]


def arrival_of(fields: Mapping[str, object]) -> tuple[Arrival, Problems]:
    """The three answers as typed, and what would help. Any text passes as a number: some have none and say so."""
    arrival = Arrival(
        place=one_line(fields.get("place"), LONGEST_PLACE),
        number=one_line(fields.get("number"), LONGEST_NUMBER),
        contact=one_line(fields.get("contact"), LONGEST_CONTACT),
    )
    problems: Problems = {}
    for name, value, longest, wanted in (
        ("place", arrival.place, LONGEST_PLACE, True),
        ("number", arrival.number, LONGEST_NUMBER, True),
        ("contact", arrival.contact, LONGEST_CONTACT, False),
    ):
        if wanted and not value:
            problems[name] = FieldReason.MISSING
        elif len(value) > longest:
            problems[name] = FieldReason.TOO_LONG
    return arrival, problems


def outcome_of(fields: Mapping[str, object]) -> Outcome | FieldReason:
    try:
        return Outcome(str(fields.get("outcome", "")))
    except ValueError:
        return FieldReason.UNKNOWN if fields.get("outcome") else FieldReason.MISSING


@dataclass(frozen=True)
class NoteDraft:
    """A note as typed, and the version it was written over."""

    text: str = field(repr=False)
    version: int


def note_of(fields: Mapping[str, object]) -> NoteDraft | FieldReason:
    """The note to save; an empty one is a note. The version of a note never saved is 0."""
    text = str(fields.get("text", "")).replace("\r\n", "\n")
    version = str(fields.get("version", "0"))
    if len(text) > LONGEST_NOTE:
        return FieldReason.TOO_LONG
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        return FieldReason.UNKNOWN
    return NoteDraft(text, int(version))
