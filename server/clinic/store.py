"""Queries of clinics, services, therapists, hours and leave; values in, values out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Uuid, column, delete, func, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import tables
from server.clinic.rows import (
    brand_value,
    card_value,
    clinic_columns,
    clinic_value,
    leave_value,
    service_columns,
    service_value,
)
from server.clinic.rules import Clinic, Leave, Service, TherapistCard, WeeklyHours
from server.db import Instant
from server.templates import Brand

_staff = table("staff", column("id", Uuid()), column("disabled_at", Instant()))  # of accounts, joined by name


async def find_clinic(db: AsyncSession, slug: str) -> Clinic | None:
    """The clinic at this address."""
    row = await db.scalar(select(tables.Clinic).where(tables.Clinic.slug == slug))
    return clinic_value(row) if row else None


async def clinic_of(db: AsyncSession, clinic_id: UUID) -> Clinic | None:
    """The clinic of this id."""
    row = await db.get(tables.Clinic, clinic_id)
    return clinic_value(row) if row else None


async def clinic_to_change(db: AsyncSession, clinic_id: UUID) -> Clinic | None:
    """The clinic of this id; nobody else changes it before this unit ends."""
    row = await db.get(tables.Clinic, clinic_id, with_for_update=True)
    return clinic_value(row) if row else None


async def first_clinic(db: AsyncSession) -> Clinic | None:
    """The oldest clinic, or None on an installation that is not set up."""
    row = await db.scalar(select(tables.Clinic).order_by(tables.Clinic.made_at).limit(1))
    return clinic_value(row) if row else None


async def clinics(db: AsyncSession) -> list[Clinic]:
    """Every clinic, by name."""
    return [clinic_value(row) for row in await db.scalars(select(tables.Clinic).order_by(tables.Clinic.name))]


def brand(clinic: Clinic) -> Brand:
    """What pages show of a clinic that is loaded already."""
    return brand_value(clinic)


async def brand_of(db: AsyncSession, clinic_id: UUID) -> Brand | None:
    """What pages show of the clinic of this id."""
    clinic = await clinic_of(db, clinic_id)
    return brand(clinic) if clinic else None


async def palette_of(db: AsyncSession, slug: str) -> Mapping[str, Any] | None:
    """The stored colours of a clinic, as `colour.Palette` fields."""
    return await db.scalar(select(tables.Clinic.palette).where(tables.Clinic.slug == slug))


async def services(db: AsyncSession, clinic_id: UUID, *, hidden: bool = False) -> list[Service]:
    """What can be booked, in the clinic's order; `hidden` adds what is no longer offered."""
    asked = select(tables.Service).where(tables.Service.clinic_id == clinic_id)
    if not hidden:
        asked = asked.where(tables.Service.hidden_at.is_(None))
    return [
        service_value(row) for row in await db.scalars(asked.order_by(tables.Service.position, tables.Service.name))
    ]


async def therapists(
    db: AsyncSession, clinic_id: UUID, service_id: UUID | None = None, *, hidden: bool = False
) -> list[TherapistCard]:
    """Who can be booked (for this service), in the clinic's order; `hidden` adds who is not shown."""
    asked = select(tables.Therapist).where(tables.Therapist.clinic_id == clinic_id)
    if not hidden:
        asked = asked.where(tables.Therapist.hidden_at.is_(None))
    if service_id:
        offered = select(tables.ServiceTherapist.therapist_id).where(tables.ServiceTherapist.service_id == service_id)
        asked = asked.where(tables.Therapist.staff_id.in_(offered))
    return [
        card_value(row) for row in await db.scalars(asked.order_by(tables.Therapist.position, tables.Therapist.name))
    ]


