"""A clinic's own questions as a file: taken out, looked at, and taken in once somebody says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.requests import text_fields
from server.clinic.requests import clinic_id_of, entry_of
from server.house import house_of
from server.measures.catalogue import shipped
from server.record.prompts import store
from server.record.prompts.filed.forms import MOST_BYTES, Filed, Problem, read, written
from server.record.prompts.filed.rules import Plan, Planned, There, Verdict, plan, written_as
from server.record.prompts.store import Kept
from server.record.prompts.topics import HERE, sentence
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render, translations

PATH = f"{HERE}/file"


@dataclass(frozen=True)
class FilePage:
    """record/prompts_file.html: take the file, or send one. `problems`: why the one that was sent is not taken."""

    problems: Sequence[Problem]
    kilobytes: int = MOST_BYTES // 1024


@dataclass(frozen=True)
class Line:
    """One question of a file; `was`: what it changes, (words, by what it is asked)."""

    verdict: Verdict
    words: str
    when: str
    was: tuple[str, str] | None


@dataclass(frozen=True)
class LookPage:
    """record/prompts_look.html: what would happen. `text`: the file, which is sent back; `seen`: the state that this
    was worked out of; `writes`: how many questions; `overtaken`: somebody was faster, and this is how it is now.
    """

    lines: Sequence[Line]
    writes: int
    others: int
    too_many: int
    text: str
    seen: int
    overtaken: bool


@dataclass(frozen=True)
class _State:
    """The questions of a clinic, and how often any was written."""

    there: Sequence[There]
    seen: int


class _Overtaken(Exception):
    """Somebody wrote one of these questions at this moment: nothing of the file is written."""


async def file_page(request: Request) -> Response:
    """`GET /staff/clinic/prompts/file`."""
    return render(request, "record/prompts_file.html", FilePage([]))


async def taken_out(request: Request) -> Response:
    """`GET /staff/clinic/prompts/questions.json`: all that the clinic asks, as one file."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> list[Filed]:
        found = [Filed(one.prompt_id, one.rule) for one in await store.prompts_of(db, clinic_id)]
        note(db, entry_of(viewer, "prompts.taken_out", "clinic", clinic_id, {"questions": len(found)}), house.clock())
        return found

    headers = {"content-disposition": 'attachment; filename="questions.json"', "cache-control": "no-store"}
    return Response(written(await house.db.unit(work)) + "\n", media_type="application/json", headers=headers)


async def look(request: Request) -> Response:
    """`POST /staff/clinic/prompts/file`: what the file would do; nothing is kept of it. 422 with each of its faults."""
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("file")
        text = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    return await _show(request, text)


async def take(request: Request) -> Response:
    """Write what is new and what changes, all of it or nothing; again does nothing more. 409 where it is another by
    now: then the page shows what the file would do.
    """
    house, viewer, fields = house_of(request), viewer_of(request), await text_fields(request, 4)
    text, seen = fields.get("text", "").encode("utf-8", "replace"), fields.get("seen", "")
    filed, problems = read(text, set(shipped()))
    if problems:
        return await _show(request, text)
    clinic_id, now = clinic_id_of(viewer), house.clock()

    async def work(db: AsyncSession) -> bool:
        state = await _state(db, clinic_id)
        found = plan(filed, state.there)
        if not found.writes:
            return True
        if found.too_many or str(state.seen) != seen:
            return False
        for place, one in enumerate(found.writes):
            prompt_id, number = written_as(one, clinic_id, state.seen, place)
            at = now + timedelta(microseconds=place)  # they are listed in the order of the file
            if not await store.write(db, clinic_id, Kept(prompt_id, number, one.rule, viewer.staff_id, at)):
                raise _Overtaken
            note(db, entry_of(viewer, "prompt.written", "clinic", clinic_id, {"prompt": prompt_id.hex}), now)
        counts = {word.value: sum(one.verdict is word for one in found.planned) for word in Verdict}
        note(db, entry_of(viewer, "prompts.taken_in", "clinic", clinic_id, counts), now)
        return True

    try:
        done = await house.db.unit(work)
    except _Overtaken:
        done = not (plan(filed, (await house.db.read(lambda db: _state(db, clinic_id))).there)).writes
    return RedirectResponse(f"{HERE}?notice=kept", 303) if done else await _show(request, text, overtaken=True)


async def _state(db: AsyncSession, clinic_id: UUID) -> _State:
    every = await store.prompts_of(db, clinic_id)
    return _State([There(one.prompt_id, one.number, one.rule) for one in every], await store.writings(db, clinic_id))


async def _show(request: Request, text: bytes, *, overtaken: bool = False) -> Response:
    filed, problems = read(text, set(shipped()))
    if problems:
        return render(request, "record/prompts_file.html", FilePage(problems), status=422)
    clinic_id = clinic_id_of(viewer_of(request))
    state = await house_of(request).db.read(lambda db: _state(db, clinic_id))
    found = plan(filed, state.there)
    context = LookPage(
        lines=_lines(request, found),
        writes=len(found.writes),
        others=found.others,
        too_many=found.too_many,
        text=text.decode("utf-8-sig"),
        seen=state.seen,
        overtaken=overtaken,
    )
    return render(request, "record/prompts_look.html", context, status=409 if overtaken else 200)


def _lines(request: Request, found: Plan) -> list[Line]:
    gettext = translations(language_of(request)).gettext

    def was(one: Planned) -> tuple[str, str] | None:
        over = one.over if one.verdict is Verdict.CHANGES else None
        return (over.rule.words, sentence(over.rule, gettext)) if over else None

    return [Line(one.verdict, one.rule.words, sentence(one.rule, gettext), was(one)) for one in found.planned]


routes: list[GuardedRoute] = [
    page(PATH, file_page, Action.CLINIC, name="prompts_file"),
    page(PATH, look, Action.CLINIC, ("POST",), name="look_at_prompts"),
    page(f"{PATH}/take", take, Action.CLINIC, ("POST",), name="take_prompts"),
    page(f"{HERE}/questions.json", taken_out, Action.CLINIC, name="prompts_taken_out"),
]
