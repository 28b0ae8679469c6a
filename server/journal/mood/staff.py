"""What a patient shares of their mood, for who treats them: nothing else of it reaches a page of staff."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.house import House
from server.journal.keeping import Journal
from server.journal.mood.back import BEFORE, around, days_of
from server.journal.mood.entry import Seen, seen_of
from server.journal.mood.looking import Beside, Look, look, span_of
from server.journal.mood.rules import KIND
from server.patients.rules import Person
from server.record.opening import open_record
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/patients/{patient_id}/journal"
DAYS = "90"


@dataclass(frozen=True)
class Shared:
    """What is shared of the last days, the newest first, and how it looks; `sessions`: how many lie in them."""

    look: Look = field(repr=False)
    seen: Sequence[Seen] = field(repr=False)
    sessions: int


@dataclass(frozen=True)
class SharedPage:
    """journal/mood/shared.html"""

    person: Person = field(repr=False)
    base: str
    shared: Shared = field(repr=False)


async def shared_of(house: House, clinic_id: UUID, patient_id: UUID, today: date) -> Shared:
    """For a reader who has been found to treat them; the caller leaves the trace."""
    span = span_of(DAYS, today, None)
    entries = await Journal(house, clinic_id, patient_id, KIND).shared(span.first - BEFORE)
    sessions, treated = await around(house, clinic_id, patient_id, today)
    beside = Beside(sessions, [(one.begins, one.ends or today) for one in treated])
    inside = [one for one in entries if span.holds(one.day)]
    return Shared(
        look(days_of(entries), span, beside),
        [seen_of(one) for one in reversed(inside)],
        sum(span.holds(day) for day in sessions),
    )


async def shared_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/journal`. Raises NotFound for who does not treat them."""
    opened = await open_record(request)
    today = opened.now.astimezone(opened.clinic.zone).date()
    shared = await shared_of(opened.house, opened.clinic.id, opened.person.id, today)
    await opened.trace("journal.seen", page="mood", entries=len(shared.seen))
    return render(request, "journal/mood/shared.html", SharedPage(opened.person, opened.base, shared))


routes: list[GuardedRoute] = [page(PATH, shared_page, Action.RECORD, name="shared_mood")]
