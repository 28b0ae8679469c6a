"""Somebody comes without a time: whether the clinic is open, and how long their time is. Pure."""

from datetime import datetime
from uuid import UUID

from server.booking.rules import Booked, Span
from server.clinic.opening.rules import Door, Opening, door
from server.clinic.rules import Service

NO_TIME = datetime.fromisoformat("1970-01-01T00:00Z")
"""What such a form asks for as its start: the same for every try, so that a repeat is the same booking."""


def shut(opening: Opening, now: datetime) -> Door | None:
    """The door when nobody can be taken in; None while it is open. Without opening hours only closures close it."""
    if not opening.week:
        return Door() if any(since <= now < until for since, until in opening.closures) else None
    found = door(opening, now)
    return None if found.is_open else found


def time_for(service: Service, therapist_id: UUID, now: datetime) -> Booked:
    """From this minute for as long as the service lasts."""
    starts_at = now.replace(second=0, microsecond=0)
    ends_at = starts_at + service.length
    return Booked(therapist_id, starts_at, ends_at, Span(starts_at, ends_at))
