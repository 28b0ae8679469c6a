"""Exercises to calm down with, open to everybody; a patient's own space keeps how long they were, for them alone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.requests import text_fields
from server.calm import store
from server.calm.catalogue import exercises
from server.calm.forms import done_of
from server.calm.homework import store as offers
from server.calm.meditation import pages as meditation
from server.calm.meditation.catalogue import sessions
from server.calm.meditation.rules import PREFIX, Session, Words
from server.calm.offline import routes as offline_routes
from server.calm.offline import worker_for
from server.calm.recordings import pages as recordings
from server.calm.requests import awaits, calm_of, clinic_here, mine, own_here
from server.calm.rules import Exercise, Step, choices, gentler, length
from server.calm.store import Kept
from server.calm.together import path_of
from server.calm.topics import EXERCISES, exercises_version
from server.clinic import store as clinics
from server.errors import Conflict, NotFound, SignInNeeded, Unprocessable
from server.house import house_of
from server.routing import GuardedRoute, page
from server.templates import language_of, render


@dataclass(frozen=True)
class ListPage:
    """calm/list.html; `href` is where the exercises stand below; `own`: somebody's space is open here."""

    href: str
    own: bool
    breathing: Sequence[Exercise]
    guided: Sequence[Exercise]
    sat: Sequence[Session]


@dataclass(frozen=True)
class ExercisePage:
    """calm/exercise.html. `course`: [kind, key, milliseconds] of each step as JSON, for the script; `lengths`: times
    through -> seconds; `gentler`: the same without holding the breath; `keeps`: whoever looks has a space that keeps
    how long it was, `whose` on a device of their own, where `worker` keeps the exercises; `awaits`: staff look, and no
    clinician confirmed it.
    """

    href: str
    exercise: Exercise
    course: str
    slow_course: str
    lengths: Mapping[int, float]
    seconds: float | None
    slow: float | None
    gentler: Sequence[Exercise]
    keeps: bool
    whose: str
    worker: str
    awaits: bool


@dataclass(frozen=True)
class DonePage:
    """calm/done.html: what was done in this space, the latest first. `names`: of meditations, by how they are kept.
    `offered`: what a therapist left here, as (tool, where it stands below `href`).
    """

    href: str
    names: Mapping[str, Words]
    offered: Sequence[tuple[str, str]]
    kept: Sequence[Kept] = field(repr=False)


async def list_page(request: Request) -> Response:
    """`GET /c/{clinic}/calm`. Raises NotFound."""
    clinic = await clinic_here(request)
    known = exercises().values()
    breathing, guided = [one for one in known if one.breathing], [one for one in known if not one.breathing]
    own = await own_here(request, clinic.id) is not None
    context = ListPage(calm_of(clinic), own, breathing, guided, list(sessions().values()))
    return render(request, "calm/list.html", context, brand=clinics.brand(clinic))


async def exercise_page(request: Request) -> Response:
    """`GET /c/{clinic}/calm/{exercise}`. Raises NotFound."""
    clinic = await clinic_here(request)
    found = exercises().get(request.path_params["exercise"])
    if found is None:
        raise NotFound()
    own = await own_here(request, clinic.id)
    context = ExercisePage(
        href=calm_of(clinic),
        exercise=found,
        course=_course(found.steps),
        slow_course=_course(found.slow) if found.slow else "",
        lengths=choices(found),
        seconds=length(found.steps),
        slow=length(found.slow) if found.slow else None,
        gentler=gentler(found, exercises()),
        keeps=own is not None,
        whose=str(own.id) if own and own.login.own else "",
        worker=worker_for(clinic, language_of(request, clinics.brand(clinic))),
        awaits=bool(found.awaits) and await awaits(request, clinic, EXERCISES, exercises_version()),
    )
    return render(request, "calm/exercise.html", context, brand=clinics.brand(clinic))


async def done_page(request: Request) -> Response:
    """`GET /me/calm`: what they did. Raises SignInNeeded."""
    house, (clinic_id, patient_id) = house_of(request), await mine(request)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, clinic_id))
    if clinic is None:
        raise SignInNeeded()
    kept = await house.db.read(lambda db: store.kept(db, patient_id))
    offered = await house.db.read(lambda db: offers.offered(db, patient_id))
    return render(
        request,
        "calm/done.html",
        DonePage(calm_of(clinic), _names(), [(one, path_of(one)) for one in offered], kept),
        brand=clinics.brand(clinic),
    )


async def keep_done(request: Request) -> Response:
    """`POST /me/calm`: 204, also when it is sent again or they deleted it since. Raises SignInNeeded, Unprocessable,
    and Conflict where something else was kept under its id.
    """
    house, (clinic_id, patient_id) = house_of(request), await mine(request)
    done = done_of(await text_fields(request), exercises())
    if done is None:
        raise Unprocessable()
    if not await house.db.unit(lambda db: store.keep(db, clinic_id, patient_id, done, house.clock())):
        raise Conflict()
    return Response(status_code=204)


async def put_away(request: Request) -> Response:
    """`POST /me/calm/away`: what was offered is offered no more; again changes nothing."""
    house, (_, patient_id) = house_of(request), await mine(request)
    tool = (await text_fields(request)).get("tool", "")
    await house.db.unit(lambda db: offers.put_away(db, patient_id, tool))
    return RedirectResponse("/me/calm", 303)


async def forget_done(request: Request) -> Response:
    """`POST /me/calm/forget`: delete all of it; again changes nothing, and no device that sends late brings it back."""
    house, (clinic_id, patient_id) = house_of(request), await mine(request)
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        count = await store.forget(db, clinic_id, patient_id, now)
        entry = Entry(clinic_id, "calm.forgotten", "patient", patient_id, "patient", None, {"count": count})
        note(db, entry, now)

    await house.db.unit(work)
    return RedirectResponse("/me/calm?notice=forgotten", 303)


def _course(steps: Sequence[Step]) -> str:
    return json.dumps([[step.kind, step.key, round((step.seconds or 0) * 1000)] for step in steps])


def _names() -> Mapping[str, Words]:
    return {PREFIX + one.id: one.name for one in sessions().values()}


routes: list[GuardedRoute] = [
    *meditation.routes,
    *recordings.routes,
    *offline_routes,
    page("/c/{clinic}/calm", list_page, Action.PUBLIC, name="calm"),
    page("/c/{clinic}/calm/{exercise}", exercise_page, Action.PUBLIC, name="calm_exercise"),
    page("/me/calm", done_page, Action.MINE, name="calm_done"),
    page("/me/calm", keep_done, Action.MINE, ("POST",), name="calm_keep"),
    page("/me/calm/away", put_away, Action.MINE, ("POST",), name="calm_away"),
    page("/me/calm/forget", forget_done, Action.MINE, ("POST",), name="calm_forget"),
]
