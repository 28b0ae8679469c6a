"""The set-up page: one form behind a one-time link, one transaction at its end, and the clinic takes bookings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role
from server.accounts import store as accounts
from server.accounts.rules import LinkRefusal, device_name
from server.clinic.colour import Palette, palette
from server.clinic.colour_pages import seen_colour
from server.clinic.hours_forms import parse_week
from server.clinic.requests import Typed, form_of
from server.clinic.rules import DEFAULT_POLICY, SOME_WEEK, Clinic, Service, TherapistCard, slug_of, usual_week
from server.clinic.setup import store
from server.clinic.setup.forms import PREFILLED, Joiner, Known, Reasons, SetUp, parse
from server.clinic.sheet import Reason
from server.countries import country_names, country_of, language_names, zone_names
from server.errors import Gone, NotFound
from server.house import House, house_of
from server.middleware.login import keep_login
from server.moments import known_zone
from server.notify.discreet import discreet_name
from server.passwords import hash_password
from server.routing import page
from server.templates import language_of, render, render_text
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class SetUpPage:
    """setup/page.html"""

    form: Mapping[str, str]
    reasons: Reasons
    look: Palette
    zones: Sequence[str]
    languages: Mapping[str, str]
    countries: Mapping[str, str]
    lacks: Sequence[str]
    usual_week: bool
    days: Sequence[date] = SOME_WEEK


async def set_up_page(request: Request) -> Response:
    """The form with what most clinics want filled in. Raises NotFound or Gone."""
    await _link(request)
    language = language_of(request)
    return _answer(request, Typed({**PREFILLED, "language": language}), {})


async def set_up(request: Request) -> Response:
    """Begin the clinic, or show the form again with everything typed. Raises NotFound or Gone."""
    house, link = house_of(request), await _link(request)
    fields = await form_of(request)
    if fields.get("do") == "preview":
        return _answer(request, fields, {})
    zone = known_zone(fields["zone"])
    fields["country"] = fields["country"] or (country_of(zone) if zone else "")
    found = parse(fields, Known(available_timezones(), LANGUAGES, country_names("en")))
    if not isinstance(found, SetUp):
        return _answer(request, fields, found)
    new = await _prepare(house, found, device_name(request.headers.get("user-agent", "")))
    slug = await house.db.unit(lambda db: store.begin(db, link, new, house.clock()))
    if slug is store.Refusal.OVER:
        raise Gone()
    if isinstance(slug, store.Refusal):
        return _answer(request, fields, {slug.value: Reason.MAIL_TAKEN, "password": Reason.AGAIN})
    house.outbox.nudge()
    response = RedirectResponse(f"/c/{slug}?notice=clinic-is-open", 303)
    keep_login(response, new.login_token, https=house.settings.https)
    return response


async def set_up_address(house: House) -> str:
    """The address that opens the set-up page, or '' when there is a clinic. Every call ends the link before it."""
    secret, now = house.keys.secret("staff links"), house.clock()
    token = await house.db.unit(lambda db: store.make_link(db, secret, now))
    return f"{house.settings.base_url}/set-up/{token}" if token else ""


async def further_address(house: House) -> str:
    """The address that founds one more clinic, once. Every call ends the link before it."""
    secret, now = house.keys.secret("staff links"), house.clock()
    token = await house.db.unit(lambda db: store.make_further_link(db, secret, now))
    return f"{house.settings.base_url}/set-up/{token}"


async def _link(request: Request) -> accounts.OpenLink:
    house, token = house_of(request), request.path_params["token"]
    link = await house.db.read(lambda db: store.find_link(db, token, house.clock()))
    if isinstance(link, LinkRefusal):
        raise Gone() if link is LinkRefusal.OVER else NotFound()
    return link


async def _prepare(house: House, found: SetUp, device: str) -> store.Beginning:
    """Keys, hashes and ids: all that must exist before the transaction."""
    now, clinic_id = house.clock(), uuid4()
    await house.keys.make_clinic(clinic_id, now)
    password = await hash_password(found.password)
    roles = store.first_roles(sees_patients=found.therapist is None)
    admin = await _joins(house, clinic_id, found.admin, roles, password)
    invited = None
    if found.therapist is not None:
        invited = await _joins(house, clinic_id, found.therapist, frozenset({Role.THERAPIST}), None)
    who = invited or admin
    return store.Beginning(
        clinic=_clinic(clinic_id, found),
        palette=asdict(palette(found.colour)),
        admin=admin,
        invited=invited,
        card=TherapistCard(who.id, slug_of(who.name), who.name, ""),
        service=_service(found),
        week=found.week,
        login_token=accounts.new_token(),
        device=device,
    )


async def _joins(
    house: House, clinic_id: UUID, who: Joiner, roles: frozenset[Role], password_hash: str | None
) -> accounts.NewStaff:
    staff_id, ring = uuid4(), await house.keys.clinic(clinic_id)
    return accounts.NewStaff(
        id=staff_id,
        clinic_id=clinic_id,
        name=who.name,
        mail_sealed=accounts.seal_mail(ring, clinic_id, staff_id, who.mail),
        mail_index=accounts.mail_index(house.keys.secret("staff mail"), who.mail),
        roles=roles,
        password_hash=password_hash,
        made_at=house.clock(),
    )


def _clinic(clinic_id: UUID, found: SetUp) -> Clinic:
    return Clinic(
        id=clinic_id,
        slug=slug_of(found.name),
        name=found.name,
        zone=found.zone,
        language=found.language,
        country=found.country,
        closes_on_holidays=found.closes_on_holidays,
        phone=found.phone,
        sender_name=discreet_name(found.name) or found.name,
        policy=DEFAULT_POLICY,
        waiting_text="",
        after_text="",
        consent_version="1",
        consent_text=render_text("setup/consent.txt", {"clinic": found.name}, found.language).strip(),
        colour=found.colour,
    )


def _service(found: SetUp) -> Service:
    return Service(uuid4(), found.service_name, "", found.length, timedelta(), found.after)


def _answer(request: Request, fields: Typed, reasons: Reasons) -> Response:
    language = language_of(request)
    names = language_names(language)
    context = SetUpPage(
        form=fields,
        reasons=reasons,
        look=seen_colour(fields["colour"]),
        zones=zone_names(),
        languages={tag: names.get(tag, tag) for tag in LANGUAGES},
        countries=country_names(language),
        lacks=lacks(house_of(request)),
        usual_week=parse_week(fields) == usual_week(),
    )
    return render(request, "setup/page.html", context, status=422 if reasons else 200)


def lacks(house: House) -> list[str]:
    """What a first real visit still wants: https, relay, mail."""
    settings = house.settings
    there = {
        "https": settings.https,
        "relay": bool(settings.turn_url_list),
        "mail": bool(settings.smtp_url.get_secret_value()),
    }
    return [name for name, is_there in there.items() if not is_there]


routes = [
    page("/set-up/{token}", set_up_page, Action.SET_UP),
    page("/set-up/{token}", set_up, Action.SET_UP, methods=("POST",)),
]
