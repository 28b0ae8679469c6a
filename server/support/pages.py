"""Help now, as people see it once they came in: the page of their place, leaving, going into the meeting."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry as Trace
from server.audit.store import note
from server.booking.door import set_link_cookie, token_for
from server.booking.requests import told_zone
from server.clinic import store as clinics
from server.countries import language_names
from server.errors import NotFound
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.support import changing, door, helping, store
from server.support.follow_up import pages as follow_up
from server.support.follow_up import store as follow_ups
from server.support.follow_up import unmet
from server.support.links import QUIET, address_of, held, hold
from server.support.raising import raise_lift
from server.support.rules import Safe, Said, State
from server.support.settings import pages as settings
from server.support.shown import Place, place_of
from server.support.staff import pages as staff
from server.support.staff.meeting import comes_in
from server.support.store import HEARD_EVERY, Ask
from server.templates import language_of, render


async def open_link(request: Request) -> Response:
    """`GET /support/{token}`: this browser holds the place from now on, and is led to its page. One that turns out to
    keep no cookies is shown it here.
    """
    ask = await _ask(request)
    if ask is None:
        raise NotFound()
    kept = await held(request, ask.id) is not None
    if not kept and "opened" in request.query_params:
        return await _page(request, ask)
    way = address_of(ask.id) if kept else f"{request.url.path}?opened"
    response = RedirectResponse(way, 303, headers=QUIET)
    hold(house_of(request), response, ask)
    return response


async def place_page(request: Request) -> Response:
    """`GET /support/at/{ask}`: how it stands. Leaving the page loses nothing."""
    ask = await _ask(request)
    return await _page(request, ask) if ask else await _to_door(request)


async def _page(request: Request, ask: Ask, *, unheard: bool = False) -> Response:
    place = await _place(request, ask)
    own = await door.patient_here(request, place.clinic.id)
    by_link = "token" in request.path_params
    place = replace(place, plan=own is not None and own == place.ask.patient_id, by_link=by_link, unheard=unheard)
    response = render(request, "support/place.html", place, brand=clinics.brand(place.clinic), zone=told_zone(request))
    response.headers.update(QUIET)
    hold(house_of(request), response, ask)
    return response


async def place_part(request: Request) -> Response:
    """What of it changes, for the page to fetch again. Raises NotFound."""
    ask = await _ask(request)
    if ask is None:
        raise NotFound()
    place = await _place(request, ask)
    response = render(
        request, "support/parts/place.html", place, brand=clinics.brand(place.clinic), zone=told_zone(request)
    )
    response.headers["x-scene"] = place.scene
    return response


async def not_safe(request: Request) -> Response:
    """`POST .../not-safe`: they are not safe now. Their page then says first whom to call; also where the place is over
    and nobody of the clinic would hear it.
    """
    ask = await _ask(request)
    if ask is None:
        return await _to_door(request)
    await raise_lift(house_of(request), ask, Said(safe=Safe.NO))
    if ask.state is State.ENDED:
        return await _page(request, ask, unheard=True)
    return RedirectResponse(_address(request), 303)


async def leaves(request: Request) -> Response:
    """`POST .../leave`: out of the line; who was offered another help meanwhile is asked after. Again is no mistake."""
    house, ask = house_of(request), await _ask(request)
    if ask is None:
        return await _to_door(request)
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        done = await changing.leave(db, ask, now)
        if done:
            detail = {"ask": ask.id.hex, "lift": ask.lift.value}
            note(db, Trace(ask.clinic_id, "support.left", "patient", ask.patient_id, "patient", None, detail), now)
            await unmet.plan(db, ask.id, now)
        return done

    if await house.db.unit(work):
        await changed(house, ask)
    return RedirectResponse(_address(request), 303)


async def goes_in(request: Request) -> Response:
    """`POST .../in`: this browser holds the link of the visit from now on. Back, where there is none."""
    house, ask = house_of(request), await _ask(request)
    if ask is None:
        return await _to_door(request)
    place = await place_of(house, ask, _address(request))
    if place is None or place.card is None or place.scene != "meeting":
        return RedirectResponse(_address(request), 303)
    response = RedirectResponse(f"/visit/{place.card.public_id}", 303)
    await comes_in(house, viewer_of(request), place.clinic, place.card)
    set_link_cookie(house, response, place.card.public_id, await token_for(house, place.card.id))
    return response


async def wants_none(request: Request) -> Response:
    """`POST .../no-follow-up`: nobody gets in touch the next day. Again is no mistake."""
    house, ask = house_of(request), await _ask(request)
    if ask is None:
        return await _to_door(request)
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        if await follow_ups.decline(db, ask.id, now):
            of = {"ask": ask.id.hex}
            note(db, Trace(ask.clinic_id, "support.declined", "patient", ask.patient_id, "patient", None, of), now)

    await house.db.unit(work)
    return RedirectResponse(_address(request), 303)


async def changed(house: House, ask: Ask) -> None:
    """Both sides' pages look again."""
    await house.live.changed(ask.topic)
    await house.live.changed(f"day:{ask.clinic_id}")


