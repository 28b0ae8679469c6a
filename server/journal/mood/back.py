"""Looking back on entries of mood: the patient's own page, and their entries as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.audit.store import note
from server.booking.cards import bookings_of
from server.csv_out import written
from server.house import House
from server.journal import store
from server.journal.door import mine_of
from server.journal.mood.chart import Other
from server.journal.mood.checkin import Word, numbers, word_due
from server.journal.mood.course import Day, by_day
from server.journal.mood.form import PATH
from server.journal.mood.looking import SPANS, USUAL, Beside, Look, look, span_of
from server.journal.mood.rules import HOURS, KIND, SCALES, TOP, mood_of
from server.journal.rules import Entry
from server.measures.progress import told
from server.measures.reading import sessions_of
from server.measures.results import results_of
from server.record.care.keeping import care_of
from server.record.care.rules import Kind as Care
from server.record.care.rules import Treatment, counting, day_of
from server.routing import GuardedRoute, page
from server.templates import render

BEFORE = timedelta(days=20)
"""How far before a span entries are read: for its first mean, and for a word that compares with the days before."""
HEAD = (
    "day", "written", "zone", "later", "mood", "energy", "anxiety", "sleep_hours", "slept_well", "medicines", "tags",
    "own_tags", "note", "urges", "feelings", "skills", "read_by",
)  # fmt: skip


@dataclass(frozen=True)
class Treated:
    """A treatment as it stands under the drawing."""

    way: str
    method: str = field(repr=False)
    begins: date
    ends: date | None


@dataclass(frozen=True)
class BackPage:
    """journal/mood/back.html. `lines`: what may be drawn beside mood: (key, name of a measure, or '')."""

    look: Look = field(repr=False)
    chosen: str
    spans: Sequence[str]
    lines: Sequence[tuple[str, str]]
    line: str
    treated: Sequence[Treated] = field(repr=False)
    count: int
    word: Word | None
    phone: str
    sessions: int


async def back_page(request: Request) -> Response:
    """`GET /me/mood/back`: `span` of SPANS, `line`: a scale, sleep, or a measure, drawn beside mood."""
    mine = await mine_of(request)
    house, asked = mine.house, request.query_params
    count, first, _ = await house.db.read(lambda db: store.span(db, mine.patient_id, KIND))
    chosen = asked.get("span", USUAL) if asked.get("span") in SPANS else USUAL
    span = span_of(chosen, mine.today, first)
    days = days_of(await mine.journal(KIND).own(span.first - BEFORE))
    others = {one.key: one for one in await _others(house, mine.clinic.id, mine.patient_id, days)}
    line = asked.get("line", "")
    sessions, treated = await around(house, mine.clinic.id, mine.patient_id, mine.today)
    beside = Beside(sessions, [(one.begins, one.ends or mine.today) for one in treated], others.get(line))
    context = BackPage(
        look=look(days, span, beside),
        chosen=chosen,
        spans=SPANS if first and (mine.today - first).days >= int(SPANS[-2]) else SPANS[:-1],
        lines=[(one.key, one.name) for one in others.values()],
        line=line if line in others else "",
        treated=[one for one in treated if (one.ends or mine.today) >= span.first],
        count=count,
        word=word_due(days, mine.today, numbers()),
        phone=mine.clinic.phone,
        sessions=sum(span.holds(day) for day in sessions),
    )
    return render(request, "journal/mood/back.html", context, brand=mine.brand, zone=mine.zone)


def days_of(entries: Sequence[Entry]) -> list[Day]:
    return [Day(one.day, mood_of(one.value, one.words)) for one in entries]


async def _others(house: House, clinic_id: UUID, patient_id: UUID, days: Sequence[Day]) -> list[Other]:
    """What can be drawn beside mood: the other scales, sleep, and measures whose sums the patient may be told."""
    found = [Other(name, "", list(by_day(days, name).items()), 0, TOP) for name in SCALES[1:]]
    found.append(Other("sleep", "", list(by_day(days, "sleep").items()), min(HOURS.values()), max(HOURS.values())))
    now = house.clock()
    cards = await house.db.read(lambda db: bookings_of(db, clinic_id, patient_id, None))
    for one in told(await results_of(house, clinic_id, patient_id, sessions_of(cards, now))):
        low, high = one.instrument.span
        points = [(point.at.date(), float(point.total)) for point in one.points]
        found.append(Other(one.instrument.id, one.instrument.name, points, low, high))
    return [one for one in found if one.points]


async def around(
    house: House, clinic_id: UUID, patient_id: UUID, today: date
) -> tuple[Sequence[date], Sequence[Treated]]:
    """Days of sessions that were, and treatments of which the record knows when they began."""
    now = house.clock()
    cards = await house.db.read(lambda db: bookings_of(db, clinic_id, patient_id, None))
    known = [one.value for one in counting(await care_of(house, clinic_id, patient_id), Care.TREATMENT)]
    treated = [
        Treated(one.way.value, one.method, begins, None if one.spell.going else day_of(one.spell.until) or today)
        for one in known
        if isinstance(one, Treatment) and (begins := day_of(one.spell.since))
    ]
    return [at.date() for at in sessions_of(cards, now)], treated


async def take(request: Request) -> Response:
    """`GET /me/mood/csv`: every entry as a table, words too."""
    mine = await mine_of(request)
    entries = await mine.journal(KIND).own()

    async def work(db: AsyncSession) -> None:
        note(db, mine.trace("journal.taken_by_patient", kind=KIND, entries=len(entries)), mine.now)

    await mine.house.db.unit(work)
    named = {"content-disposition": 'attachment; filename="mood.csv"', "cache-control": "no-store"}
    return Response(written([HEAD, *_cells(entries)]), media_type="text/csv", headers=named)


def _cells(entries: Sequence[Entry]) -> Iterator[Sequence[object]]:
    for one in entries:
        mood, when = mood_of(one.value, one.words), one.written
        doses = "; ".join(f"{dose.name}: {dose.taken}" for dose in mood.doses)
        yield (
            one.day.isoformat(), when.at.isoformat(), when.zone, "yes" if when.backdated else "no", mood.mood,
            mood.energy, mood.anxiety, mood.hours, mood.rest, doses, "; ".join(mood.tags), "; ".join(mood.own),
            mood.note, *("; ".join(f"{name}: {level}" for name, level in each) for each in (mood.urges, mood.feelings)),
            "; ".join(mood.skills), one.share.value,
        )  # fmt: skip


routes: list[GuardedRoute] = [
    page(f"{PATH}/back", back_page, Action.MINE, name="mood_back"),
    page(f"{PATH}/csv", take, Action.MINE, name="mood_csv"),
]
