"""Mails in the look of their clinic: its colour, and its picture where messages need not be discreet."""

from dataclasses import replace

from server.clinic.colour import Palette
from server.clinic.look import store
from server.clinic.look.store import Look
from server.db import Database
from server.notify.mail import Letter, Mailer
from server.templates import HOUSE_LOOK, Drawn, MailLook


class Dressed:
    """A mailer that gives each letter the look of its clinic before it hands it on."""

    def __init__(self, mailer: Mailer, db: Database) -> None:
        self._mailer = mailer
        self._db = db

    @property
    def sends(self) -> bool:
        return self._mailer.sends

    async def send(self, letter: Letter) -> None:
        """Hand the letter over as it looks. Raises when it could not; the outbox tries again."""
        clinic_id = letter.clinic_id
        look = await self._db.read(lambda db: store.look_of(db, clinic_id)) if clinic_id else None
        await self._mailer.send(dressed(letter, look) if look else letter)


def dressed(letter: Letter, look: Look) -> Letter:
    """The letter in the colours of its clinic, with the picture before its name."""
    html = letter.html.again(worn(look)) if isinstance(letter.html, Drawn) else letter.html
    return replace(letter, html=html, mark=look.mark)


def worn(look: Look) -> MailLook:
    """What mails of this clinic wear; the house's colours where it chose none."""
    theirs = Palette(**look.palette) if look.palette else None
    colours = (theirs.accent_day, theirs.on_accent_day, theirs.accent_dusk, theirs.on_accent_dusk) if theirs else ()
    return replace(MailLook(*colours) if colours else HOUSE_LOOK, picture=look.wide if look.mark else 0)
