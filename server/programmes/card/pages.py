"""Whom the card of an emergency calls: read by who gives programmes, said by who leads the clinic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.accounts.team.store import team
from server.audit.store import note
from server.booking.led import own_clinic
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.house import house_of
from server.programmes.card import store
from server.programmes.card.forms import Reason, Said, read
from server.programmes.card.rules import Contacts
from server.routing import GuardedRoute, page, viewer_of
from server.safety.near import numbers_of
from server.templates import render

PATH = "/staff/programmes/card"


class _Overtaken(Exception):
    """Somebody else said another word meanwhile: nothing of this one is kept."""


@dataclass(frozen=True)
class CardPage:
    """programmes/contacts.html. `known`: what counts, `names`: of who said it; `typed` and `wrong`: a form that was not
    kept; `usual`: the numbers of the country; `phone_of_clinic`: as other pages show it.
    """

    known: Contacts
    names: Mapping[UUID, str]
    typed: Contacts = field(repr=False)
    wrong: Mapping[str, Reason]
    usual: Sequence[str]
    phone_of_clinic: str
    writes: bool
    overtaken: bool = False


async def card_page(request: Request) -> Response:
    """`GET /staff/programmes/card`."""
    return await _show(request)


async def _show(request: Request, said: Said | None = None, *, overtaken: bool = False, status: int = 200) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)

    async def load(db: AsyncSession) -> tuple[Contacts, Mapping[UUID, str]]:
        return await store.contacts_of(db, clinic.id), {one.id: one.name for one in await team(db, clinic.id)}

    known, names = await house.db.read(load)
    context = CardPage(
        known=known,
        names=names,
        typed=said.contacts if said else known,
        wrong=said.wrong if said else {},
        usual=[one.number for one in (await numbers_of(house, clinic, clinic.country)).emergency],
        phone_of_clinic=clinic.phone,
        writes=admits(viewer, Action.CLINIC),
        overtaken=overtaken,
    )
    return render(request, "programmes/contacts.html", context, status=status)


async def write_card(request: Request) -> Response:
    """Say whom the card calls, all lines or none. 422 with a sentence at each field; 409 where somebody else did."""
    house, viewer, said = house_of(request), viewer_of(request), read(await form_of(request))
    if said.wrong:
        return await _show(request, said, status=422)
    clinic_id, now = clinic_id_of(viewer), house.clock()

    async def work(db: AsyncSession) -> None:
        for line, contact in said.contacts.items():
            kept = await store.choose(db, clinic_id, line, contact, said.seen[line], viewer.staff_id, now)
            if kept is None:
                raise _Overtaken()
            if kept:
                told = {"line": line.value, "set": contact.is_set}
                note(db, entry_of(viewer, "programmes.card", "clinic", clinic_id, told), now)

    try:
        await house.db.unit(work)
    except _Overtaken:
        return await _show(request, overtaken=True, status=409)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


routes: list[GuardedRoute] = [
    page(PATH, card_page, Action.PROGRAMMES, name="programme_card"),
    page(PATH, write_card, Action.CLINIC, ("POST",), name="write_programme_card"),
]
