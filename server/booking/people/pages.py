"""People as staff find them: by name, mail or number; one person with their bookings; two records made one.

A therapist sees those who are or were booked with them; front desk and admin see the clinic's, and merge.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.booking import store
from server.booking.cards import firsts_of
from server.booking.forms import read_uuid
from server.booking.led import led_by, noted, own_clinic
from server.booking.people.forms import PARTS, parse
from server.booking.people.known import Known, asked_for, known_person, person_seen
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.errors import NotFound
from server.house import house_of
from server.patients import finding
from server.patients.merging import store as merges
from server.patients.merging.merge import merge
from server.patients.merging.rules import Refusal
from server.patients.rules import Person
from server.patients.space.store import spaces_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/patients"
LONGEST = 120
SHORTEST = 2

Firsts = Mapping[UUID, datetime]
"""When the first booking of each began, by which records of one name are told apart."""

Twice = Callable[[AsyncSession, UUID, UUID, UUID], Awaitable[bool]]
"""Whether a course of one programme would go on twice: (db, clinic, one patient, the other)."""


@dataclass(frozen=True)
class PatientsPage:
    """The context of booking/people/search.html."""

    asked: str = field(repr=False)
    found: Sequence[Person] = field(repr=False)
    first: Firsts


@dataclass(frozen=True)
class PatientPage:
    """The context of booking/people/one.html; `alike` are others who may be the same person, for who may merge."""

    person: Person = field(repr=False)
    ahead: Sequence[BookingCard]
    past: Sequence[BookingCard]
    merges: bool
    alike: Sequence[Person] = field(repr=False)
    first: Firsts
    spaces: int = 0  # through which they, or who acts for them, come in by themselves


@dataclass(frozen=True)
class MergePage:
    """The context of booking/people/merge.html; without `gone` it looks for the other record; `twice`: of both a course
    of one programme goes on. `opens`: of which of both a space is open to the patient or to who acts for them.
    """

    kept: Known = field(repr=False)
    gone: Known | None = field(repr=False)
    differ: Sequence[str]
    found: Sequence[Person] = field(repr=False)
    asked: str = field(repr=False)
    refused: str
    first: Firsts
    twice: bool = False
    opens: int = 0


async def patients_page(request: Request) -> Response:
    """`GET /staff/patients`: nobody is listed before somebody is asked for."""
    asked = request.query_params.get("q", "").strip()[:LONGEST]
    found = await _found(request, asked)
    return render(request, "booking/people/search.html", PatientsPage(asked, found, await _firsts(request, found)))


async def patient_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}`; the id of a merged record leads to the one it became part of."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    asked, patient_id = await asked_for(request, clinic)
    if asked != patient_id:
        return RedirectResponse(f"{PATH}/{patient_id}", 303)
    known = await known_person(house, viewer, clinic, patient_id)
    merges_too = admits(viewer, Action.MERGE)
    now, alike = house.clock(), await finding.like(house, clinic.id, known.person) if merges_too else []
    context = PatientPage(
        person=known.person,
        ahead=[card for card in known.cards if card.ends_at > now],
        past=[card for card in reversed(known.cards) if card.ends_at <= now],
        merges=merges_too,
        alike=alike,
        first=await _firsts(request, alike),
        spaces=len(await house.db.read(lambda db: spaces_of(db, patient_id))),
    )
    await person_seen(house, viewer, clinic, "patient.seen", patient_id)
    return render(request, "booking/people/one.html", context)


async def merge_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/merge`: `with` the other record, or `q` to look for it."""
    return await _show(request, request.query_params)


async def merge_them(request: Request) -> Response:
    """`POST /staff/patients/{patient_id}/merge`: 303 to the person, or why not. Sent twice, it merges once."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    fields = await text_fields(request)
    _, kept_id = await asked_for(request, clinic)
    gone_id = read_uuid(fields.get("with", ""))
    back = RedirectResponse(f"{PATH}/{kept_id}?notice=merged", 303)
    if gone_id is None or viewer.staff_id is None:
        raise NotFound()
    if kept_id != gone_id and await house.db.read(lambda db: merges.kept_of(db, clinic.id, gone_id)) == kept_id:
        return back
    refused = await merge(house, clinic.id, kept_id, gone_id, parse(fields), viewer.staff_id)
    return await _show(request, fields, refused) if refused else back


async def _show(request: Request, asked: Mapping[str, str], refused: Refusal | None = None) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    _, kept_id = await asked_for(request, clinic)
    kept = await known_person(house, viewer, clinic, kept_id)
    gone_id = read_uuid(asked.get("with", ""))
    gone = await known_person(house, viewer, clinic, gone_id) if gone_id and gone_id != kept_id else None
    text = asked.get("q", "").strip()[:LONGEST]
    others = [] if gone else await _found(request, text) or await finding.like(house, clinic.id, kept.person)
    twice: Twice = request.app.state.would_be_twice
    other = gone.person.id if gone else kept_id
    context = MergePage(
        kept=kept,
        gone=gone,
        differ=[part for part in PARTS if gone and _differ(kept.person, gone.person, part)],
        found=[one for one in others if one.id != kept_id],
        asked=text,
        refused=refused.value if refused else "",
        first=await _firsts(request, others),
        twice=gone is not None and await house.db.read(lambda db: twice(db, clinic.id, kept_id, other)),
        opens=await house.db.read(lambda db: _opens(db, [kept_id, gone.person.id])) if gone else 0,
    )
    await person_seen(house, viewer, clinic, "patient.merge_looked", kept_id, others=1 if gone else len(context.found))
    return render(request, "booking/people/merge.html", context, status=409 if refused else 200)


async def _opens(db: AsyncSession, patient_ids: Sequence[UUID]) -> int:
    """Of how many of these somebody comes in by themselves."""
    return len([one for one in patient_ids if await spaces_of(db, one)])


def _differ(one: Person, other: Person, part: str) -> bool:
    """Whether somebody has to choose: both have it, and not the same."""
    mine, theirs = getattr(one, part), getattr(other, part)
    return bool(mine and theirs and mine != theirs)


async def _found(request: Request, asked: str) -> list[Person]:
    house, viewer = house_of(request), viewer_of(request)
    if len(asked) < SHORTEST:
        return []
    clinic, led = await own_clinic(house, viewer), led_by(viewer)

    async def theirs(db: AsyncSession) -> list[UUID] | None:
        return await store.patient_ids(db, clinic.id, led) if led else None

    found = await finding.find(house, clinic.id, asked, clinic.country, await house.db.read(theirs))
    await noted(house, viewer, clinic, "patients.searched", None, {"patients": len(found)})
    return found


async def _firsts(request: Request, found: Sequence[Person]) -> Firsts:
    """For a therapist of their own bookings with them alone."""
    clinic, led = await own_clinic(house_of(request), viewer_of(request)), led_by(viewer_of(request))
    whose = [one.id for one in found]
    return await house_of(request).db.read(lambda db: firsts_of(db, clinic.id, whose, led))


routes: list[GuardedRoute] = [
    page(PATH, patients_page, Action.PATIENTS),
    page(PATH + "/{patient_id}", patient_page, Action.PATIENTS),
    page(PATH + "/{patient_id}/merge", merge_page, Action.MERGE),
    page(PATH + "/{patient_id}/merge", merge_them, Action.MERGE, methods=("POST",)),
]
