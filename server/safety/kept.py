"""'Need help now' on a device of the patient's own, without a connection: the worker of the space keeps this page.

It says nothing of anybody: the numbers where they seem to be, their clinic's own, and the way to the plan kept there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.clinic import store as clinics
from server.countries import country_names, language_names
from server.errors import NotFound
from server.house import house_of
from server.patients.space.door import open_space, own_space
from server.routing import GuardedRoute, page
from server.safety.near import numbers_of, seems_to_be
from server.safety.plan.door import mine
from server.safety.rules import Entry
from server.templates import language_of, render


@dataclass(frozen=True)
class KeptHelp:
    """safety/kept_help.html. `country_name`: '' where we know of no numbers."""

    entry: Entry
    country_name: str
    languages: Mapping[str, str]
    phone: str
    clinic_name: str
    today: date


async def help_here(request: Request) -> Response:
    """`GET /me/help`: the page of their clinic; without a connection the kept one is shown at this address."""
    house = house_of(request)
    space = await open_space(house, request)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id)) if space else None
    return RedirectResponse(f"/c/{clinic.slug}/help" if clinic else "/help", 303)


async def shell(request: Request) -> Response:
    """`GET /me/offline/help`: as a device keeps it. Raises NotFound on one that others use too."""
    house, me, space = house_of(request), await mine(request), await own_space(request)
    if not space.login.own:
        raise NotFound()
    clinic, brand = me.clinic, clinics.brand(me.clinic)
    language = language_of(request, brand)
    entry = await numbers_of(house, clinic, seems_to_be(request.cookies.get("tz", "")) or clinic.country)
    name = country_names(language).get(entry.country, "")
    context = KeptHelp(entry, name, language_names(language), clinic.phone, clinic.name, house.clock().date())
    return render(request, "safety/kept_help.html", context, brand=brand)


routes: list[GuardedRoute] = [
    page("/me/help", help_here, Action.PUBLIC, name="help_here"),
    page("/me/offline/help", shell, Action.MINE, name="help_offline"),
]
