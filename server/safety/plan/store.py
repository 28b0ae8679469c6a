"""Queries of safety plans; what they say stays sealed here."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Uuid, column, delete, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.safety.plan.rules import PATIENT, STAFF, Choice
from server.safety.plan.tables import PlanChoice, PlanWriting

SHARED, REVIEW, COUNTRY = "shared", "review", "country"
_patient = table("patients", column("id", Uuid()))


@dataclass(frozen=True)
class Row:
    """One writing of a step, sealed."""

    id: UUID
    book: UUID
    step: str
    number: int
    door: str
    by: UUID | None
    at: datetime
    blob: bytes = field(repr=False)


async def _turn(db: AsyncSession, patient_id: UUID) -> None:
    """Queue behind whoever writes, chooses or deletes in this plan: what is read after it is what they left."""
    mine = select(_patient.c.id).where(_patient.c.id == patient_id)
    await db.execute(mine.with_for_update(key_share=True))


async def writings_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Row]:
    """Every writing that there is, the oldest first."""
    asked = select(PlanWriting).where(PlanWriting.clinic_id == clinic_id, PlanWriting.patient_id == patient_id)
    return [
        Row(one.id, one.book, one.step, one.number, one.door, one.by_id, one.at, one.text_sealed)
        for one in await db.scalars(asked.order_by(PlanWriting.at, PlanWriting.number))
    ]


async def write(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, new: Row, replaces: UUID | None
) -> bool:  # fmt: skip
    """Add a writing; False when somebody else took its number. `replaces`: the writing that it goes on from.

    Whoever comes from the clinic never writes into a plan that its patient keeps to themselves: False as well.
    """
    await _turn(db, patient_id)
    if new.door == STAFF and await kept_alone(db, patient_id, new.book):
        return False
    last = select(PlanWriting.number).where(PlanWriting.book == new.book, PlanWriting.step == new.step)
    if (await db.scalar(last.order_by(PlanWriting.number.desc()).limit(1)) or 0) != new.number - 1:
        return False
    row = PlanWriting(
        id=new.id, clinic_id=clinic_id, patient_id=patient_id, book=new.book, step=new.step, number=new.number,
        text_sealed=new.blob, door=new.door, by_id=new.by, at=new.at,
    )  # fmt: skip
    if not await added(db, row):
        return False
    if replaces:
        await db.execute(delete(PlanWriting).where(PlanWriting.id == replaces))
    return True


async def kept_alone(db: AsyncSession, patient_id: UUID, book: UUID) -> bool:
    """Whether the patient wrote in this book, nobody of the clinic did, and they do not share it."""
    doors = set(await db.scalars(select(PlanWriting.door).where(PlanWriting.book == book)))
    return doors == {PATIENT} and not (await choice_of(db, patient_id)).shared


async def choice_of(db: AsyncSession, patient_id: UUID) -> Choice:
    asked = select(PlanChoice).where(PlanChoice.patient_id == patient_id).order_by(PlanChoice.at)
    newest = {one.kind: one for one in await db.scalars(asked)}
    review, values = newest.get(REVIEW), {kind: one.value for kind, one in newest.items()}
    day = date.fromisoformat(review.value) if review and review.value else None
    return Choice(values.get(SHARED) == "yes", day, review is not None, values.get(COUNTRY, ""))


async def choose(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, chosen: tuple[str, str], door: str, by: UUID | None,
    now: datetime,
) -> bool:  # fmt: skip
    """Keep a choice (kind, value); False where it stood already."""
    kind, value = chosen
    await _turn(db, patient_id)
    same = select(PlanChoice.value).where(PlanChoice.patient_id == patient_id, PlanChoice.kind == kind)
    if await db.scalar(same.order_by(PlanChoice.at.desc()).limit(1)) == value:
        return False
    whose = {"clinic_id": clinic_id, "patient_id": patient_id}
    db.add(PlanChoice(id=uuid4(), **whose, kind=kind, value=value, door=door, by_id=by, at=now))
    await db.flush()
    return True


async def forget(db: AsyncSession, patient_id: UUID) -> int | None:
    """Delete what their patient wrote alone, and all that was chosen about it; how many writings. None: there is none
    but what somebody of the clinic wrote in, which stays.
    """
    await _turn(db, patient_id)
    theirs = PlanWriting.patient_id == patient_id
    joint = set(await db.scalars(select(PlanWriting.book).where(theirs, PlanWriting.door == STAFF)))
    alone = delete(PlanWriting).where(theirs, PlanWriting.book.not_in(joint))
    gone = (await db.scalars(alone.returning(PlanWriting.id))).all()
    if joint:
        return len(gone) or None
    await db.execute(delete(PlanChoice).where(PlanChoice.patient_id == patient_id))
    return len(gone)
