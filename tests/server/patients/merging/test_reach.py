"""What a merge carries. Whoever seals a new column for a patient meets this list, and thinks of merging."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from server import schema
from server.accounts.push import store as push
from server.booking import meeting
from server.booking.desk import reason_place
from server.crypto import Keyring, Place
from server.measures.sealed import answer_place
from server.patients.merging.reach import references, sealed_columns
from server.visit import sealed as visit
from server.visit.checklist import sealed as checklist
from server.visit.recall import store as recall

CLINIC, PATIENT, ROW = uuid4(), uuid4(), uuid4()

PATIENTS = {
    "arrangements.born_sealed",
    "booking_requests.words_sealed",
    "bookings.meeting_sealed",
    "bookings.reason_sealed",
    "cancellations.reason_sealed",
    "care_entries.value_sealed",
    "course_changes.reason_sealed",
    "course_entries.answers_sealed",
    "course_overrides.reason_sealed",
    "course_summaries.recipient_sealed",
    "course_summaries.value_sealed",
    "course_unkept.said_sealed",
    "documents.key_sealed",
    "documents.name_sealed",
    "glass_breaks.reason_sealed",
    "helpers.person_sealed",
    "intake_answers.value_sealed",
    "journal_entries.value_sealed",
    "journal_entries.words_sealed",
    "journal_settings.value_sealed",
    "letter_drafts.text_sealed",
    "letter_files.key_sealed",
    "letter_files.name_sealed",
    "letters.text_sealed",
    "measure_answers.value_sealed",
    "plan_writings.text_sealed",
    "prompt_dismissals.reason_sealed",
    "push_devices.subscription_sealed",
    "record_addenda.text_sealed",
    "record_notes.salt_sealed",
    "record_parts.text_sealed",
    "support_asks.note_sealed",
    "support_asks.said_sealed",
    "support_follow_ups.note_sealed",
    "tool_tasks.note_sealed",
    "visit_answers.value_sealed",
    "visit_declines.words_sealed",
    "visit_handovers.words_sealed",
    "visit_lines.words_sealed",
    "visit_notes.text_sealed",
    "visit_reach.phone_sealed",
    "visit_signings.reason_sealed",
    "visits.arrival_sealed",
    "waits.meeting_sealed",
}
"""Sealed with the key of the patient that their foreign keys lead to, for the place of their own name."""
THEIR_OWN = {f"patients.{part}_sealed" for part in ("name", "mail", "phone", "needs", "arrival")}
OTHERS = {
    "api_answers.answer_sealed",
    "imports.choices_sealed",
    "imports.name_sealed",
    "imports.table_sealed",
    "leave.note_sealed",
    "logins.totp_sealed",
    "other_calendars.access_sealed",
    "payment_keys_before.hook_sealed",
    "payment_keys_before.key_sealed",
    "payment_settings.hook_sealed",
    "payment_settings.key_sealed",
    "sign_ons.secret_sealed",
    "staff.mail_sealed",
    "staff.totp_sealed",
    "staff_reach.phone_sealed",
    "webhooks.secret_sealed",
}
"""Sealed with another key than a patient's: of staff, their calendars, other programs, and files on their way in."""


def test_every_sealed_column_is_known_and_carried_or_not_a_patients() -> None:
    tables = schema.metadata.sorted_tables
    every = {str(column) for table in tables for column in table.columns if column.name.endswith("_sealed")}
    assert {str(one.column) for one in sealed_columns()} == PATIENTS
    assert every == PATIENTS | THEIR_OWN | OTHERS


def test_a_device_is_found_by_the_wait_and_by_the_booking_that_it_is_kept_for() -> None:
    ways = {str(one.keys[0]) for one in sealed_columns() if one.table.name == "push_devices"}
    assert ways == {"push_devices.visit_id", "push_devices.booking_id"}


def test_every_column_that_names_a_patient_is_turned() -> None:
    named = {str(column) for column in references()}
    assert named >= {"bookings.patient_id", "consents.patient_id", "visit_peers.person_id"}
    tables = [table for table in schema.metadata.sorted_tables if table.name != "patient_merges"]
    assert named >= {str(column) for table in tables for column in table.columns if "patient_id" in column.name}


def test_rows_have_one_id_by_which_they_are_sealed() -> None:
    for one in sealed_columns():
        assert one.row_id.table is one.table


def checklist_answer(clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
    return checklist._place(Keyring(patient_id, {}), clinic_id, row_id)


@pytest.mark.parametrize(
    ("column", "place"),
    [
        ("bookings.reason_sealed", reason_place),
        ("bookings.meeting_sealed", meeting._place),
        ("visits.arrival_sealed", visit.arrival_place),
        ("visit_notes.text_sealed", visit.note_place),
        ("visit_reach.phone_sealed", recall._place),
        ("push_devices.subscription_sealed", push._place),
        ("visit_answers.value_sealed", checklist_answer),
        ("measure_answers.value_sealed", answer_place),
    ],
)
def test_the_place_is_the_one_that_its_feature_seals_for(
    column: str, place: Callable[[UUID, UUID, UUID], Place]
) -> None:
    known = {str(one.column): one for one in sealed_columns()}
    assert known[column].place(CLINIC, PATIENT, ROW) == place(CLINIC, PATIENT, ROW)


@pytest.mark.parametrize("table", ["visit_lines", "visit_handovers", "visit_declines"])
def test_words_are_sealed_for_their_row(table: str) -> None:
    known = {one.table.name: one for one in sealed_columns()}
    assert known[table].place(CLINIC, PATIENT, ROW) == visit.words_place(CLINIC, PATIENT, table, ROW)
