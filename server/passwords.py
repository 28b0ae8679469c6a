"""Hashing passwords: argon2id with the parameters of RFC 9106, in threads of its own.

One hash takes a tenth of a second and 64 MiB, so two run at a time and the rest wait their turn;
pages are served meanwhile.
"""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

AT_ONCE = 2

hasher = PasswordHasher()
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")


async def hash_password(text: str) -> str:
    """The encoded hash that a row keeps."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hasher.hash, text)


async def password_matches(kept: str | None, text: str) -> bool:
    """Whether `text` is the password behind `kept`; without one the same work is done, and the answer is False."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _matches, kept, text)


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return hasher.check_needs_rehash(kept)


def _matches(kept: str | None, text: str) -> bool:
    stand_in = _stand_in()
    try:
        return hasher.verify(kept or stand_in, text) and kept is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


@cache
def _stand_in() -> str:
    """The hash of a password that nobody has."""
    return hasher.hash(secrets.token_urlsafe(32))
