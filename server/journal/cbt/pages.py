"""The tools of a patient: what there is, one tool with what was written in it, and writing. Sent twice is kept once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.booking.forms import read_uuid
from server.errors import NotFound
from server.journal.cbt.back import Back, back_of
from server.journal.cbt.catalogue import tools
from server.journal.cbt.facing import LADDER, ladder_of, open_ladders
from server.journal.cbt.form import PATH, Form, blank_form, mended
from server.journal.cbt.forms import Filled, filled
from server.journal.cbt.ladder import Gate
from server.journal.cbt.nights import wrong_of
from server.journal.cbt.rules import Tool
from server.journal.cbt.tasks import Given, waiting
from server.journal.cbt.telling import FORM, OF, OPEN, STEP, Told, told
from server.journal.door import Fields, Mine, fields_of, mine_of, one_of, zone_told
from server.journal.forms import Head, Reason, head_of
from server.journal.homework import store as tasks
from server.journal.landing import landing
from server.journal.near import Near, near
from server.journal.offline import worker_for
from server.journal.rules import Entry, Setting
from server.routing import GuardedRoute, page
from server.safety.danger.catalogue import for_browser
from server.templates import language_of, render

ONE = f"{PATH}/{{tool}}"
BACK = timedelta(days=92)
"""How far back a tool's page shows what was written, before somebody asks for all of it."""


@dataclass(frozen=True)
class ListPage:
    """journal/cbt/tools.html. `given`: what a therapist gave, the next day first; `whose`: the space, on a device of
    their own.
    """

    tools: Sequence[Tool]
    given: Sequence[Given] = field(repr=False)
    whose: str


@dataclass(frozen=True)
class ToolPage:
    """journal/cbt/tool.html. `open`: entries that go on later; `told`: the others, the newest first; `whose`: of
    a ladder, the space whose own device this is, which keeps its steps."""

    tool: Tool
    open: Sequence[Told] = field(repr=False)
    told: Sequence[Told] = field(repr=False)
    all: bool
    given: Sequence[Given] = field(repr=False)
    back: Back = field(repr=False)
    whose: str = ""


@dataclass(frozen=True)
class WritePage:
    """journal/cbt/form.html. `note`: what the therapist wrote beside
    it as homework; `whose`, `worker`, `danger`, `near`, `offline` as on the page of moods."""

    form: Form = field(repr=False)
    note: str = field(repr=False)
    whose: str
    worker: str
    danger: str
    near: Near | None = None
    offline: bool = False


def tool_here(request: Request) -> Tool:
    """The tool that the address names. Raises NotFound."""
    found = tools().get(request.path_params["tool"])
    if found is None:
        raise NotFound()
    return found


async def list_page(request: Request) -> Response:
    """`GET /me/tools`."""
    mine = await mine_of(request)
    given = await waiting(mine.house, mine.clinic.id, mine.patient_id, mine.today)
    whose = str(mine.space.id) if mine.space.login.own else ""
    context = ListPage([one for one in tools().values() if not one.within], given, whose)
    return render(request, "journal/cbt/tools.html", context, brand=mine.brand, zone=mine.zone)


async def tool_page(request: Request) -> Response:
    """`GET /me/tools/{tool}`: of the last months, or of all time with `all`. Raises NotFound."""
    mine, tool = await mine_of(request), tool_here(request)
    if tool.within:
        return RedirectResponse(f"{PATH}/{tool.within}", 303)
    every = bool(request.query_params.get("all"))
    since = None if every else mine.today - BACK
    found = [told(tool, one) for one in reversed(await mine.journal(tool.id).own(since))]
    context = ToolPage(
        tool=tool,
        open=[one for one in found if one.open],
        told=[one for one in found if not one.open],
        all=every,
        given=await waiting(mine.house, mine.clinic.id, mine.patient_id, mine.today, tool.id),
        back=await back_of(mine, found, tool.id, request.query_params),
        whose=keeper(mine, tool),
    )
    return render(request, "journal/cbt/tool.html", context, brand=mine.brand, zone=mine.zone)


def keeper(mine: Mine, tool: Tool) -> str:
    """Whose own device keeps the steps of what this tool is; '' where none does."""
    return str(mine.space.id) if tool.id == LADDER and mine.space.login.own else ""


async def new_page(request: Request) -> Response:
    """`GET /me/tools/{tool}/new`: `form`: which of its forms, `task`: the homework that it is for; a step of a ladder
    is begun with `of` and `step`, where it may be faced alone. Raises NotFound.
    """
    mine, tool, asked = await mine_of(request), tool_here(request), request.query_params
    blank = blank_form(mine, tool, await mine.journal(tool.id).setting(), asked.get("form", ""))
    blank = replace(blank, day=asked.get("day", "")[:10], task=asked.get("task", "")[:36])
    if not tool.within:
        return await show(request, mine, blank)
    ladder = await ladder_of(mine, asked.get("of", ""))
    if ladder is None or ladder.gate is not Gate.OPEN:
        return RedirectResponse(ladder.one.href if ladder else f"{PATH}/{tool.within}", 303)
    step = asked.get("step", "")
    found = [one for at, one in enumerate(ladder.steps) if str(at) == step]
    what, key = [one.text for one in found], next((one.key for one in found), "")
    return await show(request, mine, replace(blank, of=str(ladder.one.entry.id), step=key, values={"what": what}))


async def show(request: Request, mine: Mine, form: Form, status: int = 200) -> Response:
    whose = str(mine.space.id) if mine.space.login.own else ""
    given = await waiting(mine.house, mine.clinic.id, mine.patient_id, mine.today) if form.task else ()
    note = next((one.task.note for one in given if str(one.task.id) == form.task), "")
    helps = await near(request, mine, form.values if form.reasons else None)
    context = WritePage(form, note, whose, worker_for(language_of(request, mine.brand)), for_browser(), helps)
    return render(request, "journal/cbt/form.html", context, brand=mine.brand, zone=mine.zone, status=status)


