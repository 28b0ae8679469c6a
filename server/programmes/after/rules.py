"""What the end of a session sets in motion by itself: a meeting that is booked, and words for the way home. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.moments import start_of
from server.programmes.course import Entry, History
from server.programmes.definition import Definition, Step

UNTIL = time(12)
"""Until when on the day after the words for the way home stand in the patient's space."""


class Why(StrEnum):
    """Why no meeting was booked by itself, or nobody was told."""

    NO_SERVICE = "no_service"  # the clinic names none for it
    NOBODY = "nobody"  # who treats them does not give that service
    NO_TIME = "no_time"  # nothing is free in the window
    TOO_LATE = "too_late"  # the session was written down after it
    ENDED = "ended"
    UNREAD = "unread"  # the definition cannot be read any more
    UNTOLD = "untold"  # no meeting: the words for the way home were late, and 'tomorrow' true no more


@dataclass(frozen=True)
class Ended:
    """A session that is over with this entry, and by which step."""

    session: int
    step: Step
    at: datetime


@dataclass(frozen=True)
class Window:
    """In which a meeting begins, from until before."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Escort:
    """Who takes somebody home, and wants to be written to."""

    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def ended(definition: Definition, before: History, after: History, entry: Entry) -> Ended | None:
    """The session that ends with this entry; None where it was over, or goes on."""
    session = entry.key.session
    if session in before.over or session not in after.over:
        return None
    return Ended(session, definition.by_id[entry.key.step], after.over[session])


def meetings(definition: Definition, one: Ended) -> list[Step]:
    """The steps that are booked by themselves after it."""
    return [step for step in definition.steps if one.step.id in step.books]


def window(step: Step, over: datetime) -> Window:
    """When the meeting of this step is, after a session that was over then."""
    assert step.opens, "the loader sees to it"
    assert step.closes, "the loader sees to it"
    return Window(over + step.opens.length, over + step.closes.length)


def whom(treating: Iterable[UUID], gives: Collection[UUID]) -> UUID | None:
    """Of those who treat somebody, the nearest first, the one who gives the service."""
    return next((one for one in treating if one in gives), None)


def escort_of(step: Step, answers: Mapping[str, str]) -> Escort | None:
    """Whom the answers before a session name, as long as both want to be written to."""
    tells = step.tells
    if tells is None or answers.get(tells.agreed) != "yes":
        return None
    found = Escort(answers.get(tells.mail, ""), answers.get(tells.phone, ""))
    return found if found.mail or found.phone else None


def home_until(over: datetime, zone: ZoneInfo) -> datetime:
    """When the words for the way home are taken down: at noon of the day after."""
    day = over.astimezone(zone).date() + timedelta(days=1)
    return start_of(datetime.combine(day, UNTIL, zone))


def told_now(definition: Definition, done: History, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Noon of the day before whose morning somebody is not to drive, as long as the words for the way home stand in
    the patient's space; None when they do not.
    """
    if not any(step.tells for step in definition.of_session) or not done.over:
        return None
    over = max(done.over.values())
    until = home_until(over, zone)
    return until if over <= now < until else None


@dataclass(frozen=True)
class Meeting:
    """A meeting after a session: `starts_at` where it is booked, else why not; `gone`: it was cancelled since; `done`:
    it is written that it was.
    """

    step: Step
    session: int
    starts_at: datetime | None = None
    public_id: str = ""
    gone: bool = False
    why: Why | None = None
    done: bool = False
