"""The line: in which order people are let in, and what one of them may know of their place. Pure.

There is a line for each therapist, and one for the whole team. A place belongs to a booking and is kept whatever the
network does: earlier times go first, then who came first. Who is away keeps it, and lets those who are here go first
until they are back. Who was called back and came too late lets others go first.
Somebody booked earlier who is still to come stands in the line too, so that nobody reads 'you are next' and is then
passed by a stranger; a quarter of an hour after their time they no longer count until they come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.clinic.rules import Position
from server.visit.recall.rules import let_pass
from server.visit.rules import State

EXPECTED_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Place:
    """One booking's place. `since` is when they came, None while they are expected; `behind` how many go before them
    because they came back too late; `is_away`: they came, and nobody hears from their page now.
    """

    booking_id: UUID
    starts_at: datetime
    ends_at: datetime
    since: datetime | None = None
    behind: int = 0
    is_away: bool = False

    @property
    def is_here(self) -> bool:
        return self.since is not None and not self.is_away


def place_of(
    booking_id: UUID, starts_at: datetime, ends_at: datetime, state: State, arrived_at: datetime | None,
    behind: int = 0, *, is_away: bool = False,
) -> Place | None:  # fmt: skip
    """The place of a booking in its line; None for who is in a session, has been, or was cancelled."""
    if state is State.WAITING:
        return Place(booking_id, starts_at, ends_at, arrived_at or starts_at, behind, is_away)
    if state is State.BOOKED:
        return Place(booking_id, starts_at, ends_at)
    return None


def line(places: Iterable[Place], now: datetime) -> list[Place]:
    """Everybody who waits and everybody still expected, in the order in which they are let in."""
    counted = [place for place in places if place.since or now < place.starts_at + EXPECTED_FOR]
    return let_pass(sorted(counted, key=_turn), lambda one: one.behind, lambda one: one.is_here)


def _turn(place: Place) -> tuple[bool, datetime, datetime, UUID]:
    return place.is_away, place.starts_at, place.since or place.ends_at, place.booking_id


def ahead_of(places: Iterable[Place], booking_id: UUID, now: datetime) -> int | None:
    """How many are let in before this booking; None when it has no place."""
    ids = [place.booking_id for place in line(places, now)]
    return ids.index(booking_id) if booking_id in ids else None


def told(position: Position, ahead: int | None) -> int | None:
    """What of it the clinic lets its patients know: 0 is 'you are next', None says nothing.

    Behind who is next a range is not known, and a number is.
    """
    if position is Position.OFF or (position is Position.NEXT and ahead != 0):
        return None
    return ahead
