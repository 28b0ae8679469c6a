"""'I run late' and 'on time again': told to who waits and who comes next, by page and by mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action, Role
from server.audit.rules import Entry
from server.audit.store import note
from server.errors import Forbidden, Unprocessable
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.visit.late import store
from server.visit.late.rules import SECOND_THOUGHTS, STEPS, takes_back_mail
from server.visit.queue.telling import therapist_changed

LATE, ON_TIME = "visit.late", "visit.on_time"


async def say_late(request: Request) -> Response:
    """`POST /staff/late`, minutes: 5, 10, 15, or 0 for on time again. The same again changes nothing."""
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    asked = str((await request.form()).get("minutes", ""))
    if asked not in {"0", *map(str, STEPS)}:
        raise Unprocessable()
    if viewer.clinic_id is None or viewer.staff_id is None or not viewer.has(Role.THERAPIST):
        raise Forbidden()
    clinic_id, staff_id, minutes = viewer.clinic_id, viewer.staff_id, int(asked)

    async def work(db: AsyncSession) -> bool:
        changed = await (
            _late(db, clinic_id, staff_id, minutes, now) if minutes else _on_time(db, clinic_id, staff_id, now)
        )
        if changed:
            entry = Entry(clinic_id, "therapist.late", "therapist", staff_id, "staff", staff_id, {"minutes": minutes})
            note(db, entry, now)
        return changed

    if await house.db.unit(work):
        house.outbox.nudge()
        await therapist_changed(house, clinic_id, staff_id)
    return RedirectResponse("/staff", 303)


async def _late(db: AsyncSession, clinic_id: UUID, staff_id: UUID, minutes: int, now: datetime) -> bool:
    """Say it, and mail it to who comes in the next hours once nobody has taken it back for a minute."""
    delay = await store.say(db, clinic_id, staff_id, minutes, staff_id, now)
    if delay is None:
        return False
    for card in await store.still_to_come(db, clinic_id, staff_id, now):
        payload = {"delay": str(delay.id), "booking": str(card.id)}
        outbox.add(db, LATE, payload, now, due_at=now + SECOND_THOUGHTS)
    return True


async def _on_time(db: AsyncSession, clinic_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """Take it back, by mail too where a mail has left."""
    delay = await store.take_back(db, clinic_id, staff_id, staff_id, now)
    if delay is None:
        return False
    for card in await store.still_to_come(db, clinic_id, staff_id, now) if takes_back_mail(delay, now) else ():
        outbox.add(db, ON_TIME, {"delay": str(delay.id), "booking": str(card.id)}, now)
    return True


routes: list[GuardedRoute] = [page("/staff/late", say_late, Action.QUEUE, ("POST",))]
