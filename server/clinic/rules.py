"""What a clinic is, as plain values: everybody to the right of this feature thinks in them."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic.paying.rules import NO_PAYING, Paying
from server.notify.discreet import discreet_name
from server.tongues import Said

DAY_MINUTES = 24 * 60
SLUG_LENGTH = 48
SOME_WEEK = tuple(date(2024, 1, day) for day in range(1, 8))
"""A week that begins on a Monday, for the names of its days."""
NAMELESS = "Appointments"
"""Who sends when no word of the clinic's name may be said."""
RESERVED_SLUGS = frozenset({"book", "calm", "help", "hold", "support", "waiting-room", "waitlist"})


class Means(StrEnum):
    """How patient and therapist meet: in a browser, on the telephone, or at the clinic's address."""

    VIDEO = "video"
    PHONE = "phone"
    PERSON = "person"


class Anyone(StrEnum):
    """Who takes a time of somebody who asks for nobody: who gives fewest sessions that day, or fewest in all the time
    that can be booked and the week before; of equals the one who is idle longest."""

    IDLE = "idle"
    FAIR = "fair"


SHORTEST_OFFER = timedelta(minutes=10)
"""Nobody on the waiting list is asked to answer faster."""


@dataclass(frozen=True)
class Policy:
    """How near and how far one may book, on which grid, until when one may change it, when the door opens.

    `hold`: how long a time is kept for somebody who writes their name; zero: not at all. `answer`: within what time
    the clinic answers who asks for a time that it confirms first. `offer`: how long a time that became free is kept for
    who waits longest; zero: there is no waiting list.
    """

    notice: timedelta
    horizon: timedelta
    step: timedelta
    change_until: timedelta
    opens: timedelta
    hold: timedelta = timedelta(minutes=10)
    answer: timedelta = timedelta(hours=24)
    late_cancel: bool = False  # after that one may still cancel, and says why
    offer: timedelta = timedelta(hours=2)
    lapses: int = 3  # so many offers in a row unanswered, and somebody is off the waiting list
    anyone: Anyone = Anyone.IDLE


DEFAULT_POLICY = Policy(
    notice=timedelta(hours=4),
    horizon=timedelta(days=56),
    step=timedelta(minutes=30),
    change_until=timedelta(hours=24),
    opens=timedelta(minutes=30),
)


class Position(StrEnum):
    """What somebody who waits may know of their place in the line; never a name."""

    OFF = "off"
    NEXT = "next"  # only that nobody is before them
    NUMBER = "number"
    RANGE = "range"  # from when until when who is next is most likely let in


