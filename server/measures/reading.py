"""One patient's results, for who treats them or broke the glass; every look leaves a trace. Their page stands with the
record, which knows of treatment.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, may
from server.booking.cards import bookings_of
from server.booking.led import own_clinic
from server.booking.people.known import asked_for, person_seen
from server.booking.people.relating import cared_for, known_between, relation
from server.booking.rules import BookingCard
from server.clinic.requests import entry_of, form_of
from server.errors import NotFound
from server.house import house_of
from server.measures.fhir import Answered, observation, questionnaire_response
from server.measures.results import Result, Taken, results_of
from server.measures.weekly.stopping import say, weekly_of
from server.patients import store as patients
from server.patients.care.rules import Why
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of


async def say_weekly(request: Request) -> Response:
    """What is asked every week is asked of this patient no more, or again: for who treats them. Raises NotFound."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic = await own_clinic(house, viewer)
    _, patient_id = await asked_for(request, clinic)
    known = await known_between(house, viewer, clinic.id, patient_id)
    by, stopped, key = relation(house, viewer, known), fields["stopped"] == "yes", request.path_params["key"]
    subject = cared_for(clinic.id, viewer, None if by is Why.GLASS else by)
    if viewer.staff_id is None or not may(viewer, Action.MEASURES, subject):
        raise NotFound()
    if key not in {one.key for one in await weekly_of(house, clinic, patient_id)}:
        raise NotFound()
    entry = entry_of(
        viewer, "measure.stopped" if stopped else "measure.resumed", "patient", patient_id, {"measure": key}
    )
    await say(house, clinic, patient_id, key, entry, stopped=stopped)
    return RedirectResponse(f"/staff/patients/{patient_id}/measures?notice={'stopped' if stopped else 'again'}", 303)


async def fhir_file(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/measures/fhir`: all of it as a FHIR R4B bundle. Raises NotFound likewise."""
    person, results = await read_results(request, "measures.taken_along")
    taken = [one for result in results for one in result.taken]
    entries = await run_in_threadpool(_resources, f"Patient/{person.id}", taken)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in entries]}
    named = {"content-disposition": 'attachment; filename="measures.json"', "cache-control": "no-store"}
    return Response(json.dumps(bundle, ensure_ascii=False), media_type="application/fhir+json", headers=named)


def _resources(patient: str, taken: Sequence[Taken]) -> list[dict[str, Any]]:
    found = []
    for one in taken:
        given = Answered(one.id, patient, one.instrument, one.at, one.finished, one.answers, one.came)
        found += [questionnaire_response(given), observation(given, one.result)]
    return [one for one in found if one]


async def read_results(request: Request, trace: str) -> tuple[Person, Sequence[Result]]:
    """The person and their results, for whom the record is open to; the look leaves a trace. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    _, patient_id = await asked_for(request, clinic)
    cards = await house.db.read(lambda db: bookings_of(db, clinic.id, patient_id, viewer.staff_id))
    known = await known_between(house, viewer, clinic.id, patient_id)
    by = relation(house, viewer, known)
    request.state.glass_until = known.glass_until if by is Why.GLASS else None
    person = (await patients.people(house.db, house.keys, clinic.id, [patient_id])).get(patient_id)
    if person is None:  # of another clinic perhaps, whose ids have no place in this one's audit
        raise NotFound()
    if not may(viewer, Action.MEASURES, cared_for(clinic.id, viewer, by)):
        await person_seen(house, viewer, clinic, "measures.refused", patient_id, others=-1)
        raise NotFound()
    results = await results_of(house, clinic.id, patient_id, sessions_of(cards, house.clock()))
    await person_seen(house, viewer, clinic, trace, patient_id)
    return person, results


def sessions_of(cards: Sequence[BookingCard], now: datetime) -> list[datetime]:
    """When they met, as far as bookings say; earliest first."""
    return sorted(card.starts_at for card in cards if card.cancelled_at is None and card.starts_at <= now)


BASE = "/staff/patients/{patient_id}/measures"

routes: list[GuardedRoute] = [
    page(f"{BASE}/{{key}}/weekly", say_weekly, Action.MEASURES, ("POST",), name="measure_weekly"),
    page(f"{BASE}/fhir", fhir_file, Action.MEASURES, name="measures_as_fhir"),
]
