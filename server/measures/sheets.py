"""The measures of one booking, or of a patient alone, as whole steps: what is asked, what was answered, how it stands
after one more answer, and that it is over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.carried import store as carried
from server.measures.occasion import Alone, Occasion, entry_of, tell
from server.measures.rules import Instrument
from server.measures.schedule import AFTER, AHEAD, due, ended_at, may_answer
from server.measures.scoring import asked, flag_of, has_total, still_open
from server.measures.sealed import open_answer
from server.measures.weekly import visits as weekly
from server.measures.weekly.visits import slot_of


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
    """One measure of one occasion; `row` is None until somebody answers or a therapist asked."""

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


async def sheets_of(house: House, of: Occasion, now: datetime) -> list[Sheet]:
    """What this booking asks at `now`, in the clinic's order, and what it asked before; or what a patient alone is.

    Of a cancelled booking what was begun, so that no answer on its way is lost.
    """
    if isinstance(of, BookingCard) and (of.asked or not may_answer(slot_of(of), now)):
        return []
    setting, own, wanted, versions, blobs = await house.db.read(lambda db: _load(db, of, now))
    wanted |= {key: row.version_id for key, row in own.items()}
    key = await key_of(house, of) if any(blobs.values()) else None
    order = [rule.key for rule in setting.rules]
    found = [
        Sheet(name, versions[version].instrument, version, own.get(name), opened(key, of, own.get(name), blobs))
        for name, version in wanted.items()
    ]
    return sorted(found, key=lambda sheet: order.index(sheet.key) if sheet.key in order else len(order))


async def _by_rule(
    db: AsyncSession, of: Occasion, setting: store.Setting, rows: Sequence[store.Row], now: datetime
) -> dict[str, UUID]:
    if not isinstance(of, BookingCard) or _cancelled(of, now):
        return {}
    rules, slot, past = await weekly.asks_of(db, of, setting.rules, rows)
    return {rule.key: rule.version_id for rule in rules if due(rule, past, slot, now)}


def _cancelled(card: BookingCard, now: datetime) -> bool:
    return card.cancelled_at is not None and card.cancelled_at <= now


def _own(of: Occasion, rows: Sequence[store.Row], now: datetime) -> dict[str, store.Row]:
    """The rows that are answered here, by measure. What a patient is asked alone stands with a booking that is near, so
    that nobody is asked the same twice.
    """
    if isinstance(of, Alone):
        standing = [row for row in rows if row.alone and _stands_alone(row, now)]
        later = {row.key: row for row in standing if row.asked_at > now}  # by the clock of another node
        return later | {row.key: row for row in standing if row.asked_at <= now}
    mine = {row.key: row for row in rows if row.booking_id == of.id and row.entered_by is None}
    if _cancelled(of, now):
        return {key: row for key, row in mine.items() if row.begun_at}
    near = of.starts_at - AHEAD
    carried = {
        row.key: row
        for row in rows
        if row.alone and (row.finished_at >= near if row.finished_at else now >= near and _stands_alone(row, now))
    }
    return carried | mine


def _stands_alone(row: store.Row, now: datetime) -> bool:
    """What is open, and for some hours what was answered or is not wanted any more: a page may be open with it."""
    over = row.finished_at or row.withdrawn_at
    return over is None or now < over + AFTER


_Loaded = tuple[
    store.Setting,
    Mapping[str, store.Row],
    dict[str, UUID],
    Mapping[UUID, store.Version],
    Mapping[UUID, Mapping[str, store.SealedAnswer]],
]


async def _load(db: AsyncSession, of: Occasion, now: datetime) -> _Loaded:
    setting = await store.setting_of(db, of.clinic_id)
    rows = await store.measures_of(db, of.patient_id)
    own = _own(of, rows, now)
    wanted = await _by_rule(db, of, setting, rows, now)
    ids = {*wanted.values(), *(row.version_id for row in own.values())}
    return (
        setting,
        own,
        wanted,
        await store.versions_of(db, of.clinic_id, ids),
        await store.answers_of(db, [row.id for row in own.values() if row.begun_at]),
    )


async def key_of(house: House, of: Occasion) -> Keyring | None:
    """Of its patient; None once it was destroyed."""
    return (await house.keys.patients(of.clinic_id, [of.patient_id])).get(of.patient_id)


def opened(
    key: Keyring | None,
    of: Occasion,
    row: store.Row | None,
    blobs: Mapping[UUID, Mapping[str, store.SealedAnswer]],
) -> dict[str, Given]:
    """What was answered, as its patient's key opens it."""
    if key is None or row is None:
        return {}
    return {
        item: Given(open_answer(key, of.clinic_id, one.id, one.blob), one.number, one.id)
        for item, one in blobs.get(row.id, {}).items()
    }


