"""A reminder that goes to devices alone: what becomes of it when a device took it, and when none of them is there.

The row of the reminder settles it: whoever writes `told` first. A device that took it keeps the mail from going; once
no device is left to take it a mail or a text message goes in its stead, one for each time that it was to leave.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.reminders.knocking import reaches
from server.journal.reminding.store import SEND
from server.journal.reminding.tables import MoodPrompt


def told_by(about: Mapping[str, Any]) -> bool:
    """Whether a knock is about a reminder that goes to devices alone."""
    return "prompt" in about


async def took(db: AsyncSession, about: Mapping[str, Any]) -> None:
    """A device took it."""
    await _first(db, UUID(about["prompt"]), about["times"])


async def none_took(db: AsyncSession, about: Mapping[str, Any], now: datetime) -> None:
    """A device is gone: where it was the last one, queue what goes instead, once."""
    one = await db.get(MoodPrompt, UUID(about["prompt"]))
    if one is None or await reaches(db, one.clinic_id, one.patient_id, now):
        return
    if await _first(db, one.id, about["times"]):
        outbox.add(db, SEND, {"prompt": one.id.hex, "times": about["times"], "instead": True}, now)


async def _first(db: AsyncSession, prompt_id: UUID, times: int) -> bool:
    """Whether nobody settled this one before."""
    mine = (MoodPrompt.id == prompt_id, MoodPrompt.told < times)
    return await db.scalar(update(MoodPrompt).where(*mine).values(told=times).returning(MoodPrompt.id)) is not None
