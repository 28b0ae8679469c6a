"""Queries of threads and letters; texts stay sealed here, and times and people are all that a list loads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring, Place, seal, unseal
from server.db import added
from server.letters.rules import By, Reader, Thread, Topic
from server.letters.tables import Letter, LetterAway, LetterHandOver, LetterThread

MOST_THREADS = 200
THEIRS = (By.PATIENT.value, By.HELPER.value)


@dataclass(frozen=True)
class Sent:
    """A letter as it is kept. `kept_at`: when it was saved to the record."""

    id: UUID
    thread_id: UUID
    by: By
    by_id: UUID | None
    sent_at: datetime
    opened_at: datetime | None = None
    opened_by: UUID | None = None
    kept_at: datetime | None = None
    sealed: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class HandOver:
    from_id: UUID | None
    to_id: UUID | None
    by_id: UUID
    at: datetime


def place(clinic_id: UUID, patient_id: UUID, letter_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "letters", letter_id, "text")


def seal_text(key: Keyring, clinic_id: UUID, letter_id: UUID, text: str) -> bytes:
    return seal(key, text, place(clinic_id, key.owner, letter_id))


def open_text(key: Keyring, clinic_id: UUID, letter: Sent) -> str:
    """What was written. Raises SealBroken."""
    return unseal(key, letter.sealed, place(clinic_id, key.owner, letter.id))


async def thread_of(db: AsyncSession, clinic_id: UUID, thread_id: UUID, *, lock: bool = False) -> Thread | None:
    """`lock`: nobody else changes it before the end of the unit."""
    asked = select(LetterThread).where(LetterThread.clinic_id == clinic_id, LetterThread.id == thread_id)
    row = await db.scalar(asked.with_for_update() if lock else asked)
    return _thread(row) if row else None


async def threads_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Thread]:
    """Everything that a patient and the clinic wrote about, the latest first."""
    mine = (LetterThread.clinic_id == clinic_id, LetterThread.patient_id == patient_id)
    return [_thread(row) for row in await db.scalars(select(LetterThread).where(*mine).order_by(_LATEST))]


async def threads_for(db: AsyncSession, clinic_id: UUID, reader: Reader, *, closed: bool) -> list[Thread]:
    """What is this reader's to answer, or was and is closed; of what does not wait the latest."""
    state = LetterThread.closed_at.is_not(None) if closed else LetterThread.closed_at.is_(None)
    asked = select(LetterThread).where(LetterThread.clinic_id == clinic_id, state, _asks(reader, closed=closed))
    first = LetterThread.waits_since.is_(None)
    return [_thread(row) for row in await db.scalars(asked.order_by(first, _LATEST).limit(MOST_THREADS))]


async def waiting_of(db: AsyncSession, clinic_id: UUID) -> list[Thread]:
    """Every thread of a clinic that waits, for whoever looks after all of them."""
    waits = (LetterThread.waits_since.is_not(None), LetterThread.closed_at.is_(None))
    return [
        _thread(row)
        for row in await db.scalars(select(LetterThread).where(LetterThread.clinic_id == clinic_id, *waits))
    ]


async def count_waiting(db: AsyncSession, clinic_id: UUID, reader: Reader, today: date | None = None) -> int:
    """How many threads wait for this reader's answer; with `today` those too of whom they stand in for on that day."""
    waits = (LetterThread.waits_since.is_not(None), LetterThread.closed_at.is_(None))
    asked = select(func.count()).select_from(LetterThread).where(LetterThread.clinic_id == clinic_id, *waits)
    asks = _asks(reader, closed=False)
    if today and reader.is_therapist:
        away = select(LetterAway.staff_id).where(
            LetterAway.clinic_id == clinic_id,
            LetterAway.stand_in_id == reader.staff_id,
            LetterAway.since <= today,
            LetterAway.until >= today,
        )
        asks = or_(asks, LetterThread.addressee_id.in_(away))
    return await db.scalar(asked.where(asks)) or 0


def _asks(reader: Reader, *, closed: bool) -> ColumnElement[bool]:
    """`rules.is_asked` as a condition."""
    whom = [reader.staff_id, *(() if closed else reader.stands_in_for)] if reader.is_therapist else []
    mine = LetterThread.addressee_id.in_(whom)
    desk = and_(LetterThread.addressee_id.is_(None), LetterThread.topic == Topic.DESK.value)
    return or_(mine, desk) if reader.is_desk else mine


async def letters_of(db: AsyncSession, thread_id: UUID) -> list[Sent]:
    """The letters of a thread, the first first."""
    asked = select(Letter).where(Letter.thread_id == thread_id).order_by(Letter.sent_at, Letter.id)
    return [_sent(row) for row in await db.scalars(asked)]


async def letter_of(db: AsyncSession, letter_id: UUID) -> Sent | None:
    row = await db.get(Letter, letter_id)
    return _sent(row) if row else None


async def unopened(db: AsyncSession, thread_ids: Collection[UUID], *, staffs: bool) -> Mapping[UUID, int]:
    """Thread -> how many letters nobody opened yet: those of the clinic (`staffs`), or those of the patient."""
    asked = select(Letter.thread_id, func.count()).where(Letter.thread_id.in_(thread_ids), Letter.opened_at.is_(None))
    asked = asked.where(_by(staffs=staffs)).group_by(Letter.thread_id)
    return {row[0]: row[1] for row in await db.execute(asked)} if thread_ids else {}


async def sent_since(db: AsyncSession, patient_id: UUID, since: datetime, *, staffs: bool) -> int:
    mine = (Letter.patient_id == patient_id, Letter.sent_at > since, _by(staffs=staffs))
    return await db.scalar(select(func.count()).select_from(Letter).where(*mine)) or 0


