"""What a measure is made of. Pure.

A measure is a file in `instruments/` or one that a clinic adds in the same format; `forms.py` reads it. Nothing here
knows a single measure by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

Answers = Mapping[str, int]
"""Item -> the value of the option that was chosen; what nobody answered has no entry."""


class Method(StrEnum):
    """How answers become a result."""

    SUM = "sum"
    OUTCOMES = "outcomes"  # the first outcome that holds


class Higher(StrEnum):
    """What a higher total means."""

    WORSE = "worse"
    BETTER = "better"


class Weight(StrEnum):
    """How much a single answer matters by itself, from quiet to loud."""

    REVIEW = "review"
    RISK = "risk"
    URGENT = "urgent"


@dataclass(frozen=True)
class Option:
    value: int
    text: str = ""
    loinc: str = ""


@dataclass(frozen=True)
class When:
    """True as soon as one of these items has an answer of at least `at_least`."""

    items: tuple[str, ...]
    at_least: int

    def holds(self, answers: Answers) -> bool:
        return any(answers.get(item, self.at_least - 1) >= self.at_least for item in self.items)

    def decided(self, answers: Answers) -> bool:
        """Whether no further answer can change it."""
        return self.holds(answers) or all(item in answers for item in self.items)


@dataclass(frozen=True)
class Item:
    """One question. Without text it is a shell's: `topic` says in our own words what it is about."""

    id: str
    options: tuple[Option, ...]
    text: str = ""
    topic: str = ""
    loinc: str = ""
    scored: bool = True
    ask_if: When | None = None

    def option(self, value: object) -> Option | None:
        """The option of this value; 1.0 and True are none, though Python calls them equal to 1."""
        if type(value) is not int:
            return None
        return next((one for one in self.options if one.value == value), None)


@dataclass(frozen=True)
class Level:
    """What a result is called."""

    id: str
    name: str


@dataclass(frozen=True)
class Band(Level):
    """A range of totals, both ends in it."""

    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Outcome(Level):
    """A result by rule: `when` holds, or each of `none_of` was answered with 0."""

    when: When | None = None
    none_of: tuple[str, ...] = ()

    def holds(self, answers: Answers) -> bool:
        if self.when:
            return self.when.holds(answers)
        return all(answers.get(item) == 0 for item in self.none_of)


@dataclass(frozen=True)
class Flag:
    """An answer that matters by itself."""

    item: str
    at_least: int
    weight: Weight


@dataclass(frozen=True)
class Subscale(Level):
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeRule:
    """What counts as a change. `reliable`: points. `response`: the share of the first total that is gone; it and
    `remission` (below it) are said of who began at `baseline` or above."""

    reliable: float | None = None
    response: float | None = None
    baseline: int | None = None
    remission: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Instrument:
    """One version of a measure. `awaits` names what no clinician has confirmed; `pack`: off until a clinic wants it.

    `missing`: how many answers may be open and be made up for by the mean of the others. `levels`: bands or outcomes.
    """

    id: str
    version: str
    language: str
    name: str
    title: str
    about: str
    source: str
    permission: str
    items: tuple[Item, ...]
    span: tuple[int, int]
    method: Method = Method.SUM
    multiply: int = 1
    missing: int = 0
    higher: Higher = Higher.WORSE
    levels: tuple[Level, ...] = ()
    subscales: tuple[Subscale, ...] = ()
    cut: int | None = None
    flags: tuple[Flag, ...] = ()
    change: ChangeRule = field(default_factory=ChangeRule)
    notice: str = ""
    awaits: tuple[str, ...] = ()
    recall: str = ""
    instruction: str = ""
    stem: str = ""
    panel: str = ""
    total: str = ""
    pack: bool = False
    shell: bool = False

    def item(self, item_id: str) -> Item | None:
        return next((one for one in self.items if one.id == item_id), None)

    @property
    def scored(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.scored)

    def number(self, item_id: str) -> int:
        """The number by which people speak of an item: 1 for the first."""
        return next(at for at, one in enumerate(self.items, 1) if one.id == item_id)

    def numbers(self, item_ids: Iterable[str]) -> list[int]:
        return [self.number(item_id) for item_id in item_ids]


def digest_of(data: Mapping[str, Any]) -> str:
    """By what two files are told to be one measure in one version."""
    return sha256(dumps(data, sort_keys=True).encode()).hexdigest()
