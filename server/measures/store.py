"""Queries of measures; values in, values out. What was answered stays sealed here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Instant, added
from server.measures.forms import parse
from server.measures.rules import Flag, Instrument, digest_of
from server.measures.schedule import Asked, Rule, When
from server.measures.tables import Measure, MeasureAnswer, MeasureFlag, MeasureSetting, MeasureVersion

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """A measure as a clinic keeps it."""

    id: UUID
    instrument: Instrument
    own: bool
    at: datetime
    digest: str = ""  # of its data


@dataclass(frozen=True)
class Setting:
    """What a clinic asks; `number` 0: it never chose."""

    rules: tuple[Rule, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class Row:
    """A measure that a patient was asked."""

    id: UUID
    patient_id: UUID
    booking_id: UUID | None
    version_id: UUID
    key: str
    asked_by: UUID | None
    begun_at: datetime | None
    finished_at: datetime | None
    entered_by: UUID | None = None
    asked_for: UUID | None = None
    withdrawn_at: datetime | None = None
    asked_at: datetime = EVER
    totalled_at: datetime | None = None
    week: date | None = None

    @property
    def came_at(self) -> datetime | None:
        """From when on it counts as answered: once its total is there, or it was said that this is all."""
        return self.totalled_at or self.finished_at

    @property
    def alone(self) -> bool:
        """Whether it is asked of the patient without a booking."""
        return self.booking_id is None and self.asked_for is not None

    @property
    def loose(self) -> bool:
        """Whether a booking asks it for something else, and nobody began it: it can be asked elsewhere instead."""
        asked = (self.asked_by, self.entered_by, self.begun_at, self.finished_at)
        return self.booking_id is not None and self.asked_for is not None and not any(asked)

    @property
    def asked(self) -> Asked:
        return Asked(self.key, self.booking_id, self.finished_at)


@dataclass(frozen=True)
class SealedAnswer:
    """An answer to one item, given at `at`; `came_at`: of one that waited on a device; `version_id`: where it is to
    another version than the measure was begun with."""

    id: UUID
    measure_id: UUID
    item: str
    number: int
    at: datetime
    blob: bytes = field(repr=False)
    overtaken: bool = False
    came_at: datetime | None = None
    version_id: UUID | None = None


@dataclass(frozen=True)
class Raised:
    """A flag as it stands."""

    id: UUID
    measure_id: UUID
    item: str
    weight: str
    at: datetime
    seen_at: datetime | None
    seen_by: UUID | None
    answer_id: UUID | None = None


async def setting_of(db: AsyncSession, clinic_id: UUID) -> Setting:
    """What the clinic chose last."""
    asked = select(MeasureSetting).where(MeasureSetting.clinic_id == clinic_id)
    row = await db.scalar(asked.order_by(MeasureSetting.number.desc()).limit(1))
    if row is None:
        return Setting()
    rules = [Rule(one["key"], UUID(one["version"]), When(one["when"])) for one in row.value]
    return Setting(tuple(rules), row.number)


async def keep_setting(
    db: AsyncSession, clinic_id: UUID, rules: Iterable[Rule], over: int, by: UUID | None, now: datetime
) -> bool:
    """Write what the clinic asks, over the setting that was seen; False when somebody else chose meanwhile."""
    if (await setting_of(db, clinic_id)).number != over:
        return False
    value = [{"key": one.key, "version": str(one.version_id), "when": one.when.value} for one in rules]
    row = MeasureSetting(id=uuid4(), clinic_id=clinic_id, number=over + 1, value=value, by_id=by, at=now)
    return await added(db, row)


async def versions_of(
    db: AsyncSession, clinic_id: UUID, ids: Collection[UUID] | None = None, key: str | None = None
) -> dict[UUID, Version]:
    """The measures that a clinic keeps, oldest first: all of them, these, or every version of one."""
    asked = select(MeasureVersion).where(MeasureVersion.clinic_id == clinic_id)
    if key is not None:
        asked = asked.where(MeasureVersion.key == key)
    if ids is not None:
        if not ids:
            return {}
        asked = asked.where(MeasureVersion.id.in_(ids))
    return {row.id: _version(row) for row in await db.scalars(asked.order_by(MeasureVersion.at))}


def _version(row: MeasureVersion) -> Version:
    instrument = parse(row.value)
    assert isinstance(instrument, Instrument), "it was one when it was kept"
    return Version(row.id, instrument, row.own, row.at, row.digest)


async def keep_version(
    db: AsyncSession, clinic_id: UUID, data: dict[str, Any], by: UUID | None, now: datetime, *, own: bool
) -> UUID:
    """The id of this very measure, which is written unless it is there. `data` was read by `forms`."""
    digest = digest_of(data)
    key = str(data["id"])
    mine = (MeasureVersion.clinic_id == clinic_id, MeasureVersion.key == key, MeasureVersion.digest == digest)
    known = await db.scalar(select(MeasureVersion.id).where(*mine))
    if known:
        return known
    row = MeasureVersion(id=uuid4(), clinic_id=clinic_id, key=key, digest=digest, value=data, own=own, at=now, by_id=by)
    if await added(db, row):
        return row.id
    found = await db.scalar(select(MeasureVersion.id).where(*mine))
    assert found, "another node wrote the same"
    return found


async def measures_of(db: AsyncSession, *patient_ids: UUID) -> list[Row]:
    """All that a patient was asked, or several were, oldest first."""
    asked = select(Measure).where(Measure.patient_id.in_(patient_ids)).order_by(Measure.asked_at)
    return [row_of(row) for row in await db.scalars(asked)]


async def last_finished(db: AsyncSession, patient_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    """Patient -> each measure that they answered as far as its total goes, or to the end, and when they did so last."""
    came = func.coalesce(Measure.totalled_at, Measure.finished_at)
    newest, found = func.max(came, type_=Instant()), defaultdict[UUID, list[tuple[str, datetime]]](list)
    asked = select(Measure.patient_id, Measure.key, newest).where(came.is_not(None))
    asked = asked.where(Measure.patient_id.in_(patient_ids)).group_by(Measure.patient_id, Measure.key)
    for patient_id, key, at in await db.execute(asked) if patient_ids else ():
        if at is not None:
            found[patient_id].append((key, at))
    return found


async def measure_of(db: AsyncSession, measure_id: UUID) -> Row | None:
    row = await db.get(Measure, measure_id)
    return row_of(row) if row else None


async def measures_for(db: AsyncSession, booking_ids: Collection[UUID]) -> dict[UUID, list[Row]]:
    """Booking -> what was asked for it; no entry where nothing was."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    if booking_ids:
        for row in await db.scalars(select(Measure).where(Measure.booking_id.in_(booking_ids))):
            found[row.booking_id or UUID(int=0)].append(row_of(row))
    return found


