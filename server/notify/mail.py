"""Mail: what a letter is, and who carries it.

SMTP when the clinic set it; otherwise files in the data folder that a staff page shows.
Every driver has the same one method; `MemoryMailer` is the twin for tests.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from server.notify.discreet import Kind, discreet_name, findings, words_in
from server.templates import render_text, translations, usual_words
from server.tongues import LANGUAGES

log = structlog.get_logger("mail")


@dataclass(frozen=True)
class Letter:
    """A mail before it has headers. `id` makes the Message-ID, so a repeat is the same mail.

    `names`: who it is about, so that none of them stands in it; `link`: what the neutral words carry when it must leave
    with those; `discreet`: False where the clinic wants messages that say what they are about.

    `mark`: a PNG that the HTML shows as `cid:mark`; a mail loads nothing from anywhere.

    `calendar` is the text of iCalendar objects, `method` their METHOD (REQUEST or CANCEL); `file` hangs on the mail in
    its place, to be taken over by hand.
    """

    id: UUID
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    sender_name: str = ""
    clinic_id: UUID | None = None
    for_staff: bool = False
    calendar: bytes | None = field(default=None, repr=False)
    method: str = "REQUEST"
    file: bytes | None = field(default=None, repr=False)
    lang: str = "en"
    link: str = field(default="", repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    discreet: bool = True
    mark: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class NeutralMail:
    """The context of mail/neutral.html and mail/neutral.txt."""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    link: str = field(repr=False)


def as_discreet(letter: Letter) -> Letter:
    """The letter as it may leave: as it is, or with neutral words where it would give something away.

    Who gets the neutral one still gets the link, and the calendar entry if that gives nothing away. What staff get may
    carry their own titles.
    """
    if not letter.discreet:
        return letter
    usual = usual_words(letter.lang) | words_in(letter.sender_name)
    kinds = {Kind.WHY, Kind.WHO} if letter.for_staff else frozenset(Kind)
    words = "\n".join((letter.sender_name, letter.subject, letter.text, letter.html))
    found = findings(words, letter.names, usual, kinds)
    entry = letter.calendar and findings(letter.calendar.decode(), letter.names, usual, kinds)
    if entry:
        letter = replace(letter, calendar=None, file=None)
    if not found:
        return letter
    log.warning("mail.made_neutral", mail=str(letter.id), kinds=sorted({one.kind for one in found}))
    return _neutral(letter)


def _neutral(letter: Letter) -> Letter:
    subject = translations(letter.lang).gettext("Something new for you")
    sender = discreet_name(letter.sender_name)
    context = NeutralMail(letter.lang, LANGUAGES[letter.lang], sender, "", subject, letter.link)
    text, html = (render_text(f"mail/neutral.{kind}", context, letter.lang) for kind in ("txt", "html"))
    return replace(letter, subject=subject, text=text, html=html, sender_name=sender)


class Carrier:
    """What every driver is: it carries a letter that was looked at first."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises when it could not; the outbox tries again."""
        await self.carry(as_discreet(letter))

    async def carry(self, letter: Letter) -> None:
        """Hand over what may leave."""
        raise NotImplementedError


class Mailer(Protocol):
    @property
    def sends(self) -> bool:
        """Whether a letter leaves this machine: pages promise a mail only where one comes."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises when it could not; the outbox tries again."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def message(letter: Letter, mail_from: str, sent_at: datetime) -> EmailMessage:
    """The MIME message of a letter: text, HTML and calendar beside each other.

    Raises ValueError when a header would hold a line break, or an address more than one: nobody
    smuggles a header or a recipient in by a name.
    """
    mail = EmailMessage(policy=SMTP)
    domain = mail_from.rsplit("@", 1)[-1]
    mail["Subject"] = letter.subject
    mail["From"] = Address(letter.sender_name, addr_spec=mail_from)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Date"] = sent_at
    mail["Message-ID"] = f"<{letter.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    if letter.mark:
        written = mail.get_body(("html",))
        assert isinstance(written, EmailMessage)
        written.add_related(letter.mark, maintype="image", subtype="png", cid="<mark>", disposition="inline")
    if letter.calendar is not None:
        mail.add_alternative(letter.calendar.decode(), subtype="calendar", params={"method": letter.method})
        mail.add_attachment(
            letter.file or letter.calendar, maintype="application", subtype="ics", filename="appointment.ics"
        )
    return mail


class MemoryMailer(Carrier):
    """Keeps what was sent; with `sends=False` the twin of a clinic without a mail server."""

    def __init__(self, *, sends: bool = True) -> None:
        self.sends = sends
        self.sent: list[Letter] = []

    async def carry(self, letter: Letter) -> None:
        self.sent.append(letter)


class FileMailer(Carrier):
    """Writes each mail to `folder/<clinic or staff>/<id>.eml`, readable by the owner alone.

    For trying things out: the files are as readable as a letter on a desk. `parlour doctor` says so.
    """

    sends = False

    def __init__(self, folder: Path, mail_from: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder
        self.mail_from = mail_from
        self.clock = clock

    async def carry(self, letter: Letter) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kind = "staff" if letter.for_staff else "patients"
        place = self.folder / (letter.clinic_id.hex if letter.clinic_id else "installation") / kind
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / f"{letter.id}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(message(letter, self.mail_from, self.clock()).as_bytes())
        unfinished.replace(path)  # whoever looks into the folder meanwhile finds whole mails alone
        log.info("mail.kept_as_file", mail=str(letter.id))
