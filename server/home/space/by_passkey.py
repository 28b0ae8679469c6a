"""Coming in to a space by a passkey, which needs no name and no other proof."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access import Action
from server.accounts.factors import passkeys
from server.accounts.requests import form_of
from server.home.space.browser import keep_knock, knock_token, new_token
from server.home.space.entering import Coming
from server.home.space.sill import show_sign_in
from server.house import house_of
from server.patients.space import knocking, store
from server.patients.space.door import open_space
from server.patients.space.rules import By, Refusal
from server.routing import GuardedRoute, page


async def passkey_options(request: Request) -> Response:
    """What any passkey is asked; each question is good for one answer."""
    house, token, now = house_of(request), new_token(), house_of(request).clock()
    options, challenge = passkeys.ask_known(house.settings.base_url, (), alone=True)
    await house.db.unit(partial(knocking.begin_knock, token=token, now=now, challenge=challenge))
    response = JSONResponse(options)
    keep_knock(response, house, token)
    return response


async def sign_in(request: Request) -> Response:
    """By passkey."""
    house, fields = house_of(request), await form_of(request)
    now, credential = house.clock(), fields.get("credential", "")
    await open_space(house, request)  # whoever was in before is let out
    token, name = knock_token(request, house), passkeys.name_in(credential)
    challenge = await house.db.unit(partial(knocking.take_challenge, token=token, now=now)) if token else None
    found = await house.db.read(partial(store.passkey_named, credential_id=name)) if name else None
    space = await house.db.read(partial(store.space, space_id=found[0])) if found else None
    known = (found[1],) if found else ()
    answer = challenge and passkeys.answered_by(house.settings.base_url, credential, challenge, known, alone=True)
    if not answer or space is None:
        return await show_sign_in(request, {"credential": Refusal.WRONG_KEY})
    key, count = answer
    coming = Coming(request, house, By.PASSKEY, own=bool(fields.get("own")))

    async def work(db: AsyncSession) -> None:
        await store.passkey_used(db, key.id, count, now)
        await coming.begin(db, space.clinic_id, space.id)

    await house.db.unit(work)
    return coming.answer()


routes: list[GuardedRoute] = [
    page("/me/sign-in", sign_in, Action.SIGN_IN, ("POST",), name="space_sign_in"),
    page("/me/sign-in/passkey", passkey_options, Action.SIGN_IN, ("POST",), name="space_passkey_options"),
]
