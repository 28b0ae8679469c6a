"""The page 'Need help now': open to everybody, on every way, without script and without a sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.countries import country_names, country_of, language_names
from server.errors import NotFound
from server.house import house_of
from server.moments import known_zone
from server.routing import page
from server.safety.checking import pages as checking
from server.safety.checking.store import checked, offers_somebody
from server.safety.directory import directory
from server.safety.roster import pages as roster
from server.safety.rules import Entry, entry_for, shown
from server.templates import language_of, render


@dataclass(frozen=True)
class Help:
    """safety/help.html"""

    entry: Entry
    country: str
    country_name: str
    guessed: bool
    choices: Mapping[str, str]
    languages: Mapping[str, str]
    phone: str
    clinic_name: str
    today: date
    talk: str  # where one can talk to somebody of the clinic now; '' where it offers that to nobody


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
    seems = _seems_to_be(request)
    country = chosen or seems or (clinic.country if clinic else "")
    entry, talk = entry_for(directory(), country), ""
    if clinic:
        of = clinic
        entry = shown(await house_of(request).db.read(lambda db: checked(db, of.id, entry, of.zone)))
        talks = await house_of(request).db.read(lambda db: offers_somebody(db, of.id))
        talk = f"/c/{of.slug}/support" if talks else ""
    context = Help(
        entry=entry,
        country=country,
        country_name=names.get(country, ""),
        guessed=bool(country) and not chosen,
        choices=names,
        languages=language_names(language),
        phone=clinic.phone if clinic else "",
        clinic_name=clinic.name if clinic else "",
        today=house_of(request).clock().date(),
        talk=talk,
    )
    return render(request, "safety/help.html", context, brand=brand)


def _seems_to_be(request: Request) -> str:
    """The country of the clock that the visitor's browser told us of earlier, or ''."""
    zone = known_zone(request.cookies.get("tz", ""))
    return country_of(zone) if zone else ""


routes = [
    page("/help", help_page, Action.PUBLIC),
    page("/c/{clinic}/help", clinic_help, Action.PUBLIC),
    *roster.routes,
    *checking.routes,
]
