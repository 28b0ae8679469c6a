"""Making a second factor: at the first sign-in before anything else, later from the account page with the password."""

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import quote

import pyotp
import segno
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.accounts import store
from server.accounts.factors import passkeys
from server.accounts.factors.desk import Owner, hand_over, let_in, new_codes, owner_of, password_is_theirs
from server.accounts.factors.rules import LABEL_LENGTH, in_groups, key_uri, totp_step
from server.accounts.factors.store import (
    add_passkey,
    factors,
    keep_challenge,
    keep_new_totp,
    new_totp,
    replace_codes,
    set_totp,
    take_challenge,
    totp_place,
)
from server.accounts.forms import Fields, Reason, Reasons
from server.accounts.requests import device_of, form_of, own_entry
from server.accounts.rules import local_path
from server.accounts.store import new_token
from server.audit.store import note
from server.crypto import Place, seal, unseal
from server.errors import SecondFactorNeeded
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class ChoosePage:
    """accounts/factors.html"""

    next: str
    full: bool
    has_totp: bool
    label: str
    reasons: Reasons = field(default_factory=dict)


@dataclass(frozen=True)
class AppPage:
    """accounts/app.html"""

    next: str
    full: bool
    picture: Markup
    uri: str
    letters: str
    reasons: Reasons = field(default_factory=dict)


@dataclass(frozen=True)
class CodesPage:
    """accounts/codes.html"""

    next: str
    codes: list[str]


async def choose_page(request: Request) -> Response:
    """App or passkey. Somebody who has a factor answers it first."""
    goto, owner = _goto(request), await owner_of(house_of(request), viewer_of(request))
    if owner.factors.any and not owner.full:
        return RedirectResponse(f"/staff/second-step?next={quote(goto)}", 303)
    return _choose(request, owner, goto)


async def start_app(request: Request) -> Response:
    """Make a secret for an app; it counts once the app has shown a code."""
    house, fields = house_of(request), await form_of(request)
    goto, owner = local_path(fields.get("next", "")), await owner_of(house, viewer_of(request))
    if not await may_enrol(request, house, owner, fields):
        return _choose(request, owner, goto, {"password": Reason.WRONG_PASSWORD})
    sealed = seal(owner.ring, pyotp.random_base32(), _place(owner))
    await house.db.unit(partial(keep_new_totp, login_id=owner.login_id, sealed=sealed))
    return RedirectResponse(f"/staff/factors/app?next={quote(goto)}", 303)


async def app_page(request: Request) -> Response:
    """The picture for the phone, and a field for its first code."""
    house, goto = house_of(request), _goto(request)
    owner = await owner_of(house, viewer_of(request))
    secret = await _new_secret(house, owner)
    if secret is None:
        return RedirectResponse(f"/staff/factors?next={quote(goto)}", 303)
    return _app(request, owner, goto, secret)


async def confirm_app(request: Request) -> Response:
    """The first code: the app counts from now on."""
    house, fields = house_of(request), await form_of(request)
    goto, owner = local_path(fields.get("next", "")), await owner_of(house, viewer_of(request))
    secret = await _new_secret(house, owner)
    if secret is None:
        return RedirectResponse(f"/staff/factors?next={quote(goto)}", 303)
    step = totp_step(secret, fields.get("code", ""), house.clock())
    if step is None:
        reason = Reason.WRONG_CODE if fields.get("code", "").strip() else Reason.MISSING
        return _app(request, owner, goto, secret, {"code": reason})
    sealed = seal(owner.ring, secret, _totp_place(owner))

    async def keep(db: AsyncSession) -> None:
        await set_totp(db, owner.account.id, sealed, step, house.clock())

    return await _enrol(request, house, owner, goto, "app", keep)


async def new_passkey_options(request: Request) -> Response:
    """What the browser is asked to make; 422 when the password is not theirs."""
    house, fields = house_of(request), await form_of(request)
    owner = await owner_of(house, viewer_of(request))
    if not await may_enrol(request, house, owner, fields):
        return JSONResponse({"reason": Reason.WRONG_PASSWORD}, 422)
    issuer = issuer_of(request)
    asked = passkeys.ask_new(house.settings.base_url, issuer, owner.account.id, owner.mail, owner.factors.passkeys)
    options, challenge = asked
    await house.db.unit(partial(keep_challenge, login_id=owner.login_id, challenge=challenge))
    return JSONResponse(options)


