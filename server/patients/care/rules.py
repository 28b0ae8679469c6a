"""Who of the staff treats a patient: the care relation by which records open. Pure.

A therapist treats whom they are booked with, until 90 days after the last visit or as long as they keep the record; all
therapists of a clinic do where the clinic says so; and in an emergency somebody breaks the glass, for four hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LASTS = timedelta(days=90)
"""How long after the last visit a patient is still a therapist's (who sees what, docs/threat-model.md)."""
GLASS = timedelta(hours=4)


class Why(StrEnum):
    """By what a record is open."""

    MEETS = "meets"
    KEPT = "kept"
    TEAM = "team"
    GLASS = "glass"


@dataclass(frozen=True)
class Known:
    """What there is between one member of staff and one patient.

    `meetings`: the ends of their bookings that were not cancelled; `kept`: they kept the record; `glass_until`: of the
    last emergency access that was not ended; `shared`: the clinic opens records to all of its therapists.
    """

    meetings: Sequence[datetime] = ()
    kept: bool = False
    glass_until: datetime | None = None
    shared: bool = False


def why(known: Known, now: datetime, *, therapist: bool) -> Why | None:
    """By what the record is open to them now; None: it is not."""
    if therapist and any(end + LASTS > now for end in known.meetings):
        return Why.MEETS
    if therapist and known.kept and known.meetings:
        return Why.KEPT
    if therapist and known.shared:
        return Why.TEAM
    return Why.GLASS if known.glass_until and known.glass_until > now else None


def ends_at(known: Known) -> datetime | None:
    """When the relation by meetings ends; None where they never met."""
    return max(known.meetings) + LASTS if known.meetings else None
