"""What help now still asks of who took somebody: to say what came of it, and to get in touch the day after."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.support.follow_up.store import open_ones
from server.support.rules import State
from server.support.store import over
from server.support.tables import SupportAsk
from server.visit.owed import Owed

LONG = timedelta(hours=3)
"""After so long a meeting is over, also where nobody ended its visit."""


class HelpNow:
    """See `server.visit.owed.Teller`."""

    async def owed(self, db: AsyncSession, clinic_id: UUID, staff_id: UUID, now: datetime) -> Owed:
        """Theirs alone."""
        past = or_(over(), SupportAsk.taken_at <= now - LONG)
        mine = (SupportAsk.clinic_id == clinic_id, past, *_met(staff_id))
        asked = select(SupportAsk.id).where(*mine).order_by(SupportAsk.taken_at)
        unclosed = [_address(one) for one in await db.scalars(asked)]
        open_now = await open_ones(db, clinic_id)
        due = [one.due_at for one in open_now if one.staff_id == staff_id and one.due_at <= now]
        return Owed(unclosed, len(due), min(due, default=None))

    async def closing(self, db: AsyncSession, booking_id: UUID, staff_id: UUID) -> str:
        mine = (SupportAsk.booking_id == booking_id, *_met(staff_id))
        found = await db.scalar(select(SupportAsk.id).where(*mine))
        return _address(found) if found else ""


def _met(staff_id: UUID) -> tuple[ColumnElement[bool], ...]:
    taken = SupportAsk.state == State.TAKEN
    return (taken, SupportAsk.staff_id == staff_id, SupportAsk.booking_id.is_not(None))


def _address(ask_id: UUID) -> str:
    return f"/staff/support/{ask_id}#over"
