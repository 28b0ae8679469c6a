"""The patient's own page of questions: answered before the visit, half now and half later, with the booking's link.

It closes nothing: whoever has not answered comes in like everybody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.door import own_booking
from server.booking.intake import store
from server.booking.intake.forms import Problem, Problems, parse, typed
from server.booking.intake.rules import Answer, Answers, Sheet, Stage, fitting, missing
from server.booking.intake.sealed import open_answers, seal_answers
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.intake.rules import Form
from server.clinic.rules import Clinic
from server.house import House, house_of
from server.patients.rules import called
from server.routing import GuardedRoute, page
from server.templates import render

LATER = "later"


@dataclass(frozen=True)
class QuestionsPage:
    """booking/questions.html; `seen`: the revision that it was made from. `overtaken`: another window was faster."""

    id: str
    therapist_first: str
    asked: Form
    stage: Stage
    given: Mapping[str, Answer] = field(repr=False)
    problems: Mapping[str, Problem]
    seen: int
    earlier: bool
    overtaken: bool = False


@dataclass(frozen=True)
class _Opened:
    house: House
    card: BookingCard
    clinic: Clinic
    sheet: Sheet
    answers: Answers = field(repr=False)

    @property
    def seen(self) -> int:
        return self.sheet.row.revision if self.sheet.row and self.sheet.own else 0


async def questions(request: Request) -> Response:
    """`GET /visit/{public_id}/questions`: with what was answered so far. Raises NotFound."""
    opened = await _open(request)
    if opened is None:
        return _to_visit(request)
    return _show(request, opened, opened.answers, {})


async def answer(request: Request) -> Response:
    """Keep the answers: finished, or half with `do=later`. What can be kept is kept also where something is missing."""
    opened, fields = await _open(request), await request.form()
    if opened is None:
        return _to_visit(request)
    form, later = opened.sheet.next, fields.get("do") == LATER
    sent = _sent(form, fields)
    answers, problems = parse(form, sent)
    lacks = dict.fromkeys(missing(form, answers), Problem.MISSING)
    done = not problems and not lacks and (not later or opened.sheet.stage is Stage.DONE)
    if answers and not await _keep(opened, answers, _seen(fields), done=done):
        return _show(request, await _again(request), typed(form, sent), problems, overtaken=True)
    if problems or (lacks and not later):
        return _show(request, await _again(request), {**answers, **typed(form, sent)}, {**lacks, **problems})
    return _to_visit(request, "questions-answered" if done else "questions-kept")


async def _open(request: Request) -> _Opened | None:
    """The booking with its questions; None when it asks nothing, is cancelled, or is over. Raises NotFound."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    if card.cancelled_at or card.ends_at <= house.clock():
        return None
    sheet = await house.db.read(lambda db: store.sheet(db, card))
    if sheet is None:
        return None
    return _Opened(house, card, clinic, sheet, await _answers(house, card, sheet))


async def _again(request: Request) -> _Opened:
    opened = await _open(request)
    assert opened, "it was open a moment ago"
    return opened


async def _answers(house: House, card: BookingCard, sheet: Sheet) -> Answers:
    if sheet.row is None:
        return {}
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    given = open_answers(key, card.clinic_id, sheet.row.id, sheet.row.blob)
    return given if sheet.own else fitting(sheet.next, given)


async def _keep(opened: _Opened, answers: Answers, seen: int, *, done: bool) -> bool:
    """False when other answers were kept since the page was made; the same ones again are no conflict."""
    house, card, row = opened.house, opened.card, opened.sheet.row if opened.sheet.own else None
    if row and answers == opened.answers and done == (row.done_at is not None):
        return True
    if seen != opened.seen:
        return False
    key, now = await house.keys.patient(card.clinic_id, card.patient_id), house.clock()
    row_id, form = row.id if row else uuid4(), opened.sheet.next
    kept = store.Kept(row_id, form.id, seal_answers(key, card.clinic_id, row_id, answers), done, seen)
    entry = _entry(card, form, answers, done=done)

    async def work(db: AsyncSession) -> bool:
        if not await store.keep(db, card.id, card.service_id, kept, now):
            return False
        note(db, entry, now)
        return True

    if not await house.db.unit(work):
        return False
    await house.live.changed(f"day:{card.clinic_id}")
    return True


def _entry(card: BookingCard, form: Form, answers: Answers, *, done: bool) -> Entry:
    """That something was answered, and how much of it; never what."""
    detail = {"version": form.number, "answered": len(answers), "of": len(form.questions)}
    what = "questions.answered" if done else "questions.half_answered"
    return Entry(card.clinic_id, what, "booking", card.id, "patient", card.patient_id, detail)


def _sent(form: Form, fields: FormData) -> dict[str, list[str]]:
    return {
        one.id: [value for value in fields.getlist(one.id) if isinstance(value, str)]
        for one in form.questions
        if one.id in fields
    }


def _seen(fields: FormData) -> int:
    seen = fields.get("seen", "")
    return int(seen) if isinstance(seen, str) and seen.isascii() and seen.isdigit() and len(seen) < 7 else -1


def _show(
    request: Request, opened: _Opened, given: Answers, problems: Problems, *, overtaken: bool = False
) -> Response:
    sheet = opened.sheet
    context = QuestionsPage(
        id=opened.card.public_id,
        therapist_first=called(opened.card.therapist_name),
        asked=sheet.next,
        stage=sheet.stage if sheet.own else Stage.OPEN,
        given=given,
        problems=problems,
        seen=opened.seen,
        earlier=not sheet.own,
        overtaken=overtaken,
    )
    status = 409 if overtaken else 422 if problems else 200
    response = render(request, "booking/questions.html", context, brand=clinics.brand(opened.clinic), status=status)
    response.headers["referrer-policy"] = "no-referrer"
    return response


def _to_visit(request: Request, notice: str = "") -> RedirectResponse:
    more = f"?notice={notice}" if notice else ""
    return RedirectResponse(f"/visit/{request.path_params['public_id']}{more}", 303)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/questions", questions, Action.VISIT),
    page("/visit/{public_id}/questions", answer, Action.VISIT, ("POST",), name="answer_questions"),
]
