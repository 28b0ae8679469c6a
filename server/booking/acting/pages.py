"""Who acts for one patient: who it is, what was seen, and who is told what."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.acting import settings
from server.booking.led import own_clinic
from server.booking.people.known import asked_for, known_person, person_seen
from server.booking.requests import text_fields
from server.clinic import store as clinics
from server.clinic.requests import Typed, entry_of
from server.clinic.rules import Clinic
from server.house import House, house_of
from server.patients.acting import store
from server.patients.acting.forms import (
    Problem,
    parse_arrangement,
    parse_helper,
)
from server.patients.acting.rules import (
    ActingRules,
    Arrangement,
    Helper,
    Told,
    Whose,
    age_on,
    audience,
    counts,
    told,
    whose_yes,
)
from server.patients.acting.store import Acting
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATIENT = "/staff/patients/{patient_id}/acting"


class _Overtaken(Exception):
    """Somebody else changed it first: what was written is undone."""


@dataclass(frozen=True)
class ActingPage:
    """booking/acting/patient.html. `gets`: who gets the messages now; `yes`: who agreed to the clinic's text, when."""

    person: Person = field(repr=False)
    acting: Acting = field(repr=False)
    rules: ActingRules
    age: int | None
    who: Told
    gets_patient: bool
    gets: Sequence[Helper] = field(repr=False)
    whose: Whose
    yes: Sequence[tuple[str, datetime]]
    agreed: bool
    asked: bool  # the clinic has a text
    over: str
    form: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem]
    overtaken: bool


@dataclass(frozen=True)
class _Of:
    """Whom a request is about."""

    clinic: Clinic
    person: Person = field(repr=False)
    acting: Acting = field(repr=False)


