"""Queries of reminders to write about the day; values in, values out. Whoever calls has said whose they are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.reminders.rules import Quiet
from server.db import added
from server.journal.reminding.forms import Choice
from server.journal.reminding.rules import Asked, Conventions, Fate, Moment, Wish, next_moment
from server.journal.reminding.tables import MoodPrompt, MoodReminder

DUE, SEND = "journal.prompt", "journal.remind"
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Reminder:
    """How a patient is reminded."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    number: int
    choice: Choice
    since: datetime
    stopped_at: datetime | None

    @property
    def goes(self) -> bool:
        return self.choice.on and self.stopped_at is None


@dataclass(frozen=True)
class Prompt:
    """One that left."""

    id: UUID
    reminder_id: UUID
    number: int
    day: date
    times: int
    asked: Asked
    later_at: datetime | None
    took: int = 0


@dataclass(frozen=True)
class Count:
    """Of the last weeks: how often somebody was asked, and how often they wrote then."""

    asked: int
    answered: int


async def reminder_of(db: AsyncSession, patient_id: UUID) -> Reminder | None:
    """What they chose last; None where they never did."""
    mine = select(MoodReminder).where(MoodReminder.patient_id == patient_id)
    row = await db.scalar(mine.order_by(MoodReminder.since.desc(), MoodReminder.id).limit(1))
    return _value(row) if row else None


async def by_id(db: AsyncSession, reminder_id: UUID) -> Reminder | None:
    row = await db.get(MoodReminder, reminder_id)
    return _value(row) if row else None


def _value(row: MoodReminder) -> Reminder:
    wish = Wish(row.at_minute, row.random, Quiet(row.quiet_from, row.quiet_until), ZoneInfo(row.zone))
    choice = Choice(row.wanted, wish, row.way)
    return Reminder(row.id, row.clinic_id, row.patient_id, row.number, choice, row.since, row.stopped_at)


async def choose(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, choice: Choice, now: datetime, how: Conventions
) -> None:
    """Keep what they chose, and plan the next one by it; the same again is the same."""
    known = await reminder_of(db, patient_id)
    if known and known.choice == choice and known.stopped_at is None:
        return
    wish = choice.wish
    values = {
        "number": known.number + 1 if known else 1, "wanted": choice.on, "at_minute": wish.at, "random": wish.random,
        "quiet_from": wish.quiet.from_minute, "quiet_until": wish.quiet.until_minute, "zone": wish.zone.key,
        "way": choice.way, "since": now, "stopped_at": None,
    }  # fmt: skip
    row_id = known.id if known else uuid4()
    if known is None:
        if not await added(db, MoodReminder(id=row_id, clinic_id=clinic_id, patient_id=patient_id, **values)):
            return
    elif not await _over(db, known, values):
        return
    reminder = Reminder(row_id, clinic_id, patient_id, int(str(values["number"])), choice, now, None)
    if choice.on:
        plan(db, reminder, now, how)


async def _over(db: AsyncSession, known: Reminder, values: dict[str, object]) -> bool:
    """Over the choice that was seen; False where another window chose meanwhile."""
    seen = (MoodReminder.id == known.id, MoodReminder.number == known.number)
    changed = update(MoodReminder).where(*seen).values(values).returning(MoodReminder.id)
    return await db.scalar(changed) is not None


def plan(db: AsyncSession, reminder: Reminder, after: datetime, how: Conventions) -> None:
    """Queue the next moment."""
    moment = next_moment(reminder.choice.wish, reminder.id.bytes, after, how)
    told = {"reminder": reminder.id.hex, "number": reminder.number, "day": moment.day.isoformat()}
    told |= {"place": moment.place, "at": moment.at.isoformat()}
    outbox.add(db, DUE, told, after, due_at=moment.at)


