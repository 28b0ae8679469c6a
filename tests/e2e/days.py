"""Weeks of entries of mood, the same each time: with a gap, days out of doors, and a note that is kept private."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from server.booking.rules import BookingCard
from server.house import House
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND, Mood, value_of, words_of
from server.journal.rules import Entry, Share, Written

LEVELS = (4, 4, 5, 3, 4, 4, None, 4, 5, 5, 4, 3, 5, None, None, None, None, None, 5, 5, 6, 4, 6, None, 7, 6, 6, 6)
LATEST = UUID(int=len(LEVELS))


async def add_days(house: House, card: BookingCard, until: datetime) -> None:
    """Four weeks up to the day before `until`; of the latest day all is kept private, of others the words alone."""
    journal = Journal(house, card.clinic_id, card.patient_id, KIND)
    found = []
    for number, level in enumerate(LEVELS, 1):
        if level is not None:
            at = (until - timedelta(days=len(LEVELS) + 1 - number)).astimezone(UTC)
            found.append(_entry(UUID(int=number), at, level, latest=number == len(LEVELS)))
    await journal.keep_all(found)


def _entry(id_: UUID, at: datetime, level: int, *, latest: bool) -> Entry:
    out = level > 4
    mood = Mood(
        mood=level,
        energy=max(0, level - 2),
        anxiety=8 - level,
        sleep="7" if out else "5",
        rest=level,
        tags=("outdoors",) if out else ("work", "alone"),
        own=("the garden",) if level > 5 else (),
        note="Walked home along the river." if latest else "",
    )
    written = Written(at.date(), at, "Europe/Berlin", backdated=level == 3)
    return Entry(id_, KIND, written, Share.ME if latest else Share.PART, 1, value_of(mood), words_of(mood))
