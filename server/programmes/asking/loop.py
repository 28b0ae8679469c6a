"""The loop that asks the measures of courses: every node runs it, and those that ask the same patient queue.

It asks the courses themselves, so that whatever writes of one need not know of it. What a booking asks and nobody began
goes to the next one that can ask when an earlier one is made afterwards, or when it is cancelled. What a patient is
asked alone stays theirs when a booking is made meanwhile. Either is withdrawn once no course wants it any more.
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
from server.measures.alone.telling import ASKED
from server.measures.asking import version_to_ask
from server.measures.carried import store as carried
from server.measures.occasion import tell
from server.patients.space.store import spaces_of
from server.programmes import store
from server.programmes.asking.rules import Carrier, Plan, asked_now, wanted
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
    loose = {row.patient_id for row in await house.db.read(lambda db: carried.loose_of(db, clinic.id, house.clock()))}
    whom = [*due, *(loose - due.keys())]
    if not whom:
        return 0
    ahead, rows = await house.db.read(lambda db: _ahead(db, clinic, whom, house))
    asked = 0
    for patient_id in whom:
        mine = [row for row in stands if row.patient_id == patient_id]
        plan = _plan(due.get(patient_id, {}), ahead.get(patient_id, ()), rows, mine)
        if plan:
            asked += await _follow(house, clinic, patient_id, plan)
    return asked


def _plan(
    due: Due, cards: Sequence[BookingCard], rows: Mapping[UUID, Sequence[measures.Row]], stands: Sequence[measures.Row]
) -> Plan:
    carriers = [Carrier(card.id, _asks(mine := rows.get(card.id, ())), _loose(mine)) for card in cards]
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


def _loose(rows: Sequence[measures.Row]) -> frozenset[str]:
    return frozenset(row.key for row in rows if row.loose)


async def _follow(house: House, clinic: Clinic, patient_id: UUID, seen: Plan) -> int:
    """Bring what a patient is asked in line with what their courses want; returns how many measures are asked anew.
    Another node may do the same: both queue for the patient, and the second one sees what the first did, as it sees
    what was answered or booked meanwhile. Whom nothing reaches is not asked alone.
    """
    alone_too = bool(seen.alone) and bool(await house.db.read(lambda db: spaces_of(db, patient_id)))
    if not (alone_too or seen.carried or seen.dropped):
        return 0

    async def work(db: AsyncSession) -> tuple[int, set[UUID], Mapping[UUID, BookingCard]]:
        await store.take_turn_of(db, patient_id)
        due = (await _due(db, clinic, [patient_id], house)).get(patient_id, {})
        ahead, rows = await _ahead(db, clinic, [patient_id], house)
        cards = {card.id: card for card in ahead.get(patient_id, ())}
        plan = _plan(due, list(cards.values()), rows, await alone.open_of(db, clinic.id, patient_id))
        begun = {key for one, key in plan.dropped if not await _drop(db, cards[one], key, house)}
        new = {key: cards[one] for key, one in plan.carried.items() if key not in begun}
        asked = [card.id for key, card in new.items() if await _ask(db, card, key, due[key], house)]
        count = await _ask_alone(db, clinic, patient_id, plan, due, house) if alone_too else 0
        return len(asked) + count, {*asked, *(one for one, _ in plan.dropped)}, cards

    count, changed, cards = await house.db.unit(work)
    for one in changed:
        await tell(house, cards[one])
    if count:
        house.outbox.nudge()
    return count


async def _drop(db: AsyncSession, card: BookingCard, key: str, house: House) -> bool:
    if not await carried.drop(db, card.id, key):
        return False
    detail = {"measure": key}
    note(db, Entry(card.clinic_id, "measure.withdrawn", "booking", card.id, detail=detail), house.clock())
    return True


async def _ask(db: AsyncSession, card: BookingCard, key: str, course_id: UUID, house: House) -> bool:
    now, version = house.clock(), await version_to_ask(db, card.clinic_id, key, house)
    if version is None:
        return False
    ids = (card.clinic_id, card.patient_id, card.id)
    await measures.ask(db, ids, key, version, now, asked_for=course_id)
    note(db, Entry(card.clinic_id, "measure.asked", "booking", card.id, detail={"measure": key}), now)
    return True


async def _ask_alone(
    db: AsyncSession, clinic: Clinic, patient_id: UUID, plan: Plan, due: Due, house: House
) -> int:  # fmt: skip
    """Ask a patient in their own space, and have them told once."""
    now, asked = house.clock(), 0
    for key in plan.alone:
        version = await version_to_ask(db, clinic.id, key, house)
        if version and await alone.ask(db, (clinic.id, patient_id, due[key]), key, version, now):
            asked += 1
            note(db, Entry(clinic.id, "measure.asked", "patient", patient_id, detail={"measure": key}), now)
    if asked:
        outbox.add(db, ASKED, {"clinic": str(clinic.id), "patient": str(patient_id)}, now)
    return asked


async def _withdraw(
    house: House, clinic: Clinic, due: Mapping[UUID, Due], stands: Sequence[measures.Row]
) -> None:  # fmt: skip
    """What no course wants any more is not asked any more; what was answered of it stays. What is asked every week is
    none of theirs.
    """
    courses, now = [row for row in stands if row.week is None], house.clock()
    stale = [row for row in courses if row.key not in due.get(row.patient_id, {})]

    async def work(db: AsyncSession) -> None:
        for row in stale:
            if await alone.withdraw(db, row.id, now):
                detail = {"measure": row.key}
                note(db, Entry(clinic.id, "measure.withdrawn", "patient", row.patient_id, detail=detail), now)

    if stale:
        await house.db.unit(work)
