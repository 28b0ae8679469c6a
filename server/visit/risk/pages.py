"""One answer that needs somebody: who was called, who looks after it, and for whom it is, whom it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role, Subject, Viewer, may
from server.accounts.team.store import team
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.people.relating import known_between, relation
from server.clinic.requests import form_of
from server.countries import country_of
from server.errors import NotFound
from server.house import House, house_of
from server.measures import store as measures
from server.measures.risk import store as risk
from server.measures.risk.history import Said, history_of
from server.measures.risk.rules import KINDS, URGENT
from server.moments import known_zone
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert
from server.safety.directory import directory
from server.safety.rules import Entry as HelpEntry
from server.safety.rules import entry_for
from server.templates import render
from server.visit.forms import Arrival
from server.visit.risk.kind import changed, of_alert
from server.visit.risk.whose import About
from server.visit.sealed import open_last_arrival


@dataclass(frozen=True)
class Whom:
    """The person: only for who leads them, looks after it, or works at the front desk."""

    person: Person = field(repr=False)
    country: str
    entry: HelpEntry
    arrival: Arrival | None = field(default=None, repr=False)
    said: Sequence[Said] = field(default=(), repr=False)


@dataclass(frozen=True)
class RiskPage:
    """visit/risk.html. `therapists`: who meets them. `answer`: who looks after it; `mine`: it is the viewer.
    `public_id`: '' where no booking asked, or whom they met by it works here no more (`left`); then `unseen` are the
    flags that the viewer can say they saw, as the form carries them, and `through` says that it was answered by the
    page of a booking all the same.
    """

    id: UUID
    therapists: Sequence[str]
    public_id: str
    leads: bool
    urgent: bool
    since: datetime
    called: Sequence[tuple[str, datetime]]
    open: bool
    answered_by: str
    answered_at: datetime | None
    mine: bool
    whom: Whom | None
    unseen: str
    through: bool
    left: bool


@dataclass(frozen=True)
class _Found:
    """`instead`: a later alert of the same, that is open."""

    alert: Alert
    of: About
    flags: Sequence[measures.Raised]
    names: dict[UUID, str]
    answer: risk.Answer | None
    instead: UUID | None


async def risk_page(request: Request) -> Response:
    """`GET /staff/risk/{alert}`: on to the one that calls people now, where this is closed. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    found = await _found(request)
    if found.instead:
        return RedirectResponse(f"/staff/risk/{found.instead}", 303)
    alert, of = found.alert, found.of
    answer = found.answer if alert.closed_at else None  # who looked after an earlier one does not look after this
    leads = await _leads(house, viewer, of)
    whom = await _whom(house, viewer, found, leads=leads)
    if whom:
        await _trace(house, viewer, of, "measure.alert_seen", {"answers": len(whom.said)})
    mine = answer is not None and answer.by_id == viewer.staff_id
    says = whom and of.visit is None and _may_see(viewer, found, leads=leads)  # with a booking on the page of the visit
    context = RiskPage(
        id=alert.id,
        therapists=[one.name for one in of.met_by],
        public_id=of.visit.public_id if of.visit else "",
        leads=leads,
        urgent=alert.kind == URGENT,
        since=alert.begun_at,
        called=alert.fired,
        open=alert.closed_at is None,
        answered_by=found.names.get(answer.by_id, "") if answer else "",
        answered_at=answer.at if answer else None,
        mine=mine,
        whom=whom,
        unseen=",".join(flag.id.hex for flag in found.flags) if says else "",
        through=bool(of.through),
        left=of.card is not None and of.visit is None,
    )
    return render(request, "visit/risk.html", context)


async def take(request: Request) -> Response:
    """'I look after it': nobody else is called, and who it is stands with it. The first counts. Where a louder alert
    took its place meanwhile nothing is answered: that one is shown first.
    """
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    found, staff_id = await _found(request), viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"

    async def work(db: AsyncSession) -> UUID:
        alert_id, answered = await risk.take(db, found.alert, staff_id, now)
        if answered:
            about_it = (*found.of.subject, "staff", staff_id, {"alert": str(found.alert.id)})
            note(db, Entry(found.of.clinic_id, "measure.alert_answered", *about_it), now)
        return alert_id

    to = await house.db.unit(work)
    await changed(house, found.alert)
    return RedirectResponse(f"/staff/risk/{to}", 303)


