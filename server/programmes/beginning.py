"""What the fields of a step begin with, for a hand to change: what is planned, what the session before had, what the
session is booked with, or the last total of a measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_named
from server.booking.claims import held_by
from server.clinic.resources.store import units_named
from server.measures.results import results_of
from server.programmes.baseline import last_answers
from server.programmes.course import Key
from server.programmes.definition import Step
from server.programmes.keeping import Opened
from server.programmes.questions import Begins, Question
from server.record.opening import Opened as Record


@dataclass(frozen=True)
class Total:
    """The last total of a measure, by its name, and when it was answered."""

    name: str
    at: datetime
    total: int = field(repr=False)


async def totals_for(record: Record, step: Step) -> dict[str, Total]:
    """Question -> the last total of the measure that it asks of; without one nothing."""
    asks = {one.id: one.measure for one in step.questions if one.measure}
    if not asks:
        return {}
    results = await results_of(record.house, record.clinic.id, record.person.id)
    known = {
        one.key: Total(one.instrument.name, one.points[-1].at, one.points[-1].total) for one in results if one.points
    }
    return {name: known[measure] for name, measure in asks.items() if measure in known}


async def begun_with(record: Record, found: Opened, step: Step, key: Key) -> dict[str, str]:
    """Question -> what its field begins with, of those that begin with anything."""
    asks = [one for one in step.questions if one.begins]
    if not asks:
        return {}
    last = last_answers(found, step, key.session)
    units = await record.house.db.read(lambda db: _booked(db, found, key.session)) if _of_units(asks) else ""
    return {one.id: text for one in asks if (text := _first(one, last, units))}


def _of_units(asks: list[Question]) -> bool:
    return any(one.begins is Begins.UNITS for one in asks)


def _first(one: Question, last: Mapping[str, str], units: str) -> str:
    planned = f"{one.planned[0]:g}" if one.planned and one.planned[0] == one.planned[1] else ""
    if one.begins is Begins.PLAN:
        return planned
    if one.begins is Begins.UNITS:
        return units or last.get(one.id, "")
    return last.get(one.id, planned)


async def _booked(db: AsyncSession, found: Opened, session: int) -> str:
    """The equipment with a number that this session is booked with, in words."""
    at = found.standing.programme.planned.get(session)
    cards = (await bookings_named(db, found.standing.loaded.bookings)).values() if at else ()
    card = next((one for one in cards if one.starts_at == at and one.cancelled_at is None), None)
    held = await held_by(db, card.appointment_id) if card else None
    units = (await units_named(db, held.resources)).values() if held else ()
    return ", ".join(one.told for one in sorted(units, key=lambda one: one.name) if one.serial)
