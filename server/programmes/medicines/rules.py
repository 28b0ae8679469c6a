"""Which of somebody's medicines are on a list that a programme watches, and which of those are new. Pure.

A medicine is found by a generic name as a whole word, whatever its case and accents. A name that the list does not
know, such as a brand, is not found: whoever shows this has to say so.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from server.record.care.rules import Entry, Kind, Medicine, counting, days_of

WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Group:
    """Medicines of one class: each generic name with its other spellings, and where we have it from."""

    name: str
    source: str
    medicines: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Watched:
    """A list of medicines that a programme asks about. `label`: an approved label gives it."""

    id: str
    name: str
    groups: tuple[Group, ...]
    label: bool = False

    @cached_property
    def by_word(self) -> Mapping[str, "Hit"]:
        """Each spelling, as `words_of` has it -> what it is."""
        every = [(group, name, also) for group in self.groups for name, also in group.medicines.items()]
        return {word: Hit(name, group) for group, name, also in every for word in words_of(" ".join([name, *also]))}


@dataclass(frozen=True)
class Hit:
    """A generic name of a list, and the class that it belongs to."""

    name: str
    group: Group


class New(StrEnum):
    """What the record says of a medicine against the last session."""

    NO = "no"
    BEGUN = "begun"  # on the day of that session or later
    PERHAPS = "perhaps"  # when it began is not written so exactly
    WRITTEN = "written"  # it was written down or changed in the record since


@dataclass(frozen=True)
class Flag:
    """One medicine that is taken and on the list."""

    entry_id: UUID
    medicine: Medicine = field(repr=False)
    hits: tuple[Hit, ...] = field(repr=False)
    new: New


@dataclass(frozen=True)
class Look:
    """All that are taken: those on the list, the new ones first, and the names of those that the list does not know."""

    flags: tuple[Flag, ...] = field(default=(), repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)


def words_of(text: str) -> list[str]:
    """Its words in small letters and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))


def hits(watched: Watched, name: str) -> tuple[Hit, ...]:
    """What of the list a medicine is; of two substances in one both."""
    found = [watched.by_word[word] for word in words_of(name) if word in watched.by_word]
    return tuple({one.name: one for one in found}.values())


def look(watched: Watched, entries: Iterable[Entry], last: datetime | None, zone: ZoneInfo) -> Look:
    """`last`: when the session before began; without one nothing is new."""
    taken = [(one, one.value) for one in counting(entries, Kind.MEDICINE) if isinstance(one.value, Medicine)]
    going = [(one, value, hits(watched, value.name)) for one, value in taken if value.spell.going]
    flags = [Flag(one.id, value, found, new_since(one, last, zone)) for one, value, found in going if found]
    return Look(
        flags=tuple(sorted(flags, key=lambda one: one.new is New.NO)),
        others=tuple(value.name for _, value, found in going if not found),
    )


def new_since(entry: Entry, last: datetime | None, zone: ZoneInfo) -> New:
    """Whether a medicine is new since a session that began at `last`."""
    if last is None or not isinstance(entry.value, Medicine):
        return New.NO
    days, day = days_of(entry.value.spell.since), last.astimezone(zone).date()
    if days and days[0] >= day:
        return New.BEGUN
    if days and days[1] >= day:
        return New.PERHAPS
    return New.WRITTEN if entry.at >= last else New.NO
