"""Which measures of a course its patient is to answer now, and with which booking they are asked. Pure.

A measure is asked with the next booking, whose therapist is told what it says of danger. Where none can carry it the
patient is asked alone, in their own space.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Plan:
    """How what is due is asked: measure -> the booking that carries it, and what the patient is asked alone."""

    carried: Mapping[str, UUID] = field(default_factory=dict)
    alone: Collection[str] = ()


def wanted(programme: Programme, done: History, now: datetime) -> frozenset[str]:
    """The measures that are open for the patient now; of a course that is paused none."""
    if programme.paused:
        return frozenset()
    due = due_steps(programme, done, now, Who.PATIENT)
    return frozenset(one.step.measure for one in due if one.step.kind is Kind.MEASURE and not one.blocked)


def asked_now(due: Collection[str], carriers: Sequence[Carrier], open_alone: Collection[str]) -> Plan:
    """Each measure at most once: by nobody where somebody asks it already."""
    left = [one for one in sorted(due) if one not in open_alone and not any(by.asks.get(one) for by in carriers)]
    carried = {one: booking_id for one in left if (booking_id := _first(one, carriers))}
    return Plan(carried, [one for one in left if one not in carried])


def _first(measure: str, carriers: Sequence[Carrier]) -> UUID | None:
    return next((one.booking_id for one in carriers if measure not in one.asks), None)
