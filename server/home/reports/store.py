"""Counting what was: two statements, however much there is and whatever the number of therapists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, case, column, func, literal, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Instant, seconds
from server.home.reports.rules import Group

# All of these belong to other features: joined by name, as foreign keys are.
_appointments_rows = table(
    "appointments",
    column("id", Uuid()),
    column("clinic_id", Uuid()),
    column("service_id", Uuid()),
    column("therapist_id", Uuid()),
    column("starts_at", Instant()),
    column("ends_at", Instant()),
)
_bookings_rows = table("bookings", column("id", Uuid()), column("appointment_id", Uuid()))
_cancelled_rows = table("cancellations", column("booking_id", Uuid()))
_visits_rows = table(
    "visits",
    column("id", Uuid()),
    column("booking_id", Uuid()),
    column("outcome", String()),
    column("arrived_at", Instant()),
    column("started_at", Instant()),
)
_marks_rows = table("visit_events", column("visit_id", Uuid()), column("at", Instant()), column("kind", String()))
_appointments, _bookings = _appointments_rows.c, _bookings_rows.c
_cancelled, _visits, _marks = _cancelled_rows.c, _visits_rows.c, _marks_rows.c
MISSED = "no_show"
NOBODY_CAME = "missed"
MARKS = (NOBODY_CAME, "not_missed", "reopened")
"""What is said of who came."""


async def groups(
    db: AsyncSession, clinic_id: UUID, edges: Sequence[datetime], stood: Sequence[datetime]
) -> list[Group]:
    """What was counted between each edge and the next, of sessions that were not cancelled, each span as it `stood` at
    its moment: nothing that was said of who came since then."""
    minutes = await _minutes(db, clinic_id, edges)
    found = []
    for period, who, what, *numbers in await db.execute(_counted(clinic_id, edges, stood)):
        booked, missed, met, waited = (int(one or 0) for one in numbers)
        found.append(Group(period, who, what, booked, missed, met, waited, minutes.get((period, who, what), 0)))
    return found


def _counted(clinic_id: UUID, edges: Sequence[datetime], stood: Sequence[datetime]) -> Any:
    came = case((_visits.arrived_at > _appointments.starts_at, _visits.arrived_at), else_=_appointments.starts_at)
    until = _by_period(edges, [bindparam(f"stood_{at}", one, Instant()) for at, one in enumerate(stood)])
    met = (_visits.started_at < until) & (_visits.arrived_at.is_not(None))
    late = met & (_visits.started_at > came)
    waited = case((late, seconds(_visits.started_at) - seconds(came)), else_=literal(0))
    each = (
        select(
            _period(edges).label("period"),
            _appointments.therapist_id,
            _appointments.service_id,
            _missed(until).label("missed"),
            case((met, 1), else_=0).label("met"),
            waited.label("waited"),
        )
        .select_from(_joined().outerjoin(_visits_rows, _visits.booking_id == _bookings.id))
        .where(*_within(clinic_id, edges))
        .subquery()
        .c
    )
    whose = (each.period, each.therapist_id, each.service_id)
    asked = select(*whose, func.count(), func.sum(each.missed), func.sum(each.met), func.sum(each.waited))
    return asked.group_by(*whose)


def _missed(until: Any) -> Any:
    """1 where nobody came, by the last that was said before `until`; what was said later is as good as unsaid."""
    said = (_marks.visit_id == _visits.id, _marks.kind.in_(MARKS))
    later = select(_marks.at).where(*said, _marks.at >= until).correlate(_visits_rows, _appointments_rows).exists()
    last = select(_marks.kind).where(*said, _marks.at < until).order_by(_marks.at.desc()).limit(1)
    then = last.correlate(_visits_rows, _appointments_rows).scalar_subquery()
    before = case((then == NOBODY_CAME, 1), else_=0)
    return case((later, before), (_visits.outcome == MISSED, 1), else_=0)


async def _minutes(db: AsyncSession, clinic_id: UUID, edges: Sequence[datetime]) -> dict[Any, int]:
    """Of appointments, not of those who come to them: a group takes its time once."""
    length = seconds(_appointments.ends_at) - seconds(_appointments.starts_at)
    other_rows = _cancelled_rows.alias("other")
    other = other_rows.c
    came = (
        select(_bookings.id)
        .select_from(_bookings_rows.outerjoin(other_rows, other.booking_id == _bookings.id))
        .where(_bookings.appointment_id == _appointments.id, other.booking_id.is_(None))
        .correlate(_appointments_rows)
        .exists()
    )
    each = (
        select(
            _period(edges).label("period"),
            _appointments.therapist_id,
            _appointments.service_id,
            length.label("length"),
        )
        .where(*_begun(clinic_id, edges), came)
        .subquery()
        .c
    )
    whose = (each.period, each.therapist_id, each.service_id)
    found = await db.execute(select(*whose, func.sum(each.length)).group_by(*whose))
    return {(period, who, what): int(length) // 60 for period, who, what, length in found}


def _joined() -> Any:
    """Bookings in their appointments, beside what ended them."""
    booked = _bookings_rows.join(_appointments_rows, _appointments.id == _bookings.appointment_id)
    return booked.outerjoin(_cancelled_rows, _cancelled.booking_id == _bookings.id)


def _within(clinic_id: UUID, edges: Sequence[datetime]) -> tuple[Any, ...]:
    return *_begun(clinic_id, edges), _cancelled.booking_id.is_(None)


def _begun(clinic_id: UUID, edges: Sequence[datetime]) -> tuple[Any, ...]:
    return (
        _appointments.clinic_id == clinic_id,
        _appointments.starts_at >= edges[0],
        _appointments.starts_at < edges[-1],
    )


def _period(edges: Sequence[datetime]) -> Any:
    """In which of the spans between the edges an appointment begins."""
    return _by_period(edges, [literal(number, Integer()) for number in range(len(edges) - 1)])


def _by_period(edges: Sequence[datetime], values: Sequence[Any]) -> Any:
    """The value of the span between two edges in which an appointment begins."""
    pairs = [
        (_appointments.starts_at < bindparam(f"edge_{number}", end, Instant()), value)
        for number, (end, value) in enumerate(zip(edges[1:], values, strict=True))
    ]
    return case(*pairs)