async def patient_acting(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/acting`."""
    return await _show(request, await _of(request), {}, {})


async def add_helper(request: Request) -> Response:
    """Somebody more acts for this patient. What was seen of it makes them confirmed."""
    house, viewer = house_of(request), viewer_of(request)
    fields, of = await text_fields(request), await _of(request)
    helper = parse_helper(uuid4(), fields, of.clinic.country, of.person.language)
    if not isinstance(helper, Helper):
        return await _show(request, of, fields, helper, status=422)
    key, ring, now = (
        await house.keys.patient(of.clinic.id, of.person.id),
        await house.keys.clinic(of.clinic.id),
        house.clock(),
    )
    row = store.helper_row(key, ring, of.person.id, helper, viewer.staff_id, now)

    async def work(db: AsyncSession) -> None:
        await store.begin(db, of.clinic.id, row, ())
        await clinics.note_acting(db, of.clinic.id)
        detail = {"helper": helper.id.hex, "kind": helper.kind.value, "confirmed": helper.confirmed}
        note(db, entry_of(viewer, "helper.added", "patient", of.person.id, detail), now)

    await house.db.unit(work)
    return _back(of)


async def end_helper(request: Request) -> Response:
    """They act no more; again is the same."""
    return await _note(request, "helper.ended", store.end_helper)


async def confirm_helper(request: Request) -> Response:
    """Somebody has seen on what it rests; again is the same."""
    return await _note(request, "helper.confirmed", store.confirm_helper)


async def arrange(request: Request) -> Response:
    """Date of birth, who is told, and whether it is confidential; 409 when somebody else was faster."""
    house, viewer = house_of(request), viewer_of(request)
    fields, of = await text_fields(request), await _of(request)
    over = tuple(one for one in of.acting.arranged.over if one.hex in fields.get("over", ""))
    if over != of.acting.arranged.over:
        return await _show(request, of, fields, {}, overtaken=True, status=409)
    arranged = parse_arrangement(over, fields, _today(house, of.clinic))
    if not isinstance(arranged, Arrangement):
        return await _show(request, of, fields, arranged, status=422)
    key, now = await house.keys.patient(of.clinic.id, of.person.id), house.clock()
    rows = store.arrangement_rows(key, of.clinic.id, of.person.id, arranged, viewer.staff_id, now)

    async def work(db: AsyncSession) -> None:
        if not await store.arrange(db, rows):
            raise _Overtaken()
        await clinics.note_acting(db, of.clinic.id)
        detail = {"told": arranged.told, "confidential": arranged.confidential, "born": arranged.born is not None}
        note(db, entry_of(viewer, "patient.arranged", "patient", of.person.id, detail), now)

    try:
        await house.db.unit(work)
    except _Overtaken:
        return await _show(request, await _of(request), fields, {}, overtaken=True, status=409)
    return _back(of)


async def _note(
    request: Request,
    action: str,
    change: Callable[[AsyncSession, UUID, UUID, UUID, UUID | None, datetime], Awaitable[bool]],
) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    of, helper_id = await _of(request), request.path_params["helper"]

    async def work(db: AsyncSession) -> None:
        now = house.clock()
        if await change(db, of.clinic.id, of.person.id, helper_id, viewer.staff_id, now):
            note(db, entry_of(viewer, action, "patient", of.person.id, {"helper": helper_id.hex}), now)

    await house.db.unit(work)
    return _back(of)


async def _of(request: Request) -> _Of:
    """The patient of this address. Raises NotFound for whom the viewer may not see."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    _, patient_id = await asked_for(request, clinic)
    known = await known_person(house, viewer, clinic, patient_id)
    return _Of(clinic, known.person, await store.acting_for(house.db, house.keys, clinic.id, patient_id))


async def _show(
    request: Request,
    of: _Of,
    fields: Mapping[str, str],
    problems: Mapping[str, Problem],
    *,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    person, acting, today = of.person, of.acting, _today(house, of.clinic)
    rules = await house.db.read(lambda db: store.rules_of(db, of.clinic.id))
    yes = await house.db.read(lambda db: store.yeses_of(db, person.id, of.clinic.consent_version))
    whose = whose_yes(rules, acting.arranged, acting.seen, today)
    reached = bool(person.mail or person.phone)
    themselves, helpers = told(rules, acting.arranged, acting.helpers, today, reached=reached)
    context = ActingPage(
        person=person,
        acting=acting,
        rules=rules,
        age=age_on(acting.arranged.born, today) if acting.arranged.born else None,
        who=audience(rules, acting.arranged, acting.helpers, today),
        gets_patient=themselves,
        gets=helpers,
        whose=whose,
        yes=yes,
        agreed=any(counts(given_by, whose) for given_by, _ in yes),
        asked=bool(of.clinic.consent_text),
        over=",".join(one.hex for one in acting.arranged.over),
        form=Typed(fields) if fields else Typed(_fields(acting.arranged)),
        problems=problems,
        overtaken=overtaken,
    )
    await person_seen(house, viewer, of.clinic, "patient.acting_seen", person.id, others=len(acting.helpers))
    return render(request, "booking/acting/patient.html", context, status=status)


def _fields(arranged: Arrangement) -> dict[str, str]:
    born = arranged.born.isoformat() if arranged.born else ""
    return {"born": born, "told": arranged.told or "", "confidential": "yes" if arranged.confidential else ""}


def _today(house: House, clinic: Clinic) -> date:
    return house.clock().astimezone(clinic.zone).date()


def _back(of: _Of) -> RedirectResponse:
    return RedirectResponse(f"/staff/patients/{of.person.id}/acting?notice=kept", 303)


routes: list[GuardedRoute] = [
    *settings.routes,
    page(PATIENT, patient_acting, Action.PATIENTS),
    page(PATIENT, add_helper, Action.PATIENTS, methods=("POST",)),
    page(PATIENT + "/arrangement", arrange, Action.PATIENTS, methods=("POST",)),
    page(PATIENT + "/{helper:uuid}/end", end_helper, Action.PATIENTS, methods=("POST",)),
    page(PATIENT + "/{helper:uuid}/confirm", confirm_helper, Action.PATIENTS, methods=("POST",)),
]
