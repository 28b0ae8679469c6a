"""What a patient answered over time, opened: each measure with its totals, its course and what moved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import team
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.chart import Chart, Mark, Point, chart
from server.measures.course import Course, ItemChange, changed_items, course
from server.measures.happened import Row, happened
from server.measures.rules import Answers, Instrument
from server.measures.schedule import came_later
from server.measures.scoring import Score, asked, score, still_open
from server.measures.sealed import open_answer

MIN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    """A measure as it was answered once. `left`: questions that are open; `came`: when the last answer of those that
    count came, where that was later than they were given.
    """

    id: UUID
    booking_id: UUID | None
    at: datetime
    finished: bool
    left: int
    instrument: Instrument
    answers: Answers = field(repr=False)
    result: Score = field(repr=False)
    entered_by: str = ""  # the clinician who wrote it
    came: datetime | None = None
    counts: frozenset[UUID] = frozenset()  # the ids of the answers that stand

    @property
    def open(self) -> list[int]:
        """The numbers of the questions that were put and have no answer."""
        return self.instrument.numbers(item.id for item in still_open(self.instrument, self.answers))


@dataclass(frozen=True)
class Result:
    """One measure over time; `taken` is oldest first and never empty. `raised`: its flags, oldest first. `marks`: of
    treatment, where somebody who knows of it handed them in.
    """

    key: str
    taken: Sequence[Taken] = field(repr=False)
    raised: Sequence[store.Raised] = field(repr=False)
    sessions: Sequence[datetime] = ()
    marks: Sequence[Mark] = field(default=(), repr=False)

    @property
    def latest(self) -> Taken:
        return self.taken[-1]

    @property
    def instrument(self) -> Instrument:
        return self.latest.instrument

    @property
    def whole(self) -> list[Taken]:
        """Those that have a total."""
        return [one for one in self.taken if one.result.total is not None]

    @property
    def course(self) -> Course | None:
        return course(self.instrument, [point.total for point in self.points])

    @property
    def points(self) -> list[Point]:
        return [Point(one.at, one.result.total) for one in self.taken if one.result.total is not None]

    @property
    def moved(self) -> list[ItemChange]:
        """Items that moved since the time before, the furthest first."""
        if len(self.taken) < 2 or self.taken[-2].instrument.id != self.instrument.id:
            return []
        return changed_items(self.instrument, self.taken[-2].answers, self.latest.answers)

    def chart(self, height: int = 176) -> Chart | None:
        return chart(self.points, self.sessions, self.instrument.span, height, marks=self.marks)

    def rows(self) -> list[Row[Taken]]:
        """What the table behind the drawing says."""
        return happened(self.taken, self.chart())

    @property
    def flagged(self) -> list[tuple[int, int | None, bool]]:
        """(number of the question, its answer now, whether it was changed since it was flagged) of the latest time, as
        far as it asked this.
        """
        mine, latest = [one for one in self.raised if one.measure_id == self.latest.id], self.latest
        newest = {one.item: one for one in mine if self.instrument.item(one.item)}
        return [
            (self.instrument.number(item), latest.answers.get(item), one.answer_id not in {None, *latest.counts})
            for item, one in newest.items()
        ]

    @property
    def unseen(self) -> list[store.Raised]:
        return [one for one in self.raised if one.seen_at is None]


async def results_of(
    house: House, clinic_id: UUID, patient_id: UUID, sessions: Sequence[datetime] = ()
) -> list[Result]:
    """Every measure that this patient has begun, the one answered last first. Whose key is gone has answered none."""
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id)
    if key is None:
        return []
    loaded = await house.db.read(lambda db: _load(db, clinic_id, patient_id))
    return _opened(key, clinic_id, loaded, sessions)


async def latest_of(
    house: House, clinic_id: UUID, rows: Sequence[store.Row], most: int = 2
) -> dict[UUID, list[Result]]:
    """Patient -> each of their measures as it was answered the last times, of all that these were asked: in a few
    statements for everybody. Whose key is gone has answered none.
    """
    rings = await house.keys.patients(clinic_id, {row.patient_id for row in rows})
    wanted = [row for row in _last(rows, most) if row.patient_id in rings]
    loaded = await house.db.read(lambda db: _load_rows(db, clinic_id, wanted))
    found: dict[UUID, list[Result]] = {}
    for patient_id, ring in rings.items():
        own = [row for row in loaded[0] if row.patient_id == patient_id]
        found[patient_id] = _opened(ring, clinic_id, (own, *loaded[1:]), ())
    return found


def _last(rows: Sequence[store.Row], most: int) -> list[store.Row]:
    by_key: dict[tuple[UUID, str], list[store.Row]] = defaultdict(list)
    for row in rows:
        if row.came_at and row.begun_at:
            by_key[row.patient_id, row.key].append(row)
    ordered = [sorted(every, key=lambda one: one.came_at or MIN) for every in by_key.values()]
    return [row for every in ordered for row in every[-most:]]


def _opened(key: Keyring, clinic_id: UUID, loaded: "_Loaded", sessions: Sequence[datetime]) -> list[Result]:
    rows, versions, blobs, flags, names = loaded
    taken: dict[str, list[Taken]] = defaultdict(list)
    for row in rows:
        standing = _standing(row, blobs[row.id])
        answers = {item: open_answer(key, clinic_id, one.id, one.blob) for item, one in standing.items()}
        last = max((one.at for one in blobs[row.id].values()), default=row.begun_at)
        name = names.get(row.entered_by, "") if row.entered_by else ""
        came = max(filter(None, (came_later(one.at, one.came_at) for one in standing.values())), default=None)
        found = _taken(row, versions[row.version_id].instrument, answers, last, (name, came))
        if found:
            taken[row.key].append(replace(found, counts=frozenset(one.id for one in standing.values())))
    results = [
        Result(name, sorted(every, key=lambda one: one.at), _own(flags, every), sessions)
        for name, every in taken.items()
    ]
    return sorted(results, key=lambda one: one.latest.at, reverse=True)


def _standing(row: store.Row, answers: Mapping[str, store.SealedAnswer]) -> Mapping[str, store.SealedAnswer]:
    """The answers that count: of what a clinician entered those of the newest time, which is whole by itself."""
    newest = max((one.number for one in answers.values()), default=0)
    return {item: one for item, one in answers.items() if one.number == newest} if row.entered_by else answers


def _own(flags: Sequence[store.Raised], taken: Sequence[Taken]) -> list[store.Raised]:
    ids = {one.id for one in taken}
    return [flag for flag in flags if flag.measure_id in ids]


def _taken(
    row: store.Row, instrument: Instrument, answers: Answers, last: datetime | None, how: tuple[str, datetime | None]
) -> Taken | None:
    """`how`: who entered it, and when it came where that was later."""
    result = score(instrument, answers)
    at = last if row.entered_by else row.finished_at or last
    if not isinstance(result, Score) or at is None:
        return None
    left = sum(item.id not in answers for item in asked(instrument, answers))
    return Taken(row.id, row.booking_id, at, row.finished_at is not None, left, instrument, answers, result, *how)


_Loaded = tuple[
    Sequence[store.Row],
    Mapping[UUID, store.Version],
    Mapping[UUID, Mapping[str, store.SealedAnswer]],
    Sequence[store.Raised],
    Mapping[UUID, str],
]


async def _load(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> _Loaded:
    return await _load_rows(db, clinic_id, [row for row in await store.measures_of(db, patient_id) if row.begun_at])


async def _load_rows(db: AsyncSession, clinic_id: UUID, rows: Sequence[store.Row]) -> _Loaded:
    ids = [row.id for row in rows]
    versions = await store.versions_of(db, clinic_id, {row.version_id for row in rows})
    entered = {row.entered_by for row in rows if row.entered_by}
    names = {one.id: one.name for one in await team(db, clinic_id)} if entered else {}
    return rows, versions, await store.answers_of(db, ids), await store.flags_of(db, ids), names
