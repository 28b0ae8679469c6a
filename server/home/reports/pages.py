"""Reports: who did not come, how long people waited, and how much of the hours was used. For the owner alone."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.audit.store import note
from server.booking.forms import read_date
from server.booking.hours import Stretch, stretch
from server.clinic.changing import Changes, changes_between, plans_of
from server.clinic.practice import Practice, practice_of
from server.clinic.requests import clinic_id_of, entry_of
from server.clinic.rules import Clinic
from server.csv_out import written
from server.errors import NotFound
from server.home.reports import store
from server.home.reports.crossed import Crossed, cells_of, shown_of, total_of
from server.home.reports.rules import (
    KINDS,
    Group,
    Period,
    Row,
    Sums,
    Table,
    before,
    course,
    midnight,
    month_of,
    newest,
    offered_minutes,
    summed,
    table,
)
from server.house import House, house_of
from server.moments import Speaker
from server.routing import page, viewer_of
from server.templates import render

HERE = "/staff/clinic/bookings/reports"


@dataclass(frozen=True)
class ReportPage:
    """home/reports.html; `course`: each month with its line; `earlier` and `later`: what it is called, and where.
    `stood`: the first day of which nothing is counted."""

    period: Period
    title: str
    earlier: tuple[str, str]
    later: tuple[str, str] | None
    stood: date
    therapists: Table
    services: Table
    course: Sequence[tuple[str, Row]]
    csv: str


@dataclass(frozen=True)
class Report:
    """What was counted and may be shown."""

    clinic: Clinic
    period: Period
    therapists: Table
    services: Table
    course: Sequence[tuple[Period, Row]]


async def report_page(request: Request) -> Response:
    """`GET /staff/clinic/bookings/reports`: the last month that is shown, or the month of `from`."""
    report = await _report(request)
    say, period = Speaker(report.clinic.zone), report.period
    previous, following = before(period), month_of(period.after)
    last = newest(_today(report.clinic, house_of(request).clock()))
    later = following if following.first <= last.first else None
    context = ReportPage(
        period=period,
        title=say.month_year(period.first),
        earlier=(say.month_year(previous.first), _address(previous)),
        later=(say.month_year(later.first), _address(later)) if later else None,
        stood=period.stands,
        therapists=report.therapists,
        services=report.services,
        course=[(say.month_year(one.first), row) for one, row in _from_first_shown(report.course)],
        csv=_address(period, "/table.csv"),
    )
    return render(request, "home/reports.html", context)


async def csv_file(request: Request) -> Response:
    """`GET /staff/clinic/bookings/reports/table.csv`: the same, for a spreadsheet."""
    report = await _report(request)
    say = Speaker(report.clinic.zone)
    rows: list[Sequence[object]] = [("What", "Name", "Booked", "Did not come", "Waited (minutes)", "Hours used (%)")]
    rows += [("Therapist", *_cells(row)) for row in report.therapists.rows]
    rows += [("Service", *_cells(row)) for row in report.services.rows]
    rows += [("All", *_cells(report.therapists.total))]
    rows += [("Month", say.month_year(one.first), *_cells(row)[1:]) for one, row in report.course]
    name = f"{report.clinic.slug}-{report.period.first.isoformat()[:7]}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff"}
    return Response(written(rows), media_type="text/csv", headers=headers)


def _from_first_shown(course: Sequence[tuple[Period, Row]]) -> list[tuple[Period, Row]]:
    """Without the months before there was anything to show."""
    return list(dropwhile(lambda one: not one[1].booked, course))


def _cells(row: Row) -> tuple[object, ...]:
    shown = (row.booked, row.missed)
    return (row.name, *("hidden" if one is None else one for one in shown), row.waited, row.use)


async def _report(request: Request) -> Report:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    practice = await house.db.read(lambda db: practice_of(db, clinic_id))
    if practice is None:
        raise NotFound()
    period = _asked(request, practice.clinic, now)
    periods = course(period)
    edges = [one.span(practice.clinic.zone)[0] for one in periods] + [period.span(practice.clinic.zone)[1]]
    stood = [midnight(one.stands, practice.clinic.zone) for one in periods]

    async def work(db: AsyncSession) -> tuple[list[Group], Changes]:
        found = await store.groups(db, clinic_id, edges, stood)
        return found, await changes_between(db, practice.clinic, edges[-2], edges[-1])

    groups, changes = await house.db.read(work)
    seen = entry_of(viewer, "report.seen", "report", None, {"from": period.first.isoformat()})

    async def trace(db: AsyncSession) -> None:
        note(db, seen, now)

    await house.db.unit(trace)
    last = [one for one in groups if one.period == len(periods) - 1]
    people, kinds = _tables(house, practice, changes, last, (edges[-2], edges[-1]), period)
    return Report(
        clinic=practice.clinic,
        period=period,
        therapists=people,
        services=kinds,
        course=[(one, _course_row(at, groups)) for at, one in enumerate(periods)],
    )


def _asked(request: Request, clinic: Clinic, now: datetime) -> Period:
    """A month that is shown; without an answer the last one."""
    last = newest(_today(clinic, now))
    day = read_date(request.query_params.get("from", ""))
    return month_of(day) if day and day < last.after else last


def _today(clinic: Clinic, now: datetime) -> date:
    return now.astimezone(clinic.zone).date()


def _tables(
    house: House, practice: Practice, changes: Changes, groups: Sequence[Group], span: tuple[datetime, datetime],
    period: Period,
) -> tuple[Table, Table]:  # fmt: skip
    """By therapist and by service, so that neither tells what the other hides."""
    cards = [card for card in practice.therapists if not card.hidden or _any(groups, card.staff_id)]
    kinds = [one for one in practice.services if not one.hidden or _any(groups, one.id)]
    who, what = [card.staff_id for card in cards], [kind.id for kind in kinds]
    orders = _orders(house, practice, period, "therapists", who), _orders(house, practice, period, "services", what)
    able = {(who.index(one), at) for at, kind in enumerate(what) for one in practice.offers.get(kind, ()) if one in who}
    crossed = {kind: Crossed(cells_of(groups, who, what, kind), (len(who), len(what)), able) for kind in KINDS}
    shown = shown_of(crossed, {kind: (orders[0][kind], orders[1][kind]) for kind in KINDS})
    people = [(card.name, summed(one for one in groups if one.therapist_id == card.staff_id)) for card in cards]
    services = [(kind.name, summed(one for one in groups if one.service_id == kind.id)) for kind in kinds]
    offered = [_offered(practice, changes, card.staff_id, span) for card in cards]
    first, second = ({kind: shown[kind][at] for kind in KINDS} for at in (0, 1))
    return table(people, offered, first), table(services, [], second)


def _any(groups: Sequence[Group], which: UUID) -> bool:
    return any(which in (one.therapist_id, one.service_id) for one in groups)


def _offered(practice: Practice, changes: Changes, who: UUID, span: tuple[datetime, datetime]) -> int:
    away: list[Stretch] = [stretch(start, end) for whose, start, end in changes.away if whose in (None, who)]
    return offered_minutes(plans_of(practice, changes, who), away, practice.clinic.zone, span)


def _course_row(at: int, groups: Sequence[Group]) -> Row:
    """One month as a whole: the same figures that its own tables show as their total."""
    those = [group for group in groups if group.period == at]
    one: Sums = summed(those)
    booked, missed, met = (total_of(those, kind) for kind in KINDS)
    return Row("", booked, missed, round(one.waited / one.met / 60) if met else None)


def _orders(
    house: House, practice: Practice, period: Period, what: str, ids: Sequence[UUID]
) -> Mapping[str, Sequence[int]]:
    """In which order lines are hidden beside small ones: fixed for a report, and to be guessed by nobody."""
    secret = house.keys.secret("report order")

    def order(kind: str) -> list[int]:
        about = f"{practice.clinic.id.hex}|{period.first}|{period.after}|{what}|{kind}|"
        return sorted(range(len(ids)), key=lambda at: hmac.digest(secret, (about + ids[at].hex).encode(), "sha256"))

    return {kind: order(kind) for kind in KINDS}


def _address(period: Period, tail: str = "") -> str:
    return f"{HERE}{tail}?from={period.first.isoformat()}"


routes = [
    page(HERE, report_page, Action.REPORTS),
    page(f"{HERE}/table.csv", csv_file, Action.REPORTS, name="report_csv"),
]
