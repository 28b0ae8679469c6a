"""Some weeks of entries, of the patient in the made-up clinic who has a space."""

import random
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.crypto import token_hash
from server.house import House
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND, Mood, value_of, words_of
from server.journal.rules import Entry, Share, Written

DAYS = 34
NOTES = ("Walked home along the river.", "Slept badly, and it went better than I thought.", "Called Sam.")


async def add_journal(house: House, token: str, now: datetime) -> None:
    """Entries of whom this link of a booking was given: most days, a little better towards the end."""

    async def work(db: AsyncSession) -> BookingCard | None:
        return await booking.booking_by_link(db, token_hash(token), now)

    card = await house.db.read(work)
    assert card
    journal, chance = Journal(house, card.clinic_id, card.patient_id, KIND), random.Random(5)
    days = [ago for ago in range(DAYS, 0, -1) if ago not in {11, 12, 13, 20} and chance.random() < 0.85]
    await journal.keep_all([_entry(now - timedelta(days=ago), (DAYS - ago) / DAYS, chance) for ago in days])


def _entry(at: datetime, on: float, chance: random.Random) -> Entry:
    out, work = chance.random() < 0.4, chance.random() < 0.5
    level = round(3.6 + 2 * on + (1 if out else 0) + chance.uniform(-1.2, 1.2))
    mood = Mood(
        mood=level,
        energy=max(0, level - chance.randint(0, 2)),
        anxiety=max(0, 8 - level - (1 if out else 0)),
        sleep=chance.choice(("4", "5", "6", "6", "7", "7", "8")),
        rest=min(10, level + chance.randint(-1, 2)),
        tags=[tag for tag, there in (("outdoors", out), ("work", work), ("alone", not out)) if there],
        own=["the garden"] if out and chance.random() < 0.6 else [],
        note=chance.choice(NOTES) if chance.random() < 0.3 else "",
    )
    share = Share.ME if mood.note and chance.random() < 0.5 else Share.PART
    written = Written(at.date(), at, "Europe/Berlin", backdated=False)
    return Entry(uuid4(), KIND, written, share, 1, value_of(mood), words_of(mood))
