"""Until when a booking may change, by whom, and how long its link opens. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.booking.rules import LINK_OUTLIVES_VISIT, BookingCard
from server.clinic.rules import Policy


class Change(StrEnum):
    """Whether a booking may still be moved or cancelled."""

    ALLOWED = "allowed"
    LATE = "late"  # past the deadline, where one may still cancel and says why
    TOO_LATE = "too_late"
    STARTED = "started"
    CANCELLED = "cancelled"
    ASKED = "asked"  # it waits for the clinic's answer: it can be taken back, and not moved


def may_move(card: BookingCard, policy: Policy, now: datetime) -> Change:
    """Whether the patient may take another time."""
    if card.cancelled_at:
        return Change.CANCELLED
    if now >= card.starts_at:
        return Change.STARTED
    if card.asked:
        return Change.ASKED
    return Change.ALLOWED if now <= change_until(card, policy) else Change.TOO_LATE


def may_cancel(card: BookingCard, policy: Policy, now: datetime) -> Change:
    """Whether the patient may cancel: freely until the deadline, and after it with a reason where the clinic allows.

    What was not confirmed yet may be taken back at any time.
    """
    found = may_move(card, policy, now)
    if found is Change.ASKED:
        return Change.ALLOWED
    return Change.LATE if found is Change.TOO_LATE and policy.late_cancel else found


MAY_CANCEL = frozenset({Change.ALLOWED, Change.LATE})


def change_until(card: BookingCard, policy: Policy) -> datetime:
    """The last moment at which the patient may move or cancel by themselves."""
    return card.starts_at - deadline(card, policy)


def deadline(card: BookingCard, policy: Policy) -> timedelta:
    """How long before its start a booking may be changed: as its service says, or else the clinic."""
    return policy.change_until if card.change_minutes is None else timedelta(minutes=card.change_minutes)


def last_word(card: BookingCard, start: datetime, policy: Policy, now: datetime) -> bool:
    """Whether a move to this start is the patient's last: its own deadline has passed already."""
    return now > start - deadline(card, policy)


def staff_may_change(card: BookingCard, now: datetime) -> Change:
    """Staff are bound by no deadline, only by what has begun."""
    if card.cancelled_at:
        return Change.CANCELLED
    if card.asked:
        return Change.ASKED
    return Change.STARTED if now >= card.starts_at else Change.ALLOWED


def link_ends(ends_at: datetime) -> datetime:
    """Until when the link of a booking opens its page."""
    return ends_at + LINK_OUTLIVES_VISIT