def row_of(row: Measure) -> Row:
    who, when = (row.id, row.patient_id, row.booking_id), (row.begun_at, row.finished_at)
    return Row(
        *who,
        row.version_id,
        row.key,
        row.asked_by,
        *when,
        row.entered_by,
        row.asked_for,
        row.withdrawn_at,
        row.asked_at,
        row.totalled_at,
        row.week,
    )


async def ask(
    db: AsyncSession,
    ids: tuple[UUID, UUID, UUID],
    key: str,
    version_id: UUID,
    now: datetime,
    *,
    by: UUID | None = None,
    entered: UUID | None = None,
    asked_for: UUID | None = None,
) -> Row:
    """The row of a measure for a booking, made unless it is there; `ids`: of clinic, patient and booking. What somebody
    asks by hand (`by`) is theirs, though a course asked it before.
    """
    clinic_id, patient_id, booking_id = ids
    mine = select(Measure).where(Measure.booking_id == booking_id, Measure.key == key)
    found = await db.scalar(mine)
    if found is None:
        new = Measure(id=uuid4(), clinic_id=clinic_id, patient_id=patient_id, booking_id=booking_id)
        new.version_id, new.key, new.asked_at, new.asked_by, new.entered_by = version_id, key, now, by, entered
        new.asked_for = asked_for
        found = new if await added(db, new) else await db.scalar(mine)
    assert found, "either it was there, or it is now"
    if by and found.asked_for and found.begun_at is None:
        found.asked_by = by
    return row_of(found)


async def pin(db: AsyncSession, measure_id: UUID, version_id: UUID) -> Row:
    """Answers go to this version, unless it was begun or entered already; the row as it stands after that."""
    mine = (Measure.id == measure_id, Measure.begun_at.is_(None), Measure.entered_by.is_(None))
    await db.execute(update(Measure).where(*mine, Measure.version_id != version_id).values(version_id=version_id))
    return row_of(await db.get_one(Measure, measure_id, populate_existing=True))


async def in_turn(db: AsyncSession, measure_id: UUID) -> bool:
    """Answers to one measure are written one after the other, so that the last one sees that nothing is open. False
    where it is gone, as nobody had begun it.
    """
    return await db.scalar(select(Measure.id).where(Measure.id == measure_id).with_for_update()) is not None


_SEALED = (
    MeasureAnswer.id,
    MeasureAnswer.measure_id,
    MeasureAnswer.item,
    MeasureAnswer.number,
    MeasureAnswer.at,
    MeasureAnswer.value_sealed,
    MeasureAnswer.overtaken,
    MeasureAnswer.came_at,
    MeasureAnswer.version_id,
)


async def answers_of(db: AsyncSession, measure_ids: Collection[UUID]) -> dict[UUID, dict[str, SealedAnswer]]:
    """Measure -> item -> the answer that was given last, under the highest number that any that counts has."""
    found: dict[UUID, dict[str, SealedAnswer]] = {one: {} for one in measure_ids}
    row = MeasureAnswer
    mine = select(*_SEALED).where(row.measure_id.in_(measure_ids), row.overtaken.is_(False))
    if measure_ids:
        for one in await db.execute(mine.order_by(row.at, row.number)):
            answer, before = SealedAnswer(*one), found[one.measure_id].get(one.item)
            highest = max(answer.number, before.number) if before else answer.number
            found[one.measure_id][one.item] = replace(answer, number=highest)
    return found


