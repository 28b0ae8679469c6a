"""What was given to a patient between meetings and what they share of it, for who treats them. Whether there is more is
not shown, nor whether a task was done, unless its entry is shared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.clinic.confirming.store import standing
from server.errors import Unprocessable
from server.house import House
from server.journal.cbt.back import SEVEN, day_of, nights_of
from server.journal.cbt.catalogue import tools
from server.journal.cbt.drawn import Activities, Rung, activities, rungs
from server.journal.cbt.facing import FACING, LADDER, run_of
from server.journal.cbt.giving import give_task, read_task, taken_back, talked_about
from server.journal.cbt.nights import NEEDED, Mean, Night, mean
from server.journal.cbt.rules import Tool
from server.journal.cbt.telling import OF, Told, told
from server.journal.cbt.topics import key_of, tool_version
from server.journal.cbt.week import days_of, did, monday
from server.journal.homework.keeping import tasks_of
from server.journal.homework.rules import MOST_AHEAD, USUAL, Aim, Task, aims
from server.journal.keeping import shared_of
from server.patients.rules import Person
from server.record.opening import Opened, open_record
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/patients/{patient_id}/tools"
DAYS = timedelta(days=92)


@dataclass(frozen=True)
class Between:
    """`tasks`: what was given, the newest first; `shared`: entries of the last months, the newest first; `nights` of a
    shared sleep diary, with their mean; `week`: the newest one of shared activities, `climbs`: shared ladders.
    """

    tasks: Sequence[tuple[Task, Aim]] = field(repr=False)
    shared: Sequence[Told] = field(repr=False)
    nights: Sequence[Night] = field(default=(), repr=False)
    mean: Mean | None = field(default=None, repr=False)
    week: Activities | None = field(default=None, repr=False)
    around: tuple[date | None, date | None] = (None, None)
    climbs: Sequence[tuple[Told, Sequence[Rung]]] = field(default=(), repr=False)

    @property
    def waiting(self) -> Sequence[tuple[Task, Aim]]:
        """What they have not talked about yet."""
        return [(task, tool) for task, tool in self.tasks if not task.seen_at]

    @property
    def entries(self) -> Sequence[Told]:
        """What is shown one by one: of nights that stand in a table those alone that say more than it does."""
        counted = {one.day for one in self.nights}
        return [one for one in self.shared if one.tool.id != "night" or one.entry.day not in counted or _says_more(one)]

    @property
    def talked(self) -> Sequence[tuple[Task, Aim]]:
        return [(task, tool) for task, tool in self.tasks if task.seen_at]

    def of(self, task: Task) -> Told | None:
        """What was written for it, where that is shared."""
        return next((one for one in self.shared if one.entry.id == task.entry_id), None)


def _says_more(night: Told) -> bool:
    """How it was, a note, a nap: what no figure is made of."""
    return any(said not in (None, "", []) for name, said in night.said.items() if name not in NEEDED)


@dataclass(frozen=True)
class BetweenPage:
    """journal/cbt/shared.html. `once`: the id of the next task; `wrong`: fields that need a look; `awaits`: tools
    whose words no clinician of this clinic has confirmed.
    """

    person: Person = field(repr=False)
    base: str
    between: Between = field(repr=False)
    tools: Sequence[Tool]
    awaits: Sequence[Tool]
    names: Mapping[UUID, str]
    once: str
    form: Mapping[str, str] = field(repr=False)
    today: date
    last: date
    wrong: Sequence[str]
    writes: bool


async def between(house: House, clinic_id: UUID, patient_id: UUID, today: date, week: date | None = None) -> Between:
    """For a reader who was found to treat them; the caller leaves the trace. `week`: a day of the one asked for."""
    known = tools()
    tasks = await tasks_of(house, clinic_id, patient_id)
    entries = await shared_of(house, clinic_id, patient_id, list(known), today - DAYS)
    found = [told(known[one.kind], one) for one in entries]
    found.sort(key=lambda one: (one.entry.day, one.entry.written.at), reverse=True)
    told_nights = nights_of([one for one in found if one.tool.id == "night"])
    nights = [one for one in told_nights if isinstance(one, Night)]
    can = aims(known)
    given = [(one, can[one.tool]) for one in tasks if one.tool in can]
    drawn, around = _week([one for one in found if one.tool.id == "activity"], week)
    return Between(given, found, nights, mean(nights[:7]), drawn, around, _climbs(found))


def _week(found: Sequence[Told], asked: date | None) -> tuple[Activities | None, tuple[date | None, date | None]]:
    """The week asked for, else the last one that has some; and days of the nearest ones with some before and after."""
    days = sorted({one.entry.day for one in found})
    if not days:
        return None, (None, None)
    first = monday(asked if asked else days[-1])
    before = [day for day in days if day < first]
    after = [day for day in days if day >= first + SEVEN]
    drawn = activities(days_of(first, [did(one.entry.day, one.said) for one in found]))
    return drawn, (before[-1] if before else None, after[0] if after else None)


def _climbs(found: Sequence[Told]) -> list[tuple[Told, Sequence[Rung]]]:
    """Shared ladders with a step that was faced and shared; `found` has the newest first."""
    faced = [one for one in reversed(found) if one.tool.id == FACING]
    drawn = []
    for one in found:
        if one.tool.id == LADDER:
            runs = [run_of(run) for run in faced if run.entry.value.get(OF) == str(one.entry.id)]
            drawn.append((one, rungs(one.said, runs)))
    return [(one, steps) for one, steps in drawn if any(step.runs for step in steps)]


async def between_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/tools`. Raises NotFound for who does not treat them."""
    opened = await open_record(request)
    fields = {"due": (_today(opened) + USUAL).isoformat()}
    return await _show(request, opened, fields, ())


