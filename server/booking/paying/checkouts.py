"""Pages of payment as rows: at most one is open for a booking, and a try that broke off is taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying.payments import Opened
from server.booking.paying.rules import Charge
from server.booking.paying.tables import Checkout, HeardEvent, InvoiceStep

LASTS = timedelta(hours=1)
LEAST = timedelta(minutes=2)  # a page that is over sooner is not worth opening
SHORTEST = timedelta(minutes=31)  # Stripe takes half an hour at least, on its own clock


@dataclass(frozen=True)
class Begun:
    """A page to be made, or `made` already. What is asked of the provider under one id is always the same."""

    id: UUID
    expires_at: datetime
    made: bool


async def usable(db: AsyncSession, booking_id: UUID, amount: int, now: datetime) -> Checkout | None:
    """The page on which this can be paid now, or whose making broke off."""
    asked = select(Checkout).where(Checkout.booking_id == booking_id, Checkout.expires_at > now + LEAST)
    asked = asked.where(Checkout.amount == amount).order_by(Checkout.made_at.desc()).limit(1)
    return await db.scalar(asked)


async def begin(db: AsyncSession, charge: Charge, amount: int, now: datetime) -> Begun:
    """The page to be made; one that is there already, or half made, as it was begun. The unit holds the charge."""
    known = await usable(db, charge.booking_id, amount, now)
    if known and (known.session or known.expires_at > now + SHORTEST):
        return Begun(known.id, known.expires_at, made=bool(known.session))
    new = Begun(uuid4(), now + LASTS, made=False)
    values = {"id": new.id, "clinic_id": charge.clinic_id, "booking_id": charge.booking_id, "made_at": now}
    money = {"amount": amount, "currency": charge.currency, "expires_at": new.expires_at}
    await db.execute(insert(Checkout).values(**values, **money))
    return new


async def opened(db: AsyncSession, checkout_id: UUID, page: Opened) -> None:
    """The page is there."""
    values = {"session": page.session, "address": page.address}
    await db.execute(update(Checkout).where(Checkout.id == checkout_id).values(values))


async def sessions_of(db: AsyncSession, booking_id: UUID) -> list[str]:
    """Every page on which somebody may still pay for this booking, or has."""
    asked = select(Checkout.session).where(Checkout.booking_id == booking_id, Checkout.session != "")
    return list(await db.scalars(asked.order_by(Checkout.made_at)))


async def open_pages(db: AsyncSession, booking_id: UUID, owed: int, now: datetime) -> list[str]:
    """Those of them that are not over and ask for another amount than is owed."""
    asked = select(Checkout.session).where(Checkout.booking_id == booking_id, Checkout.session != "")
    return list(await db.scalars(asked.where(Checkout.expires_at > now, Checkout.amount != owed)))


async def closed(db: AsyncSession, session: str, now: datetime) -> None:
    """Nobody pays on it any more."""
    over = update(Checkout).where(Checkout.session == session, Checkout.expires_at > now)
    await db.execute(over.values(expires_at=now))


async def unasked(db: AsyncSession, session: str, now: datetime) -> None:
    """Nobody of ours can ask any more whether it was paid there, and nobody is sent there."""
    page = Checkout.session == session
    await db.execute(update(Checkout).where(page, Checkout.unasked_at.is_(None)).values(unasked_at=now))
    await closed(db, session, now)


async def answered(db: AsyncSession, clinic_id: UUID, checkout_id: UUID) -> bool:
    """It is known what became of it; False where that was known."""
    page = (Checkout.id == checkout_id, Checkout.clinic_id == clinic_id, Checkout.unasked_at.is_not(None))
    said = update(Checkout).where(*page).values(unasked_at=None).returning(Checkout.id)
    return await db.scalar(said) is not None


async def to_look_up(db: AsyncSession, clinic_id: UUID) -> Sequence[Checkout]:
    """Pages of which somebody has to look at Stripe whether they were paid, the oldest first."""
    asked = select(Checkout).where(Checkout.clinic_id == clinic_id, Checkout.unasked_at.is_not(None))
    return (await db.scalars(asked.order_by(Checkout.made_at))).all()


async def with_open_pages(db: AsyncSession, clinic_id: UUID, now: datetime) -> Sequence[UUID]:
    """Bookings of a clinic that somebody may be paying for at this moment."""
    asked = select(Checkout.booking_id).where(Checkout.clinic_id == clinic_id, Checkout.session != "")
    return (await db.scalars(asked.where(Checkout.expires_at > now).distinct())).all()


async def checkout_of(db: AsyncSession, clinic_id: UUID, checkout_id: UUID) -> Checkout | None:
    """A page of this clinic."""
    row = await db.get(Checkout, checkout_id)
    return row if row and row.clinic_id == clinic_id else None


async def hear(db: AsyncSession, clinic_id: UUID, event: str, now: datetime) -> bool:
    """That a message is acted on; False where it was before."""
    insert_or = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    once = insert_or(HeardEvent).values(clinic_id=clinic_id, event=event[:120], at=now).on_conflict_do_nothing()
    return await db.scalar(once.returning(HeardEvent.event)) is not None


async def step_of(db: AsyncSession, step_id: UUID) -> InvoiceStep | None:
    return await db.get(InvoiceStep, step_id)