async def shell(request: Request) -> Response:
    """`GET /me/offline/tools/{tool}`: the form as a device keeps it. Raises NotFound on one that others use too."""
    mine, tool = await mine_of(request), tool_here(request)
    if not mine.space.login.own or not tool.offline:
        raise NotFound()
    form = replace(blank_form(mine, tool, await mine.journal("").setting(), ""), id="")
    context = WritePage(form, "", str(mine.space.id), "", for_browser(), offline=True)
    return render(request, "journal/cbt/form.html", context, brand=mine.brand, zone=mine.zone)


async def ladders(request: Request) -> Response:
    """`GET /me/offline/ladders`: the steps that may be faced alone, which a device keeps sealed. Raises NotFound on one
    that others use too.
    """
    mine = await mine_of(request)
    if not mine.space.login.own:
        raise NotFound()
    found = [
        {
            "of": str(ladder.one.entry.id),
            "name": ladder.one.title,
            "steps": [{"key": step.key, "text": step.text} for step in ladder.steps],
        }
        for ladder in await open_ladders(mine)
    ]
    return JSONResponse({"ladders": found})


async def keep(request: Request) -> Response:
    """`POST /me/tools/{tool}`: keep an entry; the same again changes nothing. 422 with what is to be mended; 409 with
    what was sent where its id is that of another entry, and for a step of a ladder that is not theirs to face alone,
    or not any more.
    """
    mine, tool, fields = await mine_of(request), tool_here(request), await fields_of(request)
    journal = mine.journal(tool.id)
    setting = await journal.setting()
    said, head, wrong = read(mine, tool, fields, setting)
    of, may = await _of(mine, tool, fields)
    if head is None:
        blank = blank_form(mine, tool, setting, one_of(fields, "form"))
        return await mend(request, mine, mended(blank, fields, wrong))
    value = {**value_of(tool, fields, said), **of}
    entry = Entry(head.id, tool.id, head.written, head.share, 1, value, said.words)
    if may and await journal.keep(entry):
        await _beside(mine, setting, entry, fields)
    elif not await journal.has(entry):
        blank = blank_form(mine, tool, setting, one_of(fields, "form"))
        why = {"id": Reason.USED} if may else {"of": Reason.SHUT}
        return await mend(request, mine, mended(blank, fields, why), 409)
    if wants_json(request):
        return JSONResponse({"kept": str(head.id)})
    return RedirectResponse(landing(said.words, f"{PATH}/{tool.id}/{head.id}", "kept"), 303)


async def _of(mine: Mine, tool: Tool, fields: Fields) -> tuple[Mapping[str, str], bool]:
    """Of which ladder a step is, and which of its steps; and whether it may be faced."""
    if not tool.within:
        return {}, True
    of, key = one_of(fields, "of"), one_of(fields, STEP)
    ladder = await ladder_of(mine, of)
    if ladder is None:
        return {OF: of, **({STEP: key} if key else {})}, False
    step = {STEP: key} if key in {one.key for one in ladder.steps} else {}
    return {OF: str(ladder.one.entry.id), **step}, ladder.gate is Gate.OPEN


async def _beside(mine: Mine, setting: Setting, entry: Entry, fields: Fields) -> None:
    """What comes with a new entry: who reads the next ones, and the homework that it was for."""
    if one_of(fields, "remember") == "yes" and entry.share is not setting.share:
        await mine.journal(entry.kind).set(replace(setting, share=entry.share))
    task = read_uuid(one_of(fields, "task"))
    if task:
        told_of = partial(tasks.done, patient_id=mine.patient_id, tool=entry.kind, task_id=task, entry_id=entry.id)
        await mine.house.db.unit(told_of)


def read(mine: Mine, tool: Tool, fields: Fields, setting: Setting) -> tuple[Filled, Head | None, Mapping[str, str]]:
    """What was said, its head where nothing is wrong, and what is wrong by field."""
    head = head_of(fields, setting.share, zone_told(fields, mine.zone), mine.now, timedelta(days=tool.ahead))
    said, reasons = filled(fields, tool, tool.form(one_of(fields, "form")))
    if isinstance(head, Head) and tool.id == "night" and not reasons:
        reasons = dict(wrong_of(head.written.day, zone_told(fields, mine.zone), said.value))
    if isinstance(head, Head) and not reasons:
        return said, head, {}
    return said, None, {**({} if isinstance(head, Head) else head), **reasons}


def value_of(tool: Tool, fields: Fields, said: Filled) -> Mapping[str, object]:
    """What is kept of the choices: with which form it is, and whether it goes on later."""
    more = {OPEN: True} if one_of(fields, "later") == "yes" else {}
    return {FORM: tool.form(one_of(fields, "form")), **more, **said.value}


async def mend(request: Request, mine: Mine, form: Form, status: int = 422) -> Response:
    if wants_json(request):
        return JSONResponse({"reasons": {name: str(why) for name, why in form.reasons.items()}}, status)
    return await show(request, mine, form, status)


routes: list[GuardedRoute] = [
    page(PATH, list_page, Action.MINE, name="tools"),
    page("/me/offline/ladders", ladders, Action.MINE, name="ladders_kept"),
    page("/me/offline/tools/{tool}", shell, Action.MINE, name="tool_offline"),
    page(ONE, tool_page, Action.MINE, name="tool"),
    page(ONE, keep, Action.MINE, ("POST",), name="tool_keep"),
    page(f"{ONE}/new", new_page, Action.MINE, name="tool_new"),
]
