"""A pass: opens one booking for half a day to a page that can keep no cookie. It is made anew, never stored."""

import hmac
from datetime import UTC, datetime, timedelta

from server.keys import KeyStore

LASTS = timedelta(hours=12)
LENGTH = 64


def pass_of(keys: KeyStore, public_id: str, now: datetime) -> str:
    """A pass for this booking, from now on."""
    until = f"{int((now + LASTS).timestamp()):x}"
    return f"{until}-{_mac(keys, public_id, until)}"


def opens(keys: KeyStore, given: str, public_id: str, now: datetime) -> bool:
    """Whether what was given is a pass for this booking and still good."""
    until, _, mac = given.partition("-")
    if not hmac.compare_digest(mac.encode(), _mac(keys, public_id, until).encode()):
        return False
    return now < datetime.fromtimestamp(int(until, 16), UTC)


def _mac(keys: KeyStore, public_id: str, until: str) -> str:
    whole = f"{public_id} {until}".encode()
    return hmac.digest(keys.secret("booking pass"), whole, "sha256").hex()[:LENGTH]
