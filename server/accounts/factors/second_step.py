"""The second step of signing in: a code of the app, a passkey, or a recovery code."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.accounts.attempts.rules import Step
from server.accounts.attempts.store import take_try
from server.accounts.factors import passkeys
from server.accounts.factors.desk import Owner, hand_over, let_in, owner_of
from server.accounts.factors.rules import code_hash, totp_step
from server.accounts.factors.store import (
    keep_challenge,
    passkey_used,
    take_challenge,
    take_step,
    totp_place,
    use_code,
)
from server.accounts.forms import Fields, Reason, Reasons
from server.accounts.requests import form_of, marks_of
from server.accounts.rules import local_path
from server.accounts.store import new_token
from server.crypto import unseal
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class SecondStepPage:
    """accounts/second_step.html"""

    next: str
    has_totp: bool
    has_passkey: bool
    codes_left: int
    reasons: Reasons = field(default_factory=dict)
    wait: int = 0


async def second_step_page(request: Request) -> Response:
    """The question; without a factor yet, the way to make one."""
    goto, owner = (
        local_path(request.query_params.get("next", "")),
        await owner_of(house_of(request), viewer_of(request)),
    )
    if owner.full:
        return RedirectResponse(goto, 303)
    if not owner.factors.any:
        return RedirectResponse(f"/staff/factors?next={quote(goto)}", 303)
    return _show(request, owner, goto)


async def second_step(request: Request) -> Response:
    """A right answer opens the login, under a new token."""
    house, fields = house_of(request), await form_of(request)
    goto, owner = local_path(fields.get("next", "")), await owner_of(house, viewer_of(request))
    if owner.full:
        return RedirectResponse(goto, 303)
    marks = marks_of(request, house, Step.CODE, owner.account.mail_index)
    left = await house.db.unit(partial(take_try, marks=marks, now=house.clock()))
    if left:
        return _show(request, owner, goto, {"code": Reason.LATER}, left)
    by, reasons = await _answer(house, owner, fields)
    if not by:
        return _show(request, owner, goto, reasons)
    token = new_token()
    await house.db.unit(partial(let_in, request=request, house=house, owner=owner, token=token, by=by))
    response = RedirectResponse("/staff/account?notice=code-used" if by == "recovery_code" else goto, 303)
    hand_over(response, house, owner, token)
    return response


async def _answer(house: House, owner: Owner, fields: Fields) -> tuple[str, Reasons]:
    """(by what the step was answered, or '' and the reasons)"""
    if fields.get("credential"):
        right = await _by_passkey(house, owner, fields["credential"])
        return ("passkey", {}) if right else ("", {"credential": Reason.WRONG_KEY})
    if fields.get("recovery"):
        right = await _by_recovery_code(house, owner, fields["recovery"])
        return ("recovery_code", {}) if right else ("", {"recovery": Reason.WRONG_CODE})
    if not fields.get("code", "").strip():
        return "", {"code": Reason.MISSING}
    right = await _by_app(house, owner, fields["code"])
    return ("app", {}) if right else ("", {"code": Reason.WRONG_CODE})


async def _by_app(house: House, owner: Owner, code: str) -> bool:
    account, sealed = owner.account, owner.factors.totp_sealed
    if sealed is None or not owner.factors.has_totp:
        return False
    secret = unseal(owner.ring, sealed, totp_place(account.clinic_id, account.id))
    step = totp_step(secret, code, house.clock())
    return step is not None and await house.db.unit(partial(take_step, staff_id=account.id, step=step))


async def _by_recovery_code(house: House, owner: Owner, code: str) -> bool:
    hashed = code_hash(house.keys.secret("recovery codes"), owner.account.id, code)
    return await house.db.unit(partial(use_code, staff_id=owner.account.id, code_hash=hashed, now=house.clock()))


async def _by_passkey(house: House, owner: Owner, credential: str) -> bool:
    challenge = await house.db.unit(partial(take_challenge, login_id=owner.login_id))
    if challenge is None:
        return False
    found = passkeys.answered_by(house.settings.base_url, credential, challenge, owner.factors.passkeys)
    if found is None:
        return False
    key, count = found
    await house.db.unit(partial(passkey_used, passkey_id=key.id, sign_count=count, now=house.clock()))
    return True


async def passkey_options(request: Request) -> Response:
    """What the browser asks the passkey; each question is good for one answer."""
    house = house_of(request)
    owner = await owner_of(house, viewer_of(request))
    options, challenge = passkeys.ask_known(house.settings.base_url, owner.factors.passkeys)

    async def work(db: AsyncSession) -> None:
        await keep_challenge(db, owner.login_id, challenge)

    await house.db.unit(work)
    return JSONResponse(options)


def _show(
    request: Request, owner: Owner, goto: str, reasons: Reasons | None = None, left: timedelta = timedelta(0)
) -> Response:
    seconds = int(left.total_seconds()) + 1 if left else 0
    mine = owner.factors
    context = SecondStepPage(goto, mine.has_totp, bool(mine.passkeys), mine.codes_left, reasons or {}, seconds)
    status = 429 if left else 422 if reasons else 200
    response = render(request, "accounts/second_step.html", context, status=status)
    if left:
        response.headers["retry-after"] = str(seconds)
    return response


routes = [
    page("/staff/second-step", second_step_page, Action.SECOND_FACTOR),
    page("/staff/second-step", second_step, Action.SECOND_FACTOR, methods=("POST",)),
    page("/staff/second-step/passkey", passkey_options, Action.SECOND_FACTOR, methods=("POST",), name="ask_passkey"),
]
