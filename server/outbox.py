"""'Do this later': rows written in the caller's transaction, and the loop that runs them.

A row holds a topic and ids, never words or contacts. The loop leases due rows, runs the
topic's handler outside of any transaction, and marks them done; a crash in between runs the
row again, so handlers are safe to repeat (a mail repeats under the same Message-ID).
After eight tries a row is dead and stays for a person to see; what calls somebody to a person in need is tried until
nobody has to be called any more, and waits behind nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import JSON, ColumnElement, Index, Integer, String, Uuid, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from server.db import EPOCH, Base, Database, Instant
from server.plain import later

TRIES = 8
LEASE = timedelta(seconds=60)
BATCH = 20
IDLE_SECONDS = 1.0
BREATH_SECONDS = 0.05
"""How long it waits when it is woken, so that whoever woke it is answered first."""

log = structlog.get_logger("outbox")


class OutboxRow(Base):
    """One thing to do."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "finished_at", "due_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(32))


@dataclass(frozen=True)
class Job:
    """What a handler gets: `id` is stable over repeats, `made_at` is when it was written."""

    id: UUID
    topic: str
    payload: Mapping[str, Any]
    tries: int
    made_at: datetime = EPOCH


@dataclass(frozen=True)
class Lane:
    """Which rows a loop runs, how many of them at once, and how patiently.

    `only`: topics that begin with one of these; `but`: none that begins with one of these. `by`: messages of this way
    alone; `but_by`: none of this way. A row is tried `tries` times, or without end for None; after the n-th try the
    next is due in 2**n times `unit` seconds, at most in `longest`.
    """

    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    by: str = ""
    but_by: str = ""
    at_once: int = 1
    tries: int | None = TRIES
    unit: float = 1
    longest: float = 600

    def wait(self, tries: int) -> timedelta:
        """How long after so many tries the next one is due."""
        return timedelta(seconds=min(2 ** min(tries, DOUBLINGS) * self.unit, self.longest))


DOUBLINGS = 32
FAR = ("webhook.", "payment.")
CALLS = ("measure.risk", "risk.call", "reading.call", "support.call", "support.handed", "waiting.call")
"""Topics that call somebody of the clinic; each does nothing once nobody has to be called."""
KNOCKS = ("waiting.knock",)
NEAR = Lane(but=(*FAR, *CALLS, *KNOCKS))
BY_MAIL = Lane(only=CALLS, by="mail", at_once=8, tries=None, longest=60)
NOT_BY_MAIL = Lane(only=CALLS, but_by="mail", at_once=8, tries=None, longest=60)
"""What speaks of danger waits behind nobody's ordinary mail, and a mail server that hangs holds up no text message."""
TO_DEVICES = Lane(only=KNOCKS, at_once=8)
HERE = (BY_MAIL, NOT_BY_MAIL, TO_DEVICES, NEAR)
OUTSIDE = Lane(only=FAR, at_once=8, tries=12, unit=10, longest=14_400)
"""What waits for servers of others: slow ones hold up nobody's mail, and one that is away for a night still hears."""


Handler = Callable[[Job], Awaitable[None]]


def add(
    db: AsyncSession,
    topic: str,
    payload: Mapping[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    row_id: UUID | None = None,
) -> UUID:
    """Add a row at the end of the running transaction and return its id.

    With a `row_id` of its own the same thing is written once: the unit of a second one raises
    sqlalchemy.exc.IntegrityError.
    """
    row_id = row_id or uuid4()
    when = {"due_at": due_at or now, "made_at": now}
    later(db, OutboxRow, {"id": row_id, "topic": topic, "payload": dict(payload), "tries": 0, **when})
    return row_id


class Outbox:
    """The loops of some lanes. `nudge()` after a commit makes them look as soon as the answer is out."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], handlers: Mapping[str, Handler], *lanes: Lane
    ) -> None:
        self._loops = [_Loop(database, clock, handlers, lane) for lane in lanes or HERE]

    def nudge(self) -> None:
        for loop in self._loops:
            loop.nudge()

    async def run(self) -> None:
        """Work until cancelled, no lane waiting for another."""
        async with asyncio.TaskGroup() as group:
            for loop in self._loops:
                group.create_task(loop.run())

    async def run_due(self) -> int:
        """Run what is due now, one lane after the other; returns how many rows were taken."""
        return sum([await loop.run_due() for loop in self._loops])


class _Loop:
    """The loop of one lane."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], handlers: Mapping[str, Handler], lane: Lane
    ) -> None:
        self._lane = lane
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._wake = asyncio.Event()

    def nudge(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; a job that is running is finished or its lease runs out."""
        while True:
            self._wake.clear()
            if not await self.run_due():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
                    await asyncio.sleep(BREATH_SECONDS)

    async def run_due(self) -> int:
        """Run what is due now; returns how many rows were taken."""
        jobs = await self._database.unit(self._lease)
        for place in range(0, len(jobs), self._lane.at_once):
            await asyncio.gather(*(self._run_one(job) for job in jobs[place : place + self._lane.at_once]))
        return len(jobs)

    async def _lease(self, db: AsyncSession) -> list[Job]:
        now = self._clock()
        free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < now)
        due = select(OutboxRow).where(OutboxRow.finished_at.is_(None), OutboxRow.due_at <= now, free, *self._mine())
        batch = BATCH if self._lane.at_once == 1 else self._lane.at_once
        rows = (await db.scalars(due.order_by(OutboxRow.due_at).limit(batch).with_for_update(skip_locked=True))).all()
        for row in rows:
            row.leased_until = now + LEASE
            row.tries += 1
        return [Job(row.id, row.topic, row.payload, row.tries, row.made_at) for row in rows]

    def _mine(self) -> list[ColumnElement[bool]]:
        only, but = self._lane.only, self._lane.but
        begins = [or_(*(OutboxRow.topic.startswith(one, autoescape=True) for one in only))] if only else []
        way = func.coalesce(OutboxRow.payload["way"].as_string(), "")
        begins += [way == self._lane.by] if self._lane.by else []
        begins += [way != self._lane.but_by] if self._lane.but_by else []
        return [*begins, *(~OutboxRow.topic.startswith(one, autoescape=True) for one in but)]

    async def _run_one(self, job: Job) -> None:
        handler = self._handlers.get(job.topic)
        try:
            if handler is None:
                raise LookupError(f"nobody handles {job.topic}")
            await handler(job)
        except Exception as problem:  # the boundary: one bad row must not stop the others
            log.warning("outbox.failed", topic=job.topic, job=str(job.id), tries=job.tries, kind=type(problem).__name__)
            await self._finish(job, dead=self._lane.tries is not None and job.tries >= self._lane.tries)
        else:
            await self._finish(job, done=True)

    async def _finish(self, job: Job, *, done: bool = False, dead: bool = False) -> None:
        now = self._clock()
        again = now + self._lane.wait(job.tries)
        values = {"finished_at": now, "outcome": "done" if done else "dead"} if done or dead else {"due_at": again}

        async def work(db: AsyncSession) -> None:
            await db.execute(update(OutboxRow).where(OutboxRow.id == job.id).values(leased_until=None, **values))

        await self._database.unit(work)


async def count_unfinished(db: AsyncSession) -> tuple[int, int]:
    """How many rows wait, and how many are dead."""
    waiting = await db.scalar(select(func.count()).where(OutboxRow.finished_at.is_(None)))
    dead = await db.scalar(select(func.count()).where(OutboxRow.outcome == "dead"))
    return waiting or 0, dead or 0