async def settle(
    db: AsyncSession, reminder: Reminder, moment: Moment, fate: Fate, now: datetime, how: Conventions
) -> bool:
    """Write what became of it, and queue its sending and the next one, once; False when that was done before."""
    sent = fate is Fate.SENT
    row = MoodPrompt(
        id=uuid4(), clinic_id=reminder.clinic_id, patient_id=reminder.patient_id, reminder_id=reminder.id,
        number=reminder.number, day=moment.day, place=moment.place, fate=fate, times=1 if sent else 0, at=now,
        expires_at=now + how.expiry,
    )  # fmt: skip
    if not await added(db, row):
        return False
    if sent:
        outbox.add(db, SEND, {"prompt": row.id.hex, "times": 1}, now)
    if fate is Fate.STOPPED:
        mine = (MoodReminder.id == reminder.id, MoodReminder.number == reminder.number)
        await db.execute(update(MoodReminder).where(*mine).values(stopped_at=now))
    else:
        plan(db, reminder, max(now, moment.at), how)
    return True


async def asked(db: AsyncSession, reminder: Reminder) -> list[Asked]:
    """What left since they chose, as far as it counts; nobody leaves unanswered what never left."""
    mine = (MoodPrompt.reminder_id == reminder.id, MoodPrompt.number == reminder.number, MoodPrompt.went > 0)
    found = select(MoodPrompt).where(*mine).order_by(MoodPrompt.at.desc()).limit(10)
    return [_prompt(row).asked for row in await db.scalars(found)]


async def times_on(db: AsyncSession, patient_id: UUID, day: date) -> int:
    """How often they were asked on a day."""
    counted = select(func.coalesce(func.sum(MoodPrompt.times), 0))
    return await db.scalar(counted.where(MoodPrompt.patient_id == patient_id, MoodPrompt.day == day)) or 0


async def prompt(db: AsyncSession, prompt_id: UUID) -> Prompt | None:
    row = await db.get(MoodPrompt, prompt_id)
    return _prompt(row) if row and row.times else None


async def waiting(db: AsyncSession, patient_id: UUID, now: datetime) -> Prompt | None:
    """The newest one that still waits for an answer."""
    mine = (MoodPrompt.patient_id == patient_id, MoodPrompt.times > 0, MoodPrompt.answered_at.is_(None))
    found = select(MoodPrompt).where(*mine, MoodPrompt.expires_at > now).order_by(MoodPrompt.at.desc()).limit(1)
    row = await db.scalar(found)
    return _prompt(row) if row else None


def _prompt(row: MoodPrompt) -> Prompt:
    told = Asked(row.at, row.expires_at, row.answered_at)
    return Prompt(row.id, row.reminder_id, row.number, row.day, row.times, told, row.later_at, row.took)


async def went(db: AsyncSession, prompt_id: UUID) -> None:
    """It left for a device, a mailbox or a phone."""
    await db.execute(update(MoodPrompt).where(MoodPrompt.id == prompt_id).values(went=MoodPrompt.went + 1))


async def later(db: AsyncSession, one: Prompt, now: datetime, how: Conventions) -> bool:
    """Ask again in a while; False where that is planned already, or it was answered."""
    again = now + how.snooze
    seen = (MoodPrompt.id == one.id, MoodPrompt.times == one.times, MoodPrompt.answered_at.is_(None))
    values = {"times": one.times + 1, "later_at": again, "expires_at": again + how.expiry}
    if await db.scalar(update(MoodPrompt).where(*seen).values(values).returning(MoodPrompt.id)) is None:
        return False
    outbox.add(db, SEND, {"prompt": one.id.hex, "times": one.times + 1}, now, due_at=again)
    return True


async def answer(db: AsyncSession, patient_id: UUID, at: datetime) -> None:
    """An entry that was written at this moment answers what waited then, however late it comes from a device."""
    mine = (MoodPrompt.patient_id == patient_id, MoodPrompt.times > 0, MoodPrompt.answered_at.is_(None))
    then = (MoodPrompt.at <= at, MoodPrompt.expires_at >= at)
    await db.execute(update(MoodPrompt).where(*mine, *then).values(answered_at=at))


async def count(db: AsyncSession, patient_id: UUID, now: datetime) -> Count:
    mine = (MoodPrompt.patient_id == patient_id, MoodPrompt.went > 0, MoodPrompt.at > now - LOOK_BACK)
    found = (await db.execute(select(func.count(), func.count(MoodPrompt.answered_at)).where(*mine))).one()
    return Count(*found)


async def forget_prompts(db: AsyncSession, patient_id: UUID) -> None:
    """Delete when they were asked and when they answered."""
    await db.execute(delete(MoodPrompt).where(MoodPrompt.patient_id == patient_id))
