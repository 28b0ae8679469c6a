"""Which groups can be joined. Pure."""

from collections.abc import Mapping, Sequence

from server.booking.hours import Stretch


def not_away(starts: Mapping[int, int], length: int, away: Sequence[Stretch]) -> dict[int, int]:
    """Starts with what is known of each, as far as sessions of this many seconds meet no stretch."""
    return {at: known for at, known in starts.items() if not any(b < at + length and at < e for b, e in away)}
