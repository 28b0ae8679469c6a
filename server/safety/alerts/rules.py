"""A ladder with a clock: who is told after how long, until a person answers. Pure.

A ladder is steps, an alert climbs it. Its clock stands still while it is paused, and for the people of the clinic also
while somebody said that they are coming. Every moment is worked out from spans, so a restart changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LOOK_AGAIN = timedelta(minutes=1)


class Calls(StrEnum):
    """Whom a step calls: people of the clinic, or the one whom the alert is about."""

    STAFF = "staff"
    SUBJECT = "subject"


class Why(StrEnum):
    """Why the clock stands still."""

    PAUSED = "paused"
    QUIET = "quiet"  # somebody of the clinic said that they are coming


@dataclass(frozen=True)
class Step:
    """One rung, `after` the alert began. A rung's name is kept in rows: never rename one."""

    rung: str
    after: timedelta
    calls: Calls = Calls.STAFF


Ladder = Sequence[Step]


@dataclass(frozen=True)
class Span:
    """A time in which the clock stood still, and who stopped it; without an end it still does."""

    why: Why
    from_at: datetime
    until_at: datetime | None
    by_id: UUID | None = None


@dataclass(frozen=True)
class Alert:
    """One climb. `fired` is rung -> when. An alert made out of hours may begin later than it was made."""

    id: UUID
    clinic_id: UUID
    kind: str
    subject_id: UUID
    begun_at: datetime
    spans: tuple[Span, ...] = ()
    fired: tuple[tuple[str, datetime], ...] = ()
    closed_at: datetime | None = None
    closed_by: UUID | None = None  # the person who ended it; None: it ended by itself

    @property
    def rungs(self) -> frozenset[str]:
        return frozenset(rung for rung, _ in self.fired)

    def reached(self, ladder: Ladder) -> Step | None:
        """The highest step that was fired."""
        found = [step for step in ladder if step.rung in self.rungs]
        return max(found, key=lambda step: step.after) if found else None

    def answered(self) -> Span | None:
        """The newest answer of a person of the clinic."""
        quiet = [span for span in self.spans if span.why is Why.QUIET]
        return max(quiet, key=lambda span: span.from_at) if quiet else None


def moment(begun_at: datetime, after: timedelta, gaps: Iterable[Span]) -> datetime | None:
    """When a clock that began at `begun_at` and stands still in `gaps` shows `after`; None while it stands for good."""
    at, left = begun_at, after
    for gap in sorted(gaps, key=lambda gap: gap.from_at):
        if gap.until_at is not None and gap.until_at <= at:
            continue
        ran = max(gap.from_at - at, timedelta())
        if left <= ran:
            return at + left
        if gap.until_at is None:
            return None
        at, left = gap.until_at, left - ran
    return at + left


def due_at(alert: Alert, step: Step) -> datetime | None:
    """When a step comes; None while the clock stands for good. An answer silences the calls to the clinic alone."""
    stopping = {Why.PAUSED, Why.QUIET} if step.calls is Calls.STAFF else {Why.PAUSED}
    return moment(alert.begun_at, step.after, (span for span in alert.spans if span.why in stopping))


def due(ladder: Ladder, alert: Alert, now: datetime) -> list[Step]:
    """The steps to fire now, lowest first. A step fires once; after an outage every missed one does."""
    if alert.closed_at is not None:
        return []
    waiting = [step for step in ladder if step.rung not in alert.rungs]
    ready = [step for step in waiting if (at := due_at(alert, step)) is not None and at <= now]
    return sorted(ready, key=lambda step: step.after)


def next_due(ladder: Ladder, alert: Alert) -> datetime | None:
    """When to look at this alert again."""
    if alert.closed_at is not None:
        return None
    moments = [due_at(alert, step) for step in ladder if step.rung not in alert.rungs]
    return min((at for at in moments if at is not None), default=None)


def next_look(due: datetime, now: datetime) -> datetime:
    """By the next step, and each minute until then: hours and people may change meanwhile."""
    return min(due, now + LOOK_AGAIN)
