"""A person's own account: password, factors, and where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts import store
from server.accounts.factors.desk import Owner, new_codes, owner_of, password_is_theirs
from server.accounts.factors.pages import show_codes
from server.accounts.factors.rules import Factors
from server.accounts.factors.store import drop_passkey, drop_totp, factors, replace_codes
from server.accounts.forms import Reason, Reasons, parse_password
from server.accounts.requests import form_of, own_entry
from server.accounts.rules import LoginFacts
from server.audit.store import note
from server.errors import NotFound
from server.house import House, house_of
from server.middleware.login import keep_login
from server.passwords import hash_password
from server.routing import page, viewer_of
from server.templates import render

ACCOUNT = "/staff/account"


@dataclass(frozen=True)
class AccountPage:
    """accounts/account.html"""

    mail: str = field(repr=False)
    name: str = field(repr=False)
    factors: Factors
    logins: Sequence[LoginFacts]
    here: UUID
    reasons: Reasons = field(default_factory=dict)


async def account_page(request: Request) -> Response:
    """What guards this account, and where it is open."""
    house = house_of(request)
    return await _show(request, house, await owner_of(house, viewer_of(request)))


async def change_password(request: Request) -> Response:
    """A new password ends every other login."""
    house, fields = house_of(request), await form_of(request)
    owner = await owner_of(house, viewer_of(request))
    brand = request.state.brand
    wish = parse_password(fields, (owner.account.name, owner.mail, brand.name if brand else ""))
    if not isinstance(wish, str):
        return await _show(request, house, owner, wish)
    if not await password_is_theirs(request, house, owner, fields.get("current", "")):
        return await _show(request, house, owner, {"current": Reason.WRONG_PASSWORD})
    hashed, token, now, account = await hash_password(wish), store.new_token(), house.clock(), owner.account

    async def work(db: AsyncSession) -> None:
        await store.set_password(db, account.id, hashed)
        await store.end_logins(db, account.id, now, but=owner.login_id)
        await store.rotate_login(db, owner.login_id, token)
        note(db, own_entry(account.clinic_id, account.id, "staff.password_changed"), now)

    await house.db.unit(work)
    response = RedirectResponse(f"{ACCOUNT}?notice=password-changed", 303)
    keep_login(response, token, https=house.settings.https)
    return response


async def renew_codes(request: Request) -> Response:
    """Ten new recovery codes; the old ones are worth nothing."""
    house, fields = house_of(request), await form_of(request)
    owner = await owner_of(house, viewer_of(request))
    if not await password_is_theirs(request, house, owner, fields.get("current", "")):
        return await _show(request, house, owner, {"codes_current": Reason.WRONG_PASSWORD})
    codes, hashes = new_codes(house, owner.account.id)

    async def work(db: AsyncSession) -> None:
        await replace_codes(db, owner.account.id, hashes)
        note(db, own_entry(owner.account.clinic_id, owner.account.id, "staff.codes_renewed"), house.clock())

    await house.db.unit(work)
    return show_codes(request, ACCOUNT, codes)


async def remove_factor(request: Request) -> Response:
    """Forget the app or one passkey; the last factor stays. Raises NotFound for what is not theirs."""
    house, fields = house_of(request), await form_of(request)
    owner = await owner_of(house, viewer_of(request))
    if owner.factors.count < 2:
        return RedirectResponse(f"{ACCOUNT}?notice=last-factor", 303)
    if not await password_is_theirs(request, house, owner, fields.get("current", "")):
        return await _show(request, house, owner, {"remove_current": Reason.WRONG_PASSWORD})
    token = store.new_token()
    if not await house.db.unit(partial(_remove, house=house, owner=owner, which=fields.get("factor", ""), token=token)):
        raise NotFound()
    response = RedirectResponse(f"{ACCOUNT}?notice=factor-removed", 303)
    keep_login(response, token, https=house.settings.https)
    return response


async def _remove(db: AsyncSession, house: House, owner: Owner, which: str, token: str) -> bool:
    account, mine = owner.account, await factors(db, owner.account.id, lock=True)
    if mine.count < 2:
        return False
    if which == "app" and mine.has_totp:
        await drop_totp(db, account.id)
    elif not await _drop_named(db, account.id, which):
        return False
    await store.rotate_login(db, owner.login_id, token)
    detail = {"kind": "app" if which == "app" else "passkey"}
    note(db, own_entry(account.clinic_id, account.id, "staff.factor_removed", detail), house.clock())
    return True


async def _drop_named(db: AsyncSession, staff_id: UUID, which: str) -> bool:
    try:
        return await drop_passkey(db, staff_id, UUID(which))
    except ValueError:
        return False


async def end_other_logins(request: Request) -> Response:
    """Sign out everywhere but here, or at one other place. Raises NotFound for a login that is not theirs."""
    house, fields = house_of(request), await form_of(request)
    owner = await owner_of(house, viewer_of(request))
    one = fields.get("login", "")

    async def work(db: AsyncSession) -> bool:
        account, now = owner.account, house.clock()
        if one:
            ended = int(await store.end_login(db, UUID(one), now, account.id))
        else:
            ended = await store.end_logins(db, account.id, now, but=owner.login_id)
        if ended:
            note(db, own_entry(account.clinic_id, account.id, "staff.logins_ended", {"count": ended}), now)
        return bool(ended) or not one

    if one and not _is_id(one):
        raise NotFound()
    if not await house.db.unit(work):
        raise NotFound()
    return RedirectResponse(f"{ACCOUNT}?notice=signed-out-elsewhere", 303)


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


async def _show(request: Request, house: House, owner: Owner, reasons: Reasons | None = None) -> Response:
    open_logins = await house.db.read(partial(store.logins, staff_id=owner.account.id, now=house.clock()))
    context = AccountPage(owner.mail, owner.account.name, owner.factors, open_logins, owner.login_id, reasons or {})
    return render(request, "accounts/account.html", context, status=422 if reasons else 200)


async def change_password_here(request: Request) -> Response:
    """Where password managers look for this page (W3C change-password)."""
    return RedirectResponse(ACCOUNT, 303)


routes = [
    page("/.well-known/change-password", change_password_here, Action.PUBLIC),
    page(ACCOUNT, account_page, Action.ACCOUNT),
    page(f"{ACCOUNT}/password", change_password, Action.ACCOUNT, methods=("POST",)),
    page(f"{ACCOUNT}/codes", renew_codes, Action.ACCOUNT, methods=("POST",)),
    page(f"{ACCOUNT}/factors/remove", remove_factor, Action.ACCOUNT, methods=("POST",)),
    page(f"{ACCOUNT}/logins/end", end_other_logins, Action.ACCOUNT, methods=("POST",)),
]
