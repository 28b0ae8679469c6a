"""What somebody owes for a booking, and how an invoice stands. Pure; amounts are in the currency's smallest unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.clinic.paying.rules import Paying, Refunds, Way

WHOLE = 100
AFTER_ANSWER = timedelta(hours=24)
"""How long a time is kept unpaid that the clinic confirmed first: who asked for it is not in front of the page."""


class State(StrEnum):
    """How the money for a booking stands before its invoice does."""

    OPEN = "open"  # owed by nobody yet
    AWAITING = "awaiting"  # the time is kept until it is paid
    PAID = "paid"  # before the visit
    LAPSED = "lapsed"  # nobody paid in time, or they took it back before


class Ending(StrEnum):
    """What became of a booking, as far as money goes."""

    MET = "met"
    IN_TIME = "in_time"  # the patient cancelled before the deadline
    LATE = "late"
    MISSED = "missed"
    BY_CLINIC = "by_clinic"
    NOTHING = "nothing"  # it never stood: not confirmed, or not paid for


class Why(StrEnum):
    """What an invoice is for."""

    VISIT = "visit"
    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"
    AHEAD = "ahead"  # paid before the visit


class Kind(StrEnum):
    """What happened to an invoice. Money that came and went names what it came and went by."""

    PAID = "paid"
    VOIDED = "voided"
    TO_RETURN = "to_return"
    RETURNED = "returned"


class Standing(StrEnum):
    OPEN = "open"
    PAID = "paid"
    RETURNING = "returning"  # something of it is on its way back
    RETURNED = "returned"  # something of it went back
    VOID = "void"


class Voiding(StrEnum):
    """Why an invoice does not hold any more."""

    MISTAKE = "mistake"
    GOODWILL = "goodwill"
    ELSEWHERE = "elsewhere"  # somebody else pays, or it was paid another way
    UNPAID = "unpaid"  # given up


@dataclass(frozen=True)
class Charge:
    """What was agreed about money when a booking was made. `pay_by`: until when the time is kept unpaid; `owed`: what
    it comes to in the end, once that is known."""

    booking_id: UUID
    clinic_id: UUID
    way: Way
    amount: int
    currency: str
    refunds: Refunds
    pay_by: datetime | None = None
    state: State = State.OPEN
    owed: int | None = None


@dataclass(frozen=True)
class Step:
    """`by`: what moved the money, such as Stripe's id of a payment; '' by hand."""

    id: UUID
    kind: Kind
    amount: int
    at: datetime
    by: str = field(default="", repr=False)
    reason: str = ""


def share_back(refunds: Refunds, ending: Ending) -> int:
    """Hundredths of the price that are given back, or not asked for."""
    return {
        Ending.MET: 0,
        Ending.IN_TIME: refunds.in_time,
        Ending.LATE: refunds.late,
        Ending.MISSED: refunds.missed,
        Ending.BY_CLINIC: refunds.by_clinic,
        Ending.NOTHING: WHOLE,
    }[ending]


def owed(amount: int, refunds: Refunds, ending: Ending, step: int = 1) -> int:
    """What is owed in the end: a whole number of `step` units, rounded down, so that nobody pays for our rounding."""
    kept = amount * (WHOLE - share_back(refunds, ending))
    return amount if kept == amount * WHOLE else kept // WHOLE // step * step


def to_return(paid: int, owed_in_the_end: int) -> int:
    """What goes back of money that came; nothing where more is owed than came."""
    return max(paid - owed_in_the_end, 0)


def ending_of(by_kind: str, at: datetime, until: datetime, *, confirmed: bool) -> Ending:
    """How a booking ended that was cancelled at this moment by a patient, by staff or by the clock; until `until` it
    could be cancelled freely. One that the clinic had yet to confirm never stood."""
    if not confirmed:
        return Ending.NOTHING
    if by_kind != "patient":
        return Ending.BY_CLINIC
    return Ending.IN_TIME if at <= until else Ending.LATE


def why_of(ending: Ending) -> Why:
    """What an invoice says it is for."""
    known = {Ending.IN_TIME: Why.IN_TIME, Ending.LATE: Why.LATE, Ending.MISSED: Why.MISSED}
    return known.get(ending, Why.VISIT)


def first_state(paying: Paying, *, pays_now: bool, starts_at: datetime, now: datetime) -> tuple[State, datetime | None]:
    """How a new charge stands, and until when its time is kept unpaid. `pays_now`: whoever books is at the page."""
    if paying.way is not Way.STRIPE or not pays_now:
        return State.OPEN, None
    return State.AWAITING, min(now + paying.within, starts_at)


def standing(steps: Sequence[Step]) -> Standing:
    """What is true of an invoice after all that happened to it, in whatever order it is told."""
    summed = totals(steps)
    if summed[Kind.TO_RETURN] > sum(one.amount for one in steps if one.kind is Kind.RETURNED and one.by):
        return Standing.RETURNING
    if summed[Kind.RETURNED]:
        return Standing.RETURNED
    if summed[Kind.PAID]:
        return Standing.PAID
    return Standing.VOID if Kind.VOIDED in {one.kind for one in steps} else Standing.OPEN


def leaving(steps: Sequence[Step]) -> int:
    """What went back or is about to: by the way it came, which first has to go and then went, or by hand."""
    by_hand = (one.amount for one in steps if one.kind is Kind.RETURNED and not one.by)
    due = (one.amount for one in steps if one.kind is Kind.TO_RETURN)
    return sum(due) + sum(by_hand)


def came_by(steps: Sequence[Step]) -> str:
    """By which payment the next money goes back: the one of which most is left; '' by hand."""
    left: dict[str, int] = {}
    for one in steps:
        if one.kind is Kind.PAID:
            left[one.by] = left.get(one.by, 0) + one.amount
    for one in steps:
        if one.kind is Kind.TO_RETURN or (one.kind is Kind.RETURNED and not one.by):
            left[one.by] = left.get(one.by, 0) - one.amount
    return max(left, key=lambda by: left[by], default="")


def totals(steps: Iterable[Step]) -> dict[Kind, int]:
    """Money by what happened to it."""
    found = dict.fromkeys(Kind, 0)
    for one in steps:
        found[one.kind] += one.amount
    return found
