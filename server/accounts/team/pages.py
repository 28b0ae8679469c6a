"""The team of a clinic: who works here, as what, and how they get in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action, Role, Subject, Viewer, may
from server.accounts import store
from server.accounts.factors.store import drop_factors
from server.accounts.forms import Fields, Invitation, Reason, Reasons, parse_invitation, parse_roles
from server.accounts.requests import choices_of, entry_of, form_of, staff_of
from server.accounts.rules import Purpose
from server.accounts.store import NewStaff
from server.accounts.team.rules import (
    Person,
    TeamRefusal,
    refuse_disabling,
    refuse_factor_reset,
    refuse_roles,
)
from server.accounts.team.store import invite, set_disabled, set_roles, team
from server.audit.store import note
from server.errors import NotFound
from server.house import House, house_of
from server.middleware.login import keep_login
from server.routing import page, viewer_of
from server.templates import render

MAY_LEAVE = frozenset({"disabled", "roles-changed"})
TEAM = "/staff/team"
CLOSED = "staff.closed"
"""The topic of an account that was closed, for whoever has given its owner something to look after."""


@dataclass(frozen=True)
class Member:
    """One line of the page."""

    person: Person
    mail: str = field(repr=False)


@dataclass(frozen=True)
class TeamPage:
    """accounts/team.html"""

    members: Sequence[Member]
    me: UUID
    form: Fields
    roles: Sequence[str]
    reasons: Reasons


@dataclass(frozen=True)
class Change:
    """What an admin does to one person; `again` is the next token of their own login, when that person is them."""

    house: House
    viewer: Viewer
    target: UUID
    roles: frozenset[Role]
    again: str = field(repr=False)


Act = Callable[[AsyncSession, Change, Sequence[Person]], Awaitable[TeamRefusal | None]]


async def team_page(request: Request) -> Response:
    """Everybody, and a form to invite one more."""
    return await _show(request, {}, (), {})


async def invite_somebody(request: Request) -> Response:
    """Write them a link; they choose their own password and second factor."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    roles = await choices_of(request, "roles")
    wish = parse_invitation(fields, roles)
    if not isinstance(wish, Invitation):
        return await _show(request, fields, roles, wish)
    new = await _new(house, viewer, wish)

    async def work(db: AsyncSession) -> bool:
        if not await invite(db, new):
            return False
        outbox.add(db, "staff.invited", {"staff": str(new.id)}, house.clock())
        note(db, entry_of(viewer, "staff.invited", new.id, roles=sorted(wish.roles)), house.clock())
        return True

    if not await house.db.unit(work):
        return await _show(request, fields, roles, {"mail": Reason.TAKEN})
    house.outbox.nudge()
    return RedirectResponse(f"{TEAM}?notice=invited", 303)


async def _new(house: House, viewer: Viewer, wish: Invitation) -> NewStaff:
    staff_id, (_, clinic_id, _) = uuid4(), staff_of(viewer)
    ring = await house.keys.clinic(clinic_id)
    return NewStaff(
        id=staff_id,
        clinic_id=clinic_id,
        name=wish.name,
        mail_sealed=store.seal_mail(ring, clinic_id, staff_id, wish.mail),
        mail_index=store.mail_index(house.keys.secret("staff mail"), wish.mail),
        roles=wish.roles,
        password_hash=None,
        made_at=house.clock(),
    )


def change(act: Act, notice: str) -> Callable[[Request], Awaitable[Response]]:
    """A handler that does `act` to the person in the path. It raises NotFound for who does not work at this clinic."""

    async def handler(request: Request) -> Response:
        house, viewer, token = house_of(request), viewer_of(request), store.new_token()
        wanted = Change(house, viewer, _id_of(request), parse_roles(await choices_of(request, "roles")), token)
        refusal = await house.db.unit(partial(_change, act=act, change=wanted))
        house.outbox.nudge()
        if refusal is not None:
            return RedirectResponse(f"{TEAM}?notice={refusal.replace('_', '-')}", 303)
        return _done(wanted, notice)

    handler.__name__ = act.__name__
    return handler


def _done(change: Change, notice: str) -> Response:
    """Back to the team; somebody who gave their own right to it away goes to their day."""
    own = change.target == change.viewer.staff_id
    stays = not own or not change.roles or Role.ADMIN in change.roles
    response = RedirectResponse(_after(notice) if stays else "/staff", 303)
    if own:
        keep_login(response, change.again, https=change.house.settings.https)
    return response


