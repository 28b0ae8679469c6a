"""Reads the mails that a clinic without SMTP keeps as files: their heads, their plain text, and our own links in it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import cast
from uuid import UUID

KINDS = ("patients", "staff")
MOST = 100


@dataclass(frozen=True)
class Head:
    """One line of the list."""

    id: UUID
    kind: str
    to: str = field(repr=False)
    subject: str
    at: datetime


@dataclass(frozen=True)
class Piece:
    """A stretch of a mail's text; `href` when it is a link of ours."""

    text: str = field(repr=False)
    href: str = field(default="", repr=False)


@dataclass(frozen=True)
class Kept:
    head: Head
    pieces: tuple[Piece, ...] = field(repr=False)
    attached: tuple[str, ...]


def newest(folder: Path, clinic_id: UUID, kinds: Collection[str]) -> list[Head]:
    """The newest hundred mails of these kinds, the last one first."""
    paths = [path for kind in KINDS if kind in kinds for path in (folder / clinic_id.hex / kind).glob("*.eml")]
    dated = sorted(((path.stat().st_mtime, path) for path in paths), reverse=True)[:MOST]
    return [_head(path, at, _parse(path, heads_only=True)) for at, path in dated]


def find(folder: Path, clinic_id: UUID, kind: str, letter_id: UUID, base_url: str) -> Kept | None:
    """One mail with its text; the HTML part is left out, since nobody may look at it safely here."""
    path = folder / clinic_id.hex / kind / f"{letter_id}.eml"
    if kind not in KINDS or not path.is_file():
        return None
    mail = _parse(path)
    body = mail.get_body(("plain",))
    text = cast(str, body.get_content()) if body else ""
    names = [part.get_filename() or "" for part in mail.iter_attachments()]
    head = _head(path, path.stat().st_mtime, mail)
    return Kept(head, tuple(pieces(text, base_url)), tuple(name for name in names if name))


def pieces(text: str, base_url: str) -> Sequence[Piece]:
    """The text cut at addresses of our own; an address elsewhere stays words."""
    own = re.compile(rf"({re.escape(base_url)}/[^\s<>\"]*[^\s<>\".,;:!?)])")
    cut = own.split(text)
    return [Piece(part, part if number % 2 else "") for number, part in enumerate(cut) if part]


def _parse(path: Path, *, heads_only: bool = False) -> EmailMessage:
    with path.open("rb") as file:
        return BytesParser(policy=policy.default).parse(file, headersonly=heads_only)


def _head(path: Path, at: float, mail: EmailMessage) -> Head:
    return Head(
        id=UUID(path.stem),
        kind=path.parent.name,
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        at=datetime.fromtimestamp(at, UTC),
    )