async def told(
    house: House, of: Occasion, sheet: Sheet, items: Collection[str], *, raised: bool, left: int
) -> None:  # fmt: skip
    """Pages look again after answers to these; those of the day too, where it matters there."""
    if raised:
        house.outbox.nudge()
    before = [(item, sheet.given[item].value) for item in items if item in sheet.given]
    changed = any(flag_of(sheet.instrument, item, value) for item, value in before)
    await tell(house, of, widely=raised or changed or not left or sheet.row is None)


async def stand(
    db: AsyncSession, key: Keyring, of: Occasion, sheet: Sheet, row: store.Row, now: datetime
) -> tuple[int, Mapping[str, Given]]:
    """After an answer: how many questions are open, and the answers that count; where none is, it is answered to the
    end, since the last of them was given. Its total may be there before.
    """
    blobs = await store.answers_of(db, [row.id])
    given = opened(key, of, row, blobs)
    answers = {name: one.value for name, one in given.items()}
    left = len(still_open(sheet.instrument, answers))
    since = row.asked_at if row.alone or not isinstance(of, BookingCard) else of.made_at
    if has_total(sheet.instrument, answers):
        made = [one.at for name, one in blobs[row.id].items() if name in {item.id for item in sheet.instrument.scored}]
        await store.totalled(db, row.id, ended_at(made, since, now))
        await _answered(db, of, sheet.key, now)
    if not left and await store.finish(db, row.id, ended_at([one.at for one in blobs[row.id].values()], since, now)):
        note(db, entry_of(of, "measure.finished", sheet.key, open=0), now)
        await _answered(db, of, sheet.key, now)
    return left, given


async def _answered(db: AsyncSession, of: Occasion, key: str, now: datetime) -> None:
    """Nobody is asked right after it what they just answered: a course that put it on another booking has it."""
    for booking_id in await carried.drop_answered(db, of.patient_id, key):
        note(db, Entry(of.clinic_id, "measure.withdrawn", "booking", booking_id, detail={"measure": key}), now)


async def row_for(db: AsyncSession, of: Occasion, sheet: Sheet, now: datetime) -> store.Row:
    """Where answers go: the row that is there by now, else a new one of the booking, whose rule asks or did."""
    if isinstance(of, BookingCard) and not (sheet.row and sheet.row.alone):
        return await store.ask(db, (of.clinic_id, of.patient_id, of.id), sheet.key, sheet.version_id, now)
    found = await store.measure_of(db, sheet.row.id) if sheet.row else None
    assert found, "nobody is asked alone without a row"
    return found


async def finish(house: House, of: Occasion, sheet: Sheet) -> None:
    """They are done with it, though some may be open; again is the same."""
    if sheet.row is None or sheet.row.finished_at:
        return
    row, now = sheet.row, house.clock()
    left = len(still_open(sheet.instrument, sheet.answers))

    async def work(db: AsyncSession) -> None:
        if await store.finish(db, row.id, now):
            note(db, entry_of(of, "measure.finished", sheet.key, open=left), now)
            await _answered(db, of, sheet.key, now)

    await house.db.unit(work)
    await tell(house, of)


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
