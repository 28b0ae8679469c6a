"""Handing a visit to a colleague, and who of them could take it. Pure.

Two people may act in one moment: whoever comes first wins, and the other reads why nothing was changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from server.visit.presence.rules import Presence, Standing
from server.visit.rules import State

HANDED_FROM = frozenset({State.WAITING, State.IN_SESSION, State.ON_HOLD})
TAKEN_FROM = frozenset({State.WAITING})
"""Who takes somebody over by themselves does it from the waiting room alone, never out of a session."""


class Answer(StrEnum):
    GO = "go"
    DONE = "done"  # they lead it already: the same click again
    TAKEN = "taken"  # somebody else was faster
    NOT_NOW = "not_now"  # nobody waits there any more


class News(StrEnum):
    """What somebody who is away is told."""

    DECLINED = "declined"
    HANDED = "handed"


@dataclass(frozen=True)
class Colleague:
    """Somebody who could take over; `is_free`: nothing else is booked in that time."""

    staff_id: UUID
    slug: str
    name: str
    presence: Presence
    is_free: bool


def answer(state: State, leads: UUID, led_then: UUID, to: UUID, *, taking: bool) -> Answer:
    """What becomes of the wish that `to` leads; `led_then` led when the page was asked for, `leads` does now."""
    if leads == to:
        return Answer.DONE
    if leads != led_then:
        return Answer.TAKEN
    return Answer.GO if state in (TAKEN_FROM if taking else HANDED_FROM) else Answer.NOT_NOW


def likeliest_first(colleagues: Sequence[Colleague]) -> list[Colleague]:
    """Who is here before who is with someone before who is away, and the free ones first of each."""
    order = list(Standing)
    return sorted(colleagues, key=lambda one: (order.index(one.presence.standing), not one.is_free))
