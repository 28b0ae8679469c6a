"""Names and needs as values."""

from uuid import uuid4

import pytest

from server.patients.rules import Needs, Person, called, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jo   Almeida ", "Jo Almeida"),
        ("Jo\r\nATTENDEE:mailto:evil@example.org", "Jo ATTENDEE:mailto:evil@example.org"),
        ("Jo\x00\x1b[31m", "Jo [31m"),
        ("Zoë Ångström", "Zoë Ångström"),
        ("جود", "جود"),
        ("\u202eoJ", "oJ"),
    ],
)
def test_a18_a_name_is_one_line_without_control_characters(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


def test_a_person_never_shows_up_in_a_log() -> None:
    shown = repr(Person(uuid4(), "Jo Almeida", "jo@example.org", "+49171", Needs("Português")))
    assert not any(word in shown for word in ("Jo", "example", "171", "Portugu"))


def test_a_person_is_called_by_their_first_name() -> None:
    assert Person(uuid4(), "Jo Almeida").first_name == "Jo"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mara Lind", "Mara"),
        ("Dr Rao", "Dr Rao"),
        ("Dr. Anna Rao", "Dr. Rao"),
        ("Prof. Dr. Anna Rao", "Prof. Rao"),
        ("Frau Nwosu", "Frau Nwosu"),
        ("Dr. Rao 🌿", "Dr. Rao"),
        ("Dr.", "Dr."),
        ("Drew Park", "Drew"),
        ("", ""),
    ],
)
def test_whoever_leads_with_a_title_is_called_by_it(name: str, said: str) -> None:
    assert called(name) == said
