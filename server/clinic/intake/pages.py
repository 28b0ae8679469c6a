"""The builder of a service's questions: a draft that staff change, and a version that people are asked.

Every change is one press that works without script. It names the revision that its page was made from; where somebody
else was faster, nothing is written and the page says so.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from secrets import token_hex
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic.intake import store
from server.clinic.intake.forms import frame_fields, kind_of, parse_frame, parse_question, question_fields, seen_of
from server.clinic.intake.requests import Built, Opened, PreviewPage, QuestionPage, open_builder, say
from server.clinic.intake.rules import Form, Kind, Question, asks_the_same, moved, with_question, without_question
from server.clinic.requests import Typed, entry_of, form_of
from server.clinic.sheet import Reason
from server.clinic.tongues import others, tongues
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, Handler, page, viewer_of
from server.templates import render

BASE = "/staff/clinic/services/{service:uuid}/questions"
WAYS = {"up": -1, "down": 1}


async def builder(request: Request) -> Response:
    """`GET .../questions`: the questions in order, and what can be done with them. Raises NotFound."""
    opened = await open_builder(request)
    return _show(request, opened, Typed(frame_fields(opened.draft)), {})


async def keep_frame(request: Request) -> Response:
    """Keep the words before the questions, and when they are asked."""
    opened, fields = await open_builder(request), await form_of(request)
    parsed = parse_frame(opened.draft, fields, others(opened.clinic))
    if not isinstance(parsed, Form):
        return _show(request, opened, fields, parsed)
    return await _keep(request, opened, seen_of(fields), parsed)


async def question_page(request: Request) -> Response:
    """`GET .../questions/new?kind=` or `GET .../questions/{question}`. Raises NotFound."""
    opened = await open_builder(request)
    question = _question(request, opened)
    kind = question.kind if question else kind_of(request.query_params)
    if kind is None or (question is None and opened.draft.is_full):
        raise NotFound()
    fields = Typed(question_fields(question) if question else {"needed": "yes" if kind is Kind.CONSENT else ""})
    return _form(request, opened, kind, question, fields)


async def keep_question(request: Request) -> Response:
    """Add a question at the end, or change the one that the address names. Raises NotFound."""
    opened, fields = await open_builder(request), await form_of(request)
    question = _question(request, opened)
    kind = question.kind if question else kind_of(fields)
    if kind is None or (question is None and opened.draft.is_full):
        raise NotFound()
    question_id, said = (question.id, question.said) if question else (f"q{token_hex(4)}", None)
    parsed = parse_question(question_id, kind, fields, others(opened.clinic), said)
    if not isinstance(parsed, Question):
        return _form(request, opened, kind, question, fields, parsed)
    return await _keep(request, opened, seen_of(fields), with_question(opened.draft, parsed), f"#q-{parsed.id}")


async def move_question(request: Request) -> Response:
    """One place up or down; the button that was pressed has the focus again."""
    opened, fields = await open_builder(request), await form_of(request)
    asked, way = request.path_params["question"], request.path_params["way"]
    if way not in WAYS or opened.draft.question(asked) is None:
        raise NotFound()
    back = "?" + urlencode({"moved": asked, "way": way}) + f"#q-{asked}"
    return await _keep(request, opened, seen_of(fields), moved(opened.draft, asked, WAYS[way]), back)


async def drop_question(request: Request) -> Response:
    """Take a question out of the draft; answers that were given to it stay with their version."""
    opened, fields = await open_builder(request), await form_of(request)
    return await _keep(
        request, opened, seen_of(fields), without_question(opened.draft, request.path_params["question"])
    )


async def preview(request: Request) -> Response:
    """`GET .../questions/preview`: the page as the patient will see it; it keeps nothing."""
    opened = await open_builder(request)
    context = PreviewPage(opened.service, opened.draft, opened.base)
    return render(request, "clinic/intake_preview.html", context, brand=opened.brand)


async def publish(request: Request) -> Response:
    """Ask the draft from now on; who has begun goes on with the version that they began."""
    opened, fields = await open_builder(request), await form_of(request)
    draft, house = opened.draft, house_of(request)
    if not draft.questions or seen_of(fields) != draft.revision:
        return _back(opened, "?notice=questions-changed")
    in_use = opened.in_use
    if in_use and asks_the_same(draft, in_use):
        return _back(opened)
    same = opened.newest if opened.newest and opened.newest.published_at and not draft.revision else None
    return await _written(
        request,
        opened,
        "published",
        lambda db: (
            store.use(db, opened.clinic_id, opened.service.id, same.id)
            if same
            else store.publish(db, opened.clinic_id, draft, house.clock())
        ),
    )


async def withdraw(request: Request) -> Response:
    """Ask nothing any more; what was answered stays."""
    opened = await open_builder(request)
    return await _written(
        request, opened, "withdrawn", lambda db: store.use(db, opened.clinic_id, opened.service.id, None)
    )


async def discard(request: Request) -> Response:
    """Forget the draft that the page showed."""
    opened, fields = await open_builder(request), await form_of(request)
    draft = opened.draft
    if not draft.revision or seen_of(fields) != draft.revision:
        return _back(opened, "?notice=questions-changed")
    return await _written(request, opened, "discarded", lambda db: store.drop_draft(db, opened.clinic_id, draft))


async def _keep(request: Request, opened: Opened, seen: int, changed: Form, back: str = "") -> Response:
    if seen != opened.draft.revision:
        return _back(opened, "?notice=questions-changed")
    if asks_the_same(changed, opened.draft):
        return _back(opened, back)
    house, by = house_of(request), viewer_of(request).staff_id
    draft = replace(changed, id=opened.draft.id)
    return await _written(
        request, opened, "changed", lambda db: store.keep_draft(db, opened.clinic_id, draft, by, house.clock()), back
    )


async def _written(
    request: Request, opened: Opened, what: str, write: Callable[[AsyncSession], Awaitable[bool]], back: str = ""
) -> Response:
    """In one unit with its trace, or not at all: somebody else was faster."""
    house, viewer = house_of(request), viewer_of(request)
    detail = {"version": opened.draft.number, "questions": len(opened.draft.questions)}

    async def work(db: AsyncSession) -> bool:
        if not await write(db):
            return False
        note(db, entry_of(viewer, f"questions.{what}", "service", opened.service.id, detail), house.clock())
        return True

    done = await house.db.unit(work)
    said = {"published": "?notice=questions-asked", "withdrawn": "?notice=questions-none"}.get(what, "")
    return _back(opened, (back or said) if done else "?notice=questions-changed")


def _back(opened: Opened, more: str = "") -> RedirectResponse:
    return RedirectResponse(f"{opened.base}{more}", 303)


def _question(request: Request, opened: Opened) -> Question | None:
    """The one that the address names, None for a new one. Raises NotFound."""
    asked = request.path_params.get("question")
    if asked is None:
        return None
    found = opened.draft.question(asked)
    if found is None:
        raise NotFound()
    return found


def _show(request: Request, opened: Opened, fields: Typed, reasons: dict[str, Reason]) -> Response:
    asked = request.query_params
    context = Built(
        service=opened.service,
        draft=opened.draft,
        in_use=opened.in_use,
        base=opened.base,
        form=fields,
        reasons=reasons,
        waits=say(opened),
        moved=asked.get("moved", ""),
        way=asked.get("way", ""),
        tongues=tongues(opened.clinic),
    )
    return render(request, "clinic/intake.html", context, status=422 if reasons else 200)


def _form(
    request: Request,
    opened: Opened,
    kind: Kind,
    question: Question | None,
    fields: Typed,
    reasons: dict[str, Reason] | None = None,
) -> Response:
    context = QuestionPage(
        opened.service, opened.draft, kind, question, opened.base, fields, reasons or {}, tongues(opened.clinic)
    )
    return render(request, "clinic/intake_question.html", context, status=422 if reasons else 200)


def _posts(path: str, handler: Handler) -> GuardedRoute:
    return page(f"{BASE}{path}", handler, Action.CLINIC, ("POST",), name=f"questions_{handler.__name__}")


routes: list[GuardedRoute] = [
    page(BASE, builder, Action.CLINIC, name="questions_builder"),
    _posts("", keep_frame),
    page(f"{BASE}/preview", preview, Action.CLINIC, name="questions_preview"),
    _posts("/publish", publish),
    _posts("/withdraw", withdraw),
    _posts("/discard", discard),
    page(f"{BASE}/new", question_page, Action.CLINIC, name="questions_new"),
    _posts("/new", keep_question),
    page(f"{BASE}/{{question}}", question_page, Action.CLINIC, name="questions_one"),
    page(f"{BASE}/{{question}}", keep_question, Action.CLINIC, ("POST",), name="questions_keep_one"),
    _posts("/{question}/drop", drop_question),
    _posts("/{question}/{way}", move_question),
]
