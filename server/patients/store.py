"""Queries of patients: rows hold sealed text, and whoever may read it brings the key."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Uuid, column, delete, insert, or_, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring, Place, blind_index, seal, unseal
from server.db import Database
from server.keys import KeyStore
from server.patients.names import name_index
from server.patients.rules import Needs, Person
from server.patients.tables import Consent, Patient
from server.plain import put, values_of

Row = Patient
# What was taken back stands in a table of its own: read by name, so that one statement says what holds.
_withdrawal = table("consent_withdrawals", column("consent_id", Uuid()))
_giver = table("consent_givers", *(column(name, Uuid()) for name in ("consent_id", "clinic_id", "patient_id", "by_id")))


def place(clinic_id: UUID, patient_id: UUID, column: str) -> Place:
    """Where a sealed field of the patient's own row lives."""
    return Place(clinic_id, patient_id, "patients", patient_id, column)


def sealed(clinic: Keyring, key: Keyring, person: Person, now: datetime) -> Patient:
    """The row of a new patient; made before the unit that adds it, since sealing takes time."""
    needs = json.dumps(asdict(person.needs)) if person.needs else ""
    return Patient(
        id=person.id,
        clinic_id=clinic.owner,
        **contacts(clinic, key, person),
        needs_sealed=seal(key, needs, place(clinic.owner, person.id, "needs")) if needs else None,
        language=person.language,
        zone=person.zone,
        made_at=now,
    )


def contacts(clinic: Keyring, key: Keyring, person: Person) -> dict[str, Any]:
    """A name and how they are reached, sealed and with their indexes: values of a row."""

    def shut(column: str, text: str) -> bytes:
        return seal(key, text, place(clinic.owner, person.id, column))

    return {
        "name_sealed": shut("name", person.name),
        "mail_sealed": shut("mail", person.mail) if person.mail else None,
        "phone_sealed": shut("phone", person.phone) if person.phone else None,
        "mail_index": contact_index(clinic, "mail", person.mail),
        "phone_index": contact_index(clinic, "phone", person.phone),
        "name_index": name_index(clinic, person.name),
    }


def contact_index(clinic: Keyring, column: str, value: str) -> bytes | None:
    """By which equal contacts of a clinic are found; the oldest key makes it, so that rotation changes nothing."""
    oldest = clinic.secrets[min(clinic.secrets)]
    return blind_index(oldest, f"patients.{column}", value) if value else None


def opened(row: Patient, key: Keyring) -> Person:
    """The person behind a row. Raises SealBroken."""

    def read(column: str, blob: bytes | None) -> str:
        return unseal(key, blob, place(row.clinic_id, row.id, column)) if blob else ""

    needs = read("needs", row.needs_sealed)
    return Person(
        id=row.id,
        name=read("name", row.name_sealed),
        mail=read("mail", row.mail_sealed),
        phone=read("phone", row.phone_sealed),
        needs=Needs(**json.loads(needs)) if needs else Needs(),
        language=row.language,
        zone=row.zone,
    )


async def add(db: AsyncSession, row: Patient) -> None:
    """Write a new patient, before whatever refers to them."""
    await put(db, Patient, values_of(row))


