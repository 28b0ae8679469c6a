"""What is known of a patient's care as values: medicines, treatments tried, diagnoses, goals, genetic tests. Pure.

Medicines and treatments carry dose, time and effect, because what comes later asks for them: whether a medicine was
taken long enough and high enough, and what became of it. A diagnosis is a code that the clinic enters, of whatever
system it uses; there is no list of ours.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from server.genetics.names import ENDINGS, without_amounts


class Kind(StrEnum):
    MEDICINE = "medicine"
    TREATMENT = "treatment"
    DIAGNOSIS = "diagnosis"
    GOAL = "goal"
    GENE = "gene"


class Effect(StrEnum):
    UNKNOWN = "unknown"
    WORSE = "worse"
    NONE = "none"
    SOME = "some"
    GOOD = "good"


class Enough(StrEnum):
    """Whether the dose of a medicine, or how a treatment was given, was adequate; somebody with a licence says so."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


class Way(StrEnum):
    """What kind of treatment."""

    TALK = "talk"
    TMS = "tms"
    ECT = "ect"
    KETAMINE = "ketamine"
    OTHER = "other"


class Certainty(StrEnum):
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RESOLVED = "resolved"


class Reached(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    LET_GO = "let_go"


@dataclass(frozen=True)
class Spell:
    """From when until when, as exactly as somebody knows: '2024', '2024-05' or '2024-05-17'; '' for not known.

    `weeks`: how long, where somebody says it. `going`: it has not ended.
    """

    since: str = ""
    until: str = ""
    weeks: int | None = None
    going: bool = False

    def lasted(self, today: date) -> int | None:
        """Weeks, by what was said, else those that it must have been at least by dates that name a month or a day;
        None where nobody knows.
        """
        if self.weeks is not None:
            return self.weeks
        first, last = day_of(self.since, last=True), today if self.going else day_of(self.until)
        last = last and min(last, today)
        return max(0, (last - first).days // 7) if first and last else None


def days_of(text: str) -> tuple[date, date] | None:
    """The first and the last day of what is written: of a year all of it; None where nothing is."""
    parts = [int(part) for part in text.split("-")] if text else []
    if not parts:
        return None
    year, month, day = [*parts, 0, 0][:3]
    last_month = month or 12
    return date(year, month or 1, day or 1), date(year, last_month, day or monthrange(year, last_month)[1])


def day_of(text: str, *, last: bool = False) -> date | None:
    """The first day of what is known, or the last; None where not even the month is."""
    days = days_of(text) if "-" in text else None
    return days[last] if days else None


@dataclass(frozen=True)
class Medicine:
    """One that is or was taken. `dose` is the highest steady one for a day, in `unit`."""

    name: str = field(repr=False)
    dose: float | None = field(default=None, repr=False)
    unit: str = "mg"
    often: str = field(default="", repr=False)
    spell: Spell = field(default=Spell(), repr=False)
    effect: Effect = field(default=Effect.UNKNOWN, repr=False)
    stopped: str = field(default="", repr=False)
    enough: Enough = field(default=Enough.UNKNOWN, repr=False)


@dataclass(frozen=True)
class Treatment:
    """A treatment that is or was tried; `method` in the words of whoever wrote it: CBT, right unilateral ..."""

    way: Way = field(default=Way.TALK, repr=False)
    method: str = field(default="", repr=False)
    sessions: int | None = field(default=None, repr=False)
    spell: Spell = field(default=Spell(), repr=False)
    effect: Effect = field(default=Effect.UNKNOWN, repr=False)
    stopped: str = field(default="", repr=False)
    enough: Enough = field(default=Enough.UNKNOWN, repr=False)


@dataclass(frozen=True)
class Diagnosis:
    system: str = field(repr=False)
    code: str = field(repr=False)
    words: str = field(default="", repr=False)
    since: str = field(default="", repr=False)
    certainty: Certainty = field(default=Certainty.CONFIRMED, repr=False)


@dataclass(frozen=True)
class Goal:
    """What the patient wants to reach, and the plan towards it."""

    words: str = field(repr=False)
    plan: str = field(default="", repr=False)
    review: str = field(default="", repr=False)
    reached: Reached = field(default=Reached.OPEN, repr=False)


@dataclass(frozen=True)
class GeneTest:
    """What a laboratory found of one gene: `result` in its notation ('*1/*4', 'positive'), or the `phenotype` alone.

    `document`: the id of the report among the patient's documents, or ''; `tables`: the version by which it was read
    when it was written down.
    """

    gene: str = field(repr=False)
    result: str = field(default="", repr=False)
    phenotype: str = field(default="", repr=False)
    lab: str = field(default="", repr=False)
    method: str = field(default="", repr=False)
    on: str = field(default="", repr=False)
    document: str = field(default="", repr=False)
    tables: str = ""


Value = Medicine | Treatment | Diagnosis | Goal | GeneTest
TYPES: dict[Kind, type[Value]] = {
    Kind.MEDICINE: Medicine,
    Kind.TREATMENT: Treatment,
    Kind.DIAGNOSIS: Diagnosis,
    Kind.GOAL: Goal,
    Kind.GENE: GeneTest,
}


@dataclass(frozen=True)
class Entry:
    """One thing that is known, as it was written last. `struck`: it was written by mistake, and counts no more."""

    id: UUID
    kind: Kind
    number: int
    value: Value = field(repr=False)
    by_id: UUID
    at: datetime
    struck: bool = False


def as_of(entry: Entry, today: date) -> Entry:
    """As it is today: what has a last day that was still to come when it was written goes on until that is over."""
    value = entry.value
    if not isinstance(value, Medicine | Treatment) or not (days := days_of(value.spell.until)):
        return entry
    going = days[0] >= entry.at.date() and days[1] >= today
    return replace(entry, value=replace(value, spell=replace(value.spell, going=going)))


def counting(entries: Iterable[Entry], kind: Kind) -> list[Entry]:
    """Those of a kind that were not struck: what still holds first, then the newest."""
    found = [one for one in entries if one.kind is kind and not one.struck]
    return sorted(found, key=lambda one: (not holds(one.value), -one.at.timestamp()))


def holds(value: Value) -> bool:
    """Whether it is so today: a medicine that is taken, a diagnosis that was not resolved, a goal that is open."""
    if isinstance(value, Medicine | Treatment):
        return value.spell.going
    if isinstance(value, Diagnosis):
        return value.certainty is not Certainty.RESOLVED
    return isinstance(value, GeneTest) or value.reached is Reached.OPEN


class Tells(StrEnum):
    """What an entry says of a trial: it was adequate, or what speaks against it or is not known."""

    ADEQUATE = "adequate"
    SHORT = "short"
    LOW = "low"
    NO_TIME = "no_time"  # how long is not known
    NO_WORD = "no_word"  # nobody has said whether it was given adequately


@dataclass(frozen=True)
class Trial:
    """A medicine or a treatment that was tried, as far as the record knows; `weeks` that it lasted."""

    entry_id: UUID
    value: Medicine | Treatment = field(repr=False)
    weeks: int | None
    tells: Tells

    @property
    def adequate(self) -> bool:
        return self.tells is Tells.ADEQUATE


def trials(entries: Iterable[Entry], today: date, *, days: int) -> list[Trial]:
    """Medicines, then other treatments, each with whether it was an adequate trial of so many days; still taken ones
    too. What is not known counts as no adequate one.
    """
    listed = list(entries)
    every = [*counting(listed, Kind.MEDICINE), *counting(listed, Kind.TREATMENT)]
    return [_trial(one.id, one.value, today, days) for one in every if isinstance(one.value, Medicine | Treatment)]


def _trial(entry_id: UUID, value: Medicine | Treatment, today: date, days: int) -> Trial:
    weeks = value.spell.lasted(today)
    if value.enough is Enough.NO:
        tells = Tells.LOW
    elif weeks is not None and weeks * 7 < days:
        tells = Tells.SHORT
    elif weeks is None:
        tells = Tells.NO_TIME
    else:
        tells = Tells.ADEQUATE if value.enough is Enough.YES else Tells.NO_WORD
    return Trial(entry_id, value, weeks, tells)


def adequate_medicines(found: Iterable[Trial]) -> int:
    """How many medicines were tried adequately, each once however often it is written down; whether each is of the
    kind that is asked for, no record can say.
    """
    return len({called(one.value) for one in found if one.adequate and isinstance(one.value, Medicine)})


def called(value: Medicine) -> str:
    """Its name as two entries of one medicine share it, whatever the case, the spaces, an amount in it and its last
    vowel, by which languages differ: sertraline, Sertralin.
    """
    return without_amounts(value.name.casefold()).rstrip(ENDINGS)