async def all_answers(db: AsyncSession, measure_id: UUID, items: Collection[str]) -> list[SealedAnswer]:
    """Every answer that was given to these items, in the order in which they were."""
    row = MeasureAnswer
    mine = select(*_SEALED).where(row.measure_id == measure_id, row.item.in_(items))
    return [SealedAnswer(*one) for one in await db.execute(mine.order_by(row.at, row.number))]


async def is_taken(db: AsyncSession, answer_id: UUID) -> bool:
    """Whether any answer has this id."""
    return await db.scalar(select(MeasureAnswer.id).where(MeasureAnswer.id == answer_id)) is not None


async def add_answer(db: AsyncSession, answer: SealedAnswer) -> bool:
    """Write an answer; False when one of its number or a later one counts. What is overtaken already is written beside
    those that count.
    """
    mine = (MeasureAnswer.measure_id == answer.measure_id, MeasureAnswer.item == answer.item)
    counts = select(func.max(MeasureAnswer.number)).where(*mine, MeasureAnswer.overtaken.is_(False))
    newest = None if answer.overtaken else await db.scalar(counts)
    if newest is not None and newest >= answer.number:
        return False
    row = MeasureAnswer(id=answer.id, measure_id=answer.measure_id, item=answer.item, number=answer.number)
    row.value_sealed, row.at, row.overtaken, row.came_at = answer.blob, answer.at, answer.overtaken, answer.came_at
    row.version_id = answer.version_id
    if not await added(db, row):
        return False
    begun = update(Measure).where(Measure.id == answer.measure_id, Measure.begun_at.is_(None))
    await db.execute(begun.values(begun_at=answer.at))
    return True


async def totalled(db: AsyncSession, measure_id: UUID, at: datetime) -> None:
    """That all is answered which its total is made of; the first time counts."""
    done = update(Measure).where(Measure.id == measure_id, Measure.totalled_at.is_(None)).values(totalled_at=at)
    await db.execute(done)


async def finish(db: AsyncSession, measure_id: UUID, now: datetime) -> bool:
    """That it was answered to the end; False when that was said before."""
    done = update(Measure).where(Measure.id == measure_id, Measure.finished_at.is_(None)).values(finished_at=now)
    return await db.scalar(done.returning(Measure.id)) is not None


async def raise_flag(
    db: AsyncSession,
    clinic_id: UUID,
    answer: SealedAnswer,
    flag: Flag,
    now: datetime,
    booking_id: UUID | None = None,
) -> UUID | None:
    """That an answer, given by the page of this booking, matters by itself; None when it said so before."""
    row = MeasureFlag(id=uuid4(), clinic_id=clinic_id, measure_id=answer.measure_id, answer_id=answer.id)
    row.booking_id = booking_id
    row.item, row.number, row.weight, row.at = flag.item, answer.number, flag.weight.value, now
    return row.id if await added(db, row) else None


async def flags_of(db: AsyncSession, measure_ids: Collection[UUID]) -> list[Raised]:
    """Every flag of these measures, oldest first."""
    if not measure_ids:
        return []
    asked = select(MeasureFlag).where(MeasureFlag.measure_id.in_(measure_ids)).order_by(MeasureFlag.at)
    return [_raised(row) for row in await db.scalars(asked)]


async def unseen(db: AsyncSession, clinic_id: UUID) -> list[tuple[Raised, Row]]:
    """Flags of a clinic that nobody has said they saw, oldest first, each with what was asked."""
    asked = select(MeasureFlag, Measure).join(Measure, Measure.id == MeasureFlag.measure_id)
    known = or_(Measure.booking_id.is_not(None), Measure.asked_for.is_not(None))
    open_ = (MeasureFlag.clinic_id == clinic_id, MeasureFlag.seen_at.is_(None), known)
    return [
        (_raised(flag), row_of(row)) for flag, row in await db.execute(asked.where(*open_).order_by(MeasureFlag.at))
    ]


async def saw(db: AsyncSession, flag_ids: Sequence[UUID], by: UUID, now: datetime) -> list[UUID]:
    """Somebody says that they saw these; those that nobody had seen before."""
    unseen_ = (MeasureFlag.id.in_(flag_ids), MeasureFlag.seen_at.is_(None))
    done = update(MeasureFlag).where(*unseen_).values(seen_at=now, seen_by=by)
    return list(await db.scalars(done.returning(MeasureFlag.id)))


def _raised(row: MeasureFlag) -> Raised:
    return Raised(row.id, row.measure_id, row.item, row.weight, row.at, row.seen_at, row.seen_by, row.answer_id)