async def rows(db: AsyncSession, clinic_id: UUID, ids: Iterable[UUID]) -> Sequence[Patient]:
    """The rows of these patients of the clinic."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    return (await db.scalars(select(Patient).where(Patient.clinic_id == clinic_id, Patient.id.in_(wanted)))).all()


async def ids_by_contact(db: AsyncSession, clinic: Keyring, mail: str, phone: str) -> list[UUID]:
    """Patients of the clinic with an equal mail address or number: a hint that it is the same person, no proof."""
    pairs = ((Patient.mail_index, "mail", mail), (Patient.phone_index, "phone", phone))
    equal = [column == contact_index(clinic, name, value) for column, name, value in pairs if value]
    if not equal:
        return []
    return list(await db.scalars(select(Patient.id).where(Patient.clinic_id == clinic.owner, or_(*equal))))


async def ids_by_index(db: AsyncSession, clinic_id: UUID, column: str, index: bytes) -> list[UUID]:
    """Patients of the clinic by the index of their 'mail' or 'phone' (`contact_index`)."""
    found_by = {"mail": Patient.mail_index, "phone": Patient.phone_index}[column]
    return list(await db.scalars(select(Patient.id).where(Patient.clinic_id == clinic_id, found_by == index)))


async def all_ids(db: AsyncSession, clinic_id: UUID) -> list[UUID]:
    """Every patient of the clinic; names are searched in memory, because no index may hold them."""
    return list(await db.scalars(select(Patient.id).where(Patient.clinic_id == clinic_id)))


async def indexes(db: AsyncSession, clinic_id: UUID) -> list[tuple[UUID, bytes, bytes | None, bytes | None]]:
    """(id, of the name, of the mail, of the number) of everybody of the clinic whose name has an index."""
    asked = select(Patient.id, Patient.name_index, Patient.mail_index, Patient.phone_index)
    found = await db.execute(
        asked.where(Patient.clinic_id == clinic_id, Patient.name_index != b"").order_by(Patient.made_at)
    )
    return [(who, name or b"", mail, phone) for who, name, mail, phone in found]


async def correct(db: AsyncSession, clinic_id: UUID, patient_id: UUID, values: Mapping[str, Any]) -> None:
    """Write what `contacts` made of a corrected name, address or number."""
    mine = (Patient.clinic_id == clinic_id, Patient.id == patient_id)
    await db.execute(update(Patient).where(*mine).values(values))


async def contact_blobs(
    db: AsyncSession, patient_id: UUID, *, locked: bool = False
) -> tuple[bytes | None, bytes | None, bytes | None]:
    """The sealed name, mail and number as they lie there; `locked`: nobody else changes them within this unit."""
    asked = select(Patient.name_sealed, Patient.mail_sealed, Patient.phone_sealed).where(Patient.id == patient_id)
    found = (await db.execute(asked.with_for_update() if locked else asked)).one()
    return found[0], found[1], found[2]


async def alone(db: AsyncSession, patient_id: UUID) -> None:
    """Whoever else comes here for this patient waits until this unit is over."""
    await db.execute(select(Patient.id).where(Patient.id == patient_id).with_for_update())


async def keep_language(db: AsyncSession, clinic_id: UUID, patient_id: UUID, language: str) -> None:
    """In which language messages reach them from now on."""
    mine = (Patient.clinic_id == clinic_id, Patient.id == patient_id)
    await db.execute(update(Patient).where(*mine).values(language=language))


async def remove(db: AsyncSession, clinic_id: UUID, ids: Iterable[UUID]) -> None:
    """Delete records that nothing names any more; their keys are destroyed after the unit."""
    await db.execute(delete(Patient).where(Patient.clinic_id == clinic_id, Patient.id.in_(list(ids))))


async def people(database: Database, keys: KeyStore, clinic_id: UUID, ids: Iterable[UUID]) -> Mapping[UUID, Person]:
    """Names and contacts of several patients; whose key was destroyed is left out. Never called within a unit."""
    wanted = list(ids)
    rings = await keys.patients(clinic_id, wanted)

    async def work(db: AsyncSession) -> Sequence[Patient]:
        return await rows(db, clinic_id, wanted)

    return {row.id: opened(row, rings[row.id]) for row in await database.read(work) if row.id in rings}


async def names(database: Database, keys: KeyStore, clinic_id: UUID, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Names alone, for pages that list many; whose key was destroyed is left out. Never called within a unit."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    rings = await keys.patients(clinic_id, wanted)

    async def work(db: AsyncSession) -> Sequence[tuple[UUID, bytes]]:
        asked = select(Patient.id, Patient.name_sealed).where(Patient.clinic_id == clinic_id, Patient.id.in_(wanted))
        return [(who, blob) for who, blob in await db.execute(asked)]

    found = await database.read(work)
    return {who: unseal(rings[who], blob, place(clinic_id, who, "name")) for who, blob in found if who in rings}


async def arrival_blob(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> bytes | None:
    """What this patient said at the door the last time, sealed for `place(..., "arrival")`."""
    asked = select(Patient.arrival_sealed).where(Patient.clinic_id == clinic_id, Patient.id == patient_id)
    return await db.scalar(asked)


async def keep_arrival(db: AsyncSession, clinic_id: UUID, patient_id: UUID, blob: bytes) -> None:
    """Keep it for the next time."""
    mine = (Patient.clinic_id == clinic_id, Patient.id == patient_id)
    await db.execute(update(Patient).where(*mine).values(arrival_sealed=blob))


async def agree(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, version: str, now: datetime, *, new: bool = False,
    given_by: str = "patient", by_id: UUID | None = None,
) -> None:  # fmt: skip
    """Add to the ledger that the patient, or who decides for them, agreed to this version of the clinic's text, unless
    it says so already.

    Of a `new` patient it says nothing yet, and is not asked. `by_id`: which person it was, where that is known; two who
    decide for a patient have a line each.
    """
    said = (Consent.patient_id == patient_id, Consent.kind == "booking", Consent.version == version)
    taken_back = select(_withdrawal.c.consent_id).where(_withdrawal.c.consent_id == Consent.id)
    mine = (*said, Consent.given_by == given_by, ~taken_back.exists())
    asked = select(Consent.id).where(*mine)
    if by_id:
        one = (_giver.c.consent_id == Consent.id, _giver.c.by_id == by_id)
        asked = asked.where(select(_giver.c.consent_id).where(*one).exists())
    if new or await db.scalar(asked.limit(1)) is None:
        values = {"clinic_id": clinic_id, "patient_id": patient_id, "kind": "booking", "version": version}
        row_id = uuid4()
        await put(db, Consent, {"id": row_id, "given_by": given_by, "at": now, **values})
        if by_id:
            whose = {"consent_id": row_id, "clinic_id": clinic_id, "patient_id": patient_id, "by_id": by_id}
            await db.execute(insert(_giver).values(whose))


async def consents(db: AsyncSession, patient_id: UUID) -> list[tuple[str, str, datetime]]:
    """(kind, version, when) of what was agreed to, oldest first."""
    asked = select(Consent.kind, Consent.version, Consent.at).where(Consent.patient_id == patient_id)
    return [(kind, version, at) for kind, version, at in await db.execute(asked.order_by(Consent.at))]
