"""A file as it comes in: read once, sealed, and kept for a day at most until its owner decides."""

import asyncio
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request

from server import outbox
from server.access import Viewer
from server.booking.calendars.expanding import in_a_child
from server.booking.importing import loading, reading, store
from server.booking.importing.choices import first_guess
from server.booking.importing.reading import MOST_BYTES, Sheet, Unreadable, decoded, looks_like_calendar, read_table
from server.booking.importing.rules import KEPT_FOR, Telling
from server.booking.importing.store import File, State
from server.booking.importing.writing import FORGET
from server.clinic.rules import Clinic
from server.crypto import seal
from server.house import House
from server.patients.rules import one_line

LONGEST_NAME = 120
CHILD = "server.booking.importing.child"


@dataclass(frozen=True)
class Sent:
    """A file as it arrived."""

    name: str = field(repr=False)
    body: bytes = field(repr=False)


async def sent_file(request: Request) -> Sent | Unreadable:
    """The one file of the form; never more of it than may be."""
    async with request.form(max_files=1, max_fields=4) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            return Unreadable.EMPTY
        body = await upload.read(MOST_BYTES + 1)
        name = one_line(upload.filename or "")[-LONGEST_NAME:]
    if len(body) > MOST_BYTES:
        return Unreadable.TOO_BIG
    return Sent(name, body) if body else Unreadable.EMPTY


async def stage(house: House, clinic: Clinic, viewer: Viewer, sent: Sent) -> tuple[UUID, bool] | Unreadable:
    """Keep a file and say under which id; False beside it: this very file was here before, and that is it."""
    sheet = await _read(sent.body, house.clock())
    if isinstance(sheet, Unreadable):
        return sheet
    file = await _file(house, clinic, viewer, sent.name, sheet)
    digest = hmac.digest(house.keys.secret("import digest"), clinic.id.bytes + sent.body, "sha256")

    async def work(db: AsyncSession) -> bool:
        if not await store.add(db, file, digest):
            return False
        payload = {"clinic": str(clinic.id), "import": str(file.id)}
        outbox.add(db, FORGET, payload, file.made_at, due_at=file.made_at + KEPT_FOR)
        return True

    if await house.db.unit(work):
        return file.id, True
    same = await house.db.read(lambda db: store.same_file(db, clinic.id, digest))
    assert same, "it was there a moment ago"
    return same, False


async def _read(body: bytes, now: datetime) -> Sheet | Unreadable:
    """A calendar is read in a process of its own: what repeats in it may have no end."""
    text = decoded(body)
    if text is None or not looks_like_calendar(text):
        return await asyncio.to_thread(read_table, body)
    said = await in_a_child(CHILD, f"{now.timestamp()}\n{text}".encode())
    if said is None:
        return Unreadable.TOO_MUCH
    trouble = json.loads(said).get("trouble")
    return Unreadable(trouble) if trouble else reading.from_json(said.decode())


async def _file(house: House, clinic: Clinic, viewer: Viewer, name: str, sheet: Sheet) -> File:
    assert viewer.staff_id
    ring, file_id = await house.keys.clinic(clinic.id), uuid4()
    choices = first_guess(sheet, await loading.team_of(house, clinic))

    def shut(text: str, column: str) -> bytes:
        return seal(ring, text, store.place(clinic.id, file_id, column))

    return File(
        id=file_id,
        clinic_id=clinic.id,
        made_by=viewer.staff_id,
        made_at=house.clock(),
        state=State.STAGED,
        telling=Telling.NOTHING,
        counts={},
        started_at=None,
        ended_at=None,
        undone_at=None,
        name_sealed=shut(name or "-", "name"),
        table_sealed=shut(sheet.to_json(), "table"),
        choices_sealed=shut(choices.to_json(), "choices"),
    )
