"""Notes of the record: their formats, who reads which, what may be signed. Pure.

SOAP: subjective, objective, assessment, plan. DAP: data, assessment, plan. BIRP: behaviour, intervention, response,
plan.
A psychotherapy note is kept apart from the record: its author alone reads it, and it goes into no export. The line is
that of 45 CFR 164.501, which has such notes kept separate from the rest of a patient's record.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID


class Kind(StrEnum):
    RECORD = "record"  # part of the record: whoever treats the patient reads it once it is signed
    PSYCHOTHERAPY = "psychotherapy"  # its author's alone


class Refusal(StrEnum):
    """Why nothing was written."""

    EMPTY = "empty"
    SIGNED = "signed"
    OPEN = "open"  # not signed yet: it is changed, not added to
    OVERTAKEN = "overtaken"
    GONE = "gone"
    BEGUN = "begun"  # it has words, so its format stays


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    hint: str = ""


@dataclass(frozen=True)
class Format:
    key: str
    name: str
    sections: tuple[Section, ...]

    def has(self, section: str) -> bool:
        return any(one.key == section for one in self.sections)

    def to_data(self) -> dict[str, object]:
        sections = [{"key": one.key, "title": one.title, "hint": one.hint} for one in self.sections]
        return {"key": self.key, "name": self.name, "sections": sections}


def format_of(data: Mapping[str, object]) -> Format:
    """The format that `to_data` gave."""
    sections = data["sections"]
    assert isinstance(sections, list)
    return Format(str(data["key"]), str(data["name"]), tuple(Section(**one) for one in sections))


SUBJECTIVE = Section("subjective", "Subjective", "What the patient says: complaint, mood, what happened since.")
OBJECTIVE = Section("objective", "Objective", "What you saw and measured: appearance, affect, thought, scores.")
ASSESSMENT = Section("assessment", "Assessment", "What you make of it: state, progress, risk.")
PLAN = Section("plan", "Plan", "What comes next: interventions, homework, next contact.")
DATA = Section("data", "Data", "What was said and seen.")
BEHAVIOUR = Section("behaviour", "Behaviour", "What was said, seen and presented.")
INTERVENTION = Section("intervention", "Intervention", "What you did and why.")
RESPONSE = Section("response", "Response", "How the patient took it, and what changed.")
TEXT = Section("text", "Note")

SOAP = Format("soap", "SOAP", (SUBJECTIVE, OBJECTIVE, ASSESSMENT, PLAN))
FREE = Format("free", "Free", (TEXT,))
FORMATS: tuple[Format, ...] = (
    SOAP,
    Format("dap", "DAP", (DATA, ASSESSMENT, PLAN)),
    Format("birp", "BIRP", (BEHAVIOUR, INTERVENTION, RESPONSE, PLAN)),
    FREE,
)


@dataclass(frozen=True)
class Choice:
    """The formats that a clinic writes in; `number` 0: it never chose. `first` is the one that stands ready."""

    formats: tuple[Format, ...] = FORMATS
    first: str = SOAP.key
    number: int = 0

    def of(self, key: str) -> Format | None:
        return next((one for one in self.formats if one.key == key), None)

    @property
    def ready(self) -> Format:
        return self.of(self.first) or self.formats[0]

    @property
    def own(self) -> tuple[Format, ...]:
        known = {one.key for one in FORMATS}
        return tuple(one for one in self.formats if one.key not in known)


@dataclass(frozen=True)
class Part:
    """The text of one section; version 0 was never saved."""

    text: str = field(default="", repr=False)
    version: int = 0
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Addendum:
    number: int
    text: str = field(repr=False)
    by_id: UUID
    at: datetime


@dataclass(frozen=True)
class Note:
    """A note, opened. `true`: a signed text is the one that was signed; always so for one that is not signed yet."""

    id: UUID
    patient_id: UUID
    booking_id: UUID | None
    author_id: UUID
    kind: Kind
    format: Format
    begun_at: datetime
    signed_at: datetime | None = None
    parts: Mapping[str, Part] = field(default_factory=dict, repr=False)
    addenda: Sequence[Addendum] = ()
    true: bool = True

    def part(self, section: str) -> Part:
        return self.parts.get(section, Part())

    @property
    def empty(self) -> bool:
        return not any(part.text.strip() for part in self.parts.values())

    @property
    def saved_at(self) -> datetime:
        return max([part.saved_at for part in self.parts.values() if part.saved_at], default=self.begun_at)


def reads(staff_id: UUID | None, author_id: UUID, kind: Kind, signed_at: datetime | None) -> bool:
    """Whether this member of staff, who treats the patient, reads the note's words: a draft is its author's alone."""
    return author_id == staff_id or (kind is Kind.RECORD and signed_at is not None)


def writes(staff_id: UUID | None, author_id: UUID, signed_at: datetime | None) -> Refusal | None:
    """Why this member of staff may not change the note's words. None: they may."""
    if author_id != staff_id:
        return Refusal.GONE
    return Refusal.SIGNED if signed_at else None


def digest(salt: str, texts: Mapping[str, str]) -> bytes:
    """What a signature holds of a text. The salt is sealed, so that this tells nobody what stands there."""
    body = json.dumps([salt, sorted(texts.items())], ensure_ascii=False, separators=(",", ":"))
    return sha256(body.encode()).digest()
