"""The key store: every key wrapped by the one above it, in a database of its own.

    master key file  ->  clinic key  ->  patient keys
                     \\->  named secrets of the installation (tickets, indexes)

Deleting a patient's key makes every sealed field of theirs unreadable, also in old backups,
because backups of the records do not hold this database. A key is written before the row
that needs it: an orphan key is harmless, a row without a key is not.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Integer, LargeBinary, MetaData, String, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.crypto import Keyring, derive, new_secret, seal_bytes, unseal_bytes
from server.db import NAMES, Database, Instant
from server.plain import put

AT_ONCE = 8
"""Keys that are made ahead for new patients of a clinic; a node that ends leaves at most so many without anybody."""


class KeyBase(DeclarativeBase):
    """Root of the tables beside the records."""

    metadata = MetaData(naming_convention=NAMES)


class WrappedKey(KeyBase):
    """One version of one owner's key, wrapped by the clinic's key (a clinic's: by the master key)."""

    __tablename__ = "wrapped_keys"

    owner: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    clinic: Mapped[UUID] = mapped_column(Uuid, index=True)
    kind: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)


class NoKey(Exception):
    """The owner has no key: it was destroyed, or never made."""


class KeyStore:
    """Makes, wraps, opens and destroys keys."""

    def __init__(self, database: Database, master: bytes) -> None:
        self.database = database
        self._master = master
        self._clinics: dict[UUID, Keyring] = {}
        self._ready: dict[UUID, list[Keyring]] = {}

    def secret(self, purpose: str) -> bytes:
        """32 bytes for a purpose of the whole installation, such as 'room tickets'."""
        return derive(self._master, f"installation:{purpose}")

    async def make_clinic(self, clinic: UUID, now: datetime) -> Keyring:
        """Make the first key of a clinic."""
        secret = new_secret()
        row = {
            "owner": clinic,
            "version": 1,
            "clinic": clinic,
            "kind": "clinic",
            "wrapped": seal_bytes(self.secret("wrap"), secret, _bound(clinic, clinic, 1)),
            "made_at": now,
        }
        await self._write(row)
        return Keyring(clinic, {1: secret})

    async def clinic(self, clinic: UUID) -> Keyring:
        """The clinic's own key. Raises NoKey."""
        if clinic not in self._clinics:
            found = await self._open(clinic, [clinic], self.secret("wrap"))
            if clinic not in found:
                raise NoKey(str(clinic))
            self._clinics[clinic] = found[clinic]
        return self._clinics[clinic]

    async def make_patient(self, clinic: UUID, patient: UUID, now: datetime) -> Keyring:
        """Make the first key of a patient; call it before the unit that writes their row."""
        made = Keyring(patient, {1: new_secret()})
        await self._write(_row(clinic, made, await self._wrap(clinic), now))
        return made

    async def new_patient(self, clinic: UUID, now: datetime) -> Keyring:
        """The first key of somebody who is new here: its owner is the id that their row gets.

        Several are made in one write, so that of those who book one after the other only the first waits for it.
        """
        ready = self._ready.setdefault(clinic, [])
        if not ready:
            made = [Keyring(uuid4(), {1: new_secret()}) for _ in range(AT_ONCE)]
            wrap = await self._wrap(clinic)
            await self._write(*(_row(clinic, key, wrap, now) for key in made))
            ready += made
        return ready.pop()

    async def make_patients(self, clinic: UUID, patients: Iterable[UUID], now: datetime) -> Mapping[UUID, Keyring]:
        """The keys of several new patients in one write; who has one already keeps it, so that it may be repeated."""
        wanted = list(dict.fromkeys(patients))
        wrap = await self._wrap(clinic)
        values = [_row(clinic, Keyring(patient, {1: new_secret()}), wrap, now) for patient in wanted]

        async def work(db: AsyncSession) -> None:
            insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
            await db.execute(insert(WrappedKey).values(values).on_conflict_do_nothing())

        if values:
            await self.database.unit(work)
        return await self.patients(clinic, wanted)

    async def patient(self, clinic: UUID, patient: UUID) -> Keyring:
        """One patient's key. Raises NoKey."""
        found = await self.patients(clinic, [patient])
        if patient not in found:
            raise NoKey(str(patient))
        return found[patient]

    async def patients(self, clinic: UUID, patients: Iterable[UUID]) -> Mapping[UUID, Keyring]:
        """Keys of several patients in one query; who has none is left out. Never cached, so that destroying holds."""
        wanted = list(dict.fromkeys(patients))
        if not wanted:
            return {}
        return await self._open(clinic, wanted, await self._wrap(clinic))

    async def destroy(self, owner: UUID) -> None:
        """Delete every version of a patient's key; what it sealed cannot be read again."""

        async def work(db: AsyncSession) -> None:
            await db.execute(delete(WrappedKey).where(WrappedKey.owner == owner, WrappedKey.kind == "patient"))

        await self.database.unit(work)

    async def _wrap(self, clinic: UUID) -> bytes:
        """What wraps the keys of a clinic's patients."""
        above = await self.clinic(clinic)
        return derive(above.secrets[above.newest], "wrap")

    async def _write(self, *rows: Mapping[str, object]) -> None:
        async def work(db: AsyncSession) -> None:
            await put(db, WrappedKey, *rows)

        await self.database.unit(work)

    async def _open(self, clinic: UUID, owners: list[UUID], above: bytes) -> dict[UUID, Keyring]:
        async def work(db: AsyncSession) -> list[tuple[UUID, int, bytes]]:
            asked = select(WrappedKey.owner, WrappedKey.version, WrappedKey.wrapped)
            mine = asked.where(WrappedKey.clinic == clinic, WrappedKey.owner.in_(owners))
            return [(owner, version, wrapped) for owner, version, wrapped in await db.execute(mine)]

        secrets: dict[UUID, dict[int, bytes]] = {}
        for owner, version, wrapped in await self.database.read(work):
            secrets.setdefault(owner, {})[version] = unseal_bytes(above, wrapped, _bound(clinic, owner, version))
        return {owner: Keyring(owner, versions) for owner, versions in secrets.items()}


def _row(clinic: UUID, key: Keyring, wrap: bytes, now: datetime) -> dict[str, object]:
    """The row of a patient's first key."""
    wrapped = seal_bytes(wrap, key.secrets[1], _bound(clinic, key.owner, 1))
    return {
        "owner": key.owner,
        "version": 1,
        "clinic": clinic,
        "kind": "patient",
        "wrapped": wrapped,
        "made_at": now,
    }


def _bound(clinic: UUID, owner: UUID, version: int) -> bytes:
    return f"wrapped-key|{clinic.hex}|{owner.hex}|{version}".encode()
