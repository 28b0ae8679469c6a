"""Measures that Linden Practice asks."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.alone import store as alone
from server.measures.catalogue import shipped, shipped_data
from server.measures.rules import Flag, Weight
from server.measures.schedule import Rule, When
from server.measures.sealed import seal_answer
from server.measures.sheets import Kept, Sheet, sheets_of
from server.measures.taking import keep_answer


async def use(house: House, clinic_id: UUID, **when: str) -> None:
    """`use(house, clinic.id, phq9="visit")`; a key that does not come with the program is one of the clinic's own."""

    async def work(db: AsyncSession) -> None:
        seen = await store.setting_of(db, clinic_id)
        rules = []
        for key, word in when.items():
            known = key in shipped_data()
            data = dict(shipped_data()[key if known else "gad2"]) | {"id": key}
            version = await store.keep_version(db, clinic_id, data, None, house.clock(), own=not known)
            rules.append(Rule(key, version, When(word)))
        assert await store.keep_setting(db, clinic_id, rules, seen.number, None, house.clock())

    await house.db.unit(work)


async def sheet_of(house: House, card: BookingCard, key: str = "phq9", now: datetime | None = None) -> Sheet:
    """How it stands."""
    return next(one for one in await sheets_of(house, card, now or house.clock()) if one.key == key)


async def answer_all(house: House, card: BookingCard, values: str, key: str = "phq9") -> None:
    """Answers the first items, one after the other; a dot leaves one open."""
    items = (await sheet_of(house, card, key)).instrument.items
    for item, value in zip(items, values, strict=False):
        if value != ".":
            sheet = await sheet_of(house, card, key)
            kept = await keep_answer(house, card, sheet, item.id, int(value), 1)
            assert isinstance(kept, Kept), kept


async def answered(house: House, ids: tuple[UUID, UUID, UUID], value: int = 1, key: str = "phq9") -> None:
    """Answered to the end now, each item alike, without a booking. `ids`: of clinic, patient, and what asks it."""
    (clinic_id, patient_id, _), now = ids, house.clock()
    ring = await house.keys.patient(clinic_id, patient_id)

    async def work(db: AsyncSession) -> None:
        version = await store.keep_version(db, clinic_id, shipped_data()[key], None, now, own=False)
        await alone.ask(db, ids, key, version, now)
        row = next(one for one in await alone.open_of(db, clinic_id, patient_id) if one.key == key)
        for item in shipped()[key].items:
            said = uuid4()
            answer = store.SealedAnswer(said, row.id, item.id, 1, now, seal_answer(ring, clinic_id, said, value))
            assert await store.add_answer(db, answer)
        assert await store.finish(db, row.id, now)

    await house.db.unit(work)


async def spoke_of_danger(db: AsyncSession, key: Keyring, clinic_id: UUID, row_id: UUID, now: datetime) -> None:
    """Question 9 of the PHQ-9 answered with 1, and flagged; nobody is called."""
    said = uuid4()
    answer = store.SealedAnswer(said, row_id, "phq9_9", 1, now, seal_answer(key, clinic_id, said, 1))
    assert await store.add_answer(db, answer)
    assert await store.raise_flag(db, clinic_id, answer, Flag("phq9_9", 1, Weight.RISK), now)
