"""Mail by SMTP, for clinics that set SMTP_URL."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.notify.mail import Carrier, Letter, message, utc_now

SECONDS = 20


@dataclass(frozen=True)
class SmtpServer:
    """Where mail goes: `smtp://` upgrades to TLS when the server offers it, `smtps://` begins with it."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def parse_url(url: str) -> SmtpServer:
    """The server of an SMTP_URL such as smtps://user:secret@mail.example:465. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("SMTP_URL begins with smtp:// or smtps:// and names a host")
    tls = parts.scheme == "smtps"
    return SmtpServer(
        parts.hostname,
        parts.port or (465 if tls else 587),
        tls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class SmtpMailer(Carrier):
    """Hands each letter to the clinic's mail server."""

    sends = True

    def __init__(self, url: str, mail_from: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.server = parse_url(url)
        self.mail_from = mail_from
        self.clock = clock

    async def carry(self, letter: Letter) -> None:
        """Raises aiosmtplib.SMTPException or OSError when the server did not take it."""
        server = self.server
        await aiosmtplib.send(
            message(letter, self.mail_from, self.clock()),
            sender=self.mail_from,
            recipients=[letter.to],
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            # A password goes over TLS or not at all: an offer of STARTTLS can be taken out on the way.
            start_tls=True if server.user and not server.tls else None,
            username=server.user or None,
            password=server.password or None,
            tls_context=ssl.create_default_context() if server.tls or server.user else None,
            timeout=SECONDS,
        )
