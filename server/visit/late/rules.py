"""'Running late': what a therapist says of themselves, for whom it holds, and until when. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

STEPS = (5, 10, 15)  # minutes
LASTS = timedelta(hours=4)  # then the word is worn out, whether or not somebody took it back
MAILED_AHEAD = timedelta(hours=3)  # who comes within this time gets a mail
SECOND_THOUGHTS = timedelta(seconds=60)  # a mail waits as long, so that a slip of the finger tells nobody


@dataclass(frozen=True)
class Delay:
    """A therapist said at `at` that they run about `minutes` late."""

    id: UUID
    therapist_id: UUID
    minutes: int
    at: datetime


@dataclass(frozen=True)
class Late:
    """What one patient reads of it: how much, said when, and when their time is then (None: that passed)."""

    minutes: int
    said_at: datetime
    begins_at: datetime | None


def holds(delay: Delay, starts_at: datetime, now: datetime) -> bool:
    """Whether the word concerns an appointment of this start: it comes while the word lasts, or waits already."""
    return now < delay.at + LASTS and starts_at < delay.at + LASTS


def late_for(delay: Delay | None, starts_at: datetime, now: datetime) -> Late | None:
    """What to tell somebody with this start; nothing when nothing was said or it is worn out."""
    if delay is None or not holds(delay, starts_at, now):
        return None
    begins = starts_at + timedelta(minutes=delay.minutes)
    return Late(delay.minutes, delay.at, begins if begins > now else None)


def is_mailed(starts_at: datetime, now: datetime) -> bool:
    """Whether somebody with this start, who is not here yet, gets a mail about it now."""
    return now < starts_at <= now + MAILED_AHEAD


def takes_back_mail(delay: Delay, now: datetime) -> bool:
    """Whether mails about it have left, so that 'on time again' has to be mailed too."""
    return now - delay.at >= SECOND_THOUGHTS
