"""Somebody who has a place says that they are less safe than they said before: it counts at once, and only upwards."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.house import House
from server.support import changing
from server.support.rules import Said, State, lift_of, newer, rises
from server.support.sealed import open_said, seal_said
from server.support.store import Ask
from server.visit.push.telling import tell_staff


async def raise_lift(house: House, ask: Ask, said: Said) -> bool:
    """Lift their place by what they say now, and call those on call anew where they are not safe. False where that is
    no more than they said before, or the place is over.
    """
    lift = lift_of(said.safe)
    if not rises(ask.lift, lift):
        return False
    now, key = house.clock(), await house.keys.patient(ask.clinic_id, ask.patient_id)

    def sealed(before: bytes) -> bytes:
        known = open_said(key, ask.clinic_id, ask.id, before)
        return seal_said(key, ask.clinic_id, ask.id, newer(known, said))

    async def work(db: AsyncSession) -> bool:
        raised = await changing.raise_lift(db, ask.id, lift, sealed, now)
        if raised is None:
            return False
        if raised.state is State.TAKEN and raised.by_id:
            await tell_staff(db, ask.clinic_id, [raised.by_id], {}, now)
        detail = {"ask": ask.id.hex, "lift": lift.value}
        note(db, Entry(ask.clinic_id, "support.raised", "patient", ask.patient_id, "patient", None, detail), now)
        return True

    done = await house.db.unit(work)
    if done:
        await house.live.changed(ask.topic)
        await house.live.changed(f"day:{ask.clinic_id}")
    return done
