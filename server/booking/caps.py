"""How many sessions somebody gives a day and a week. A day or week that is full is closed, like time off.

A page looks at a snapshot; whoever books looks once more within the unit, after queueing for the
therapist, so that two who want different times of one day cannot both take its last session.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CompoundSelect, Uuid, and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.claims import Without, several
from server.booking.hours import Stretch, ceiling, floor, full, left_of
from server.booking.tables import Appointment, Claim
from server.clinic.changing import most_of
from server.db import seconds
from server.plain import rows

AROUND = timedelta(days=8)
"""Farther than any day or week that a moment lies in reaches."""

_appointments, _claims = Appointment.__table__.c, Claim.__table__.c
_NOBODYS = UUID(int=0)
_WHO = bindparam("therapists", expanding=True, type_=Uuid())


# A group to which nobody comes yet is a session as long as places in it are kept; the only one counts as what is kept.
_STANDING = or_(_claims.expires_at.is_(None), and_(_claims.hold_id.is_(None), _claims.expires_at > bindparam("now")))


def _asked(*further: ColumnElement[bool]) -> CompoundSelect[Any]:
    """What is cancelled claims nothing, and neither does who walks in. What is kept for a form or offered to who waits
    counts from the begin of its claim on, as long as it lasts: else two are promised the last session of a day."""
    booked = (
        select(_appointments.therapist_id, seconds(_appointments.starts_at))
        .where(exists().where(_claims.appointment_id == _appointments.id, _STANDING))
        .where(_appointments.therapist_id.in_(_WHO))
        .where(_appointments.starts_at > bindparam("since"), _appointments.starts_at < bindparam("until"))
        .where(*further)
    )
    kept = (
        select(_claims.resource_id, seconds(_claims.from_at))
        .where(_claims.resource_id.in_(_WHO), _claims.hold_id.is_not(None), _claims.hold_id != bindparam("held"))
        .where(_claims.from_at > bindparam("since"), _claims.from_at < bindparam("until"))
        .where(_claims.expires_at > bindparam("now"))
    )
    return booked.union_all(kept)


_SESSIONS = _asked()
_OTHER_SESSIONS = _asked(_appointments.id.not_in(bindparam("without", expanding=True)))


async def sessions(
    db: AsyncSession,
    therapist_ids: Collection[UUID],
    since: datetime,
    until: datetime,
    now: datetime,
    without: Without = None,
    held: UUID | None = None,
) -> dict[UUID, list[int]]:
    """Therapist -> starts of their sessions in all days and weeks that touch the span, rising, with times that are kept
    for somebody now; some appointments may be left out (`without`), and one hold (`held`)."""
    found: dict[UUID, list[int]] = {therapist_id: [] for therapist_id in therapist_ids}
    known: dict[str, Any] = {"therapists": list(therapist_ids), "without": several(without)}
    known |= {"since": since - AROUND, "until": until + AROUND, "now": now, "held": held or _NOBODYS}
    for who, start in await rows(db, _OTHER_SESSIONS if without else _SESSIONS, known):
        found[who].append(start)
    return {who: sorted(starts) for who, starts in found.items()}


async def has_room(
    db: AsyncSession,
    zone: ZoneInfo,
    therapist_id: UUID,
    start: datetime,
    now: datetime,
    without: UUID | None = None,
    held: UUID | None = None,
) -> bool:
    """Within a unit that has queued for the therapist: whether the day and the week of this start are not full."""
    most = await most_of(db, therapist_id)
    if most is None:
        return True
    taken = await sessions(db, [therapist_id], start, start, now, without, held)
    moment: Stretch = floor(start), ceiling(start) + 1
    return not full(zone, taken[therapist_id], most, moment)


async def room_left(db: AsyncSession, zone: ZoneInfo, therapist_id: UUID, start: datetime, now: datetime) -> int | None:
    """How many more sessions somebody gives on the day of this start; None: as many as time allows."""
    most = await most_of(db, therapist_id)
    if most is None:
        return None
    taken = await sessions(db, [therapist_id], start, start, now)
    return left_of(zone, taken[therapist_id], most, floor(start))
