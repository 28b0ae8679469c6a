"""Medicines over time: what each measure came to while each was taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.requests import Request
from starlette.responses import Response as Answer

from server.access import Action
from server.measures.results import results_of
from server.patients.rules import Person
from server.record.care.keeping import care_of
from server.record.care.rules import Entry, Kind, counting
from server.record.medicines.response import Response, responses
from server.record.opening import open_record
from server.routing import GuardedRoute, page
from server.templates import render

HERE = "/staff/patients/{patient_id}/medicines"


@dataclass(frozen=True)
class MedicinesPage:
    """record/medicines.html"""

    person: Person = field(repr=False)
    base: str
    medicines: Sequence[Entry] = field(repr=False)
    responses: Sequence[Response] = field(repr=False)
    today: date


async def medicines_page(request: Request) -> Answer:
    """`GET /staff/patients/{patient_id}/medicines`. Raises NotFound for who does not treat them."""
    opened = await open_record(request)
    await opened.trace("record.seen", page="care", kind="medicine")
    medicines = counting(await care_of(opened.house, opened.clinic.id, opened.person.id), Kind.MEDICINE)
    results = await results_of(opened.house, opened.clinic.id, opened.person.id)
    zone = opened.clinic.zone
    context = MedicinesPage(
        person=opened.person,
        base=opened.base,
        medicines=medicines,
        responses=responses(results, medicines, zone, opened.now),
        today=opened.now.astimezone(zone).date(),
    )
    return render(request, "record/medicines.html", context)


routes: list[GuardedRoute] = [page(HERE, medicines_page, Action.RECORD, name="medicines")]
