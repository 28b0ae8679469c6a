"""Two records of one person become one, on either engine: everything sealed for the old one opens with the new key."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Table, Uuid, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox, schema
from server.audit.tables import AuditEntry
from server.booking.cards import bookings_of
from server.booking.desk import Made
from server.booking.meeting import Meeting
from server.booking.tables import Booking
from server.crypto import Keyring, seal, unseal
from server.db import Instant
from server.house import House
from server.letters.tables import LetterThread
from server.measures.tables import Measure, MeasureVersion
from server.outbox import Job, OutboxRow
from server.patients import finding
from server.patients import store as patients
from server.patients.merging import store
from server.patients.merging.merge import follow, merge
from server.patients.merging.reach import SealedColumn, sealed_columns
from server.patients.merging.rules import Choice, Refusal, Side
from server.patients.tables import Patient
from server.programmes.tables import Course, ProgrammeVersion
from tests.server.booking.intake.asked import ask
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
BY = uuid4()
PLAIN = {
    Uuid: uuid4,
    String: lambda: "x",
    Integer: lambda: 1,
    Boolean: lambda: True,
    JSON: dict,
    Instant: lambda: NOW,
    Date: NOW.date,
}


@dataclass
class Twice:
    """Jo stands in the records twice: `kept` stays, `gone` has a row in every table that seals for a patient."""

    linden: Linden
    kept: Made
    gone: Made
    words: dict[tuple[str, UUID], str]

    @property
    def ids(self) -> tuple[UUID, UUID, UUID]:
        return self.linden.clinic.id, self.kept.card.patient_id, self.gone.card.patient_id


async def twice(house: House) -> Twice:
    linden = await seed(house)
    kept = await booked(house, linden)
    gone = await booked(
        house, linden, THURSDAY.replace(hour=13), name="Jo Almeyda", mail="jo@work.example", phone="555 0177",
        reason="I sleep badly", meeting=Meeting("555 0177"),
    )  # fmt: skip
    asked = await ask(house, linden.clinic.id, linden.session.id)
    made = Twice(linden, kept, gone, {})
    key = await house.keys.patient(*made.ids[::2])

    async def work(db: AsyncSession) -> None:
        there = {"bookings": gone.card.id, "clinics": linden.clinic.id, "patients": gone.card.patient_id}
        there |= {"services": linden.session.id, "intake_forms": asked.id}
        for table in (
            MeasureVersion.__table__,
            Measure.__table__,
            LetterThread.__table__,
            ProgrammeVersion.__table__,
            Course.__table__,
        ):  # what leads to who it is of
            row = {column.name: _value(column, there) for column in table.columns if not column.nullable}
            await db.execute(insert(table).values(row))
            there[table.name] = row["id"]
        for table in schema.metadata.sorted_tables:
            columns = [one for one in sealed_columns() if one.table is table]
            if columns and table.name != "bookings":
                there[table.name] = await _row(db, table, columns, there, made, key)

    await house.db.unit(work)
    made.words["bookings.reason_sealed", gone.card.id] = "I sleep badly"
    meeting = {"number": "555 0177", "where": {"country": "", "region": ""}}
    made.words["bookings.meeting_sealed", gone.card.id] = json.dumps(meeting)
    return made


async def _row(
    db: AsyncSession, table: Table, columns: list[SealedColumn], there: dict[str, UUID], made: Twice, key: Keyring
) -> UUID:
    """One row of the table that leads to Jo's old record, with everything sealed in it."""
    way = {columns[0].keys[0].name}
    values = {
        column.name: _value(column, there) for column in table.columns if not column.nullable or column.name in way
    }
    row_id: UUID = values[columns[0].row_id.name]
    for one in columns:
        words = f"words of {one.column}"
        values[one.column.name] = seal(key, words, one.place(made.linden.clinic.id, key.owner, row_id))
        made.words[str(one.column), row_id] = words
    await db.execute(insert(table).values(values))
    return row_id


