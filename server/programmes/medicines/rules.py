"""Which of somebody's medicines are on a list that a programme watches, which of those are new, and which were stopped
lately. Pure.

A medicine is found by a generic name as a whole word, whatever its case and accents. A name that the list does not
know, such as a brand, is not found: whoever shows this has to say so.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from server.record.care.rules import Entry, Kind, Medicine, counting, days_of

WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Group:
    """Medicines of one class: each generic name with its other spellings, and where we have it from. `stopped`: they
    matter for so many days after their last one, and not while they are taken.
    """

    name: str
    source: str
    medicines: Mapping[str, Sequence[str]]
    stopped: int | None = None


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
    """What the record says of a medicine against the last session, or of one that matters once it is stopped."""

    NO = "no"
    BEGUN = "begun"  # on the day of that session or later
    PERHAPS = "perhaps"  # when it began is not written so exactly
    WRITTEN = "written"  # it was written down or changed in the record since
    STOPPED = "stopped"  # within the days of its class
    PERHAPS_STOPPED = "perhaps_stopped"  # when it ended is not written so exactly


@dataclass(frozen=True)
class Flag:
    """One medicine that is on the list and taken, or was stopped lately."""

    entry_id: UUID
    medicine: Medicine = field(repr=False)
    hits: tuple[Hit, ...] = field(repr=False)
    new: New


@dataclass(frozen=True)
class Look:
    """Those on the list, what was stopped and what is new first; the names of what is taken and matters only once it is
    stopped (`held`), and of what the list does not know.
    """

    flags: tuple[Flag, ...] = field(default=(), repr=False)
    held: tuple[str, ...] = field(default=(), repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)


def words_of(text: str) -> list[str]:
    """Its words in small letters and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))


def hits(watched: Watched, name: str) -> tuple[Hit, ...]:
    """What of the list a medicine is; of two substances in one both."""
    found = [watched.by_word[word] for word in words_of(name) if word in watched.by_word]
    return tuple({one.name: one for one in found}.values())


def look(watched: Watched, entries: Iterable[Entry], last: datetime | None, today: date, zone: ZoneInfo) -> Look:
    """`last`: when the session before began; without one nothing is new."""
    known = [(one, one.value) for one in counting(entries, Kind.MEDICINE) if isinstance(one.value, Medicine)]
    every = [(one, value, hits(watched, value.name)) for one, value in known]
    going = [(one, value, found) for one, value, found in every if value.spell.going]
    flags = [Flag(one.id, value, matter, new_since(one, last, zone)) for one, value, found in going
             if (matter := tuple(hit for hit in found if hit.group.stopped is None))]  # fmt: skip
    taken = {hit.name for _, _, found in going for hit in found}
    ended = (_stopped(one, value, found, taken, today, zone) for one, value, found in every if not value.spell.going)
    return Look(
        flags=(*(one for one in ended if one), *sorted(flags, key=lambda one: one.new is New.NO)),
        held=tuple(value.name for _, value, found in going if any(hit.group.stopped for hit in found)),
        others=tuple(value.name for _, value, found in going if not found),
    )


def _stopped(
    entry: Entry, value: Medicine, found: Iterable[Hit], taken: Collection[str], today: date, zone: ZoneInfo
) -> Flag | None:
    """What ended, where it matters for some days and is not taken by another line of the record. Where nobody wrote
    when it ended, it is by when it was written down that it has.
    """
    several = [(hit, hit.group.stopped) for hit in found if hit.group.stopped and hit.name not in taken]
    day = entry.at.astimezone(zone).date()
    days = days_of(value.spell.until) or (day, day)
    near = [(hit, today - timedelta(days=length)) for hit, length in several if (today - days[1]).days <= length]
    if not near:
        return None
    sure = bool(value.spell.until) and all(days[0] >= since for _, since in near)
    return Flag(entry.id, value, tuple(hit for hit, _ in near), New.STOPPED if sure else New.PERHAPS_STOPPED)


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
