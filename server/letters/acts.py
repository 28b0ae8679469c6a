"""What whoever reads a thread does with it: settle, close, open again, hand over, save a letter to the record."""

from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action
from server.audit.store import note
from server.booking.requests import text_fields
from server.errors import NotFound, Unprocessable
from server.files import Kind
from server.letters import attached, store
from server.letters.forms import read_id
from server.letters.inbox import ONE, PATH
from server.letters.reading import Opened, heirs, open_thread
from server.letters.sending import NEW
from server.letters.shown import Line, lines_of
from server.moments import Speaker
from server.record.documents import store as documents
from server.record.documents.keeping import sealed
from server.record.opening import open_record_of
from server.routing import GuardedRoute, page


async def settle(request: Request) -> Response:
    """It needs no answer: it does not wait any more."""
    opened = await open_thread(request)

    async def work(db: AsyncSession) -> bool:
        done = await store.settle(db, opened.thread.id)
        if done and opened.thread.waits:
            opened.note(db, "letter.settled")
        return done

    done = await opened.seat.house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=settled" if done else f"{opened.here}?notice=newer", 303)


async def close(request: Request) -> Response:
    """No more letters in this thread; the patient can begin another."""
    return await _close(await open_thread(request), "letter.thread_closed", f"{PATH}?notice=closed", closes=True)


async def reopen(request: Request) -> Response:
    """It goes on."""
    opened = await open_thread(request)
    return await _close(opened, "letter.thread_reopened", f"{opened.here}?notice=reopened", closes=False)


async def _close(opened: Opened, action: str, then: str, *, closes: bool) -> Response:
    seat = opened.seat

    async def work(db: AsyncSession) -> None:
        if await store.close(db, opened.thread.id, seat.staff_id, seat.now if closes else None):
            opened.note(db, action)

    await seat.house.db.unit(work)
    return RedirectResponse(then, 303)


async def hand_over(request: Request) -> Response:
    """Give the thread to a colleague, who is told. Raises Unprocessable for nobody who could answer it."""
    opened, fields = await open_thread(request), await text_fields(request)
    to, seat = read_id(fields.get("to", "")), opened.seat
    if to is not None and to == opened.thread.addressee:  # sent twice
        return RedirectResponse(PATH, 303)
    if to is None or to not in heirs(opened):
        raise Unprocessable()

    async def work(db: AsyncSession) -> None:
        if await store.hand_over(db, opened.thread, to, seat.staff_id, seat.now):
            opened.note(db, "letter.handed_over", to=to.hex)
            told = {"clinic": str(seat.clinic.id), "thread": str(opened.thread.id), "to": "heir"}
            outbox.add(db, NEW, told, seat.now)

    await seat.house.db.unit(work)
    seat.house.outbox.nudge()
    return RedirectResponse(f"{PATH}?notice=handed", 303)


async def to_record(request: Request) -> Response:
    """Save a letter and what came with it as documents of the record; again changes nothing. Raises NotFound for who
    does not treat the patient, and for a letter that is not of this thread.
    """
    opened, fields = await open_thread(request), await text_fields(request)
    record = await open_record_of(request, opened.person.id, Action.RECORD_WRITE)
    lines, asked = await lines_of(opened.seat.house, opened.thread), read_id(fields.get("letter", ""))
    if asked is None:
        raise Unprocessable()
    line = next((one for one in lines if one.letter and one.letter.id == asked), None)
    if line is None or line.letter is None:
        raise NotFound()
    letter, papers = line.letter, await _papers(opened, line)
    key = await opened.seat.house.keys.patient(record.clinic.id, record.person.id)
    rows = [await sealed(key, record.clinic.id, one, data, record.staff_id, record.now) for one, data in papers]

    async def work(db: AsyncSession) -> None:
        await store.kept(db, letter.id, record.now)
        for row, content in rows:
            if await documents.add(db, record.clinic.id, record.person.id, row, content):
                note(db, record.entry("document.brought", document=row.id.hex, letter=letter.id.hex), record.now)

    await opened.seat.house.db.unit(work)
    return RedirectResponse(f"{opened.here}?notice=kept#l-{letter.id}", 303)


async def _papers(opened: Opened, line: Line) -> list[tuple[tuple[UUID, str, str], bytes]]:
    """((id, name, kind), bytes) of the letter itself and of each file; the ids are made of the letter's."""
    letter, seat = line.letter, opened.seat
    assert letter
    say, day = Speaker(seat.clinic.zone, seat.clinic.language), letter.sent_at.astimezone(seat.clinic.zone).date()
    who = seat.team.names.get(letter.by_id, "") if line.by_staff and letter.by_id else opened.person.name
    text = f"{who}, {say.full(letter.sent_at)}\n\n{line.text}\n".encode()
    found = [((uuid5(letter.id, "record"), f"letter-{day.isoformat()}.txt", Kind.TEXT.value), text)]
    for file in line.files:
        blob = await seat.house.db.read(lambda db, file_id=file.id: attached.blob_of(db, file_id))  # type: ignore[misc]
        data = await attached.content(file, blob)
        found.append(((uuid5(file.id, "record"), file.name, file.kind), data))
    return found


routes: list[GuardedRoute] = [
    page(f"{ONE}/settle", settle, Action.LETTERS, ("POST",), name="settle_letter"),
    page(f"{ONE}/close", close, Action.LETTERS, ("POST",), name="close_thread"),
    page(f"{ONE}/open", reopen, Action.LETTERS, ("POST",), name="reopen_thread"),
    page(f"{ONE}/hand-over", hand_over, Action.LETTERS, ("POST",), name="hand_thread_over"),
    page(f"{ONE}/record", to_record, Action.LETTERS, ("POST",), name="letter_to_record"),
]
