"""Bookings ahead that nobody would keep: one page lists them, one press settles all, by the steps of 'away'."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.led import by_of, noted, own_clinic
from server.booking.requests import text_fields
from server.clinic import store as clinics
from server.clinic.rules import TherapistCard
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render
from server.visit.away.listing import MOST_AT_ONCE, listed_ahead
from server.visit.away.pages import read_id, whose_days
from server.visit.away.rules import Listed, picks
from server.visit.away.steps import Wish, go_away


@dataclass(frozen=True)
class AheadPage:
    """visit/away_ahead.html; `id`: of this press, so that two are one."""

    therapist: TherapistCard
    id: str
    listed: Sequence[Listed]
    full: bool


async def ahead_page(request: Request) -> Response:
    """`GET /staff/away/ahead?therapist=`: what nobody will keep, and what is proposed for each. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, chosen = await own_clinic(house, viewer), await _chosen(request, request.query_params.get("therapist", ""))
    _found, lines = await listed_ahead(house, clinic.id, chosen.staff_id)
    await noted(house, viewer, clinic, "bookings.viewed", None, {"count": len(lines)})
    context = AheadPage(chosen, uuid4().hex, lines, len(lines) == MOST_AT_ONCE)
    return render(request, "visit/away_ahead.html", context, brand=clinics.brand(clinic))


async def settle(request: Request) -> Response:
    """`POST /staff/away/ahead`: settle all of it; sent twice, once."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await text_fields(request, 2 * MOST_AT_ONCE)
    clinic, chosen = await own_clinic(house, viewer), await _chosen(request, fields.get("therapist", ""))
    away_id = read_id(fields.get("id", ""))
    found, lines = await listed_ahead(house, clinic.id, chosen.staff_id)
    which = [one for one in picks(lines, fields) if f"choice-{one.card.public_id}" in fields]
    wish = Wish(away_id, clinic.id, chosen.staff_id, found.until_at, which, clinic.policy, clinic.zone, ahead=True)
    await go_away(house, wish, by_of(viewer))
    return RedirectResponse(f"/staff/away/{away_id.hex}", 303)


async def _chosen(request: Request, slug: str) -> TherapistCard:
    """Also somebody who is shown no more, or works here no more."""
    cards = await whose_days(house_of(request), viewer_of(request), hidden=True)
    found = next((card for card in cards if card.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


routes: list[GuardedRoute] = [
    page("/staff/away/ahead", ahead_page, Action.BOOKINGS),
    page("/staff/away/ahead", settle, Action.BOOKINGS, ("POST",)),
]
