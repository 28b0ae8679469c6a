"""How soon somebody was there for those who asked for help now, by months that are over; small counts are hidden. For
the owner."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.audit.store import note
from server.booking.forms import read_date
from server.clinic.requests import clinic_id_of, entry_of
from server.clinic.rules import Clinic
from server.clinic.store import clinic_of
from server.errors import NotFound
from server.home.reports.rules import Period, Published, before, month_of, published
from server.house import House, house_of
from server.moments import Speaker
from server.routing import page, viewer_of
from server.support.service_level import Came, Level, Met, level
from server.support.store import came_between
from server.templates import render

PATH = "/staff/clinic/support/report"
SHARES = (0, 1, 2, 3)
SETTLED = timedelta(days=1)
"""How long after its end a month is shown: who came in its last minutes was taken or left by then."""


@dataclass(frozen=True)
class SupportReport:
    """home/support_report.html. `rows`: each of Met with its count, and the hundredths of all who came that somebody
    took by then; None: hidden. `offered`: to how many a crisis line was offered.
    """

    title: str
    earlier: tuple[str, str]
    later: tuple[str, str] | None
    total: int | None
    rows: Sequence[tuple[Met, int | None, int | None]]
    offered: int | None


async def report_page(request: Request) -> Response:
    """`GET /staff/clinic/support/report`: the last month that is over, or the month of `from`. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    clinic = await house.db.read(lambda db: clinic_of(db, clinic_id))
    if clinic is None:
        raise NotFound()
    period = _asked(request, clinic, now)
    since, until = period.span(clinic.zone)
    people = await house.db.read(lambda db: came_between(db, clinic_id, since, until))

    async def trace(db: AsyncSession) -> None:
        note(db, entry_of(viewer, "report.seen", "report", None, {"from": period.first.isoformat(), "by": "help"}), now)

    await house.db.unit(trace)
    return render(request, "home/support_report.html", _shown(house, clinic, period, people, now))


def _asked(request: Request, clinic: Clinic, now: datetime) -> Period:
    """A month that is over: one that goes on would differ from what was read before by who came since."""
    last = _last(clinic, now)
    day = read_date(request.query_params.get("from", ""))
    return month_of(day) if day and day < last.after else last


def _last(clinic: Clinic, now: datetime) -> Period:
    return before(month_of((now - SETTLED).astimezone(clinic.zone).date()))


def _shown(house: House, clinic: Clinic, period: Period, people: Sequence[Came], now: datetime) -> SupportReport:
    say, last = Speaker(clinic.zone), _last(clinic, now)
    found, previous, following = level(people), before(period), month_of(period.after)
    cells = published(found.counts, _order(house, clinic, period, "met", len(Met)))
    told = published((found.offered, found.came - found.offered), _order(house, clinic, period, "offered", 2))
    return SupportReport(
        title=say.month_year(period.first),
        earlier=(say.month_year(previous.first), _address(previous)),
        later=(say.month_year(following.first), _address(following)) if following.first <= last.first else None,
        total=cells.total,
        rows=[(kind, cells.cells[at], _share(found, cells, at)) for at, kind in enumerate(Met)],
        offered=told.cells[0] if told.total is not None else None,
    )


def _share(found: Level, cells: Published, at: int) -> int | None:
    """Only where every count of which it is made is shown: a share and the total would give a hidden one away."""
    if at not in SHARES or cells.total is None or None in cells.cells[: at + 1]:
        return None
    share = found.within(at)
    return round(100 * share) if share is not None else None


def _order(house: House, clinic: Clinic, period: Period, what: str, count: int) -> list[int]:
    """In which order counts are hidden beside small ones: fixed for a report, and to be guessed by nobody."""
    secret, about = house.keys.secret("report order"), f"{clinic.id.hex}|{period.first}|help|{what}|"
    return sorted(range(count), key=lambda at: hmac.digest(secret, f"{about}{at}".encode(), "sha256"))


def _address(period: Period) -> str:
    return f"{PATH}?from={period.first.isoformat()}"


routes = [page(PATH, report_page, Action.REPORTS, name="support_report")]
