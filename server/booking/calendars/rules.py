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


@dataclass(frozen=True)
class Feed:
    """A therapist's link, by the id that its token is made from."""

    therapist_id: UUID
    clinic_id: UUID
    link_id: UUID
    shows: Shows
