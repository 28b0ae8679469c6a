"""Handing a visit to a colleague, taking one over from the team's line, and ending a wait with words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.patients import store as patients
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.acts import act
from server.visit.door import Knock, knock
from server.visit.forms import FieldReason
from server.visit.handover import store
from server.visit.handover.forms import HandOver, Words, hand_over_of, words_of
from server.visit.handover.giving import give
from server.visit.handover.rules import HANDED_FROM, Answer, Colleague, News
from server.visit.handover.telling import has_mail, queue
from server.visit.rules import Event, Moved, Part, State, VisitFacts, is_away
from server.visit.sealed import seal_words

NOTICES = {Answer.TAKEN: "handed-on", Answer.NOT_NOW: "not-waiting"}


@dataclass(frozen=True)
class HandOverPage:
    """visit/lead_hand_over.html"""

    id: str
    name: str = field(repr=False)
    first_name: str = field(repr=False)
    leads: str
    mine: bool
    colleagues: Sequence[Colleague]
    form: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True)
class DeclinePage:
    """visit/lead_decline.html"""

    id: str
    name: str = field(repr=False)
    first_name: str = field(repr=False)
    mine: bool
    words: str
    problem: str


async def hand_over_page(request: Request) -> Response:
    """Who could take over, and what the patient will read. Somebody who left meanwhile sends back to the day."""
    knocked = await knock(request, Action.QUEUE)
    if knocked.view.state not in HANDED_FROM:
        return _day("not-waiting")
    return await _hand_over(request, knocked, {"to": "", "words": ""}, {})


async def hand_over(request: Request) -> Response:
    """Give the visit to the chosen colleague; again is the same."""
    knocked = await knock(request, Action.QUEUE)
    found = await knocked.house.db.read(lambda db: store.colleagues(db, knocked.card, knocked.now))
    fields = await request.form()
    wish = hand_over_of(fields, [one.slug for one in found])
    if not isinstance(wish, HandOver):
        typed = {name: str(fields.get(name, "")) for name in ("to", "words")}
        return await _hand_over(request, knocked, typed, wish)
    to = next(one.staff_id for one in found if one.slug == wish.to)
    given = await give(knocked, to, wish.words)
    return _day(NOTICES.get(given.answer, _said("handed-over", away=given.away, told=given.told)))


async def take(request: Request) -> Response:
    """Take over somebody who waits for the team; the visit is the viewer's from then on, or they read why not."""
    knocked = await knock(request, Action.TAKE_VISIT)
    assert knocked.viewer.staff_id is not None, "the gate lets staff alone through"
    able = await knocked.house.db.read(lambda db: store.colleagues(db, knocked.card, knocked.now))
    mine = knocked.card.therapist_id == knocked.viewer.staff_id
    if not mine and knocked.viewer.staff_id not in {one.staff_id for one in able}:
        return _day("not-offered")
    answer = (await give(knocked, knocked.viewer.staff_id, "", taking=True)).answer
    if answer in NOTICES:
        return _day(NOTICES[answer])
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}", 303)


async def decline_page(request: Request) -> Response:
    """The words that end the wait."""
    knocked = await knock(request, Action.QUEUE)
    if knocked.view.state is not State.WAITING:
        return _day("not-waiting")
    return await _decline(request, knocked, "", "")


async def decline(request: Request) -> Response:
    """End the wait with these words and the next steps; again is the same."""
    knocked = await knock(request, Action.QUEUE)
    fields = await request.form()
    words = words_of(fields)
    if not isinstance(words, Words):
        return await _decline(request, knocked, str(fields.get("words", "")), words.value)
    row_id = uuid4()
    key = await knocked.house.keys.patient(knocked.card.clinic_id, knocked.card.patient_id)
    blob = seal_words(key, knocked.card.clinic_id, "visit_declines", row_id, words.text)

    mails, told = await has_mail(knocked), False

    async def keep(db: AsyncSession, visit: VisitFacts) -> None:
        nonlocal told
        before = await store.last_decline(db, visit.id)
        if before is None or before.at != visit.declined_at:
            await store.add_decline(db, row_id, visit.id, _who(knocked), knocked.now, blob)
            if is_away(visit, knocked.now):
                told = bool(await queue(db, knocked, visit, News.DECLINED, mails=mails))

    done = await act(knocked, Event.DECLINE, _part(knocked), also=keep)
    if not isinstance(done.outcome, Moved):
        return _day("not-waiting")
    away = done.outcome.changed and is_away(done.visit, knocked.now)
    return _day(_said("declined", away=away, told=told))


def _said(notice: str, *, away: bool, told: bool) -> str:
    """The notice, with what is true of somebody who is away."""
    return notice if not away else f"{notice}-told" if told else f"{notice}-untold"


async def _hand_over(
    request: Request, knocked: Knock, form: Mapping[str, str], problems: Mapping[str, FieldReason]
) -> Response:
    name, first = await _name(knocked)
    context = HandOverPage(
        id=knocked.card.public_id,
        name=name,
        first_name=first,
        leads=knocked.card.therapist_name,
        mine=_part(knocked) is Part.THERAPIST,
        colleagues=await knocked.house.db.read(lambda db: store.colleagues(db, knocked.card, knocked.now)),
        form=form,
        problems={field: reason.value for field, reason in problems.items()},
    )
    return render(request, "visit/lead_hand_over.html", context, brand=knocked.brand, status=422 if problems else 200)


async def _decline(request: Request, knocked: Knock, words: str, problem: str) -> Response:
    name, first = await _name(knocked)
    mine = _part(knocked) is Part.THERAPIST
    context = DeclinePage(knocked.card.public_id, name, first, mine, words, problem)
    return render(request, "visit/lead_decline.html", context, brand=knocked.brand, status=422 if problem else 200)


async def _name(knocked: Knock) -> tuple[str, str]:
    card = knocked.card
    found = await patients.people(knocked.house.db, knocked.house.keys, card.clinic_id, [card.patient_id])
    person = found.get(card.patient_id)
    return (person.name, person.first_name) if person else ("", "")


def _part(knocked: Knock) -> Part:
    return Part.THERAPIST if knocked.viewer.staff_id == knocked.card.therapist_id else Part.FRONT_DESK


def _who(knocked: Knock) -> UUID:
    assert knocked.viewer.staff_id is not None, "the gate lets staff alone through"
    return knocked.viewer.staff_id


def _day(notice: str) -> Response:
    return RedirectResponse(f"/staff?notice={notice}", 303)


routes: list[GuardedRoute] = [
    page("/staff/visit/{public_id}/hand-over", hand_over_page, Action.QUEUE),
    page("/staff/visit/{public_id}/hand-over", hand_over, Action.QUEUE, ("POST",)),
    page("/staff/visit/{public_id}/take", take, Action.TAKE_VISIT, ("POST",)),
    page("/staff/visit/{public_id}/decline", decline_page, Action.QUEUE),
    page("/staff/visit/{public_id}/decline", decline, Action.QUEUE, ("POST",)),
]
