"""The door of a space: which space this browser has open, and what it shows right now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection, Request

from server.access import Action, Door, Subject, Viewer, may
from server.accounts.rules import is_activity
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import store as clinics
from server.errors import NotFound, SignInNeeded
from server.house import House, house_of
from server.middleware.login import cookie_name
from server.patients.acting.rules import Kind
from server.patients.acting.store import acting_for, rules_of
from server.patients.space import store
from server.patients.space.rules import NOTED_EVERY, Login, Member, Sight, is_open, sight
from server.patients.space.store import Found
from server.routing import viewer_of

COOKIE = "me"
LEFT, SHARED = "left", "shared"
"""What a page keeps for its next request where somebody left at once; this value: only a device that several use is
signed out, any other that nothing stays.
"""


@dataclass(frozen=True)
class Open:
    """A space that is open in this browser. `whole`: patients of whom it shows all, `times`: of whom the bookings."""

    login: Login
    id: UUID
    clinic_id: UUID
    members: Sequence[Member]
    whole: frozenset[UUID]
    times: frozenset[UUID]
    bookings: frozenset[UUID]

    def holds(self, patient_id: UUID, booking_id: UUID) -> bool:
        """Whether this booking of this patient stands in it."""
        return patient_id in self.whole | self.times or booking_id in self.bookings

    @property
    def own(self) -> UUID | None:
        """The patient whose own space it is."""
        return next((one.patient_id for one in self.members if one.helper_id is None), None)

    @property
    def viewer(self) -> Viewer:
        """The person who looks, as the policy knows them."""
        return Viewer(
            Door.SPACE, clinic_id=self.clinic_id, login_id=self.login.id, bookings=self.bookings, space_id=self.id,
            patients=self.whole,
        )  # fmt: skip


async def open_space(house: House, connection: HTTPConnection, *, anew: bool = False) -> Open | None:
    """The space that this browser has open; looked at once for each request, and noted at times that it was used.

    `anew`: it is looked at again, for a stream that goes on for long.
    """
    token = connection.cookies.get(cookie_name(COOKIE, house.settings.https), "")
    if not token:
        return None
    if anew or not hasattr(connection.state, "space"):
        connection.state.space = await _look(house, connection, token)
    found: Open | None = connection.state.space
    return found


async def _look(house: House, connection: HTTPConnection, token: str) -> Open | None:
    now = house.clock()
    found = await house.db.read(partial(store.by_token, token=token))
    if found is None or not is_open(found[0], now):
        return None
    login, there = found
    if LEFT in connection.cookies and not (login.own and connection.cookies[LEFT] == SHARED):
        await house.db.unit(partial(_leave, there=there, login=login, now=now))
        return None
    method, mode = connection.scope.get("method", "GET"), connection.headers.get("sec-fetch-mode", "")
    if is_activity(method, mode) and now - login.seen_at >= (NOTED_EVERY if login.own else timedelta(seconds=30)):
        await house.db.unit(partial(store.seen, login_id=login.id, now=now))
    seen = [(one.patient_id, await _sight(house, there.clinic_id, one)) for one in there.members]
    whole = frozenset(patient_id for patient_id, how in seen if how is Sight.WHOLE)
    times = frozenset(patient_id for patient_id, how in seen if how is Sight.TIMES)
    return Open(login, there.id, there.clinic_id, there.members, whole, times, there.bookings)


async def _leave(db: AsyncSession, there: Found, login: Login, now: datetime) -> None:
    """Whoever sits there now is not let in."""
    if await store.end_logins(db, there.id, now, one=login.id):
        detail = {"devices": 1, "at_once": True}
        note(db, Entry(there.clinic_id, "space.closed", "space", there.id, "patient", None, detail), now)


async def _sight(house: House, clinic_id: UUID, member: Member) -> Sight:
    """Who acts for somebody sees what the arrangement of today says; it may have changed since they came in."""
    if member.helper_id is None:
        return Sight.WHOLE
    acting = await acting_for(house.db, house.keys, clinic_id, member.patient_id)
    rules = await house.db.read(lambda db: rules_of(db, clinic_id))
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, clinic_id))
    if clinic is None:
        return Sight.NOTHING
    day = house.clock().astimezone(clinic.zone).date()
    return sight(rules, acting.arranged, acting.helpers, member.helper_id, day)


async def own_space(request: Request) -> Open:
    """The space that is open here. Raises SignInNeeded."""
    space = await open_space(house_of(request), request)
    if space is None or not may(viewer_of(request), Action.SPACE, Subject(space.clinic_id, space_id=space.id)):
        raise SignInNeeded()
    return space


async def patient_asked(request: Request) -> tuple[Open, UUID]:
    """Whose own things a page is asked for: `of` in its address, else who is signed in, else whom they act for.

    For every page of a feature that holds what is a patient's own. Raises SignInNeeded; NotFound for anybody of whom
    this space does not show all.
    """
    space, asked = await own_space(request), request.query_params.get("of", "")
    patient_id = _id(asked) if asked else space.own or next(iter(sorted(space.whole, key=str)), None)
    if not may(viewer_of(request), Action.MINE, Subject(space.clinic_id, patient_id=patient_id)) or patient_id is None:
        raise NotFound()
    return space, patient_id


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def hand_of(house: House, space: Open, patient_id: UUID) -> tuple[str, UUID] | None:
    """(kind, id) of who looks here: the patient themselves, or who acts for them and whose standing was seen; None for
    who helps with times and decides nothing.
    """
    if patient_id == space.own:
        return "patient", patient_id
    acting = {one.helper_id for one in space.members if one.patient_id == patient_id}
    helpers = (await acting_for(house.db, house.keys, space.clinic_id, patient_id)).helpers
    kinds = {Kind.GUARDIAN, Kind.PROXY}
    found = [one for one in helpers if one.id in acting and one.confirmed and one.kind in kinds]
    return next(((one.kind.value, one.id) for one in found), None)
