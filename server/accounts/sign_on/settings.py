"""The page on which an admin names the clinic's provider. It is asked at once whether it is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.requests import form_of, staff_of
from server.accounts.sign_on import provider, store
from server.accounts.sign_on.forms import Reason, Wish, parse
from server.accounts.sign_on.pages import back_address
from server.accounts.sign_on.provider import Refused
from server.accounts.sign_on.rules import Refusal, SignOn
from server.audit.rules import Entry
from server.audit.store import note
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import render

HERE = "/staff/clinic/sign-on"


@dataclass(frozen=True)
class SignOnPage:
    """accounts/sign_on.html"""

    there: bool  # whether the extra is installed
    known: SignOn | None
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    back: str


async def sign_on_page(request: Request) -> Response:
    """The provider as it is."""
    known = await _known(request)
    return _show(request, known, fields_of(known), {})


async def set_sign_on(request: Request) -> Response:
    """Keep a provider that answers, or show the form again."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    _, clinic_id, _ = staff_of(viewer)
    wish = parse(fields)
    if not isinstance(wish, Wish):
        return _show(request, await _known(request), fields, wish)
    silent = await _silent(house, wish.issuer)
    if silent:
        return _show(request, await _known(request), fields, {"issuer": silent})
    secret = store.seal_secret(await house.keys.clinic(clinic_id), clinic_id, wish.secret)
    new = SignOn(clinic_id, wish.issuer, wish.client_id, wish.label, wish.does_factor, secret)

    async def work(db: AsyncSession) -> None:
        await store.set_sign_on(db, new, viewer.staff_id, house.clock())
        detail = {"does_factor": wish.does_factor}
        entry = Entry(clinic_id, "sign_on.set", "clinic", clinic_id, "staff", viewer.staff_id, detail)
        note(db, entry, house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def drop_sign_on(request: Request) -> Response:
    """Nobody signs in by it any more; who is in stays in. Again is the same."""
    house, viewer = house_of(request), viewer_of(request)
    _, clinic_id, _ = staff_of(viewer)

    async def work(db: AsyncSession) -> None:
        if await store.drop_sign_on(db, clinic_id):
            note(db, Entry(clinic_id, "sign_on.dropped", "clinic", clinic_id, "staff", viewer.staff_id), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


def fields_of(known: SignOn | None) -> dict[str, str]:
    """What the form shows; a secret never goes back to a page."""
    if known is None:
        return {"issuer": "", "client_id": "", "label": "", "does_factor": ""}
    factor = "yes" if known.does_factor else ""
    return {"issuer": known.issuer, "client_id": known.client_id, "label": known.label, "does_factor": factor}


async def _silent(house: House, issuer: str) -> Reason | None:
    if not provider.is_there():
        return Reason.SILENT
    try:
        await provider.metadata(house.outside, issuer)
    except Refused as refused:
        return Reason.SILENT if refused.why is Refusal.AWAY else Reason.NO_PROVIDER
    return None


async def _known(request: Request) -> SignOn | None:
    _, clinic_id, _ = staff_of(viewer_of(request))
    return await house_of(request).db.read(lambda db: store.sign_on_of(db, clinic_id))


def _show(request: Request, known: SignOn | None, fields: Mapping[str, str], reasons: Mapping[str, Reason]) -> Response:
    _, clinic_id, _ = staff_of(viewer_of(request))
    form = {**fields_of(None), **{name: value for name, value in fields.items() if name != "secret"}}
    address = back_address(house_of(request).settings.base_url, clinic_id)
    context = SignOnPage(provider.is_there(), known, form, reasons, address)
    return render(request, "accounts/sign_on.html", context, status=422 if reasons else 200)


routes = [
    page(HERE, sign_on_page, Action.CLINIC),
    page(HERE, set_sign_on, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/drop", drop_sign_on, Action.CLINIC, methods=("POST",)),
]
