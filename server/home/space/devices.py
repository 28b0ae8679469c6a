"""Where one's own space is open, by which passkeys it opens, and in which language messages come."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.accounts.factors import passkeys
from server.accounts.factors.rules import PasskeyFacts
from server.accounts.push.store import logins_with_devices
from server.accounts.requests import device_of, form_of
from server.audit.store import note
from server.booking.forms import read_uuid
from server.clinic import store as clinics
from server.errors import NotFound
from server.home.space.entering import entry_of, signed_out
from server.home.space.told import offered
from server.house import House, house_of
from server.patients import store as patients
from server.patients.space import knocking, store
from server.patients.space.door import Open, own_space
from server.patients.space.rules import OWN_CODE_LASTS, Login, Refusal, code_from, plain_code
from server.routing import GuardedRoute, page
from server.templates import Brand, language_of, render, translations
from server.tongues import LANGUAGES, own_name
from server.visit.push.shown import TellHere

DEVICES = "/me/devices"


@dataclass(frozen=True)
class DevicesPage:
    """space/devices.html; `own`: this device is remembered; `told`: the logins whose device is told what is new;
    `address`: of this door, to be typed elsewhere."""

    logins: Sequence[Login]
    here: UUID
    own: bool
    keys: Sequence[PasskeyFacts]
    phone: str
    confirmed: bool
    told: frozenset[UUID]
    tell_here: TellHere | None
    languages: Sequence[tuple[str, str]]
    language: str
    address: str
    code: str = field(default="", repr=False)  # seen this once
    reasons: Mapping[str, Refusal] = field(default_factory=dict)


async def devices_page(request: Request) -> Response:
    """`GET /me/devices`."""
    return await _show(request, await own_space(request))


async def _show(
    request: Request, space: Open, reasons: Mapping[str, Refusal] | None = None, code: str = ""
) -> Response:
    house = house_of(request)
    now = house.clock()

    async def work(db: AsyncSession) -> tuple[Sequence[Login], Sequence[PasskeyFacts]]:
        mine = await store.own_spaces(db, space.id, space.own)
        logins = [login for one in mine for login in await store.logins(db, one, now)]
        return logins, [key for one in mine for key in await store.passkeys(db, one)]

    open_ones, keys = await house.db.read(work)
    brand = await house.db.read(lambda db: clinics.brand_of(db, space.clinic_id))
    context = DevicesPage(
        logins=open_ones,
        here=space.login.id,
        own=space.login.own,
        keys=keys,
        phone=brand.phone if brand else "",
        confirmed=bool(space.members),
        told=await house.db.read(lambda db: logins_with_devices(db, [one.id for one in open_ones])),
        tell_here=await offered(house, space, request),
        languages=_languages(brand) if space.own else (),
        language=await _language(house, space),
        address=f"{house.settings.base_url.partition('://')[2]}/me",
        code=code,
        reasons=reasons or {},
    )
    return render(request, "space/devices.html", context, brand=brand, status=422 if reasons else 200)


def _languages(brand: Brand | None) -> Sequence[tuple[str, str]]:
    """What messages of this clinic can be written in, each with what it calls itself."""
    return [(one, own_name(one)) for one in LANGUAGES if not brand or not brand.languages or one in brand.languages]


async def _language(house: House, space: Open) -> str:
    own = space.own
    known = await patients.people(house.db, house.keys, space.clinic_id, [own]) if own else {}
    return known[own].language if own and own in known else ""


async def keep_language(request: Request) -> Response:
    """In which language messages reach who is signed in. Raises NotFound for one that we do not speak."""
    house, space, fields = house_of(request), await own_space(request), await form_of(request)
    language, own = fields.get("language", ""), space.own
    if language not in LANGUAGES or own is None:
        raise NotFound()

    async def work(db: AsyncSession) -> None:
        await patients.keep_language(db, space.clinic_id, own, language)
        note(db, entry_of(space.clinic_id, space.id, "space.language_kept", patient=own.hex), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{DEVICES}?notice=language-kept&lang={language}", 303)


async def make_code(request: Request) -> Response:
    """A code for another device of theirs; it needs the digits that are sent beside it, like one of the clinic.

    Raises NotFound where nobody has said yet whose this space is.
    """
    house, space = house_of(request), await own_space(request)
    if not space.members:
        raise NotFound()
    member, code, now = space.members[0], code_from(secrets.token_bytes(16)), house.clock()
    who = (space.clinic_id, member.patient_id, member.helper_id)
    secret = house.keys.secret("space codes")

    async def work(db: AsyncSession) -> None:
        await knocking.hand_over(db, secret, plain_code(code), who, None, now, OWN_CODE_LASTS)
        note(db, entry_of(space.clinic_id, space.id, "space.code_made", patient=member.patient_id.hex), now)

    await house.db.unit(work)
    return await _show(request, space, code=code)


async def end(request: Request) -> Response:
    """Sign one device out, or everywhere, here too. Raises NotFound for a device that is not theirs."""
    house, space, fields = house_of(request), await own_space(request), await form_of(request)
    one = read_uuid(fields["login"]) if fields.get("login") else None
    if fields.get("login") and one is None:
        raise NotFound()

    async def work(db: AsyncSession) -> int:
        now = house.clock()
        every = 0
        for mine in await store.own_spaces(db, space.id, space.own):
            ended = await store.end_logins(db, mine, now, one=one)
            if ended:
                note(db, entry_of(space.clinic_id, mine, "space.closed", devices=ended), now)
            every += ended
        return every

    if not await house.db.unit(work) and one:
        raise NotFound()
    return RedirectResponse(f"{DEVICES}?notice=signed-out-there", 303) if one else signed_out(house)


async def passkey_options(request: Request) -> Response:
    """What this device is asked to make; it makes none where it has one of this space."""
    house, space = house_of(request), await own_space(request)
    known = await house.db.read(partial(store.passkeys, space_id=space.id))
    brand = await house.db.read(lambda db: clinics.brand_of(db, space.clinic_id))
    name = translations(language_of(request, brand)).gettext("My space")
    issuer = brand.name if brand else name
    asked = passkeys.ask_new(house.settings.base_url, issuer, space.id, name, known, alone=True)
    options, challenge = asked
    await house.db.unit(partial(store.keep_challenge, login_id=space.login.id, challenge=challenge))
    return JSONResponse(options)


async def add_passkey(request: Request) -> Response:
    """One more passkey."""
    house, space, fields = house_of(request), await own_space(request), await form_of(request)
    now = house.clock()
    challenge = await house.db.unit(partial(store.take_challenge, login_id=space.login.id))
    key = challenge and passkeys.new_passkey(
        house.settings.base_url, fields.get("credential", ""), challenge, device_of(request), now, alone=True
    )
    if not key:
        return await _show(request, space, {"credential": Refusal.WRONG_KEY})
    made = key

    async def work(db: AsyncSession) -> None:
        await store.add_passkey(db, space.id, made)
        note(db, entry_of(space.clinic_id, space.id, "space.passkey_added"), now)

    await house.db.unit(work)
    return RedirectResponse(f"{DEVICES}?notice=passkey-added", 303)


async def drop_passkey(request: Request) -> Response:
    """Forget one. Raises NotFound for one that is not theirs."""
    house, space, fields = house_of(request), await own_space(request), await form_of(request)
    which, now = read_uuid(fields.get("key", "")), house.clock()

    async def work(db: AsyncSession) -> bool:
        for mine in await store.own_spaces(db, space.id, space.own):
            if which is not None and await store.drop_passkey(db, mine, which):
                note(db, entry_of(space.clinic_id, mine, "space.passkey_dropped"), now)
                return True
        return False

    if not await house.db.unit(work):
        raise NotFound()
    return RedirectResponse(f"{DEVICES}?notice=passkey-dropped", 303)


routes: list[GuardedRoute] = [
    page(DEVICES, devices_page, Action.SPACE, name="space_devices"),
    page(f"{DEVICES}/end", end, Action.SPACE, ("POST",), name="space_devices_end"),
    page("/me/language", keep_language, Action.SPACE, ("POST",), name="space_language"),
    page(f"{DEVICES}/code", make_code, Action.SPACE, ("POST",), name="space_own_code"),
    page(f"{DEVICES}/passkey/options", passkey_options, Action.SPACE, ("POST",), name="space_more_options"),
    page(f"{DEVICES}/passkey", add_passkey, Action.SPACE, ("POST",), name="space_more"),
    page(f"{DEVICES}/passkey/drop", drop_passkey, Action.SPACE, ("POST",), name="space_less"),
]
