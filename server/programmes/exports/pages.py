"""The file of one session: to read, on paper and as a table, with what is missing first; and the note that it was sent.

Nothing is sent from here. A person copies it to where it belongs, and notes on which day they did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.audit.store import note
from server.booking.forms import read_date
from server.booking.requests import text_fields
from server.csv_out import written
from server.errors import NotFound
from server.patients.rules import Person
from server.programmes.course import day_of
from server.programmes.exports import store
from server.programmes.exports.rules import Cell, Countdown, cells, countdown, facts_of, missing_first, plain
from server.programmes.exports.store import Sent
from server.programmes.fields import Export, Fact
from server.programmes.keeping import Opened, opened
from server.programmes.opening import PATH, Asked, course_asked
from server.programmes.topics import is_confirmed, key_of
from server.routing import GuardedRoute, page
from server.templates import render

ONE = f"{PATH}/{{course:uuid}}/exports/{{export}}/{{session:int}}"


@dataclass(frozen=True)
class ExportPage:
    """programmes/export.html. `cells`: what is missing first, so many of them; `sent`: the note that it was,
    by `names`; `days`: the first and the last on which it can have been, ISO; `wrong`: what was typed cannot be.
    """

    person: Person = field(repr=False)
    base: str
    programme: str
    awaits: bool
    topic: str
    export: Export
    session: int
    cells: Sequence[Cell] = field(repr=False)
    missing: int
    countdown: Countdown | None
    sent: Sent | None
    names: Mapping[UUID, str]
    began: date
    days: tuple[str, str]
    writes: bool
    wrong: bool


@dataclass(frozen=True)
class _Wanted:
    """A file of one session, with who asked for it."""

    asked: Asked
    one: Opened
    export: Export
    session: int
    names: Mapping[UUID, str]

    @property
    def cells(self) -> list[Cell]:
        record, entries = self.asked.record, self.one.standing.done.newest
        definition = self.one.standing.programme.definition
        known = {Fact.PATIENT: record.person.name, Fact.SITE: record.clinic.name}
        ended = [entries.get((name, self.session)) for name in definition.endings]
        over = min((each for each in ended if each), key=lambda each: each.at, default=None)
        for fact, entry in (
            (Fact.GIVEN_BY, entries.get((definition.treatment.id, self.session))),
            (Fact.SIGNED_BY, over),
        ):
            known[fact] = self.names.get(entry.by, "") if entry and entry.by else ""
        return cells(self.one, self.export, self.session, facts_of(self.one, self.session, known))


async def export_page(request: Request) -> Response:
    """`GET .../exports/{export}/{session}`. Raises NotFound for a session that has not begun."""
    wanted = await _wanted(request)
    await _trace(wanted, "record.seen", page="course-export")
    return await _show(request, wanted)


async def export_table(request: Request) -> Response:
    """`GET .../exports/{export}/{session}/table.csv`: the same, what is missing first. Raises NotFound."""
    wanted = await _wanted(request)
    await _trace(wanted, "course.export_taken")
    rows: list[Sequence[object]] = [("Field", "Name", "Value", "Unit", "Missing")]
    for cell in missing_first(wanted.cells):
        rows += [(cell.line.id, cell.line.text, plain(one, text), one.unit, "") for one, text in cell.said]
        if not cell.said:
            rows.append((cell.line.id, cell.line.text, "", "", "missing" if cell.missing else ""))
    name = f"{wanted.export.id}-{wanted.asked.row.id}-{wanted.session}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff"}
    return Response(written(rows), media_type="text/csv", headers=headers)


async def sent(request: Request) -> Response:
    """Note that a person sent it, once: who noted it first stands there. 303; 422 for a day that cannot be."""
    wanted, fields = await _wanted(request, Action.RECORD_WRITE), await text_fields(request)
    asked, on = wanted.asked, read_date(fields.get("on", ""))
    record, about = asked.record, (wanted.export.id, wanted.session)
    first, last = _days(wanted)
    if on is None or not first <= on <= last:
        return await _show(request, wanted, wrong=True, status=422)
    detail = {"course": asked.row.id.hex, "export": about[0], "session": about[1], "on": on.isoformat()}
    trace = record.entry("course.export_sent", **detail)

    async def work(db: AsyncSession) -> None:
        if await store.note_sent(db, asked.row, about, Sent(on, record.staff_id, record.now)):
            note(db, trace, record.now)

    await record.house.db.unit(work)
    await record.house.live.changed(f"day:{asked.row.clinic_id}")
    return RedirectResponse(f"{asked.base}/exports/{about[0]}/{about[1]}", 303)


def _days(wanted: _Wanted) -> tuple[date, date]:
    """The day of the session, and today."""
    began = wanted.one.standing.done.begun[wanted.session]
    zone = wanted.asked.record.clinic.zone
    return day_of(zone, began), day_of(zone, wanted.asked.record.now)


async def _wanted(request: Request, action: Action = Action.RECORD) -> _Wanted:
    asked = await course_asked(request, action)
    record, where = asked.record, request.path_params
    one = await opened(record.house, asked.row, record.clinic.zone, record.now)
    exports = {each.id: each for each in one.standing.programme.definition.exports}
    if where["export"] not in exports or where["session"] not in one.standing.done.begun:
        raise NotFound()
    return _Wanted(asked, one, exports[where["export"]], where["session"], await record.names())


async def _trace(wanted: _Wanted, action: str, **more: object) -> None:
    course = wanted.asked.row.id.hex
    await wanted.asked.record.trace(action, course=course, export=wanted.export.id, session=wanted.session, **more)


async def _show(request: Request, wanted: _Wanted, *, wrong: bool = False, status: int = 200) -> Response:
    asked, pinned = wanted.asked, wanted.one.standing.loaded.pinned
    record, began = asked.record, wanted.one.standing.done.begun[wanted.session]
    first, last = _days(wanted)

    async def load(db: AsyncSession) -> tuple[bool, Sent | None]:
        sure = await is_confirmed(db, record.clinic.id, pinned.definition, pinned.digest)
        return sure, (await store.sent(db, asked.row.id)).get((wanted.export.id, wanted.session))

    sure, known = await record.house.db.read(load)
    found = wanted.cells
    context = ExportPage(
        person=record.person,
        base=asked.base,
        programme=pinned.definition.name,
        awaits=not sure,
        topic=key_of(pinned.definition),
        export=wanted.export,
        session=wanted.session,
        cells=missing_first(found),
        missing=sum(one.missing for one in found),
        countdown=countdown(wanted.export, began, record.clinic.zone, record.now),
        sent=known,
        names=wanted.names,
        began=first,
        days=(first.isoformat(), last.isoformat()),
        writes=admits(record.viewer, Action.RECORD_WRITE),
        wrong=wrong,
    )
    return render(request, "programmes/export.html", context, status=status)


routes: list[GuardedRoute] = [
    page(ONE, export_page, Action.RECORD, name="course_export"),
    page(f"{ONE}/table.csv", export_table, Action.RECORD, name="course_export_table"),
    page(f"{ONE}/sent", sent, Action.RECORD_WRITE, ("POST",), name="course_export_sent"),
]
