"""The door of help now: whether somebody is there, a short form, and the way into the line. No account is needed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.requests import text_fields
from server.clinic import store as clinics
from server.clinic.opening.rules import Door, door
from server.clinic.opening.store import opening_of
from server.clinic.rules import Clinic
from server.countries import country_names, country_of, language_names, likely_first
from server.errors import NotFound
from server.house import House, house_of
from server.moments import known_zone
from server.patients import store as patients
from server.patients.space.door import open_space
from server.regions import regions
from server.routing import GuardedRoute, page
from server.safety.checking.store import checked
from server.safety.directory import directory
from server.safety.rules import Entry, entry_for, shown
from server.support import forms, store
from server.support.entering import Comer, Entered, enter
from server.support.links import address_of, led_in, set_cookie
from server.support.rules import Rules, Standing, State
from server.templates import language_of, render

TYPED = ("name", "number", "place", "country", "region", "safe", "topic", "way")


@dataclass(frozen=True)
class EnterPage:
    """support/enter.html. `door`: the clinic's own hours; `known`: a patient whose space is open here; `mine`: the
    page of the place that this browser or this patient has already; `full`: the line takes nobody more just now;
    `languages`: code -> name.
    """

    clinic: Clinic
    rules: Rules
    standing: Standing
    door: Door
    entry: Entry
    today: date
    languages: Mapping[str, str]
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, forms.Problem]
    countries: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]
    known: bool
    mine: str
    once: str = field(repr=False)
    full: bool = False


async def enter_page(request: Request) -> Response:
    """`GET /c/{clinic}/support`. Raises NotFound."""
    clinic = await _clinic(request)
    typed = await _begun(request, clinic)
    return await _form(request, clinic, typed, {})


async def enters(request: Request) -> Response:
    """`POST /c/{clinic}/support`: 303 to the place; 422 with what was typed; the truth, when nobody is there now."""
    house, clinic, fields = house_of(request), await _clinic(request), await text_fields(request)
    rules = await house.db.read(lambda db: store.rules_of(db, clinic.id))
    said = forms.parse(fields, clinic.country, country_names("en"), regions(), rules.topics)
    if not isinstance(said, forms.Entering):
        return await _form(request, clinic, fields, said)
    zone = known_zone(request.cookies.get("tz", "")) or clinic.zone
    language = language_of(request, clinics.brand(clinic))
    entered = await enter(house, clinic, said, Comer(await patient_here(request, clinic.id), language, zone.key))
    if not isinstance(entered, Entered):
        return await _form(request, clinic, fields, {}, full=entered.is_open)
    response = led_in(request, entered)
    set_cookie(house, response, _cookie(house, clinic), entered.token)
    return response


async def _clinic(request: Request) -> Clinic:
    slug = request.path_params["clinic"]
    clinic = await house_of(request).db.read(lambda db: clinics.find_clinic(db, slug))
    if clinic is None:
        raise NotFound()
    return clinic


async def patient_here(request: Request, clinic_id: UUID) -> UUID | None:
    """The patient whose own space is open here."""
    space = await open_space(house_of(request), request)
    return space.own if space and space.clinic_id == clinic_id and space.own in space.whole else None


async def _begun(request: Request, clinic: Clinic) -> dict[str, str]:
    """What the form begins with, of somebody whom the clinic knows."""
    house, own = house_of(request), await patient_here(request, clinic.id)
    if own is None:
        return {}
    people = await patients.people(house.db, house.keys, clinic.id, [own])
    return {"name": people[own].name, "number": people[own].phone} if own in people else {}


async def _mine(request: Request, clinic: Clinic) -> str:
    """The address of the open place of this browser, or of the patient whose space is open here."""
    house, own = house_of(request), await patient_here(request, clinic.id)
    token = request.cookies.get(_cookie(house, clinic), "")
    ask = await house.db.read(lambda db: store.by_token(db, token)) if token else None
    if (ask is None or ask.state not in {State.WAITING, State.TAKEN}) and own:
        ask = await house.db.read(lambda db: store.open_of(db, own))
    if ask is None or ask.clinic_id != clinic.id or ask.state not in {State.WAITING, State.TAKEN}:
        return ""
    return address_of(ask.id)


def _cookie(house: House, clinic: Clinic) -> str:
    return f"{'__Host-' if house.settings.https else ''}support-{clinic.slug}"


async def _form(
    request: Request, clinic: Clinic, typed: Mapping[str, str], problems: forms.Problems, *, full: bool = False
) -> Response:
    house, brand = house_of(request), clinics.brand(clinic)
    now, zone = house.clock(), known_zone(request.cookies.get("tz", ""))
    likely = typed.get("country") or (country_of(zone) if zone else "") or clinic.country
    said = {**dict.fromkeys(TYPED, ""), **{name: typed[name] for name in TYPED if name in typed}}
    said["country"] = typed.get("country", likely)
    known = entry_for(directory(), likely, clinic.country)

    async def work(db: AsyncSession) -> tuple[Rules, Standing, Door, Entry]:
        rules, standing = await store.standing_of(db, clinic, now)
        hours = door(await opening_of(db, clinic, now), now)
        return rules, standing, hours, shown(await checked(db, clinic.id, known, clinic.zone))

    rules, standing, hours, entry = await house.db.read(work)
    context = EnterPage(
        clinic=clinic,
        rules=rules,
        standing=standing,
        door=hours,
        entry=entry,
        today=now.date(),
        languages=language_names(language_of(request, brand)),
        typed=said,
        problems=problems,
        countries=likely_first(country_names(language_of(request, brand)), likely),
        regions=regions(),
        known=await patient_here(request, clinic.id) is not None,
        mine=await _mine(request, clinic),
        once=typed.get("once") or secrets.token_urlsafe(18),
        full=full,
    )
    return render(request, "support/enter.html", context, brand=brand, status=422 if problems else 200)


routes: list[GuardedRoute] = [
    page("/c/{clinic}/support", enter_page, Action.PUBLIC, name="support"),
    page("/c/{clinic}/support", enters, Action.PUBLIC, ("POST",)),
]
