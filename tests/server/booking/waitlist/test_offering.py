"""The waiting list on both engines: in order, each time once, kept for a while, then the next."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.booking import desk
from server.booking.desk import Made
from server.booking.rules import Refused, Wish
from server.booking.store import By
from server.booking.tables import Booking, Claim
from server.booking.waitlist import store
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.joining import Joined, join, leave, say_no, take
from server.booking.waitlist.offering import backfill, freed, lapsed
from server.booking.waitlist.rules import OFFERS_AT_ONCE, WAITS_OF_ONE, Left, Offered, Part, Waiting
from server.booking.waitlist.tables import Wait, WaitOffer
from server.clinic import store as clinics
from server.clinic.rules import SHORTEST_OFFER, Leave
from server.crypto import token_hash
from server.house import House
from server.outbox import Job, OutboxRow
from server.patients.contacts import Contact
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)
EVERY_DAY, ALL_DAY = frozenset(range(7)), frozenset(Part)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    """Linden, closed but for Thursday: who waits is offered a time of that day alone."""
    linden = await seed(either_house)
    day = THURSDAY.replace(hour=0, minute=0)
    for begin, end in ((either_house.clock(), day), (day + timedelta(days=1), day + timedelta(days=90))):
        gone = Leave(UUID(int=begin.day), None, begin, end)
        await either_house.db.unit(lambda db, gone=gone: clinics.add_leave(db, linden.clinic.id, gone))
    return linden


async def full(house: House, linden: Linden) -> list[Made]:
    """Mara's Thursday, all of it."""
    starts = [THURSDAY.replace(hour=hour, minute=0) for hour in (8, 9, 10, 12, 13, 14, 15)]
    return [await booked(house, linden, start, name=f"p{start.hour}") for start in starts]


async def waits(house: House, linden: Linden, name: str, **more: Any) -> Waiting:
    mail = more.pop("mail", f"{name}@example.org")
    who = more.pop("who", linden.mara.staff_id)
    wanted = {"days": EVERY_DAY, "parts": ALL_DAY, "last": None, "once": name}
    said = Joining(name, Contact(mail, ""), **{**wanted, **more})
    joined = await join(house, linden.clinic, said, linden.session.id, who, "en", linden.clinic.zone)
    assert isinstance(joined, Joined)
    house.clock.forward(seconds=1)  # type: ignore[attr-defined]
    return await there(house, joined.token)


async def there(house: House, token: str) -> Waiting:
    found = await house.db.read(lambda db: store.by_token(db, token_hash(token)))
    assert found
    return found


async def offer_of(house: House, one: Waiting) -> Offered | None:
    return await house.db.read(lambda db: store.last_offer(db, one.id))


