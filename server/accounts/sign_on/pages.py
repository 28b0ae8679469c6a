"""Signing in by the provider of one's organisation: there and back. Nobody gets an account by it who has none."""

import secrets
from functools import partial
from urllib.parse import quote
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts import store as accounts
from server.accounts.requests import device_of, own_entry
from server.accounts.rules import Stage, local_path
from server.accounts.sign_in import SignInPage, sign_in_form
from server.accounts.sign_on import provider, store
from server.accounts.sign_on.provider import Asking, Refused
from server.accounts.sign_on.rules import LASTS, Refusal, SignOn, Try, is_ours, read_try
from server.accounts.store import Account
from server.audit.rules import Entry
from server.audit.store import note
from server.errors import NotFound
from server.house import House, house_of
from server.middleware.login import cookie_name, drop_cookie, keep_cookie, keep_login
from server.routing import page, viewer_of

COOKIE = "parlour-sign-on"
PURPOSE = "sign-on"


async def begin(request: Request) -> Response:
    """Send the browser to the clinic's provider. Raises NotFound where there is none."""
    house, known = house_of(request), await _known(request)
    goto = local_path(request.query_params.get("next", ""))
    one = Try(known.clinic_id, int(house.clock().timestamp()), secrets.token_urlsafe(32), goto)
    try:
        address = await provider.way_in(_asking(house, known, one))
    except Refused as refused:
        return await _again(request, known, refused.why)
    response = RedirectResponse(address, 303)
    keep_cookie(response, COOKIE, one.kept, https=house.settings.https, max_age=int(LASTS.total_seconds()))
    return response


async def back(request: Request) -> Response:
    """The browser returns: a member of staff of this clinic goes on to the second step, and nobody else."""
    house, known = house_of(request), await _known(request)
    https = house.settings.https
    one = read_try(request.cookies.get(cookie_name(COOKIE, https), ""))
    asked = request.query_params
    if one is None or one.clinic_id != known.clinic_id or not _is_ours(house, one, asked.get("state", "")):
        return await _again(request, known, Refusal.ELSEWHERE)
    try:
        if asked.get("error") or asked.get("iss", known.issuer) != known.issuer:
            raise Refused(Refusal.DECLINED)
        secret = store.secret_of(await house.keys.clinic(known.clinic_id), known)
        mail = await provider.mail_of(_asking(house, known, one), asked.get("code", ""), secret, house.clock())
        account = await _member(house, known, mail)
    except Refused as refused:
        await house.db.unit(partial(_note_refusal, house=house, known=known, why=refused.why))
        return await _again(request, known, refused.why)
    response = await _let_in(request, house, known, account, one.next)
    drop_cookie(response, COOKIE, https=https)
    return response


async def _known(request: Request) -> SignOn:
    house = house_of(request)
    try:
        clinic_id = UUID(request.path_params["clinic_id"])
    except ValueError:
        raise NotFound() from None
    known = await house.db.read(lambda db: store.sign_on_of(db, clinic_id)) if provider.is_there() else None
    if known is None:
        raise NotFound()
    return known


def back_address(base: str, clinic_id: UUID) -> str:
    """Where the provider sends browsers; it must know it letter by letter."""
    return f"{base}/staff/sign-on/{clinic_id}/back"


def _asking(house: House, known: SignOn, one: Try) -> Asking:
    address = back_address(house.settings.base_url, known.clinic_id)
    return Asking(house.outside, known, one, house.keys.secret(PURPOSE), address)


def _is_ours(house: House, one: Try, state: str) -> bool:
    return is_ours(house.keys.secret(PURPOSE), one, state, house.clock())


async def _member(house: House, known: SignOn, mail: str) -> Account:
    """Whoever has this address at this clinic. Raises Refused."""
    index = accounts.mail_index(house.keys.secret("staff mail"), mail)
    found = await house.db.read(lambda db: accounts.find_account(db, index))
    if found is None or found.disabled or found.clinic_id != known.clinic_id:
        raise Refused(Refusal.UNKNOWN)
    return found


async def _let_in(request: Request, house: House, known: SignOn, account: Account, goto: str) -> Response:
    """A half login, or a full one where the clinic leaves the second step to its provider."""
    now, token, before = house.clock(), accounts.new_token(), viewer_of(request).login_id
    stage = Stage.FULL if known.does_factor else Stage.PASSWORD

    async def work(db: AsyncSession) -> None:
        if before:
            await accounts.end_login(db, before, now)
        await accounts.start_login(db, account.id, stage, now, device_of(request), token=token)
        action = "staff.signed_in" if known.does_factor else "staff.sign_on"
        note(db, own_entry(account.clinic_id, account.id, action, {"by": "provider"}), now)

    await house.db.unit(work)
    response = RedirectResponse(goto if known.does_factor else f"/staff/second-step?next={quote(goto)}", 303)
    keep_login(response, token, https=house.settings.https)
    return response


async def _note_refusal(db: AsyncSession, house: House, known: SignOn, why: Refusal) -> None:
    entry = Entry(known.clinic_id, "staff.sign_on_refused", "clinic", known.clinic_id, detail={"why": why.value})
    note(db, entry, house.clock())


async def _again(request: Request, known: SignOn, why: Refusal) -> Response:
    response = await sign_in_form(request, SignInPage("/staff", refused=why.value, label=known.label), 422)
    drop_cookie(response, COOKIE, https=house_of(request).settings.https)
    return response


routes = [
    page("/staff/sign-on/{clinic_id}", begin, Action.SIGN_IN, name="begin_sign_on"),
    page("/staff/sign-on/{clinic_id}/back", back, Action.SIGN_IN, name="end_sign_on"),
]
