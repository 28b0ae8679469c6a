"""A reminder that goes to devices alone: what becomes of it when a device took it, and when none of them did.

The row of the reminder settles it: whoever writes `told` first. A device that took it keeps the mail from going. Where
no device is left to take it, or the service of one stayed away until nobody tries any more, a mail or a text message
goes in its stead, one for each time that it was to leave; from then on no device is told of that time.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.reminders.knocking import reaches
from server.journal.reminding.store import SEND
from server.journal.reminding.tables import MoodPrompt

BREATH = timedelta(seconds=30)
"""How long a mail waits for knocks at other devices that were under way: longer than any of them is given."""


def told_by(about: Mapping[str, Any]) -> bool:
    """Whether a knock is about a reminder that goes to devices alone."""
    return "prompt" in about


async def still_knocks(db: AsyncSession, about: Mapping[str, Any]) -> bool:
    """Whether a device is to be told: no mail goes in its stead."""
    one = await db.get(MoodPrompt, UUID(about["prompt"]))
    return one is not None and (one.told < about["times"] or one.took >= about["times"])


async def took(db: AsyncSession, about: Mapping[str, Any]) -> None:
    """A device took it; a mail that waits goes no more."""
    await _first(db, UUID(about["prompt"]), about["times"])
    mine = (MoodPrompt.id == UUID(about["prompt"]), MoodPrompt.took < about["times"])
    await db.execute(update(MoodPrompt).where(*mine).values(took=about["times"], went=MoodPrompt.went + 1))


async def none_took(db: AsyncSession, about: Mapping[str, Any], now: datetime) -> None:
    """A device is gone: where it was the last one, queue what goes instead, once."""
    one = await db.get(MoodPrompt, UUID(about["prompt"]))
    if one is not None and not await reaches(db, one.clinic_id, one.patient_id, now):
        await _instead(db, about, now, timedelta())


async def given_up(db: AsyncSession, about: Mapping[str, Any], now: datetime) -> None:
    """The service of a device stayed away: queue what goes instead, once, unless another device took it."""
    await _instead(db, about, now, BREATH)


async def _instead(db: AsyncSession, about: Mapping[str, Any], now: datetime, after: timedelta) -> None:
    if await _first(db, UUID(about["prompt"]), about["times"]):
        told = {"prompt": UUID(about["prompt"]).hex, "times": about["times"], "instead": True}
        outbox.add(db, SEND, told, now, due_at=now + after)


async def _first(db: AsyncSession, prompt_id: UUID, times: int) -> bool:
    """Whether nobody settled this one before."""
    mine = (MoodPrompt.id == prompt_id, MoodPrompt.told < times)
    return await db.scalar(update(MoodPrompt).where(*mine).values(told=times).returning(MoodPrompt.id)) is not None
