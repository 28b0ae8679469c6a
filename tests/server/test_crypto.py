"""Sealed fields open for their owner, in their place, and nowhere else."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.crypto import INDEX_BYTES, Keyring, Place, SealBroken, blind_index, new_secret, seal, unseal

CLINIC, PATIENT, ROW = uuid4(), uuid4(), uuid4()
HERE = Place(CLINIC, PATIENT, "patients", ROW, "name")


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    key = Keyring(PATIENT, {1: new_secret()})
    assert unseal(key, seal(key, text, HERE), HERE) == text


def test_the_blob_does_not_show_the_text() -> None:
    key = Keyring(PATIENT, {1: new_secret()})
    assert b"Jo Almeida" not in seal(key, "Jo Almeida", HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(uuid4(), PATIENT, "patients", ROW, "name"),
        Place(CLINIC, uuid4(), "patients", ROW, "name"),
        Place(CLINIC, PATIENT, "bookings", ROW, "name"),
        Place(CLINIC, PATIENT, "patients", uuid4(), "name"),
        Place(CLINIC, PATIENT, "patients", ROW, "mail"),
    ],
)
def test_a_blob_moved_elsewhere_does_not_open(elsewhere: Place) -> None:
    key = Keyring(PATIENT, {1: new_secret()})
    with pytest.raises(SealBroken):
        unseal(key, seal(key, "Jo", HERE), elsewhere)


def test_another_persons_key_does_not_open_it() -> None:
    blob = seal(Keyring(PATIENT, {1: new_secret()}), "Jo", HERE)
    with pytest.raises(SealBroken):
        unseal(Keyring(PATIENT, {1: new_secret()}), blob, HERE)


@given(st.integers(0, 30))
def test_a_changed_byte_does_not_open(at: int) -> None:
    key = Keyring(PATIENT, {1: new_secret()})
    blob = bytearray(seal(key, "Jo Almeida", HERE))
    blob[at % len(blob)] ^= 1
    with pytest.raises(SealBroken):
        unseal(key, bytes(blob), HERE)


def test_new_keys_seal_and_old_ones_still_open() -> None:
    old = Keyring(PATIENT, {1: new_secret()})
    both = Keyring(PATIENT, {**old.secrets, 2: new_secret()})
    assert unseal(both, seal(old, "before", HERE), HERE) == "before"
    with pytest.raises(SealBroken):
        unseal(old, seal(both, "after", HERE), HERE)


def test_a_keyring_does_not_print_its_secrets() -> None:
    secret = new_secret()
    assert secret.hex() not in repr(Keyring(PATIENT, {1: secret}))
    assert repr(secret) not in repr(Keyring(PATIENT, {1: secret}))


def test_blind_indexes_find_equal_contacts_and_nothing_else() -> None:
    secret = new_secret()
    one = blind_index(secret, "patients.mail", "Jo@Example.org ")
    assert one == blind_index(secret, "patients.mail", "jo@example.org")
    assert len(one) == INDEX_BYTES
    assert one != blind_index(secret, "patients.mail", "jo2@example.org")
    assert one != blind_index(secret, "patients.phone", "jo@example.org")
    assert one != blind_index(new_secret(), "patients.mail", "jo@example.org")
