"""A patient's letters in their own space: what is there, writing a new one, and one thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import store as clinics
from server.errors import NotFound
from server.files import headers_for
from server.journal.near import Near
from server.letters import store
from server.letters.forms import read_id
from server.letters.near import PATH, landing, near_of
from server.letters.people import Team, carers_of, team_of
from server.letters.promises import Expected, expected, promise_of
from server.letters.rules import Promise, Thread, Topic
from server.letters.sending import thread_for
from server.letters.shown import Line, file_of, lines_of
from server.letters.whose import Whose, looks, thread_asked, whose_asked
from server.letters.writing import MOST_BODY, Box, Came, box_at, came, deliver, keep_draft, planned
from server.routing import GuardedRoute, page
from server.templates import render

ONE = PATH + "/{thread:uuid}"
DESK = "desk"


@dataclass(frozen=True)
class To:
    """Whom one can write to: a therapist, or the front desk without a name."""

    value: str
    name: str
    expected: Expected


@dataclass(frozen=True)
class ListPage:
    """letters/list.html. `new`: thread -> letters of the clinic that were not opened yet."""

    threads: Sequence[Thread]
    new: Mapping[UUID, int]
    names: Mapping[UUID, str]
    is_open: bool
    asked: str
    phone: str


@dataclass(frozen=True)
class WritePage:
    """letters/new.html. `chosen`: whom, as it was chosen; `names` of who stands in for somebody; `near`: numbers, where
    words can mean danger.
    """

    to: Sequence[To]
    chosen: str
    box: Box
    names: Mapping[UUID, str]
    asked: str
    phone: str
    near: Near | None = None


@dataclass(frozen=True)
class ThreadPage:
    """letters/thread.html. `box` is None where no letter can be sent: it is closed, the clinic takes none, or whoever
    it is for left (`answers`).
    """

    thread: Thread
    lines: Sequence[Line] = field(repr=False)
    names: Mapping[UUID, str]
    own: bool
    receipts: bool
    expected: Expected
    box: Box | None
    answers: bool
    asked: str
    phone: str
    near: Near | None = None


async def list_page(request: Request) -> Response:
    """`GET /me/letters`."""
    whose = await whose_asked(request)

    async def work(db: AsyncSession) -> tuple[list[Thread], Mapping[UUID, int], Team, Promise]:
        threads = await store.threads_of(db, whose.clinic.id, whose.patient_id)
        new = await store.unopened(db, [one.id for one in threads], staffs=True)
        return threads, new, await team_of(db, whose.clinic.id), await promise_of(db, whose.clinic.id)

    threads, new, team, said = await whose.house.db.read(work)
    context = ListPage(threads, new, team.names, said.is_open, whose.asked, whose.clinic.phone)
    return render(request, "letters/list.html", context, brand=clinics.brand(whose.clinic))


async def write_page(request: Request) -> Response:
    """`GET /me/letters/new`; where the clinic takes none, the page that says so."""
    whose = await whose_asked(request)
    _, said = await whose.house.db.read(lambda db: _stands(db, whose))
    return await _write(request, whose) if said.is_open else await list_page(request)


async def send_new(request: Request) -> Response:
    """`POST /me/letters/new`: 303 to the thread, also when it is sent again; 415 and 422 with why not."""
    whose = await whose_asked(request)
    sent, options = await came(request), await _options(whose)
    chosen = next((one for one in options if one.value == sent.fields.get("to", "")), None)
    if sent.problem or chosen is None:
        return await _write(request, whose, Came(sent.fields, sent.said, sent.files, sent.problem or "nobody"))
    assert sent.said
    topic, addressee = (Topic.DESK, None) if chosen.value == DESK else (Topic.CARE, read_id(chosen.value))
    now = whose.house.clock()
    thread = thread_for(whose.clinic.id, whose.patient_id, topic, addressee, sent.said.once, now)
    refused = await _send(whose, thread, sent, begins=True)
    if refused:
        return await _write(request, whose, refused)
    return RedirectResponse(landing(whose, thread.id, sent), 303)


async def keep_new(request: Request) -> Response:
    """`POST /me/letters/draft`: a new letter that is begun."""
    whose = await whose_asked(request)
    return await keep_draft(request, whose.house, whose.desk(), whose.clinic, f"{PATH}{whose.asked}")


async def thread_page(request: Request) -> Response:
    """`GET /me/letters/{thread}`; what the clinic wrote is opened by it. Raises NotFound."""
    whose, thread = await thread_asked(request)
    response = await _show(request, whose, thread)
    if looks(request):
        now, who = whose.house.clock(), whose.writer

        async def work(db: AsyncSession) -> None:
            if count := await store.opened(db, thread.id, who, now, staffs=True):
                detail = {"thread": thread.id.hex, "letters": count}
                entry = Entry(whose.clinic.id, "letter.opened", "patient", whose.patient_id, "patient", who, detail)
                note(db, entry, now)

        await whose.house.db.unit(work)
    return response


async def answer(request: Request) -> Response:
    """`POST /me/letters/{thread}`: 303, also when it is sent again. Raises NotFound."""
    whose, thread = await thread_asked(request)
    sent = await came(request)
    team, said = await whose.house.db.read(lambda db: _stands(db, whose))
    if not (said.is_open and team.answers(thread.addressee)):
        raise NotFound()
    refused = sent if sent.problem else await _send(whose, thread, sent, begins=False)
    if refused:
        return await _show(request, whose, thread, refused)
    return RedirectResponse(landing(whose, thread.id, sent), 303)


async def keep_answer(request: Request) -> Response:
    """`POST /me/letters/{thread}/draft`."""
    whose, thread = await thread_asked(request)
    return await keep_draft(request, whose.house, whose.desk(thread.id), whose.clinic, f"{PATH}/{thread.id}")


async def take(request: Request) -> Response:
    """`GET /me/letters/{thread}/files/{attached}`: to be kept, never shown in a page of ours. Raises NotFound."""
    whose, thread = await thread_asked(request)
    found = await file_of(whose.house, thread, request.path_params["attached"])
    if found is None:
        raise NotFound()
    file, data = found
    return Response(data, media_type=file.kind, headers=headers_for(file.name))


async def _send(whose: Whose, thread: Thread, sent: Came, *, begins: bool) -> Came | None:
    desk, now = whose.desk(None if begins else thread.id), whose.house.clock()
    plan = await planned(whose.house, whose.clinic, thread, sent, whose.by, desk, begins=begins, now=now)
    return await deliver(whose.house, plan, sent, now)


async def _write(request: Request, whose: Whose, typed: Came | None = None) -> Response:
    options = await _options(whose)
    team = await whose.house.db.read(lambda db: team_of(db, whose.clinic.id))
    box = await box_at(whose.house, whose.desk(), f"{PATH}/new{whose.asked}", f"{PATH}/draft{whose.asked}", typed)
    chosen = typed.fields.get("to", "") if typed else request.query_params.get("to", "")
    helps = await near_of(request, whose, typed)
    context = WritePage(options, chosen, box, team.names, whose.asked, whose.clinic.phone, helps)
    status = typed.status if typed else 200
    return render(request, "letters/new.html", context, status=status, brand=clinics.brand(whose.clinic))


async def _options(whose: Whose) -> list[To]:
    """Whom this patient can write to. Raises NotFound where the clinic takes no letters."""
    clinic, now = whose.clinic, whose.house.clock()

    async def work(db: AsyncSession) -> list[To]:
        if not (await promise_of(db, clinic.id)).is_open:
            return []
        carers = await carers_of(db, clinic.id, whose.patient_id, await team_of(db, clinic.id), now)
        found = [To(str(one.id), one.name, await expected(db, clinic, one.id, now)) for one in carers]
        return [*found, To(DESK, "", await expected(db, clinic, None, now))]

    options = await whose.house.db.read(work)
    if not options:
        raise NotFound()
    return options


async def _stands(db: AsyncSession, whose: Whose) -> tuple[Team, Promise]:
    return await team_of(db, whose.clinic.id), await promise_of(db, whose.clinic.id)


async def _show(request: Request, whose: Whose, thread: Thread, typed: Came | None = None) -> Response:
    async def work(db: AsyncSession) -> tuple[Team, Promise, Expected]:
        soon = await expected(db, whose.clinic, thread.addressee, whose.house.clock())
        return *await _stands(db, whose), soon

    team, said, soon = await whose.house.db.read(work)
    here, box = f"{PATH}/{thread.id}", None
    if said.is_open and thread.closed_at is None and team.answers(thread.addressee):
        box = await box_at(whose.house, whose.desk(thread.id), here, f"{here}/draft", typed)
    lines = await lines_of(whose.house, thread)
    around = (whose.own, said.receipts, soon, box, team.answers(thread.addressee), whose.asked, whose.clinic.phone)
    context = ThreadPage(thread, lines, team.names, *around, await near_of(request, whose, typed))
    status = typed.status if typed else 200
    return render(request, "letters/thread.html", context, status=status, brand=clinics.brand(whose.clinic))


routes: list[GuardedRoute] = [
    page(PATH, list_page, Action.MINE, name="own_letters"),
    page(f"{PATH}/new", write_page, Action.MINE, name="write_letter"),
    page(f"{PATH}/new", send_new, Action.MINE, ("POST",), name="send_letter", most_bytes=MOST_BODY),
    page(f"{PATH}/draft", keep_new, Action.MINE, ("POST",), name="keep_letter"),
    page(ONE, thread_page, Action.MINE, name="own_thread"),
    page(ONE, answer, Action.MINE, ("POST",), name="answer_letter", most_bytes=MOST_BODY),
    page(f"{ONE}/draft", keep_answer, Action.MINE, ("POST",), name="keep_answer"),
    page(f"{ONE}/files/{{attached:uuid}}", take, Action.MINE, name="take_letter_file"),
]
