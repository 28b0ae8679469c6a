"""Submitted fields of the visit's forms -> a value, or a reason per field. Pure."""

import json
from collections.abc import Collection, Mapping
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
    """What a patient says at the door. A place and a number are asked for; a contact may be empty.

    Country and region are codes of ISO 3166; who was asked before they were asked for has none.
    """

    place: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    region: str = field(default="", repr=False)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Arrival":
        kept = json.loads(text)
        return cls(**{name: str(kept.get(name, "")) for name in ("place", "number", "contact", "country", "region")})


Problems = dict[str, FieldReason]


def one_line(value: object, longest: int) -> str:
    """The text of a field on one line; longer than `longest` is kept, so that the form can say so."""
    return " ".join(str(value or "").split())[: longest * 4]


def arrival_of(
    fields: Mapping[str, object], countries: Collection[str], regions: Mapping[str, Collection[str]]
) -> tuple[Arrival, Problems]:
    """The answers as typed, and what would help. Any text passes as a number: some have none and say so.

    A country is a help, not a gate: who leaves it out comes in all the same, and is asked in the session.
    """
    country, region = str(fields.get("country", "")), str(fields.get("region", ""))
    arrival = Arrival(
        place=one_line(fields.get("place"), LONGEST_PLACE),
        number=one_line(fields.get("number"), LONGEST_NUMBER),
        contact=one_line(fields.get("contact"), LONGEST_CONTACT),
        country=country if country in countries else "",
        region=region if region in regions.get(country, ()) else "",
    )
    problems: Problems = {}
    if country in regions and not region:
        problems["region"] = FieldReason.MISSING
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
    version = version_of(fields, "version")
    if len(text) > LONGEST_NOTE:
        return FieldReason.TOO_LONG
    return FieldReason.UNKNOWN if version is None else NoteDraft(text, version)


def version_of(fields: Mapping[str, object], name: str) -> int | None:
    """The number that a form was written over, 0 when it names none; None when it is no number."""
    version = str(fields.get(name, "0"))
    return int(version) if version.isascii() and version.isdigit() and len(version) <= 9 else None
