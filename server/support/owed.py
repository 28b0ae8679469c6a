"""What help now still asks of who took somebody: to say what came of it, and to get in touch the day after."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Action, Subject, Viewer, may
from server.accounts.team.rules import Person
from server.accounts.team.store import team
from server.clinic.changing import is_away
from server.clinic.store import clinic_of
from server.support.follow_up.store import FollowUp, open_ones
from server.support.rules import MINUTE, State
from server.support.store import over, standing_of
from server.support.tables import SupportAsk
from server.visit.owed import Owed

LONG = timedelta(hours=3)
"""After so long a meeting is over, also where nobody ended its visit."""
SOON = timedelta(hours=4)
"""Who is off now and still off then does today's no more today."""
Out = Callable[[AsyncSession, UUID, datetime], Awaitable[Collection[UUID]]]


class HelpNow:
    """See `server.visit.owed.Teller`. `out`: who of a clinic does not answer letters today."""

    def __init__(self, out: Out) -> None:
        self._out = out

    async def owed(self, db: AsyncSession, viewer: Viewer, now: datetime) -> Owed:
        """Theirs; and what is due and left on the list of who is away, for who is on call and who leads."""
        clinic_id, staff_id = viewer.clinic_id, viewer.staff_id
        if clinic_id is None or staff_id is None:
            return Owed()
        past = or_(over(), SupportAsk.taken_at <= now - LONG)
        mine = (SupportAsk.clinic_id == clinic_id, past, *_met(staff_id))
        asked = select(SupportAsk.id).where(*mine).order_by(SupportAsk.taken_at)
        unclosed = [_address(one) for one in await db.scalars(asked)]
        open_now = await open_ones(db, clinic_id)
        due = [one.due_at for one in open_now if one.staff_id == staff_id and one.due_at <= now]
        left = await self.left(db, viewer, [one for one in open_now if one.staff_id != staff_id], now)
        names = list(dict.fromkeys(name for _, name in left))
        since = min((one.due_at for one, _ in left), default=None)
        return Owed(unclosed, len(due), min(due, default=None), names, since)

    async def left(
        self, db: AsyncSession, viewer: Viewer, open_now: Sequence[FollowUp], now: datetime
    ) -> list[tuple[FollowUp, str]]:
        """Of these follow-ups what is due and on the list of who is away, with the name of whose it is, for who can do
        it or hand it on; nothing for anybody else.
        """
        due = [one for one in open_now if one.due_at <= now]
        clinic = await clinic_of(db, viewer.clinic_id) if due and viewer.clinic_id else None
        if clinic is None:
            return []
        if not may(viewer, Action.HAND_OVER, Subject(clinic.id)):
            _, standing = await standing_of(db, clinic, now)
            if viewer.staff_id not in standing.on_hand:
                return []
        people, out = {one.id: one for one in await team(db, clinic.id)}, await self._out(db, clinic.id, now)
        away = {who for who in {one.staff_id for one in due} if who in out or not _works(people.get(who))}
        for who in {one.staff_id for one in due} - away:
            if await _off(db, clinic.id, who, now) and await _off(db, clinic.id, who, now + SOON):
                away.add(who)
        return [(one, people[one.staff_id].name) for one in due if one.staff_id in away]

    async def closing(self, db: AsyncSession, booking_id: UUID, staff_id: UUID) -> str:
        mine = (SupportAsk.booking_id == booking_id, *_met(staff_id))
        found = await db.scalar(select(SupportAsk.id).where(*mine))
        return _address(found) if found else ""


def _works(person: Person | None) -> bool:
    return person is not None and person.joined and not person.disabled


async def _off(db: AsyncSession, clinic_id: UUID, staff_id: UUID, at: datetime) -> bool:
    return await is_away(db, clinic_id, staff_id, at, at + MINUTE)


def _met(staff_id: UUID) -> tuple[ColumnElement[bool], ...]:
    taken = SupportAsk.state == State.TAKEN
    return (taken, SupportAsk.staff_id == staff_id, SupportAsk.booking_id.is_not(None))


def _address(ask_id: UUID) -> str:
    return f"/staff/support/{ask_id}#over"
