"""Signing in by the provider of one's organisation (OpenID Connect): what is asked, what must come back. Pure."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest, digest
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

LASTS = timedelta(minutes=10)
LEEWAY = 60
"""Seconds by which the clock of a provider may differ from ours."""
SCOPE = "openid email"
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "EdDSA")
"""By which a provider may sign: with a key of its own, never with the secret it shares with us, and never with none."""
DISCOVERY = "/.well-known/openid-configuration"


class Refusal(StrEnum):
    """Why nobody was signed in."""

    ELSEWHERE = "elsewhere"  # not begun in this browser, or too long ago
    DECLINED = "declined"  # the provider said no
    AWAY = "away"  # it cannot be reached
    UNTRUSTED = "untrusted"  # what it said does not prove anything
    UNVERIFIED = "unverified"  # it does not vouch for the address
    UNKNOWN = "unknown"  # nobody of this clinic has the address


@dataclass(frozen=True)
class SignOn:
    """The provider of a clinic. Where it `does_factor` we ask for no second step of our own."""

    clinic_id: UUID
    issuer: str
    client_id: str
    label: str
    does_factor: bool
    secret_sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Try:
    """One sign-in on its way: what its browser keeps. Everything that must not be guessed is made of its `seed`."""

    clinic_id: UUID
    began_at: int  # seconds since 1970
    seed: str = field(repr=False)
    next: str = "/staff"

    @property
    def kept(self) -> str:
        """What the cookie holds."""
        return f"{self.clinic_id.hex}.{self.began_at}.{self.seed}.{self.next}"


def read_try(kept: str) -> Try | None:
    """What a cookie holds, or None."""
    found = re.fullmatch(r"([0-9a-f]{32})\.(\d{1,12})\.([A-Za-z0-9_-]{43})\.(/[^\s;]*)", kept)
    return Try(UUID(found[1]), int(found[2]), found[3], found[4]) if found else None


def made_of(secret: bytes, one: Try, what: str) -> str:
    """The state, the nonce or the verifier of a try: each of its own, and none tells another."""
    mac = digest(secret, f"{what}.{one.kept}".encode(), "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


def is_ours(secret: bytes, one: Try, state: str, now: datetime) -> bool:
    """Whether an answer belongs to this try and comes in time."""
    age = now.timestamp() - one.began_at
    fits = compare_digest(made_of(secret, one, "state").encode(), state.encode())
    return fits and 0 <= age <= LASTS.total_seconds()


def is_issuer(text: str) -> bool:
    """Whether this may name a provider: an address without a question or a part (OpenID Connect Discovery 1.0, 3)."""
    url = urlsplit(text)
    return url.scheme in {"https", "http"} and bool(url.hostname) and not (url.query or url.fragment or url.username)


def audience_is(claims: Mapping[str, Any], client_id: str) -> bool:
    """Whether a token was made for us alone, or says that we are who asked for it."""
    audience = claims.get("aud")
    named: Sequence[Any] = audience if isinstance(audience, list) else [audience]
    return client_id in named and (len(named) == 1 or claims.get("azp") == client_id)


def verified_mail(claims: Mapping[str, Any]) -> str | Refusal:
    """The address that the provider vouches for; a plain true is needed, and a text that says so is none."""
    mail = claims.get("email")
    if not isinstance(mail, str) or "@" not in mail or claims.get("email_verified") is not True:
        return Refusal.UNVERIFIED
    return mail
