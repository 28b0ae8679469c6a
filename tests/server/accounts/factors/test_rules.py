from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest

from server.accounts.factors.rules import code_hash, in_groups, key_uri, recovery_code, totp_step

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 3, 9, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_a_clock_half_a_minute_off_is_fine(off: int) -> None:
    at = NOW + timedelta(seconds=off)
    assert totp_step(SECRET, pyotp.TOTP(SECRET).at(at), NOW) == int(at.timestamp()) // 30


@pytest.mark.parametrize("off", [-90, -60, 60, 90])
def test_older_and_later_codes_are_not(off: int) -> None:
    assert totp_step(SECRET, pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=off)), NOW) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5"])
def test_what_is_no_code(typed: str) -> None:
    assert totp_step(SECRET, typed, NOW) is None


def test_a_gap_in_the_digits_does_not_matter() -> None:
    digits = pyotp.TOTP(SECRET).at(NOW)
    assert totp_step(SECRET, f" {digits[:3]} {digits[3:]} ", NOW) is not None


def test_a_recovery_code_is_sixty_bits_in_groups_and_its_spelling_does_not_matter() -> None:
    code, staff = recovery_code(bytes(range(8))), uuid4()
    assert len(code) == 14
    assert code.count("-") == 2
    kept = code_hash(b"s" * 32, staff, code)
    assert kept == code_hash(b"s" * 32, staff, code.upper().replace("-", " "))
    assert kept != code_hash(b"s" * 32, uuid4(), code)
    assert kept != code_hash(b"t" * 32, staff, code)


def test_the_picture_names_clinic_and_person() -> None:
    assert key_uri(SECRET, "mara@linden.example", "Linden Practice") == (
        f"otpauth://totp/Linden%20Practice:mara%40linden.example?secret={SECRET}&issuer=Linden%20Practice"
    )
    assert in_groups("abcdefghij") == "abcd efgh ij"
