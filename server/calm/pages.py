"""Exercises to calm down with: open to everybody, without a sign-in, and nothing is kept of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.calm.catalogue import exercises
from server.calm.rules import Exercise, Step, choices, gentler, length
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.routing import page
from server.templates import render


@dataclass(frozen=True)
class ListPage:
    """calm/list.html; `href` is where the exercises stand below."""

    href: str
    breathing: Sequence[Exercise]
    guided: Sequence[Exercise]


@dataclass(frozen=True)
class ExercisePage:
    """calm/exercise.html. `course`: [kind, key, milliseconds] of each step as JSON, for the script; `lengths`: times
    through -> seconds; `gentler`: the same without holding the breath.
    """

    href: str
    exercise: Exercise
    course: str
    slow_course: str
    lengths: Mapping[int, float]
    seconds: float | None
    slow: float | None
    gentler: Sequence[Exercise]


async def list_page(request: Request) -> Response:
    """`GET /c/{clinic}/calm`. Raises NotFound."""
    clinic = await _clinic(request)
    known = exercises().values()
    breathing, guided = [one for one in known if one.breathing], [one for one in known if not one.breathing]
    return render(request, "calm/list.html", ListPage(_href(clinic), breathing, guided), brand=clinics.brand(clinic))


async def exercise_page(request: Request) -> Response:
    """`GET /c/{clinic}/calm/{exercise}`. Raises NotFound."""
    clinic = await _clinic(request)
    found = exercises().get(request.path_params["exercise"])
    if found is None:
        raise NotFound()
    context = ExercisePage(
        href=_href(clinic),
        exercise=found,
        course=_course(found.steps),
        slow_course=_course(found.slow) if found.slow else "",
        lengths=choices(found),
        seconds=length(found.steps),
        slow=length(found.slow) if found.slow else None,
        gentler=gentler(found, exercises()),
    )
    return render(request, "calm/exercise.html", context, brand=clinics.brand(clinic))


def _course(steps: Sequence[Step]) -> str:
    return json.dumps([[step.kind, step.key, round((step.seconds or 0) * 1000)] for step in steps])


async def _clinic(request: Request) -> Clinic:
    slug = request.path_params["clinic"]
    clinic = await house_of(request).db.read(lambda db: clinics.find_clinic(db, slug))
    if clinic is None:
        raise NotFound()
    return clinic


def _href(clinic: Clinic) -> str:
    return f"/c/{clinic.slug}/calm"


routes = [
    page("/c/{clinic}/calm", list_page, Action.PUBLIC, name="calm"),
    page("/c/{clinic}/calm/{exercise}", exercise_page, Action.PUBLIC, name="calm_exercise"),
]
