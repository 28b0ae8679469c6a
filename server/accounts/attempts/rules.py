"""How long to wait after wrong passwords and codes. Pure.

A guesser is slowed down by place (this account from this address) and by account (from
everywhere). The second would let anybody lock somebody out; so a browser in which the owner
signed in before is known by a cookie and counts for itself alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest, digest

FORGOTTEN_AFTER = timedelta(days=1)
LONGEST = timedelta(minutes=15)
KNOWN_LONGEST = timedelta(minutes=1)
FIRST_PAUSE = timedelta(seconds=2)


class Step(StrEnum):
    PASSWORD = "password"  # noqa: S105 - the name of a step
    CODE = "code"


@dataclass(frozen=True)
class Mark:
    """Something that is counted: so many wrong ones are free, then each doubles the pause."""

    key: bytes
    free: int
    longest: timedelta


@dataclass(frozen=True)
class Count:
    failures: int
    last_at: datetime


def marks(step: Step, subject: bytes, address: str, device: str) -> tuple[Mark, ...]:
    """What a try counts for: the known device alone, or the address and the account.

    `subject` is the blind index of the mail address that was typed, known or not.
    """
    if device:
        return (Mark(_key(step, subject, "device", device), 5, KNOWN_LONGEST),)
    here = Mark(_key(step, subject, "address", address), 5, LONGEST)
    return (here, Mark(_key(step, subject, "anywhere", ""), 20, LONGEST))


def wait(marks: Collection[Mark], counts: Mapping[bytes, Count], now: datetime) -> timedelta:
    """How long until the next try is heard; zero when it is welcome now."""
    counted = [(mark, counts[mark.key]) for mark in marks if mark.key in counts]
    waits = [count.last_at + pause(count.failures, mark) - now for mark, count in counted]
    return max([timedelta(0), *waits])


def pause(failures: int, mark: Mark) -> timedelta:
    """How long to wait after so many wrong ones in a row."""
    over = failures - mark.free
    return timedelta(0) if over < 0 else min(mark.longest, FIRST_PAUSE * 2 ** min(over, 20))


def device_token(secret: bytes, subject: bytes, nonce: str) -> str:
    """What a browser keeps so that it is known again; it opens nothing by itself."""
    return f"{nonce}.{_signature(secret, subject, nonce)}"


def known_device(secret: bytes, subject: bytes, token: str) -> str:
    """Which browser this is, or '' when the token is missing, another person's or not ours."""
    nonce, _, signature = token.partition(".")
    return nonce if compare_digest(signature.encode(), _signature(secret, subject, nonce).encode()) else ""


def _signature(secret: bytes, subject: bytes, nonce: str) -> str:
    return digest(secret, b"known device|" + subject + b"|" + nonce.encode(), "sha256").hex()


def _key(step: Step, subject: bytes, kind: str, where: str) -> bytes:
    return sha256("|".join((step, subject.hex(), kind, where)).encode()).digest()[:16]
