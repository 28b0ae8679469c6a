"""One red or late reading: who took it, who was called, who looks after it; the first who says so counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, may
from server.accounts.team.store import team
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.people.relating import treated_by
from server.clinic.confirming.rules import Said, holds
from server.clinic.confirming.store import said_of
from server.errors import NotFound
from server.house import house_of
from server.patients import store as patients
from server.programmes.observing.store import Taken, called_about
from server.routing import GuardedRoute, page, viewer_of
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert
from server.templates import render
from server.visit.readings.topics import KEY as TOPIC
from server.visit.readings.topics import version

ANSWERED = "answered"
COURSE = "/staff/patients/{0.patient_id}/courses/{0.course_id}#emergency"


@dataclass(frozen=True)
class ReadingPage:
    """visit/reading.html. `name`: of the patient, for who treats them, took it or looks after it, else ''; `course`:
    where the course is, for who treats them, else ''; `confirmed_by`: which clinician stands up for who is called
    when, '' while nobody does.
    """

    id: UUID
    name: str = field(repr=False)
    course: str
    late: bool
    taken_by: str
    since: datetime
    called: Sequence[tuple[str, datetime]]
    open: bool
    answered_by: str
    answered_at: datetime | None
    mine: bool
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class _Found:
    alert: Alert
    entry: Taken
    names: dict[UUID, str]
    treats: bool
    sure: Said | None


async def reading_page(request: Request) -> Response:
    """`GET /staff/readings/{alert}`. Raises NotFound."""
    house, viewer, found = house_of(request), viewer_of(request), await _found(request)
    alert, mine = found.alert, found.alert.closed_by == viewer.staff_id
    name = ""
    if found.treats or viewer.staff_id in (alert.closed_by, found.entry.by):
        known = await patients.names(house.db, house.keys, alert.clinic_id, {found.entry.patient_id})
        name = known.get(found.entry.patient_id, "")
        await _trace(request, found, "reading.alert_seen")
    context = ReadingPage(
        id=alert.id,
        name=name,
        course=COURSE.format(found.entry) if found.treats else "",
        late=found.entry.late,
        taken_by=found.names.get(found.entry.by, "") if found.entry.by else "",
        since=alert.begun_at,
        called=alert.fired,
        open=alert.closed_at is None,
        answered_by=found.names.get(alert.closed_by, "") if alert.closed_by else "",
        answered_at=alert.closed_at,
        mine=mine,
        confirmed_by=found.names.get(found.sure.by, "") if found.sure else "",
        confirmed_at=found.sure.at if found.sure else None,
    )
    return render(request, "visit/reading.html", context)


async def take(request: Request) -> Response:
    """'I look after it': nobody else is called, and who it is stands with it. The first one counts."""
    house, viewer, found = house_of(request), viewer_of(request), await _found(request)
    now = house.clock()
    trace = _entry(request, found, "reading.alert_answered")

    async def work(db: AsyncSession) -> None:
        if await alerts.open_alerts(db, found.alert.kind, [found.alert.subject_id]):
            await alerts.close(db, found.alert.kind, found.alert.subject_id, now, ANSWERED, viewer.staff_id)
            note(db, trace, now)

    await house.db.unit(work)
    await house.live.changed(f"day:{found.alert.clinic_id}")
    return RedirectResponse(f"/staff/readings/{found.alert.id}", 303)


async def _found(request: Request) -> _Found:
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> _Found | None:
        alert = await alerts.alert_of(db, request.path_params["alert"])
        entry = await called_about(db, alert) if alert else None
        if alert is None or entry is None or not may(viewer, Action.ANSWER, Subject(alert.clinic_id)):
            return None
        whom = await treated_by(db, viewer, alert.clinic_id, house.clock())
        names = {one.id: one.name for one in await team(db, alert.clinic_id)}
        treats = may(viewer, Action.PROGRAMMES, Subject(clinic_id=alert.clinic_id))
        said = await said_of(db, alert.clinic_id, TOPIC)
        sure = said if holds(said, version()) else None
        return _Found(alert, entry, names, treats and (whom is None or entry.patient_id in whom), sure)

    found = await house.db.read(work)
    if found is None:
        raise NotFound()
    return found


def _entry(request: Request, found: _Found, action: str) -> Entry:
    detail = {"alert": str(found.alert.id), "course": found.entry.course_id.hex}
    staff_id = viewer_of(request).staff_id
    return Entry(found.alert.clinic_id, action, "patient", found.entry.patient_id, "staff", staff_id, detail)


async def _trace(request: Request, found: _Found, action: str) -> None:
    house, entry = house_of(request), _entry(request, found, action)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)


routes: list[GuardedRoute] = [
    page("/staff/readings/{alert:uuid}", reading_page, Action.ANSWER),
    page("/staff/readings/{alert:uuid}/take", take, Action.ANSWER, ("POST",)),
]
