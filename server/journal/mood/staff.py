"""What a patient shares of their mood, for who treats them: nothing else of it reaches this page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.journal.keeping import Journal
from server.journal.mood.entry import Seen, seen_of
from server.journal.mood.rules import KIND
from server.patients.rules import Person
from server.record.opening import open_record
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/patients/{patient_id}/journal"
DAYS = 90


@dataclass(frozen=True)
class SharedPage:
    """journal/mood/shared.html: entries of the last `days`, the newest first"""

    person: Person = field(repr=False)
    base: str
    seen: Sequence[Seen] = field(repr=False)
    since: date
    days: int = DAYS


async def shared_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/journal`. Raises NotFound for who does not treat them."""
    opened = await open_record(request)
    since = opened.now.astimezone(opened.clinic.zone).date() - timedelta(days=DAYS - 1)
    entries = await Journal(opened.house, opened.clinic.id, opened.person.id, KIND).shared(since)
    await opened.trace("journal.seen", page="mood", entries=len(entries))
    context = SharedPage(opened.person, opened.base, [seen_of(one) for one in reversed(entries)], since)
    return render(request, "journal/mood/shared.html", context)


routes: list[GuardedRoute] = [page(PATH, shared_page, Action.RECORD, name="shared_mood")]