def _value(column: "Column[Any]", there: dict[str, UUID]) -> Any:
    if column.foreign_keys:
        return there[next(iter(column.foreign_keys)).column.table.name]
    kind = next(kind for kind in (*PLAIN, LargeBinary) if isinstance(column.type, kind))
    return b"x" if kind is LargeBinary else PLAIN[kind]()


async def opened(house: House, made: Twice) -> dict[tuple[str, UUID], str]:
    """Everything sealed for the record that stays, opened with its key."""
    clinic_id, kept_id, _ = made.ids
    key = await house.keys.patient(clinic_id, kept_id)
    blobs = await house.db.read(lambda db: store.blobs_of(db, kept_id))
    return {
        (str(one.where.column), one.row_id): unseal(key, one.sealed, one.where.place(clinic_id, kept_id, one.row_id))
        for one in blobs
    }


async def people(house: House, made: Twice) -> list[tuple[str, str, str]]:
    found = await patients.people(house.db, house.keys, made.linden.clinic.id, [made.ids[1]])
    return [(one.name, one.mail, one.phone) for one in found.values()]


async def test_everything_of_the_old_record_opens_with_the_new_key(either_house: House) -> None:
    made = await twice(either_house)
    assert {column for column, _ in made.words} == {str(one.column) for one in sealed_columns()}
    assert await merge(either_house, *made.ids, Choice(), BY) is None
    assert await opened(either_house, made) == made.words
    assert await either_house.db.read(lambda db: store.blobs_of(db, made.ids[2])) == []


async def test_bookings_and_agreements_stand_in_one_record_with_the_chosen_contacts(either_house: House) -> None:
    house, made = either_house, await twice(either_house)
    clinic_id, kept_id, gone_id = made.ids
    assert await merge(house, *made.ids, Choice(mail=Side.GONE), BY) is None
    cards = await house.db.read(lambda db: bookings_of(db, clinic_id, kept_id, None))
    assert [card.id for card in cards] == [made.kept.card.id, made.gone.card.id]
    assert len(await house.db.read(lambda db: patients.consents(db, kept_id))) == 2
    assert await people(house, made) == [("Jo Almeida", "jo@work.example", "555 0177")]
    for text in ("almeida", "jo@work.example"):
        assert [one.id for one in await finding.find(house, clinic_id, text, "DE")] == [kept_id]
    for text in ("almeyda", "jo.almeida@example.org"):
        assert await finding.find(house, clinic_id, text, "DE") == []
    row = await house.db.read(lambda db: db.get(Patient, gone_id))
    assert row
    assert [row.mail_sealed, row.phone_sealed, row.mail_index, row.arrival_sealed] == [None] * 4


async def test_the_old_id_leads_to_the_new_one_over_several_merges(either_house: House) -> None:
    house, made = either_house, await twice(either_house)
    clinic_id, kept_id, gone_id = made.ids
    third = await booked(house, made.linden, THURSDAY.replace(hour=14), name="J. Almeida")
    assert await merge(house, *made.ids, Choice(), BY) is None
    assert await merge(house, clinic_id, third.card.patient_id, kept_id, Choice(), BY) is None
    for old in (gone_id, kept_id, third.card.patient_id):
        assert await house.db.read(lambda db, old=old: store.kept_of(db, clinic_id, old)) == third.card.patient_id
    key = await house.keys.patient(clinic_id, third.card.patient_id)
    blobs = await house.db.read(lambda db: store.blobs_of(db, third.card.patient_id))
    assert len(blobs) == len(made.words)
    for one in blobs:
        assert unseal(key, one.sealed, one.where.place(clinic_id, key.owner, one.row_id))


async def test_a_merge_is_kept_with_who_and_when(either_house: House) -> None:
    house, made = either_house, await twice(either_house)
    _, kept_id, gone_id = made.ids
    await merge(house, *made.ids, Choice(), BY)
    assert [one for one, _ in await house.db.read(lambda db: store.merged_into(db, kept_id))] == [gone_id]
    asked = select(AuditEntry.actor_id, AuditEntry.subject_id, AuditEntry.detail)
    row = (await house.db.read(lambda db: db.execute(asked.where(AuditEntry.action == "patient.merged")))).one()
    assert (row.actor_id, row.subject_id, row.detail["gone"]) == (BY, kept_id, gone_id.hex)