async def begin(db: AsyncSession, new: Thread) -> bool:
    """Write a thread; False when one with its id stands already."""
    values = {"topic": new.topic.value, "addressee_id": new.addressee, "opened_at": new.opened_at}
    whose = {"id": new.id, "clinic_id": new.clinic_id, "patient_id": new.patient_id}
    return await added(db, LetterThread(**whose, **values, last_at=new.last_at))


async def add(db: AsyncSession, thread: Thread, new: Sent) -> bool:
    """Write a letter, and that something new stands in its thread; False when it was written before."""
    whose = {"clinic_id": thread.clinic_id, "patient_id": thread.patient_id, "thread_id": thread.id}
    by = {"by_kind": new.by.value, "by_id": new.by_id}
    if not await added(db, Letter(id=new.id, **whose, **by, text_sealed=new.sealed, sent_at=new.sent_at)):
        return False
    await _change(db, thread.id, last_at=new.sent_at)
    return True


async def wait(db: AsyncSession, thread_id: UUID, since: datetime, due: datetime | None) -> bool:
    """A letter of the patient wants an answer; False when one did already, whose promise stays."""
    quiet = (LetterThread.id == thread_id, LetterThread.waits_since.is_(None))
    values = {"waits_since": since, "due_at": due, "reminded_at": None}
    done = await db.execute(update(LetterThread).where(*quiet).values(values))
    return bool(getattr(done, "rowcount", 0))


async def settle(db: AsyncSession, thread_id: UUID) -> bool:
    """It was answered, or needs no answer; False, and it goes on waiting, while a letter of it was not opened."""
    if await unopened(db, [thread_id], staffs=False):
        return False
    await _change(db, thread_id, waits_since=None, due_at=None, reminded_at=None)
    return True


async def remind(db: AsyncSession, thread_id: UUID, now: datetime) -> bool:
    """Whoever is to answer is reminded now; once for each wait, so the second time False."""
    late = (LetterThread.waits_since.is_not(None), LetterThread.due_at <= now, LetterThread.closed_at.is_(None))
    once = (LetterThread.id == thread_id, LetterThread.reminded_at.is_(None), *late)
    done = await db.execute(update(LetterThread).where(*once).values(reminded_at=now))
    return bool(getattr(done, "rowcount", 0))


async def opened(db: AsyncSession, thread_id: UUID, by: UUID | None, now: datetime, *, staffs: bool) -> int:
    """Whoever looks has the letters of the other side before their eyes; how many they had not seen."""
    new = (Letter.thread_id == thread_id, Letter.opened_at.is_(None), _by(staffs=staffs))
    done = await db.execute(update(Letter).where(*new).values(opened_at=now, opened_by=by))
    return int(getattr(done, "rowcount", 0))


async def kept(db: AsyncSession, letter_id: UUID, now: datetime) -> bool:
    """It was saved to the record; False when it was before."""
    done = await db.execute(update(Letter).where(Letter.id == letter_id, Letter.kept_at.is_(None)).values(kept_at=now))
    return bool(getattr(done, "rowcount", 0))


async def close(db: AsyncSession, thread_id: UUID, by: UUID | None, now: datetime | None) -> bool:
    """Close a thread, or open it again (None); False when it was so. What waited does not wait any more."""
    other = LetterThread.closed_at.is_(None) if now else LetterThread.closed_at.is_not(None)
    values = {"closed_at": now, "closed_by": by if now else None, "waits_since": None, "due_at": None}
    done = await db.execute(update(LetterThread).where(LetterThread.id == thread_id, other).values(values))
    return bool(getattr(done, "rowcount", 0))


async def hand_over(db: AsyncSession, thread: Thread, to: UUID | None, by: UUID, now: datetime) -> bool:
    """Give a thread to somebody else; False when it was theirs, or somebody gave it away meanwhile."""
    holder = LetterThread.addressee_id
    still = holder.is_(None) if thread.addressee is None else holder == thread.addressee
    if to == thread.addressee:
        return False
    done = await db.execute(update(LetterThread).where(LetterThread.id == thread.id, still).values(addressee_id=to))
    if not getattr(done, "rowcount", 0):
        return False
    who = {"from_id": thread.addressee, "to_id": to, "by_id": by}
    db.add(LetterHandOver(id=uuid4(), thread_id=thread.id, **who, at=now))
    await db.flush()
    return True


async def hand_overs_of(db: AsyncSession, thread_id: UUID) -> list[HandOver]:
    asked = select(LetterHandOver).where(LetterHandOver.thread_id == thread_id).order_by(LetterHandOver.at)
    return [HandOver(row.from_id, row.to_id, row.by_id, row.at) for row in await db.scalars(asked)]


async def _change(db: AsyncSession, thread_id: UUID, **values: datetime | None) -> None:
    await db.execute(update(LetterThread).where(LetterThread.id == thread_id).values(values))


def _by(*, staffs: bool) -> ColumnElement[bool]:
    return Letter.by_kind == By.STAFF.value if staffs else Letter.by_kind.in_(THEIRS)


_LATEST = LetterThread.last_at.desc()


def _thread(row: LetterThread) -> Thread:
    whose = (row.id, row.clinic_id, row.patient_id, Topic(row.topic), row.addressee_id)
    return Thread(*whose, row.opened_at, row.last_at, row.waits_since, row.due_at, row.closed_at)


def _sent(row: Letter) -> Sent:
    said = (row.id, row.thread_id, By(row.by_kind), row.by_id, row.sent_at)
    return Sent(*said, row.opened_at, row.opened_by, row.kept_at, row.text_sealed)
