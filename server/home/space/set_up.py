"""From the link of a booking to a space.

The link and a new passkey make a space that shows this booking and nothing else, until a code of the clinic says whose
it is. Where a space is open already its owner may say that this booking is theirs too: for that booking alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.accounts.factors import passkeys
from server.accounts.requests import device_of, form_of
from server.audit.store import note
from server.home.space.browser import keep_knock, knock_token, new_token
from server.home.space.entering import HOME, Coming, entry_of
from server.patients import store as patients
from server.patients.rules import ForWhom
from server.patients.space import knocking, store
from server.patients.space.door import Open, open_space
from server.patients.space.rules import By, Refusal
from server.routing import GuardedRoute, page
from server.templates import language_of, render, translations
from server.visit.door import Knock, knock

BASE = "/visit/{public_id}/space"


@dataclass(frozen=True)
class SetUpPage:
    """space/set_up.html"""

    id: str
    phone: str
    reasons: Mapping[str, Refusal] = field(default_factory=dict)


@dataclass(frozen=True)
class MinePage:
    """space/mine.html: is this booking theirs too? `refused`: it was booked for somebody else, for whom they act."""

    id: str
    starts_at: datetime
    booked_for: str = field(repr=False)
    signed_in: str = field(repr=False)
    refused: bool = False


async def set_up_page(request: Request) -> Response:
    """How to have a space of one's own; who has one open here already is asked whether this booking is theirs."""
    knocked = await knock(request, Action.VISIT)
    space = await open_space(knocked.house, request)
    if space is None:
        return _show(request, knocked)
    if _stands_in(space, knocked):
        return RedirectResponse(HOME, 303)
    return await _ask(request, knocked, space)


def _show(request: Request, knocked: Knock, reasons: Mapping[str, Refusal] | None = None) -> Response:
    context = SetUpPage(knocked.card.public_id, knocked.clinic.phone, reasons or {})
    return render(request, "space/set_up.html", context, brand=knocked.brand, status=422 if reasons else 200)


def _stands_in(space: Open, knocked: Knock) -> bool:
    return space.clinic_id == knocked.card.clinic_id and space.holds(knocked.card.patient_id, knocked.card.id)


async def _ask(request: Request, knocked: Knock, space: Open) -> Response:
    card, house = knocked.card, knocked.house
    ids = [card.patient_id, *([space.own] if space.own else [])]
    known = await patients.people(house.db, house.keys, card.clinic_id, ids)
    booked_for, here = [known[one].first_name if one and one in known else "" for one in (card.patient_id, space.own)]
    context = MinePage(card.public_id, card.starts_at, booked_for, here, refused=not _may_add(knocked, space))
    return render(request, "space/mine.html", context, brand=knocked.brand)


def _may_add(knocked: Knock, space: Open) -> bool:
    """A time for a child, or for another person, is not the signed-in patient's: for that the clinic gives a code."""
    return space.clinic_id == knocked.card.clinic_id and knocked.card.for_whom == ForWhom.ME


async def add_mine(request: Request) -> Response:
    """'This is mine too': the booking stands in the open space from now on; again is the same."""
    knocked = await knock(request, Action.VISIT)
    space, house, card = await open_space(knocked.house, request), knocked.house, knocked.card
    if space is None:
        return RedirectResponse(f"/visit/{card.public_id}/space", 303)
    if not _may_add(knocked, space):
        return await _ask(request, knocked, space)
    mine = space

    async def work(db: AsyncSession) -> None:
        if await store.add_booking(db, mine.id, card.id, knocked.now):
            note(db, entry_of(card.clinic_id, mine.id, "space.booking_added", booking=card.id.hex), knocked.now)

    await house.db.unit(work)
    return RedirectResponse(f"{HOME}?notice=added", 303)


async def passkey_options(request: Request) -> Response:
    """What this device is asked to make."""
    knocked = await knock(request, Action.VISIT)
    house, token = knocked.house, new_token()
    name = translations(language_of(request, knocked.brand)).gettext("My space")
    base = house.settings.base_url
    options, challenge = passkeys.ask_new(base, knocked.brand.name, uuid4(), name, (), alone=True)
    await house.db.unit(partial(knocking.begin_knock, token=token, now=knocked.now, challenge=challenge))
    response = JSONResponse(options)
    keep_knock(response, house, token)
    return response


async def with_passkey(request: Request) -> Response:
    """The passkey that was made: a space with this booking alone."""
    knocked = await knock(request, Action.VISIT)
    fields, house, card, now = await form_of(request), knocked.house, knocked.card, knocked.now
    token = knock_token(request, house)
    challenge = await house.db.unit(partial(knocking.take_challenge, token=token, now=now)) if token else None
    key = challenge and passkeys.new_passkey(
        house.settings.base_url, fields.get("credential", ""), challenge, device_of(request), now, alone=True
    )
    if not key:
        return _show(request, knocked, {"credential": Refusal.WRONG_KEY})
    await open_space(house, request)  # whoever was in before is let out
    coming, made, space_id = Coming(request, house, By.PASSKEY, own=bool(fields.get("own"))), key, uuid4()

    async def work(db: AsyncSession) -> None:
        await store.add_space(db, card.clinic_id, now, space_id)
        await store.add_passkey(db, space_id, made)
        await store.add_booking(db, space_id, card.id, now)
        note(db, entry_of(card.clinic_id, space_id, "space.made", booking=card.id.hex), now)
        await coming.begin(db, card.clinic_id, space_id)

    await house.db.unit(work)
    return coming.answer("open")


routes: list[GuardedRoute] = [
    page(BASE, set_up_page, Action.VISIT, name="space_set_up"),
    page(f"{BASE}/mine", add_mine, Action.VISIT, ("POST",), name="space_mine"),
    page(f"{BASE}/passkey/options", passkey_options, Action.VISIT, ("POST",), name="space_new_passkey_options"),
    page(f"{BASE}/passkey", with_passkey, Action.VISIT, ("POST",), name="space_new_passkey"),
]
