"""One patient's course: the programme they are in, and what was done of it. Values; nothing here decides anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from server.programmes.definition import Definition, Kind, Phase, Step
from server.programmes.questions import Verdict

MIDNIGHT = time()


@lru_cache(maxsize=4096)
def day_of(zone: ZoneInfo, at: datetime) -> date:
    """The day of a moment in this zone. Kept, as the days of one page are asked for again and again."""
    return at.astimezone(zone).date()


@lru_cache(maxsize=4096)
def midnight(zone: ZoneInfo, at: datetime, days: int = 0) -> datetime:
    """When the day of a moment begins in this zone, or one so many days later; in UTC."""
    return datetime.combine(day_of(zone, at) + timedelta(days=days), MIDNIGHT, zone).astimezone(UTC)


@dataclass(frozen=True)
class Programme:
    """One patient's course. `planned`: when each session that is ahead is booked; `extra`: sessions that were added to
    a phase on the way; `apart`: phase -> weeks from one session to the next, where a pace was chosen; `lasts`: footing
    -> until when it holds, None without an end; `others`: the other courses of the same family of programmes. Moments
    are aware.
    """

    definition: Definition
    zone: ZoneInfo
    began_at: datetime
    planned: Mapping[int, datetime] = field(default_factory=dict)
    extra: Mapping[str, int] = field(default_factory=dict)
    apart: Mapping[str, int] = field(default_factory=dict)
    lasts: Mapping[str, datetime | None] = field(default_factory=dict)
    others: "tuple[Beside, ...]" = field(default=(), repr=False)
    paused: bool = False
    resumed_at: datetime | None = None
    ended_at: datetime | None = None

    @cached_property
    def phases(self) -> tuple[tuple[int, Phase], ...]:
        """Each phase with the number of its last session."""
        found, last = [], 0
        for phase in self.definition.phases:
            last += phase.sessions + self.extra.get(phase.id, 0)
            found.append((last, phase))
        return tuple(found)

    @cached_property
    def total(self) -> int:
        return self.phases[-1][0]

    def phase_of(self, session: int) -> Phase:
        """The phase of a session, from 1 on; of one beyond the last, the last."""
        return next((phase for last, phase in self.phases if session <= last), self.phases[-1][1])

    def midnight(self, at: datetime, days: int = 0) -> datetime:
        """When the day of a moment begins at the clinic, or one so many days later."""
        return midnight(self.zone, at, days)


def week_of(programme: Programme, step: Step, now: datetime) -> int:
    """Which time of a step by the calendar this moment belongs to, from 0 on."""
    assert step.every, "the loader sees to it"
    days = day_of(programme.zone, now) - day_of(programme.zone, programme.began_at)
    return max(0, days.days // int(step.every.value))


class Key(NamedTuple):
    """One time that a step is done. `session` 0: of the course, not of one session. `round`: which reading, which week,
    or the how manieth time where it is done again.
    """

    step: str
    session: int = 0
    round: int = 0


@dataclass(frozen=True)
class Entry:
    """A step that was done: when it was, what its answers came to, who wrote it; `asks`: the questions whose answers
    ask for another step; `adverse`: by the definition's words it is an adverse event.
    """

    key: Key
    at: datetime
    verdict: Verdict = Verdict.CLEAR
    by: UUID | None = None
    asks: frozenset[str] = frozenset()
    adverse: bool = False


class Why(StrEnum):
    """What keeps a gate shut."""

    MISSING = "missing"
    REVIEW = "review"
    STOP = "stop"
    STALE = "stale"  # done, but longer ago than it holds
    EARLY = "early"
    OUTSIDE = "outside"  # what the programme rests on does not hold


class Seen(NamedTuple):
    """One thing that keeps a gate shut: the step that it is about, and which time of it was seen; -1: none was."""

    why: Why
    step: str
    round: int = 0


@dataclass(frozen=True)
class Override:
    """A person passed a gate, and said why. It passes what they saw, and nothing that is entered or found later."""

    gate: str
    session: int
    at: datetime
    by: UUID
    seen: frozenset[Seen]
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class History:
    """The entries of a course by their key.

    `happened`: (event, session) -> when it did; where nobody wrote it, when an answer said so.
    `closed` sessions are behind: all of them is done, and their entries may be left out but for the last one's.
    `newest`: the latest round of each step of each session, of a clock the latest reading; `begun` and `over`: when
    sessions began and ended.
    """

    entries: Mapping[Key, Entry] = field(default_factory=dict)
    newest: Mapping[tuple[str, int], Entry] = field(default_factory=dict)
    begun: Mapping[int, datetime] = field(default_factory=dict)
    over: Mapping[int, datetime] = field(default_factory=dict)
    overrides: Mapping[tuple[str, int], tuple[Override, ...]] = field(default_factory=dict)
    closed: int = 0
    happened: Mapping[tuple[str, int], tuple[datetime, ...]] = field(default_factory=dict)

    @cached_property
    def sessions_over(self) -> int:
        return max(self.over, default=self.closed)


@dataclass(frozen=True)
class Beside:
    """Another course of the same patient: by which definition it goes, what was done of it, and which it is."""

    definition: Definition
    done: History = field(repr=False)
    course_id: UUID | None = None


def history(
    definition: Definition, entries: Iterable[Entry], overrides: Iterable[Override] = (), closed: int = 0
) -> History:
    """The entries in whatever order they come."""
    by_key = {entry.key: entry for entry in entries}
    newest: dict[tuple[str, int], Entry] = {}
    for (step, session, _), entry in by_key.items():
        known = newest.get((step, session))
        if known is None or _place(definition, known) < _place(definition, entry):
            newest[step, session] = entry
    begun = {session: entry.at for (step, session), entry in newest.items() if step == definition.treatment.id}
    over: dict[int, datetime] = {}
    for (step, session, _), entry in by_key.items():
        if step in definition.endings and not (keeps_on(definition, entry) and session + 1 not in begun):
            over[session] = min(entry.at, over.get(session, entry.at))
    passed: dict[tuple[str, int], tuple[Override, ...]] = {}
    for one in overrides:
        passed[one.gate, one.session] = (*passed.get((one.gate, one.session), ()), one)
    return History(by_key, newest, begun, over, passed, closed, _happened(definition, by_key))


def _happened(definition: Definition, entries: Mapping[Key, Entry]) -> dict[tuple[str, int], tuple[datetime, ...]]:
    """Of an event that was written its entries; of another the answers that say that it happened."""
    written: dict[tuple[str, int], tuple[datetime, ...]] = {}
    said: dict[tuple[str, int], tuple[datetime, ...]] = {}
    for (step, session, _), entry in entries.items():
        if definition.by_id[step].kind is Kind.EVENT:
            written[step, session] = (*written.get((step, session), ()), entry.at)
        for question in entry.asks:
            if event := definition.said.get((step, question)):
                said[event, session] = (*said.get((event, session), ()), entry.at)
    return {**said, **written}


def keeps_on(definition: Definition, entry: Entry) -> bool:
    """Whether these answers let nobody go: the session is not over with them."""
    return entry.key.step in definition.let_go and entry.verdict is Verdict.STOP


def _place(definition: Definition, entry: Entry) -> tuple[datetime | int, ...]:
    """By what an entry is newer than another of its step: its round; a reading by when it was taken, as one that a
    device kept is written after later ones.
    """
    clock = definition.by_id[entry.key.step].kind is Kind.CLOCK
    return (entry.at, entry.key.round) if clock else (entry.key.round,)


def with_entry(definition: Definition, done: History, entry: Entry) -> History:
    """The history once this is written too."""
    passed = [one for several in done.overrides.values() for one in several]
    return history(definition, [*done.entries.values(), entry], passed, done.closed)


def with_override(done: History, one: Override) -> History:
    """The history once this gate is passed too."""
    place = (one.gate, one.session)
    passed = {**done.overrides, place: (*done.overrides.get(place, ()), one)}
    return replace(done, overrides=passed)
