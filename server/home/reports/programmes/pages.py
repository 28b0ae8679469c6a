"""How the courses of each programme came out, by the year in which they began. For the owner alone.

A year is shown once it and three months more are over, with its courses as they stood then: figures that grew with each
course would tell, from one look to the next, how the course of somebody ended in between.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.audit.store import note
from server.clinic.practice import practice_of
from server.clinic.requests import clinic_id_of, entry_of
from server.clinic.rules import Clinic
from server.csv_out import written
from server.errors import NotFound
from server.home.reports.programmes.rules import Order, Summary, summary
from server.home.reports.rules import Period
from server.house import House, house_of
from server.measures import store as measures
from server.measures.results import latest_of
from server.programmes.because import Totals
from server.programmes.changes import changed
from server.programmes.course import Programme, history
from server.programmes.definition import Definition
from server.programmes.endpoint import Endpoint
from server.programmes.questions import UNSURE
from server.programmes.results.catalogue import endpoint_of, thresholds
from server.programmes.results.rules import Came, came
from server.programmes.results.store import Begun, begun_between
from server.programmes.results.topics import KEY, is_sure
from server.programmes.topics import awaiting
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HERE = "/staff/clinic/bookings/reports/programmes"
FIRST_YEAR = 2000
STANDS = 4, 1
"""The month and day of the following year on which a year is shown, as it stands then."""
MOST_ANSWERS = 500
LINES: Sequence[tuple[str, str]] = (
    ("Had a first session", "started"),
    ("Days from enrolment to the first session (median)", "wait_days"), ("Over", "over"), ("Going on", "going"),
    ("Every session given", "completed"), ("Stopped early", "stopped"), ("Stopped early, a stop rule true", "rule"),
    ("Response", "response"), ("Remission", "remission"), ("Measured before and after", "measured"),
    ("With an adverse event", "adverse"),
)  # fmt: skip
"""What a table that leaves calls each count."""


@dataclass(frozen=True)
class Told:
    """One programme; `endpoint`: by what a response and remission are counted; None where it asks no measure. `awaits`:
    a course went by a version that no clinician confirmed; `sure`: somebody confirmed that endpoint.
    """

    definition: Definition
    endpoint: Endpoint | None
    summary: Summary
    awaits: bool
    sure: bool


@dataclass(frozen=True)
class Sure:
    """What is counted `until` a day, and who stands up for it: digests of versions that are `unsure`, and whether the
    thresholds are sure.
    """

    unsure: frozenset[str]
    thresholds: bool
    until: datetime


@dataclass(frozen=True)
class ProgrammesReportPage:
    """home/reports_programmes.html; `awaits`: nobody confirmed the thresholds, which are `topic` there; `unread`: some
    courses are not counted, as their definitions cannot be read any more.
    """

    year: int
    earlier: int | None
    later: int | None
    stood: date  # the first day of which nothing is counted
    programmes: Sequence[Told]
    after: str
    awaits: bool
    topic: str
    unread: bool = False


async def report_page(request: Request) -> Response:
    """`GET .../reports/programmes`: courses that began in the year `of`, without one in the last that is shown."""
    clinic, year, told, sure, unread = await _report(request)
    last = _last(clinic, house_of(request).clock())
    context = ProgrammesReportPage(
        year=year,
        earlier=year - 1 if year > FIRST_YEAR else None,
        later=year + 1 if year < last else None,
        stood=_stood(year),
        programmes=told,
        after=thresholds().after.said,
        awaits=not sure,
        topic=KEY,
        unread=unread,
    )
    return render(request, "home/reports_programmes.html", context)


async def csv_file(request: Request) -> Response:
    """`GET .../reports/programmes/table.csv`: the same, for a spreadsheet."""
    clinic, year, told, *_ = await _report(request)
    rows: list[Sequence[object]] = [("Programme", "What", "How many")]
    for one in told:
        programme = one.definition.name + (f", {UNSURE}" if one.awaits else "")
        rows += [(programme, _line(one, words, name), cell(one.summary, name)) for words, name in LINES]
    headers = {
        "content-disposition": f'attachment; filename="{clinic.slug}-programmes-{year}.csv"',
        "x-content-type-options": "nosniff",
    }
    return Response(written(rows), media_type="text/csv", headers=headers)


def _line(one: Told, words: str, name: str) -> str:
    """What the table calls a count, and whether nobody confirmed by what it is counted."""
    return words if one.sure or name not in ("response", "remission") else f"{words}, {UNSURE}"


def cell(one: Summary, name: str) -> object:
    """What the table has in this line."""
    found = getattr(one, name) if hasattr(one, name) else one.counts[name]
    return "hidden" if found is None else found


async def _report(request: Request) -> tuple[Clinic, int, list[Told], bool, bool]:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    practice = await house.db.read(lambda db: practice_of(db, clinic_id))
    if practice is None:
        raise NotFound()
    clinic = practice.clinic
    year = _asked(request, _last(clinic, now))
    until = Period(_stood(year), _stood(year)).span(clinic.zone)[0]
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))

    async def load(db: AsyncSession) -> tuple[list[Begun], bool, frozenset[str]]:
        begun = await begun_between(db, clinic_id, *period.span(clinic.zone), until)
        unsure = await awaiting(db, clinic_id, [one.pinned for one in begun])
        return begun, await is_sure(db, clinic), unsure

    begun, sure, unsure = await house.db.read(load)
    seen = entry_of(viewer, "report.seen", "report", None, {"programmes": year})

    async def trace(db: AsyncSession) -> None:
        note(db, seen, now)

    await house.db.unit(trace)
    known = [one for one in begun if not one.pinned.definition.faults]
    told = await _told(house, clinic, period, known, Sure(unsure, sure, until))
    return clinic, year, told, sure, len(known) < len(begun)


def _asked(request: Request, last: int) -> int:
    text = request.query_params.get("of", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else last
    return year if FIRST_YEAR <= year <= last else last


def _last(clinic: Clinic, now: datetime) -> int:
    """The last year that is shown."""
    today = now.astimezone(clinic.zone).date()
    return today.year - (1 if today >= _stood(today.year - 1) else 2)


def _stood(year: int) -> date:
    return date(year + 1, *STANDS)


async def _told(house: House, clinic: Clinic, period: Period, begun: Sequence[Begun], sure: Sure) -> list[Told]:
    """Every programme of which a course began, by its name; of several versions the newest one's words."""
    totals = await _totals(house, clinic.id, begun, sure.until)
    by_id: dict[str, list[Begun]] = defaultdict(list)
    for one in sorted(begun, key=lambda one: one.row.began_at):
        by_id[one.pinned.definition.id].append(one)
    found = []
    for key, several in by_id.items():
        courses = [_came(clinic, one, totals.get(one.row.patient_id, {})) for one in several]
        definition = several[-1].pinned.definition
        counted = summary(courses, _order(house, clinic, period, key))
        awaits = any(one.pinned.digest in sure.unsure for one in several)
        found.append(
            Told(definition, endpoint_of(definition), counted, awaits, bool(definition.endpoint) or sure.thresholds)
        )
    return sorted(found, key=lambda one: one.definition.name)


