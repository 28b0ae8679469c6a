"""The blind index of names: how people are found whose names no index may hold.

A name is cut into its parts (letters and digits, without accents and case). Each part, and the first three letters of
one that is longer, becomes eight bytes of a hash under a key of the clinic; a row holds them one after the other.
Whoever reads the database alone learns which people of one clinic share a part or its first three letters, and no
letter of them. What is found so is opened with the person's own key and compared once more.
"""

import hmac
import unicodedata
from functools import lru_cache

from server.crypto import Keyring, derive

ENTRY_BYTES = 8
LETTERS = 3
MOST_PARTS = 12


def name_parts(text: str) -> list[str]:
    """'Zoë Müller-Weiß' as ['zoe', 'muller', 'weiss']: each once, in order."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return list(dict.fromkeys(kept.split()))[:MOST_PARTS]


def name_index(clinic: Keyring, name: str) -> bytes:
    """What a row keeps of a name; the clinic's oldest key makes it, so that rotation changes nothing."""
    secret = _secret(clinic)
    words = (word for part in name_parts(name) for word in (part, part[:LETTERS]))
    return b"".join(_entry(secret, word) for word in dict.fromkeys(words))


def sought(clinic: Keyring, text: str) -> list[bytes]:
    """What a row must hold to be looked at for this search: by the first letters, or a short part as a whole."""
    secret = _secret(clinic)
    return [_entry(secret, part[:LETTERS]) for part in name_parts(text)]


def fits(name: str, text: str) -> bool:
    """Whether every part that was typed begins a part of the name."""
    parts = name_parts(name)
    return all(any(part.startswith(typed) for part in parts) for typed in name_parts(text))


def _secret(clinic: Keyring) -> bytes:
    return _derived(clinic.secrets[min(clinic.secrets)])


@lru_cache(maxsize=64)
def _derived(secret: bytes) -> bytes:
    """Once for each clinic: every booking of somebody new asks for it."""
    return derive(secret, "index:patients.name")


def _entry(secret: bytes, word: str) -> bytes:
    return hmac.digest(secret, word.encode(), "sha256")[:ENTRY_BYTES]
