"""Whom somebody met and of whom nobody said what came of it: the follow-up is planned all the same."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic.rules import Clinic
from server.house import House
from server.outbox import Job
from server.support import changing
from server.support import store as line
from server.support.follow_up import store
from server.support.follow_up.rules import next_day
from server.support.rules import State
from server.support.store import Ask

UNCLOSED = "support.unclosed"


async def meet(db: AsyncSession, house: House, clinic: Clinic, ask: Ask, staff_id: UUID, booking_id: UUID) -> bool:
    """They meet in this visit now; the next morning it is looked whether somebody closed it."""
    now = house.clock()
    done = await changing.meet(db, ask.id, staff_id, booking_id)
    if done:
        outbox.add(db, UNCLOSED, {"ask": ask.id.hex}, now, due_at=next_day(now, clinic.zone))
    return done


async def plan(house: House, job: Job) -> None:
    """Who met them gets in touch today, and they may come into the line again; once, and nothing where it is closed."""
    now = house.clock()

    async def work(db: AsyncSession) -> Ask | None:
        ask = await line.ask_of(db, UUID(job.payload["ask"]))
        if ask is None or ask.state is not State.TAKEN or ask.by_id is None or await store.of_ask(db, ask.id):
            return None
        await store.add(db, uuid4(), ask, ask.by_id, now, now)
        await changing.free(db, ask.id)
        detail = {"ask": ask.id.hex, "staff": ask.by_id.hex}
        note(db, Entry(ask.clinic_id, "support.follow_up_planned", "patient", ask.patient_id, detail=detail), now)
        return ask

    ask = await house.db.unit(work)
    if ask:
        house.outbox.nudge()
        await house.live.changed(ask.topic)
        await house.live.changed(f"day:{ask.clinic_id}")


JOBS = {UNCLOSED: plan}
