"""Queries of how a clinic is paid; values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.paying.rules import StripeKeys
from server.clinic.paying.tables import PaymentKeysBefore, PaymentSettings
from server.clinic.tables import Service
from server.crypto import Keyring, Place, seal, unseal
from server.tongues import Said

STOPPED = "paying.stopped"
"""The topic: a clinic dropped its keys, or gave others."""
FORGET = "paying.forget"
"""The topic: keys of before are not needed any more."""
NEEDED = timedelta(days=7)
"""How long keys that were taken back close, hear of and give back what was begun with them: a page lasts an hour, and
Stripe tells what was paid there for three days."""


@dataclass(frozen=True)
class Kept:
    """What stands on invoices, also in other languages (`said`), and the keys as they are sealed; `account` tells their
    owner which ones they are."""

    SPOKEN: ClassVar[Mapping[str, str]] = {"words": "words"}

    words: str = ""
    account: str = ""
    key_sealed: bytes | None = field(default=None, repr=False)
    hook_sealed: bytes | None = field(default=None, repr=False)
    said: Said | None = field(default=None, hash=False, repr=False)

    @property
    def has_keys(self) -> bool:
        return self.key_sealed is not None and self.hook_sealed is not None


def _place(clinic_id: UUID, what: str) -> Place:
    return Place(clinic_id, clinic_id, "payment_settings", clinic_id, what)


def sealed(ring: Keyring, clinic_id: UUID, keys: StripeKeys) -> tuple[bytes, bytes]:
    """Both, sealed for the row of the clinic."""
    return (
        seal(ring, keys.key, _place(clinic_id, "key")),
        seal(ring, " ".join(keys.hooks), _place(clinic_id, "hook")),
    )


def opened(ring: Keyring, clinic_id: UUID, kept: Kept) -> StripeKeys | None:
    """The keys; None where there are none. Raises SealBroken."""
    if kept.key_sealed is None or kept.hook_sealed is None:
        return None
    key = unseal(ring, kept.key_sealed, _place(clinic_id, "key"))
    return StripeKeys(key, tuple(unseal(ring, kept.hook_sealed, _place(clinic_id, "hook")).split()))


def named(key: str) -> str:
    """'sk_live_…1a2b' of a secret key: enough to know which one it is."""
    return f"{'_'.join(key.split('_')[:2])}_…{key[-4:]}"


async def kept_of(db: AsyncSession, clinic_id: UUID) -> Kept:
    """What this clinic keeps."""
    row = await db.get(PaymentSettings, clinic_id)
    return Kept(row.words, row.account, row.key_sealed, row.hook_sealed, row.said) if row else Kept()


async def keep_words(
    db: AsyncSession, clinic_id: UUID, words: str, by: UUID | None, now: datetime, said: Said | None = None
) -> None:
    """What stands below every invoice from now on, and in other languages."""
    row = await _row(db, clinic_id, by, now)
    row.words, row.said = words, dict(said) if said else None


async def keep_keys(
    db: AsyncSession, clinic_id: UUID, account: str, keys: tuple[bytes, bytes] | None, by: UUID | None, now: datetime
) -> None:
    """Other keys, or none; those of before stay for a while."""
    row = await _row(db, clinic_id, by, now)
    if row.key_sealed is not None and row.hook_sealed is not None:
        before = {"key_sealed": row.key_sealed, "hook_sealed": row.hook_sealed}
        db.add(PaymentKeysBefore(id=uuid4(), clinic_id=clinic_id, ended_at=now, **before))
    row.account = account
    row.key_sealed, row.hook_sealed = keys or (None, None)


async def kept_before(db: AsyncSession, clinic_id: UUID, now: datetime) -> list[Kept]:
    """The keys that it had until a while ago, the newest first."""
    row = PaymentKeysBefore
    asked = select(row).where(row.clinic_id == clinic_id, row.ended_at > now - NEEDED).order_by(row.ended_at.desc())
    return [Kept(key_sealed=one.key_sealed, hook_sealed=one.hook_sealed) for one in await db.scalars(asked)]


async def forget(db: AsyncSession, clinic_id: UUID, now: datetime) -> None:
    """Delete keys of before that are not needed any more."""
    row = PaymentKeysBefore
    await db.execute(delete(row).where(row.clinic_id == clinic_id, row.ended_at <= now - NEEDED))


async def _row(db: AsyncSession, clinic_id: UUID, by: UUID | None, now: datetime) -> PaymentSettings:
    row = await db.get(PaymentSettings, clinic_id, with_for_update=True)
    if row is None:
        row = PaymentSettings(clinic_id=clinic_id)
        db.add(row)
    row.changed_at, row.changed_by = now, by
    return row


async def prices_of(db: AsyncSession, clinic_id: UUID) -> list[int]:
    """Of all its services that have one, in the currency that the clinic has now."""
    asked = select(Service.price).where(Service.clinic_id == clinic_id, Service.price.is_not(None))
    return [price for price in await db.scalars(asked) if price is not None]
