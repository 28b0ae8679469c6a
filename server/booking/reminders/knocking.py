"""Devices on which a patient's space is open, where somebody agreed there: told beside the mail, while it is news."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.booking.reminders.store import rules_of
from server.patients.space import store as spaces


async def tell_spaces(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, about: Mapping[str, Any], now: datetime,
    helpers: Collection[UUID | None] = (None,),
) -> int:  # fmt: skip
    """Queue a knock at each of their devices; how many. `helpers`: None for themselves, an id for who acts for them;
    `about`: 'until' when it is news, or a 'reminder' of a booking, which goes while it is not void.
    """
    if not (await rules_of(db, clinic_id)).by_push:
        return 0
    logins = await spaces.logins_for(db, patient_id, helpers, now)
    return sum([await push.queue(db, Owner(login_id=one), about, now) for one in logins])


async def reaches(db: AsyncSession, clinic_id: UUID, patient_id: UUID, now: datetime) -> bool:
    """Whether a device of their own is told, so that a reminder may go there alone."""
    if not (await rules_of(db, clinic_id)).by_push:
        return False
    return bool(await push.logins_with_devices(db, await spaces.logins_for(db, patient_id, (None,), now)))
