"""Somebody is away for the rest of today: what becomes of each who is booked, and until when it can be undone. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """What became of it. What is kept, not free or full changed nothing."""

    COLLEAGUE = "colleague"
    OFFERED = "offered"
    KEPT = "kept"
    NOT_FREE = "not_free"  # the colleague was taken meanwhile, or the booking changed, or its patient came
    FULL = "full"  # with what was given to them already the colleague has as many sessions as they give
    GONE = "gone"  # cancelled, and when that was taken back its room or its seat was somebody else's


class Told(StrEnum):
    """How the patient heard of it; with `call` somebody must ring."""

    MAIL = "mail"
    SMS = "sms"
    CALL = "call"


@dataclass(frozen=True)
class Other:
    """A colleague who offers the service and has that time free; `works`: it lies in their own hours of that day."""

    staff_id: UUID
    slug: str
    name: str
    works: bool = True


@dataclass(frozen=True)
class Listed:
    """A booking of the rest of the day, the patient's name, and who could take it; `waits`: they have come already."""

    card: BookingCard
    name: str = field(repr=False)
    others: Sequence[Other]
    waits: bool = False
    proposed: str = Choice.OFFER


@dataclass(frozen=True)
class Pick:
    """What was chosen for a booking; `to` with a colleague."""

    card: BookingCard
    choice: Choice | None
    to: Other | None = None


def proposals(listed: Sequence[Listed], room: Mapping[UUID, int]) -> list[Listed]:
    """Whoever has the time free and works then comes before another time.

    `room`: how many more sessions a colleague gives today, all that go to them counted together; who is not in it gives
    as many as time allows. A group is one session.
    """
    left = dict(room)
    given: dict[UUID, Other] = {}
    found = []
    for one in listed:
        appointment = one.card.appointment_id
        able = (other for other in one.others if other.works and left.get(other.staff_id, 1) > 0 and not one.waits)
        with_others = given.get(appointment)
        to = with_others if with_others in one.others else next(able, None)
        if to and to != with_others and to.staff_id in left:
            left[to.staff_id] -= 1
        if to:
            given[appointment] = to
        found.append(replace(one, proposed=to.slug if to else Choice.OFFER.value))
    return found


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
