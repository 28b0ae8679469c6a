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
from server.errors import NotFound
from server.house import House, house_of
from server.routing import GuardedRoute, page
from server.support import changing, door, helping, store
from server.support.follow_up import pages as follow_up
from server.support.follow_up import store as follow_ups
from server.support.rules import State
from server.support.settings import pages as settings
from server.support.shown import Place, place_of
from server.support.staff import pages as staff
from server.support.store import HEARD_EVERY, Ask
from server.templates import render


async def place_page(request: Request) -> Response:
    """`GET /support/{token}`: how it stands. Leaving the page loses nothing."""
    place = await _place(request)
    own = await door.patient_here(request, place.clinic.id)
    place = replace(place, plan=own is not None and own == place.ask.patient_id)
    response = render(request, "support/place.html", place, brand=clinics.brand(place.clinic), zone=told_zone(request))
    response.headers["referrer-policy"] = "no-referrer"
    return response


async def place_part(request: Request) -> Response:
    """What of it changes, for the page to fetch again."""
    place = await _place(request)
    response = render(
        request, "support/parts/place.html", place, brand=clinics.brand(place.clinic), zone=told_zone(request)
    )
    response.headers["x-scene"] = place.scene
    return response


async def leaves(request: Request) -> Response:
    """`POST /support/{token}/leave`: out of the line. Again is no mistake."""
    house, ask = house_of(request), await _ask(request)
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        done = await changing.leave(db, ask, now)
        if done:
            detail = {"ask": ask.id.hex, "lift": ask.lift.value}
            note(db, Trace(ask.clinic_id, "support.left", "patient", ask.patient_id, "patient", None, detail), now)
        return done

    if await house.db.unit(work):
        await changed(house, ask)
    return RedirectResponse(_address(request), 303)


async def goes_in(request: Request) -> Response:
    """`POST /support/{token}/in`: this browser holds the link of the visit from now on. Back, where there is none."""
    house, ask = house_of(request), await _ask(request)
    place = await place_of(house, ask, request.path_params["token"])
    if place is None or place.card is None or place.scene != "meeting":
        return RedirectResponse(_address(request), 303)
    response = RedirectResponse(f"/visit/{place.card.public_id}", 303)
    set_link_cookie(house, response, place.card.public_id, await token_for(house, place.card.id))
    return response


async def wants_none(request: Request) -> Response:
    """`POST /support/{token}/no-follow-up`: nobody gets in touch the next day. Again is no mistake."""
    house, ask = house_of(request), await _ask(request)
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
    return f"/support/{request.path_params['token']}"


async def _ask(request: Request) -> Ask:
    """The place that this link opens. Raises NotFound."""
    ask = await house_of(request).db.read(lambda db: store.by_token(db, request.path_params["token"]))
    if ask is None:
        raise NotFound()
    return ask


async def _place(request: Request) -> Place:
    house, ask = house_of(request), await _ask(request)
    now = house.clock()
    stale = ask.state in {State.WAITING, State.TAKEN} and now - ask.heard_at >= HEARD_EVERY
    if stale and "hidden" not in request.query_params:
        await house.db.unit(lambda db: store.heard(db, ask.id, now))
    place = await place_of(house, ask, request.path_params["token"])
    if place is None:
        raise NotFound()
    return place


routes: list[GuardedRoute] = [
    *helping.routes,
    *door.routes,
    page("/support/{token}", place_page, Action.PUBLIC),
    page("/support/{token}/part", place_part, Action.PUBLIC),
    page("/support/{token}/leave", leaves, Action.PUBLIC, ("POST",)),
    page("/support/{token}/in", goes_in, Action.PUBLIC, ("POST",)),
    page("/support/{token}/no-follow-up", wants_none, Action.PUBLIC, ("POST",)),
    *staff.routes,
    *follow_up.routes,
    *settings.routes,
]
