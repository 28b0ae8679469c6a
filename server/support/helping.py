"""The page 'Need help now': open to everybody, on every way, without script and without a sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.countries import country_names, language_names
from server.errors import NotFound
from server.house import house_of
from server.patients.space.door import open_space
from server.routing import GuardedRoute, page
from server.safety.near import numbers_of, seems_to_be
from server.safety.rules import Entry
from server.support import store
from server.support.rules import Standing
from server.templates import language_of, render


@dataclass(frozen=True)
class Help:
    """safety/help.html. `plan`: somebody is signed in to a space of their own, where their safety plan is."""

    entry: Entry
    country: str
    country_name: str
    guessed: bool
    choices: Mapping[str, str]
    languages: Mapping[str, str]
    phone: str
    clinic_name: str
    today: date
    talk: str  # where one can talk to somebody of the clinic now; '' while nobody is on call
    talks: Standing  # with somebody of the clinic, without a booking
    plan: bool


async def help_page(request: Request) -> Response:
    """Help without a clinic in the address; the only clinic of an installation is meant."""
    found = await house_of(request).db.read(clinics.clinics)
    return await _answer(request, found[0] if len(found) == 1 else None)


async def clinic_help(request: Request) -> Response:
    """Help with the clinic's own number. Raises NotFound."""
    slug = request.path_params["clinic"]
    clinic = await house_of(request).db.read(lambda db: clinics.find_clinic(db, slug))
    if clinic is None:
        raise NotFound()
    return await _answer(request, clinic)


async def _answer(request: Request, clinic: Clinic | None) -> Response:
    brand = clinics.brand(clinic) if clinic else None
    language = language_of(request, brand)
    names = country_names(language)
    asked = request.query_params.get("country", "").upper()
    chosen = asked if asked in names else ""
    country = chosen or seems_to_be(request.cookies.get("tz", "")) or (clinic.country if clinic else "")
    space = await open_space(house_of(request), request)
    talks = await _talks(request, clinic)
    context = Help(
        entry=await numbers_of(house_of(request), clinic, country),
        country=country,
        country_name=names.get(country, ""),
        guessed=bool(country) and not chosen,
        choices=names,
        languages=language_names(language),
        phone=clinic.phone if clinic else "",
        clinic_name=clinic.name if clinic else "",
        today=house_of(request).clock().date(),
        talk=f"/c/{clinic.slug}/support" if clinic and talks.is_open else "",
        talks=talks,
        plan=bool(space and space.own),
    )
    return render(request, "safety/help.html", context, brand=brand)


async def _talks(request: Request, clinic: Clinic | None) -> Standing:
    """Whether somebody of this clinic is there to talk to; one statement where it never offers that."""
    if clinic is None:
        return Standing()
    house, of = house_of(request), clinic
    _, standing = await house.db.read(lambda db: store.standing_of(db, of, house.clock()))
    return standing


routes: list[GuardedRoute] = [
    page("/help", help_page, Action.PUBLIC),
    page("/c/{clinic}/help", clinic_help, Action.PUBLIC),
]
