"""Finding people of a clinic: by parts of a name, or by a whole mail address or number.

`names.py` says how names are found although no index holds them. Names that were written before there was an index get
theirs when somebody searches for the first time.
"""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Boolean, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from server.crypto import Keyring, normal_text
from server.house import House
from server.patients import store
from server.patients.contacts import Contact, read_contact
from server.patients.names import fits, name_index, name_parts, sought
from server.patients.rules import Person
from server.patients.tables import Patient

MOST_LOOKED_AT = 1000
AT_ONCE = 500


class holds(FunctionElement[bool]):  # noqa: N801 - it reads as a function in a query
    """`holds(column, bytes)`: whether the bytes lie somewhere in the column."""

    type = Boolean()
    inherit_cache = True


@compiles(holds, "sqlite")
def _sqlite_holds(element: Any, compiler: Any, **options: Any) -> str:
    column, value = (compiler.process(one, **options) for one in element.clauses)
    return f"instr({column}, {value}) > 0"


@compiles(holds, "postgresql")
def _postgresql_holds(element: Any, compiler: Any, **options: Any) -> str:
    column, value = (compiler.process(one, **options) for one in element.clauses)
    return f"position({value} IN {column}) > 0"


async def find(
    house: House, clinic_id: UUID, text: str, country: str, among: Collection[UUID] | None = None
) -> list[Person]:
    """People whose name has parts that begin so, or whose address or number it is; by name. `among`: these alone."""
    ring = await house.keys.clinic(clinic_id)
    await index_the_rest(house, ring)
    contact = read_contact(text, country)
    ids = await house.db.read(lambda db: _candidates(db, ring, text, contact))
    wanted = [one for one in ids if among is None or one in among]
    people = await store.people(house.db, house.keys, clinic_id, wanted)
    found = [one for one in people.values() if fits(one.name, text) or _has(one, contact)]
    return sorted(found, key=lambda one: name_parts(one.name))


async def like(house: House, clinic_id: UUID, person: Person) -> list[Person]:
    """Others who may be the same person: an equal address or number, or the same name."""
    ring = await house.keys.clinic(clinic_id)
    await index_the_rest(house, ring)

    async def work(db: AsyncSession) -> set[UUID]:
        same = await store.ids_by_contact(db, ring, person.mail, person.phone)
        return {*same, *await _by_name(db, ring, person.name)} - {person.id}

    people = await store.people(house.db, house.keys, clinic_id, await house.db.read(work))
    contacts, parts = _plain(person.mail, person.phone), set(name_parts(person.name))
    alike = [
        one for one in people.values() if contacts & _plain(one.mail, one.phone) or parts == set(name_parts(one.name))
    ]
    return sorted(alike, key=lambda one: name_parts(one.name))


async def index_the_rest(house: House, ring: Keyring) -> None:
    """Give every name of the clinic its index that was written without one."""
    while True:
        rows = await house.db.read(lambda db: _without_index(db, ring.owner))
        keys = await house.keys.patients(ring.owner, [row.id for row in rows])
        made = [{"key": row.id, "index": _index_of(row, ring, keys.get(row.id))} for row in rows]
        if not made:
            return
        table = cast(Table, Patient.__table__)
        put = update(table).where(table.c.id == bindparam("key")).values(name_index=bindparam("index"))

        async def work(db: AsyncSession, put: Any = put, made: Any = made) -> None:
            await (await db.connection()).execute(put, made)

        await house.db.unit(work)


def _index_of(row: Patient, ring: Keyring, key: Keyring | None) -> bytes:
    return name_index(ring, store.opened(row, key).name) if key else b""


async def _without_index(db: AsyncSession, clinic_id: UUID) -> Sequence[Patient]:
    asked = select(Patient).where(Patient.clinic_id == clinic_id, Patient.name_index.is_(None)).limit(AT_ONCE)
    return (await db.scalars(asked)).all()


async def _candidates(db: AsyncSession, ring: Keyring, text: str, contact: object) -> list[UUID]:
    if isinstance(contact, Contact):
        same = await store.ids_by_contact(db, ring, contact.mail, contact.phone)
        return list(dict.fromkeys([*same, *await _by_name(db, ring, text)]))
    return await _by_name(db, ring, text)


async def _by_name(db: AsyncSession, ring: Keyring, text: str) -> list[UUID]:
    entries = sought(ring, text)
    if not entries:
        return []
    held = [holds(Patient.name_index, entry) for entry in entries]
    asked = select(Patient.id).where(Patient.clinic_id == ring.owner, *held).limit(MOST_LOOKED_AT)
    return list(await db.scalars(asked))


def _has(person: Person, contact: object) -> bool:
    return isinstance(contact, Contact) and bool(
        _plain(contact.mail, contact.phone) & _plain(person.mail, person.phone)
    )


def _plain(*contacts: str) -> set[str]:
    """Those that are there, as they are compared."""
    return {normal_text(one) for one in contacts if one}
