"""What becomes free at night, on both engines: nobody is woken, and it is kept for who waits until they were asked."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.booking import desk
from server.booking.desk import Made
from server.booking.store import By
from server.booking.tables import Claim
from server.booking.waitlist.joining import take
from server.booking.waitlist.mails import tell
from server.booking.waitlist.offering import OFFERED, backfill, lapsed
from server.booking.waitlist.tables import WaitOffer
from server.house import House
from server.outbox import Job, OutboxRow
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.waitlist.test_offering import count, full, lapse, offer_of, practice, waits

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio
MORNING = THURSDAY.replace(hour=7, minute=0)  # eight in Berlin
AT_NIGHT = MORNING - timedelta(hours=4, minutes=33)


async def freed_at_night(house: House, linden: Linden, made: Made) -> None:
    house.clock.now = AT_NIGHT  # type: ignore[attr-defined]
    assert await desk.cancel(house, linden.clinic, made.card, By())


async def asked(house: House) -> list[tuple[Job, datetime]]:
    """The news of offers that lie in the outbox, and when they leave."""
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic == OFFERED)))
    return [(Job(row.id, row.topic, row.payload, 1), row.due_at) for row in rows]


async def test_it_is_kept_for_the_first_who_is_asked_in_the_morning(either_house: House, practice: Linden) -> None:
    house, linden = either_house, practice
    made = await full(house, linden)
    first, second = [await waits(house, linden, name) for name in ("first", "second")]
    await freed_at_night(house, linden, made[6])
    assert sum(await asyncio.gather(*(backfill(house, linden.clinic.id) for _ in range(5)))) == 1, "once, of all nodes"
    assert (await count(house, WaitOffer), await count(house, Claim)) == (1, 7)
    offer = await offer_of(house, first)
    assert offer
    assert (offer.starts_at, offer.expires_at) == (made[6].card.starts_at, MORNING + timedelta(hours=2))
    with pytest.raises(AssertionError, match="taken"):
        await booked(house, linden, offer.starts_at, name="A Stranger")
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    ((job, leaves),) = await asked(house)
    assert leaves == MORNING
    house.clock.now = MORNING  # type: ignore[attr-defined]
    await tell(house, job)
    assert [letter.to for letter in house.mailer.sent] == ["first@example.org"]  # type: ignore[attr-defined]
    assert await backfill(house, linden.clinic.id) == 0
    assert await offer_of(house, second) is None


async def test_a_stranger_and_the_list_at_once_leave_it_with_one_of_them(either_house: House, practice: Linden) -> None:
    house, linden = either_house, practice
    made = await full(house, linden)
    await waits(house, linden, "first")
    await freed_at_night(house, linden, made[6])

    async def stranger() -> bool:
        try:
            return bool(await booked(house, linden, made[6].card.starts_at, name="A Stranger"))
        except AssertionError:
            return False

    got, *given = await asyncio.gather(stranger(), *(backfill(house, linden.clinic.id) for _ in range(3)))
    assert got + sum(given) == 1
    assert await count(house, Claim) == 7


async def test_who_looks_at_night_takes_it_and_is_asked_no_more(either_house: House, practice: Linden) -> None:
    house, linden = either_house, practice
    made = await full(house, linden)
    one = await waits(house, linden, "first")
    await freed_at_night(house, linden, made[6])
    await backfill(house, linden.clinic.id)
    offer = await offer_of(house, one)
    assert offer
    assert isinstance(await take(house, one, offer), Made)
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    ((job, _),) = await asked(house)
    house.clock.now = MORNING  # type: ignore[attr-defined]
    await tell(house, job)
    assert not house.mailer.sent  # type: ignore[attr-defined]


async def test_when_the_mornings_offer_is_over_the_next_is_asked_at_once(either_house: House, practice: Linden) -> None:
    house, linden = either_house, practice
    made = await full(house, linden)
    first, second = [await waits(house, linden, name) for name in ("first", "second")]
    await freed_at_night(house, linden, made[6])
    await backfill(house, linden.clinic.id)
    offer = await offer_of(house, first)
    assert offer
    house.clock.now = offer.expires_at  # type: ignore[attr-defined]
    await lapsed(house, lapse(linden, offer))
    assert await offer_of(house, second)
    assert {leaves for _, leaves in await asked(house)} == {MORNING, offer.expires_at}


async def test_what_begins_too_soon_stays_open_to_all(either_house: House, practice: Linden) -> None:
    house, linden = either_house, practice
    made = await full(house, linden)
    one = await waits(house, linden, "first")
    await freed_at_night(house, linden, made[0])  # nine in Berlin
    assert await backfill(house, linden.clinic.id) == 0
    assert await offer_of(house, one) is None
    assert isinstance(await booked(house, linden, made[0].card.starts_at, name="A Stranger"), Made)
