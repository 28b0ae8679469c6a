"""Whether words that somebody wrote can mean that they are in danger. Pure.

No diagnosis and no alarm: whoever wrote such words is shown their own plan and numbers to call, and nobody is told. The
list stands in `words.json` and awaits a clinician. Whole words are found, whatever their case, accents and stops; a
page finds the same without a connection (`web/static/js/offline/danger.js`).
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WITHIN = frozenset("'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`\N{ARABIC TATWEEL}")
"""Stands within a word, and is none of its letters."""
SAME = str.maketrans({"ى": "ي", "ة": "ه", "ٱ": "ا"})
"""Letters that people write for each other."""


@dataclass(frozen=True)
class Words:
    """Phrases, folded. `harmless`: what holds one of `danger` and means something else; `joined`: letters that a
    language writes together with the word after them.
    """

    danger: Sequence[str]
    harmless: Sequence[str]
    joined: Sequence[str]


@dataclass(frozen=True)
class Danger:
    """The list of each language, `awaits` what nobody confirmed."""

    languages: Mapping[str, Words]
    awaits: Sequence[str]
    sources: Sequence[str]


def parse(data: Mapping[str, Any]) -> Danger:
    """A file of words. Raises KeyError, and ValueError for a phrase that holds no letter."""
    languages = {tag: Words(*(_phrases(one[key]) for key in WORDS)) for tag, one in data["languages"].items()}
    return Danger(languages, tuple(data["awaits"]), tuple(data["sources"]))


WORDS = ("danger", "harmless", "joined")


def _phrases(written: Iterable[str]) -> tuple[str, ...]:
    found = tuple(folded(one) for one in written)
    if not all(found):
        raise ValueError("a phrase has letters")
    return found


def speaks_of_danger(texts: Iterable[str], lists: Iterable[Words]) -> bool:
    """Whether one of the texts holds a phrase of any list: people write in whichever language comes to them."""
    known = list(lists)
    return any(_holds(folded(text), words) for text in texts for words in known)


def _holds(text: str, words: Words) -> bool:
    said = f" {text} "
    for phrase in words.harmless:
        said = said.replace(f" {phrase} ", " . ")
    begins = ("", *words.joined)
    return any(f" {begin}{phrase} " in said for phrase in words.danger for begin in begins)


def folded(text: str) -> str:
    """Its words in small letters without accents, one space between them."""
    bare = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(one for one in bare if one not in WITHIN and unicodedata.category(one) not in {"Mn", "Cf"})
    return " ".join("".join(one if one.isalnum() else " " for one in kept.translate(SAME)).split())


def texts_of(words: object) -> list[str]:
    """Everything written freely in an entry, whatever holds it."""
    if isinstance(words, str):
        return [words]
    parts = words.values() if isinstance(words, Mapping) else words if isinstance(words, list | tuple) else ()
    return [text for part in parts for text in texts_of(part)]