@dataclass(frozen=True)
class Clinic:
    """A clinic with its words. `country` is ISO 3166 in two letters, or empty; `accent` changes with its colours.

    `relay_only`: calls pass through the clinic's relay alone, so that nobody learns the other's address.
    `time_left`: how many minutes before the booked end of a session its therapist is told, most first;
    `tells_time_left`: the patient too. `region`: the part of ISO 3166-2 after the hyphen, empty for the whole country;
    `discreet`: messages and tabs say nothing of why somebody gets them, nor with whom.
    `late_words`: what the clinic says to who cancels late. `languages`: those that its pages for patients speak; none
    means every one there is. `listed`: whether the first page names it where there are several. `mark`: changes with
    its picture, which stands `mark_wide` pixels wide in a header; empty without one.
    `works_on`: public holidays on which people are seen although the clinic closes on others.
    `places`: whether it keeps where somebody may treat; `asks_place`: then whoever books says where they will be;
    `only_listed`: who has no list of places may treat nowhere, and is not offered, where it would be everywhere.
    `acting`: whether somebody acts for any patient; `acts_for`: who may book for somebody else on the public page.
    `exit_to`: the page to which people leave at once; empty: the one that comes with the program.
    `silent`: helplines that somebody here called and nobody answered, each as 'GB 116 123'.
    `address`: where people come to who are seen in person, as one line.
    `written`: the language that its own words are in, where that is not `language`; `said`: these in others.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {
        name: name
        for name in ("name", "welcome_text", "waiting_text", "after_text", "late_words", "consent_text", "address")
    }

    id: UUID
    slug: str
    name: str
    zone: ZoneInfo
    language: str
    country: str
    phone: str
    sender_name: str
    policy: Policy
    waiting_text: str
    after_text: str
    consent_version: str
    consent_text: str
    colour: str = ""
    accent: str = ""
    position: Position = Position.OFF
    relay_only: bool = False
    time_left: tuple[int, ...] = (10, 5)
    tells_time_left: bool = False
    region: str = ""
    closes_on_holidays: bool = False
    works_on: frozenset[date] = frozenset()
    discreet: bool = True
    late_words: str = ""
    address: str = ""
    acting: bool = False
    acts_for: frozenset[str] = frozenset()
    places: bool = False
    asks_place: bool = True
    only_listed: bool = False
    welcome_text: str = ""
    languages: tuple[str, ...] = ()
    listed: bool = True
    mark: str = ""
    mark_wide: int = 0
    paying: Paying = NO_PAYING
    exit_to: str = ""
    silent: frozenset[str] = frozenset()
    written: str = ""
    said: Said | None = field(default=None, hash=False)

    @property
    def own(self) -> str:
        """The language that its own words are in."""
        return self.written or self.language

    @property
    def asks_where(self) -> bool:
        return self.places and self.asks_place

    @property
    def sender(self) -> str:
        """What stands in an inbox and on a tab: without a word of why, unless the clinic wants it otherwise."""
        return (discreet_name(self.sender_name) or NAMELESS) if self.discreet else self.sender_name


@dataclass(frozen=True)
class Service:
    """A bookable kind of session; `before` and `after` are kept free around its `length`.

    `change_until`: until when it may be moved or cancelled, where that is not as the clinic says for all.
    The clinic confirms a time of a service that `asks` before it stands. Who waits for a `team` service stands in one
    line that every therapist of the clinic sees and may take from. `needs`: the kinds of room or equipment of which it
    takes one each. With several `seats` it is given to a group; people read how many places are left where it
    `shows_places`, and take all dates of a group at once where it gives `all_dates`. `means`: how it is given, in the
    order of `Means`; of several, whoever books chooses one.
    `intake`: the version of its questions that people are asked before the visit. `price`: in the smallest unit of the
    clinic's currency; None where nothing is said of it. `said`: its words in other languages.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {"name": "name", "about": "about"}

    id: UUID
    name: str
    about: str
    length: timedelta
    before: timedelta
    after: timedelta
    seats: int = 1
    public: bool = True
    hidden: bool = False
    team: bool = False
    needs: tuple[UUID, ...] = ()
    asks: bool = False
    change_until: timedelta | None = None
    shows_places: bool = False
    all_dates: bool = False
    means: tuple[Means, ...] = (Means.VIDEO,)
    intake: UUID | None = None
    price: int | None = None
    said: Said | None = field(default=None, hash=False)

    @property
    def in_group(self) -> bool:
        return self.seats > 1


@dataclass(frozen=True)
class Most:
    """How many sessions somebody gives in a local day, and in a week from Monday on; None: as many as time allows."""

    a_day: int | None = None
    a_week: int | None = None


@dataclass(frozen=True)
class TherapistCard:
    """A therapist as the public pages show them, and how much they take on. `left`: they work here no more."""

    SPOKEN: ClassVar[Mapping[str, str]] = {"about": "about"}

    staff_id: UUID
    slug: str
    name: str
    about: str
    hidden: bool = False
    most: Most = Most()
    left: bool = False
    said: Said | None = field(default=None, hash=False)


@dataclass(frozen=True, order=True)
class WeeklyHours:
    """Open hours in the clinic's wall time: weekday 0 is Monday, minutes after midnight, until at most 1440. `own`: of
    one service alone."""

    weekday: int
    from_minute: int
    until_minute: int
    own: bool = field(default=False, compare=False)

    @property
    def span(self) -> dict[str, int]:
        """As it is kept; whose hours they are is told beside it."""
        return {"weekday": self.weekday, "from_minute": self.from_minute, "until_minute": self.until_minute}


@dataclass(frozen=True)
class Leave:
    """Time off; without a therapist the whole clinic is closed."""

    id: UUID
    therapist_id: UUID | None
    from_at: datetime
    until_at: datetime


def usual_week() -> tuple[WeeklyHours, ...]:
    """Monday to Friday, 9 to 12 and 13 to 17."""
    parts = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
    return tuple(WeeklyHours(day, start, end) for day in range(5) for start, end in parts)


def joined(week: Sequence[WeeklyHours]) -> tuple[WeeklyHours, ...]:
    """The same hours in order, with what overlaps or touches made one."""
    merged: list[WeeklyHours] = []
    for span in sorted(week):
        last = merged[-1] if merged else None
        if last and last.weekday == span.weekday and span.from_minute <= last.until_minute:
            merged[-1] = replace(last, until_minute=max(last.until_minute, span.until_minute))
        else:
            merged.append(span)
    return tuple(merged)


def slug_of(name: str, taken: Collection[str] = ()) -> str:
    """An address part for a name: 'Dr. Anil Rao' becomes 'anil-rao'; a number follows when it is taken.

    A name without Latin letters becomes 'welcome'.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"\b(dr|prof|mr|mrs|ms)\b\.?", " ", plain)
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "welcome"
    barred = RESERVED_SLUGS.union(taken)
    numbered = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(slug for slug in numbered if slug not in barred)
