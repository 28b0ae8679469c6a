"""Queries of journals; what is in an entry stays sealed here. Whoever calls has said whose it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.journal.rules import Share, Written
from server.journal.tables import JournalEntry, JournalGone, JournalId, JournalSetting
from server.patients.store import alone
from server.plain import put


@dataclass(frozen=True)
class Sealed:
    """An entry as it lies in its row."""

    id: UUID
    kind: str
    written: Written
    share: Share
    number: int
    value: bytes = field(repr=False)
    words: bytes | None = field(default=None, repr=False)


COLUMNS = (
    JournalEntry.id, JournalEntry.kind, JournalEntry.day, JournalEntry.at, JournalEntry.zone, JournalEntry.backdated,
    JournalEntry.share, JournalEntry.number, JournalEntry.value_sealed, JournalEntry.words_sealed,
)  # fmt: skip


async def add(db: AsyncSession, clinic_id: UUID, patient_id: UUID, new: Sealed, now: datetime) -> bool:
    """Write an entry once; False when its id was used before, by an entry that stands or one that was deleted, and when
    it was written before its patient deleted all of its kind: then it counts as deleted with those.
    """
    await alone(db, patient_id)
    if not await _claim(db, patient_id, new.id):
        return False
    if gone := await _all_gone(db, patient_id, new):
        await _gone(db, [new.id], gone)
        return False
    about = {"day": new.written.day, "at": new.written.at, "zone": new.written.zone}
    row = {"id": new.id, "clinic_id": clinic_id, "patient_id": patient_id, "kind": new.kind, "number": new.number}
    row |= {"backdated": new.written.backdated, "share": new.share.value, "changed_at": now, **about}
    await put(db, JournalEntry, row | {"value_sealed": new.value, "words_sealed": new.words})
    return True


async def _claim(db: AsyncSession, patient_id: UUID, entry_id: UUID) -> bool:
    engine = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    claim = engine.insert(JournalId).values(id=entry_id, patient_id=patient_id).on_conflict_do_nothing()
    return await db.scalar(claim.returning(JournalId.id)) is not None


async def _owner(db: AsyncSession, entry_id: UUID) -> UUID | None:
    return await db.scalar(select(JournalId.patient_id).where(JournalId.id == entry_id))


async def change(db: AsyncSession, patient_id: UUID, new: Sealed, now: datetime) -> bool:
    """Write it over the writing before `new.number`; False when that is not what stands."""
    mine = (JournalEntry.id == new.id, JournalEntry.patient_id == patient_id, JournalEntry.kind == new.kind)
    values: dict[str, object] = {
        "share": new.share.value,
        "number": new.number,
        "value_sealed": new.value,
        "words_sealed": new.words,
    }
    values |= {"day": new.written.day, "backdated": new.written.backdated, "changed_at": now}
    done = update(JournalEntry).where(*mine, JournalEntry.number == new.number - 1).values(values)
    return await db.scalar(done.returning(JournalEntry.id)) is not None


async def share(db: AsyncSession, patient_id: UUID, kind: str, entry_id: UUID, wanted: Share) -> bool:
    """Let it be read by these; False where there is no such entry of theirs."""
    mine = (JournalEntry.id == entry_id, JournalEntry.patient_id == patient_id, JournalEntry.kind == kind)
    done = update(JournalEntry).where(*mine).values(share=wanted.value)
    return await db.scalar(done.returning(JournalEntry.id)) is not None


async def forget(db: AsyncSession, patient_id: UUID, kind: str, entry_id: UUID, now: datetime) -> bool | None:
    """Delete an entry, and keep its id from coming back, also where it has not come yet; False where none stood, None
    for an id that is somebody else's.
    """
    if not await _claim(db, patient_id, entry_id) and await _owner(db, entry_id) != patient_id:
        return None
    mine = (JournalEntry.id == entry_id, JournalEntry.patient_id == patient_id, JournalEntry.kind == kind)
    gone = await db.scalar(delete(JournalEntry).where(*mine).returning(JournalEntry.id)) is not None
    await _gone(db, [entry_id], now)
    return gone


async def forget_all(db: AsyncSession, clinic_id: UUID, patient_id: UUID, kind: str, now: datetime) -> int:
    """Delete every entry of a kind, and keep what was written until now from coming later; how many it were."""
    await alone(db, patient_id)
    await put(
        db, JournalGone, {"id": uuid4(), "clinic_id": clinic_id, "patient_id": patient_id, "kind": kind, "at": now}
    )
    mine = (JournalEntry.patient_id == patient_id, JournalEntry.kind == kind)
    await _gone(db, select(JournalEntry.id).where(*mine), now)
    return len((await db.scalars(delete(JournalEntry).where(*mine).returning(JournalEntry.id))).all())


async def _all_gone(db: AsyncSession, patient_id: UUID, new: Sealed) -> datetime | None:
    """When all of its kind was deleted, first after it was written; None where that was not."""
    since = (JournalGone.patient_id == patient_id, JournalGone.kind == new.kind, JournalGone.at >= new.written.at)
    return await db.scalar(select(func.min(JournalGone.at)).where(*since))


async def _gone(db: AsyncSession, ids: Sequence[UUID] | Select[UUID], now: datetime) -> None:
    """From when on these are gone; said again, it stays as it was first."""
    first = (JournalId.id.in_(ids), JournalId.gone_at.is_(None))
    await db.execute(update(JournalId).where(*first).values(gone_at=now))


async def gone_at(db: AsyncSession, patient_id: UUID, entry_id: UUID) -> datetime | None:
    """When they deleted it; None where they did not, and for an id that is somebody else's."""
    mine = (JournalId.id == entry_id, JournalId.patient_id == patient_id)
    return await db.scalar(select(JournalId.gone_at).where(*mine))


