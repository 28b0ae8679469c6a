"""A patient's course as they see it in their own space: how far it is, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Subject, may
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound, SignInNeeded
from server.house import House, house_of
from server.patients.space.door import own_space
from server.programmes import store
from server.programmes.after.rules import told_now
from server.programmes.definition import Definition
from server.programmes.giving import AtHome, at_home
from server.programmes.giving import latest as latest_given
from server.programmes.keeping import Standing, standing
from server.programmes.shown import Stretch, way
from server.programmes.shown import going as going_on
from server.programmes.summary.keeping import Handed, agreed, handed
from server.programmes.tongues import in_tongues
from server.programmes.topics import awaiting
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/me/courses"

LONGEST_WAY_HOME = timedelta(days=2)
"""Words for the way home stand for less than this after a session."""


@dataclass(frozen=True)
class Sharing:
    """Sharing with who else treats them. `says`: the reader is the patient, whose word it is; `agreed_at`: since when
    they agree; `handed`: to whom something went.
    """

    says: bool
    agreed_at: datetime | None
    handed: Sequence[Handed] = field(repr=False)


@dataclass(frozen=True)
class OwnCoursePage:
    """programmes/own.html. `next_at`: when the next session is booked; `awaits`: no clinician of theirs confirmed the
    version of the programme that they follow; `name` and `phases`: by language; `home`: a session is just over, and
    they are not to drive before the morning of this day; `to_do`: tools that were given with the last step, as long as
    they wait, and `about`: what that step is called and says, by language; `unread`: the definition cannot be read any
    more, so that no way stands there; `others`: ids and names of other courses of theirs that go on.
    """

    name: Mapping[str, str] = field(repr=False)
    over: int
    total: int
    going: int | None
    next_at: datetime | None
    ended: bool
    paused: bool
    awaits: bool
    way: Sequence[Stretch]
    phases: Mapping[str, Mapping[str, str]] = field(repr=False)
    phone: str
    unread: bool = False
    home: datetime | None = None
    to_do: Sequence[AtHome] = ()
    about: Sequence[Mapping[str, str]] = field(default=(), repr=False)
    sharing: Sharing | None = None
    others: Sequence[tuple[UUID, Mapping[str, str]]] = field(default=(), repr=False)


async def own_page(request: Request) -> Response:
    """`GET /me/courses/{course}`. Raises SignInNeeded; NotFound for a course of anybody of whom the space does not
    show all.
    """
    house, space = house_of(request), await own_space(request)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None:
        raise SignInNeeded()
    found = await own_course(house, clinic, request.path_params["course"])
    subject = Subject(clinic.id, patient_id=found.loaded.row.patient_id) if found else Subject(clinic.id)
    if found is None or not may(viewer_of(request), Action.MINE, subject):
        raise NotFound()
    unsure = await house.db.read(lambda db: awaiting(db, clinic.id, [found.loaded.pinned]))
    patient_id = found.loaded.row.patient_id
    yes = await agreed(house, clinic.id, patient_id)
    sharing = Sharing(space.own == patient_id, yes.at if yes else None, await handed(house, clinic.id, patient_id))
    last = latest_given(found.programme.definition, found.done) if sharing.says else None
    to_do = await at_home(house, clinic, patient_id, found.loaded.row.id, last) if last else ()
    about = _about(found.programme.definition, last[0].key.step) if last and to_do else ()
    others = await _others(house, found)
    context = told(found, clinic, bool(unsure), house.clock())
    context = replace(context, sharing=sharing, to_do=to_do, about=about, others=others)
    return render(request, "programmes/own.html", context, brand=clinics.brand(clinic))


async def _others(house: House, found: Standing) -> list[tuple[UUID, Mapping[str, str]]]:
    """The home speaks of the newest course alone: from there the others are reached."""
    mine = found.loaded.row

    async def work(db: AsyncSession) -> list[tuple[UUID, Mapping[str, str]]]:
        rows = await store.courses_of(db, mine.clinic_id, mine.patient_id)
        going = [row for row in rows if row.ended_at is None and row.id != mine.id]
        known = await store.versions(db, [row.version_id for row in going]) if going else {}
        return [(row.id, _name(known[row.version_id].definition)) for row in going]

    return await house.db.read(work)


async def own_course(house: House, clinic: Clinic, course_id: UUID) -> Standing | None:
    now, zone = house.clock(), clinic.zone

    async def work(db: AsyncSession) -> Standing | None:
        row = await store.course_of(db, clinic.id, course_id)
        return await standing(db, row, zone, now) if row else None

    return await house.db.read(work)


def told(found: Standing, clinic: Clinic, awaits: bool, now: datetime) -> OwnCoursePage:
    """What the page says; no answer, no verdict and no gate."""
    programme, done = found.programme, found.done
    return OwnCoursePage(
        name=_name(programme.definition),
        over=done.sessions_over,
        total=programme.total,
        going=going_on(done),
        next_at=programme.planned.get(done.sessions_over + 1),
        ended=programme.ended_at is not None,
        paused=programme.paused,
        awaits=awaits,
        way=way(programme, done),
        phases={one.name: in_tongues(programme.definition, one.name) for one in programme.definition.phases},
        phone=clinic.phone,
        unread=bool(programme.definition.faults),
        home=told_now(programme.definition, done, programme.zone, now),
    )


def _name(definition: Definition) -> Mapping[str, str]:
    return in_tongues(definition, definition.name)


def _about(definition: Definition, name: str) -> list[Mapping[str, str]]:
    step = definition.by_id[name]
    return [in_tongues(definition, text) for text in (step.name, step.about) if text]


async def latest(house: House, clinic_id: UUID, zone: ZoneInfo, patient_id: UUID) -> Standing | None:
    """The newest course of a patient that has not ended."""
    now = house.clock()

    async def work(db: AsyncSession) -> Standing | None:
        rows = await store.courses_of(db, clinic_id, patient_id)
        row = next((row for row in rows if row.ended_at is None), None)
        return await standing(db, row, zone, now) if row else None

    return await house.db.read(work)


async def just_over(house: House, clinic_id: UUID, zone: ZoneInfo, patient_id: UUID) -> tuple[UUID, datetime] | None:
    """The course of which a session is just over, also one that ended with it, and the day before whose morning they
    are not to drive.
    """
    now = house.clock()

    async def work(db: AsyncSession) -> list[Standing]:
        touched = await store.written_since(db, clinic_id, patient_id, now - LONGEST_WAY_HOME)
        every = await store.courses_of(db, clinic_id, patient_id) if touched else ()
        rows = [row for row in every if row.id in touched]
        known = await store.versions(db, [row.version_id for row in rows]) if rows else {}
        tells = {key for key, one in known.items() if any(step.tells for step in one.definition.steps)}
        return [await standing(db, row, zone, now) for row in rows if row.version_id in tells]

    for one in await house.db.read(work):
        if day := told_now(one.loaded.pinned.definition, one.done, one.programme.zone, now):
            return one.loaded.row.id, day
    return None


routes: list[GuardedRoute] = [page(f"{PATH}/{{course:uuid}}", own_page, Action.MINE, name="own_course")]
