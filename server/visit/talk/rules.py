"""Lines between a waiting patient and the clinic: how long, how many, and how fast they are read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from uuid import UUID

from server.visit.rules import State

LONGEST_BYTES = 1024
IN_A_MINUTE = 6
IN_A_VISIT = 100
ENOUGH = 10  # lines that were read, before a page says how fast that usually is
OPEN = frozenset({State.WAITING, State.ON_HOLD, State.IN_SESSION})


@dataclass(frozen=True)
class Line:
    """One line; `by` is whose first name or office a page shows, `mine` whether the reader wrote it."""

    id: UUID
    at: datetime
    from_patient: bool
    by: str = field(repr=False)
    text: str = field(repr=False)
    read_at: datetime | None


def may_write(written: Sequence[datetime], now: datetime) -> bool:
    """Whether one more line is welcome from somebody who wrote at these times."""
    lately = [at for at in written if now - at < timedelta(minutes=1)]
    return len(lately) < IN_A_MINUTE and len(written) < IN_A_VISIT


def usually_read_within(delays: Sequence[timedelta]) -> timedelta | None:
    """How long it usually takes until somebody reads, in whole minutes and at least one; None with too few of them."""
    if len(delays) < ENOUGH:
        return None
    seconds = median(delay.total_seconds() for delay in delays)
    return timedelta(minutes=max(1, ceil(seconds / 60)))
