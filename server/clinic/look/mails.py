"""Mails in the look of their clinic: its colour, and its picture where messages need not be discreet."""

from dataclasses import replace

from server.clinic.colour import Palette
from server.clinic.look import store
from server.clinic.look.rules import SHOWN_HIGH
from server.clinic.look.store import Look
from server.db import Database
from server.notify.mail import Letter, Mailer

WORN = {
    "#25573f": "accent_day",
    "#fcfbf6": "on_accent_day",
    "#99d2ae": "accent_dusk",
    "#0b201b": "on_accent_dusk",
}
"""The colours of templates/mail/base.html that a clinic's own take the place of."""
NAME = '<p class="name">'
PICTURE = (
    '<img src="cid:mark" alt="" width="{wide}" height="{high}" '
    'style="vertical-align: middle; margin-inline-end: 12px; background: #fcfbf6; border-radius: 6px">'
)


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
    """The letter with the colours of its clinic for those of the house, and the picture before its name."""
    style, closing, body = letter.html.partition("</style>")
    if look.palette and closing:
        theirs = Palette(**look.palette)
        for ours, name in WORN.items():
            style = style.replace(ours, getattr(theirs, name))
    if not look.mark:
        return replace(letter, html=style + closing + body)
    picture = PICTURE.format(wide=look.wide, high=SHOWN_HIGH)
    return replace(letter, html=style + closing + body.replace(NAME, NAME + picture, 1), mark=look.mark)
