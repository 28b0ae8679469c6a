"""Queries of who acts for whom; what is sealed is opened and sealed outside of units."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.crypto import Keyring, Place, seal, unseal
from server.db import Database
from server.keys import KeyStore
from server.patients.acting import tables
from server.patients.acting.rules import NOTHING_ARRANGED, ActingRules, Arrangement, Helper, Kind, Told
from server.patients.store import contact_index
from server.patients.tables import Consent

SAID = ("name", "mail", "phone", "language", "relation", "evidence")
Row = tables.Helper


@dataclass(frozen=True)
class Acting:
    """What is known of who acts for one patient, opened."""

    arranged: Arrangement = NOTHING_ARRANGED
    helpers: Sequence[Helper] = field(default=(), repr=False)

    @property
    def seen(self) -> frozenset[Kind]:
        """The kinds of helpers whose standing staff has seen."""
        return frozenset(one.kind for one in self.helpers if one.confirmed)


async def rules_of(db: AsyncSession, clinic_id: UUID) -> ActingRules:
    """What the clinic chose last, or what holds before it chose."""
    row = tables.ActingRule
    found = await db.scalar(select(row).where(row.clinic_id == clinic_id).order_by(row.number.desc()).limit(1))
    if found is None:
        return ActingRules()
    books = frozenset(Kind(part) for part in found.books.split(",") if part)
    told = Told(found.young), Told(found.grown)
    return ActingRules(found.consent_age, *told, books, found.confirmed_by, found.number)


async def keep_rules(db: AsyncSession, clinic_id: UUID, rules: ActingRules, by: UUID | None, now: datetime) -> bool:
    """Keep them above the number they were made from; False when somebody else was faster."""
    values = {"id": uuid4(), "clinic_id": clinic_id, "number": rules.number + 1, "at": now, "by_id": by}
    chosen = {"consent_age": rules.consent_age, "young": rules.young, "grown": rules.grown}
    said = {"books": ",".join(sorted(rules.books)), "confirmed_by": rules.confirmed_by}
    return await _add_once(db, tables.ActingRule, {**values, **chosen, **said})


async def acting_for(database: Database, keys: KeyStore, clinic_id: UUID, patient_id: UUID) -> Acting:
    """Who acts for this patient now, and what was arranged; nothing for whose key is gone. Never within a unit."""
    key = (await keys.patients(clinic_id, [patient_id])).get(patient_id)
    if key is None:
        return Acting()

    async def work(db: AsyncSession) -> tuple[Sequence[tables.Arrangement], Sequence[tables.Helper]]:
        row = tables.Helper
        mine = select(row).where(row.patient_id == patient_id, row.clinic_id == clinic_id, row.ended_at.is_(None))
        return await _arrangements(db, patient_id), (await db.scalars(mine.order_by(row.added_at, row.id))).all()

    arranged, helpers = await database.read(work)
    return Acting(_arranged(key, arranged), tuple(_helper(key, one) for one in helpers))


async def helper_names(database: Database, keys: KeyStore, clinic_id: UUID, patient_id: UUID) -> dict[UUID, str]:
    """Everybody who ever acted for this patient, by id; nobody for whose key is gone. Never within a unit."""
    key = (await keys.patients(clinic_id, [patient_id])).get(patient_id)
    mine = (tables.Helper.patient_id == patient_id, tables.Helper.clinic_id == clinic_id)
    rows = (await database.read(lambda db: db.scalars(select(tables.Helper).where(*mine)))).all() if key else ()
    return {row.id: _helper(key, row).name for row in rows if key}


def helper_row(key: Keyring, clinic: Keyring, patient_id: UUID, helper: Helper, by: UUID | None, now: datetime) -> Row:
    """A helper ready to be added; who is added as confirmed is so by who adds them."""
    said = json.dumps({name: getattr(helper, name) for name in SAID})
    row = tables.Helper(id=helper.id, clinic_id=clinic.owner, patient_id=patient_id, kind=helper.kind, added_at=now)
    row.person_sealed = seal(key, said, Place(clinic.owner, patient_id, "helpers", helper.id, "person"))
    row.mail_index = contact_index(clinic, "mail", helper.mail)
    row.phone_index = contact_index(clinic, "phone", helper.phone)
    row.added_by = by
    if helper.confirmed:
        row.confirmed_at, row.confirmed_by = now, by
    return row


def arrangement_rows(
    key: Keyring, clinic_id: UUID, patient_id: UUID, arranged: Arrangement, by: UUID | None, now: datetime
) -> list[dict[str, Any]]:
    """An arrangement ready to be kept, above what it was made from."""
    born = arranged.born.isoformat() if arranged.born else None
    rows = []
    for over in arranged.over or (patient_id,):
        row_id = uuid4()
        place = Place(clinic_id, patient_id, "arrangements", row_id, "born")
        row: dict[str, Any] = {"id": row_id, "clinic_id": clinic_id, "patient_id": patient_id, "over": over}
        row |= {"born_sealed": seal(key, born, place) if born else None, "told": arranged.told, "by_id": by, "at": now}
        rows.append(row | {"confidential": arranged.confidential})
    return rows


async def arrange(db: AsyncSession, rows: Sequence[dict[str, Any]]) -> bool:
    """False when somebody else was faster; the caller undoes what was written."""
    return all([await _add_once(db, tables.Arrangement, row) for row in rows])


async def begin(db: AsyncSession, clinic_id: UUID, helper: Row, arranged: Sequence[dict[str, Any]]) -> None:
    """Write who books for somebody who is new, in the unit that writes that patient."""
    db.add(helper)
    await db.flush()
    await arrange(db, arranged)


async def end_helper(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, helper_id: UUID, by: UUID | None, now: datetime
) -> bool:
    """They do not act for this patient any more; False when they did not."""
    return await _note(db, clinic_id, patient_id, helper_id, "ended_at", {"ended_at": now, "ended_by": by})


async def confirm_helper(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, helper_id: UUID, by: UUID | None, now: datetime
) -> bool:
    """Somebody of the staff has seen on what it rests; False when that was so, or they act no more."""
    return await _note(db, clinic_id, patient_id, helper_id, "confirmed_at", {"confirmed_at": now, "confirmed_by": by})


async def acted_for(db: AsyncSession, clinic_id: UUID, column: str, index: bytes) -> list[UUID]:
    """The patients for whom somebody acts who is found by this index of 'mail' or 'phone'."""
    row = tables.Helper
    found_by = {"mail": row.mail_index, "phone": row.phone_index}[column]
    mine = (row.clinic_id == clinic_id, found_by == index, row.ended_at.is_(None))
    return list(await db.scalars(select(row.patient_id).where(*mine).distinct()))


async def yeses_of(db: AsyncSession, patient_id: UUID, version: str) -> list[tuple[str, datetime]]:
    """(by whom, when): who said yes to this version of the clinic's text."""
    asked = select(Consent.given_by, Consent.at).where(Consent.patient_id == patient_id, Consent.version == version)
    return [(given_by, at) for given_by, at in await db.execute(asked.order_by(Consent.at))]


