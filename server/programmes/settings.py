"""Which programmes a clinic gives, and each of them to read: every figure with its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.forms import read_uuid
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.store import services
from server.errors import NotFound
from server.house import house_of
from server.programmes import store
from server.programmes.after import store as after
from server.programmes.catalogue import shipped
from server.programmes.definition import Definition
from server.programmes.store import Pinned
from server.programmes.topics import READ, as_shipped, awaiting, digest_of, is_confirmed, key_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/clinic/programmes"


@dataclass(frozen=True)
class ProgrammesPage:
    """programmes/settings.html; `awaits`: digests of versions that no clinician confirmed; `seen`: the number of the
    choice that the form was filled from; `choices` of services; `meetings`: the service of those after sessions,
    for each programme that has some.
    """

    definitions: Sequence[Pinned]
    awaits: frozenset[str]
    given: frozenset[str]
    seen: int
    choices: Sequence[tuple[str, str]]
    meetings: Mapping[str, UUID | None]
    overtaken: bool = False


@dataclass(frozen=True)
class DefinitionPage:
    """programmes/definition.html; `awaits`: nobody of the clinic confirmed this version."""

    definition: Definition
    awaits: bool
    topic: str


def with_meetings() -> list[str]:
    """The programmes that have meetings which are booked by themselves."""
    return [key for key, one in shipped().items() if any(step.books for step in one.steps)]


async def settings_page(request: Request) -> Response:
    """`GET /staff/clinic/programmes`."""
    return await _show(request)


async def _show(request: Request, *, overtaken: bool = False, status: int = 200) -> Response:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    definitions = [as_shipped(key) for key in shipped()]

    async def load(db: AsyncSession) -> ProgrammesPage:
        given, seen = await store.given(db, clinic_id)
        unsure = await awaiting(db, clinic_id, definitions)
        meetings = {key: (await after.terms(db, clinic_id, key)).service_id for key in with_meetings()}
        found = await services(db, clinic_id)
        alone = [(str(one.id), one.name) for one in found if not one.in_group]
        return ProgrammesPage(definitions, unsure, given, seen, alone, meetings, overtaken)

    context = await house.db.read(load)
    return render(request, "programmes/settings.html", context, status=status)


async def choose(request: Request) -> Response:
    """Give these programmes and no others; courses that began go on. 409 where somebody else chose meanwhile."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    keys = [key for key in shipped() if fields[f"give-{key}"] == "yes"]
    seen = int(fields["seen"]) if fields["seen"].isascii() and fields["seen"].isdigit() else 0

    async def work(db: AsyncSession) -> bool:
        chosen = await store.give(db, clinic_id, keys, seen, viewer.staff_id, now)
        known = {one.id for one in await services(db, clinic_id)}
        for key in with_meetings() if chosen else ():
            service_id = read_uuid(fields[f"meeting-{key}"])
            named = service_id if service_id in known else None
            if await after.choose(db, clinic_id, key, named, viewer.staff_id, now):
                said = {"programme": key, "service": named.hex if named else ""}
                note(db, entry_of(viewer, "programmes.meeting", "clinic", clinic_id, said), now)
        if chosen:
            note(db, entry_of(viewer, "programmes.chosen", "clinic", clinic_id, {"programmes": keys}), now)
        return chosen or await store.given(db, clinic_id) == (frozenset(keys), seen + 1)

    if await house.db.unit(work):
        return RedirectResponse(f"{PATH}?notice=kept", 303)
    return await _show(request, overtaken=True, status=409)


async def definition_page(request: Request) -> Response:
    """`GET /staff/programmes/read/{key}`: all that it says. Raises NotFound."""
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    found = shipped().get(request.path_params["key"])
    if found is None:
        raise NotFound()
    sure = await house.db.read(lambda db: is_confirmed(db, clinic_id, found, digest_of(found.id)))
    return render(request, "programmes/definition.html", DefinitionPage(found, not sure, key_of(found)))


routes: list[GuardedRoute] = [
    page(PATH, settings_page, Action.CLINIC, name="programmes"),
    page(PATH, choose, Action.CLINIC, ("POST",), name="choose_programmes"),
    page(f"{READ}/{{key}}", definition_page, Action.PROGRAMMES, name="programme_definition"),
]
