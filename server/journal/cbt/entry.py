"""One entry of a tool, seen again: who may read it, going on with it, deleting it; and deleting all of a tool."""

from dataclasses import dataclass, field
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import read_uuid
from server.errors import Conflict, NotFound
from server.journal import acts
from server.journal.cbt.back import zone_of
from server.journal.cbt.facing import LADDER, Ladder, climbed
from server.journal.cbt.form import PATH, form_of, mended
from server.journal.cbt.nights import Night, Unknown, night
from server.journal.cbt.pages import ONE, keeper, mend, read, show, tool_here, value_of
from server.journal.cbt.telling import OF, STEP, Told, told
from server.journal.door import Mine, fields_of, mine_of, one_of
from server.journal.landing import landing
from server.journal.rules import Entry, about, next_number, says_the_same
from server.routing import GuardedRoute, page
from server.templates import render

HERE = f"{ONE}/{{entry:uuid}}"


@dataclass(frozen=True)
class EntryPage:
    """journal/cbt/entry.html. `night`, `ladder`: what a night comes to, a ladder with its steps, where this is one;
    `whose`: the space whose own device keeps the steps.
    """

    one: Told = field(repr=False)
    ladder: Ladder | None = field(repr=False)
    night: Night | Unknown | None = field(repr=False)
    whose: str


async def _named(request: Request) -> tuple[Mine, Told]:
    """Raises NotFound for an entry that is nobody's, somebody else's or deleted."""
    mine, tool, entry_id = await mine_of(request), tool_here(request), _id(request)
    entry = await mine.journal(tool.id).one(entry_id)
    if entry is None:
        raise NotFound()
    return mine, told(tool, entry)


def _id(request: Request) -> UUID:
    found = read_uuid(str(request.path_params["entry"]))
    if found is None:
        raise NotFound()
    return found


async def entry_page(request: Request) -> Response:
    """`GET /me/tools/{tool}/{entry}`. Raises NotFound."""
    mine, one = await _named(request)
    ladder = await climbed(mine, one.entry) if one.tool.id == LADDER else None
    context = EntryPage(one, ladder, night_of(one), keeper(mine, one.tool))
    return render(request, "journal/cbt/entry.html", context, brand=mine.brand, zone=mine.zone)


def night_of(one: Told) -> Night | Unknown | None:
    """What a night comes to; None for what is none."""
    return night(one.entry.day, zone_of(one.entry), one.said) if one.tool.id == "night" else None


async def share(request: Request) -> Response:
    """Say who may read this entry. Raises NotFound, Unprocessable."""
    (mine, one), fields = await _named(request), await fields_of(request)
    await acts.share(mine, one.entry, one_of(fields, "share"))
    return RedirectResponse(f"{one.href}?notice=shared", 303)


async def change_page(request: Request) -> Response:
    """`GET /me/tools/{tool}/{entry}/change`: `form`: a longer one to go on in. Raises NotFound."""
    mine, one = await _named(request)
    setting = await mine.journal(one.tool.id).setting()
    return await show(request, mine, form_of(mine, one, setting, request.query_params.get("form", "")))


async def change(request: Request) -> Response:
    """Write it over. Raises NotFound, and Conflict where it was changed elsewhere since the form was opened."""
    (mine, one), fields = await _named(request), await fields_of(request)
    entry, journal = one.entry, mine.journal(one.tool.id)
    setting = await journal.setting()
    form = form_of(mine, one, setting, one_of(fields, "form"))
    fields = {**fields, "id": [form.id], "form": [form.form], "share": [one_of(fields, "share") or entry.share]}
    said, head, wrong = read(mine, one.tool, fields, setting)
    if head is None:
        return await mend(request, mine, mended(form, fields, wrong))
    number = next_number(one_of(fields, "number"))
    kept = {key: entry.value[key] for key in (OF, STEP) if entry.value.get(key)}
    value = {**value_of(one.tool, fields, said), **kept}
    new = Entry(entry.id, entry.kind, about(entry.written, head.written.day), head.share, number, value, said.words)
    if not await journal.change(new) and not says_the_same(entry, new):
        raise Conflict()
    return RedirectResponse(landing(new.words, one.href, "changed"), 303)


async def delete(request: Request) -> Response:
    """Delete one entry, for good; also one that waits on a device and has not come yet. Again changes nothing.

    Raises NotFound for an id that is somebody else's.
    """
    mine, tool = await mine_of(request), tool_here(request)
    await acts.delete(mine, tool.id, _id(request))
    return RedirectResponse(f"{PATH}/{tool.id}?notice=deleted", 303)


async def delete_all(request: Request) -> Response:
    """Delete every entry of this tool; again changes nothing."""
    mine, tool = await mine_of(request), tool_here(request)
    await acts.delete_all(mine, tool.id)
    return RedirectResponse(f"{PATH}/{tool.id}?notice=deleted-all", 303)


routes: list[GuardedRoute] = [
    page(f"{ONE}/delete", delete_all, Action.MINE, ("POST",), name="tool_delete_all"),
    page(HERE, entry_page, Action.MINE, name="tool_entry"),
    page(f"{HERE}/share", share, Action.MINE, ("POST",), name="tool_share"),
    page(f"{HERE}/change", change_page, Action.MINE, name="tool_change_page"),
    page(f"{HERE}/change", change, Action.MINE, ("POST",), name="tool_change"),
    page(f"{HERE}/delete", delete, Action.MINE, ("POST",), name="tool_delete"),
]