async def test_of_two_who_merge_at_once_one_does_and_nothing_is_lost(either_house: House) -> None:
    house, made = either_house, await twice(either_house)
    clinic_id, kept_id, gone_id = made.ids
    outcomes = await asyncio.gather(
        merge(house, clinic_id, kept_id, gone_id, Choice(), BY),
        merge(house, clinic_id, gone_id, kept_id, Choice(), BY),
    )
    assert sorted(str(one) for one in outcomes) == ["None", "merged"]
    end = kept_id if outcomes[0] is None else gone_id
    key = await house.keys.patient(clinic_id, end)
    blobs = await house.db.read(lambda db: store.blobs_of(db, end))
    assert len(blobs) == len(made.words)
    for one in blobs:
        assert unseal(key, one.sealed, one.where.place(clinic_id, end, one.row_id))


async def test_what_was_written_for_the_old_record_meanwhile_follows(either_house: House) -> None:
    """A page that read the old record before the merge writes after it: a booking, and words sealed with its key."""
    house, made = either_house, await twice(either_house)
    clinic_id, kept_id, gone_id = made.ids
    old = await house.keys.patient(clinic_id, gone_id)
    await merge(house, *made.ids, Choice(), BY)
    note = next(one for one in sealed_columns() if str(one.column) == "visit_notes.text_sealed")
    row_id = next(row for column, row in made.words if column == str(note.column))
    blob = seal(old, "written late", note.place(clinic_id, gone_id, row_id))

    async def write_late(db: AsyncSession) -> None:
        await db.execute(update(note.table).where(note.row_id == row_id).values(text_sealed=blob))
        await db.execute(update(Booking).where(Booking.id == made.gone.card.id).values(patient_id=gone_id))

    await house.db.unit(write_late)
    payload = {"clinic": str(clinic_id), "kept": str(kept_id), "gone": str(gone_id)}
    for _ in range(2):
        await follow(house, Job(uuid4(), store.TOPIC, payload, 0))
    assert await opened(house, made) == made.words | {(str(note.column), row_id): "written late"}


async def test_it_is_looked_for_such_words_at_once_after_a_minute_and_after_an_hour(either_house: House) -> None:
    house, made = either_house, await twice(either_house)
    await merge(house, *made.ids, Choice(), BY)
    asked = select(OutboxRow.due_at).where(OutboxRow.topic == store.TOPIC).order_by(OutboxRow.due_at)
    due = list(await house.db.read(lambda db: db.scalars(asked)))
    assert [(at - due[0]).total_seconds() for at in due] == [0, 60, 3600]
    assert outbox.TRIES > 1


@pytest.mark.parametrize("other", ["same", "unknown", "foreign"])
async def test_what_cannot_become_one_stays(either_house: House, other: str) -> None:
    house, made = either_house, await twice(either_house)
    clinic_id, kept_id, gone_id = made.ids
    birch = await seed(house, slug="birch")
    foreign = (await booked(house, birch)).card.patient_id
    gone = {"same": kept_id, "unknown": uuid4(), "foreign": foreign}[other]
    refused = await merge(house, clinic_id, kept_id, gone, Choice(), BY)
    assert refused is (Refusal.SAME if other == "same" else Refusal.UNKNOWN)
    assert await house.db.read(lambda db: store.kept_of(db, clinic_id, gone_id)) == gone_id


async def test_whose_key_was_destroyed_is_nobody_to_merge_with(either_house: House) -> None:
    house, made = either_house, await twice(either_house)
    await house.keys.destroy(made.ids[2])
    assert await merge(house, *made.ids, Choice(), BY) is Refusal.UNKNOWN
