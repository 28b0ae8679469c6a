"""A therapist's own patients at a glance: who needs a look, and why. Pure.

Nothing here judges: a reason is a fact with its day, and the order says only where to look first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.booking.rules import BookingCard
from server.measures.schedule import Asked, Rule, Slot, due

QUIET_DAYS = (7, 14, 28)
USUAL = 14


class Reason(StrEnum):
    """Why somebody stands above; in this order."""

    ALERT = "alert"  # an answer speaks of danger, and nobody has said that they saw it
    WORSE = "worse"  # a total moved for the worse by more than chance
    QUIET = "quiet"  # no visit ahead, and no sign for so many days
    DUE = "due"  # the next visit, or the week, asks something that is not answered


@dataclass(frozen=True)
class Worse:
    """A measure whose last total is reliably worse than the one before."""

    name: str
    before: int
    now: int
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What is known of one patient. `met`: the end of the last visit; `next`: the visit ahead; `answered`: when they
    finished a measure last; `due`: names of measures that the next visit asks, `weekly`: that they are asked alone this
    week; `alerts`: flags that nobody has seen;
    `wrote`: when they wrote last in a journal of what they share; `contacts`: how they are reached.
    """

    patient_id: UUID
    name: str = field(repr=False)
    met: datetime | None
    next: BookingCard | None = field(repr=False)
    answered: datetime | None
    due: Sequence[str] = ()
    weekly: Sequence[str] = ()
    worse: Sequence[Worse] = field(default=(), repr=False)
    alerts: int = 0
    wrote: datetime | None = None
    contacts: Sequence[str] = field(default=(), repr=False)

    @property
    def sign(self) -> datetime | None:
        """When something was heard of them last."""
        return max([one for one in (self.met, self.answered, self.wrote) if one], default=None)


@dataclass(frozen=True)
class Line:
    facts: Facts = field(repr=False)
    reasons: Sequence[Reason]
    apart: str = field(default="", repr=False)


def reasons(facts: Facts, now: datetime, quiet: timedelta) -> list[Reason]:
    """Why to look at them, the weightiest first; none: nothing asks for it."""
    silent = facts.next is None and facts.sign is not None and now - facts.sign >= quiet
    due = facts.due or facts.weekly
    asked = ((Reason.ALERT, facts.alerts), (Reason.WORSE, facts.worse), (Reason.QUIET, silent), (Reason.DUE, due))
    return [reason for reason, holds in asked if holds]


def lines(every: Iterable[Facts], now: datetime, quiet: timedelta) -> list[Line]:
    """Everybody, who needs a look first; among equals by name. `apart`: of several with one name, a contact by which
    each is known from the others.
    """
    order, people = list(Reason), list(every)
    found = [Line(one, reasons(one, now, quiet), apart(one, people)) for one in people]
    return sorted(
        found,
        key=lambda line: (order.index(line.reasons[0]) if line.reasons else len(order), line.facts.name.casefold()),
    )


def apart(one: Facts, every: Iterable[Facts]) -> str:
    """What tells them from others of the same name: a contact that none of those has, else the first, else ''."""
    name = " ".join(one.name.casefold().split())
    others = [each for each in every if each is not one and " ".join(each.name.casefold().split()) == name]
    theirs = {contact for each in others for contact in each.contacts}
    ordered = [*(contact for contact in one.contacts if contact not in theirs), *one.contacts]
    return ordered[0] if others and ordered else ""


def own(cards: Iterable[BookingCard], kept: Collection[UUID]) -> dict[UUID, list[BookingCard]]:
    """Patient -> their bookings that stand, earliest first, of whom these bookings or a kept record make theirs."""
    found: dict[UUID, list[BookingCard]] = {one: [] for one in kept}
    for card in sorted(cards, key=lambda one: one.starts_at):
        if card.cancelled_at is None:
            found.setdefault(card.patient_id, []).append(card)
    return found


def open_keys(rules: Iterable[Rule], past: Sequence[Asked], slot: Slot, now: datetime) -> list[str]:
    """The measures that this visit asks now and that are not answered: by rule, or since somebody asked."""
    done = {one.key for one in past if one.booking_id == slot.booking_id and one.finished_at}
    by_hand = [one.key for one in past if one.booking_id == slot.booking_id and not one.finished_at]
    by_rule = [rule.key for rule in rules if due(rule, past, slot, now)]
    return [key for key in dict.fromkeys([*by_rule, *by_hand]) if key not in done]


def quiet_of(text: str) -> int:
    """After how many days without a sign somebody counts as quiet."""
    return int(text) if text in {str(one) for one in QUIET_DAYS} else USUAL
