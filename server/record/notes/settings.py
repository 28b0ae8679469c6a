"""The formats that a clinic writes its notes in: which stands ready, and formats of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.house import house_of
from server.patients.care import store as care
from server.record.notes import store
from server.record.notes.forms import Reason, own_format
from server.record.notes.rules import Choice
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/clinic/notes"
Change = Callable[[Choice], Choice | Reason]


@dataclass(frozen=True)
class FormatsPage:
    """record/formats.html"""

    choice: Choice
    shared: bool
    shared_seen: int
    form: Mapping[str, str]
    problem: str = ""


async def formats_page(request: Request) -> Response:
    """`GET /staff/clinic/notes`."""
    return await _show(request, {})


async def choose(request: Request) -> Response:
    """Which format stands ready when a note is begun."""
    fields = await form_of(request)
    return await _change(request, fields, lambda choice: _ready(choice, fields["first"]))


def _ready(choice: Choice, first: str) -> Choice:
    return replace(choice, first=first) if choice.of(first) else choice


async def add_own(request: Request) -> Response:
    """A format of the clinic's own, or why not: 422."""
    fields = await form_of(request)

    def added(choice: Choice) -> Choice | Reason:
        new = own_format(fields, choice)
        return new if isinstance(new, Reason) else replace(choice, formats=(*choice.formats, new))

    return await _change(request, fields, added)


async def drop_own(request: Request) -> Response:
    """Use a format of the clinic's own no more; notes that were written in it keep it."""
    fields = await form_of(request)

    def dropped(choice: Choice) -> Choice:
        stay = tuple(one for one in choice.formats if one not in choice.own or one.key != fields["format"])
        return replace(choice, formats=stay)

    return await _change(request, fields, dropped)


async def _change(request: Request, fields: Mapping[str, str], change: Change) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()

    async def work(db: AsyncSession) -> bool | Reason:
        choice = change(await store.formats_of(db, clinic_id))
        if isinstance(choice, Reason):
            return choice
        detail = {"formats": len(choice.formats)}
        note(db, entry_of(viewer, "note_formats.changed", "clinic", clinic_id, detail), now)
        return await store.keep_formats(db, clinic_id, choice, viewer.staff_id, now)

    kept = await house.db.unit(work)
    if isinstance(kept, Reason):
        return await _show(request, fields, kept.value, 422)
    return RedirectResponse(f"{PATH}?notice=kept", 303) if kept else await _show(request, fields, "overtaken", 409)


async def _show(request: Request, form: Mapping[str, str], problem: str = "", status: int = 200) -> Response:
    clinic_id = clinic_id_of(viewer_of(request))
    house = house_of(request)
    choice = await house.db.read(lambda db: store.formats_of(db, clinic_id))
    shared, seen = await house.db.read(lambda db: care.sharing(db, clinic_id))
    return render(request, "record/formats.html", FormatsPage(choice, shared, seen, form, problem), status=status)


routes: list[GuardedRoute] = [
    page(PATH, formats_page, Action.CLINIC, name="note_formats"),
    page(PATH, choose, Action.CLINIC, ("POST",), name="choose_note_format"),
    page(f"{PATH}/own", add_own, Action.CLINIC, ("POST",), name="add_note_format"),
    page(f"{PATH}/drop", drop_own, Action.CLINIC, ("POST",), name="drop_note_format"),
]
