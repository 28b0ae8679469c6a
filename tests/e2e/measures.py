"""Measures in the clinic to look at: what is asked by hand, and weeks of answers of who is in a session now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.catalogue import shipped, shipped_data
from server.measures.risk.store import open_for, sound
from server.measures.rules import Flag, Weight
from server.measures.schedule import Rule, When
from server.measures.sealed import seal_answer
from server.measures.tables import Measure, MeasureAnswer
from server.safety.roster.rules import Shift
from server.safety.roster.store import add_date
from tests.e2e.people import NOW

WEEKS = ((42, "2332222220"), (35, "2323222120"), (28, "2222122110"), (14, "1222111110"), (7, "1212111100"))
"""Days before today, and the answers of that day."""
TODAY = "1221101111"


async def add_measures(house: House, clinic_id: UUID, live: str, waiting: Sequence[str], on_call: UUID) -> str:
    """`live`: the page of the visit that runs, one of whose answers needs somebody: the id of that alert. `waiting`: of
    those who are asked and have not answered. `on_call`: who is, this morning.
    """
    keys = ("phq9", "gad7", "pcl5")
    versions: dict[str, UUID] = {}

    async def choose(db: AsyncSession) -> None:
        for key in keys:
            data = dict(shipped_data()[key])
            versions[key] = await store.keep_version(db, clinic_id, data, None, NOW, own=False)
        rules = [Rule(key, versions[key], When.HAND) for key in keys]
        assert await store.keep_setting(db, clinic_id, rules, 0, None, NOW)

    await house.db.unit(choose)
    for public_id in waiting:
        card = await card_of(house, public_id)
        for key in keys[:2]:
            ids = (clinic_id, card.patient_id, card.id)
            await house.db.unit(lambda db, key=key, ids=ids: store.ask(db, ids, key, versions[key], NOW))
    card = await card_of(house, live)
    ring = await house.keys.patient(clinic_id, card.patient_id)

    async def answer(db: AsyncSession) -> str:
        for days, values in WEEKS:
            await taken(db, ring, card, None, versions["phq9"], values, NOW - timedelta(days=days))
        at = NOW - timedelta(minutes=20)
        today = await taken(db, ring, card, card.id, versions["phq9"], TODAY, at)
        said = (await store.answers_of(db, [today]))[today]["phq9_9"]
        assert await store.raise_flag(db, clinic_id, said, Flag("phq9_9", 1, Weight.RISK), at)
        await add_date(db, clinic_id, NOW.date(), Shift(6 * 60, 13 * 60, on_call))
        await sound(db, clinic_id, today, Weight.RISK, at)
        return str((await open_for(db, [today]))[today].id)

    return await house.db.unit(answer)


async def card_of(house: House, public_id: str) -> BookingCard:
    found = await house.db.read(lambda db: booking.booking_for_visit(db, public_id))
    assert found
    return found


async def taken(
    db: AsyncSession,
    key: Keyring,
    card: BookingCard,
    booking_id: UUID | None,
    version_id: UUID,
    values: str,
    at: datetime,
) -> UUID:
    row = Measure(id=uuid4(), clinic_id=card.clinic_id, patient_id=card.patient_id, booking_id=booking_id, key="phq9")
    row.version_id, row.asked_at, row.begun_at, row.finished_at = version_id, at, at, at
    db.add(row)
    await db.flush()
    for item, value in zip(shipped()["phq9"].items, values, strict=True):
        answer = MeasureAnswer(id=uuid4(), measure_id=row.id, item=item.id, number=1, at=at)
        answer.value_sealed = seal_answer(key, card.clinic_id, answer.id, int(value))
        db.add(answer)
    return row.id
