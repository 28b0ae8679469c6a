"""What the forms of handing over and declining accept. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from server.visit.forms import FieldReason

LONGEST_WORDS = 500


@dataclass(frozen=True)
class Words:
    """A line to the patient; may be empty."""

    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class HandOver:
    """To whom (a slug), and what the patient reads with it."""

    to: str
    words: str = field(default="", repr=False)


def words_of(fields: Mapping[str, object]) -> Words | FieldReason:
    text = str(fields.get("words", "")).replace("\r\n", "\n").strip()
    return FieldReason.TOO_LONG if len(text) > LONGEST_WORDS else Words(text)


def hand_over_of(fields: Mapping[str, object], known: Collection[str]) -> HandOver | dict[str, FieldReason]:
    """The form, or what would help per field."""
    to, words = str(fields.get("to", "")), words_of(fields)
    problems: dict[str, FieldReason] = {}
    if to not in known:
        problems["to"] = FieldReason.UNKNOWN if to else FieldReason.MISSING
    if not isinstance(words, Words):
        problems["words"] = words
    return HandOver(to, words.text) if not problems and isinstance(words, Words) else problems
