"""What an entry of mood holds. Pure. The scales are those of the field: 0 to 10, with words at the ends.

Source: the core entry of ecological momentary assessment (mood, energy, anxiety, sleep, medicines, tags, note).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

KIND = "mood"
TOP = 10
SCALES = ("mood", "energy", "anxiety")
REST = "rest"
HOURS: Mapping[str, float] = {"u4": 3.5, "4": 4.5, "5": 5.5, "6": 6.5, "7": 7.5, "8": 8.5, "9": 9.5}
"""How long one slept, as it is chosen -> hours, the middle of what is meant."""
TAGS = ("outdoors", "moving", "work", "rest", "hobby", "chores", "alone", "family", "friends", "home", "away")
FEELINGS = ("sadness", "fear", "anger", "shame", "guilt", "joy")
SKILLS = ("breath", "senses", "pass", "opposite", "facts", "ask", "kind", "one")
CARD_TOP = 5
"""A diary card is opt-in: urges in the patient's own words, feelings and urges from 0 to 5, skills that were used."""
MOST_URGES = 6
MOST_NOTE, MOST_OWN, LONG_OWN = 4000, 12, 40


class Taken(StrEnum):
    """Whether a medicine was taken that day."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Medicine:
    """One of the patient's own list, by the id of its entry in the record."""

    id: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class Dose:
    """That a medicine was taken, partly or not."""

    id: str
    name: str = field(repr=False)
    taken: Taken = field(repr=False)


@dataclass(frozen=True)
class Mood:
    """One entry; None and empty are what was not answered, never nought. `own`: tags in the patient's own words."""

    mood: int | None = field(default=None, repr=False)
    energy: int | None = field(default=None, repr=False)
    anxiety: int | None = field(default=None, repr=False)
    sleep: str | None = field(default=None, repr=False)
    rest: int | None = field(default=None, repr=False)
    doses: Sequence[Dose] = field(default=(), repr=False)
    tags: Sequence[str] = field(default=(), repr=False)
    own: Sequence[str] = field(default=(), repr=False)
    note: str = field(default="", repr=False)
    urges: Sequence[tuple[str, int]] = field(default=(), repr=False)
    feelings: Sequence[tuple[str, int]] = field(default=(), repr=False)
    skills: Sequence[str] = field(default=(), repr=False)

    @property
    def hours(self) -> float | None:
        """Hours of sleep."""
        return HOURS.get(self.sleep) if self.sleep else None

    @property
    def empty(self) -> bool:
        return self == Mood()

    @property
    def wordless(self) -> bool:
        """Nothing in it is in the patient's own words."""
        return not (self.own or self.note or self.urges)

    def level(self, kind: str, name: str) -> str:
        """How strong an urge or a feeling was, '' where it was not answered."""
        found = dict(self.urges if kind == "urge" else self.feelings).get(name)
        return "" if found is None else str(found)

    def taken(self, medicine: str) -> str:
        return next((one.taken.value for one in self.doses if one.id == medicine), "")


def value_of(mood: Mood) -> dict[str, Any]:
    """What was chosen, for its row; what was not answered is left out."""
    chosen: dict[str, Any] = {name: getattr(mood, name) for name in (*SCALES, "sleep", REST)}
    chosen["tags"] = list(mood.tags)
    chosen["doses"] = [[one.id, one.name, one.taken.value] for one in mood.doses]
    chosen |= {"feelings": [list(one) for one in mood.feelings], "skills": list(mood.skills)}
    return {name: value for name, value in chosen.items() if value not in (None, [])}


def words_of(mood: Mood) -> dict[str, Any]:
    """What was written freely; empty of nothing."""
    said = (("note", mood.note), ("tags", list(mood.own)), ("urges", [list(one) for one in mood.urges]))
    return {name: value for name, value in said if value}


def mood_of(value: Mapping[str, Any], words: Mapping[str, Any]) -> Mood:
    """The entry again. Raises KeyError or ValueError where it is none."""
    return Mood(
        mood=value.get("mood"),
        energy=value.get("energy"),
        anxiety=value.get("anxiety"),
        sleep=value.get("sleep"),
        rest=value.get(REST),
        doses=tuple(Dose(own, name, Taken(taken)) for own, name, taken in value.get("doses", ())),
        tags=tuple(value.get("tags", ())),
        own=tuple(words.get("tags", ())),
        note=words.get("note", ""),
        urges=tuple((name, level) for name, level in words.get("urges", ())),
        feelings=tuple((name, level) for name, level in value.get("feelings", ())),
        skills=tuple(value.get("skills", ())),
    )