async def confirm_passkey(request: Request) -> Response:
    """The browser's answer: the passkey counts from now on."""
    house, fields = house_of(request), await form_of(request)
    goto, owner = local_path(fields.get("next", "")), await owner_of(house, viewer_of(request))
    if owner.factors.any and not owner.full:
        raise SecondFactorNeeded()
    challenge = await house.db.unit(partial(take_challenge, login_id=owner.login_id))
    label = " ".join(fields.get("label", "").split())[:LABEL_LENGTH] or device_of(request)
    key = challenge and passkeys.new_passkey(
        house.settings.base_url, fields.get("credential", ""), challenge, label, house.clock()
    )
    if not key:
        return _choose(request, owner, goto, {"credential": Reason.WRONG_KEY})
    return await _enrol(
        request, house, owner, goto, "passkey", partial(add_passkey, staff_id=owner.account.id, key=key)
    )


async def may_enrol(request: Request, house: House, owner: Owner, fields: Fields) -> bool:
    """Before the first factor the password was just asked; afterwards it is asked again.

    Raises SecondFactorNeeded when somebody half signed in would add a factor beside those that guard the account.
    """
    if owner.full:
        return await password_is_theirs(request, house, owner, fields.get("password", ""))
    if owner.factors.any:
        raise SecondFactorNeeded()
    return True


async def _enrol(request: Request, house: House, owner: Owner, goto: str, kind: str, keep: Any) -> Response:
    """Keep the factor, give the login a new token, and show recovery codes where there are none.

    Raises SecondFactorNeeded when another login made a factor since this one, half signed in, began.
    """
    token, now, account = new_token(), house.clock(), owner.account
    codes, hashes = new_codes(house, account.id) if not owner.factors.codes_left else ([], [])

    async def work(db: AsyncSession) -> None:
        if not owner.full and (await factors(db, account.id, lock=True)).any:
            raise SecondFactorNeeded()
        await keep(db)
        if hashes:
            await replace_codes(db, account.id, hashes)
        note(db, own_entry(account.clinic_id, account.id, "staff.factor_added", {"kind": kind}), now)
        if owner.full:
            await store.rotate_login(db, owner.login_id, token)
        else:
            await let_in(db, request, house, owner, token, kind)

    await house.db.unit(work)
    after = "/staff/account?notice=factor-added" if owner.full else goto
    response = show_codes(request, after, codes) if codes else RedirectResponse(after, 303)
    hand_over(response, house, owner, token)
    return response


def show_codes(request: Request, goto: str, codes: list[str]) -> Response:
    """The only time these codes are seen: they are not kept, so this answers the POST itself."""
    return render(request, "accounts/codes.html", CodesPage(goto, codes))


async def _new_secret(house: House, owner: Owner) -> str | None:
    sealed = await house.db.read(partial(new_totp, login_id=owner.login_id))
    return unseal(owner.ring, sealed, _place(owner)) if sealed else None


def _place(owner: Owner) -> Place:
    """A secret that waits belongs to this login alone."""
    return replace(_totp_place(owner), table="logins", row=owner.login_id)


def _totp_place(owner: Owner) -> Place:
    return totp_place(owner.account.clinic_id, owner.account.id)


def issuer_of(request: Request) -> str:
    """Under which name an app or a phone files the key."""
    brand = getattr(request.state, "brand", None)
    return brand.name if brand else "Parlour"


def _goto(request: Request) -> str:
    return local_path(request.query_params.get("next", ""))


def _choose(request: Request, owner: Owner, goto: str, reasons: Reasons | None = None) -> Response:
    context = ChoosePage(goto, owner.full, owner.factors.has_totp, device_of(request), reasons or {})
    return render(request, "accounts/factors.html", context, status=422 if reasons else 200)


def _app(request: Request, owner: Owner, goto: str, secret: str, reasons: Reasons | None = None) -> Response:
    uri = key_uri(secret, owner.mail, issuer_of(request))
    drawn = segno.make(uri, error="m").svg_inline(lineclass=None, svgclass=None, omitsize=True, border=2)
    picture = Markup(drawn)  # noqa: S704 - drawn by the library from numbers
    context = AppPage(goto, owner.full, picture, uri, in_groups(secret), reasons or {})
    return render(request, "accounts/app.html", context, status=422 if reasons else 200)


routes = [
    page("/staff/factors", choose_page, Action.SECOND_FACTOR),
    page("/staff/factors", start_app, Action.SECOND_FACTOR, methods=("POST",)),
    page("/staff/factors/app", app_page, Action.SECOND_FACTOR),
    page("/staff/factors/app", confirm_app, Action.SECOND_FACTOR, methods=("POST",)),
    page("/staff/factors/passkey/options", new_passkey_options, Action.SECOND_FACTOR, methods=("POST",)),
    page("/staff/factors/passkey", confirm_passkey, Action.SECOND_FACTOR, methods=("POST",)),
]
