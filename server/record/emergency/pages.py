"""Opening a record that is not one's own in an emergency: with a reason, for four hours, and others hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action, Viewer
from server.accounts.team import store as team
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.led import own_clinic
from server.booking.people.relating import known_between, relation, treating
from server.booking.requests import text_fields
from server.clinic.rules import Clinic
from server.errors import NotFound, Unprocessable
from server.house import House, house_of
from server.patients import finding
from server.patients import store as patients
from server.patients.care import store
from server.patients.care.rules import GLASS
from server.patients.care.store import Glass
from server.patients.names import name_parts
from server.patients.rules import Person
from server.record.emergency.forms import Reason, Wish, parse
from server.record.emergency.mails import TOPIC
from server.record.emergency.rules import heard_by
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/emergency"
LIST = "/staff/clinic/emergency"


@dataclass(frozen=True)
class EmergencyPage:
    """record/emergency.html. `hours`: how long it lasts; `once`: the id it will have; `alone`: nobody else works
    there.
    """

    hours: int
    once: str
    form: Mapping[str, str] = field(repr=False)
    problem: str
    alone: bool


@dataclass(frozen=True)
class Opening:
    """One emergency access as an admin reads it."""

    glass: Glass
    who: str
    whose: str = field(repr=False)
    reason: str = field(repr=False)
    running: bool


@dataclass(frozen=True)
class OpeningsPage:
    """record/emergencies.html"""

    openings: Sequence[Opening] = field(repr=False)
    hours: int


async def emergency_page(request: Request) -> Response:
    """`GET /staff/emergency`."""
    return await _show(request, {}, "")


async def break_glass(request: Request) -> Response:
    """Open the one record that is meant: 303 to it, or why not. Every try leaves a trace."""
    house, viewer, fields = house_of(request), viewer_of(request), await text_fields(request)
    clinic, once = await own_clinic(house, viewer), read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    wish = parse(fields)
    found = await _meant(house, viewer, clinic, wish) if isinstance(wish, Wish) else wish
    if isinstance(found, Reason) or isinstance(wish, Reason):
        await _tried(house, viewer, clinic, found)
        return await _show(request, fields, str(found), 422)
    await _open(house, viewer, clinic, found, wish.reason, once)
    return RedirectResponse(f"/staff/patients/{found.id}/record", 303)


async def _meant(house: House, viewer: Viewer, clinic: Clinic, wish: Wish) -> Person | Reason:
    """The one person whose whole name, mail or number this is."""
    some = await finding.find(house, clinic.id, wish.who, clinic.country)
    parts = set(name_parts(wish.who))
    whole = [one for one in some if set(name_parts(one.name)) == parts or _reached(one, wish.who)]
    if len(whole) != 1:
        return Reason.SEVERAL if whole else Reason.NOBODY
    known = await known_between(house, viewer, clinic.id, whole[0].id)
    return Reason.YOURS if relation(house, viewer, known) else whole[0]


def _reached(one: Person, who: str) -> bool:
    digits = "".join(sign for sign in who if sign.isdigit())
    number = "".join(sign for sign in one.phone if sign.isdigit())
    return who.casefold() == one.mail.casefold() or (len(digits) > 5 and number.endswith(digits.lstrip("0")))


async def _tried(house: House, viewer: Viewer, clinic: Clinic, why: object) -> None:
    entry = Entry(clinic.id, "glass.refused", "clinic", clinic.id, "staff", viewer.staff_id, {"why": str(why)})

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)


async def _open(house: House, viewer: Viewer, clinic: Clinic, person: Person, reason: str, once: UUID) -> None:
    now, staff_id = house.clock(), viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"
    key = await house.keys.patient(clinic.id, person.id)
    sealed = store.seal_reason(key, clinic.id, once, reason)
    glass = Glass(once, clinic.id, person.id, staff_id, now, now + GLASS, reason=sealed)
    detail = {"glass": once.hex, "until": glass.until.isoformat()}

    async def work(db: AsyncSession) -> None:
        if not await store.break_glass(db, glass):
            return
        note(db, Entry(clinic.id, "glass.broken", "patient", person.id, "staff", staff_id, detail), now)
        everybody = await team.team(db, clinic.id)
        heard = heard_by(everybody, staff_id, await treating(db, clinic.id, person.id, everybody, now))
        about = {"glass": str(once), "clinic": str(clinic.id), "stands": heard.stands.value}
        for one in sorted(heard.ids, key=str):
            outbox.add(db, TOPIC, {"staff": str(one), **about}, now)

    await house.db.unit(work)
    house.outbox.nudge()


async def one_page(request: Request) -> Response:
    """`GET /staff/emergency/{glass}`: on to who looked, for who treats whose record it is. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, glass_id = await own_clinic(house, viewer), request.path_params["glass"]
    glass = await house.db.read(lambda db: store.glass_of(db, clinic.id, glass_id))
    if glass is None or not relation(house, viewer, await known_between(house, viewer, clinic.id, glass.patient_id)):
        raise NotFound()
    return RedirectResponse(f"/staff/patients/{glass.patient_id}/record/looked", 303)


