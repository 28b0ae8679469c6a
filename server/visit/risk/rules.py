"""Whom a step of an alert about an answer calls. Pure."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from server.measures.risk.rules import Rung
from server.visit.ladder.rules import Member, Whom, called

TOPIC = "risk.call"


def whom(
    rung: str, team: Iterable[Member], therapists: Collection[UUID], on_call: Sequence[UUID], wish: Whom
) -> list[UUID]:
    """Who is on call, and where nobody is: everybody else of the clinic. The other steps are those of who waits."""
    people = list(team)
    if rung != Rung.ROSTER:
        return called(rung, people, therapists, wish)
    here = [one.id for one in people if one.joined and not one.disabled]
    return [one for one in on_call if one in here] or [one for one in here if one not in therapists]


def is_called(
    staff_id: UUID,
    rungs: Collection[str],
    team: Sequence[Member],
    therapists: Collection[UUID],
    on_call: Sequence[UUID],
    wish: Whom,
) -> bool:
    """Whether one of the steps that came calls this person."""
    return any(staff_id in whom(rung, team, therapists, on_call, wish) for rung in rungs)
