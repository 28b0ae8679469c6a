"""One file as its page and its import see it: opened, read by its choices, and decided line by line."""

import asyncio
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.importing import choices as chosen
from server.booking.importing import forms, reading, store
from server.booking.importing.choices import Choices, Team
from server.booking.importing.reading import Sheet
from server.booking.importing.rules import FARTHEST, Ground, Marks, Planned, Row, Trouble, Unread, plan
from server.booking.importing.standing import ground_of, name_mark
from server.booking.importing.store import File
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.crypto import Keyring, seal, unseal
from server.house import House
from server.patients import finding
from server.patients.names import name_index
from server.patients.store import contact_index

AFTER = timedelta(days=2)
A_FEW = 16
T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """A file that can still be brought in, with all that stands already when it was looked at."""

    file: File
    team: Team
    sheet: Sheet = field(repr=False)
    choices: Choices = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True)
class Read:
    """Its lines by its choices, and by what people are compared."""

    rows: Sequence[Row | Unread] = field(repr=False)
    marks: Mapping[int, Marks] = field(repr=False)


async def team_of(house: House, clinic: Clinic) -> Team:
    """Who and what lines may name."""

    async def work(db: AsyncSession) -> Team:
        cards = await clinics.therapists(db, clinic.id)
        services = await clinics.services(db, clinic.id)
        return Team(clinic, cards, services, await clinics.offers(db, clinic.id))

    return await house.db.read(work)


async def opened(house: House, clinic: Clinic, file: File) -> Opened | None:
    """None for a file whose table is not kept any more."""
    if file.table_sealed is None or file.choices_sealed is None:
        return None
    ring = await house.keys.clinic(clinic.id)
    sheet = reading.from_json(unseal(ring, file.table_sealed, store.place(clinic.id, file.id, "table")))
    choices = chosen.from_json(unseal(ring, file.choices_sealed, store.place(clinic.id, file.id, "choices")))
    return Opened(file, await team_of(house, clinic), sheet, choices, name_of(ring, file))


def name_of(ring: Keyring, file: File) -> str:
    """What the file was called."""
    return unseal(ring, file.name_sealed, store.place(file.clinic_id, file.id, "name"))


def sealed_choices(ring: Keyring, file: File, choices: Choices) -> bytes:
    return seal(ring, choices.to_json(), store.place(file.clinic_id, file.id, "choices"))


async def planned(house: House, clinic: Clinic, one: Opened, now: datetime) -> list[Planned]:
    """What would become of every line now; nothing is done."""
    ring = await house.keys.clinic(clinic.id)
    await finding.index_the_rest(house, ring)
    read = await read_all(one, ring, now)
    farthest = max((row.end for row in read.rows if isinstance(row, Row) and row.end), default=now)
    people = [card.staff_id for card in one.team.therapists]

    async def work(db: AsyncSession) -> Ground:
        return await ground_of(db, clinic, one.team.services, people, now, max(farthest, now) + AFTER)

    ids = new_ids(house, one.file.id, read.rows)
    ground = await house.db.read(work)
    return await in_turns(plan(read.rows, read.marks, ids, ground, now, outside=one.choices.outside))


async def read_all(one: Opened, ring: Keyring, now: datetime) -> Read:
    """Every line read by the choices; nothing further off than three years is believed."""
    lines = forms.read_lines(one.sheet, one.choices, one.team)
    rows = await in_turns(_near(row, now) for row in lines)
    marks = await in_turns((row.line, marks_of(ring, row)) for row in rows if isinstance(row, Row))
    return Read(rows, dict(marks))


async def in_turns(work: Iterable[T]) -> list[T]:
    """All of it, a few lines at a time with everybody else's pages between: two thousand numbers and addresses take a
    second. A thread would hold up others more: each of their statements would wait until it lets go.
    """
    found = []
    for count, one in enumerate(work):
        found.append(one)
        if count % A_FEW == 0:
            await asyncio.sleep(0)
    return found


def marks_of(ring: Keyring, row: Row) -> Marks:
    """By what somebody is compared with those who are known."""
    mail, phone = contact_index(ring, "mail", row.mail), contact_index(ring, "phone", row.phone)
    return Marks(name_mark(name_index(ring, row.name)), mail, phone)


def _near(row: Row | Unread, now: datetime) -> Row | Unread:
    if isinstance(row, Row) and row.start and row.start > now + FARTHEST:
        return Unread(row.line, Trouble.FAR, row.name)
    return row


def new_ids(house: House, import_id: UUID, rows: Sequence[Row | Unread]) -> dict[int, UUID]:
    """The id that a person gets whom a line brings: the same at every look, so that a repeat meets the first."""
    return {row.line: id_for(house, import_id, row.line, "patient") for row in rows}


def id_for(house: House, import_id: UUID, line: int, what: str) -> UUID:
    """An id that follows from the file, the line and what it is for."""
    mac = hmac.digest(house.keys.secret("import ids"), f"{import_id.hex}|{line}|{what}".encode(), "sha256")
    return UUID(bytes=mac[:16], version=4)