async def openings_page(request: Request) -> Response:
    """`GET /staff/clinic/emergency`: every emergency access of the clinic, for its admins; one row in the audit for
    each patient whose name and reason stand there.
    """
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = await own_clinic(house, viewer), house.clock()

    async def work(db: AsyncSession) -> tuple[list[Glass], dict[UUID, str]]:
        staff = {one.id: one.name for one in await team.team(db, clinic.id)}
        return await store.glasses(db, clinic.id), staff

    glasses, staff = await house.db.read(work)
    ids = {one.patient_id for one in glasses}
    people = await patients.people(house.db, house.keys, clinic.id, ids)
    keys = await house.keys.patients(clinic.id, ids)
    openings = [
        Opening(
            glass=one,
            who=staff.get(one.staff_id, ""),
            whose=people[one.patient_id].name,
            reason=store.open_reason(keys[one.patient_id], one),
            running=_running(one, now),
        )
        for one in glasses
        if one.patient_id in people and one.patient_id in keys
    ]
    await _seen(house, viewer, openings)
    return render(request, "record/emergencies.html", OpeningsPage(openings, GLASS.seconds // 3600))


async def _seen(house: House, viewer: Viewer, openings: Sequence[Opening]) -> None:
    ids = {(one.glass.clinic_id, one.glass.patient_id) for one in openings}
    rows = [Entry(clinic, "emergency.seen", "patient", whose, "staff", viewer.staff_id) for clinic, whose in ids]

    async def work(db: AsyncSession) -> None:
        for row in rows:
            note(db, row, house.clock())

    if rows:
        await house.db.unit(work)


def _running(one: Glass, now: datetime) -> bool:
    return one.ended_at is None and one.until > now


async def end(request: Request) -> Response:
    """End an emergency access now; again is the same. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, now = await own_clinic(house, viewer), house.clock()
    glass_id: UUID = request.path_params["glass"]

    async def work(db: AsyncSession) -> bool:
        one = await store.glass_of(db, clinic.id, glass_id)
        if one and await store.end_glass(db, clinic.id, glass_id, viewer.staff_id, now):
            detail = {"glass": glass_id.hex}
            note(db, Entry(clinic.id, "glass.ended", "patient", one.patient_id, "staff", viewer.staff_id, detail), now)
        return one is not None

    if not await house.db.unit(work):
        raise NotFound()
    return RedirectResponse(LIST, 303)


async def _show(request: Request, form: Mapping[str, str], problem: str, status: int = 200) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    assert viewer.staff_id is not None, "the gate lets staff alone through"
    clinic = await own_clinic(house, viewer)
    alone = not heard_by(await house.db.read(lambda db: team.team(db, clinic.id)), viewer.staff_id, ()).ids
    context = EmergencyPage(GLASS.seconds // 3600, form.get("once") or str(uuid4()), form, problem, alone)
    return render(request, "record/emergency.html", context, status=status)


routes: list[GuardedRoute] = [
    page(PATH, emergency_page, Action.EMERGENCY),
    page(PATH, break_glass, Action.EMERGENCY, ("POST",)),
    page(f"{PATH}/{{glass:uuid}}", one_page, Action.EMERGENCY, name="one_emergency"),
    page(LIST, openings_page, Action.AUDIT, name="emergencies"),
    page(f"{LIST}/{{glass:uuid}}/end", end, Action.AUDIT, ("POST",), name="end_emergency"),
]
