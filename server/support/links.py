"""The way to a place in the line: the token of its link is changed for a cookie, so that no address, history or
referrer keeps it. A browser that keeps no cookies is shown the place at the link itself, and turned away never.
"""

from datetime import timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.config import Settings
from server.house import House, house_of
from server.support import store
from server.support.entering import Entered, token_of
from server.support.rules import State
from server.support.store import Ask

HELD_FOR = timedelta(days=1)
"""How long a browser opens a place that is not over, also after a phone closed it meanwhile."""
QUIET = {"referrer-policy": "no-referrer"}
OPEN = {State.WAITING, State.TAKEN}


def address_of(ask_id: UUID) -> str:
    """The page of a place; it opens for who holds its cookie, and in the space of its patient."""
    return f"/support/at/{ask_id}"


def cookie_name(settings: Settings, ask_id: UUID) -> str:
    """The cookie that opens this place alone."""
    return f"{'__Host-' if settings.https else ''}support-at-{ask_id.hex}"


def hold(house: House, response: Response, ask: Ask) -> None:
    """This browser opens the place from now on; once it is over, as long as the browser is open."""
    set_cookie(house, response, cookie_name(house.settings, ask.id), token_of(house.keys, ask.id), ask.state)


def set_cookie(house: House, response: Response, name: str, token: str, state: State = State.WAITING) -> None:
    """A cookie that holds the token of a place in this state."""
    lasts = round(HELD_FOR.total_seconds()) if state in OPEN else None
    response.set_cookie(
        name, token, max_age=lasts, path="/", httponly=True, samesite="lax", secure=house.settings.https
    )


async def held(request: Request, ask_id: UUID) -> Ask | None:
    """The place that this browser holds the cookie of."""
    house = house_of(request)
    token = request.cookies.get(cookie_name(house.settings, ask_id), "")
    ask = await house.db.read(lambda db: store.by_token(db, token)) if token else None
    return ask if ask and ask.id == ask_id else None


def led_in(request: Request, entered: Entered) -> Response:
    """To the place of who just came in; by way of its link where it is not sure yet that the browser keeps cookies."""
    house = house_of(request)
    way = address_of(entered.ask_id) if request.cookies else f"/support/{entered.token}?opened"
    response = RedirectResponse(way, 303, headers=QUIET)
    set_cookie(house, response, cookie_name(house.settings, entered.ask_id), entered.token)
    return response
