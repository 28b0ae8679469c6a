"""The first day: a list of patients and appointments from another program, looked at line by line, then brought in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.importing import loading, staging, store, undoing, writing
from server.booking.importing.choices import Choices, Team, parse_choices, words_in
from server.booking.importing.headers import Field
from server.booking.importing.loading import Opened
from server.booking.importing.reading import MOST_BYTES, MOST_ROWS, Unreadable, samples
from server.booking.importing.rules import Planned, Verdict, counted
from server.booking.importing.store import File, State
from server.booking.led import by_of, own_clinic
from server.clinic.requests import entry_of, form_of
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.patients import store as patients
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HERE = "/staff/clinic/bookings/import"
A_PAGE = 100


@dataclass(frozen=True)
class ListPage:
    """booking/importing/list.html; `files`: each with its name."""

    files: Sequence[tuple[File, str]] = field(repr=False)
    problem: Unreadable | None
    most_rows: int = MOST_ROWS
    most_kilobytes: int = MOST_BYTES // 1000


@dataclass(frozen=True)
class Column:
    """One column of the table: its heading, the first things in it, and what it is taken for."""

    number: int
    header: str = field(repr=False)
    samples: Sequence[str] = field(repr=False)
    holds: Field


@dataclass(frozen=True)
class LookPage:
    """booking/importing/look.html: what would happen, before anything does."""

    file: File
    name: str = field(repr=False)
    columns: Sequence[Column] = field(repr=False)
    people: Sequence[str] = field(repr=False)
    kinds: Sequence[str] = field(repr=False)
    choices: Choices = field(repr=False)
    team: Team
    counts: Mapping[Verdict, int]
    new_people: int
    new_bookings: int
    called: Mapping[UUID, str]
    shown: Sequence[Planned] = field(repr=False)
    only: Verdict | None
    first: int
    further: int | None
    same: bool


@dataclass(frozen=True)
class ResultPage:
    """booking/importing/result.html: what came in; `stay`: (line, name) of who stays of a file that was taken back."""

    file: File
    name: str = field(repr=False)
    lines: int
    people: int
    bookings: int
    taken: int
    stay: Sequence[tuple[int, str]] = field(repr=False)
    can_undo: bool
    same: bool


async def list_page(request: Request) -> Response:
    """`GET /staff/clinic/bookings/import`: send a file, and those that came in before."""
    return await _list(request, None)


async def upload(request: Request) -> Response:
    """`POST /staff/clinic/bookings/import`: 303 to what would happen; 422 for a file that nobody can read."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    sent = await staging.sent_file(request)
    kept = sent if isinstance(sent, Unreadable) else await staging.stage(house, clinic, viewer, sent)
    if isinstance(kept, Unreadable):
        return await _list(request, kept)
    import_id, new = kept
    return RedirectResponse(f"{HERE}/{import_id}{'' if new else '?same=yes'}", 303)


async def one_page(request: Request) -> Response:
    """`GET /staff/clinic/bookings/import/{file}`: what would happen, or what did. Raises NotFound."""
    house = house_of(request)
    clinic, file = await _of(request)
    one = await loading.opened(house, clinic, file) if file.state is State.STAGED else None
    return await _look(request, clinic, one) if one else await _result(request, clinic, file)


async def choose(request: Request) -> Response:
    """`POST /staff/clinic/bookings/import/{file}`: read the table in another way, and look again."""
    house = house_of(request)
    fields = await form_of(request)
    clinic, file = await _of(request)
    one = await loading.opened(house, clinic, file)
    if one is None:
        return RedirectResponse(f"{HERE}/{file.id}", 303)
    choices = parse_choices(fields, one.choices, one.sheet, one.team)
    sealed = loading.sealed_choices(await house.keys.clinic(clinic.id), file, choices)
    await house.db.unit(lambda db: store.choose(db, clinic.id, file.id, sealed))
    return RedirectResponse(f"{HERE}/{file.id}#look", 303)


async def bring_in(request: Request) -> Response:
    """`POST /staff/clinic/bookings/import/{file}/bring-in`. Sent twice, it comes in once."""
    house = house_of(request)
    clinic, file = await _of(request)
    one = await loading.opened(house, clinic, file) if file.state is State.STAGED else None
    if one:
        await writing.start(house, clinic, one, by_of(viewer_of(request)))
    return RedirectResponse(f"{HERE}/{file.id}", 303)


async def take_back(request: Request) -> Response:
    """`POST /staff/clinic/bookings/import/{file}/undo`. Sent twice, it is taken back once."""
    house = house_of(request)
    clinic, file = await _of(request)
    await undoing.take_back(house, clinic, file, by_of(viewer_of(request)))
    return RedirectResponse(f"{HERE}/{file.id}", 303)


