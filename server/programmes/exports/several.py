"""The sessions of a course as one table: what was planned for each and what was given, on the page, on paper and as a
file.

A column is whatever a definition asks in a session with something to stand beside it: what a preset plans, or what was
worked out before. Without such questions there is no table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.csv_out import written
from server.errors import NotFound
from server.patients.rules import Person
from server.programmes.around import Code
from server.programmes.baseline import answers_of, counted, preset_of
from server.programmes.course import History, day_of
from server.programmes.definition import Definition, Step
from server.programmes.keeping import Opened, opened
from server.programmes.opening import PATH, course_asked
from server.programmes.presets.rules import Preset
from server.programmes.questions import UNSURE, Question, Verdict, found_in, told
from server.programmes.topics import is_confirmed, key_of
from server.routing import GuardedRoute, page
from server.templates import render

SESSIONS = f"{PATH}/{{course:uuid}}/sessions"
Column = tuple[Step, Question]
CODE = "Code for who pays, to be confirmed by your clinic"


@dataclass(frozen=True)
class Given:
    """What one session has in one column: the question with what stands beside it, the answer, what it came to."""

    question: Question
    text: str = field(repr=False)
    verdict: Verdict = Verdict.CLEAR

    @property
    def to_look_at(self) -> bool:
        return self.verdict is not Verdict.CLEAR or (bool(self.text) and self.question.strays(self.text))


@dataclass(frozen=True)
class Session:
    """One line; `preset`: by which it was given, `unsure` while nobody confirmed that; `code`: for who pays."""

    number: int
    began: datetime
    preset: Preset | None
    unsure: bool
    given: Sequence[Given] = field(repr=False)
    code: Code | None = None


@dataclass(frozen=True)
class SessionsPage:
    """programmes/sessions.html. `awaits`: no clinician confirmed the version that the course follows; `codes` that a
    payer may name its sessions by; `alike`: what every session had as it was planned, which is no column of the table.
    """

    person: Person = field(repr=False)
    base: str
    programme: str
    awaits: bool
    topic: str
    columns: Sequence[Question]
    sessions: Sequence[Session] = field(repr=False)
    codes: Sequence[Code] = ()
    alike: Sequence[Given] = field(default=(), repr=False)


def columns_of(definition: Definition) -> list[Column]:
    steps = (definition.treatment, *definition.of_begun)
    return [(step, one) for step in steps for one in step.questions if one.beside or one.plan]


def sessions_of(found: Opened) -> list[Session]:
    """Those that have begun, the first one first. Pure."""
    done, columns = found.standing.done, columns_of(found.standing.programme.definition)
    lines = []
    for number in sorted(done.begun):
        preset = preset_of(found, done.begun[number])
        unsure = preset is not None and preset.key in found.presets.unsure
        given = [_given(found, column, number) for column in columns]
        code = code_of(found.standing.programme.definition, done, number)
        lines.append(Session(number, done.begun[number], preset, unsure, given, code))
    return lines


def code_of(definition: Definition, done: History, session: int) -> Code | None:
    """By what a payer names this session: the first code whose step was done in it."""
    for one in definition.codes:
        with_it = sorted(number for step, number in done.newest if step == one.step and number > 0)
        if session in with_it and (not one.first or session == with_it[0]):
            return one
    return None


def alike(sessions: Sequence[Session]) -> list[int]:
    """The columns in which every session has just what was planned: said once below the table."""
    given = [one.given for one in sessions]
    return [
        place
        for place, first in enumerate(given[0] if given else ())
        if (first.question.begins or first.question.optional) and not first.question.beside and first.text
        if all(each[place].text == first.text and not each[place].to_look_at for each in given)
    ]


def _given(found: Opened, column: Column, session: int) -> Given:
    step, asked = column
    entry = found.standing.done.newest.get((step.id, session))
    question = next(one for one in counted(found, step, session).questions if one.id == asked.id)
    answers = answers_of(found, entry) if entry else {}
    text = answers.get(asked.id, "")
    return Given(told(question, answers), text, found_in([question], answers).verdict if text else Verdict.CLEAR)


async def sessions_page(request: Request) -> Response:
    """`GET .../sessions`. Raises NotFound where the programme has nothing for such a table."""
    asked = await course_asked(request, Action.RECORD)
    record, found = asked.record, await _opened(request)
    pinned = found.standing.loaded.pinned
    await record.trace("record.seen", page="course-sessions", course=asked.row.id.hex)
    sure = await record.house.db.read(lambda db: is_confirmed(db, record.clinic.id, pinned.definition, pinned.digest))
    sessions = sessions_of(found)
    same = alike(sessions)
    shown = [place for place, _ in enumerate(columns_of(pinned.definition)) if place not in same]
    context = SessionsPage(
        person=record.person,
        base=asked.base,
        programme=pinned.definition.name,
        awaits=not sure,
        topic=key_of(pinned.definition),
        columns=[columns_of(pinned.definition)[place][1] for place in shown],
        sessions=[replace(one, given=[one.given[place] for place in shown]) for one in sessions],
        codes=pinned.definition.codes,
        alike=[sessions[0].given[place] for place in same],
    )
    return render(request, "programmes/sessions.html", context)


async def sessions_table(request: Request) -> Response:
    """`GET .../sessions/table.csv`: a line for each session. Raises NotFound."""
    asked, found = await course_asked(request, Action.RECORD), await _opened(request)
    columns, zone = columns_of(found.standing.programme.definition), asked.record.clinic.zone
    await asked.record.trace("course.export_taken", course=asked.row.id.hex, export="sessions")
    heads = [name for _, one in columns for name in _heads(one)]
    codes = found.standing.programme.definition.codes
    rows: list[Sequence[object]] = [["Session", "Date", "Protocol", *heads, *([CODE] if codes else [])]]
    for one in sessions_of(found):
        protocol = f"{one.preset.name}, version {one.preset.version}" if one.preset else ""
        protocol += f", {UNSURE}" if one.unsure else ""
        cells = [cell for each in one.given for cell in _cells(each, zone)]
        code = [one.code.id if one.code else ""] if codes else []
        rows.append([one.number, day_of(zone, one.began).isoformat(), protocol, *cells, *code])
    headers = {
        "content-disposition": f'attachment; filename="sessions-{asked.row.id}.csv"',
        "x-content-type-options": "nosniff",
    }
    return Response(written(rows), media_type="text/csv", headers=headers)


def _heads(one: Question) -> Iterable[str]:
    name = f"{one.text} ({one.unit})" if one.unit else one.text
    before = (f"{name}: worked out of", "measured on", "worked out") if one.beside else (f"{name}: planned",)
    return (*before, name, "to look at")


def _cells(one: Given, zone: ZoneInfo) -> Iterable[str]:
    target, planned = one.question.target, one.question.planned
    ends = list(dict.fromkeys(f"{number:g}" for number in planned or ()))
    before: tuple[str, ...] = ("-".join(ends),)
    if one.question.beside:
        before = (target.worked, day_of(zone, target.at).isoformat(), target.number) if target else ("", "", "")
    return (*before, one.text, "yes" if one.to_look_at else "")


async def _opened(request: Request) -> Opened:
    asked = await course_asked(request, Action.RECORD)
    record = asked.record
    found = await opened(record.house, asked.row, record.clinic.zone, record.now)
    if not columns_of(found.standing.programme.definition):
        raise NotFound()
    return found


routes: list[GuardedRoute] = [
    page(SESSIONS, sessions_page, Action.RECORD, name="course_sessions"),
    page(f"{SESSIONS}/table.csv", sessions_table, Action.RECORD, name="course_sessions_table"),
]
