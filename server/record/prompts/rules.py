"""A clinic's own questions about a patient: when one is asked, and which facts ask it. Pure.

Such a rule is the clinic's own word and never ours: there is none until somebody writes it, and none counts before
somebody with clinical responsibility confirms it. It asks a clinician to think of something; it decides nothing, ranks
no medicines and names no dose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.record.care.rules import (
    Diagnosis,
    Entry,
    Kind,
    Medicine,
    Treatment,
    Way,
    adequate_medicines,
    counting,
    holds,
    trials,
)


@dataclass(frozen=True)
class Rule:
    """All that it names has to be so. `trials`: adequate ones of medicines, at least so many of at least `weeks`;
    `measure`: its last total is above `above` and no older than `days`; `diagnosis`: a code that counts begins so;
    `untried`: no treatment of this kind is in the record.
    """

    words: str
    trials: int | None = None
    weeks: int = 6
    measure: str = ""
    above: int | None = None
    days: int = 60
    diagnosis: str = ""
    untried: Way | None = None

    @property
    def asks(self) -> bool:
        """Whether it names anything: one that does not would be asked of everybody."""
        return bool(self.trials or (self.measure and self.above is not None) or self.diagnosis or self.untried)


class About(StrEnum):
    TRIAL = "trial"
    MEASURE = "measure"
    DIAGNOSIS = "diagnosis"
    UNTRIED = "untried"


@dataclass(frozen=True)
class Fact:
    """One thing that is so: what it is in words, its figure, and the day that it is from, of a medicine and a
    diagnosis as exactly as it is known.
    `mark` tells it from any other.
    """

    about: About
    words: str = field(repr=False)
    figure: int | None = field(repr=False)
    on: date | str = field(repr=False)
    mark: str = field(repr=False)


@dataclass(frozen=True)
class Known:
    """What is known of a patient. `totals`: measure -> its last total and when."""

    entries: Sequence[Entry] = field(repr=False)
    totals: Mapping[str, tuple[int, datetime]] = field(repr=False)
    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def facts(rule: Rule, known: Known, now: datetime) -> list[Fact] | None:
    """By which facts a rule asks its question; None while it does not."""
    if not rule.asks:
        return None
    found: list[Fact] = []
    for one in (_trials, _measure, _diagnosis, _untried):
        told = one(rule, known, now)
        if told is None:
            return None
        found += told
    return found


def _trials(rule: Rule, known: Known, now: datetime) -> list[Fact] | None:
    if not rule.trials:
        return []
    tried = trials(known.entries, known.day(now), days=rule.weeks * 7)
    found = [one for one in tried if one.adequate and isinstance(one.value, Medicine)]
    if adequate_medicines(found) < rule.trials:
        return None
    return [Fact(About.TRIAL, _name(one.value), None, one.value.spell.since, one.entry_id.hex) for one in found]


def _name(value: Medicine | Treatment) -> str:
    return value.name if isinstance(value, Medicine) else value.method


def _measure(rule: Rule, known: Known, now: datetime) -> list[Fact] | None:
    if not rule.measure or rule.above is None:
        return []
    total, at = known.totals.get(rule.measure, (None, now))
    if total is None or total <= rule.above or now - at > timedelta(days=rule.days):
        return None
    mark = f"{rule.measure}:{total}:{at.isoformat()}"
    return [Fact(About.MEASURE, rule.measure, total, known.day(at), mark)]


def _diagnosis(rule: Rule, known: Known, now: datetime) -> list[Fact] | None:
    if not rule.diagnosis:
        return []
    every = [(one.id, one.value) for one in counting(known.entries, Kind.DIAGNOSIS) if holds(one.value)]
    found = [
        Fact(About.DIAGNOSIS, f"{one.code} {one.words}".strip(), None, one.since, f"{entry_id.hex}:{one.code}")
        for entry_id, one in every
        if isinstance(one, Diagnosis) and one.code.casefold().startswith(rule.diagnosis.casefold())
    ]
    return found or None


def _untried(rule: Rule, known: Known, now: datetime) -> list[Fact] | None:
    if rule.untried is None:
        return []
    every = [one.value for one in counting(known.entries, Kind.TREATMENT)]
    if any(isinstance(one, Treatment) and one.way is rule.untried for one in every):
        return None
    return [Fact(About.UNTRIED, rule.untried.value, None, "", rule.untried.value)]


def told_apart(prompt_id: UUID, number: int, found: Iterable[Fact]) -> str:
    """What a dismissal is of: this writing of the rule, and these very facts."""
    return "|".join([prompt_id.hex, str(number), *sorted(f"{one.about}:{one.mark}" for one in found)])
