"""A red reading, or something grave that happened, calls people beyond the screens that are open: whom, and when.

The times and the order are ours and await a clinician's confirmation. Pure but for `sound`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.programmes.course import Entry, History
from server.programmes.definition import Kind, Step
from server.programmes.questions import Verdict
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Ladder
from server.safety.alerts.rules import Step as Rung

KIND = "reading"
"""Kind of alert; its subject is the entry that was written."""


class Name(StrEnum):
    ON_CALL = "on_call"
    OTHERS = "others"


USUAL: Ladder = (Rung(Name.ON_CALL, timedelta()), Rung(Name.OTHERS, timedelta(minutes=2)))


class Member(Protocol):
    """Somebody of the clinic."""

    @property
    def id(self) -> UUID: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def joined(self) -> bool: ...
    @property
    def disabled(self) -> bool: ...


def is_red(step: Step, entry: Entry) -> bool:
    """Whether it stops the session; one that hands over or ends it has called somebody already."""
    return step.kind in (Kind.CLOCK, Kind.EVENT) and not step.ends and entry.verdict is Verdict.STOP


def whom(rung: str, team: Iterable[Member], on_call: Sequence[UUID], taker: UUID) -> list[UUID]:
    """Who is on call, then every other therapist; where nobody else is on call, all at once. Never who took it."""
    here = [one for one in team if one.joined and not one.disabled and one.id != taker]
    known = {one.id for one in here}
    called = [one for one in on_call if one in known]
    others = [one.id for one in here if Role.THERAPIST in one.roles and one.id not in called]
    return (called or others) if rung == Name.ON_CALL else others


async def sound(
    db: AsyncSession, about: tuple[UUID, UUID], step: Step, entry: Entry, after: History, now: datetime
) -> None:
    """Begin the climb with the entry, in its unit, while its session goes on, or pressed on a card: once for each, as
    an entry is written once. `about`: (clinic, id of the entry).
    """
    if is_red(step, entry) and (step.card or entry.key.session not in after.over):
        clinic_id, entry_id = about
        await alerts.begin(db, clinic_id, KIND, entry_id, now)
