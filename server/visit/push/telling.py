"""Knocks at the browsers of people who work here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.push.rules import Owner
from server.accounts.push.store import queue
from server.visit.ladder.store import waiting_rules
from server.visit.push.rules import LASTS


async def tell_staff(
    db: AsyncSession, clinic_id: UUID, staff_ids: Iterable[UUID], about: Mapping[str, str], now: datetime
) -> None:
    """Queue a knock at every browser of these people, where their clinic turned web push on. `about`: an 'open' alert,
    which calls while it is, or nothing: then it goes while it is news.
    """
    if (await waiting_rules(db, clinic_id)).push:
        told = about or {"until": (now + LASTS).isoformat()}
        for staff_id in staff_ids:
            await queue(db, Owner(staff_id=staff_id), told, now)
