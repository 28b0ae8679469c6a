"""A patient's safety plan, opened, and one more writing of a step: by the patient or by who treats them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.crypto import Keyring, Place, seal, unseal
from server.house import House
from server.patients.merging import store as merges
from server.safety.plan import store
from server.safety.plan.forms import Typed
from server.safety.plan.rules import PATIENT, Choice, Plan, Writing, as_of, continues, lines_of, merged, plan_from
from server.safety.plan.store import Row

TABLE = "plan_writings"


@dataclass(frozen=True)
class Hand:
    """Who writes in whose plan: the patient themselves, or a member of staff who treats them."""

    house: House
    clinic_id: UUID
    patient_id: UUID
    staff_id: UUID | None
    now: datetime

    @property
    def door(self) -> str:
        return "staff" if self.staff_id else PATIENT

    def entry(self, action: str, **detail: object) -> Entry:
        who = self.staff_id or self.patient_id
        return Entry(self.clinic_id, action, "patient", self.patient_id, self.door, who, detail)


@dataclass(frozen=True)
class Saved:
    """`text` as it stands now. `both`: somebody else wrote `was` meanwhile; nothing was kept, and it holds both."""

    number: int
    at: datetime
    text: str = field(repr=False)
    both: bool = False
    was: str = field(default="", repr=False)


async def plan_of(house: House, clinic_id: UUID, patient_id: UUID) -> Plan:
    """The plan, with every writing; an empty one once the patient's key was destroyed."""

    async def work(db: AsyncSession) -> tuple[list[Row], Choice]:
        rows = await store.writings_of(db, clinic_id, patient_id)
        return rows, await store.choice_of(db, patient_id)

    rows, choice = await house.db.read(work)
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    return plan_from(patient_id, [_opened(one, key, clinic_id) for one in rows] if key else [], choice)


async def plans_to_tell(house: House, clinic_id: UUID, patient_id: UUID) -> bool:
    """Whether who treats the patient has yet to look at two plans: nobody wrote in the newer one since a record came
    with another.
    """
    plan = (await plan_of(house, clinic_id, patient_id)).veiled
    if not plan.others:
        return False
    came = [at for _, at in await house.db.read(lambda db: merges.merged_into(db, patient_id))]
    counts = max((one.at for one in plan.writings if one.book == plan.book), default=None)
    return counts is None or bool(came and counts < max(came))


def _opened(row: Row, key: Keyring, clinic_id: UUID) -> Writing:
    text = unseal(key, row.blob, place(clinic_id, key.owner, row.id))
    return Writing(row.id, row.book, row.step, row.number, row.door, row.by, row.at, text)


def place(clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, patient_id, TABLE, row_id, "text")


async def write(hand: Hand, step: str, typed: Typed) -> Saved | None:
    """Keep a step over the writing that its page has seen; the same once more is no second writing.

    Where somebody else wrote first nothing is kept: the answer holds their lines and whatever is new in these, to be
    written over theirs. None: the patient keeps the plan to themselves, and somebody of the clinic came.
    """
    plan = await plan_of(hand.house, hand.clinic_id, hand.patient_id)
    if hand.staff_id and plan.hidden:
        return None
    text, last = "\n".join(lines_of(typed.text)), plan.steps.get(step)
    if text == plan.text(step):
        return Saved(plan.number(step), last.at if last else hand.now, text)
    if typed.over == plan.number(step) and await _put(hand, plan, step, text, goes_on=True):
        return Saved(typed.over + 1, hand.now, text)
    there = await plan_of(hand.house, hand.clinic_id, hand.patient_id)
    if hand.staff_id and there.hidden:
        return None
    was = there.text(step)
    return Saved(there.number(step), hand.now, merged(was, text, typed.was), both=True, was=was)


async def _put(hand: Hand, plan: Plan, step: str, text: str, *, goes_on: bool) -> bool:
    key, row_id = await hand.house.keys.patient(hand.clinic_id, hand.patient_id), uuid4()
    blob = seal(key, text, place(hand.clinic_id, hand.patient_id, row_id))
    number, last = plan.number(step) + 1, plan.steps.get(step)
    new = Row(row_id, plan.book, step, number, hand.door, hand.staff_id, hand.now, blob)
    again = goes_on and continues(last, hand.door, hand.staff_id, hand.now)

    async def work(db: AsyncSession) -> bool:
        replaces = last.id if last and again else None
        kept = await store.write(db, hand.clinic_id, hand.patient_id, new, replaces)
        if kept and not replaces:
            note(db, hand.entry("plan.written", step=step, number=number), hand.now)
        return kept

    return await hand.house.db.unit(work)


async def restore(hand: Hand, writing_id: UUID) -> bool | None:
    """Write every step anew as it stood then; what stands now stays among the versions. False: somebody wrote
    meanwhile. None: there is no such writing, or it is not theirs to read.
    """
    plan = await plan_of(hand.house, hand.clinic_id, hand.patient_id)
    then = as_of(plan.veiled if hand.staff_id else plan, writing_id)
    if then is None or (hand.staff_id and plan.hidden):
        return None
    for step in {*plan.steps, *then.steps}:
        if then.text(step) != plan.text(step) and not await _put(hand, plan, step, then.text(step), goes_on=False):
            return False
    return True


async def choose(hand: Hand, kind: str, value: str) -> None:
    """Keep a choice about the plan: of the patient's own, or of who looks at it with them."""

    async def work(db: AsyncSession) -> None:
        ids = (hand.clinic_id, hand.patient_id)
        if await store.choose(db, *ids, (kind, value), hand.door, hand.staff_id, hand.now):
            note(db, hand.entry("plan.chosen", kind=kind, value=value), hand.now)

    await hand.house.db.unit(work)


async def forget(hand: Hand) -> bool:
    """Delete all of it for good; again changes nothing. False: it was made together and belongs to the record."""

    async def work(db: AsyncSession) -> bool:
        count = await store.forget(db, hand.patient_id)
        if count:
            note(db, hand.entry("plan.forgotten", count=count), hand.now)
        return count is not None

    return await hand.house.db.unit(work)
