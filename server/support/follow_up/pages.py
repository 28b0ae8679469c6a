"""Who gets in touch with whom the next day: the list of a clinician, and what came of each. A person does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, Viewer, may
from server.audit.store import note
from server.clinic.requests import entry_of, form_of
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.patients.rules import Person
from server.routing import GuardedRoute, page, viewer_of
from server.support import store as line
from server.support.follow_up import store
from server.support.follow_up.forms import parse_done
from server.support.follow_up.rules import Done
from server.support.follow_up.store import FollowUp
from server.support.follow_up.telling import PATH
from server.support.owed import HelpNow
from server.support.rules import Said, Standing
from server.support.sealed import ASKS, FOLLOW_UPS, open_note, open_said, seal_note
from server.support.staff.shown import clinic_of_viewer
from server.support.store import Ask
from server.templates import render


@dataclass(frozen=True)
class Task:
    """One of them: whom, at which number, and what was noted when it ended."""

    one: FollowUp
    person: Person = field(repr=False)
    said: Said = field(repr=False)
    asked_at: datetime
    note: str = field(repr=False)


@dataclass(frozen=True)
class ListPage:
    """support/staff/follow_ups.html. `problem`: the id of the one whose form wants another look; `left`: with whose
    list it is on, what the viewer may hand on and not read; `away`: of each that is on the list of who is
    away, their name.
    """

    mine: Sequence[Task]
    others: Sequence[Task]
    left: Sequence[tuple[FollowUp, str]]
    away: Mapping[UUID, str] = field(repr=False)
    names: Mapping[UUID, str] = field(repr=False)
    now: datetime
    problem: str = ""


@dataclass(frozen=True)
class _Found:
    standing: Standing
    names: Mapping[UUID, str]
    open: Sequence[tuple[FollowUp, Ask]]
    left: Mapping[UUID, str]  # of which the list is that of who is away, for who may hand it on -> their name

    def opens(self, viewer: Viewer, one: FollowUp) -> bool:
        """Theirs; and of what is due, for whoever is on call."""
        carers = frozenset({one.staff_id, *(self.standing.on_hand if one.told_at else ())})
        return may(viewer, Action.SUPPORT, Subject(one.clinic_id, carers=carers))

    def hands_on(self, viewer: Viewer, one: FollowUp) -> bool:
        """Whether the viewer may give it to somebody else: whose it is, and of who is away who leads the clinic too."""
        return self.opens(viewer, one) or one.id in self.left


async def list_page(request: Request) -> Response:
    """`GET /staff/support/follow-ups`."""
    return await _show(request)


async def done(request: Request) -> Response:
    """`POST .../done`: what came of it; the first word counts. 422 without one."""
    house, viewer, one = await _asked(request, _Found.opens)
    said, now = parse_done(await form_of(request)), house.clock()
    if not isinstance(said, Done) or viewer.staff_id is None:
        return await _show(request, str(one.id), 422)
    key = await house.keys.patient(one.clinic_id, one.patient_id)
    blob, by = seal_note(key, one.clinic_id, FOLLOW_UPS, one.id, said.note), viewer.staff_id

    async def work(db: AsyncSession) -> None:
        if await store.finish(db, one.id, by, said.result, blob, now):
            detail = {"result": said.result.value}
            note(db, entry_of(viewer, "support.followed_up", "patient", one.patient_id, detail), now)

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


async def pass_on(request: Request) -> Response:
    """`POST .../pass`: a colleague does it. Raises NotFound for who is none."""
    house, viewer, one = await _asked(request, _Found.hands_on)
    fields, now = await form_of(request), house.clock()
    able = await house.db.read(lambda db: line.able(db, one.clinic_id))
    to = next((who for who in able if str(who) == fields["to"]), None)
    if to is None:
        return RedirectResponse(PATH, 303)

    async def work(db: AsyncSession) -> None:
        if await store.pass_on(db, one.id, to):
            note(db, entry_of(viewer, "support.passed_on", "patient", one.patient_id, {"to": to.hex}), now)

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=passed", 303)


async def _asked(
    request: Request, admits: Callable[[_Found, Viewer, FollowUp], bool]
) -> tuple[House, Viewer, FollowUp]:
    """The task of this address, for who may. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    found = await _load(request, house, viewer)
    one = await house.db.read(lambda db: store.by_id(db, request.path_params["follow"]))
    if one is None or one.clinic_id != viewer.clinic_id or not admits(found, viewer, one):
        raise NotFound()
    return house, viewer, one


async def _load(request: Request, house: House, viewer: Viewer) -> _Found:
    help_now: HelpNow = request.app.state.help_now

    async def work(db: AsyncSession) -> _Found:
        clinic = await clinic_of_viewer(db, viewer)
        _, standing = await line.standing_of(db, clinic, house.clock())
        pairs = [(one, await line.ask_of(db, one.ask_id)) for one in await store.open_ones(db, clinic.id)]
        names = await line.able(db, clinic.id)
        left = await help_now.left(db, viewer, [one for one, _ in pairs], house.clock())
        of = {one.id: name for one, name in left}
        return _Found(standing, names, [(one, ask) for one, ask in pairs if ask], of)

    return await house.db.read(work)


async def _show(request: Request, problem: str = "", status: int = 200) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    found = await _load(request, house, viewer)
    tasks = await _tasks(house, [(one, ask) for one, ask in found.open if found.opens(viewer, one)])
    mine = [task for task in tasks if task.one.staff_id == viewer.staff_id]
    others = [task for task in tasks if task.one.staff_id != viewer.staff_id]
    if tasks:
        seen, now = {"tasks": [task.one.id.hex for task in tasks]}, house.clock()

        async def work(db: AsyncSession) -> None:
            note(db, entry_of(viewer, "support.follow_ups_viewed", "clinic", viewer.clinic_id, seen), now)

        await house.db.unit(work)
    closed = [one for one, _ in found.open if one.id in found.left and not found.opens(viewer, one)]
    left = [(one, found.left[one.id]) for one in closed]
    context = ListPage(mine, others, left, found.left, found.names, house.clock(), problem)
    return render(request, "support/staff/follow_ups.html", context, status=status)


async def _tasks(house: House, pairs: Sequence[tuple[FollowUp, Ask]]) -> list[Task]:
    """Whose key is gone is left out."""
    if not pairs:
        return []
    clinic_id, whose = pairs[0][0].clinic_id, [one.patient_id for one, _ in pairs]
    people = await patients.people(house.db, house.keys, clinic_id, whose)
    keys = await house.keys.patients(clinic_id, whose)
    found = []
    for one, ask in pairs:
        key, person = keys.get(one.patient_id), people.get(one.patient_id)
        if key and person:
            said = open_said(key, clinic_id, ask.id, ask.said)
            found.append(Task(one, person, said, ask.asked_at, open_note(key, clinic_id, ASKS, ask.id, ask.note)))
    return found


routes: list[GuardedRoute] = [
    page(PATH, list_page, Action.SUPPORT, name="support_follow_ups"),
    page(f"{PATH}/{{follow:uuid}}/done", done, Action.SUPPORT, ("POST",), name="support_followed_up"),
    page(f"{PATH}/{{follow:uuid}}/pass", pass_on, Action.SUPPORT, ("POST",), name="support_passed_on"),
]
