"""Sending a letter: once, however often it is sent; it waits for its answer, and whoever it is for hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.letters import attached, drafts, store
from server.letters.drafts import Desk
from server.letters.rules import MOST_A_DAY, By, Thread, Topic
from server.letters.store import Sent

NEW, LATE = "letters.new", "letters.late"
A_DAY = timedelta(days=1)


class Refusal(StrEnum):
    """Why a letter is not sent."""

    CLOSED = "closed"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True)
class Plan:
    """A letter that is ready to be written. `begins`: its thread is new; `due`: by when it is answered."""

    thread: Thread
    begins: bool
    letter: Sent
    files: Sequence[attached.New] = field(default=(), repr=False)
    desk: Desk | None = None
    due: datetime | None = None
    actor: tuple[str, UUID | None] = ("patient", None)

    @property
    def by_staff(self) -> bool:
        return self.letter.by is By.STAFF


def thread_for(
    clinic_id: UUID, patient_id: UUID, topic: Topic, addressee: UUID | None, letter_id: UUID, now: datetime
) -> Thread:
    """The thread that a first letter begins; its id is made of the letter's, so that it is begun once."""
    thread_id = uuid5(letter_id, "thread")
    return Thread(thread_id, clinic_id, patient_id, topic, addressee, opened_at=now, last_at=now)


async def send(db: AsyncSession, plan: Plan, now: datetime) -> Refusal | None:
    """Write it and tell whom it is for. A letter that was sent before changes nothing and is no refusal."""
    thread, letter = plan.thread, plan.letter
    if await store.letter_of(db, letter.id):
        return None
    if await store.sent_since(db, thread.patient_id, now - A_DAY, staffs=plan.by_staff) >= MOST_A_DAY:
        return Refusal.TOO_OFTEN
    if plan.begins:
        await store.begin(db, thread)
    held = await store.thread_of(db, thread.clinic_id, thread.id, lock=True)
    if held is None or held.closed_at:
        return Refusal.CLOSED
    unseen = await store.unopened(db, [thread.id], staffs=plan.by_staff)
    if not await store.add(db, held, letter):
        return None
    await attached.add(db, held.clinic_id, held.patient_id, letter.id, plan.files, now)
    if plan.desk:
        await drafts.forget(db, plan.desk)
    await _await_answer(db, plan, now)
    detail = {"thread": thread.id.hex, "letter": letter.id.hex, "files": len(plan.files)}
    note(db, Entry(held.clinic_id, "letter.sent", "patient", held.patient_id, *plan.actor, detail), now)
    if not unseen:  # one notice until they look
        told = {"clinic": str(held.clinic_id), "thread": str(thread.id), "to": "patient" if plan.by_staff else "staff"}
        outbox.add(db, NEW, told, now)
    return None


async def _await_answer(db: AsyncSession, plan: Plan, now: datetime) -> None:
    if plan.by_staff:
        await store.settle(db, plan.thread.id)
    elif await store.wait(db, plan.thread.id, now, plan.due) and plan.due:
        late = {"clinic": str(plan.thread.clinic_id), "thread": str(plan.thread.id)}
        outbox.add(db, LATE, late, now, due_at=plan.due)
