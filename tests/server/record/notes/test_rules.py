"""Which notes there are, who reads them, and what a clinic may write in."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from server.record.notes.forms import Draft, Reason, addendum_of, draft_of, own_format
from server.record.notes.rules import FORMATS, FREE, Choice, Kind, Refusal, digest, format_of, reads, writes

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
MARA, SAMIR = uuid4(), uuid4()


def test_the_formats_have_the_sections_of_their_letters() -> None:
    initials = {one.key: "".join(section.title[0] for section in one.sections) for one in FORMATS}
    assert initials == {"soap": "SOAP", "dap": "DAP", "birp": "BIRP", "free": "N"}
    assert [format_of(one.to_data()) for one in FORMATS] == list(FORMATS)


@pytest.mark.parametrize(
    ("who", "kind", "signed", "may"),
    [
        (MARA, Kind.RECORD, None, True),
        (MARA, Kind.PSYCHOTHERAPY, NOW, True),
        (SAMIR, Kind.RECORD, NOW, True),
        (SAMIR, Kind.RECORD, None, False),
        (SAMIR, Kind.PSYCHOTHERAPY, NOW, False),
        (SAMIR, Kind.PSYCHOTHERAPY, None, False),
        (None, Kind.RECORD, None, False),
    ],
)
def test_a_draft_and_a_psychotherapy_note_are_their_authors_alone(who, kind, signed, may) -> None:
    assert reads(who, MARA, kind, signed) is may


def test_only_the_author_writes_and_only_before_signing() -> None:
    assert writes(MARA, MARA, None) is None
    assert writes(MARA, MARA, NOW) is Refusal.SIGNED
    assert writes(SAMIR, MARA, None) is Refusal.GONE


def test_a_signature_holds_every_section_and_tells_nothing_without_its_salt() -> None:
    held = digest("salt", {"plan": "Again on Monday", "data": "Slept"})
    assert held == digest("salt", {"data": "Slept", "plan": "Again on Monday"})
    assert held != digest("salt", {"data": "Slept", "plan": "Again on Tuesday"})
    assert held != digest("other", {"data": "Slept", "plan": "Again on Monday"})


def test_a_section_is_read_with_the_version_it_was_written_over() -> None:
    assert draft_of({"text": "a\r\nb", "version": "3"}) == Draft("a\nb", 3)
    assert draft_of({}) == Draft("", 0)
    assert draft_of({"text": "x" * 8001}) is Reason.TOO_LONG
    assert draft_of({"text": "x", "version": "²"}) is Reason.UNKNOWN
    assert addendum_of({"text": "  "}) is Reason.EMPTY


def test_a_format_of_ones_own_has_a_section_on_each_line() -> None:
    found = own_format({"name": " Sleep  talk ", "sections": "Sleep: hours, quality\n\nWhat next"}, Choice())
    assert not isinstance(found, Reason)
    assert (found.key, found.name) == ("sleep-talk", "Sleep talk")
    assert [(one.key, one.title, one.hint) for one in found.sections] == [
        ("sleep", "Sleep", "hours, quality"), ("what-next", "What next", "")
    ]  # fmt: skip
    choice = replace(Choice(), formats=(*FORMATS, found))
    assert choice.own == (found,)
    assert own_format({"name": "sleep talk", "sections": "Other"}, choice) is Reason.TWICE


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "", "sections": "A"}, Reason.EMPTY),
        ({"name": "A", "sections": " \n "}, Reason.EMPTY),
        ({"name": "SOAP", "sections": "A"}, Reason.TWICE),
        ({"name": "A", "sections": "Mood\nmood"}, Reason.TWICE),
        ({"name": "A", "sections": "\n".join(f"Part {n}" for n in range(13))}, Reason.TOO_MANY),
    ],
)
def test_a_format_that_nobody_could_write_in_is_refused(fields, reason) -> None:
    assert own_format(fields, Choice()) is reason


def test_a_clinic_that_never_chose_begins_with_soap_and_one_that_lost_its_choice_with_the_first() -> None:
    assert Choice().ready.key == "soap"
    assert Choice((FREE,), "gone").ready is FREE
