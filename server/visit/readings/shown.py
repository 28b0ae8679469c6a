"""Red readings, and late ones, on the pages of those who were called, without a name of who is observed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes.observing.store import called_about
from server.safety.alerts.rules import Alert
from server.safety.roster.rules import on_call
from server.safety.roster.store import roster_of
from server.visit.calls import Needed, Team
from server.visit.readings.rules import whom


async def readings_for(db: AsyncSession, climbs: Sequence[Alert], team: Team, now: datetime) -> list[Needed]:
    """Of these alerts, what this person was called to or answered."""
    called = on_call(await roster_of(db, team.clinic), now) if climbs else ()
    found = []
    for alert in climbs:
        entry = await called_about(db, alert)
        if entry is None:
            continue
        mine = any(team.viewer_id in whom(rung, team.people, called, entry.by) for rung in alert.rungs)
        if mine or alert.closed_by == team.viewer_id:
            found.append(team.needed(alert, team.name(entry.by), urgent=True, of="readings", late=entry.late))
    return found
