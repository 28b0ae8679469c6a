"""The door of a space: the page with both ways in, and the way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic import store as clinics
from server.home.space.entering import HOME, entry_of, signed_out
from server.house import House, house_of
from server.patients.space import store
from server.patients.space.door import Open, open_space
from server.patients.space.rules import Refusal
from server.routing import GuardedRoute, page
from server.templates import Brand, render

Reasons = Mapping[str, Refusal]


@dataclass(frozen=True)
class SignInPage:
    """space/sign_in.html; `open`: a space is open here, and a code would widen it."""

    reasons: Reasons = field(default_factory=dict)
    wait: int = 0
    open: bool = False
    phone: str = ""


async def sign_in_page(request: Request) -> Response:
    """Both ways in; who is in already goes home."""
    if await open_space(house_of(request), request):
        return RedirectResponse(HOME, 303)
    return await show_sign_in(request)


async def show_sign_in(request: Request, reasons: Reasons | None = None, left: timedelta = timedelta()) -> Response:
    """The page with what would help."""
    house = house_of(request)
    seconds = int(left.total_seconds()) + 1 if left else 0
    space = await open_space(house, request)
    brand = await brand_here(house, space)
    context = SignInPage(reasons or {}, seconds, space is not None, brand.phone if brand else "")
    response = render(
        request, "space/sign_in.html", context, brand=brand, status=429 if left else 422 if reasons else 200
    )
    if left:
        response.headers["retry-after"] = str(seconds)
    return response


async def brand_here(house: House, space: Open | None) -> Brand | None:
    """Of the clinic whose space is open, or of the only clinic there is."""
    if space:
        return await house.db.read(lambda db: clinics.brand_of(db, space.clinic_id))
    known = await house.db.read(clinics.clinics)
    return clinics.brand(known[0]) if len(known) == 1 else None


async def sign_out(request: Request) -> Response:
    """End the login; the row, not only the cookie."""
    house = house_of(request)
    space, now = await open_space(house, request), house.clock()

    async def work(db: AsyncSession) -> None:
        if space and await store.end_logins(db, space.id, now, one=space.login.id):
            note(db, entry_of(space.clinic_id, space.id, "space.closed", devices=1), now)

    await house.db.unit(work)
    return signed_out(house)


routes: list[GuardedRoute] = [
    page("/me/sign-in", sign_in_page, Action.SIGN_IN, name="space_sign_in_page"),
    page("/me/sign-out", sign_out, Action.SIGN_IN, ("POST",), name="space_sign_out"),
]
