"""Topics that await a clinician, and what was said of them. Pure.

Figures, times and wording that no source gives come with the program as data. Each feature tells what of it awaits a
clinician as a `Topic`; somebody with clinical responsibility confirms it for their clinic. Its version is the hash of
the data itself, so whatever changes asks again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID


@dataclass(frozen=True)
class Topic:
    """One thing to confirm. `area`: the heading that it stands under; `awaits`: what no source gives; `figures`: (what,
    how much) that hold; `look`: where people meet it, '' where there is no such page. `several`: other versions of it
    are in use beside this one, so that each has a word of its own; else a word on a newer one stands for all.
    """

    key: str
    area: str
    name: str
    version: str
    awaits: Sequence[str]
    figures: Sequence[tuple[str, str]] = ()
    sources: Sequence[str] = ()
    look: str = ""
    in_use: bool = True
    several: bool = False


@dataclass(frozen=True)
class Said:
    """The newest word on a topic: yes, or taken back."""

    topic: str
    version: str
    number: int
    yes: bool
    by: UUID
    at: datetime


class State(StrEnum):
    AWAITS = "awaits"
    CHANGED = "changed"  # confirmed once, and another version since
    CONFIRMED = "confirmed"


class Outcome(StrEnum):
    """What became of a word: written, nothing new, or said of a version that is no more."""

    KEPT = "kept"
    SAME = "same"
    CHANGED = "changed"


def version_of(data: object) -> str:
    """The version of what is confirmed: a hash of the data, whatever the order of its keys."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()


def holds(said: Said | None, version: str) -> bool:
    """Whether this very version is confirmed."""
    return said is not None and said.yes and said.version == version


def state(topic: Topic, said: Said | None) -> State:
    if holds(said, topic.version):
        return State.CONFIRMED
    return State.CHANGED if said is not None and said.yes else State.AWAITS


Each = Mapping[tuple[str, str], Said]
"""(topic, version) -> the newest word on that very version."""


def left(topics: Sequence[Topic], said: Mapping[str, Said], each: Each | None = None) -> int:
    """How many of those in use await somebody."""
    return sum(one.in_use and not holds(word_on(one, said, each or {}), one.version) for one in topics)


def word_on(topic: Topic, said: Mapping[str, Said], each: Each) -> Said | None:
    """What was said of it last; of one of several versions what was said of that one, where anything was."""
    return (each.get((topic.key, topic.version)) if topic.several else None) or said.get(topic.key)
