"""Answers as a page sends them: each under the number that its page gave it, all of one sending in one transaction.

The same answer again is the same row. Another answer under a number that is taken, or an older one, is overtaken: it
does not count, and neither does one to a question that is not in the version which was begun. Where such a one speaks
of danger it is kept beside those that do, and calls people as loudly as any.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.danger import keep_danger, raise_danger
from server.measures.occasion import Occasion, entry_of
from server.measures.pinned import Anew, begin
from server.measures.sealed import open_answer, seal_answer
from server.measures.sheets import Given, Kept, Overtaken, Sheet, Stage, stand, told

RESENT = timedelta(minutes=5)
"""So long the same answer under the same number is one that was sent again, where its page gave it no id."""


@dataclass(frozen=True)
class Tap:
    """An answer that fits its item, numbered by its page. `id`: made once for each tap, by a page that can."""

    item: str
    value: int = field(repr=False)
    number: int
    id: UUID | None = None


@dataclass(frozen=True)
class _Done:
    """`counts`: the items whose answer counts now; `left`: how many questions are open; `given`: what stands;
    `entered`: by staff, meanwhile, and not for the patient's eyes; `same`: the questions that are in what was begun.
    """

    counts: frozenset[str]
    raised: Sequence[UUID]
    left: int
    given: Mapping[str, Given] = field(repr=False)
    entered: bool
    same: Collection[str]


async def keep_answer(
    house: House, of: Occasion, sheet: Sheet, item: str, value: int, number: int, own: UUID | None = None
) -> Kept | Overtaken | Anew:
    """Write one answer that fits its item."""
    return (await keep_answers(house, of, sheet, [Tap(item, value, number, own)]))[item]


async def keep_answers(
    house: House, of: Occasion, sheet: Sheet, taps: Sequence[Tap]
) -> Mapping[str, Kept | Overtaken | Anew]:  # fmt: skip
    """Write all of these, of each item one. What they say of danger is in the same transaction, and told at once."""
    key, now = await house.keys.patient(of.clinic_id, of.patient_id), house.clock()
    done = await house.db.unit(lambda db: _write_all(db, key, of, sheet, taps, now))
    await told(house, of, sheet, [tap.item for tap in taps], raised=bool(done.raised), left=done.left)
    kept = {tap.item: Kept(tap.number, done.left, not done.left or sheet.stage is Stage.DONE) for tap in taps}
    return {tap.item: _outcome(tap, kept[tap.item], done) for tap in taps}


def _outcome(tap: Tap, kept: Kept, done: _Done) -> Kept | Overtaken | Anew:
    if tap.item not in done.same:
        return Anew()
    there = None if done.entered else done.given.get(tap.item)
    if there is None or tap.item in done.counts or (there.value, there.number) == (tap.value, tap.number):
        return kept
    return Overtaken(there.number, there.value, there.id)


async def _write_all(
    db: AsyncSession, key: Keyring, of: Occasion, sheet: Sheet, taps: Sequence[Tap], now: datetime
) -> _Done:
    begun = await begin(db, of, sheet, now)
    row = begun.row
    before = await store.all_answers(db, row.id, {tap.item for tap in taps})
    counts, raised = set[str](), list[UUID]()
    for tap in taps:
        if sent_before(key, of.clinic_id, tap, before, now):
            continue
        row_id = tap.id if tap.id and not await store.is_taken(db, tap.id) else uuid4()
        blob, flagged = seal_answer(key, of.clinic_id, row_id, tap.value), entry_of(of, "measure.flagged", sheet.key)
        other = begun.other(sheet, tap.item)
        answer = store.SealedAnswer(row_id, row.id, tap.item, tap.number, now, blob, version_id=other)
        if row.entered_by is None and other is None and await store.add_answer(db, answer):
            counts.add(tap.item)
            raised += await raise_danger(db, of, sheet.instrument, answer, tap.value, now, flagged)
        else:
            raised += await keep_danger(db, of, sheet.instrument, answer, tap.value, now, flagged)
    if counts and row.begun_at is None:
        note(db, entry_of(of, "measure.begun", sheet.key), now)
    left, given = await stand(db, key, of, begun.sheet, row, now)
    return _Done(frozenset(counts), raised, left, given, row.entered_by is not None, begun.same)


def sent_before(
    key: Keyring, clinic_id: UUID, tap: Tap, before: Sequence[store.SealedAnswer], now: datetime
) -> bool:  # fmt: skip
    """Whether this very tap is among those that came already."""
    mine = [one for one in before if one.item == tap.item]
    if tap.id:
        return any(one.id == tap.id for one in mine)
    alike = [one for one in mine if one.number == tap.number and now - one.at < RESENT]
    return any(open_answer(key, clinic_id, one.id, one.blob) == tap.value for one in alike)
