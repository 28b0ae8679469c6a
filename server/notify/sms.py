"""Text messages (SMS): what one is, and who carries it.

Where a message goes is set once for the installation (SMS_URL): an https address of a provider or of a small
script in front of one, else files in the data folder that a staff page shows. Every driver has the same one method;
`MemoryTexter` is the twin for tests.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol, TextIO
from uuid import UUID

import httpx2
import structlog

from server.notify.discreet import Kind, findings
from server.templates import translations, usual_words

log = structlog.get_logger("sms")

SECONDS = 10
LONGEST = 300
CONSOLE = "console:"


@dataclass(frozen=True)
class Sms:
    """One text message. `id` is stable over repeats; `to` is E.164; `words` are discreet, 300 signs at most.

    `names`, `link` and `discreet` as in a letter.
    """

    id: UUID
    to: str = field(repr=False)
    words: str = field(repr=False)
    clinic_id: UUID
    for_staff: bool = False
    lang: str = "en"
    link: str = field(default="", repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    discreet: bool = True


def as_discreet(sms: Sms) -> Sms:
    """The message as it may leave: as it is, or with neutral words and its link."""
    kinds = {Kind.WHY, Kind.WHO} if sms.for_staff else frozenset(Kind)
    found = findings(sms.words, sms.names, usual_words(sms.lang), kinds) if sms.discreet else []
    if not found:
        return sms
    log.warning("sms.made_neutral", sms=str(sms.id), kinds=sorted({one.kind for one in found}))
    words = translations(sms.lang).gettext("Something new for you: %(link)s") % {"link": sms.link}
    return replace(sms, words=words)


class Carrier:
    """What every driver is: it carries a message that was looked at first."""

    async def send(self, sms: Sms) -> None:
        """Hand the message over. Raises when it could not; the outbox tries again."""
        await self.carry(as_discreet(sms))

    async def carry(self, sms: Sms) -> None:
        """Hand over what may leave."""
        raise NotImplementedError


class Texter(Protocol):
    @property
    def sends(self) -> bool:
        """Whether messages leave this machine."""

    async def send(self, sms: Sms) -> None:
        """Hand the message over. Raises when it could not; the outbox tries again."""


class NotTaken(Exception):
    """The provider answered with something else than yes; `status` says with what."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the provider answered {status}")
        self.status = status


class MemoryTexter(Carrier):
    """Keeps what was sent; with `sends=False` the twin of a clinic without a provider."""

    def __init__(self, *, sends: bool = True) -> None:
        self.sends = sends
        self.sent: list[Sms] = []

    async def carry(self, sms: Sms) -> None:
        self.sent.append(sms)


class FileTexter(Carrier):
    """Writes each message beside the kept mails, where the same staff page shows it. For trying things out."""

    sends = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def carry(self, sms: Sms) -> None:
        place = self.folder / sms.clinic_id.hex / ("staff" if sms.for_staff else "patients")
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / f"{sms.id}.eml"
        path.touch(mode=0o600)
        path.write_bytes(_as_file(sms).as_bytes())
        log.info("sms.kept_as_file", sms=str(sms.id))


def _as_file(sms: Sms) -> EmailMessage:
    kept = EmailMessage(policy=SMTP)
    kept["Subject"] = "SMS"
    kept["To"] = sms.to
    kept.set_content(sms.words)
    return kept


class ConsoleTexter(Carrier):
    """Prints each message, for a developer who watches; nothing of it reaches the logs."""

    sends = False

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out

    async def carry(self, sms: Sms) -> None:
        print(f"SMS to {sms.to}: {sms.words}", file=self.out, flush=True)


class WebhookTexter(Carrier):
    """Posts each message as JSON to the one address that the operator set, signed with the shared secret.

    `{"id", "to", "text"}`; Parlour-Timestamp holds the second, Parlour-Signature the HMAC-SHA-256 in hexadecimal of
    the timestamp, a full stop and the body. The same id again is the same message. Redirects are not followed.
    """

    sends = True

    def __init__(self, url: str, secret: str, clock: Callable[[], datetime]) -> None:
        self.url = url
        self._secret = secret.encode()
        self._clock = clock

    async def carry(self, sms: Sms) -> None:
        """Raises NotTaken for any answer but 2xx, httpx2.TransportError when there was none."""
        body = json.dumps({"id": str(sms.id), "to": sms.to, "text": sms.words}, ensure_ascii=False).encode()
        stamp = str(int(self._clock().timestamp()))
        headers = {
            "content-type": "application/json",
            "idempotency-key": str(sms.id),
            "parlour-timestamp": stamp,
            "parlour-signature": signature(self._secret, stamp, body),
        }
        async with httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = await client.post(self.url, content=body, headers=headers)
        if not answer.is_success:
            raise NotTaken(answer.status_code)


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """What the receiver computes as well: HMAC-SHA-256 over '<stamp>.<body>'."""
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def build_texter(url: str, secret: str, folder: Path, clock: Callable[[], datetime]) -> Texter:
    """The driver that SMS_URL names: none given means files."""
    if url == CONSOLE:
        return ConsoleTexter()
    return WebhookTexter(url, secret, clock) if url else FileTexter(folder)
