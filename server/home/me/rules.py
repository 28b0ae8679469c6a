"""How the bookings of a patient stand on their home. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.booking.rules import BookingCard

MOST_PAST = 20
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Times:
    """`next`: the visit that runs or comes first; `ahead`: what comes after it; `past`: the latest first."""

    next: BookingCard | None
    ahead: Sequence[BookingCard]
    past: Sequence[BookingCard]

    @property
    def any(self) -> bool:
        return bool(self.next or self.ahead or self.past)


def times_of(cards: Iterable[BookingCard], now: datetime) -> Times:
    """What stands and what was; a time that was cancelled before it came is not shown to anybody as theirs."""
    kept = sorted(
        {card.id: card for card in cards if card.cancelled_at is None}.values(), key=lambda one: one.starts_at
    )
    ahead = [card for card in kept if card.ends_at > now]
    past = [card for card in reversed(kept) if card.ends_at <= now and not card.asked]
    return Times(ahead[0] if ahead else None, ahead[1:], past[:MOST_PAST])