async def offers(db: AsyncSession, clinic_id: UUID) -> dict[UUID, frozenset[UUID]]:
    """Service -> the therapists who offer it."""
    pair = tables.ServiceTherapist
    rows = await db.execute(
        select(pair.service_id, pair.therapist_id)
        .join(tables.Service, tables.Service.id == pair.service_id)
        .where(tables.Service.clinic_id == clinic_id)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for service_id, therapist_id in rows:
        found[service_id].add(therapist_id)
    return {service_id: frozenset(who) for service_id, who in found.items()}


async def hours(
    db: AsyncSession, therapist_ids: Collection[UUID], service_id: UUID | None = None
) -> dict[UUID, tuple[WeeklyHours, ...]]:
    """Therapist -> weekly hours in order, those for this service where there are any; everybody has an entry, and
    whose account is closed has no hours any more.
    """
    own = await own_hours(db, therapist_ids, service_id) if service_id else {}
    closed = (_staff.c.id.in_(therapist_ids), _staff.c.disabled_at.is_not(None))
    left = set(await db.scalars(select(_staff.c.id).where(*closed)))
    every = await own_hours(db, therapist_ids, None)
    return {who: () if who in left else own.get(who) or week for who, week in every.items()}


async def own_hours(
    db: AsyncSession, therapist_ids: Collection[UUID], service_id: UUID | None
) -> dict[UUID, tuple[WeeklyHours, ...]]:
    """Therapist -> the weekly hours that are for this service alone, or those for every service that has none."""
    found: dict[UUID, list[WeeklyHours]] = {therapist_id: [] for therapist_id in therapist_ids}
    row = tables.Hours
    for one in await db.scalars(select(row).where(row.therapist_id.in_(therapist_ids), row.service_id == service_id)):
        hours = WeeklyHours(one.weekday, one.from_minute, one.until_minute, own=service_id is not None)
        found[one.therapist_id].append(hours)
    return {therapist_id: tuple(sorted(week)) for therapist_id, week in found.items()}


async def leave(
    db: AsyncSession, clinic_id: UUID, from_at: datetime, until_at: datetime
) -> list[tuple[UUID | None, datetime, datetime]]:
    """(therapist or None for the whole clinic, from, until) of all leave that touches the span."""
    found = await leave_between(db, clinic_id, from_at, until_at)
    return [(one.therapist_id, one.from_at, one.until_at) for one in found]


async def leave_between(db: AsyncSession, clinic_id: UUID, from_at: datetime, until_at: datetime) -> list[Leave]:
    """All leave that touches the span, earliest first."""
    row = tables.Leave
    asked = select(row).where(row.clinic_id == clinic_id, row.from_at < until_at, row.until_at > from_at)
    return [leave_value(one) for one in await db.scalars(asked.order_by(row.from_at))]


async def slugs(db: AsyncSession) -> set[str]:
    """The addresses that clinics have taken."""
    return set(await db.scalars(select(tables.Clinic.slug)))


async def add_clinic(db: AsyncSession, clinic: Clinic, palette: Mapping[str, Any], now: datetime) -> None:
    """Write a new clinic; its key was made before."""
    db.add(tables.Clinic(id=clinic.id, slug=clinic.slug, palette=dict(palette), made_at=now, **clinic_columns(clinic)))
    await db.flush()
    await keep_consent_text(db, clinic, now)


async def change_clinic(db: AsyncSession, clinic: Clinic, palette: Mapping[str, Any] | None = None) -> None:
    """Write what differs from the stored clinic; id and address stay."""
    row = await db.get_one(tables.Clinic, clinic.id)
    for name, value in clinic_columns(clinic).items():
        setattr(row, name, value)
    if palette is not None:
        row.palette = dict(palette)
    row.version = row.version + 1
    await db.flush()


async def keep_consent_text(db: AsyncSession, clinic: Clinic, now: datetime) -> None:
    """Add the text that people agree to from now on, so that an older version can still be read; once per version."""
    row = tables.ConsentText
    if await consent_text(db, clinic.id, clinic.consent_version) is None:
        values = {"clinic_id": clinic.id, "version": clinic.consent_version, "text": clinic.consent_text}
        db.add(row(id=uuid4(), made_at=now, said=consent_in_others(clinic), **values))
        await db.flush()


def consent_in_others(clinic: Clinic) -> dict[str, str] | None:
    """The text that people agree to, in each language besides its own that the clinic wrote it in."""
    return {tag: words["consent_text"] for tag, words in (clinic.said or {}).items() if "consent_text" in words} or None


async def consent_text(db: AsyncSession, clinic_id: UUID, version: str) -> str | None:
    """What a version of the clinic's consent text said; None for one that never was."""
    row = tables.ConsentText
    return await db.scalar(select(row.text).where(row.clinic_id == clinic_id, row.version == version))


async def add_service(db: AsyncSession, clinic_id: UUID, service: Service) -> None:
    """Write a new service at the end of the list."""
    place = await db.scalar(select(func.count()).where(tables.Service.clinic_id == clinic_id))
    db.add(tables.Service(id=service.id, clinic_id=clinic_id, position=place or 0, **service_columns(service)))
    await db.flush()


async def change_service(db: AsyncSession, clinic_id: UUID, service: Service, now: datetime) -> bool:
    """Write a service anew; False when the clinic has no such service."""
    row = await db.get(tables.Service, service.id)
    if row is None or row.clinic_id != clinic_id:
        return False
    for name, value in service_columns(service).items():
        setattr(row, name, value)
    row.hidden_at = (row.hidden_at or now) if service.hidden else None
    await db.flush()
    return True


async def add_therapist(db: AsyncSession, clinic_id: UUID, card: TherapistCard) -> None:
    """Make a member of staff bookable, at the end of the list."""
    place = await db.scalar(select(func.count()).where(tables.Therapist.clinic_id == clinic_id))
    db.add(
        tables.Therapist(
            staff_id=card.staff_id,
            clinic_id=clinic_id,
            slug=card.slug,
            name=card.name,
            about=card.about,
            position=place or 0,
            most_a_day=card.most.a_day,
            most_a_week=card.most.a_week,
            said=card.said,
        )
    )
    await db.flush()


async def change_therapist(db: AsyncSession, clinic_id: UUID, card: TherapistCard, now: datetime) -> bool:
    """Write name, public line, how much they take on and whether they are shown; False when not of this clinic."""
    row = await db.get(tables.Therapist, card.staff_id)
    if row is None or row.clinic_id != clinic_id:
        return False
    row.name, row.about, row.said = card.name, card.about, dict(card.said) if card.said else None
    row.most_a_day, row.most_a_week = card.most.a_day, card.most.a_week
    row.hidden_at = (row.hidden_at or now) if card.hidden else None
    await db.flush()
    return True


async def order_therapists(db: AsyncSession, clinic_id: UUID, staff_ids: Sequence[UUID]) -> None:
    """Show the therapists in this order."""
    row = tables.Therapist
    for place, staff_id in enumerate(staff_ids):
        await db.execute(update(row).where(row.clinic_id == clinic_id, row.staff_id == staff_id).values(position=place))


async def offer(db: AsyncSession, service_id: UUID, therapist_ids: Iterable[UUID]) -> None:
    """Make exactly these therapists offer the service."""
    await db.execute(delete(tables.ServiceTherapist).where(tables.ServiceTherapist.service_id == service_id))
    pairs = [tables.ServiceTherapist(service_id=service_id, therapist_id=who) for who in dict.fromkeys(therapist_ids)]
    db.add_all(pairs)
    await db.flush()


async def services_with_hours(db: AsyncSession, therapist_id: UUID) -> frozenset[UUID]:
    """The services that a therapist gives in hours of their own."""
    row = tables.Hours
    asked = select(row.service_id).where(row.therapist_id == therapist_id, row.service_id.is_not(None)).distinct()
    return frozenset(one for one in await db.scalars(asked) if one)


async def set_hours(
    db: AsyncSession,
    clinic_id: UUID,
    therapist_id: UUID,
    week: Iterable[WeeklyHours],
    service_id: UUID | None = None,
) -> None:
    """Replace a therapist's weekly hours, or those for one service; none for a service: it has the week of all."""
    row = tables.Hours
    await db.execute(delete(row).where(row.therapist_id == therapist_id, row.service_id == service_id))
    whose = {"clinic_id": clinic_id, "therapist_id": therapist_id, "service_id": service_id}
    db.add_all(row(id=uuid4(), **whose, **one.span) for one in week)
    await db.flush()


async def add_leave(db: AsyncSession, clinic_id: UUID, one: Leave, note_sealed: bytes | None = None) -> None:
    """Write time off."""
    db.add(
        tables.Leave(
            id=one.id,
            clinic_id=clinic_id,
            therapist_id=one.therapist_id,
            from_at=one.from_at,
            until_at=one.until_at,
            note_sealed=note_sealed,
        )
    )
    await db.flush()


async def find_leave(db: AsyncSession, clinic_id: UUID, leave_id: UUID) -> Leave | None:
    """One leave of this clinic."""
    row = await db.get(tables.Leave, leave_id)
    return leave_value(row) if row and row.clinic_id == clinic_id else None


async def drop_leave(db: AsyncSession, clinic_id: UUID, leave_id: UUID) -> bool:
    """Take a leave back; False when there is none of this id."""
    row = await db.get(tables.Leave, leave_id)
    if row is None or row.clinic_id != clinic_id:
        return False
    await db.delete(row)
    await db.flush()
    return True


async def note_silent(db: AsyncSession, clinic_id: UUID, lines: Collection[str]) -> None:
    """Every page reads this with the clinic, so that none names a line of which somebody found that nobody answers."""
    said = "\n".join(sorted(lines))
    await db.execute(update(tables.Clinic).where(tables.Clinic.id == clinic_id).values(silent=said))


async def note_acting(db: AsyncSession, clinic_id: UUID, acts_for: Collection[str] | None = None) -> None:
    """Others act for patients here from now on; `acts_for`: who may book for somebody else, where that was chosen."""
    chosen = {} if acts_for is None else {"acts_for": ",".join(sorted(acts_for))}
    await db.execute(update(tables.Clinic).where(tables.Clinic.id == clinic_id).values(acting=True, **chosen))
