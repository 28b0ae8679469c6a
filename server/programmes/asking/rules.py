"""Which measures of a course its patient is to answer now, and with which booking they are asked. Pure.

A measure is asked with the next booking, whose therapist is told what it says of danger. Where none can carry it the
patient is asked alone, in their own space. As long as nobody began it, it goes along: to an earlier booking that is
made afterwards, and away once no course wants it.
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
    """A booking that can ask. `asks`: the measures that it asks already, and whether each is still open; `loose`: those
    among them that a course asked and nobody began.
    """

    booking_id: UUID
    asks: Mapping[str, bool]
    loose: Collection[str] = ()

    def holds(self, measure: str) -> bool:
        """Whether it is open here, and stays."""
        return bool(self.asks.get(measure)) and measure not in self.loose

    def takes(self, measure: str) -> bool:
        return measure in self.loose or measure not in self.asks


@dataclass(frozen=True)
class Plan:
    """How what is due is asked: measure -> the booking that carries it from now on, and what the patient is asked
    alone. `dropped`: (booking, measure) of what is not asked there any more.
    """

    carried: Mapping[str, UUID] = field(default_factory=dict)
    alone: Collection[str] = ()
    dropped: Sequence[tuple[UUID, str]] = ()

    def __bool__(self) -> bool:
        return bool(self.carried or self.alone or self.dropped)


def wanted(programme: Programme, done: History, now: datetime) -> frozenset[str]:
    """The measures that are open for the patient now; of a course that is paused none."""
    if programme.paused:
        return frozenset()
    due = due_steps(programme, done, now, Who.PATIENT)
    return frozenset(one.step.measure for one in due if one.step.kind is Kind.MEASURE and not one.blocked)


def asked_now(due: Collection[str], carriers: Sequence[Carrier], open_alone: Collection[str]) -> Plan:
    """Each measure at most once, with the first of the carriers that can: by nobody where somebody asks it already."""
    left = [one for one in sorted(due) if one not in open_alone and not any(by.holds(one) for by in carriers)]
    places = {one: booking_id for one in left if (booking_id := _first(one, carriers))}
    loose = [(by.booking_id, one) for by in carriers for one in sorted(by.loose)]
    return Plan(
        {one: booking_id for one, booking_id in places.items() if (booking_id, one) not in loose},
        [one for one in left if one not in places],
        tuple((booking_id, one) for booking_id, one in loose if places.get(one) != booking_id),
    )


def _first(measure: str, carriers: Sequence[Carrier]) -> UUID | None:
    return next((one.booking_id for one in carriers if one.takes(measure)), None)