def _came(clinic: Clinic, one: Begun, totals: Totals) -> Came:
    definition = one.pinned.definition
    programme = changed(Programme(definition, clinic.zone, one.row.began_at), one.changes)
    after: timedelta = thresholds().after.length
    return came(programme, history(definition, one.entries), totals, endpoint_of(definition), after)


async def _totals(house: House, clinic_id: UUID, begun: Sequence[Begun], until: datetime) -> Mapping[UUID, Totals]:
    """Patient -> the totals of what these programmes ask, as far as it was answered before `until`."""
    patient_ids = {one.row.patient_id for one in begun}
    keys = {step.measure for one in begun for step in one.pinned.definition.steps if step.measure}
    asked = await house.db.read(lambda db: measures.measures_of(db, *patient_ids))
    results = await latest_of(house, clinic_id, [row for row in asked if row.key in keys], most=MOST_ANSWERS)
    return {
        patient_id: {one.key: [(point.at, point.total) for point in one.points if point.at < until] for one in several}
        for patient_id, several in results.items()
    }


def _order(house: House, clinic: Clinic, period: Period, programme: str) -> Order:
    """In which order counts are hidden beside small ones: fixed for a report, and to be guessed by nobody."""
    secret = house.keys.secret("report order")
    about = f"{clinic.id.hex}|{period.first}|{period.after}|programme|{programme}|"

    def order(family: str, length: int) -> Sequence[int]:
        return sorted(range(length), key=lambda at: hmac.digest(secret, f"{about}{family}|{at}".encode(), "sha256"))

    return order


routes: list[GuardedRoute] = [
    page(HERE, report_page, Action.REPORTS, name="programmes_report"),
    page(f"{HERE}/table.csv", csv_file, Action.REPORTS, name="programmes_report_csv"),
]
