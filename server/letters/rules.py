"""Letters between visits: who reads which, by when one is answered, and what stands on top. Pure.

A thread is about one thing: what belongs to care goes to one therapist, appointments and bills to the front desk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from server.access import Role
from server.clinic.opening.rules import Opening, stretches
from server.clinic.rules import usual_week

ONE_DAY = timedelta(days=1)
LOOK_AHEAD = 60  # days in which a working day is sought; opening hours are known a little further
FEWEST_DAYS, MOST_DAYS = 1, 10
MOST_A_DAY = 20
"""How many letters one patient, or one therapist to one patient, can send in a day."""
MOST_FILES = 3


class Topic(StrEnum):
    """What a thread is about, and so who of the clinic may know of it."""

    CARE = "care"
    DESK = "desk"


class By(StrEnum):
    """Who wrote a letter: the patient, somebody who acts for them, or the clinic."""

    PATIENT = "patient"
    HELPER = "helper"
    STAFF = "staff"


@dataclass(frozen=True)
class Promise:
    """What a clinic said. `days`: working days; `receipts`: patients see when a letter of theirs was opened."""

    is_open: bool = False
    days: int = 2
    receipts: bool = True
    number: int = 0


@dataclass(frozen=True)
class Away:
    """Somebody does not answer letters from `since` to `until`, whole days of the clinic's clock; `until` is the last.

    `stand_in` reads and answers meanwhile what is addressed to them.
    """

    id: UUID
    staff_id: UUID
    since: date
    until: date
    stand_in: UUID | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True)
class Thread:
    """`addressee`: the therapist it is for; None while it is the front desk's. `waits_since`: since when a letter of
    the patient has no answer, `due_at`: by when one was promised.
    """

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    topic: Topic
    addressee: UUID | None
    opened_at: datetime
    last_at: datetime
    waits_since: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.waits_since is not None and self.closed_at is None

    def late(self, now: datetime) -> bool:
        """Whether it has no answer though one was promised by now."""
        return self.waits and self.due_at is not None and self.due_at <= now


@dataclass(frozen=True)
class Reader:
    """Somebody of the clinic who asks for a thread. `stands_in_for`: whose letters they read today."""

    staff_id: UUID
    roles: frozenset[Role]
    stands_in_for: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def is_desk(self) -> bool:
        return bool(self.roles & {Role.FRONT_DESK, Role.ADMIN})

    @property
    def is_therapist(self) -> bool:
        return Role.THERAPIST in self.roles


def is_asked(thread: Thread, reader: Reader) -> bool:
    """Whether a thread is this reader's to answer: it is addressed to them, to whom they stand in for, or to the desk.

    Nobody stands in for what is closed: it has no answer to give.
    """
    if thread.addressee is None:
        return thread.topic is Topic.DESK and reader.is_desk
    if thread.addressee == reader.staff_id:
        return reader.is_therapist
    return reader.is_therapist and thread.closed_at is None and thread.addressee in reader.stands_in_for


def reads(thread: Thread, reader: Reader, *, treats: bool) -> bool:
    """Whether the reader may open it. A thread stays with its therapist as long as it is open, whatever became of the
    care relation meanwhile; once it is closed, as long as they treat the patient (`treats`).
    """
    if not is_asked(thread, reader):
        return False
    return thread.addressee != reader.staff_id or thread.closed_at is None or treats


def standing_in(aways: Iterable[Away], staff_id: UUID, today: date) -> frozenset[UUID]:
    """Whose letters somebody reads today."""
    return frozenset(one.staff_id for one in aways if one.stand_in == staff_id and one.covers(today))


def away_now(aways: Iterable[Away], staff_id: UUID | None, today: date) -> Away | None:
    """The absence that covers today; of several the one that ends last."""
    mine = [one for one in aways if one.staff_id == staff_id and one.covers(today)]
    return max(mine, key=lambda one: one.until, default=None)


def in_order(threads: Iterable[Thread], now: datetime) -> list[Thread]:
    """What waits beyond its time first, then what waits, the earliest promise on top; then the rest, newest first."""
    waiting = [one for one in threads if one.waits]
    rest = [one for one in threads if not one.waits]
    waiting.sort(key=lambda one: (not one.late(now), one.due_at or one.last_at))
    return waiting + sorted(rest, key=lambda one: one.last_at, reverse=True)


def due_by(opening: Opening, days: int, sent: datetime) -> datetime | None:
    """The end of the last of so many working days after the day a letter was sent, on the clinic's clock.

    A working day is one on which the clinic is open at all; where no hours are set, the usual ones hold. None when so
    many are not known.
    """
    known = replace(opening, week=opening.week or usual_week())
    spans, left = stretches(known, sent), days
    day = sent.astimezone(opening.zone).date()
    for _ in range(LOOK_AHEAD):
        day += ONE_DAY
        end = _end_on(spans, opening, day)
        left -= end is not None
        if end and not left:
            return end
    return None


def _end_on(spans: Sequence[tuple[datetime, datetime]], opening: Opening, day: date) -> datetime | None:
    """When the clinic closes on a day; None where it is not open on it."""
    begin, after = (datetime.combine(one, time(), opening.zone) for one in (day, day + ONE_DAY))
    ends = [min(until, after - timedelta(minutes=1)) for since, until in spans if since < after and until > begin]
    return max(ends, default=None)


def closed_for(opening: Opening, aways: Iterable[Away], staff_id: UUID | None) -> list[tuple[datetime, datetime]]:
    """The whole days on which nobody answers for somebody: they are away, and nobody stands in."""
    alone = [one for one in aways if one.staff_id == staff_id and one.stand_in is None]
    return [
        (
            datetime.combine(one.since, time(), opening.zone),
            datetime.combine(one.until + ONE_DAY, time(), opening.zone),
        )
        for one in alone
    ]