def _address(request: Request) -> str:
    """The page of the place, as this request has it."""
    token = request.path_params.get("token")
    return f"/support/{token}" if token else address_of(request.path_params["ask"])


async def _ask(request: Request) -> Ask | None:
    """The place that this link opens, or that this browser may open: by its cookie, or in the space of its patient."""
    house, token = house_of(request), request.path_params.get("token")
    if token:
        return await house.db.read(lambda db: store.by_token(db, token))
    if found := await held(request, request.path_params["ask"]):
        return found
    ask = await house.db.read(lambda db: store.ask_of(db, request.path_params["ask"]))
    return ask if ask and await door.patient_here(request, ask.clinic_id) == ask.patient_id else None


async def _to_door(request: Request) -> Response:
    """Where somebody can come in again, whose browser does not hold this place any more. Raises NotFound."""
    house, token = house_of(request), request.path_params.get("token")
    ask = None if token else await house.db.read(lambda db: store.ask_of(db, request.path_params["ask"]))
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, ask.clinic_id)) if ask else None
    if clinic is None:
        raise NotFound()
    return RedirectResponse(f"/c/{clinic.slug}/support?notice=place", 303)


async def _place(request: Request, ask: Ask) -> Place:
    house = house_of(request)
    now = house.clock()
    stale = ask.state in {State.WAITING, State.TAKEN} and now - ask.heard_at >= HEARD_EVERY
    if stale and "hidden" not in request.query_params:
        await house.db.unit(lambda db: store.heard(db, ask.id, now))
    place = await place_of(house, ask, _address(request))
    if place is None:
        raise NotFound()
    return replace(place, languages=language_names(language_of(request, clinics.brand(place.clinic))))


HERE, LINK = "/support/at/{ask:uuid}", "/support/{token}"
"""A link works as it did before, also where a page of it is open since then."""

routes: list[GuardedRoute] = [
    *helping.routes,
    *door.routes,
    page(HERE, place_page, Action.PUBLIC),
    page(LINK, open_link, Action.PUBLIC),
    *(page(f"{way}/part", place_part, Action.PUBLIC) for way in (HERE, LINK)),
    *(page(f"{way}/not-safe", not_safe, Action.PUBLIC, ("POST",)) for way in (HERE, LINK)),
    *(page(f"{way}/leave", leaves, Action.PUBLIC, ("POST",)) for way in (HERE, LINK)),
    *(page(f"{way}/in", goes_in, Action.PUBLIC, ("POST",)) for way in (HERE, LINK)),
    *(page(f"{way}/no-follow-up", wants_none, Action.PUBLIC, ("POST",)) for way in (HERE, LINK)),
    *staff.routes,
    *follow_up.routes,
    *settings.routes,
]
