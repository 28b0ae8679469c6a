"""Off the list by the clock: who let several offers lapse in a row, and whose wanted days have passed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.waitlist import store
from server.booking.waitlist.rules import Left, Offered, Waiting, silences
from server.clinic import store as clinics

DROPPED = "waitlist.dropped"


async def drop_silent(db: AsyncSession, offer: Offered, now: datetime) -> None:
    """After an offer lapsed: whoever answered none of the last ones waits no more."""
    one = await store.by_id(db, offer.wait_id)
    clinic = await clinics.clinic_of(db, one.clinic_id) if one else None
    if one is None or clinic is None or one.left:
        return
    if silences(await store.answers(db, one)) >= clinic.policy.lapses:
        await drop(db, one, Left.SILENT, now)


async def drop(db: AsyncSession, one: Waiting, how: Left, now: datetime) -> None:
    """They are told, once."""
    if await store.end(db, one.id, how, now):
        note(db, Entry(one.clinic_id, f"waitlist.{how}", "wait", one.id), now)
        outbox.add(db, DROPPED, {"wait": str(one.id)}, now)
