"""Medicines over time: what each measure came to while each was taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.requests import Request
from starlette.responses import Response as Answer

from server.access import Action
from server.genetics.catalogue import shipped
from server.genetics.findings import Finding
from server.genetics.topics import is_confirmed
from server.measures.results import results_of
from server.patients.rules import Person
from server.record.care.keeping import care_of
from server.record.care.rules import Entry, Kind, Medicine, counting
from server.record.genes.rules import seen
from server.record.medicines.response import Response, responses
from server.record.opening import open_record
from server.routing import GuardedRoute, page
from server.templates import render

HERE = "/staff/patients/{patient_id}/medicines"


@dataclass(frozen=True)
class MedicinesPage:
    """record/medicines.html. `says`: what the genetic tests say of each, `awaits`: no clinician confirmed the words."""

    person: Person = field(repr=False)
    base: str
    medicines: Sequence[Entry] = field(repr=False)
    responses: Sequence[Response] = field(repr=False)
    says: Sequence[tuple[Medicine, Finding]] = field(repr=False)
    awaits: bool
    today: date


async def medicines_page(request: Request) -> Answer:
    """`GET /staff/patients/{patient_id}/medicines`. Raises NotFound for who does not treat them."""
    opened = await open_record(request)
    await opened.trace("record.seen", page="care", kind="medicine")
    entries = await care_of(opened.house, opened.clinic.id, opened.person.id)
    medicines = counting(entries, Kind.MEDICINE)
    results = await results_of(opened.house, opened.clinic.id, opened.person.id)
    zone = opened.clinic.zone
    context = MedicinesPage(
        person=opened.person,
        base=opened.base,
        medicines=medicines,
        responses=responses(results, medicines, zone, opened.now),
        says=seen(entries, shipped()).findings,
        awaits=not await opened.house.db.read(lambda db: is_confirmed(db, opened.clinic.id)),
        today=opened.now.astimezone(zone).date(),
    )
    return render(request, "record/medicines.html", context)


routes: list[GuardedRoute] = [page(HERE, medicines_page, Action.RECORD, name="medicines")]
