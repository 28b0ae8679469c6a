"""What a therapist's bookings look like in another calendar. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

BACK = timedelta(days=30)
AHEAD = timedelta(days=400)


class Shows(StrEnum):
    """What an entry is called there."""

    NOTHING = "nothing"  # 'Appointment'
    SERVICE = "service"  # the name of the service


@dataclass(frozen=True)
class Entry:
    """A booking as another calendar keeps it: the id stays, the sequence rises with every change."""

    id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    service: str
    changed_at: datetime
    tentative: bool = False  # the clinic has not confirmed it yet


@dataclass(frozen=True)
class Feed:
    """A therapist's link, by the id that its token is made from."""

    therapist_id: UUID
    clinic_id: UUID
    link_id: UUID
    shows: Shows


@dataclass(frozen=True)
class Standing:
    """A calendar elsewhere and what it knows of one booking: `sequence` None, nothing. `wanted`: bookings of its
    therapist are written there now."""

    calendar_id: UUID
    therapist_id: UUID
    failed_since: datetime | None
    sequence: int | None
    etag: str | None
    wanted: bool


class Step(StrEnum):
    """What is to be done in a calendar about a booking."""

    NOTHING = "nothing"
    WRITE = "write"
    TAKE_OUT = "take_out"


def step(standing: Standing, therapist_id: UUID | None, sequence: int) -> Step:
    """What brings a calendar up to a booking that this therapist leads; None: it was cancelled."""
    if standing.wanted and standing.therapist_id == therapist_id:
        known = standing.sequence
        return Step.WRITE if known is None or known < sequence else Step.NOTHING
    return Step.NOTHING if standing.sequence is None else Step.TAKE_OUT
