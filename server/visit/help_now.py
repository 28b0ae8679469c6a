"""Who waits for help now, on the pages of those who were called to them: how many and since when, and no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role, Viewer
from server.safety.alerts import store as alerts

KIND = "support"
"""The kind of these alerts, and the rungs that call who leads; help now knows visits, and not the other way round."""
LEADS = frozenset({"lead", "hand_over"})


@dataclass(frozen=True)
class HelpNow:
    """Of one alert each: its id, oldest first; and since when the first waits."""

    ids: Sequence[UUID]
    since: datetime

    def __len__(self) -> int:
        return len(self.ids)


async def help_now(db: AsyncSession, viewer: Viewer, on_call: datetime | None, now: datetime) -> HelpNow | None:
    """Whom nobody has taken: for who is on call all, for who leads those for whom they were called; None for nobody."""
    leads = viewer.has(Role.ADMIN) or viewer.has(Role.FRONT_DESK)
    if viewer.clinic_id is None or not (on_call or leads):
        return None
    begun = await alerts.begun(db, (KIND,), viewer.clinic_id, now)
    mine = [one for one in begun if one.closed_at is None and (on_call or one.rungs & LEADS)]
    return HelpNow([one.id for one in mine], mine[0].begun_at) if mine else None
