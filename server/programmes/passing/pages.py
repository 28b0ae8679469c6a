"""Who may pass the gates of programmes: read by who gives them, said by who leads the clinic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer, admits
from server.accounts.team.store import team
from server.audit.store import note
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.house import house_of
from server.programmes.filed.store import offered
from server.programmes.passing import store
from server.programmes.passing.rules import Family, Passers, families
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/programmes/passing"


class _Overtaken(Exception):
    """Somebody else named others meanwhile: nothing of this form is kept."""


@dataclass(frozen=True)
class PassingPage:
    """programmes/passing.html. `said`: family -> whom the clinic named; `people` who can be; `names` of everybody who
    ever was, or said so.
    """

    families: Sequence[Family]
    said: Mapping[str, Passers]
    people: Mapping[UUID, str] = field(repr=False)
    names: Mapping[UUID, str] = field(repr=False)
    writes: bool
    overtaken: bool = False


async def passing_page(request: Request) -> Response:
    """`GET /staff/programmes/passing`."""
    return await _show(request)


async def _show(request: Request, *, overtaken: bool = False, status: int = 200) -> Response:
    viewer, clinic_id = viewer_of(request), clinic_id_of(viewer_of(request))

    async def load(db: AsyncSession) -> PassingPage:
        return PassingPage(
            families=await _families(db, clinic_id),
            said=await store.every(db, clinic_id),
            people=await store.clinicians(db, clinic_id),
            names={one.id: one.name for one in await team(db, clinic_id)},
            writes=admits(viewer, Action.CLINIC),
            overtaken=overtaken,
        )

    return render(request, "programmes/passing.html", await house_of(request).db.read(load), status=status)


async def _families(db: AsyncSession, clinic_id: UUID) -> list[Family]:
    return families(one.pinned.definition for one in (await offered(db, clinic_id)).values())


async def name_passers(request: Request) -> Response:
    """Name them for each family, or nobody; 409 where somebody else did meanwhile, and nothing of it is kept."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        here = await store.clinicians(db, clinic_id_of(viewer))
        for family in await _families(db, clinic_id_of(viewer)):
            people = frozenset(one for one in here if fields[f"pass-{family.key}-{one}"] == "yes")
            await _keep(db, viewer, family.key, people, _number(fields[f"seen-{family.key}"]), now)

    try:
        await house.db.unit(work)
    except _Overtaken:
        return await _show(request, overtaken=True, status=409)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


async def _keep(
    db: AsyncSession, viewer: Viewer, family: str, people: frozenset[UUID], seen: int, now: datetime
) -> None:  # fmt: skip
    """Raises _Overtaken."""
    clinic_id = clinic_id_of(viewer)
    kept = await store.choose(db, clinic_id, family, people, seen, viewer.staff_id, now)
    if kept is None:
        raise _Overtaken()
    if kept:
        told = {"family": family, "people": sorted(one.hex for one in people)}
        note(db, entry_of(viewer, "programmes.passers", "clinic", clinic_id, told), now)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


routes: list[GuardedRoute] = [
    page(PATH, passing_page, Action.PROGRAMMES, name="programme_passing"),
    page(PATH, name_passers, Action.CLINIC, ("POST",), name="name_programme_passers"),
]
