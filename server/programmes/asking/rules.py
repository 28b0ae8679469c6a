"""Which measures of a course its patient is to answer now, and with which booking they are asked. Pure.

A measure is answered with a booking, whose therapist is told what it says of danger: so it is asked with the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.programmes.course import History, Programme
from server.programmes.definition import Kind, Who
from server.programmes.rules import due_steps


@dataclass(frozen=True)
class Carrier:
    """A booking that can ask. `asks`: the measures that it asks already, and whether each is still open."""

    booking_id: UUID
    asks: Mapping[str, bool]


def wanted(programme: Programme, done: History, now: datetime) -> frozenset[str]:
    """The measures that are open for the patient now; of a course that is paused none."""
    if programme.paused:
        return frozenset()
    due = due_steps(programme, done, now, Who.PATIENT)
    return frozenset(one.step.measure for one in due if one.step.kind is Kind.MEASURE and not one.blocked)


def asks_with(measure: str, carriers: Sequence[Carrier]) -> UUID | None:
    """The first booking that can ask it; None where one does already, or there is none."""
    if any(one.asks.get(measure) for one in carriers):
        return None
    return next((one.booking_id for one in carriers if measure not in one.asks), None)
