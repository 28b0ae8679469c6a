"""A clinic's own questions: written under Clinic, put aside on a patient's record with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.team import store as team
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.clinic.confirming.rules import Said, holds
from server.clinic.confirming.store import all_said
from server.clinic.requests import clinic_id_of, entry_of
from server.errors import Conflict, NotFound, Unprocessable
from server.house import house_of
from server.measures.catalogue import shipped
from server.reasons import readable
from server.record.opening import open_record
from server.record.prompts import store
from server.record.prompts.forms import MOST, Reason, data_of, parse
from server.record.prompts.keeping import put_aside
from server.record.prompts.rules import Rule
from server.record.prompts.store import Kept
from server.record.prompts.topics import HERE, key_of, sentence, version
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render, translations

ONE = f"{HERE}/{{prompt:uuid}}"


@dataclass(frozen=True)
class Line:
    """One question of the list; `confirmed`: (by whom, when), None while nobody stands up for it."""

    prompt_id: UUID
    topic: str
    words: str
    when: str
    confirmed: tuple[str, datetime] | None


@dataclass(frozen=True)
class PromptsPage:
    """record/prompts.html. `editing`: the question that the form changes, None for a new one; `seen`: its number;
    `measures`: (key, name); `full`: there are as many as there can be.
    """

    lines: Sequence[Line]
    editing: UUID | None
    seen: int
    once: str
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    measures: Sequence[tuple[str, str]]
    overtaken: bool
    full: bool


async def prompts_page(request: Request) -> Response:
    """`GET /staff/clinic/prompts`: the list, and a form for one more."""
    return await _show(request, None, {}, {})


async def prompt_page(request: Request) -> Response:
    """`GET /staff/clinic/prompts/{prompt}`: the form holds this one. Raises NotFound."""
    one = await _one(request)
    return await _show(request, one, _typed(one.rule), {})


def _typed(rule: Rule) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in data_of(rule).items()}


async def add(request: Request) -> Response:
    """Write a new one; the same form again is the same question."""
    fields = await text_fields(request)
    once = read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    return await _write(request, None, once, 1, fields)


async def change(request: Request) -> Response:
    """Write one anew: it awaits a clinician again. Raises NotFound; 409 where somebody else was faster."""
    one, fields = await _one(request), await text_fields(request)
    seen = fields.get("seen", "")
    over = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    return await _write(request, one, one.prompt_id, over + 1, fields)


async def _write(
    request: Request, one: Kept | None, prompt_id: UUID, number: int, fields: Mapping[str, str]
) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    rule = parse(fields, set(shipped()))
    if isinstance(rule, dict):
        return await _show(request, one, fields, rule, status=422)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    new = Kept(prompt_id, number, rule, viewer.staff_id, now)

    async def work(db: AsyncSession) -> bool:
        before = {kept.prompt_id: kept for kept in await store.prompts_of(db, clinic_id)}
        if prompt_id in before and before[prompt_id].rule == rule:
            return True
        if one is None and len(before) >= MOST:
            return False
        kept = await store.write(db, clinic_id, new)
        if kept:
            note(db, entry_of(viewer, "prompt.written", "clinic", clinic_id, {"prompt": prompt_id.hex}), now)
        return kept

    if await house.db.unit(work):
        return RedirectResponse(f"{HERE}?notice=kept", 303)
    return await _show(request, one, fields, {}, status=409)


async def remove(request: Request) -> Response:
    """Ask it no more; again is the same. Raises NotFound, and Conflict where somebody writes it at this moment."""
    house, viewer = house_of(request), viewer_of(request)
    one, clinic_id, now = await _one(request), clinic_id_of(viewer), house.clock()

    async def work(db: AsyncSession) -> bool:
        last = Kept(one.prompt_id, one.number + 1, one.rule, viewer.staff_id, now)
        removed = await store.write(db, clinic_id, last, gone=True)
        if removed:
            note(db, entry_of(viewer, "prompt.removed", "clinic", clinic_id, {"prompt": one.prompt_id.hex}), now)
        return removed or one.prompt_id not in {each.prompt_id for each in await store.prompts_of(db, clinic_id)}

    if not await house.db.unit(work):
        raise Conflict()
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def _one(request: Request) -> Kept:
    clinic_id, wanted = clinic_id_of(viewer_of(request)), request.path_params["prompt"]
    every = await house_of(request).db.read(lambda db: store.prompts_of(db, clinic_id))
    found = next((one for one in every if one.prompt_id == wanted), None)
    if found is None:
        raise NotFound()
    return found


async def _show(
    request: Request, one: Kept | None, form: Mapping[str, str], reasons: Mapping[str, Reason], status: int = 200
) -> Response:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))

    async def load(db: AsyncSession) -> tuple[list[Kept], Mapping[str, Said], dict[UUID, str]]:
        names = {each.id: each.name for each in await team.team(db, clinic_id)}
        return await store.prompts_of(db, clinic_id), await all_said(db, clinic_id), names

    every, said, names = await house.db.read(load)
    context = PromptsPage(
        lines=_lines(every, said, names, translations(language_of(request)).gettext),
        editing=one.prompt_id if one else None,
        seen=one.number if one else 0,
        once=str(uuid4()),
        form=form,
        reasons=reasons,
        measures=[(key, each.name) for key, each in shipped().items()],
        overtaken=status == 409,
        full=len(every) >= MOST,
    )
    return render(request, "record/prompts.html", context, status=status)


def _lines(every: Sequence[Kept], said: Mapping[str, Said], names: Mapping[UUID, str], gettext: Any) -> list[Line]:
    found = []
    for one in every:
        word = said.get(key_of(one))
        sure = (names.get(word.by, ""), word.at) if word and holds(word, version(one)) else None
        found.append(Line(one.prompt_id, key_of(one), one.rule.words, sentence(one.rule, gettext), sure))
    return found


async def dismiss(request: Request) -> Response:
    """Put a question aside for a patient, with a reason: it comes back when its facts change. Raises NotFound."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    reason = fields.get("reason", "").strip()[:2000]
    if not readable(reason):
        return RedirectResponse(f"{opened.base}/record?notice=no-reason#prompts", 303)
    kept = await put_aside(opened, request.path_params["prompt"], fields.get("seen", ""), reason)
    return RedirectResponse(f"{opened.base}/record?notice={'kept' if kept else 'changed'}#prompts", 303)


routes: list[GuardedRoute] = [
    page(HERE, prompts_page, Action.CLINIC, name="prompts"),
    page(HERE, add, Action.CLINIC, ("POST",), name="add_prompt"),
    page(ONE, prompt_page, Action.CLINIC, name="prompt"),
    page(ONE, change, Action.CLINIC, ("POST",), name="change_prompt"),
    page(f"{ONE}/remove", remove, Action.CLINIC, ("POST",), name="remove_prompt"),
    page(
        "/staff/patients/{patient_id}/prompts/{prompt:uuid}/dismiss", dismiss, Action.RECORD_WRITE, ("POST",),
        name="dismiss_prompt",
    ),
]  # fmt: skip
