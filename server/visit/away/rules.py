"""Somebody is away for the rest of today: what becomes of each who is booked, and until when it can be undone. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.booking.rules import BookingCard

UNDO = timedelta(minutes=1)
"""How long nobody is told, so that a wrong press troubles nobody."""


class Choice(StrEnum):
    """What becomes of a booking besides going to a colleague, whose slug then stands in its place."""

    OFFER = "offer"  # it ends, and the patient chooses another time
    KEEP = "keep"  # staff sees to it by hand


class Became(StrEnum):
    """What became of it. The last two change nothing."""

    COLLEAGUE = "colleague"
    OFFERED = "offered"
    KEPT = "kept"
    NOT_FREE = "not_free"  # the colleague was taken meanwhile, or the booking changed, or its patient came


class Told(StrEnum):
    """How the patient heard of it; with `call` somebody must ring."""

    MAIL = "mail"
    SMS = "sms"
    CALL = "call"


@dataclass(frozen=True)
class Other:
    """A colleague who offers the service and has that time free."""

    staff_id: UUID
    slug: str
    name: str


@dataclass(frozen=True)
class Listed:
    """A booking of the rest of the day, the patient's name, and who could take it; `waits`: they have come already."""

    card: BookingCard
    name: str = field(repr=False)
    others: Sequence[Other]
    waits: bool = False

    @property
    def proposed(self) -> str:
        """Whoever has the time free comes before another time."""
        return self.others[0].slug if self.others else Choice.OFFER


@dataclass(frozen=True)
class Pick:
    """What was chosen for a booking; `to` with a colleague."""

    card: BookingCard
    choice: Choice | None
    to: Other | None = None


def picks(listed: Sequence[Listed], fields: Mapping[str, str]) -> list[Pick]:
    """The choice for each booking, from the form's `choice-<public id>`; a strange one leaves the booking as it is.

    Who waits already is asked about in person, never moved in a batch.
    """
    found = []
    for one in listed:
        chosen = fields.get(f"choice-{one.card.public_id}", Choice.KEEP)
        to = next((other for other in one.others if other.slug == chosen), None)
        choice = None if to else Choice.OFFER if chosen == Choice.OFFER and not one.waits else Choice.KEEP
        found.append(Pick(one.card, Choice.KEEP if one.waits else choice, None if one.waits else to))
    return found


def may_undo(made_at: datetime, undone_at: datetime | None, now: datetime) -> bool:
    """Whether nobody has been told yet."""
    return undone_at is None and now < made_at + UNDO