def _after(notice: str) -> str:
    """Where it leads. What was booked with whoever may not lead it any more is shown first, if there is something."""
    back = f"{TEAM}?notice={notice}"
    return f"/staff/bookings/unkept?{urlencode({'back': back})}" if notice in MAY_LEAVE else back


async def _change(db: AsyncSession, act: Act, change: Change) -> TeamRefusal | None:
    _, clinic_id, login_id = staff_of(change.viewer)
    everybody = await team(db, clinic_id, lock=True)
    target = next((person for person in everybody if person.id == change.target), None)
    asked = Subject(clinic_id=target.clinic_id) if target else Subject()
    if not may(change.viewer, Action.TEAM, asked):
        raise NotFound()
    refusal = await act(db, change, everybody)
    if refusal is None and change.target == change.viewer.staff_id:
        await store.end_logins(db, change.target, change.house.clock(), but=login_id)
        await store.rotate_login(db, login_id, change.again)
    elif refusal is None:
        await store.end_logins(db, change.target, change.house.clock())
    return refusal


async def roles_set(db: AsyncSession, change: Change, everybody: Sequence[Person]) -> TeamRefusal | None:
    refusal = refuse_roles(everybody, change.target, change.roles)
    if refusal is None:
        await set_roles(db, change.target, change.roles)
        _note(db, change, "staff.roles_changed", roles=sorted(change.roles))
    return refusal


async def disabled(db: AsyncSession, change: Change, everybody: Sequence[Person]) -> TeamRefusal | None:
    refusal = refuse_disabling(everybody, change.viewer.staff_id, change.target)
    if refusal is None:
        now = change.house.clock()
        await set_disabled(db, change.target, now)
        for purpose in (Purpose.INVITE, Purpose.RESET):
            await store.end_links(db, purpose, now, staff_id=change.target)
        _note(db, change, "staff.disabled")
        outbox.add(db, CLOSED, {"staff": str(change.target)}, now)
    return refusal


async def enabled(db: AsyncSession, change: Change, everybody: Sequence[Person]) -> TeamRefusal | None:
    await set_disabled(db, change.target, None)
    _note(db, change, "staff.enabled")
    return None


async def factor_reset(db: AsyncSession, change: Change, everybody: Sequence[Person]) -> TeamRefusal | None:
    refusal = refuse_factor_reset(change.viewer.staff_id, change.target)
    if refusal is None:
        await drop_factors(db, change.target)
        outbox.add(db, "staff.told", {"staff": str(change.target), "what": "factor_reset"}, change.house.clock())
        _note(db, change, "staff.factor_reset")
    return refusal


async def invited_again(db: AsyncSession, change: Change, everybody: Sequence[Person]) -> TeamRefusal | None:
    outbox.add(db, "staff.invited", {"staff": str(change.target)}, change.house.clock())
    _note(db, change, "staff.invited_again")
    return None


def _note(db: AsyncSession, change: Change, action: str, **detail: Any) -> None:
    note(db, entry_of(change.viewer, action, change.target, **detail), change.house.clock())


def _id_of(request: Request) -> UUID:
    try:
        return UUID(request.path_params["staff"])
    except ValueError:
        raise NotFound() from None


async def _show(request: Request, form: Fields, roles: Sequence[str], reasons: Reasons) -> Response:
    house = house_of(request)
    me, clinic_id, _ = staff_of(viewer_of(request))
    ring = await house.keys.clinic(clinic_id)
    people = await house.db.read(partial(team, clinic_id=clinic_id))
    members = [Member(person, store.open_mail(ring, clinic_id, person.id, person.mail_sealed)) for person in people]
    context = TeamPage(members, me, form, roles, reasons)
    return render(request, "accounts/team.html", context, status=422 if reasons else 200)


routes = [
    page(TEAM, team_page, Action.TEAM),
    page(f"{TEAM}/invite", invite_somebody, Action.TEAM, methods=("POST",)),
    *(
        page(f"{TEAM}/{{staff}}/{way}", change(act, notice), Action.TEAM, methods=("POST",))
        for way, act, notice in (
            ("roles", roles_set, "roles-changed"),
            ("disable", disabled, "disabled"),
            ("enable", enabled, "enabled"),
            ("reset-factor", factor_reset, "factor-reset"),
            ("invite-again", invited_again, "invited"),
        )
    ),
]
