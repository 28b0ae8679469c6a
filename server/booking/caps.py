"""How many sessions somebody gives a day and a week. A day or week that is full is closed, like time off.

A page looks at a snapshot; whoever books looks once more within the unit, after queueing for the
therapist, so that two who want different times of one day cannot both take its last session.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.claims import Without, several
from server.booking.hours import Stretch, ceiling, floor, full, left_of
from server.booking.tables import Appointment, Claim
from server.clinic.practice import most_of
from server.db import seconds
from server.plain import rows

AROUND = timedelta(days=8)
"""Farther than any day or week that a moment lies in reaches."""

_appointments, _claims = Appointment.__table__.c, Claim.__table__.c
# What is cancelled claims nothing, and neither does who walks in.
_SESSIONS = (
    select(_appointments.therapist_id, seconds(_appointments.starts_at))
    .where(exists().where(_claims.appointment_id == _appointments.id))
    .where(_appointments.therapist_id.in_(bindparam("therapists", expanding=True, type_=Uuid())))
    .where(_appointments.starts_at > bindparam("since"), _appointments.starts_at < bindparam("until"))
    .order_by(_appointments.starts_at)
)
_OTHER_SESSIONS = _SESSIONS.where(_appointments.id.not_in(bindparam("without", expanding=True)))


async def sessions(
    db: AsyncSession, therapist_ids: Collection[UUID], since: datetime, until: datetime, without: Without = None
) -> dict[UUID, list[int]]:
    """Therapist -> starts of their sessions in all days and weeks that touch the span, rising; some may be left out."""
    found: dict[UUID, list[int]] = {therapist_id: [] for therapist_id in therapist_ids}
    known: dict[str, Any] = {"therapists": list(therapist_ids), "without": several(without)}
    known |= {"since": since - AROUND, "until": until + AROUND}
    for who, start in await rows(db, _OTHER_SESSIONS if without else _SESSIONS, known):
        found[who].append(start)
    return found


async def has_room(
    db: AsyncSession, zone: ZoneInfo, therapist_id: UUID, start: datetime, without: UUID | None = None
) -> bool:
    """Within a unit that has queued for the therapist: whether the day and the week of this start are not full."""
    most = await most_of(db, therapist_id)
    if most is None:
        return True
    taken = await sessions(db, [therapist_id], start, start, without)
    moment: Stretch = floor(start), ceiling(start) + 1
    return not full(zone, taken[therapist_id], most, moment)


async def room_left(db: AsyncSession, zone: ZoneInfo, therapist_id: UUID, start: datetime) -> int | None:
    """How many more sessions somebody gives on the day of this start; None: as many as time allows."""
    most = await most_of(db, therapist_id)
    if most is None:
        return None
    taken = await sessions(db, [therapist_id], start, start)
    return left_of(zone, taken[therapist_id], most, floor(start))
