"""Second factors: codes of an app, recovery codes, passkeys as values. Pure."""

from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest, digest
from uuid import UUID

import pyotp

STEP_SECONDS = 30
WINDOW = 1  # one step before and after: a phone's clock may be half a minute off
RECOVERY_CODES = 10
RECOVERY_BYTES = 8  # 12 characters of base 32 are 60 bits
LABEL_LENGTH = 80


@dataclass(frozen=True)
class PasskeyFacts:
    """A passkey as its owner knows it."""

    id: UUID
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    label: str = field(repr=False)
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What somebody can answer the second step with."""

    totp_sealed: bytes | None = field(repr=False)
    totp_since: datetime | None
    passkeys: tuple[PasskeyFacts, ...]
    codes_left: int

    @property
    def has_totp(self) -> bool:
        return self.totp_sealed is not None and self.totp_since is not None

    @property
    def any(self) -> bool:
        return self.has_totp or bool(self.passkeys)

    @property
    def count(self) -> int:
        return int(self.has_totp) + len(self.passkeys)


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """The step that this code of an app belongs to, or None when it is not one of now."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    hotp = pyotp.HOTP(secret)
    steps = range(current - WINDOW, current + WINDOW + 1)
    return next((step for step in steps if compare_digest(hotp.at(step), digits)), None)


def key_uri(secret: str, mail: str, issuer: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=mail, issuer_name=issuer)


def in_groups(text: str, size: int = 4) -> str:
    """'abcdefgh' as 'abcd efgh', so that it can be copied by hand."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def recovery_code(random: bytes) -> str:
    """'k3vd-9x2m-qqtr' from eight random bytes."""
    return in_groups(b32encode(random).decode().lower()[:12]).replace(" ", "-")


def code_hash(secret: bytes, staff_id: UUID, code: str) -> bytes:
    """What a row keeps of a recovery code, however it was typed; keyed, because sixty bits alone could be searched."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum()).replace("0", "o").replace("1", "l")
    return digest(secret, staff_id.bytes + plain.encode(), "sha256")


def looks_like_recovery_code(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) == 12
