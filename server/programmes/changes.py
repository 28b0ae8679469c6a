"""What changes a course on its way: paused, goes on, longer, ended. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.programmes.course import Programme

MOST_SESSIONS = 60
"""More than this is no block that is added to a course."""


class Kind(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    END = "end"


@dataclass(frozen=True)
class Change:
    """One change: `phase` and `sessions` of a course that was made longer."""

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
    extra: dict[str, int] = dict(programme.extra)
    paused, ended, resumed = programme.paused, programme.ended_at, programme.resumed_at
    for one in changes:
        if one.kind is Kind.EXTEND:
            extra[one.phase] = extra.get(one.phase, 0) + one.sessions
        elif one.kind is Kind.END:
            ended = one.at
        else:
            paused = one.kind is Kind.PAUSE
            resumed = resumed if paused else one.at
    return replace(programme, extra=extra, paused=paused, ended_at=ended, resumed_at=resumed)


def may_change(programme: Programme, kind: Kind, phase: str, sessions: int) -> bool:
    """Whether the change makes sense as the course stands."""
    if programme.ended_at:
        return False
    if kind is Kind.EXTEND:
        return phase in {one.id for one in programme.definition.phases} and 0 < sessions <= MOST_SESSIONS
    return kind is Kind.END or programme.paused is (kind is Kind.RESUME)


def planned(
    programme: Programme, begun: Sequence[datetime], over: int, starts: Iterable[datetime], now: datetime
) -> Programme:
    """The programme with its bookings ahead given to its sessions in order of time. Those of today that were used by
    sessions that began today are behind.
    """
    starts = list(starts)
    if not starts and not programme.planned:
        return programme
    today = programme.midnight(now)
    used = sum(at >= today for at in begun)
    ahead = sorted(at for at in starts if at >= today)[used:]
    return replace(programme, planned=dict(enumerate(ahead, over + 1)))
