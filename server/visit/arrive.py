"""The door of the waiting room: three answers, kept sealed, and a place that is a row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.meeting import meeting_of
from server.booking.paying.shown import kept_unpaid_until
from server.booking.where.rules import ELSEWHERE
from server.clinic.licences.rules import Place
from server.countries import country_names, country_of, likely_first
from server.patients import store as patients
from server.patients.space.door import hand_of, open_space
from server.regions import regions
from server.routing import GuardedRoute, page
from server.templates import language_of, render
from server.tongues import in_language
from server.visit import store
from server.visit.acts import act, current_card
from server.visit.door import Knock, knock
from server.visit.forms import Arrival, Problems, arrival_of
from server.visit.handover.telling import has_mail
from server.visit.patient import VisitPage, page_of_visit
from server.visit.recall.rules import Reach
from server.visit.recall.store import begin_reach
from server.visit.rules import Event, Part, VisitFacts
from server.visit.scenes import Scene
from server.visit.sealed import open_arrival, open_last_arrival, seal_arrival


@dataclass(frozen=True)
class ArrivePage:
    visit: VisitPage
    arrival: Arrival
    problems: Mapping[str, str]
    known: bool
    consent_text: str
    planned: Place  # where they said that they would be when they booked
    countries: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]


async def arrive_form(request: Request) -> Response:
    """The three questions, begun with what was said the last time."""
    knocked = await knock(request, Action.VISIT)
    if knocked.view.scene is not Scene.OPEN or await _unpaid(knocked):
        return _to_page(knocked)
    arrival = begun_with(await _last_time(knocked), await _planned(knocked))
    return await _form(request, knocked, arrival, {}, known=bool(arrival.place))


def begun_with(before: Arrival, planned: Place) -> Arrival:
    """What the form begins with: what was said the last time, unless they planned to be in another place today."""
    if not planned or (before.country, before.region) == (planned.country, planned.region):
        return before
    return replace(before, place="", country=planned.country, region=planned.region)


async def _planned(knocked: Knock) -> Place:
    where = (await meeting_of(knocked.house, knocked.card)).where
    return Place() if where == ELSEWHERE else where


async def arrive(request: Request) -> Response:
    """Come in. Again is no mistake: the place and the clock stay as they are."""
    knocked = await knock(request, Action.VISIT)
    arrival, problems = arrival_of(await request.form(), country_names("en"), regions())
    if knocked.view.scene is not Scene.OPEN or await _unpaid(knocked):
        return _to_page(knocked)
    if problems:
        return await _form(request, knocked, arrival, problems, known=False)
    key = await knocked.house.keys.patient(knocked.card.clinic_id, knocked.card.patient_id)
    visit_id = await _visit_id(knocked)
    here, next_time = seal_arrival(key, knocked.card.clinic_id, visit_id, arrival)
    mails = await has_mail(knocked)
    given_by, by_id = await _who(request, knocked)

    async def keep(db: AsyncSession, visit: VisitFacts) -> None:
        await store.set_arrival(db, visit.id, here)
        await begin_reach(db, visit.id, Reach(mail=mails), knocked.now)  # the waiting room says so
        await patients.keep_arrival(db, knocked.card.clinic_id, knocked.card.patient_id, next_time)
        # The form says what going on means; whoever was booked by the clinic says yes here for the first time.
        version, ids = knocked.clinic.consent_version, (knocked.card.clinic_id, knocked.card.patient_id)
        await patients.agree(db, *ids, version, knocked.now, given_by=given_by, by_id=by_id)

    await act(knocked, Event.ARRIVE, Part.PATIENT, also=keep)
    return _to_page(knocked)


async def _who(request: Request, knocked: Knock) -> tuple[str, UUID | None]:
    """(kind, id) of who comes in, where their own space is open in this browser; a link alone says no more than that
    it is the patient's.
    """
    space = await open_space(knocked.house, request)
    if space is None or space.clinic_id != knocked.card.clinic_id:
        return "patient", None
    return await hand_of(knocked.house, space, knocked.card.patient_id) or ("patient", None)


async def _unpaid(knocked: Knock) -> bool:
    """Whether the time is kept for a payment still: that comes first, on their page."""
    card = knocked.card
    return card.price is not None and bool(await knocked.house.db.read(lambda db: kept_unpaid_until(db, card)))


async def _visit_id(knocked: Knock) -> UUID:
    """The row's id, made first where there is none: the seal is bound to it."""
    if knocked.visit:
        return knocked.visit.id

    async def work(db: AsyncSession) -> VisitFacts:
        return await store.ensure(db, await current_card(db, knocked.card.id))

    return (await knocked.house.db.unit(work)).id


async def _last_time(knocked: Knock) -> Arrival:
    card = knocked.card
    key = await knocked.house.keys.patient(card.clinic_id, card.patient_id)

    async def work(db: AsyncSession) -> tuple[bytes | None, bytes | None]:
        here = await store.arrival_blob(db, knocked.visit.id) if knocked.visit else None
        return here, await patients.arrival_blob(db, card.clinic_id, card.patient_id)

    here, before = await knocked.house.db.read(work)
    said = open_arrival(key, card.clinic_id, knocked.visit.id, here) if knocked.visit else None
    return said or open_last_arrival(key, card.clinic_id, before)


async def _form(request: Request, knocked: Knock, arrival: Arrival, problems: Problems, *, known: bool) -> Response:
    visit = await page_of_visit(request, knocked)
    clinic = in_language(knocked.clinic, language_of(request, knocked.brand), knocked.clinic.own)
    likely = country_of(visit.zone) or knocked.clinic.country
    context = ArrivePage(
        visit=visit,
        arrival=arrival,
        problems={name: reason.value for name, reason in problems.items()},
        known=known,
        consent_text=clinic.consent_text,
        countries=likely_first(country_names(language_of(request, knocked.brand)), likely),
        regions=regions(),
        planned=await _planned(knocked),
    )
    status = 422 if problems else 200
    return render(request, "visit/arrive.html", context, brand=knocked.brand, status=status, zone=context.visit.zone)


def _to_page(knocked: Knock) -> RedirectResponse:
    return RedirectResponse(f"/visit/{knocked.card.public_id}", 303)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/arrive", arrive_form, Action.VISIT),
    page("/visit/{public_id}/arrive", arrive, Action.VISIT, ("POST",)),
]
