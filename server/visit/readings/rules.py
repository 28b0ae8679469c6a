"""Whom a red reading calls, and when. The times and the order are ours and await a clinician's confirmation. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from server.access import Role
from server.safety.alerts.rules import Ladder
from server.safety.alerts.rules import Step as Rung
from server.visit.ladder.rules import Member


class Name(StrEnum):
    ON_CALL = "on_call"
    OTHERS = "others"


USUAL: Ladder = (Rung(Name.ON_CALL, timedelta()), Rung(Name.OTHERS, timedelta(minutes=2)))


def whom(rung: str, team: Iterable[Member], on_call: Sequence[UUID], taker: UUID | None) -> list[UUID]:
    """Who is on call, then every other therapist; where nobody else is on call, all at once. Never who took it; of what
    nobody took nobody is left out.
    """
    here = [one for one in team if one.joined and not one.disabled and one.id != taker]
    known = {one.id for one in here}
    called = [one for one in on_call if one in known]
    others = [one.id for one in here if Role.THERAPIST in one.roles and one.id not in called]
    return (called or others) if rung == Name.ON_CALL else others