async def _note(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, helper_id: UUID, column: str, values: dict[str, Any]
) -> bool:
    row = tables.Helper
    mine = row.id == helper_id, row.clinic_id == clinic_id, row.patient_id == patient_id, row.ended_at.is_(None)
    done = update(row).where(*mine, getattr(row, column).is_(None)).values(values).returning(row.id)
    return await db.scalar(done) is not None


async def _arrangements(db: AsyncSession, patient_id: UUID) -> Sequence[tables.Arrangement]:
    """Those that nothing stands above, the newest first: one, or several where records became one."""
    row, above = tables.Arrangement, aliased(tables.Arrangement)
    under = select(above.id).where(above.over == row.id).exists()
    return (await db.scalars(select(row).where(row.patient_id == patient_id, ~under).order_by(row.at.desc()))).all()


async def _add_once(db: AsyncSession, table: type[Any], values: dict[str, Any]) -> bool:
    insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = insert(table).values(values).on_conflict_do_nothing().returning(table.id)
    return await db.scalar(row) is not None


def _helper(key: Keyring, row: tables.Helper) -> Helper:
    place = Place(row.clinic_id, row.patient_id, "helpers", row.id, "person")
    said = json.loads(unseal(key, row.person_sealed, place))
    return Helper(row.id, Kind(row.kind), **{name: said[name] for name in SAID}, confirmed=row.confirmed_at is not None)


def _arranged(key: Keyring, rows: Sequence[tables.Arrangement]) -> Arrangement:
    """The newest counts; what any of them keeps to the patient alone stays so."""
    if not rows:
        return NOTHING_ARRANGED
    born = next((_born(key, row) for row in rows if row.born_sealed), None)
    told = Told(rows[0].told) if rows[0].told else None
    return Arrangement(born, told, any(row.confidential for row in rows), tuple(row.id for row in rows))


def _born(key: Keyring, row: tables.Arrangement) -> date:
    assert row.born_sealed
    place = Place(row.clinic_id, row.patient_id, "arrangements", row.id, "born")
    return date.fromisoformat(unseal(key, row.born_sealed, place))
