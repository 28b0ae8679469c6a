"""What an answer says of danger, from the moment that it is given: its flag, and whom it calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.rules import BookingCard
from server.house import House
from server.measures import store
from server.measures.alone.store import answered_through
from server.measures.occasion import Occasion
from server.measures.risk.store import sound
from server.measures.rules import Instrument, Weight
from server.measures.scoring import flag_of

RISK = "measure.risk"
LOUD = frozenset({Weight.RISK, Weight.URGENT})


def speaks_of_danger(instrument: Instrument, item: str, value: int) -> bool:
    """Whether an answer calls people."""
    flag = flag_of(instrument, item, value)
    return flag is not None and flag.weight in LOUD


async def keep_danger(
    db: AsyncSession,
    of: Occasion,
    instrument: Instrument,
    answer: store.SealedAnswer,
    value: int,
    now: datetime,
    entry: Entry,
) -> Sequence[UUID]:
    """Of an answer that was overtaken: written beside those that count, where it speaks of danger, and called about."""
    if not speaks_of_danger(instrument, answer.item, value):
        return ()
    beside = replace(answer, overtaken=True)
    assert await store.add_answer(db, beside), "its id is new"
    return await raise_danger(db, of, instrument, beside, value, now, entry)


async def raise_danger(
    db: AsyncSession,
    of: Occasion,
    instrument: Instrument,
    answer: store.SealedAnswer,
    value: int,
    now: datetime,
    entry: Entry,
) -> Sequence[UUID]:
    """What an answer, which was written, says of danger, kept and called about once: its flag, or none."""
    flag = flag_of(instrument, answer.item, value)
    if flag is None or flag.weight not in LOUD:
        return ()
    clinic_id, through = of.clinic_id, of.id if isinstance(of, BookingCard) else None
    anew = through is not None and through not in await answered_through(db, answer.measure_id)
    flag_id = await store.raise_flag(db, clinic_id, answer, flag, now, through)
    if flag_id is None:
        return ()
    payload = {"clinic": str(clinic_id), "measure": str(answer.measure_id), "flag": str(flag_id)}
    outbox.add(db, RISK, payload, now)
    await sound(db, clinic_id, answer.measure_id, flag.weight, now, anew=anew)
    note(db, entry, now)
    return (flag_id,)


async def _risen(house: House, job: outbox.Job) -> None:
    """Whatever page of the clinic is open shows it, also where the node that took the answer died right after it."""
    await house.live.changed(f"day:{job.payload['clinic']}")


JOBS = {RISK: _risen}
