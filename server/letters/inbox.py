"""The letters of the clinic's people: what waits for them, and one thread, read and answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import store as clinics
from server.errors import NotFound
from server.files import headers_for
from server.letters import store
from server.letters.people import left_alone
from server.letters.promises import promise_of
from server.letters.reading import Opened, Seat, heirs, open_thread, seat_of
from server.letters.rules import Away, By, Promise, Thread, in_order
from server.letters.shown import Line, file_of, lines_of
from server.letters.whose import looks
from server.letters.writing import MOST_BODY, Box, Came, box_at, came, deliver, keep_draft, planned
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/letters"
ONE = PATH + "/{thread:uuid}"


@dataclass(frozen=True)
class Item:
    """A thread in the list. `new`: letters of the patient that nobody opened."""

    thread: Thread
    name: str = field(repr=False)
    new: int
    late: bool


@dataclass(frozen=True)
class InboxPage:
    """letters/inbox.html. `for_others`: whose letters the viewer reads today; `away`: their own absence;
    `alone`, for admins: of whose letters nobody reads what waits."""

    items: Sequence[Item] = field(repr=False)
    waiting: int
    closed: bool
    promise: Promise
    names: Mapping[UUID, str]
    for_others: Sequence[str]
    away: Away | None
    answers: bool
    runs: bool
    alone: Sequence[str]


@dataclass(frozen=True)
class StaffThreadPage:
    """letters/staff_thread.html. `treats`: it can be saved to the record; `heirs`: to whom it can be handed."""

    thread: Thread
    person: Person = field(repr=False)
    lines: Sequence[Line] = field(repr=False)
    names: Mapping[UUID, str]
    heirs: Mapping[UUID, str]
    box: Box | None
    late: bool
    stands_in: bool
    treats: bool
    now: datetime


async def inbox(request: Request) -> Response:
    """`GET /staff/letters`: names, times and what waits; no word of a letter."""
    seat, closed = await seat_of(request), "closed" in request.query_params

    runs = admits(seat.viewer, Action.CLINIC)

    async def work(db: AsyncSession) -> tuple[list[Thread], Mapping[UUID, int], Promise, list[Thread]]:
        threads = await store.threads_for(db, seat.clinic.id, seat.reader, closed=closed)
        new = await store.unopened(db, [one.id for one in threads], staffs=False)
        every = await store.waiting_of(db, seat.clinic.id) if runs else []
        return threads, new, await promise_of(db, seat.clinic.id), every

    threads, new, said, every = await seat.house.db.read(work)
    if items := await _items(seat, threads, new):
        await _seen(seat, len({one.thread.patient_id for one in items}))
    context = InboxPage(
        items=items,
        waiting=sum(one.thread.waits for one in items),
        closed=closed,
        promise=said,
        names=seat.team.names,
        for_others=[seat.team.names.get(one, "") for one in sorted(seat.reader.stands_in_for)],
        away=seat.team.away(seat.staff_id, seat.today),
        answers=seat.reader.is_therapist,
        runs=runs,
        alone=left_alone(every, seat.team, seat.today),
    )
    return render(request, "letters/inbox.html", context, brand=clinics.brand(seat.clinic))


async def _items(seat: Seat, threads: Sequence[Thread], new: Mapping[UUID, int]) -> list[Item]:
    """In the order in which they are answered; whose key was destroyed is left out."""
    whose = [one.patient_id for one in threads]
    people = await patients.people(seat.house.db, seat.house.keys, seat.clinic.id, whose)
    return [
        Item(one, people[one.patient_id].name, new.get(one.id, 0), one.late(seat.now))
        for one in in_order(threads, seat.now)
        if one.patient_id in people
    ]


async def thread_page(request: Request) -> Response:
    """`GET /staff/letters/{thread}`: what the patient wrote is opened by it. Raises NotFound."""
    opened = await open_thread(request)
    response = await _show(request, opened)
    if looks(request):
        seat = opened.seat

        async def work(db: AsyncSession) -> None:
            await store.opened(db, opened.thread.id, seat.staff_id, seat.now, staffs=False)
            opened.note(db, "letter.read")

        await seat.house.db.unit(work)
    return response


async def answer(request: Request) -> Response:
    """`POST /staff/letters/{thread}`: 303, also when it is sent again; 415 and 422 with why not. Raises NotFound."""
    opened = await open_thread(request)
    sent, house = await came(request), opened.seat.house
    if sent.problem:
        return await _show(request, opened, sent)
    by = (By.STAFF, opened.seat.staff_id)
    plan = await planned(
        house, opened.seat.clinic, opened.thread, sent, by, opened.desk, begins=False, now=opened.seat.now
    )
    refused = await deliver(house, plan, sent, opened.seat.now)
    if refused:
        return await _show(request, opened, refused)
    return RedirectResponse(f"{opened.here}?notice=sent", 303)


async def keep(request: Request) -> Response:
    """`POST /staff/letters/{thread}/draft`."""
    opened = await open_thread(request)
    return await keep_draft(request, opened.seat.house, opened.desk, opened.seat.clinic, opened.here)


async def take(request: Request) -> Response:
    """`GET /staff/letters/{thread}/files/{attached}`. Raises NotFound."""
    opened = await open_thread(request)
    found = await file_of(opened.seat.house, opened.thread, request.path_params["attached"])
    if found is None:
        raise NotFound()
    file, data = found

    async def work(db: AsyncSession) -> None:
        opened.note(db, "letter.file_taken", file=file.id.hex)

    await opened.seat.house.db.unit(work)
    return Response(data, media_type=file.kind, headers=headers_for(file.name))


async def _show(request: Request, opened: Opened, typed: Came | None = None) -> Response:
    seat, thread = opened.seat, opened.thread
    box = None
    if thread.closed_at is None:
        box = await box_at(seat.house, opened.desk, opened.here, f"{opened.here}/draft", typed)
    context = StaffThreadPage(
        thread=thread,
        person=opened.person,
        lines=await lines_of(seat.house, thread),
        names=seat.team.names,
        heirs=heirs(opened),
        box=box,
        late=thread.late(seat.now),
        stands_in=thread.addressee in seat.reader.stands_in_for,
        treats=opened.treats and admits(seat.viewer, Action.RECORD_WRITE),
        now=seat.now,
    )
    brand, status = clinics.brand(seat.clinic), typed.status if typed else 200
    return render(request, "letters/staff_thread.html", context, status=status, brand=brand)


async def _seen(seat: Seat, count: int) -> None:
    async def work(db: AsyncSession) -> None:
        detail = {"patients": count}
        entry = Entry(seat.clinic.id, "letters.listed", "clinic", seat.clinic.id, "staff", seat.staff_id, detail)
        note(db, entry, seat.now)

    await seat.house.db.unit(work)


routes: list[GuardedRoute] = [
    page(PATH, inbox, Action.LETTERS, name="letters"),
    page(ONE, thread_page, Action.LETTERS, name="letter_thread"),
    page(ONE, answer, Action.LETTERS, ("POST",), name="staff_answer", most_bytes=MOST_BODY),
    page(f"{ONE}/draft", keep, Action.LETTERS, ("POST",), name="keep_staff_answer"),
    page(f"{ONE}/files/{{attached:uuid}}", take, Action.LETTERS, name="take_attached"),
]
