"""Who is called when somebody waits for help now, and when another help is offered to them. Pure.

The usual seconds are ours and await a clinician's confirmation; a clinic sets its own.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from server.access import Role
from server.accounts.team.rules import Person
from server.safety.alerts.rules import Calls, Ladder, Step
from server.support.rules import Lift, Rules

KIND = "support"
"""The kind of alert; its subject is somebody's place in the line."""
TOPIC = "support.call"


class Rung(StrEnum):
    ON_CALL = "on_call"
    AGAIN = "again"
    LEAD = "lead"  # the front desk and who leads the clinic
    HAND_OVER = "hand_over"  # the one who waits is offered a crisis line


IN_DANGER = timedelta(minutes=2)
"""After how long at most another help is offered to who is not safe; its numbers stand on their page from the start."""


def ladder_for(lift: Lift, rules: Rules) -> Ladder:
    """The steps for somebody; none comes after the hand-over."""
    danger = lift is Lift.DANGER
    calls, last = (rules.in_danger, min(rules.hand_over, IN_DANGER)) if danger else (rules.calls, rules.hand_over)
    seconds = {Rung.ON_CALL: 0, Rung.AGAIN: calls.again, Rung.LEAD: calls.lead}
    steps = [Step(rung, min(timedelta(seconds=after), last)) for rung, after in seconds.items()]
    return (*steps, Step(Rung.HAND_OVER, last, Calls.SUBJECT))


def whom(rung: str, people: Iterable[Person], on_hand: Collection[UUID]) -> list[UUID]:
    """Whom a step calls. Where nobody is on call any more it is those who lead, from the first step on."""
    here = [one for one in people if one.joined and not one.disabled]
    called = [one.id for one in here if one.id in on_hand]
    leads = [one.id for one in here if one.roles & {Role.ADMIN, Role.FRONT_DESK}]
    if rung in {Rung.ON_CALL, Rung.AGAIN}:
        return called or leads
    return list(dict.fromkeys([*leads, *(called if rung == Rung.HAND_OVER else ())]))


def reached(rungs: Collection[str]) -> Sequence[Rung]:
    """The steps that were taken, in their order."""
    return [rung for rung in Rung if rung in rungs]
