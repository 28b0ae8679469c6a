"""A clinic with all that it offers, read in four statements however many work there.

The public booking page asks for this on every request, so the statements are made once and
read plain rows instead of tracked objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Select, Uuid, bindparam, column, select, table, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import NullType

from server.access import Role
from server.clinic import tables
from server.clinic.rows import brand_value, card_value, clinic_value, service_value
from server.clinic.rules import Clinic, Service, TherapistCard, WeeklyHours
from server.db import Instant
from server.templates import Brand

_clinics = tables.Clinic.__table__
_services = tables.Service.__table__
_pairs = tables.ServiceTherapist.__table__
_therapists = tables.Therapist.__table__
_hours = tables.Hours.__table__
_leave = tables.Leave.__table__
# Staff belong to the accounts feature: joined by name, as foreign keys are.
_staff = table("staff", column("id", Uuid()), column("disabled_at", Instant()), column("roles", JSON()))

_AT = select(_clinics).where(_clinics.c.slug == bindparam("slug"))
_OF = select(_clinics).where(_clinics.c.id == bindparam("clinic_id"))
_SERVICES = (
    select(_services, _pairs.c.therapist_id)
    .outerjoin(_pairs, _pairs.c.service_id == _services.c.id)
    .where(_services.c.clinic_id == bindparam("clinic_id"))
    .order_by(_services.c.position, _services.c.name)
)
_THERAPISTS = (
    select(_therapists, _staff.c.disabled_at, _staff.c.roles)
    .join(_staff, _staff.c.id == _therapists.c.staff_id)
    .where(_therapists.c.clinic_id == bindparam("clinic_id"))
    .order_by(_therapists.c.position, _therapists.c.name)
)
# A row for each span of the week of everybody: the id is left as the engine keeps it, and looked up.
_HOURS = (
    select(
        type_coerce(_hours.c.therapist_id, NullType()), _hours.c.weekday, _hours.c.from_minute, _hours.c.until_minute
    )
    .join(_therapists, _therapists.c.staff_id == _hours.c.therapist_id)
    .where(_therapists.c.clinic_id == bindparam("clinic_id"))
    .order_by(_hours.c.weekday, _hours.c.from_minute)
)


_LEAVE = (
    select(_leave.c.therapist_id, _leave.c.from_at, _leave.c.until_at)
    .where(_leave.c.clinic_id == bindparam("clinic_id"))
    .where(_leave.c.from_at < bindparam("until"), _leave.c.until_at > bindparam("since"))
)


@dataclass(frozen=True)
class Practice:
    """A clinic, its services and therapists in its own order (hidden ones too), who offers what, and weekly hours.

    Whose account is closed, or who is no therapist any more, is hidden: nobody would come to the visit.
    """

    clinic: Clinic
    services: Sequence[Service]
    therapists: Sequence[TherapistCard]
    offers: Mapping[UUID, frozenset[UUID]]
    hours: Mapping[UUID, tuple[WeeklyHours, ...]] = field(default_factory=dict)

    @property
    def brand(self) -> Brand:
        return brand_value(self.clinic)


async def practice_at(db: AsyncSession, slug: str) -> Practice | None:
    """The practice at this address."""
    return await _practice(db, _AT, {"slug": slug})


async def practice_of(db: AsyncSession, clinic_id: UUID) -> Practice | None:
    """The practice of this clinic."""
    return await _practice(db, _OF, {"clinic_id": clinic_id})


async def away_between(
    db: AsyncSession, clinic_id: UUID, since: datetime, until: datetime
) -> list[tuple[UUID | None, datetime, datetime]]:
    """(therapist or None for the whole clinic, from, until) of all leave that touches the span."""
    rows = await db.execute(_LEAVE, {"clinic_id": clinic_id, "since": since, "until": until})
    return [(who, from_at, until_at) for who, from_at, until_at in rows]


async def _practice(db: AsyncSession, asked: Select[Any], which: dict[str, Any]) -> Practice | None:
    row: Any = (await db.execute(asked, which)).first()
    if row is None:
        return None
    services, offers = await _offered(db, row.id)
    therapists, hours = await _people(db, row.id)
    return Practice(clinic_value(row), services, therapists, offers, hours)


async def _offered(db: AsyncSession, clinic_id: UUID) -> tuple[list[Service], dict[UUID, frozenset[UUID]]]:
    services: dict[UUID, Service] = {}
    offers: dict[UUID, set[UUID]] = {}
    rows: Any = await db.execute(_SERVICES, {"clinic_id": clinic_id})
    for row in rows:
        if row.id not in services:
            services[row.id] = service_value(row)
            offers[row.id] = set()
        if row.therapist_id:
            offers[row.id].add(row.therapist_id)
    return list(services.values()), {service_id: frozenset(who) for service_id, who in offers.items()}


async def _people(db: AsyncSession, clinic_id: UUID) -> tuple[list[TherapistCard], dict[UUID, tuple[WeeklyHours, ...]]]:
    rows: Any = await db.execute(_THERAPISTS, {"clinic_id": clinic_id})
    cards = [
        card_value(row)
        if row.disabled_at is None and Role.THERAPIST in row.roles
        else replace(card_value(row), hidden=True)
        for row in rows
    ]
    weeks: dict[UUID, list[WeeklyHours]] = {card.staff_id: [] for card in cards}
    by_kept_form: dict[Any, list[WeeklyHours]] = {who.hex: week for who, week in weeks.items()} | weeks
    for who, weekday, from_minute, until_minute in (await db.execute(_HOURS, {"clinic_id": clinic_id})).all():
        by_kept_form[who].append(WeeklyHours(weekday, from_minute, until_minute))
    return cards, {who: tuple(week) for who, week in weeks.items()}
