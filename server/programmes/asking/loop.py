"""The loop that asks the measures of courses: every node runs it, and one row for each booking, or for each course
where the patient is asked alone, keeps it to one of them.

It asks the courses themselves, so that whatever writes of one need not know of it, and a measure is asked again when
the booking that asked it was cancelled. What a patient is asked alone stays theirs when a booking is made meanwhile,
and is withdrawn once no course wants it any more.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import next_of
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.loops import every
from server.measures import store as measures
from server.measures.alone import store as alone
from server.measures.asking import version_to_ask
from server.measures.occasion import tell
from server.patients.space.store import spaces_of
from server.programmes import store
from server.programmes.asking.rules import Carrier, Plan, asked_now, wanted
from server.programmes.asking.telling import ASKED
from server.programmes.board.found import as_it_is, found_in

SECONDS = 120.0
MOST = 2000
"""So many bookings ahead are looked at in one statement."""
Ahead = Mapping[UUID, Sequence[BookingCard]]
Due = Mapping[str, UUID]
"""Measure -> the course that wants it, of several the oldest."""


async def run(house: House) -> None:
    """Work until cancelled."""
    await every(SECONDS, partial(ask_due, house))


async def ask_due(house: House) -> int:
    """Ask what is due now; returns how many measures this node asked."""
    return sum([await _of(house, clinic) for clinic in await house.db.read(clinics.clinics)])


async def _of(house: House, clinic: Clinic) -> int:
    stands = await house.db.read(lambda db: alone.open_of(db, clinic.id))  # first: what is asked from now on stays
    due = await house.db.read(lambda db: _due(db, clinic, None, house))
    await _withdraw(house, clinic, due, stands)
    if not due:
        return 0
    ahead, rows = await house.db.read(lambda db: _ahead(db, clinic, due, house))
    asked = 0
    for patient_id, keys in due.items():
        cards = {card.id: card for card in ahead.get(patient_id, ())}
        plan = _plan(keys, cards, rows, [row for row in stands if row.patient_id == patient_id])
        for key, booking_id in plan.carried.items():
            asked += await _ask(house, cards[booking_id], key)
        if plan.alone:
            asked += await _ask_alone(house, clinic, patient_id, plan.alone)
    return asked


def _plan(
    due: Due, cards: Collection[UUID], rows: Mapping[UUID, Sequence[measures.Row]], stands: Sequence[measures.Row]
) -> Plan:
    carriers = [Carrier(one, _asks(rows.get(one, ()))) for one in cards]
    return asked_now(due, carriers, {row.key for row in stands})


async def _due(db: AsyncSession, clinic: Clinic, whom: Collection[UUID] | None, house: House) -> Mapping[UUID, Due]:
    """Patient -> what their courses want of them now."""
    now, due = house.clock(), defaultdict[UUID, dict[str, UUID]](dict)
    found = await found_in(db, clinic, whom, now)
    for one in sorted(found.near, key=lambda near: (near.began_at, near.course_id)):
        for key in wanted(*as_it_is(one, found, clinic.zone, now), now):
            due[one.patient_id].setdefault(key, one.course_id)
    return due


async def _ahead(
    db: AsyncSession, clinic: Clinic, due: Collection[UUID], house: House
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


async def _ask_alone(house: House, clinic: Clinic, patient_id: UUID, keys: Collection[str]) -> int:
    """Ask a patient in their own space, and tell them once; nobody who has none. Another node may do the same: both
    queue for the courses, and the second one sees what the first did, as it sees what was answered or booked meanwhile.
    """
    if not await house.db.read(lambda db: spaces_of(db, patient_id)):
        return 0
    now = house.clock()

    async def work(db: AsyncSession) -> int:
        versions = {key: await version_to_ask(db, clinic.id, key, house) for key in sorted(keys)}
        known = {key: version for key, version in versions.items() if version}
        first = (await _due(db, clinic, [patient_id], house)).get(patient_id, {}) if known else {}
        for course_id in sorted({first[key] for key in known if key in first}):
            await store.take_turn(db, course_id)
        stands = await alone.open_of(db, clinic.id, patient_id)
        due = (await _due(db, clinic, [patient_id], house)).get(patient_id, {})
        ahead, rows = await _ahead(db, clinic, [patient_id], house)
        plan = _plan(due, [card.id for card in ahead.get(patient_id, ())], rows, stands)
        asked = [key for key in plan.alone if key in known]
        asked = [key for key in asked if await alone.ask(db, (clinic.id, patient_id, due[key]), key, known[key], now)]
        for key in asked:
            note(db, Entry(clinic.id, "measure.asked", "patient", patient_id, detail={"measure": key}), now)
        if asked:
            outbox.add(db, ASKED, {"clinic": str(clinic.id), "patient": str(patient_id)}, now)
        return len(asked)

    count = await house.db.unit(work)
    if count:
        house.outbox.nudge()
    return count


async def _withdraw(
    house: House, clinic: Clinic, due: Mapping[UUID, Due], stands: Sequence[measures.Row]
) -> None:  # fmt: skip
    """What no course wants any more is not asked any more; what was answered of it stays."""
    stale, now = [row for row in stands if row.key not in due.get(row.patient_id, {})], house.clock()

    async def work(db: AsyncSession) -> None:
        for row in stale:
            if await alone.withdraw(db, row.id, now):
                detail = {"measure": row.key}
                note(db, Entry(clinic.id, "measure.withdrawn", "patient", row.patient_id, detail=detail), now)

    if stale:
        await house.db.unit(work)
