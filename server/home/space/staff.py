"""A patient's space as staff see it: whether there is one, a code handed over, devices signed out by phone.

Staff see that it is open somewhere, never what is in it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.accounts.requests import form_of
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import bookings_named
from server.booking.forms import read_uuid
from server.booking.led import own_clinic
from server.booking.people.known import Known, asked_for, known_person, person_seen
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.patients.acting.rules import Helper
from server.patients.acting.store import acting_for
from server.patients.rules import Person
from server.patients.space import knocking, store
from server.patients.space.rules import CODE_LASTS, Login, code_from, plain_code
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

BASE = "/staff/patients/{patient_id}/space"


@dataclass(frozen=True)
class Shown:
    """A space that shows this patient. `whose`: who acts for them, None: they themselves; `linked`: nobody has said
    whose it is, the link of a booking was enough for that booking alone. `others`: bookings of other records that its
    owner calls theirs, for who may merge."""

    id: UUID
    whose: str | None = field(repr=False)
    linked: bool
    logins: Sequence[Login]
    keys: int
    others: Sequence[BookingCard] = field(default=(), repr=False)


@dataclass(frozen=True)
class SpacePage:
    """space/staff.html. `code` is seen this once; `whose` is the name of who it is for."""

    person: Person = field(repr=False)
    helpers: Sequence[Helper] = field(repr=False)
    shown: Sequence[Shown] = field(repr=False)
    waiting: Sequence[tuple[str, datetime]] = field(repr=False)
    code: str = field(default="", repr=False)
    whose: str = field(default="", repr=False)
    reached: bool = True
    until: datetime | None = None


@dataclass(frozen=True)
class _Of:
    clinic: Clinic
    known: Known
    helpers: Sequence[Helper] = field(repr=False)

    @property
    def person(self) -> Person:
        return self.known.person

    def helper(self, helper_id: UUID | None) -> Helper | None:
        return next((one for one in self.helpers if one.id == helper_id), None)


async def space_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/space`."""
    of = await _of(request)
    await person_seen(house_of(request), viewer_of(request), of.clinic, "space.seen", of.person.id)
    return await _show(request, of)


async def hand_over(request: Request) -> Response:
    """A new code for the patient, or for somebody who acts for them; the answer to this POST shows it, nothing else."""
    of, house, viewer = await _of(request), house_of(request), viewer_of(request)
    helper_id = read_uuid((await form_of(request)).get("helper", ""))
    helper = of.helper(helper_id)
    if helper_id and helper is None:
        raise NotFound()
    code, now, secret = code_from(secrets.token_bytes(16)), house.clock(), house.keys.secret("space codes")
    who = (of.clinic.id, of.person.id, helper_id)

    async def work(db: AsyncSession) -> None:
        await knocking.hand_over(db, secret, plain_code(code), who, viewer.staff_id, now)
        detail = {"acts": helper is not None}
        entry = Entry(of.clinic.id, "space.code_made", "patient", of.person.id, "staff", viewer.staff_id, detail)
        note(db, entry, now)

    await house.db.unit(work)
    way = helper or of.person
    return await _show(
        request, of, code=code, whose=way.name, reached=bool(way.mail or way.phone), until=now + CODE_LASTS
    )


async def close(request: Request) -> Response:
    """Sign every device of a space out, as its owner asked by phone; with `keys` its passkeys are forgotten too.

    With `leave` it shows this patient no more. Raises NotFound for a space that is of somebody else.
    """
    of, house, viewer = await _of(request), house_of(request), viewer_of(request)
    fields = await form_of(request)
    space_id, now = read_uuid(fields.get("space", "")), house.clock()
    if space_id is None or space_id not in await _ids(request, of):
        raise NotFound()
    mine = space_id

    async def work(db: AsyncSession) -> None:
        detail = {"devices": await store.end_logins(db, mine, now), "space": mine.hex}
        if fields.get("keys"):
            detail["passkeys"] = await store.drop_passkeys(db, mine)
        if fields.get("leave"):
            await store.end_member(db, mine, of.person.id, viewer.staff_id, now)
            detail["left"] = 1
        entry = Entry(of.clinic.id, "space.closed", "patient", of.person.id, "staff", viewer.staff_id, detail)
        note(db, entry, now)

    await house.db.unit(work)
    return RedirectResponse(f"/staff/patients/{of.person.id}/space?notice=closed", 303)


async def _of(request: Request) -> _Of:
    """The patient of this address. Raises NotFound for whom the viewer may not see."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    _, patient_id = await asked_for(request, clinic)
    known = await known_person(house, viewer, clinic, patient_id)
    acting = await acting_for(house.db, house.keys, clinic.id, patient_id)
    return _Of(clinic, known, acting.helpers)


async def _ids(request: Request, of: _Of) -> list[UUID]:
    """The spaces that show this patient, and those that show a booking of theirs by its link."""

    async def work(db: AsyncSession) -> list[UUID]:
        found = [one.id for one in await store.spaces_of(db, of.person.id)]
        for card in of.known.cards:
            found += await store.spaces_with(db, card.id)
        return list(dict.fromkeys(found))

    return await house_of(request).db.read(work)


async def _show(
    request: Request, of: _Of, *, code: str = "", whose: str = "", reached: bool = True, until: datetime | None = None
) -> Response:
    house = house_of(request)
    ids, now = await _ids(request, of), house.clock()
    merges = admits(viewer_of(request), Action.MERGE)

    async def work(db: AsyncSession) -> tuple[list[Shown], list[tuple[str, datetime]]]:
        shown = [await _shown(db, of, space_id, now, merges=merges) for space_id in ids]
        codes = await knocking.waiting_codes(db, of.person.id, now)
        return shown, [(_name(of, one.helper_id), one.expires_at) for one in codes]

    shown, waiting = await house.db.read(work)
    context = SpacePage(of.person, of.helpers, shown, waiting, code, whose, reached, until)
    return render(request, "space/staff.html", context)


async def _shown(db: AsyncSession, of: _Of, space_id: UUID, now: datetime, *, merges: bool) -> Shown:
    found = await store.space(db, space_id)
    members = [one for one in found.members if one.patient_id == of.person.id] if found else []
    helper_id = next((one.helper_id for one in members), None)
    open_ones, keys = await store.logins(db, space_id, now), await store.passkeys(db, space_id)
    added = await bookings_named(db, found.bookings) if found and merges else {}
    others = [card for card in added.values() if card.patient_id != of.person.id] if members else []
    whose = _name(of, helper_id) if helper_id else None
    return Shown(space_id, whose, not members, open_ones, len(keys), others)


def _name(of: _Of, helper_id: UUID | None) -> str:
    helper = of.helper(helper_id)
    return helper.name if helper else of.person.name


routes: list[GuardedRoute] = [
    page(BASE, space_page, Action.HAND_OVER, name="patient_space"),
    page(f"{BASE}/code", hand_over, Action.HAND_OVER, ("POST",), name="patient_space_code"),
    page(f"{BASE}/close", close, Action.HAND_OVER, ("POST",), name="patient_space_close"),
]
