"""What a step of a course gives its patient to do at home: the tools of their own space, as homework."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.calm.catalogue import exercises
from server.calm.homework import store as offers
from server.calm.meditation.catalogue import sessions
from server.calm.together import SIT, path_of, tool_of
from server.clinic.rules import Clinic
from server.house import House
from server.journal.cbt.catalogue import tools
from server.journal.cbt.tasks import waiting
from server.journal.homework import store as homework
from server.journal.homework.rules import USUAL, Task
from server.programmes.around import Gives
from server.programmes.course import Entry, History, Key, day_of
from server.programmes.definition import Definition
from server.programmes.store import Row

TOOL = "tool"


@dataclass(frozen=True)
class Tool:
    """One tool of the space, by the name that a definition has for it; `form`: which of its forms, '' the first."""

    named: str
    sort: str
    id: str
    form: str = ""


def tools_of(names: Sequence[str]) -> Iterator[Tool]:
    """Those that there are: a kept version of a course may name one that is gone."""
    for named in names:
        sort, id_, form = [*named.split("/"), ""][:3]
        if (sort == TOOL and id_ in tools()) or (sort != TOOL and tool_of(named, exercises(), sessions())):
            yield Tool(named, sort, id_, form)


def task_id(course_id: UUID, key: Key, named: str) -> UUID:
    """The same for a form that is sent twice."""
    return uuid5(course_id, f"{key.step} {key.session} {key.round} {named}")


def latest(definition: Definition, done: History) -> tuple[Entry, Gives] | None:
    """The step by which something was given last, and what."""
    found = [(one, gives) for key, one in done.entries.items() if (gives := definition.by_id[key.step].gives)]
    return max(found, key=lambda one: one[0].at, default=None)


async def give(db: AsyncSession, row: Row, entry: Entry, gives: Gives, now: datetime, zone: ZoneInfo) -> list[str]:
    """Give these in the transaction in which the step is written; a week for it, as is usual. Those that are new."""
    assert entry.by, "a person wrote it"
    given = []
    for one in tools_of(gives.tools):
        if one.sort == TOOL:
            due, form = day_of(zone, now) + USUAL, tools()[one.id].form(one.form)
            task = Task(task_id(row.id, entry.key, one.named), one.id, form, due, entry.by, now)
            new = await homework.give(db, row.clinic_id, row.patient_id, task, None)
        else:
            new = await offers.offer(db, row.clinic_id, row.patient_id, one.named, entry.by, now)
        given += [one.named] if new else []
    return given


@dataclass(frozen=True)
class AtHome:
    """Something to do until next time, for the page of its patient: what it is called, and where it begins."""

    name: Mapping[str, str]
    id: str
    href: str


async def at_home(
    house: House, clinic: Clinic, patient_id: UUID, course_id: UUID, given: tuple[Entry, Gives]
) -> list[AtHome]:
    """What was given by this step and still waits: not done, not put away, not taken back."""
    entry, gives = given
    now = house.clock()
    tasks = {one.task.id: one for one in await waiting(house, clinic.id, patient_id, day_of(clinic.zone, now))}
    offered = await house.db.read(lambda db: offers.offered(db, patient_id))
    found = []
    for one in tools_of(gives.tools):
        task = tasks.get(task_id(course_id, entry.key, one.named))
        if task:
            found.append(AtHome(task.tool.task, one.id, task.href))
        elif one.named in offered:
            sat = sessions().get(one.id) if one.sort == SIT else None
            found.append(AtHome(sat.name if sat else {}, one.id, f"/c/{clinic.slug}/calm/{path_of(one.named)}"))
    return found
