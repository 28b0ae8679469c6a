"""The loop that asks the measures of courses: every node runs it, and one row for each booking keeps it to one of them.

It asks the courses themselves, so that whatever writes of one need not know of it, and a measure is asked again when
the booking that asked it was cancelled.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import next_of
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.loops import every
from server.measures import store as measures
from server.measures.asking import version_to_ask
from server.measures.sheets import tell
from server.programmes.asking.rules import Carrier, asks_with, wanted
from server.programmes.board.found import as_it_is, found_in

SECONDS = 120.0
MOST = 2000
"""So many bookings ahead are looked at; of who has none among them nothing is asked until the next look."""
Ahead = Mapping[UUID, Sequence[BookingCard]]


async def run(house: House) -> None:
    """Work until cancelled."""
    await every(SECONDS, partial(ask_due, house))


async def ask_due(house: House) -> int:
    """Ask what is due now; returns how many measures this node asked."""
    return sum([await _of(house, clinic) for clinic in await house.db.read(clinics.clinics)])


async def _of(house: House, clinic: Clinic) -> int:
    due = await _due(house, clinic)
    if not due:
        return 0
    ahead, rows = await house.db.read(lambda db: _ahead(db, clinic, due, house))
    asked = 0
    for patient_id, keys in due.items():
        cards = {card.id: card for card in ahead.get(patient_id, ())}
        carriers = [Carrier(one, _asks(rows.get(one, ()))) for one in cards]
        for key in sorted(keys):
            if booking_id := asks_with(key, carriers):
                asked += await _ask(house, cards[booking_id], key)
    return asked


async def _due(house: House, clinic: Clinic) -> Mapping[UUID, set[str]]:
    now, due = house.clock(), defaultdict[UUID, set[str]](set)
    found = await house.db.read(lambda db: found_in(db, clinic, None, now))
    for one in found.near:
        if keys := wanted(*as_it_is(one, found, clinic.zone, now), now):
            due[one.patient_id] |= keys
    return due


async def _ahead(
    db: AsyncSession, clinic: Clinic, due: Mapping[UUID, set[str]], house: House
) -> tuple[Ahead, Mapping[UUID, Sequence[measures.Row]]]:
    found = defaultdict[UUID, list[BookingCard]](list)
    for card in await next_of(db, clinic.id, list(due), house.clock(), MOST):
        if not card.asked:
            found[card.patient_id].append(card)
    return found, await measures.measures_for(db, [card.id for cards in found.values() for card in cards])


def _asks(rows: Sequence[measures.Row]) -> dict[str, bool]:
    """What staff enter is not asked, and takes its place all the same."""
    return {row.key: row.finished_at is None and row.entered_by is None for row in rows}


async def _ask(house: House, card: BookingCard, key: str) -> bool:
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        version = await version_to_ask(db, card.clinic_id, key, house)
        if version is None or key in _asks((await measures.measures_for(db, [card.id])).get(card.id, ())):
            return False
        await measures.ask(db, (card.clinic_id, card.patient_id, card.id), key, version, now)
        note(db, Entry(card.clinic_id, "measure.asked", "booking", card.id, detail={"measure": key}), now)
        return True

    asked = await house.db.unit(work)
    if asked:
        await tell(house, card)
    return asked