async def drop(request: Request) -> Response:
    """`POST /staff/clinic/bookings/import/{file}/drop`: nothing of it is kept."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, file = await _of(request)

    async def work(db: AsyncSession) -> None:
        if await store.forget(db, clinic.id, file.id):
            note(db, entry_of(viewer, "import.dropped", "import", file.id, {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse(HERE, 303)


async def _of(request: Request) -> tuple[Clinic, File]:
    """The clinic of who is signed in, and the file of this address. Raises NotFound, also for another clinic's."""
    house = house_of(request)
    clinic, import_id = await own_clinic(house, viewer_of(request)), UUID(str(request.path_params["file"]))
    file = await house.db.read(lambda db: store.file_of(db, clinic.id, import_id))
    if file is None or file.state is State.FORGOTTEN:
        raise NotFound()
    return clinic, file


async def _list(request: Request, problem: Unreadable | None) -> Response:
    house = house_of(request)
    clinic = await own_clinic(house, viewer_of(request))
    ring = await house.keys.clinic(clinic.id)
    found = await house.db.read(lambda db: store.files(db, clinic.id))
    context = ListPage([(file, loading.name_of(ring, file)) for file in found], problem)
    return render(request, "booking/importing/list.html", context, status=422 if problem else 200)


async def _look(request: Request, clinic: Clinic, one: Opened) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    found = await loading.planned(house, clinic, one, house.clock())
    only = _verdict(request.query_params.get("only", ""))
    wanted = [planned for planned in found if only in (None, planned.verdict)]
    first = _number(request.query_params.get("from", ""), len(wanted))
    shown = wanted[first : first + A_PAGE]
    seen = entry_of(viewer, "import.looked_at", "import", one.file.id, {"lines": len(shown)})

    async def work(db: AsyncSession) -> None:
        note(db, seen, house.clock())

    await house.db.unit(work)
    return render(
        request, "booking/importing/look.html", _context(request, one, found, shown, only, first, len(wanted))
    )


def _context(
    request: Request, one: Opened, found: Sequence[Planned], shown: Sequence[Planned], only: Verdict | None, first: int,
    count: int,
) -> LookPage:  # fmt: skip
    sheet, choices = one.sheet, one.choices
    return LookPage(
        file=one.file,
        name=one.name,
        columns=[
            Column(number, header, samples(sheet, number), choices.columns[number])
            for number, header in enumerate(sheet.headers)
        ],
        people=words_in(sheet, choices.column(Field.THERAPIST)),
        kinds=words_in(sheet, choices.column(Field.SERVICE)),
        choices=choices,
        team=one.team,
        counts=counted(found),
        new_people=sum(planned.patient_new for planned in found if planned.comes_in),
        new_bookings=sum(planned.time is not None for planned in found if planned.comes_in),
        called={card.staff_id: card.name for card in one.team.therapists}
        | {service.id: service.name for service in one.team.services},
        shown=shown,
        only=only,
        first=first,
        further=first + A_PAGE if first + A_PAGE < count else None,
        same="same" in request.query_params,
    )


async def _result(request: Request, clinic: Clinic, file: File) -> Response:
    house = house_of(request)
    ring = await house.keys.clinic(clinic.id)
    lines, people, booked = await house.db.read(lambda db: store.came_in(db, file.id))
    done = await house.db.read(lambda db: store.lines(db, file.id))
    taken = sum(line.outcome is store.Outcome.TAKEN for line in done)
    left = undoing.left(done) if file.state is State.UNDONE else {}
    named = await patients.people(house.db, house.keys, clinic.id, left)
    context = ResultPage(
        file=file,
        name=loading.name_of(ring, file),
        lines=lines,
        people=people,
        bookings=booked,
        taken=taken,
        stay=[(line, named[who].name if who in named else "") for who, line in left.items()],
        can_undo=undoing.in_time(file, house.clock()),
        same="same" in request.query_params,
    )
    return render(request, "booking/importing/result.html", context)


def _verdict(text: str) -> Verdict | None:
    return Verdict(text) if text in set(Verdict) else None


def _number(text: str, below: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < below else 0


routes: list[GuardedRoute] = [
    page(HERE, list_page, Action.IMPORT, name="import_list"),
    page(HERE, upload, Action.IMPORT, methods=("POST",), name="import_upload"),
    page(f"{HERE}/{{file:uuid}}", one_page, Action.IMPORT, name="import_one"),
    page(f"{HERE}/{{file:uuid}}", choose, Action.IMPORT, methods=("POST",), name="import_choose"),
    page(f"{HERE}/{{file:uuid}}/bring-in", bring_in, Action.IMPORT, methods=("POST",), name="import_bring_in"),
    page(f"{HERE}/{{file:uuid}}/drop", drop, Action.IMPORT, methods=("POST",), name="import_drop"),
    page(f"{HERE}/{{file:uuid}}/undo", take_back, Action.IMPORT, methods=("POST",), name="import_undo"),
]
