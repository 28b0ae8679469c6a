"""Queries of the waiting list, values in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import String, Uuid, case, column, exists, func, insert, null, select, table, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.grouping import keeping
from server.booking.holding.tables import Hold
from server.booking.waitlist.rules import COME_BACK, Ended, Left, Offered, Part, Waiting, Wanted, still_of_use
from server.booking.waitlist.tables import Wait, WaitLook, WaitOffer
from server.clinic.rules import Means
from server.patients.rules import ForWhom

_clinics = table("clinics", column("id", Uuid()), column("zone", String()))


async def add(db: AsyncSession, new: Waiting, token_hash: bytes, contact: bytes) -> None:
    """At the end of the line; the patient stands already."""
    wanted = new.wanted
    values: dict[str, Any] = {
        "id": new.id,
        "clinic_id": new.clinic_id,
        "patient_id": new.patient_id,
        "service_id": wanted.service_id,
        "therapist_id": wanted.therapist_id,
        "zone": wanted.zone.key,
        "days": "".join(str(day) for day in sorted(wanted.days)),
        "parts": " ".join(sorted(wanted.parts)),
        "last_day": wanted.last,
        "token_hash": token_hash,
        "contact": contact,
        "means": new.means,
        "for_whom": new.for_whom,
        "meeting_sealed": new.meeting_sealed,
        "made_at": new.made_at,
    }
    await db.execute(insert(Wait).values(values))


async def by_id(db: AsyncSession, wait_id: UUID) -> Waiting | None:
    return _waiting(await db.get(Wait, wait_id))


async def by_token(db: AsyncSession, token_hash: bytes) -> Waiting | None:
    return _waiting(await db.scalar(select(Wait).where(Wait.token_hash == token_hash)))


async def in_line(db: AsyncSession, clinic_id: UUID, now: datetime) -> list[Waiting]:
    """Everybody who waits, longest first; whose last day is over where they are waits no more."""
    asked = select(Wait).where(Wait.clinic_id == clinic_id, Wait.ended_at.is_(None))
    rows = await db.scalars(asked.order_by(Wait.made_at, Wait.id))
    return [one for row in rows if (one := _waiting(row)) and still_of_use(one.wanted, now)]


async def waits_of(db: AsyncSession, clinic_id: UUID, contact: bytes) -> int:
    """How often the same contact waits at the clinic."""
    asked = select(func.count()).where(Wait.clinic_id == clinic_id, Wait.contact == contact, Wait.ended_at.is_(None))
    return await db.scalar(asked) or 0


async def offer_of(db: AsyncSession, offer_id: UUID | None) -> Offered | None:
    row = await db.get(WaitOffer, offer_id) if offer_id else None
    return _offered(row) if row else None


async def last_offer(db: AsyncSession, wait_id: UUID) -> Offered | None:
    """The newest, whatever became of it."""
    asked = select(WaitOffer).where(WaitOffer.wait_id == wait_id).order_by(WaitOffer.made_at.desc()).limit(1)
    row = await db.scalar(asked)
    return _offered(row) if row else None


async def answers(db: AsyncSession, one: Waiting) -> list[Ended | None]:
    """What became of the offers since they came onto the list, or back onto it, newest first."""
    asked = select(WaitOffer.ended).where(WaitOffer.wait_id == one.id, WaitOffer.made_at >= one.made_at)
    return [Ended(ended) if ended else None for ended in await db.scalars(asked.order_by(WaitOffer.made_at.desc()))]


async def over(db: AsyncSession, now: datetime) -> list[Waiting]:
    """Who waits, is offered nothing, and named a last day that has passed where they are."""
    tomorrow = now.date() + timedelta(days=1)
    asked = select(Wait).where(Wait.ended_at.is_(None), Wait.offer_id.is_(None), Wait.last_day < tomorrow)
    return [one for row in await db.scalars(asked) if (one := _waiting(row)) and not still_of_use(one.wanted, now)]


async def come_back(db: AsyncSession, wait_id: UUID, now: datetime) -> bool:
    """At the end of the line again, without the last day that has passed; False for who was not taken off by the
    clock, or is back already."""
    last = case((Wait.ended == Left.OVER.value, null()), else_=Wait.last_day)
    back = update(Wait).where(Wait.id == wait_id, Wait.ended.in_(sorted(COME_BACK)))
    values = {"ended_at": None, "ended": None, "made_at": now, "last_day": last}
    return await db.scalar(back.values(values).returning(Wait.id)) is not None


async def starts_offered(db: AsyncSession, clinic_id: UUID) -> dict[UUID, set[datetime]]:
    """Who waits -> the starts that they were offered before."""
    asked = select(WaitOffer.wait_id, WaitOffer.starts_at).join(Wait, Wait.id == WaitOffer.wait_id)
    found: dict[UUID, set[datetime]] = {}
    for wait_id, start in await db.execute(asked.where(WaitOffer.clinic_id == clinic_id, Wait.ended_at.is_(None))):
        found.setdefault(wait_id, set()).add(start)
    return found


@dataclass(frozen=True)
class Watched:
    """A clinic where somebody waits who is offered nothing. `last`: when its list was looked at because of the clock;
    `lapsed`: when a time kept for a form last ended unbooked."""

    clinic_id: UUID
    zone: ZoneInfo
    last: datetime | None
    lapsed: datetime | None


async def watched(db: AsyncSession, now: datetime) -> list[Watched]:
    """Every one of them."""
    waits = exists().where(Wait.clinic_id == _clinics.c.id, Wait.ended_at.is_(None), Wait.offer_id.is_(None))
    over = select(func.max(Hold.expires_at)).where(Hold.clinic_id == _clinics.c.id, Hold.ended_at.is_(None))
    lapsed = over.where(Hold.expires_at <= now).scalar_subquery()
    asked = select(_clinics.c.id, _clinics.c.zone, WaitLook.at, lapsed)
    rows = await db.execute(asked.outerjoin(WaitLook, WaitLook.clinic_id == _clinics.c.id).where(waits))
    return [Watched(clinic_id, ZoneInfo(zone), last, over_at) for clinic_id, zone, last, over_at in rows]


async def looked(db: AsyncSession, clinic_id: UUID, last: datetime | None, now: datetime) -> bool:
    """That the list is looked at now; False where another node does."""
    if last is None:
        insert_or = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
        first = insert_or(WaitLook).values(clinic_id=clinic_id, at=now).on_conflict_do_nothing()
        return await db.scalar(first.returning(WaitLook.clinic_id)) is not None
    later = update(WaitLook).where(WaitLook.clinic_id == clinic_id, WaitLook.at == last).values(at=now)
    return await db.scalar(later.returning(WaitLook.clinic_id)) is not None


async def give(db: AsyncSession, clinic_id: UUID, new: Offered, now: datetime) -> bool:
    """Offer it, within a unit that has taken its time; False when they are offered another or wait no more."""
    free = update(Wait).where(Wait.id == new.wait_id, Wait.offer_id.is_(None), Wait.ended_at.is_(None))
    if await db.scalar(free.values(offer_id=new.id).returning(Wait.id)) is None:
        return False
    values = {
        "id": new.id,
        "wait_id": new.wait_id,
        "clinic_id": clinic_id,
        "therapist_id": new.therapist_id,
        "starts_at": new.starts_at,
        "made_at": now,
        "expires_at": new.expires_at,
    }
    await db.execute(insert(WaitOffer).values(values))
    return True


async def end_offer(db: AsyncSession, offer: Offered, how: Ended, now: datetime) -> bool:
    """Close it and let its time go; False when it was closed before. Who says yes does so in time."""
    closed = update(WaitOffer).where(WaitOffer.id == offer.id, WaitOffer.ended_at.is_(None))
    if how is Ended.TAKEN:
        closed = closed.where(WaitOffer.expires_at > now)
    else:
        await claims.queue_for(db, {offer.therapist_id})
    if await db.scalar(closed.values(ended_at=now, ended=how).returning(WaitOffer.id)) is None:
        return False
    await db.execute(update(Wait).where(Wait.offer_id == offer.id).values(offer_id=None))
    if how is not Ended.TAKEN:  # the booking that follows takes over the time itself
        await claims.let_go(db, offer.id)
        await keeping.let_seat_go(db, offer.id, now)
    return True


async def end(db: AsyncSession, wait_id: UUID, how: Left, now: datetime) -> bool:
    """They wait no more; False when they did not."""
    ended = update(Wait).where(Wait.id == wait_id, Wait.ended_at.is_(None)).values(ended_at=now, ended=how)
    return (await db.scalar(ended.returning(Wait.id))) is not None


def _waiting(row: Wait | None) -> Waiting | None:
    if row is None:
        return None
    wanted = Wanted(
        service_id=row.service_id,
        therapist_id=row.therapist_id,
        zone=ZoneInfo(row.zone),
        days=frozenset(int(day) for day in row.days),
        parts=frozenset(Part(part) for part in row.parts.split()),
        last=row.last_day,
    )
    return Waiting(
        id=row.id,
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        wanted=wanted,
        made_at=row.made_at,
        offer_id=row.offer_id,
        left=Left(row.ended) if row.ended else None,
        means=Means(row.means) if row.means else None,
        for_whom=ForWhom(row.for_whom),
        meeting_sealed=row.meeting_sealed,
    )


def _offered(row: WaitOffer) -> Offered:
    ended = Ended(row.ended) if row.ended else None
    return Offered(row.id, row.wait_id, row.therapist_id, row.starts_at, row.expires_at, ended)
