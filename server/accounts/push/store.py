"""Queries of the browsers that agreed to be knocked at, and the rows that make somebody knock."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push.forms import Subscription
from server.accounts.push.rules import LONGEST_AHEAD, LONGEST_WAIT, MOST, Owner, device_id
from server.accounts.push.tables import PushDevice
from server.crypto import Keyring, Place, seal, unseal

TOPIC = "waiting.knock"


@dataclass(frozen=True)
class SealedDevice:
    """A device as it is kept."""

    id: UUID
    clinic_id: UUID
    owner: Owner
    sealed: bytes = field(repr=False)


def seal_device(key: Keyring, clinic_id: UUID, owner: Owner, said: Subscription) -> SealedDevice:
    """Sealed with the patient's key, or with the clinic's for who works there and for a device with a space."""
    row_id = device_id(owner, said.endpoint)
    text = json.dumps([said.endpoint, said.p256dh, said.auth])
    return SealedDevice(row_id, clinic_id, owner, seal(key, text, _place(clinic_id, key.owner, row_id)))


def open_device(key: Keyring, device: SealedDevice) -> Subscription:
    """What the browser said. Raises SealBroken."""
    text = unseal(key, device.sealed, _place(device.clinic_id, key.owner, device.id))
    return Subscription(*json.loads(text))


def _place(clinic_id: UUID, owner_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, owner_id, "push_devices", row_id, "subscription")


async def keep(db: AsyncSession, device: SealedDevice, now: datetime) -> bool:
    """Keep a device that agreed; False when it was there already. What is too many or too old goes."""
    if await db.get(PushDevice, device.id):
        return False
    row = PushDevice(
        id=device.id,
        clinic_id=device.clinic_id,
        visit_id=device.owner.visit_id,
        staff_id=device.owner.staff_id,
        booking_id=device.owner.booking_id,
        login_id=device.owner.login_id,
        subscription_sealed=device.sealed,
        agreed_at=now,
    )
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:  # the same browser said it twice in this moment
        return False
    old = (PushDevice.visit_id.is_not(None), PushDevice.agreed_at < now - LONGEST_WAIT)
    past = (PushDevice.booking_id.is_not(None), PushDevice.agreed_at < now - LONGEST_AHEAD)
    for outlived in (old, past):
        await db.execute(delete(PushDevice).where(*outlived))
    newest = select(PushDevice.id).where(_owned(device.owner)).order_by(PushDevice.agreed_at.desc(), PushDevice.id)
    await _drop(db, list(await db.scalars(newest))[MOST:])
    return True


async def forget(db: AsyncSession, row_id: UUID) -> bool:
    """The browser took its word back, or is gone; False when nothing was kept."""
    return await _drop(db, [row_id]) > 0


async def forget_visit(db: AsyncSession, visit_id: UUID) -> None:
    """What somebody agreed to for one wait ends with it."""
    await db.execute(delete(PushDevice).where(PushDevice.visit_id == visit_id))


async def forget_booking(db: AsyncSession, booking_id: UUID) -> None:
    """Nobody is reminded of what was cancelled."""
    await db.execute(delete(PushDevice).where(PushDevice.booking_id == booking_id))


async def forget_logins(db: AsyncSession, login_ids: Collection[UUID]) -> int:
    """A device on which a space is not open any more is told nothing of it; how many it were."""
    done = await db.execute(delete(PushDevice).where(PushDevice.login_id.in_(login_ids)))
    return int(getattr(done, "rowcount", 0))


async def logins_with_devices(db: AsyncSession, login_ids: Collection[UUID]) -> frozenset[UUID]:
    """On which of these logins' devices somebody agreed to be told."""
    asked = select(PushDevice.login_id).where(PushDevice.login_id.in_(login_ids))
    return frozenset(login_id for login_id in await db.scalars(asked) if login_id)


async def forget_clinic(db: AsyncSession, clinic_id: UUID) -> None:
    """The clinic turned it off for those who wait and for its people: whoever wants it later agrees anew."""
    waits = (PushDevice.clinic_id == clinic_id, PushDevice.booking_id.is_(None), PushDevice.login_id.is_(None))
    await db.execute(delete(PushDevice).where(*waits))


async def _drop(db: AsyncSession, ids: Collection[UUID]) -> int:
    done = await db.execute(delete(PushDevice).where(PushDevice.id.in_(ids)))
    return int(getattr(done, "rowcount", 0))


async def device_of(db: AsyncSession, row_id: UUID) -> SealedDevice | None:
    row = await db.get(PushDevice, row_id)
    if row is None:
        return None
    owner = Owner(row.visit_id, row.staff_id, row.booking_id, row.login_id)
    return SealedDevice(row.id, row.clinic_id, owner, row.subscription_sealed)


async def visits_with_devices(db: AsyncSession, visit_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these visits' patients can be knocked at."""
    asked = select(PushDevice.visit_id).where(PushDevice.visit_id.in_(visit_ids))
    return frozenset(visit_id for visit_id in await db.scalars(asked) if visit_id)


async def staff_with_devices(db: AsyncSession, staff_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these people can be knocked at."""
    asked = select(PushDevice.staff_id).where(PushDevice.staff_id.in_(staff_ids))
    return frozenset(staff_id for staff_id in await db.scalars(asked) if staff_id)


async def queue(db: AsyncSession, owner: Owner, about: Mapping[str, Any], now: datetime) -> int:
    """One row for each device, so that each is tried again by itself. `about` says what must still be so then."""
    ids = list(await db.scalars(select(PushDevice.id).where(_owned(owner))))
    for row_id in ids:
        outbox.add(db, TOPIC, {"device": row_id.hex, **about}, now)
    return len(ids)


def _owned(owner: Owner) -> ColumnElement[bool]:
    if owner.visit_id:
        return PushDevice.visit_id == owner.visit_id
    if owner.booking_id:
        return PushDevice.booking_id == owner.booking_id
    if owner.login_id:
        return PushDevice.login_id == owner.login_id
    return PushDevice.staff_id == owner.staff_id
