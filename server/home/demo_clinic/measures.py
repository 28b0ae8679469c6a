"""What the made-up clinic asks before a visit, and what those who wait now have answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.home.demo_clinic.people import DAY
from server.house import House
from server.measures import store
from server.measures.catalogue import shipped_data
from server.measures.schedule import Rule, When
from server.measures.sheets import sheets_of
from server.measures.taking import keep_answer
from server.visit import store as visits

ASKED = (("phq9", When.VISIT), ("gad7", When.EACH_WEEK), ("pcl5", When.HAND))
ANSWERS = (1, 2, 2, 1, 0, 1, 1, 0, 0, 1)


async def add_measures(house: House, clinic: Clinic, now: datetime) -> None:
    """Switch them on, and let who is here have answered the first."""

    async def choose(db: AsyncSession) -> None:
        rules: list[Rule] = []
        for key, when in ASKED:
            version = await store.keep_version(db, clinic.id, dict(shipped_data()[key]), None, now, own=False)
            rules.append(Rule(key, version, when))
        await store.keep_setting(db, clinic.id, rules, 0, None, now)

    await house.db.unit(choose)
    for card in await house.db.read(lambda db: _here(db, clinic.id, now)):
        await _answer(house, card)


async def _here(db: AsyncSession, clinic_id: UUID, now: datetime) -> Sequence[BookingCard]:
    cards = await booking.bookings_between(db, clinic_id, None, now - DAY, now + DAY)
    met = await visits.visits_of(db, [card.id for card in cards])
    return [card for card in cards if card.id in met and card.ends_at > now]


async def _answer(house: House, card: BookingCard) -> None:
    for place, value in enumerate(ANSWERS):
        sheet = next(one for one in await sheets_of(house, card, house.clock()) if one.key == ASKED[0][0])
        await keep_answer(house, card, sheet, sheet.instrument.items[place].id, value, 1)
