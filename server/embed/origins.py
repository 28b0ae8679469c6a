"""Which other sites may show the clinic's booking inside their pages; an admin lists them one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic
from server.clinic.settings import own_clinic
from server.embed import store
from server.embed.rules import MOST_ORIGINS, Unfit, read_origin
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class OriginsPage:
    """The context of embed/origins.html."""

    clinic: Clinic
    listed: Sequence[store.Listed]
    typed: str
    unfit: Unfit | None


async def origins_page(request: Request) -> Response:
    """`GET /staff/clinic/embed/sites`."""
    return await _show(request, "", None)


async def add(request: Request) -> Response:
    """List one more site; one that stands there already stays. 422 with a sentence where it cannot be listed."""
    house, viewer = house_of(request), viewer_of(request)
    typed = (await form_of(request))["origin"]
    origin = read_origin(typed)
    if isinstance(origin, Unfit):
        return await _show(request, typed, origin)
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> Unfit | None:
        await clinics.clinic_to_change(db, clinic_id)
        if len(await store.origins(db, clinic_id)) >= MOST_ORIGINS:
            return Unfit.TOO_MANY
        if await store.add_origin(db, clinic_id, origin, viewer.staff_id, house.clock()):
            note(db, entry_of(viewer, "embed.listed", "clinic", clinic_id, {"origin": origin}), house.clock())
        return None

    unfit = await house.db.unit(work)
    if unfit:
        return await _show(request, typed, unfit)
    return RedirectResponse("/staff/clinic/embed/sites?notice=kept", 303)


async def drop(request: Request) -> Response:
    """Take a site away: its frames show nothing from the next page on. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, origin_id = clinic_id_of(viewer), _uuid(request.path_params["origin"])

    async def work(db: AsyncSession) -> None:
        origin = await store.drop_origin(db, clinic_id, origin_id)
        if origin is None:
            raise NotFound()
        note(db, entry_of(viewer, "embed.dropped", "clinic", clinic_id, {"origin": origin}), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic/embed/sites?notice=kept", 303)


async def _show(request: Request, typed: str, unfit: Unfit | None) -> Response:
    house = house_of(request)
    clinic = await own_clinic(house, viewer_of(request))
    listed = await house.db.read(lambda db: store.origins(db, clinic.id))
    context = OriginsPage(clinic, listed, typed, unfit)
    return render(request, "embed/origins.html", context, status=422 if unfit else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


routes: list[GuardedRoute] = [
    page("/staff/clinic/embed/sites", origins_page, Action.CLINIC, name="embed_sites"),
    page("/staff/clinic/embed/sites", add, Action.CLINIC, ("POST",), name="embed_add_site"),
    page("/staff/clinic/embed/sites/{origin}/drop", drop, Action.CLINIC, ("POST",), name="embed_drop_site"),
]
