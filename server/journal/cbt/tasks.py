"""Homework as its patient meets it: on the pages of tools, on their home, and put away when they like."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import read_uuid
from server.house import House
from server.journal.cbt.catalogue import tools
from server.journal.cbt.form import PATH
from server.journal.door import fields_of, mine_of, one_of
from server.journal.homework import store
from server.journal.homework.keeping import tasks_of
from server.journal.homework.rules import MOOD, Aim, Task, aims, standing
from server.journal.mood.form import PATH as MOOD_PATH
from server.patients.space.cards import Asks, Card
from server.routing import GuardedRoute, page


@dataclass(frozen=True)
class Given:
    """A task that waits for its patient, with its tool; `ahead`: it has a day that has not passed."""

    task: Task = field(repr=False)
    tool: Aim
    ahead: bool

    @property
    def href(self) -> str:
        if self.tool.id == MOOD.id:
            return MOOD_PATH
        return f"{PATH}/{self.tool.id}/new?form={self.task.form}&task={self.task.id}"


async def waiting(house: House, clinic_id: UUID, patient_id: UUID, today: date, tool: str = "") -> Sequence[Given]:
    """What was given and still stands, of all tools or of one."""
    known = {key: one for key, one in aims(tools()).items() if not tool or key == tool}
    tasks = await tasks_of(house, clinic_id, patient_id)
    return [Given(one, known[one.tool], bool(one.due and one.due >= today)) for one in standing(tasks, known, today)]


async def task_card(asks: Asks) -> Card | None:
    """'A thought record, for Friday': what waits first, for the patient themselves. Nothing says that a day passed."""
    if asks.patient_id != asks.space.own:
        return None
    _, today = asks.gettext, asks.house.clock().astimezone(asks.say.zone).date()
    given = await waiting(asks.house, asks.space.clinic_id, asks.patient_id, today)
    if not given:
        return None
    first = given[0]
    name = first.tool.task[asks.say.language]
    words = _("When it suits you.")
    if first.ahead and first.task.due:
        words = _("For %(day)s.") % {"day": asks.say.date(first.task.due)}
    if len(given) > 1:
        words = " ".join([words, _("More stands with the tools.")])
    return Card("task", name, words, first.href if len(given) == 1 else PATH, "square-check", due=True)


async def put_away(request: Request) -> Response:
    """`POST /me/tools/away`: it is shown no more; again changes nothing."""
    mine, fields = await mine_of(request), await fields_of(request)
    task = read_uuid(one_of(fields, "task"))
    if task:
        await mine.house.db.unit(partial(store.put_away, patient_id=mine.patient_id, task_id=task, now=mine.now))
    return RedirectResponse(f"{PATH}?notice=away", 303)


routes: list[GuardedRoute] = [page(f"{PATH}/away", put_away, Action.MINE, ("POST",), name="tool_away")]
