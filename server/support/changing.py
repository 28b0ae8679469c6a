"""Changes of the line. Who takes somebody is settled by one conditional update: exactly one does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.crypto import token_hash
from server.db import Instant, added
from server.safety.alerts import store as alerts
from server.support.ladder.rules import KIND
from server.support.rules import STALE, Lift, Outcome, State, Way, rises
from server.support.store import Ask, open_of, over, value_of
from server.support.tables import SupportAsk

UNMET = "support.unmet"


@dataclass(frozen=True)
class NewAsk:
    """A place to be taken in the line. `waits`: False for who is not safe and whom the line cannot take: they have no
    place, and are called for as who left is."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    token: str = field(repr=False)
    lift: Lift
    way: Way
    said: bytes = field(repr=False)
    waits: bool = True


async def add(db: AsyncSession, new: NewAsk, now: datetime) -> bool:
    """Put somebody into the line and call those on call; False when they stand in it already."""
    met = (SupportAsk.open_of == new.patient_id, over())
    await db.execute(update(SupportAsk).where(*met).values(open_of=None))  # theirs is over, though nobody closed it
    row = SupportAsk(
        id=new.id,
        clinic_id=new.clinic_id,
        patient_id=new.patient_id,
        token_hash=token_hash(new.token),
        open_of=new.patient_id if new.waits else None,
        state=State.WAITING if new.waits else State.LEFT,
        lift=new.lift,
        way=new.way,
        number=0,
        asked_at=now,
        heard_at=now,
        said_sealed=new.said,
    )
    if not await added(db, row):
        return False
    await alerts.begin(db, new.clinic_id, KIND, new.id, now)
    return True


async def take(db: AsyncSession, ask_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """Exactly one takes somebody: False for everybody else. Ends the calls."""
    danger = (SupportAsk.state == State.LEFT) & (SupportAsk.lift == Lift.DANGER)
    free = or_(SupportAsk.state == State.WAITING, danger)
    values = {"state": State.TAKEN, "staff_id": staff_id, "taken_at": now}
    first = func.coalesce(SupportAsk.first_taken_at, literal(now, Instant()))
    done = await _change(db, ask_id, free, {**values, "first_taken_at": first})
    if done:
        await alerts.close(db, KIND, ask_id, now, "taken", staff_id)
        await _watch(db, ask_id, now)
    return done


async def _watch(db: AsyncSession, ask_id: UUID, now: datetime) -> None:
    """Whoever is not met for long is put back: by this row, which counts while the place is in the same hands."""
    number = await db.scalar(select(SupportAsk.number).where(SupportAsk.id == ask_id))
    outbox.add(db, UNMET, {"ask": ask_id.hex, "number": number}, now, due_at=now + STALE)


async def hand_back(db: AsyncSession, ask: Ask, staff_id: UUID, now: datetime) -> bool:
    """Back into the line, at the place of before; people are called again. Not once they met."""
    elsewhere = await open_of(db, ask.patient_id)
    whose = ask.patient_id if elsewhere is None or elsewhere.id == ask.id else None
    values = {"state": State.WAITING, "staff_id": None, "taken_at": None, "open_of": whose}
    done = await _change(db, ask.id, _unmet(staff_id), values)
    if done:
        await alerts.begin(db, ask.clinic_id, KIND, ask.id, now)
    return done


async def hand_to(db: AsyncSession, ask_id: UUID, staff_id: UUID, to: UUID, now: datetime) -> bool:
    """To a colleague. Not once they met: then the visit itself is handed over."""
    done = await _change(db, ask_id, _unmet(staff_id), {"staff_id": to, "taken_at": now})
    if done:
        await _watch(db, ask_id, now)
    return done


async def meet(db: AsyncSession, ask_id: UUID, staff_id: UUID, booking_id: UUID) -> bool:
    """They meet in this visit now."""
    return await _change(db, ask_id, _unmet(staff_id), {"booking_id": booking_id})


def _unmet(staff_id: UUID) -> ColumnElement[bool]:
    mine = (SupportAsk.state == State.TAKEN) & (SupportAsk.staff_id == staff_id)
    return mine & SupportAsk.booking_id.is_(None)


async def end(
    db: AsyncSession, ask_id: UUID, staff_id: UUID, outcome: Outcome, note: bytes | None, now: datetime
) -> bool:
    """It is over, as who took them says."""
    mine = (SupportAsk.state == State.TAKEN) & (SupportAsk.staff_id == staff_id)
    values = {"state": State.ENDED, "outcome": outcome, "note_sealed": note, "ended_at": now, "open_of": None}
    return await _change(db, ask_id, mine, values)


async def free(db: AsyncSession, ask_id: UUID) -> None:
    """They may come into the line again, though nobody closed this place."""
    await db.execute(update(SupportAsk).where(SupportAsk.id == ask_id).values(open_of=None))


async def leave(db: AsyncSession, ask: Ask, now: datetime) -> bool:
    """They leave the line themselves. Who said that they are in danger is called for all the same."""
    waits = SupportAsk.state.in_((State.WAITING, State.TAKEN)) & SupportAsk.booking_id.is_(None)
    lift = await db.scalar(select(SupportAsk.lift).where(SupportAsk.id == ask.id).with_for_update())
    danger = lift == Lift.DANGER  # which they may have said since the page was read
    values = {"state": State.LEFT, "open_of": None, "ended_at": None if danger else now}
    done = await _change(db, ask.id, waits, values)
    if done and not danger:
        await alerts.close(db, KIND, ask.id, now, "left")
    elif done:
        await alerts.begin(db, ask.clinic_id, KIND, ask.id, now)  # nothing where they are called already
    return done


async def raise_lift(
    db: AsyncSession, ask_id: UUID, lift: Lift, sealed: Callable[[bytes], bytes], now: datetime
) -> Ask | None:
    """What somebody says of their safety later, upwards alone; `sealed`: what they said before -> what they say now.

    Who is not safe and in nobody's hands is called for from the first step on, by the steps of who is not safe. Their
    hands do not change, so the number stays. None where nothing rises, or it is over.
    """
    row = await db.get(SupportAsk, ask_id, with_for_update=True)
    if row is None or row.state == State.ENDED or not rises(Lift(row.lift), lift):
        return None
    row.lift, row.said_sealed = lift, sealed(row.said_sealed)
    if lift is Lift.DANGER and row.state != State.TAKEN:
        row.ended_at = None
        await alerts.close(db, KIND, ask_id, now, "raised")
        await alerts.begin(db, row.clinic_id, KIND, ask_id, now)
    await db.flush()
    return value_of(row)


async def _change(db: AsyncSession, ask_id: UUID, only: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    changed = update(SupportAsk).where(SupportAsk.id == ask_id, only)
    done = await db.scalars(changed.values(**values, number=SupportAsk.number + 1).returning(SupportAsk.id))
    return bool(done.all())


async def put_back(db: AsyncSession, ask_id: UUID, number: int, now: datetime) -> Ask | None:
    """Back into the line whom somebody took and did not meet; None where it went into other hands since."""
    row = await db.get(SupportAsk, ask_id)
    if row is None or row.number != number or row.staff_id is None:
        return None
    ask = value_of(row)
    return ask if await hand_back(db, ask, row.staff_id, now) else None


async def offered(db: AsyncSession, ask_id: UUID, now: datetime) -> None:
    """Another help was offered to them; the first time stays."""
    mine = (SupportAsk.id == ask_id, SupportAsk.offered_at.is_(None))
    await db.execute(update(SupportAsk).where(*mine).values(offered_at=now))
