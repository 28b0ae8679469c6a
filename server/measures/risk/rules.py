"""An answer that speaks of danger calls people: when, whom first, and what its giver may be told of it. Pure.

The times and the order are ours and await a clinician's confirmation; a clinic sets its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.clinic.opening.rules import Door
from server.measures.rules import Weight
from server.safety.alerts.rules import LOOK_AGAIN, Ladder, Step

RISK, URGENT = "risk", "urgent"
KINDS = (URGENT, RISK)
"""Kinds of alert, the louder one first. Their subject is the measure that was answered."""


class Rung(StrEnum):
    PAGE = "page"  # the page itself: banner, tone, notice of the desktop
    THERAPIST = "therapist"
    COLLEAGUE = "colleague"
    ROSTER = "roster"  # whoever is on call


USUAL: Mapping[str, Ladder] = {
    RISK: (
        Step(Rung.PAGE, timedelta()),
        Step(Rung.THERAPIST, timedelta(minutes=1)),
        Step(Rung.COLLEAGUE, timedelta(minutes=5)),
        Step(Rung.ROSTER, timedelta(minutes=10)),
    ),
    URGENT: (
        Step(Rung.PAGE, timedelta()),
        Step(Rung.THERAPIST, timedelta()),
        Step(Rung.COLLEAGUE, timedelta(minutes=2)),
        Step(Rung.ROSTER, timedelta(minutes=4)),
    ),
}


class Watch(StrEnum):
    """Who can see an answer now."""

    OPEN = "open"  # the clinic's stated hours
    PAGE = "page"  # these too, and no message reaches anybody: it stands on the page of who looks
    CALL = "call"  # outside of them, and somebody is on call
    CLOSED = "closed"  # outside of them, and nobody is
    UNSTATED = "unstated"  # no hours are stated, and nobody is on call


@dataclass(frozen=True)
class Standing:
    """`until`, while it is closed: when somebody can see it first."""

    watch: Watch
    until: datetime | None = None


def standing(door: Door, called: Sequence[UUID], next_call: datetime | None) -> Standing:
    """From the clinic's hours, who is on call now, and when the next shift begins."""
    if door.is_open:
        return Standing(Watch.OPEN)
    if called:
        return Standing(Watch.CALL)
    until = min((at for at in (door.opens_at, next_call) if at), default=None)
    return Standing(Watch.CLOSED, until) if until else Standing(Watch.UNSTATED)


def before_meeting(standing: Standing, meets_at: datetime | None) -> Standing:
    """The same as it may be said to who meets somebody: where that is sooner than anybody else can see an answer, no
    time is promised.
    """
    if standing.until and meets_at and meets_at < standing.until:
        return Standing(Watch.UNSTATED)
    return standing


def begins_at(standing: Standing, now: datetime) -> datetime:
    """When the clock of an alert begins: at once, or as soon as anybody is there."""
    return standing.until or now


def kind_of(weight: Weight) -> str:
    return URGENT if weight is Weight.URGENT else RISK


def ladder_at(chosen: Ladder, watch: Watch) -> Ladder:
    """The steps of an alert that began while this held.

    Outside the hours who is on call comes first; the others follow as if the alert had begun when that step would end.
    """
    if watch is not Watch.CALL:
        return chosen
    lasts = next(step.after for step in chosen if step.rung == Rung.ROSTER)
    first = {Rung.PAGE: timedelta(), Rung.ROSTER: timedelta()}
    return tuple(replace(step, after=first.get(Rung(step.rung), step.after + lasts)) for step in chosen)


def closed_up(steps: Ladder, nobody: Collection[str], ran: timedelta) -> Ladder:
    """The steps of an alert that began `ran` ago, without a wait for those that call `nobody`: the next takes such a
    step's place, and where nobody was called before it comes at once. The step itself waits for somebody to call.
    """
    found, earlier, called = list[Step](), timedelta(), False
    ordered = sorted(steps, key=lambda step: step.after)
    for step, following in zip(ordered, [*ordered[1:], None], strict=True):
        if step.rung not in nobody:
            called = called or step.rung != Rung.PAGE
            found.append(replace(step, after=step.after - earlier))
            continue
        found.append(replace(step, after=max(step.after, ran + LOOK_AGAIN)))
        if following:
            earlier = earlier + following.after - step.after if called else following.after
    return tuple(found)
