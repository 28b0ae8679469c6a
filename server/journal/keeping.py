"""Entries with their key: sealing them outside of the transaction, opening what was read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring
from server.house import House
from server.journal import store
from server.journal.rules import Entry, Setting, Share, comes_again
from server.journal.sealed import ENTRIES, SETTINGS, open_part, seal_part
from server.journal.store import Sealed


@dataclass(frozen=True)
class Journal:
    """One tool of one patient. Whoever makes it has said that this is theirs, or asks for `shared` alone."""

    house: House
    clinic_id: UUID
    patient_id: UUID
    kind: str

    async def key(self) -> Keyring | None:
        """The patient's key; None once it was destroyed."""
        return (await self.house.keys.patients(self.clinic_id, [self.patient_id])).get(self.patient_id)

    async def keep(self, new: Entry) -> bool:
        """Write it once; False when its id came before."""
        return await self.keep_all([new]) == 1

    async def has(self, new: Entry) -> bool:
        """Whether one whose id came before is here as it is sent now, or was deleted after it was written."""
        if stands := await self.one(new.id):
            return comes_again(stands, new)
        gone = await self.house.db.read(lambda db: store.gone_at(db, self.patient_id, new.id))
        return gone is not None and new.written.at <= gone

    async def keep_all(self, new: Sequence[Entry]) -> int:
        """The same for several at once; how many were new."""
        sealed, now = [await self._sealed(one) for one in new], self.house.clock()

        async def work(db: AsyncSession) -> int:
            return sum([await store.add(db, self.clinic_id, self.patient_id, one, now) for one in sealed])

        return await self.house.db.unit(work)

    async def change(self, new: Entry) -> bool:
        """Write it over the writing before its number; False when another stands there."""
        sealed, now = await self._sealed(new), self.house.clock()
        return await self.house.db.unit(lambda db: store.change(db, self.patient_id, sealed, now))

    async def _sealed(self, new: Entry) -> Sealed:
        key = await self.house.keys.patient(self.clinic_id, self.patient_id)
        value = seal_part(key, self.clinic_id, ENTRIES, new.id, "value", new.value)
        words = seal_part(key, self.clinic_id, ENTRIES, new.id, "words", new.words) if new.words else None
        return Sealed(new.id, new.kind, new.written, new.share, new.number, value, words)

    async def own(self, since: date | None = None, until: date | None = None) -> list[Entry]:
        """All of theirs about these days, the oldest first."""
        rows = await self.house.db.read(lambda db: store.entries(db, self.patient_id, self.kind, since, until))
        return await self._opened(rows)

    async def shared(self, since: date | None = None, until: date | None = None) -> list[Entry]:
        """What who treats them may see of it."""
        rows = await self.house.db.read(lambda db: store.shared(db, self.patient_id, self.kind, since, until))
        return await self._opened(rows)

    async def one(self, entry_id: UUID) -> Entry | None:
        row = await self.house.db.read(lambda db: store.entry(db, self.patient_id, self.kind, entry_id))
        found = await self._opened([row] if row else [])
        return found[0] if found else None

    async def _opened(self, rows: Iterable[Sealed]) -> list[Entry]:
        key = await self.key()
        return opened(key, self.clinic_id, rows) if key else []

    async def setting(self) -> Setting:
        """How they use it; nothing is shared before they say so."""
        row = await self.house.db.read(lambda db: store.setting(db, self.patient_id, self.kind))
        key = await self.key()
        if row is None or key is None:
            return Setting()
        return Setting(row[1], open_part(key, self.clinic_id, SETTINGS, row[0], "value", row[2]))

    async def set(self, wanted: Setting) -> None:
        """Keep how they use it from now on."""
        key = await self.house.keys.patient(self.clinic_id, self.patient_id)
        row_id, now = uuid4(), self.house.clock()
        said = (wanted.share, seal_part(key, self.clinic_id, SETTINGS, row_id, "value", wanted.value))
        await self.house.db.unit(lambda db: self._set(db, row_id, said, now))

    async def _set(self, db: AsyncSession, row_id: UUID, said: tuple[Share, bytes], now: datetime) -> None:
        await store.keep_setting(db, self.clinic_id, self.patient_id, self.kind, row_id, said, now)


async def shared_of(
    house: House, clinic_id: UUID, patient_id: UUID, kinds: Sequence[str], since: date | None = None
) -> list[Entry]:
    """What who treats them may see of several tools, read at once."""
    rows = await house.db.read(lambda db: store.shared_of(db, patient_id, kinds, since))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    return opened(key, clinic_id, rows) if key else []


def opened(key: Keyring, clinic_id: UUID, rows: Iterable[Sealed]) -> list[Entry]:
    """These rows, opened. Raises SealBroken."""

    def part(row: Sealed, column: str, blob: bytes | None) -> dict[str, Any]:
        return open_part(key, clinic_id, ENTRIES, row.id, column, blob)

    return [
        Entry(row.id, row.kind, row.written, row.share, row.number, part(row, "value", row.value),
              part(row, "words", row.words))
        for row in rows
    ]  # fmt: skip


def with_value(setting: Setting, **changed: Any) -> Setting:
    """The same wishes but for these."""
    value: Mapping[str, Any] = {**setting.value, **changed}
    return replace(setting, value=value)
