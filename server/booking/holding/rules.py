"""For how long, and how many, times are kept while people write. Pure.

A time that is kept is one that nobody else can take, so somebody could close a clinic with it: one address keeps few,
and a clinic keeps few at once. Beyond that nothing is refused: a form is sent without a hold as well.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.booking.rules import Wish

AN_HOUR = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
AT_ONCE = 3
"""Of one address: a household, or the people in one waiting room."""
IN_AN_HOUR = 12
OF_A_CLINIC = 20


class NotKept(StrEnum):
    OFF = "off"  # the clinic keeps no time
    ENOUGH = "enough"  # this address, or the clinic, keeps as many as it may


@dataclass(frozen=True)
class Kept:
    """A time that nobody else can take before `until`; `form_id` is whose it is."""

    form_id: UUID
    service_id: UUID
    therapist_id: UUID
    starts_at: datetime
    made_at: datetime
    until: datetime

    def fits(self, service_id: UUID, wish: Wish) -> bool:
        """Whether it is the time that is wished for."""
        return (self.service_id, self.starts_at) == (service_id, wish.start) and wish.therapist_id in {
            None,
            self.therapist_id,
        }

    def kept(self, wish: Wish) -> Wish:
        """The wish for the very therapist whose time is kept."""
        return replace(wish, therapist_id=self.therapist_id)


@dataclass(frozen=True)
class Counts:
    """Holds of other forms: of one address now and within an hour, and of the clinic now."""

    address_now: int
    address_hour: int
    clinic_now: int


def may_keep(counts: Counts) -> bool:
    return counts.address_now < AT_ONCE and counts.address_hour < IN_AN_HOUR and counts.clinic_now < OF_A_CLINIC