async def _show(
    request: Request, opened: Opened, fields: Mapping[str, str], wrong: Sequence[str], status: int = 200
) -> Response:
    today = _today(opened)
    week = day_of(request.query_params.get("week", ""))
    found = await between(opened.house, opened.clinic.id, opened.person.id, today, week)
    await opened.trace("journal.seen", page="tools", entries=len(found.shared))
    context = BetweenPage(
        person=opened.person,
        base=opened.base,
        between=found,
        tools=[one for one in tools().values() if not one.within],
        awaits=await _awaiting(opened),
        names=await opened.names(),
        once=fields.get("once") or str(uuid4()),
        form=fields,
        today=today,
        last=today + MOST_AHEAD,
        wrong=wrong,
        writes=admits(opened.viewer, Action.RECORD_WRITE),
    )
    return render(request, "journal/cbt/shared.html", context, status=status)


async def _awaiting(opened: Opened) -> list[Tool]:
    known = {(key_of(one), tool_version(one.id)): one for one in tools().values()}
    topics = [topic for topic, _ in known]
    confirmed = await opened.house.db.read(partial(standing, clinic_id=opened.clinic.id, topics=topics))
    return [one for key, one in known.items() if key not in confirmed]


def _today(opened: Opened) -> date:
    return opened.now.astimezone(opened.clinic.zone).date()


async def give(request: Request) -> Response:
    """`POST /staff/patients/{patient_id}/tools`: give a tool as homework; sent twice it is given once. NotFound."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    once = read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    task, wrong = read_task(fields, once, opened.staff_id, opened.now, _today(opened))
    if task is None:
        return await _show(request, opened, fields, wrong, 422)
    await give_task(opened.house, opened.clinic.id, opened.person.id, task)
    return RedirectResponse(f"{opened.base}/tools?notice=given", 303)


async def seen(request: Request) -> Response:
    """They talked about it. Raises NotFound."""
    opened, task = await open_record(request, Action.RECORD_WRITE), request.path_params["task"]
    await talked_about(opened.house, opened.clinic.id, opened.person.id, task, opened.staff_id)
    return RedirectResponse(f"{opened.base}/tools?notice=talked", 303)


async def take_back(request: Request) -> Response:
    """It is given no more. Raises NotFound."""
    opened, task = await open_record(request, Action.RECORD_WRITE), request.path_params["task"]
    await taken_back(opened.house, opened.clinic.id, opened.person.id, task, opened.staff_id)
    return RedirectResponse(f"{opened.base}/tools?notice=back", 303)


routes: list[GuardedRoute] = [
    page(PATH, between_page, Action.RECORD, name="shared_tools"),
    page(PATH, give, Action.RECORD_WRITE, ("POST",), name="give_tool"),
    page(f"{PATH}/{{task:uuid}}/seen", seen, Action.RECORD_WRITE, ("POST",), name="tool_task_seen"),
    page(f"{PATH}/{{task:uuid}}/back", take_back, Action.RECORD_WRITE, ("POST",), name="tool_task_back"),
]