async def count(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


def lapse(linden: Linden, offer: Offered) -> Job:
    payload = {"offer": str(offer.id), "wait": str(offer.wait_id), "clinic": str(linden.clinic.id)}
    return Job(offer.id, "waitlist.lapsed", payload, 1)


async def test_a_cancelled_time_is_offered_to_who_waited_longest_and_kept_for_them(
    either_house: House, practice: Linden
) -> None:
    made = await full(either_house, practice)
    first, second = [await waits(either_house, practice, name) for name in ("first", "second")]
    assert await backfill(either_house, practice.clinic.id) == 0
    assert await desk.cancel(either_house, practice.clinic, made[2].card, By())
    assert await backfill(either_house, practice.clinic.id) == 1
    assert await backfill(either_house, practice.clinic.id) == 0
    offer = await offer_of(either_house, first)
    assert offer
    assert (offer.starts_at, offer.expires_at) == (made[2].card.starts_at, either_house.clock() + 2 * HOUR)
    assert await offer_of(either_house, second) is None
    with pytest.raises(AssertionError, match="taken"):
        await booked(either_house, practice, offer.starts_at, name="Somebody Else")


async def test_where_the_first_time_is_too_near_the_next_one_is_offered(either_house: House, practice: Linden) -> None:
    made = await full(either_house, practice)
    one = await waits(either_house, practice, "first")
    near, later = made[3].card, made[5].card
    for card in (near, later):
        assert await desk.cancel(either_house, practice.clinic, card, By())
    notice = practice.clinic.policy.notice
    either_house.clock.now = near.starts_at - notice - SHORTEST_OFFER / 2  # type: ignore[attr-defined]
    assert await backfill(either_house, practice.clinic.id) == 1
    offer = await offer_of(either_house, one)
    assert offer
    assert offer.starts_at == later.starts_at


async def test_two_nodes_that_look_at_once_offer_it_once(either_house: House, practice: Linden) -> None:
    made = await full(either_house, practice)
    line = [await waits(either_house, practice, f"w{number}") for number in range(4)]
    assert await desk.cancel(either_house, practice.clinic, made[0].card, By())
    given = await asyncio.gather(*(backfill(either_house, practice.clinic.id) for _ in range(5)))
    assert sum(given) == 1
    assert await count(either_house, WaitOffer) == 1
    assert await offer_of(either_house, line[0])


async def test_who_says_yes_in_time_has_it_and_waits_no_more(either_house: House, practice: Linden) -> None:
    made = await full(either_house, practice)
    one = await waits(either_house, practice, "first")
    assert await desk.cancel(either_house, practice.clinic, made[0].card, By())
    await backfill(either_house, practice.clinic.id)
    offer = await offer_of(either_house, one)
    assert offer
    outcomes = await asyncio.gather(*(take(either_house, one, offer) for _ in range(4)))
    assert all(isinstance(outcome, Made) for outcome in outcomes)
    assert len({outcome.card.id for outcome in outcomes if isinstance(outcome, Made)}) == 1
    assert await count(either_house, Claim) == 7
    assert (await now_of(either_house, one)).left is Left.TAKEN
    await lapsed(either_house, lapse(practice, offer))
    assert await count(either_house, Claim) == 7


async def now_of(house: House, one: Waiting) -> Waiting:
    found = await house.db.read(lambda db: store.by_id(db, one.id))
    assert found
    return found


async def test_nobody_answers_and_the_next_is_asked_until_there_is_none(either_house: House, practice: Linden) -> None:
    made = await full(either_house, practice)
    line = [await waits(either_house, practice, f"w{number}") for number in range(2)]
    assert await desk.cancel(either_house, practice.clinic, made[0].card, By())
    await backfill(either_house, practice.clinic.id)
    for one in line:
        offer = await offer_of(either_house, one)
        assert offer
        await lapsed(either_house, lapse(practice, offer))
        assert (await offer_of(either_house, one)) == offer, "not before its time"
        either_house.clock.forward(hours=2)  # type: ignore[attr-defined]
        await asyncio.gather(*(lapsed(either_house, lapse(practice, offer)) for _ in range(3)))
        assert isinstance(await take(either_house, one, offer), Refused), "too late"
        assert (await now_of(either_house, one)).left is None
    assert await count(either_house, WaitOffer) == 2
    assert await backfill(either_house, practice.clinic.id) == 0, "nobody is asked about the same time twice"
    assert isinstance(await booked(either_house, practice, made[0].card.starts_at, name="Somebody Else"), Made)


async def test_no_passes_it_on_and_leaving_does_too(either_house: House, practice: Linden) -> None:
    made = await full(either_house, practice)
    line = [await waits(either_house, practice, f"w{number}") for number in range(3)]
    assert await desk.cancel(either_house, practice.clinic, made[0].card, By())
    await backfill(either_house, practice.clinic.id)
    first = await offer_of(either_house, line[0])
    assert first
    assert await say_no(either_house, line[0], first)
    assert not await say_no(either_house, line[0], first)
    assert await backfill(either_house, practice.clinic.id) == 1
    second = await now_of(either_house, line[1])
    assert await leave(either_house, second, By("patient", second.patient_id))
    assert not await leave(either_house, second, By("patient", second.patient_id))
    assert await backfill(either_house, practice.clinic.id) == 1
    assert await offer_of(either_house, line[2])
    assert [(await now_of(either_house, one)).left for one in line] == [None, Left.LEFT, None]
    assert await count(either_house, Claim) == 7


async def test_a_time_goes_to_the_first_whom_it_suits(either_house: House, practice: Linden) -> None:
    made = await full(either_house, practice)
    never = await waits(either_house, practice, "sunday", days=frozenset({6}))
    evening = await waits(either_house, practice, "evening", parts=frozenset({Part.EVENING}))
    before = await waits(either_house, practice, "before", last=date(2026, 3, 11))
    other = await waits(either_house, practice, "other", who=practice.samir.staff_id)
    assert await offer_of(either_house, other) is None
    anyone = await waits(either_house, practice, "anyone", who=None, parts=frozenset({Part.AFTERNOON}))
    assert await desk.cancel(either_house, practice.clinic, made[4].card, By())
    assert await backfill(either_house, practice.clinic.id) == 2, "Samir has time all day, and Mara has now"
    assert [await offer_of(either_house, one) for one in (never, evening, before)] == [None] * 3
    assert await offer_of(either_house, other)
    offer = await offer_of(either_house, anyone)
    assert offer
    assert offer.starts_at.hour >= 11


async def test_a_moved_booking_a_deleted_leave_and_the_news_of_them_are_enough(
    either_house: House, practice: Linden
) -> None:
    made = await full(either_house, practice)
    one = await waits(either_house, practice, "first")
    to = Wish(THURSDAY.replace(hour=8, minute=0), practice.samir.staff_id)
    assert await desk.move(either_house, practice.clinic, made[1].card, to, By()) is None
    jobs = await jobs_of(either_house, "booking.moved")
    assert len(jobs) == 2
    for job in jobs:
        await freed(either_house, job)
    offer = await offer_of(either_house, one)
    assert offer
    assert offer.starts_at == made[1].card.starts_at
    assert await count(either_house, WaitOffer) == 1


async def jobs_of(house: House, topic: str) -> list[Job]:
    async def work(db: Any) -> list[Job]:
        rows = await db.scalars(select(OutboxRow).where(OutboxRow.topic == topic))
        return [Job(row.id, row.topic, row.payload, 1) for row in rows]

    return await house.db.read(work)


async def test_one_contact_waits_a_few_times_and_one_form_once(either_house: House, practice: Linden) -> None:
    said = Joining("Jo", Contact("jo@example.org", ""), EVERY_DAY, ALL_DAY, None, "one form")

    async def again(once: str) -> Joined | None:
        form = replace(said, once=once)
        return await join(either_house, practice.clinic, form, practice.session.id, None, "en", practice.clinic.zone)

    assert len({(await again("one form")).token for _ in range(3)}) == 1  # type: ignore[union-attr]
    outcomes = [await again(f"form {number}") for number in range(WAITS_OF_ONE)]
    assert [outcome is None for outcome in outcomes] == [False] * (WAITS_OF_ONE - 1) + [True]


async def test_the_same_form_pressed_at_once_is_one_place(either_house: House, practice: Linden) -> None:
    said = Joining("Jo", Contact("jo@example.org", ""), EVERY_DAY, ALL_DAY, None, "one form")
    clinic, service = practice.clinic, practice.session.id
    presses = (join(either_house, clinic, said, service, None, "en", clinic.zone) for _ in range(6))
    assert len({one.token for one in await asyncio.gather(*presses) if one}) == 1
    assert await count(either_house, Wait) == 1


async def test_a_long_line_of_strangers_keeps_no_week(either_house: House, practice: Linden) -> None:
    for number in range(OFFERS_AT_ONCE + 2):
        await waits(either_house, practice, f"w{number}", who=None)
    assert await backfill(either_house, practice.clinic.id) == OFFERS_AT_ONCE
    assert await backfill(either_house, practice.clinic.id) == 0
    assert await count(either_house, Claim) == OFFERS_AT_ONCE


async def test_a_clinic_without_a_list_offers_nothing(either_house: House, practice: Linden) -> None:
    await waits(either_house, practice, "first")
    off = replace(practice.clinic, policy=replace(practice.clinic.policy, offer=timedelta()))
    await either_house.db.unit(lambda db: clinics.change_clinic(db, off, None))
    assert await backfill(either_house, practice.clinic.id) == 0


async def test_a_place_in_a_group_is_offered_too(either_house: House, practice: Linden) -> None:
    group = replace(practice.session, seats=2)
    now = either_house.clock()
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, group, now))
    linden = replace(practice, session=group)
    starts: list[datetime] = [THURSDAY.replace(hour=hour, minute=0) for hour in (8, 9, 10, 12, 13, 14, 15)]
    made = [await booked(either_house, linden, start, name=f"{start.hour} {n}") for start in starts for n in (1, 2)]
    one = await waits(either_house, linden, "first")
    assert await backfill(either_house, linden.clinic.id) == 0
    assert await desk.cancel(either_house, linden.clinic, made[3].card, By())
    assert await backfill(either_house, linden.clinic.id) == 1
    with pytest.raises(AssertionError, match="taken"):
        await booked(either_house, linden, made[3].card.starts_at, name="Somebody Else")
    offer = await offer_of(either_house, one)
    assert offer
    taken = await take(either_house, one, offer)
    assert isinstance(taken, Made)
    assert taken.card.appointment_id == made[2].card.appointment_id
    assert await count(either_house, Booking) == 15
