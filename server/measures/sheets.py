"""The measures of one booking as whole steps: what is asked, what was answered, and keeping one more answer.

An answer carries the number that its page gave it. The same answer again is the same row; another answer under a number
that is taken, or an older one, is overtaken and is not written. What it says of danger is written all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.risk.store import sound
from server.measures.rules import Instrument, Weight
from server.measures.schedule import Slot, due, may_answer
from server.measures.scoring import asked, flag_of, still_open
from server.measures.sealed import open_answer, seal_answer

RISK = "measure.risk"
LOUD = frozenset({Weight.RISK, Weight.URGENT})


class Stage(StrEnum):
    OPEN = "open"
    HALF = "half"
    DONE = "done"


@dataclass(frozen=True)
class Given:
    """`id`: of the row; `number`: the highest of this question."""

    value: int
    number: int
    id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Sheet:
    """One measure of one booking; `row` is None until somebody answers or a therapist asked."""

    key: str
    instrument: Instrument
    version_id: UUID
    row: store.Row | None = None
    given: Mapping[str, Given] = field(default_factory=dict, repr=False)

    @property
    def answers(self) -> dict[str, int]:
        return {item: one.value for item, one in self.given.items()}

    @property
    def stage(self) -> Stage:
        if self.row and self.row.finished_at:
            return Stage.DONE
        return Stage.HALF if self.given else Stage.OPEN

    @property
    def count(self) -> int:
        """How many questions are put, as far as one can say."""
        return len(asked(self.instrument, self.answers))


@dataclass(frozen=True)
class Kept:
    """`open`: how many questions are without an answer now."""

    number: int
    open: int
    done: bool


@dataclass(frozen=True)
class Overtaken:
    """Answered elsewhere since: by what, and under which number. `id`: of the answer that stands."""

    number: int
    value: int
    id: UUID | None = field(default=None, compare=False)


def slot_of(card: BookingCard) -> Slot:
    return Slot(card.id, card.starts_at, card.ends_at)


async def sheets_of(house: House, card: BookingCard, now: datetime) -> list[Sheet]:
    """What this booking asks at `now`, in the clinic's order, and what it asked before.

    Of a cancelled booking what was begun, so that no answer on its way is lost.
    """
    if card.asked or not may_answer(slot_of(card), now):
        return []
    setting, rows, versions, blobs = await house.db.read(lambda db: _load(db, card))
    past = [row.asked for row in rows]
    own = {row.key: row for row in rows if row.booking_id == card.id and row.entered_by is None}
    cancelled = card.cancelled_at is not None and card.cancelled_at <= now
    rules = () if cancelled else setting.rules
    wanted = {rule.key: rule.version_id for rule in rules if due(rule, past, slot_of(card), now)}
    wanted |= {key: row.version_id for key, row in own.items() if row.begun_at or not cancelled}
    key = await _key(house, card) if any(blobs.values()) else None
    order = [rule.key for rule in setting.rules]
    found = [
        Sheet(name, versions[version].instrument, version, own.get(name), _opened(key, card, own.get(name), blobs))
        for name, version in wanted.items()
    ]
    return sorted(found, key=lambda sheet: order.index(sheet.key) if sheet.key in order else len(order))


_Loaded = tuple[store.Setting, list[store.Row], dict[UUID, store.Version], dict[UUID, dict[str, store.SealedAnswer]]]


async def _load(db: AsyncSession, card: BookingCard) -> _Loaded:
    setting = await store.setting_of(db, card.clinic_id)
    rows = await store.measures_of(db, card.patient_id)
    own = [row for row in rows if row.booking_id == card.id]
    ids = {rule.version_id for rule in setting.rules} | {row.version_id for row in own}
    return (
        setting,
        rows,
        await store.versions_of(db, card.clinic_id, ids),
        await store.answers_of(db, [row.id for row in own if row.begun_at]),
    )


async def _key(house: House, card: BookingCard) -> Keyring | None:
    return (await house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)


def _opened(
    key: Keyring | None,
    card: BookingCard,
    row: store.Row | None,
    blobs: Mapping[UUID, Mapping[str, store.SealedAnswer]],
) -> dict[str, Given]:
    if key is None or row is None:
        return {}
    return {
        item: Given(open_answer(key, card.clinic_id, one.id, one.blob), one.number, one.id)
        for item, one in blobs.get(row.id, {}).items()
    }


async def keep_answer(
    house: House, card: BookingCard, sheet: Sheet, item: str, value: int, number: int
) -> Kept | Overtaken:
    """Write an answer that fits its item. What it says of danger is in the same transaction, and told at once."""
    before = sheet.given.get(item)
    if before and (before.value, before.number) == (value, number):
        return Kept(number, len(still_open(sheet.instrument, sheet.answers)), sheet.stage is Stage.DONE)
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    row_id, now = uuid4(), house.clock()
    blob = seal_answer(key, card.clinic_id, row_id, value)
    raised: list[UUID] = []

    async def work(db: AsyncSession) -> int | None:
        raised.clear()
        row = await store.ask(db, (card.clinic_id, card.patient_id, card.id), sheet.key, sheet.version_id, now)
        await store.in_turn(db, row.id)
        said = (item, value, number)
        entry = entry_of(card, "measure.flagged", sheet.key)
        raised.extend(await raise_danger(db, card, sheet.instrument, row.id, said, now, entry))
        if not await store.add_answer(db, row.id, row_id, item, number, blob, now):
            return None
        if row.begun_at is None:
            note(db, entry_of(card, "measure.begun", sheet.key), now)
        left, _ = await stand(db, key, card, sheet, row, now)
        return left

    left = await house.db.unit(work)
    await told(house, card, sheet, item, raised=bool(raised), left=left)
    if left is not None:
        return Kept(number, left, not left or sheet.stage is Stage.DONE)
    return await _as_it_stands(house, card, sheet.key, item, Given(value, number))


async def told(house: House, card: BookingCard, sheet: Sheet, item: str, *, raised: bool, left: int | None) -> None:
    """Pages look again after an answer to `item`; those of the day too, where it matters there."""
    if raised:
        house.outbox.nudge()
    before = sheet.given.get(item)
    changed = before is not None and flag_of(sheet.instrument, item, before.value) is not None
    await tell(house, card, widely=raised or changed or not left or sheet.row is None)


async def stand(
    db: AsyncSession, key: Keyring, card: BookingCard, sheet: Sheet, row: store.Row, now: datetime
) -> tuple[int, Mapping[str, Given]]:
    """After an answer: how many questions are open, and the answers that count; where none is, it is answered to the
    end.
    """
    given = _opened(key, card, row, await store.answers_of(db, [row.id]))
    left = len(still_open(sheet.instrument, {name: one.value for name, one in given.items()}))
    if not left and await store.finish(db, row.id, now):
        note(db, entry_of(card, "measure.finished", sheet.key, open=0), now)
    return left, given


async def _as_it_stands(house: House, card: BookingCard, name: str, item: str, sent: Given) -> Kept | Overtaken:
    """Somebody was faster: with the same answer, or with another one."""
    now = next(one for one in await sheets_of(house, card, house.clock()) if one.key == name)
    there, left = now.given[item], len(still_open(now.instrument, now.answers))
    return Kept(sent.number, left, not left) if there == sent else Overtaken(there.number, there.value, there.id)


async def raise_danger(
    db: AsyncSession,
    card: BookingCard,
    instrument: Instrument,
    measure_id: UUID,
    answer: tuple[str, int, int],
    now: datetime,
    entry: Entry,
) -> Sequence[UUID]:
    """What an answer (item, value, number) says of danger, written and called about once: its flag, or none."""
    item, value, number = answer
    flag = flag_of(instrument, item, value)
    if flag is None or flag.weight not in LOUD:
        return ()
    flag_id = await store.raise_flag(db, card.clinic_id, measure_id, flag, number, now)
    if flag_id is None:
        return ()
    payload = {"clinic": str(card.clinic_id), "booking": str(card.id), "measure": str(measure_id), "flag": str(flag_id)}
    outbox.add(db, RISK, payload, now)
    await sound(db, card.clinic_id, measure_id, flag.weight, now)
    note(db, entry, now)
    return (flag_id,)


async def finish(house: House, card: BookingCard, sheet: Sheet) -> None:
    """They are done with it, though some may be open; again is the same."""
    if sheet.row is None or sheet.row.finished_at:
        return
    row, now = sheet.row, house.clock()
    left = len(still_open(sheet.instrument, sheet.answers))

    async def work(db: AsyncSession) -> None:
        if await store.finish(db, row.id, now):
            note(db, entry_of(card, "measure.finished", sheet.key, open=left), now)

    await house.db.unit(work)
    await tell(house, card)


async def ask_by_hand(house: House, card: BookingCard, rule_key: str, version_id: UUID, by: UUID | None) -> None:
    """A therapist asks for it; again is the same."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        ids = (card.clinic_id, card.patient_id, card.id)
        await store.ask(db, ids, rule_key, version_id, now, by=by)
        detail = {"measure": rule_key}
        note(db, Entry(card.clinic_id, "measure.asked", "booking", card.id, "staff", by, detail), now)

    await house.db.unit(work)
    await tell(house, card)


async def tell(house: House, card: BookingCard, *, widely: bool = True) -> None:
    """Pages that show this booking look again; `widely`: those of the clinic's day too."""
    await house.live.changed(f"visit:{card.public_id}")
    if widely:
        await house.live.changed(f"day:{card.clinic_id}")


def entry_of(card: BookingCard, action: str, key: str, **detail: object) -> Entry:
    """That something was answered, and how much of it; never what."""
    found = {"measure": key, **detail}
    return Entry(card.clinic_id, action, "booking", card.id, "patient", card.patient_id, found)


async def _risen(house: House, job: outbox.Job) -> None:
    """Whatever page of the clinic is open shows it, also where the node that took the answer died right after it."""
    await house.live.changed(f"day:{job.payload['clinic']}")


JOBS = {RISK: _risen}
