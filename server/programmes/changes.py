"""What changes a course on its way: paused, goes on, longer, ended. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.programmes.course import History, Programme, Why
from server.programmes.definition import Kind as What
from server.programmes.definition import Step
from server.programmes.gates import locked
from server.programmes.times.rules import LATELY

MOST_SESSIONS = 60
"""More than this is no block that is added to a course."""
MOST_IN_ALL = 500
"""More than this no course comes to, however often it is made longer: nor does a file name a later session."""


class Kind(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    END = "end"
    PACE = "pace"  # by an answer of a step, so many weeks apart


@dataclass(frozen=True)
class Change:
    """One change: `phase` and `sessions` of a course that was made longer; of a pace `sessions` are weeks."""

    number: int
    kind: Kind
    at: datetime
    by: UUID
    phase: str = ""
    sessions: int = 0
    reason: str = field(default="", repr=False)


def changed(programme: Programme, changes: Iterable[Change]) -> Programme:
    """The programme with these changes, in the order of their numbers."""
    changes = list(changes)
    if not changes:
        return programme
    extra, apart = dict(programme.extra), dict(programme.apart)
    paused, ended, resumed = programme.paused, programme.ended_at, programme.resumed_at
    for one in changes:
        if one.kind is Kind.EXTEND:
            extra[one.phase] = extra.get(one.phase, 0) + one.sessions
        elif one.kind is Kind.PACE:
            apart[one.phase] = one.sessions
        elif one.kind is Kind.END:
            ended = one.at
        else:
            paused = one.kind is Kind.PAUSE
            resumed = resumed if paused else one.at
    return replace(programme, extra=extra, apart=apart, paused=paused, ended_at=ended, resumed_at=resumed)


def may_change(programme: Programme, kind: Kind, phase: str, sessions: int) -> bool:
    """Whether the change makes sense as the course stands. One whose definition is not read any more can end, and
    nothing else: what it is due to ask cannot be known. A pace is chosen with a step.
    """
    if programme.ended_at or kind is Kind.PACE:
        return False
    if programme.definition.faults:
        return kind is Kind.END
    if kind is Kind.EXTEND:
        known = phase in {one.id for one in programme.definition.phases}
        return known and 0 < sessions <= min(MOST_SESSIONS, MOST_IN_ALL - programme.total)
    return kind is Kind.END or programme.paused is (kind is Kind.RESUME)


@dataclass(frozen=True)
class Unfinished:
    """What is done before a course may end: the session that is under way is over, and what is to be written of
    something that happened is written. The word of a clinician is not asked for: that may be to end the course.
    """

    going: int | None = None
    unwritten: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return self.going is not None or bool(self.unwritten)


def unfinished(programme: Programme, done: History, now: datetime) -> Unfinished:
    if programme.definition.faults:
        return Unfinished()
    begun, by_id = max(done.begun, default=0), programme.definition.by_id
    causes = [cause for one in locked(programme.definition, done, now) for cause in one.causes]
    missing = dict.fromkeys(cause.step for cause in causes if cause.why is Why.MISSING)
    unwritten = tuple(by_id[name] for name in missing if by_id[name].kind is not What.DECISION)
    return Unfinished(begun if begun > done.sessions_over else None, unwritten)


def planned(
    programme: Programme, begun: Sequence[datetime], over: int, starts: Iterable[datetime], now: datetime
) -> Programme:
    """The programme with its bookings ahead given to its sessions in order of time. Those that were used by sessions
    that began on their day are behind, and so is one that was missed, once the next one has come. One of yesterday's
    evening is used by whichever begins within hours of it.
    """
    starts = list(starts)
    if not starts and not programme.planned:
        return programme
    yesterday, today, tomorrow = (programme.midnight(now, days) for days in (-1, 0, 1))
    of_today = [at for at in begun if at >= today]
    evening = _unused(starts, begun, now, yesterday, today)
    since = min((*of_today, now)) - LATELY
    late = [at for at in evening if at >= since]
    left = _unused([*late, *(at for at in starts if at >= today)], of_today, now, yesterday, tomorrow)
    ahead = [*left, *sorted(at for at in starts if at >= tomorrow)]
    return replace(programme, planned=dict(enumerate(ahead, over + 1)))


def _unused(
    starts: Iterable[datetime], begun: Iterable[datetime], now: datetime, since: datetime, until: datetime
) -> list[datetime]:  # fmt: skip
    """The bookings of a time that none of its sessions used, in order; one that was missed until the next one came."""
    booked, used = sorted(at for at in starts if since <= at < until), 0
    for at in sorted(at for at in begun if since <= at < until):
        used = max(used + 1, sum(one <= at for one in booked))
    return booked[max(min(used, len(booked)), sum(one <= now for one in booked) - 1) :]
