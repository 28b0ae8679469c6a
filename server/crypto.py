"""Sealed fields and blind indexes.

A sealed field is AES-256-GCM under the key of its owner (a patient, or the clinic for what
belongs to nobody in particular). The place it lives in is authenticated with it, so a
ciphertext moved to another row, column or patient does not open.

    blob = version (2 bytes, big endian) | nonce (12 bytes) | ciphertext and tag
"""

import hmac
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
INDEX_BYTES = 16  # truncated: equality only, and a few strangers may share a value


class SealBroken(Exception):
    """The blob was made with another key, for another place, or was changed."""


@dataclass(frozen=True)
class Keyring:
    """All versions of one owner's key; the newest seals, every one opens."""

    owner: UUID
    secrets: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        return max(self.secrets)


@dataclass(frozen=True)
class Place:
    """Where a sealed value lives: `owner` is the patient's id, or the clinic's own."""

    clinic: UUID
    owner: UUID
    table: str
    row: UUID
    column: str

    def bound_to(self, version: int) -> bytes:
        parts = (self.clinic.hex, self.owner.hex, self.table, self.row.hex, self.column, str(version))
        return "|".join(parts).encode()


def new_secret() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(key: Keyring, text: str, place: Place) -> bytes:
    """Seal `text` for `place` with the newest version of `key`."""
    version = key.newest
    return version.to_bytes(2, "big") + seal_bytes(key.secrets[version], text.encode(), place.bound_to(version))


def unseal(key: Keyring, blob: bytes, place: Place) -> str:
    """The text that `seal` was given. Raises SealBroken."""
    version = int.from_bytes(blob[:2], "big")
    secret = key.secrets.get(version)
    if secret is None:
        raise SealBroken(f"no version {version} of this key")
    return unseal_bytes(secret, blob[2:], place.bound_to(version)).decode()


def seal_bytes(secret: bytes, body: bytes, bound_to: bytes) -> bytes:
    """Nonce, ciphertext and tag of `body`, authenticated together with `bound_to`."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, body, bound_to)


def unseal_bytes(secret: bytes, blob: bytes, bound_to: bytes) -> bytes:
    """What `seal_bytes` was given. Raises SealBroken."""
    try:
        return AESGCM(secret).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], bound_to)
    except InvalidTag:
        raise SealBroken(bound_to.decode(errors="replace")) from None


def derive(secret: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that one leaking tells nothing of the others."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def normal_text(value: str) -> str:
    """The form under which two spellings of one mail address are equal (NFKC, no case, no edges)."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


def blind_index(secret: bytes, column: str, value: str) -> bytes:
    """16 bytes by which equal values are found and nothing else; `secret` is per clinic."""
    return hmac.digest(derive(secret, f"index:{column}"), normal_text(value).encode(), "sha256")[:INDEX_BYTES]


def token_hash(token: str) -> bytes:
    """What a row keeps of a random token of 128 bits or more; a plain hash is enough for those."""
    return sha256(token.encode()).digest()
