"""What is special to the ladder of somebody who waits: rungs, when the clock runs, whom it calls. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from server.access import Role
from server.safety.alerts.rules import Calls, Step
from server.visit.rules import Event, State

KIND = "waiting"


class Rung(StrEnum):
    PAGE = "page"  # the page itself: row, tone, notice of the desktop
    THERAPIST = "therapist"
    COLLEAGUE = "colleague"
    OFFER = "offer"  # the patient is offered another way


USUAL = (
    Step(Rung.PAGE, timedelta()),
    Step(Rung.THERAPIST, timedelta(seconds=60)),
    Step(Rung.COLLEAGUE, timedelta(seconds=180)),
    Step(Rung.OFFER, timedelta(seconds=600), Calls.SUBJECT),
)
SENT_BACK_QUIET = timedelta(minutes=5)
"""Who sends somebody back to the waiting room knows that they wait."""
COMING = (5, 10, 15)
"""'I am coming': in how many minutes."""


class Turn(StrEnum):
    """What an event of the visit does to the climb."""

    BEGIN = "begin"
    BEGIN_QUIETLY = "begin_quietly"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    NOTHING = "nothing"


def turn_of(event: Event, before: State, after: State, *, arrived_now: bool) -> Turn:
    """It begins with the arrival, stands still while the patient stepped away, and ends when the wait does."""
    if after is not State.WAITING:
        return Turn.CLOSE
    if arrived_now:
        return Turn.BEGIN
    if before is not State.WAITING:
        return Turn.BEGIN_QUIETLY
    return {Event.LEAVE: Turn.PAUSE, Event.COME_BACK: Turn.RESUME, Event.ARRIVE: Turn.RESUME}.get(event, Turn.NOTHING)


class Whom(StrEnum):
    """Who is called when the therapist does not answer."""

    DESK = "desk"
    COLLEAGUES = "colleagues"
    BOTH = "both"


class Offer(StrEnum):
    """What a patient can ask for when it takes long."""

    CALL_BACK = "call_back"
    ANOTHER_TIME = "another_time"
    ANOTHER_THERAPIST = "another_therapist"


@dataclass(frozen=True)
class WaitingRules:
    """What a clinic set; without a row it is this. `tells`: the patient sees that somebody said they are coming."""

    whom: Whom = Whom.DESK
    offers: frozenset[Offer] = frozenset(Offer)
    tells: bool = True
    back_within: timedelta = timedelta(minutes=5)
    push: bool = False


class Member(Protocol):
    """What is needed of somebody who works at the clinic."""

    @property
    def id(self) -> UUID: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def joined(self) -> bool: ...
    @property
    def disabled(self) -> bool: ...


def called(rung: str, team: Iterable[Member], therapists: Collection[UUID], whom: Whom) -> list[UUID]:
    """Whom a rung calls; `therapists`: who meets them. A clinic without a front desk calls the colleagues, one without
    colleagues the admins.
    """
    here = [one for one in team if not one.disabled]
    if rung == Rung.THERAPIST:
        return [one.id for one in here if one.id in therapists]
    if rung != Rung.COLLEAGUE:
        return []
    others = [one for one in here if one.joined and one.id not in therapists]
    desk = _with(others, Role.FRONT_DESK)
    colleagues = _with(others, Role.THERAPIST)
    wished = {Whom.DESK: desk, Whom.COLLEAGUES: colleagues, Whom.BOTH: [*desk, *colleagues]}[whom]
    return list(dict.fromkeys(wished or desk or colleagues or _with(others, Role.ADMIN)))


def _with(team: Collection[Member], role: Role) -> list[UUID]:
    return [one.id for one in team if role in one.roles]


@dataclass(frozen=True)
class Answer:
    """A person of the clinic said that they are coming: who, when, and by when."""

    name: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Climb:
    """Where the ladder of one waiter stands, for the pages."""

    rung: str = ""
    since: datetime | None = None
    answer: Answer | None = None
    wishes: tuple[Offer, ...] = ()
    offers: tuple[Offer, ...] = ()
