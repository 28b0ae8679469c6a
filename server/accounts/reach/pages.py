"""How somebody of the clinic wants to be called when a person waits and they do not look at the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.reach import store
from server.accounts.reach.forms import Reason, Wish, parse_reach
from server.accounts.reach.store import Reach
from server.accounts.requests import entry_of, form_of, staff_of
from server.audit.store import note
from server.house import house_of
from server.routing import page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class ReachPage:
    """accounts/reach.html"""

    mail: bool
    sms: bool
    phone: str = field(repr=False)
    reasons: Mapping[str, Reason] = field(default_factory=dict)


async def reach_page(request: Request) -> Response:
    """The ways, and what each one means."""
    house = house_of(request)
    staff_id, clinic_id, _ = staff_of(viewer_of(request))
    reach = (await house.db.read(lambda db: store.reach_of(db, [staff_id])))[staff_id]
    phone = store.phone_of(await house.keys.clinic(clinic_id), reach)
    return render(request, "accounts/reach.html", ReachPage(reach.mail, reach.sms, phone))


async def keep_reach(request: Request) -> Response:
    """Keep what was chosen."""
    house, viewer = house_of(request), viewer_of(request)
    staff_id, clinic_id, _ = staff_of(viewer)
    fields = await form_of(request)
    wish = parse_reach(fields)
    if not isinstance(wish, Wish):
        typed = ReachPage(bool(fields.get("mail")), bool(fields.get("sms")), fields.get("phone", ""), wish)
        return render(request, "accounts/reach.html", typed, status=422)
    sealed = store.seal_phone(await house.keys.clinic(clinic_id), staff_id, wish.phone)

    async def work(db: AsyncSession) -> None:
        await store.set_reach(db, Reach(staff_id, wish.mail, wish.sms, sealed))
        note(db, entry_of(viewer, "staff.reach_changed", staff_id, mail=wish.mail, sms=wish.sms), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/account/reach?notice=reach-kept", 303)


routes = [
    page("/staff/account/reach", reach_page, Action.ACCOUNT),
    page("/staff/account/reach", keep_reach, Action.ACCOUNT, ("POST",)),
]