async def saw(request: Request) -> Response:
    """'I have seen it': who leads says so of the flags that their page showed; of what no booking asked also who looks
    after it. What came since calls on. Again is the same. Raises NotFound for anybody else.
    """
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    found, shown = await _found(request), (await form_of(request))["flags"].split(",")
    if viewer.staff_id is None or not _may_see(viewer, found, leads=await _leads(house, viewer, found.of)):
        raise NotFound()
    staff_id, flags = viewer.staff_id, [flag for flag in found.flags if flag.id.hex in shown]

    async def work(db: AsyncSession) -> None:
        if new := await risk.seen(db, flags, staff_id, now):
            about_it = (*found.of.subject, "staff", staff_id, {"flags": new})
            note(db, Entry(found.of.clinic_id, "measure.flag_seen", *about_it), now)

    await house.db.unit(work)
    await changed(house, found.alert)
    return RedirectResponse(f"/staff/risk/{found.alert.id}", 303)


def _may_see(viewer: Viewer, found: _Found, *, leads: bool) -> bool:
    mine = found.of.visit is None and found.answer is not None and found.answer.by_id == viewer.staff_id
    return (leads or mine) and viewer.has(Role.THERAPIST)


async def _found(request: Request) -> _Found:
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> _Found | None:
        alert = await alerts.alert_of(db, request.path_params["alert"])
        of = await of_alert(db, alert) if alert and alert.kind in KINDS else None
        if alert is None or of is None or not may(viewer, Action.ANSWER, Subject(alert.clinic_id)):
            return None
        names = {one.id: one.name for one in await team(db, alert.clinic_id)}
        flags = [one for one in await measures.flags_of(db, [alert.subject_id]) if one.seen_at is None]
        answers = await risk.answers_to(db, [alert.subject_id])
        calls = (await risk.open_for(db, [alert.subject_id])).get(alert.subject_id)
        instead = calls.id if calls and calls.id != alert.id else None
        return _Found(alert, of, flags, names, answers.get(alert.subject_id), instead)

    found = await house.db.read(work)
    if found is None:
        raise NotFound()
    return found


async def _leads(house: House, viewer: Viewer, of: About) -> bool:
    """Who meets them; of who is asked without a booking, or meets nobody by it any more, everybody who treats them."""
    if any(may(viewer, Action.LEAD_VISIT, one) for one in _subjects(of)):
        return True
    if of.visit or not viewer.has(Role.THERAPIST):
        return False
    return relation(house, viewer, await known_between(house, viewer, of.clinic_id, of.patient_id)) is not None


def _subjects(of: About) -> list[Subject]:
    """By whom they are met, as access asks."""
    return [Subject(of.clinic_id, one) for one in of.therapists] or [Subject(of.clinic_id)]


async def _whom(house: House, viewer: Viewer, found: _Found, *, leads: bool) -> Whom | None:
    """Contacts for who leads, looks after it or works at the desk; answers for therapists among the first two."""
    of, answer = found.of, found.answer
    treats = leads or (answer is not None and answer.by_id == viewer.staff_id)
    if not treats and not any(may(viewer, Action.BOOKINGS, one) for one in _subjects(of)):
        return None
    person = (await patients.people(house.db, house.keys, of.clinic_id, [of.patient_id])).get(of.patient_id)
    if person is None:
        return None
    zone = known_zone(person.zone)
    country = country_of(zone) if zone else ""
    said: Sequence[Said] = ()
    if treats and viewer.has(Role.THERAPIST):
        said = await history_of(house, of.clinic_id, of.patient_id, found.alert.subject_id)
    arrival = await _last_arrival(house, of) if treats else None
    return Whom(person, country, entry_for(directory(), country), arrival, said)


async def _last_arrival(house: House, of: About) -> Arrival | None:
    """What they said of where they are and whom to call, the last time they came."""
    blob = await house.db.read(lambda db: patients.arrival_blob(db, of.clinic_id, of.patient_id))
    key = (await house.keys.patients(of.clinic_id, [of.patient_id])).get(of.patient_id)
    return open_last_arrival(key, of.clinic_id, blob) if key and blob else None


async def _trace(house: House, viewer: Viewer, of: About, action: str, detail: dict[str, object]) -> None:
    entry = Entry(of.clinic_id, action, *of.subject, "staff", viewer.staff_id, detail)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)


routes: list[GuardedRoute] = [
    page("/staff/risk/{alert:uuid}", risk_page, Action.ANSWER),
    page("/staff/risk/{alert:uuid}/take", take, Action.ANSWER, ("POST",)),
    page("/staff/risk/{alert:uuid}/saw", saw, Action.ANSWER, ("POST",)),
]
