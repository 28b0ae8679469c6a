"""What was answered to the questions that raised an alert, in the order in which it was: changes are added to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import team
from server.house import House
from server.measures import store
from server.measures.rules import Instrument
from server.measures.schedule import came_later
from server.measures.sealed import open_answer


@dataclass(frozen=True)
class Said:
    """One answer. `number`: of the question; `words`: of the answer, or its value where it has none. `overtaken`: of a
    page that was open beside another, and so not the one that counts. `came`: when it came, where that was later.
    `eased`: it is quiet, and the same question had been answered otherwise before, which stands.
    """

    id: UUID
    measure: str
    number: int
    value: int = field(repr=False)
    words: str = field(repr=False)
    at: datetime
    loud: bool
    overtaken: bool = False
    came: datetime | None = None
    eased: bool = False


@dataclass(frozen=True)
class Stood:
    """What spoke of danger once, and who of the clinic saw it last; `seen_at` None while some of it nobody has."""

    said: Sequence[Said] = field(repr=False)
    seen_by: str
    seen_at: datetime | None


@dataclass(frozen=True)
class _Rows:
    instrument: Instrument
    others: Mapping[UUID, store.Version]
    flagged: frozenset[UUID | None]
    answers: list[store.SealedAnswer]


async def history_of(house: House, clinic_id: UUID, patient_id: UUID, measure_id: UUID) -> list[Said]:
    """Every answer to every question of this measure that was ever flagged; nothing of whose key is gone."""
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id)
    rows = await house.db.read(lambda db: _load(db, clinic_id, measure_id))
    if key is None or rows is None:
        return []
    found, spoken = list[Said](), set[str]()
    for one in rows.answers:
        put = rows.others[one.version_id].instrument if one.version_id else rows.instrument
        item, value = put.item(one.item), open_answer(key, clinic_id, one.id, one.blob)
        option = item.option(value) if item else None
        words = option.text if option and option.text else str(value)
        came = came_later(one.at, one.came_at)
        number, loud = put.number(one.item), one.id in rows.flagged
        eased = not loud and one.item in spoken
        found.append(Said(one.id, put.name, number, value, words, one.at, loud, one.overtaken, came, eased))
        spoken |= {one.item} if loud else set()
    return found


async def stood_of(
    house: House, clinic_id: UUID, patient_id: UUID, raised: Mapping[str, Sequence[store.Raised]]
) -> dict[str, Stood]:
    """Measure by its key -> all of its answers that stand by their alerts, of every time; none where none was."""
    names = await house.db.read(lambda db: _names(db, clinic_id)) if any(raised.values()) else {}
    found = {}
    for key, flags in raised.items():
        every = [await history_of(house, clinic_id, patient_id, one) for one in {flag.measure_id: 0 for flag in flags}]
        said = [one for history in every for one in history]
        seen = max((one for one in flags if one.seen_at), key=lambda one: one.seen_at or one.at, default=None)
        all_seen = seen is not None and all(one.seen_at for one in flags)
        if said:
            name = names.get(seen.seen_by, "") if seen and seen.seen_by else ""
            found[key] = Stood(said, name, seen.seen_at if seen and all_seen else None)
    return found


async def _names(db: AsyncSession, clinic_id: UUID) -> dict[UUID, str]:
    return {one.id: one.name for one in await team(db, clinic_id)}


async def _load(db: AsyncSession, clinic_id: UUID, measure_id: UUID) -> _Rows | None:
    row = await store.measure_of(db, measure_id)
    if row is None:
        return None
    flags = await store.flags_of(db, [measure_id])
    answers = await store.all_answers(db, measure_id, {one.item for one in flags})
    others = {one.version_id for one in answers if one.version_id}
    versions = await store.versions_of(db, clinic_id, {row.version_id, *others})
    return _Rows(versions[row.version_id].instrument, versions, frozenset(one.answer_id for one in flags), answers)
