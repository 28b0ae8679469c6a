"""What the calendar says of a booking that somebody has just moved, and where the way back leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from server.booking.deadlines import Change, staff_may_change
from server.booking.forms import read_uuid
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic

PATH = "/staff/calendar"


@dataclass(frozen=True)
class Moved:
    """What the calendar says of a booking that somebody has just moved, and where its way back leads."""

    card: BookingCard
    name: str = field(repr=False)
    before: datetime
    way_back: str


def just_moved(
    asked: Mapping[str, str], cards: Sequence[BookingCard], people: Mapping[UUID, str], clinic: Clinic, now: datetime
) -> Moved | None:
    """The booking of which the address says that it was moved, as long as it may go back."""
    card = next((one for one in cards if one.public_id == asked.get("moved")), None)
    if card is None or card.moved_from is None:
        return None
    was = str(read_uuid(asked.get("was", "")) or card.therapist_id)
    at = wall_of(card.moved_from, clinic)
    open_again = staff_may_change(card, now) is Change.ALLOWED and card.moved_from > now
    way_back = f"{PATH}/move/{card.public_id}?{urlencode({'at': at, 'with': was})}" if open_again else ""
    return Moved(card, people.get(card.patient_id, ""), card.moved_from, way_back)


def wall_of(at: datetime, clinic: Clinic) -> str:
    """'2026-03-12T09:30' on the clinic's clock."""
    return at.astimezone(clinic.zone).replace(tzinfo=None).isoformat(timespec="minutes")
