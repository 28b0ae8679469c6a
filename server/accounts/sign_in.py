"""Signing in with mail and password, and signing out. An unknown address meets the same words and the same work."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action, Viewer
from server.accounts import store
from server.accounts.attempts.rules import Mark, Step
from server.accounts.attempts.store import forgive, take_try
from server.accounts.forms import Reason, Reasons, SignIn, parse_sign_in
from server.accounts.requests import device_of, form_of, marks_of, own_entry
from server.accounts.rules import Stage, local_path
from server.accounts.sign_on import store as sign_ons
from server.accounts.sign_on.provider import is_there
from server.accounts.sign_on.rules import SignOn
from server.accounts.store import Account
from server.audit.store import note
from server.house import House, house_of
from server.middleware.login import drop_login, keep_login
from server.passwords import hash_password, is_outdated, password_matches
from server.routing import page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class SignInPage:
    """accounts/sign_in.html"""

    next: str
    mail: str = field(default="", repr=False)
    reasons: Reasons = field(default_factory=dict)
    wait: int = 0
    refused: str = ""  # why a provider signed nobody in
    label: str = ""  # what that provider is called
    offers: Sequence[SignOn] = ()


async def sign_in_form(request: Request, context: SignInPage, status: int = 200) -> Response:
    """The form with the providers by which staff may come in instead."""
    house, slug = house_of(request), request.query_params.get("clinic", "")
    offers = await house.db.read(lambda db: sign_ons.offered(db, slug)) if is_there() else ()
    return render(request, "accounts/sign_in.html", replace(context, offers=offers), status=status)


async def sign_in_page(request: Request) -> Response:
    """The form; somebody who is signed in already goes on."""
    viewer, goto = viewer_of(request), local_path(request.query_params.get("next", ""))
    if viewer.is_staff and viewer.only_visit is None:
        return RedirectResponse(goto, 303)
    return await sign_in_form(request, SignInPage(goto))


async def sign_in(request: Request) -> Response:
    """The first step: a right pair leads to the second, everything else to the same form."""
    house, fields = house_of(request), await form_of(request)
    goto, wish = local_path(fields.get("next", "")), parse_sign_in(fields)
    if not isinstance(wish, SignIn):
        return await _again(request, goto, fields, wish)
    subject = store.mail_index(house.keys.secret("staff mail"), wish.mail)
    marks = marks_of(request, house, Step.PASSWORD, subject)
    left, account = await house.db.unit(partial(_look, subject=subject, marks=marks, house=house))
    if left:
        return await _again(request, goto, fields, {"mail": Reason.LATER}, left)
    kept = account.password_hash if account and not account.disabled else None
    if not await password_matches(kept, wish.password) or account is None or kept is None:
        await house.db.unit(partial(_note_refusal, subject=subject, house=house))
        return await _again(request, goto, fields, {"password": Reason.NO_MATCH})
    fresh = await hash_password(wish.password) if is_outdated(kept) else ""
    token = await _begin(request, house, account, marks, fresh)
    response = RedirectResponse(f"/staff/second-step?next={quote(goto)}", 303)
    keep_login(response, token, https=house.settings.https)
    return response


async def _look(
    db: AsyncSession, subject: bytes, marks: tuple[Mark, ...], house: House
) -> tuple[timedelta, Account | None]:
    return await take_try(db, marks, house.clock()), await store.find_account(db, subject)


async def _note_refusal(db: AsyncSession, subject: bytes, house: House) -> None:
    # Whether the address is known is found out later, so that the answer takes the same time.
    outbox.add(db, "staff.sign_in_refused", {"index": subject.hex()}, house.clock())


async def _begin(request: Request, house: House, account: Account, marks: tuple[Mark, ...], fresh: str) -> str:
    """A half login of its own; what this browser held before ends."""
    now, token, before = house.clock(), store.new_token(), viewer_of(request).login_id

    async def work(db: AsyncSession) -> None:
        await forgive(db, marks)
        if before:
            await store.end_login(db, before, now)
        if fresh:
            await store.set_password(db, account.id, fresh)
        await store.start_login(db, account.id, Stage.PASSWORD, now, device_of(request), token=token)

    await house.db.unit(work)
    return token


async def _again(
    request: Request, goto: str, fields: dict[str, str], reasons: Reasons, left: timedelta = timedelta(0)
) -> Response:
    seconds = int(left.total_seconds()) + 1 if left else 0
    context = SignInPage(goto, fields.get("mail", ""), reasons, seconds)
    response = await sign_in_form(request, context, 429 if left else 422)
    if left:
        response.headers["retry-after"] = str(seconds)
    return response


async def sign_out(request: Request) -> Response:
    """End the login; the row, not only the cookie."""
    house, viewer = house_of(request), viewer_of(request)
    if viewer.login_id:
        await house.db.unit(partial(_end, viewer=viewer, house=house))
    response = RedirectResponse("/staff/sign-in?notice=signed-out", 303)
    drop_login(response, https=house.settings.https)
    return response


async def _end(db: AsyncSession, viewer: Viewer, house: House) -> None:
    assert viewer.login_id
    assert viewer.staff_id
    assert viewer.clinic_id
    if await store.end_login(db, viewer.login_id, house.clock()):
        note(db, own_entry(viewer.clinic_id, viewer.staff_id, "staff.signed_out"), house.clock())


routes = [
    page("/staff/sign-in", sign_in_page, Action.SIGN_IN),
    page("/staff/sign-in", sign_in, Action.SIGN_IN, methods=("POST",)),
    page("/staff/sign-out", sign_out, Action.SIGN_IN, methods=("POST",)),
]
