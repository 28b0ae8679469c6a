"""What calls a person of the clinic to somebody whom others see: answers that speak of danger, and red readings."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.accounts.team.store import team
from server.clinic.store import clinic_of
from server.measures.risk.rules import KINDS
from server.programmes.observing.red import KIND as READING
from server.programmes.observing.red import OVERDUE
from server.safety.alerts import store as alerts
from server.visit.calls import SHOWN_AFTER, Needed, Team
from server.visit.readings.shown import readings_for
from server.visit.risk.shown import answers_for


async def needed_by(db: AsyncSession, viewer: Viewer, now: datetime) -> list[Needed]:
    """What a ladder called this person to; one statement where nothing is. Urgent ones first."""
    if viewer.clinic_id is None or viewer.staff_id is None:
        return []
    begun = await alerts.begun(db, (*KINDS, READING, OVERDUE), viewer.clinic_id, now - SHOWN_AFTER)
    if not begun:
        return []
    clinic = await clinic_of(db, viewer.clinic_id)
    assert clinic, "somebody works there"
    who = Team(clinic, viewer.staff_id, await team(db, clinic.id))
    readings = [one for one in begun if one.kind in (READING, OVERDUE)]
    found = await readings_for(db, readings, who, now)
    if answers := [one for one in begun if one.kind not in (READING, OVERDUE)]:
        found += await answers_for(db, viewer, answers, who, now)
    return sorted(found, key=lambda one: (one.answered_at is not None, not one.urgent, one.since))
