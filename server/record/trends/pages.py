"""What a patient answered over time with what was done between: their own page, and that of who treats them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import bookings_of
from server.booking.led import own_clinic
from server.booking.people.known import asked_for
from server.clinic import store as clinics
from server.house import house_of
from server.measures.progress import PATH, Told, told
from server.measures.reading import BASE, read_results, sessions_of
from server.measures.results import Result, results_of
from server.measures.risk.history import Stood, stood_of
from server.measures.weekly.stopping import Weekly, weekly_of
from server.patients import store as patients
from server.patients.rules import Person
from server.patients.space.door import patient_asked
from server.record.trends.keeping import with_marks
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class ResultsPage:
    """measures/staff/results.html; `stood`: by the key of a measure; `weekly`: what the clinic asks every week."""

    person: Person = field(repr=False)
    results: Sequence[Result] = field(repr=False)
    stood: Mapping[str, Stood] = field(default_factory=dict, repr=False)
    weekly: Sequence[Weekly] = ()
    notice: str = ""


async def results_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/measures`. Raises NotFound for whom the record is not open to."""
    house = house_of(request)
    clinic = await own_clinic(house, viewer_of(request))
    asked, patient_id = await asked_for(request, clinic)
    if asked != patient_id:
        return RedirectResponse(f"/staff/patients/{patient_id}/measures", 303)
    person, results = await read_results(request, "measures.seen")
    results = await with_marks(house, clinic.id, person.id, clinic.zone, results)
    raised = {one.key: one.raised for one in results}
    stood = await stood_of(house, clinic.id, person.id, raised)
    weekly = [] if request.state.glass_until else await weekly_of(house, clinic, person.id)
    context = ResultsPage(person, results, stood, weekly, request.query_params.get("notice", ""))
    return render(request, "measures/staff/results.html", context)


@dataclass(frozen=True)
class ProgressPage:
    """measures/progress.html; `name` of whom it is, '' for who looks at their own"""

    name: str = field(repr=False)
    told: Sequence[Told] = field(repr=False)


async def progress_page(request: Request) -> Response:
    """`GET /me/progress`: of who is signed in, or with `of` of whom they decide for; the look leaves a trace."""
    house, (space, patient_id) = house_of(request), await patient_asked(request)
    now, clinic_id = house.clock(), space.clinic_id
    cards = await house.db.read(lambda db: bookings_of(db, clinic_id, patient_id, None))
    results = await results_of(house, clinic_id, patient_id, sessions_of(cards, now))
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, clinic_id))
    assert clinic, "it is the clinic of the space"
    results = await with_marks(house, clinic_id, patient_id, clinic.zone, results)
    name = ""
    if patient_id != space.own:
        person = (await patients.people(house.db, house.keys, clinic_id, [patient_id])).get(patient_id)
        name = person.first_name if person else ""
    entry = Entry(clinic_id, "measures.own_seen", "patient", patient_id, "patient", None, {"space": space.id.hex})

    async def work(db: AsyncSession) -> None:
        note(db, entry, now)

    await house.db.unit(work)
    return render(request, "measures/progress.html", ProgressPage(name, told(results)), brand=clinics.brand(clinic))


routes: list[GuardedRoute] = [
    page(BASE, results_page, Action.MEASURES),
    page(PATH, progress_page, Action.MINE, name="own_progress"),
]
