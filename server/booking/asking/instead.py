"""Other times in place of one that was not possible: which staff are shown, which are still free, and taking one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk, store
from server.booking.asking import store as asking
from server.booking.asking.rules import MOST_TIMES, Answer, Reply
from server.booking.desk import Made, Order
from server.booking.meeting import meeting_of
from server.booking.offered import offered
from server.booking.public import pick_of
from server.booking.rules import WINDOW, Booked, BookingCard, Refused, Wish, decide
from server.booking.store import By
from server.booking.where.store import ends_for
from server.clinic.rules import Clinic, Means
from server.errors import NotFound
from server.house import House
from server.patients import store as patients
from server.patients.rules import ForWhom

SHOWN, OF_A_DAY = 12, 3


def shown(free: Sequence[datetime], near: datetime, zone: ZoneInfo, most: int = SHOWN) -> list[datetime]:
    """Those nearest to the time that was asked for, a few of each day, in order."""
    days: Counter[date] = Counter()
    found: list[datetime] = []
    for start in sorted(free, key=lambda start: abs(start - near)):
        day = start.astimezone(zone).date()
        if days[day] < OF_A_DAY and len(found) < most:
            days[day] += 1
            found.append(start)
    return sorted(found)


async def still_free(house: House, clinic: Clinic, card: BookingCard, reply: Reply) -> list[datetime]:
    """The proposed times that somebody could take now; none once one of them was."""
    if reply.taken or not reply.times:
        return []
    now = house.clock()
    ends = await ends_for(house, clinic, card, [card.therapist_id])

    async def work(db: AsyncSession) -> list[datetime]:
        pick = await pick_of(db, clinic, card)
        last = min(max(reply.times), now + clinic.policy.horizon)
        known = await store.calendar(db, clinic, pick.service, pick.hours, last + WINDOW, now, ends=ends)
        wishes = [Wish(start, card.therapist_id) for start in sorted(reply.times) if start > now]
        return [wish.start for wish in wishes if isinstance(decide(known, wish, now), Booked)]

    return await house.db.read(work)


async def free_instead(house: House, clinic: Clinic, card: BookingCard) -> list[datetime]:
    """What is free with the same therapist near a time that the clinic cancelled; none once one of them was taken."""
    if not await house.db.read(lambda db: asking.may_take_another(db, card.id)):
        return []
    now, ends = house.clock(), await ends_for(house, clinic, card, [card.therapist_id])

    async def work(db: AsyncSession) -> list[datetime]:
        pick = await pick_of(db, clinic, card)
        found = await offered(db, clinic, pick.service, pick.hours, now, ends=ends)
        return [one.start for one in found.offers if one.therapists and one.start != card.starts_at]

    return shown(await house.db.read(work), max(card.starts_at, now), clinic.zone, MOST_TIMES)


async def take(house: House, clinic: Clinic, card: BookingCard, start: datetime) -> Made | Refused:
    """Book a time instead, for the same patient and confirmed already; one of them once. Raises NotFound."""
    people = await patients.people(house.db, house.keys, clinic.id, [card.patient_id])
    person = people.get(card.patient_id)
    if person is None:
        raise NotFound()
    pick = await house.db.read(lambda db: pick_of(db, clinic, card))
    order = Order(
        clinic=clinic,
        service=pick.service,
        hours=pick.hours,
        wish=Wish(start, card.therapist_id),
        person=person,
        for_whom=ForWhom(card.for_whom),
        means=Means(card.means),
        meeting=await meeting_of(house, card),
        ends=await ends_for(house, clinic, card, [card.therapist_id]),
        known_patient=True,
        once=f"instead of {card.id}",
        asks=False,
    )
    booking_id: UUID = desk.ids_of(house, order).booking

    async def once(db: AsyncSession) -> bool:
        reply = await asking.reply_of(db, card.id)
        proposed = reply is not None and reply.answer is not Answer.CONFIRMED
        return await (asking.claim_time if proposed else asking.claim_another)(db, card.id, booking_id)

    return await desk.book(house, replace(order, also=once), By("patient", card.patient_id))
