"""The crisis directory for the clinic: which numbers somebody here called, when, and whether they answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.team.store import team
from server.audit.store import note
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.store import clinic_of
from server.countries import country_names, language_names
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.safety.checking import store
from server.safety.directory import directory
from server.safety.rules import Entry
from server.templates import language_of, render

PATH = "/staff/helplines"


@dataclass(frozen=True)
class HelplinesPage:
    """safety/helplines.html. `names`: hex id of staff -> name, for who checked."""

    entry: Entry
    choices: Mapping[str, str]
    languages: Mapping[str, str]
    names: Mapping[str, str]
    today: date


async def helplines_page(request: Request) -> Response:
    """`GET /staff/helplines?country=`: the clinic's own country first. Raises NotFound for one that is not listed."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, names = clinic_id_of(viewer), country_names(language_of(request))
    listed = {code: name for code, name in sorted(names.items(), key=lambda one: one[1]) if code in directory()}

    async def work(db: AsyncSession) -> HelplinesPage:
        clinic = await clinic_of(db, clinic_id)
        assert clinic, "somebody works there"
        own = clinic.country if clinic.country in listed else next(iter(listed))
        entry = directory().get(request.query_params.get("country", "") or own)
        if entry is None:
            raise NotFound()
        entry = await store.checked(db, clinic_id, entry, clinic.zone)
        people = {one.id.hex: one.name for one in await team(db, clinic_id)}
        today = house.clock().astimezone(clinic.zone).date()
        return HelplinesPage(entry, listed, language_names(language_of(request)), people, today)

    return render(request, "safety/helplines.html", await house.db.read(work))


async def check(request: Request) -> Response:
    """Keep that somebody called a number today, and whether it answered. Raises NotFound for one we do not list."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, staff_id = clinic_id_of(viewer), viewer.staff_id
    assert isinstance(staff_id, UUID), "the gate lets staff alone through"
    entry, number = directory().get(fields["country"]), fields["number"]
    if entry is None or number not in {store.EMERGENCY, *(line.number for line in entry.lines)}:
        raise NotFound()
    of, answers = (entry.country, number), fields["answers"] != "no"

    async def work(db: AsyncSession) -> None:
        await store.check(db, clinic_id, of, staff_id, house.clock(), answers=answers)
        detail = {"country": entry.country, "number": number, "answers": answers}
        note(db, entry_of(viewer, "helpline.checked", "clinic", clinic_id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?country={entry.country}&notice=kept", 303)


routes: list[GuardedRoute] = [
    page(PATH, helplines_page, Action.HELPLINES),
    page(PATH, check, Action.HELPLINES, ("POST",)),
]
