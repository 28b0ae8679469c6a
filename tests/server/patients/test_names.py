"""Names in an index that holds no name."""

from uuid import uuid4

import pytest

from server.crypto import Keyring
from server.patients.names import ENTRY_BYTES, fits, name_index, name_parts, sought

LINDEN = Keyring(uuid4(), {1: b"1" * 32, 2: b"2" * 32})
BIRCH = Keyring(uuid4(), {1: b"3" * 32})


def found(name: str, text: str, clinic: Keyring = LINDEN) -> bool:
    index = name_index(LINDEN, name)
    return all(entry in index for entry in sought(clinic, text))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Jo Almeida", ["jo", "almeida"]),
        ("Zoë Müller-Weiß", ["zoe", "muller", "weiss"]),
        ("  Dr.  Anil   RAO ", ["dr", "anil", "rao"]),
        ("O’Brien", ["o", "brien"]),
        ("نور حسن", ["نور", "حسن"]),
        ("Jo Jo", ["jo"]),
        ("...", []),
    ],
)
def test_a_name_is_its_parts_without_accents_and_case(name: str, parts: list[str]) -> None:
    assert name_parts(name) == parts


@pytest.mark.parametrize("text", ["jo", "ALMEI", "alm", "Almeida Jo", "jo alm", "almeida"])
def test_a_person_is_found_by_the_beginnings_of_parts_in_any_order(text: str) -> None:
    assert found("Jo Almeida", text)
    assert fits("Jo Almeida", text)


@pytest.mark.parametrize("text", ["kim", "jo kim", "meida", "al"])
def test_and_not_by_what_begins_no_part(text: str) -> None:
    assert not (found("Jo Almeida", text) and fits("Jo Almeida", text))


def test_what_shares_three_letters_is_looked_at_and_left_out() -> None:
    assert found("Jo Almeida", "almost")
    assert not fits("Jo Almeida", "almost")


def test_the_index_tells_no_letter_and_differs_from_clinic_to_clinic() -> None:
    index = name_index(LINDEN, "Jo Almeida")
    assert len(index) == 3 * ENTRY_BYTES  # jo, almeida, alm
    assert b"alm" not in index.lower()
    assert not found("Jo Almeida", "almeida", BIRCH)


def test_a_new_key_of_the_clinic_changes_nothing() -> None:
    assert name_index(Keyring(LINDEN.owner, {1: b"1" * 32}), "Jo Almeida") == name_index(LINDEN, "Jo Almeida")
