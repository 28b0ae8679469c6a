"""What a patient's genetic tests say of medicines: of those on their list, and of any that somebody asks about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, admits
from server.genetics.catalogue import shipped
from server.genetics.findings import Finding, lookup
from server.genetics.topics import TOPIC, is_confirmed
from server.patients.rules import Person
from server.record.care.keeping import care_of
from server.record.genes.rules import Seen, results_of, seen
from server.record.opening import open_record
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/patients/{patient_id}/genes"


@dataclass(frozen=True)
class GenesPage:
    """record/genes.html. `asked`: the medicine that was looked up, `found`: what is said of it; `awaits`: no clinician
    confirmed the words.
    """

    person: Person = field(repr=False)
    base: str
    one: Seen = field(repr=False)
    drugs: Sequence[str]
    asked: str
    found: Finding | None
    awaits: bool
    topic: str
    writes: bool


async def genes_page(request: Request) -> Response:
    """`GET .../genes?drug=`. Raises NotFound for who does not treat them."""
    opened, tables = await open_record(request), shipped()
    entries = await care_of(opened.house, opened.clinic.id, opened.person.id)
    one, asked = seen(entries, tables), request.query_params.get("drug", "")
    asked = asked if asked in tables.drugs else ""
    await opened.trace("record.seen", page="genes")
    context = GenesPage(
        person=opened.person,
        base=opened.base,
        one=one,
        drugs=sorted(tables.drugs),
        asked=asked,
        found=lookup(results_of(one.tests), asked, tables) if asked else None,
        awaits=not await opened.house.db.read(lambda db: is_confirmed(db, opened.clinic.id)),
        topic=TOPIC,
        writes=admits(opened.viewer, Action.RECORD_WRITE),
    )
    return render(request, "record/genes.html", context)


routes: list[GuardedRoute] = [page(PATH, genes_page, Action.RECORD, name="genes")]
