"""One-time links: an invitation, a forgotten password. Looking uses nothing up; a button does.

The token leaves the address bar at once: the link sets a cookie and leads to a page without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action
from server.accounts import store
from server.accounts.forms import Joining, Reasons, parse_joining, parse_mail, parse_password
from server.accounts.requests import device_of, form_of, own_entry
from server.accounts.rules import LinkRefusal, Purpose, Stage
from server.accounts.store import Account, OpenLink
from server.audit.store import note
from server.errors import Gone, NotFound
from server.house import House, house_of
from server.middleware.login import cookie_name, drop_cookie, keep_cookie, keep_login
from server.passwords import hash_password
from server.routing import page
from server.templates import render

COOKIE = "parlour-link"
COOKIE_SECONDS = 3600


@dataclass(frozen=True)
class ForgottenPage:
    """accounts/forgotten.html"""

    sent: bool
    mail: str = field(default="", repr=False)
    reasons: Reasons = field(default_factory=dict)


@dataclass(frozen=True)
class LinkPage:
    """accounts/link.html"""

    joining: bool
    mail: str = field(repr=False)
    name: str = field(repr=False)
    reasons: Reasons = field(default_factory=dict)


async def forgotten_page(request: Request) -> Response:
    return render(request, "accounts/forgotten.html", ForgottenPage(sent=request.query_params.get("notice") == "sent"))


async def forgotten(request: Request) -> Response:
    """Known or not, the address goes into the outbox; whose it is, is looked up there."""
    house, fields = house_of(request), await form_of(request)
    mail = parse_mail(fields)
    if not isinstance(mail, str):
        context = ForgottenPage(False, fields.get("mail", ""), mail)
        return render(request, "accounts/forgotten.html", context, status=422)
    index = store.mail_index(house.keys.secret("staff mail"), mail)

    async def work(db: AsyncSession) -> None:
        outbox.add(db, "staff.reset", {"index": index.hex()}, house.clock())

    await house.db.unit(work)
    house.outbox.nudge()
    return RedirectResponse("/staff/forgotten?notice=sent", 303)


async def follow(request: Request) -> Response:
    """Remember the link and take it out of the address bar. Raises NotFound, and Gone for one that was good once."""
    house, token = house_of(request), request.path_params["token"]
    await _open(house, token)
    response = RedirectResponse("/staff/link", 303, {"referrer-policy": "no-referrer"})
    keep_cookie(response, COOKIE, token, https=house.settings.https, max_age=COOKIE_SECONDS)
    return response


async def link_page(request: Request) -> Response:
    """What the link is for, and a button."""
    house = house_of(request)
    link = await _open(house, _token(request, house))
    return await _show(request, house, link, await _owner(house, link))


async def use(request: Request) -> Response:
    """Set the password and go on to the second step. Raises Gone when the link was used meanwhile."""
    house, fields = house_of(request), await form_of(request)
    link = await _open(house, _token(request, house))
    account = await _owner(house, link)
    wish = _parse(link, fields, await _about(house, account))
    if not isinstance(wish, Joining):
        return await _show(request, house, link, account, fields.get("name", ""), wish)
    token, hashed = store.new_token(), await hash_password(wish.password)
    await house.db.unit(
        partial(
            _settle, request=request, house=house, link=link, account=account, wish=wish, hashed=hashed, token=token
        )
    )
    response = RedirectResponse("/staff/second-step", 303)
    drop_cookie(response, COOKIE, https=house.settings.https)
    keep_login(response, token, https=house.settings.https)
    return response


def _parse(link: OpenLink, fields: dict[str, str], about: Sequence[str]) -> Joining | Reasons:
    if link.purpose is Purpose.INVITE:
        return parse_joining(fields, about)
    password = parse_password(fields, about)
    return Joining("", password) if isinstance(password, str) else password


async def _settle(
    db: AsyncSession,
    request: Request,
    house: House,
    link: OpenLink,
    account: Account,
    wish: Joining,
    hashed: str,
    token: str,
) -> None:
    now = house.clock()
    if not await store.use_link(db, link.id, now):
        raise Gone()
    await store.set_password(db, account.id, hashed, name=wish.name)
    await store.end_logins(db, account.id, now)
    await store.start_login(db, account.id, Stage.PASSWORD, now, device_of(request), token=token)
    action = "staff.joined" if link.purpose is Purpose.INVITE else "staff.password_reset"
    note(db, own_entry(account.clinic_id, account.id, action), now)


async def demo(request: Request) -> Response:
    """Sign in by a link; this route exists in demo mode alone. Raises NotFound and Gone."""
    house, now = house_of(request), house_of(request).clock()
    link = await house.db.read(partial(store.open_link, token=request.path_params["token"], now=now))
    if isinstance(link, LinkRefusal) or link.purpose is not Purpose.DEMO or link.staff_id is None:
        raise Gone() if link is LinkRefusal.OVER else NotFound()
    staff_id, token = link.staff_id, store.new_token()

    async def work(db: AsyncSession) -> None:
        if not await store.use_link(db, link.id, now):
            raise Gone()
        await store.start_login(db, staff_id, Stage.FULL, now, device_of(request), token=token)

    await house.db.unit(work)
    response = RedirectResponse("/staff", 303, {"referrer-policy": "no-referrer"})
    keep_login(response, token, https=house.settings.https)
    return response


def _token(request: Request, house: House) -> str:
    return request.cookies.get(cookie_name(COOKIE, house.settings.https), "")


async def _open(house: House, token: str) -> OpenLink:
    link = await house.db.read(partial(store.open_link, token=token, now=house.clock()))
    if link is LinkRefusal.OVER:
        raise Gone()
    if isinstance(link, LinkRefusal) or link.purpose not in {Purpose.INVITE, Purpose.RESET}:
        raise NotFound()
    return link


async def _owner(house: House, link: OpenLink) -> Account:
    account = await house.db.read(partial(store.account, staff_id=link.staff_id)) if link.staff_id else None
    if account is None or account.disabled:
        raise NotFound()
    return account


async def _mail(house: House, account: Account) -> str:
    return store.mail_of(await house.keys.clinic(account.clinic_id), account)


async def _about(house: House, account: Account) -> tuple[str, str]:
    return (account.name, await _mail(house, account))


async def _show(
    request: Request, house: House, link: OpenLink, account: Account, typed: str = "", reasons: Reasons | None = None
) -> Response:
    joining = link.purpose is Purpose.INVITE
    context = LinkPage(joining, await _mail(house, account), typed or account.name, reasons or {})
    response = render(request, "accounts/link.html", context, status=422 if reasons else 200)
    response.headers["referrer-policy"] = "no-referrer"
    return response


routes = [
    page("/staff/forgotten", forgotten_page, Action.SIGN_IN),
    page("/staff/forgotten", forgotten, Action.SIGN_IN, methods=("POST",)),
    page("/staff/link", link_page, Action.SIGN_IN),
    page("/staff/link", use, Action.SIGN_IN, methods=("POST",)),
    page("/staff/link/{token}", follow, Action.SIGN_IN),
]
demo_routes = [page("/staff/demo/{token}", demo, Action.DEMO)]
