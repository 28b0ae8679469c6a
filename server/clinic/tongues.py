"""A clinic's own words in the other languages of its pages: which these are, and the fields that hold them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.clinic.rules import Clinic
from server.clinic.sheet import Sheet
from server.tongues import LANGUAGES, Said, direction


@dataclass(frozen=True)
class Longest:
    """How long each of the words may be that are one line, and of those that are several."""

    lines: Mapping[str, int]
    texts: Mapping[str, int]


@dataclass(frozen=True)
class Tongue:
    """A language, and which way a field for it is written."""

    tag: str
    dir: str


def others(clinic: Clinic) -> list[str]:
    """The languages of its pages that its words are not written in to begin with."""
    return [tag for tag in clinic.languages or LANGUAGES if tag != clinic.own and tag in LANGUAGES]


def tongues(clinic: Clinic) -> list[Tongue]:
    """The same, as forms ask for them."""
    return [Tongue(tag, direction(tag)) for tag in others(clinic)]


def parse_said(sheet: Sheet, languages: Sequence[str], longest: Longest, before: Said | None) -> Said | None:
    """The words in these languages, from fields such as `name_ar`; those in others stay as they were before."""
    found = dict(before or {})
    for tag in languages:
        lines = {name: sheet.line(f"{name}_{tag}", most, needed=False) for name, most in longest.lines.items()}
        texts = {name: sheet.text(f"{name}_{tag}", most) for name, most in longest.texts.items()}
        typed = {name: words for name, words in (lines | texts).items() if f"{name}_{tag}" in sheet.fields}
        found[tag] = {name: words for name, words in {**found.get(tag, {}), **typed}.items() if words}
    return {tag: words for tag, words in found.items() if words} or None


def said_fields(said: Said | None) -> dict[str, str]:
    """The fields that `parse_said` reads back."""
    return {f"{name}_{tag}": words for tag, known in (said or {}).items() for name, words in known.items()}