async def entries(
    db: AsyncSession, patient_id: UUID, kind: str, since: date | None = None, until: date | None = None
) -> list[Sealed]:
    """A patient's own, about days from `since` to `until`, the oldest day first."""
    return await _found(db, patient_id, [kind], since, until, list(Share))


async def shared(
    db: AsyncSession, patient_id: UUID, kind: str, since: date | None = None, until: date | None = None
) -> list[Sealed]:
    """The same, as who treats them may see it: what is shared, and its words where those are."""
    return await shared_of(db, patient_id, [kind], since, until)


async def shared_of(
    db: AsyncSession, patient_id: UUID, kinds: Sequence[str], since: date | None = None, until: date | None = None
) -> list[Sealed]:
    """The same of several tools at once."""
    found = await _found(db, patient_id, kinds, since, until, [Share.PART, Share.ALL])
    return [one if one.share is Share.ALL else _wordless(one) for one in found]


def _wordless(one: Sealed) -> Sealed:
    return Sealed(one.id, one.kind, one.written, one.share, one.number, one.value)


async def _found(
    db: AsyncSession,
    patient_id: UUID,
    kinds: Sequence[str],
    since: date | None,
    until: date | None,
    shares: Sequence[Share],
) -> list[Sealed]:
    asked = select(*COLUMNS).where(JournalEntry.patient_id == patient_id, JournalEntry.kind.in_(kinds))
    asked = asked.where(JournalEntry.share.in_([one.value for one in shares]))
    asked = asked.where(JournalEntry.day >= since) if since else asked
    asked = asked.where(JournalEntry.day <= until) if until else asked
    return [_sealed(row) for row in await db.execute(asked.order_by(JournalEntry.day, JournalEntry.at))]


async def last_shared(db: AsyncSession, patient_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Patient -> when they wrote last of what they share; who shares nothing is left out."""
    mine = (JournalEntry.patient_id.in_(patient_ids), JournalEntry.share.in_([Share.PART.value, Share.ALL.value]))
    asked = select(JournalEntry.patient_id, func.max(JournalEntry.at)).where(*mine)
    found = await db.execute(asked.group_by(JournalEntry.patient_id))
    return {row[0]: row[1] for row in found}


async def entry(db: AsyncSession, patient_id: UUID, kind: str, entry_id: UUID) -> Sealed | None:
    mine = (JournalEntry.id == entry_id, JournalEntry.patient_id == patient_id, JournalEntry.kind == kind)
    row = (await db.execute(select(*COLUMNS).where(*mine))).first()
    return _sealed(row) if row else None


def _sealed(row: Row[UUID, str, date, datetime, str, bool, str, int, bytes, bytes | None]) -> Sealed:
    own_id, kind, day, at, zone, backdated, share_, number, value, words = row
    return Sealed(own_id, kind, Written(day, at, zone, backdated), Share(share_), number, value, words)


async def span(db: AsyncSession, patient_id: UUID, kind: str) -> tuple[int, date | None, datetime | None]:
    """(how many entries, the first day, when the last was written)"""
    asked = select(func.count(), func.min(JournalEntry.day), func.max(JournalEntry.at))
    count, first, last = (
        await db.execute(asked.where(JournalEntry.patient_id == patient_id, JournalEntry.kind == kind))
    ).one()
    return count, first, last


async def setting(db: AsyncSession, patient_id: UUID, kind: str) -> tuple[UUID, Share, bytes] | None:
    """(row, share, sealed value) of how they use a tool; None where they never said."""
    mine = (JournalSetting.patient_id == patient_id, JournalSetting.kind == kind)
    row = await db.scalar(select(JournalSetting).where(*mine).order_by(JournalSetting.at.desc()).limit(1))
    return (row.id, Share(row.share), row.value_sealed) if row else None


async def keep_setting(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, kind: str, row_id: UUID, said: tuple[Share, bytes],
    now: datetime,
) -> None:  # fmt: skip
    """Say how they use a tool from now on."""
    mine = (JournalSetting.patient_id == patient_id, JournalSetting.kind == kind)
    await db.execute(delete(JournalSetting).where(*mine))
    who = {"id": row_id, "clinic_id": clinic_id, "patient_id": patient_id, "kind": kind, "at": now}
    await put(db, JournalSetting, who | {"share": said[0].value, "value_sealed": said[1]})
