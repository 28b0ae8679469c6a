"""Who may show a clinic's booking inside their own page. Pure.

An origin is what a browser calls one (RFC 6454): scheme, host and port, and nothing behind it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

MOST_ORIGINS = 20
LONGEST = 200
PORTS = {"https": 443, "http": 80}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors {origin}"
)


class Unfit(StrEnum):
    """Why an address cannot be listed."""

    MISSING = "missing"
    NOT_AN_ADDRESS = "not_an_address"
    MANY_AT_ONCE = "many_at_once"  # a star stands for others too
    NOT_SECURE = "not_secure"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Around:
    """The page around a frame; `preview`: it is our own, where staff look at it."""

    origin: str
    preview: bool = False


def read_origin(typed: str) -> str | Unfit:
    """What was typed as the one origin that it names: 'Clinic.example/contact' is 'https://clinic.example'."""
    text = typed.strip()
    if not text:
        return Unfit.MISSING
    if "*" in text:
        return Unfit.MANY_AT_ONCE
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return Unfit.NOT_AN_ADDRESS
    if len(text) > LONGEST or parts.scheme not in PORTS or parts.username is not None or not _is_host(host):
        return Unfit.NOT_AN_ADDRESS
    if parts.scheme == "http" and not is_this_machine(host):
        return Unfit.NOT_SECURE
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, PORTS[parts.scheme]) else "")


def _is_host(host: str) -> bool:
    if is_this_machine(host) or ":" in host:
        return is_address(host) or host == "localhost"
    plain = host.replace(".", "").replace("-", "")
    return "." in host.strip(".") and ".." not in host and plain.isascii() and plain.isalnum()


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_this_machine(host: str) -> bool:
    """Whether only who sits at this machine can ask for it: there a browser trusts plain http as well."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def around(at: str, listed: Collection[str], own: Collection[str]) -> Around | None:
    """Who frames, when they say to be at `at`; None when the clinic did not list them. Nothing is guessed."""
    if at in listed:
        return Around(at)
    return Around(at, preview=True) if at in own else None


def frame_headers(origin: str) -> Mapping[str, str]:
    """What lets this one origin, and nobody else, show the answer; also where it asks for COEP require-corp."""
    return {
        "content-security-policy": POLICY.format(origin=origin),
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "cross-origin",
    }
