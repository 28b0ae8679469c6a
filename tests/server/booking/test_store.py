"""Rows of booking on both engines: claims never overlap, everything is written together or not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.tables import AuditEntry
from server.booking import claims, desk, store
from server.booking.desk import Made, Order
from server.booking.rules import Booked, Refused, Span, Wish
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Claim
from server.crypto import token_hash
from server.house import House
from server.outbox import OutboxRow
from server.patients.rules import Person
from server.patients.tables import Consent, Patient
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of, seed

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def count(house: House, *tables: type[Any]) -> list[int]:
    async def work(db: AsyncSession) -> list[int]:
        return [await db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return await house.db.read(work)


def claim(clinic: UUID, resource: UUID, span: Span, **more: Any) -> Claim:
    return Claim(
        id=uuid4(), clinic_id=clinic, resource_id=resource, from_at=span.from_at, until_at=span.until_at, **more
    )


async def write(house: House, *rows: Any) -> None:
    async def work(db: AsyncSession) -> None:
        db.add_all(rows)

    await house.db.unit(work)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (-0.5, 0.5), (0.5, 1.5), (0.25, 0.75), (-1, 2)])
async def test_the_database_itself_refuses_claims_that_overlap(
    either_house: House, practice: Linden, start: float, end: float
) -> None:
    clinic, mara = practice.clinic.id, practice.mara.staff_id
    await write(either_house, claim(clinic, mara, Span(THURSDAY, THURSDAY + HOUR)))
    with pytest.raises(DBAPIError, match="overlap"):
        await write(either_house, claim(clinic, mara, Span(THURSDAY + start * HOUR, THURSDAY + end * HOUR)))
    assert await count(either_house, Claim) == [1]


async def test_claims_that_touch_or_belong_to_others_are_fine(either_house: House, practice: Linden) -> None:
    clinic, mara, samir = practice.clinic.id, practice.mara.staff_id, practice.samir.staff_id
    first = Span(THURSDAY, THURSDAY + HOUR)
    touching = (Span(THURSDAY - HOUR, THURSDAY), Span(THURSDAY + HOUR, THURSDAY + 2 * HOUR))
    await write(either_house, claim(clinic, mara, first), claim(clinic, samir, first))
    await write(either_house, *(claim(clinic, mara, span) for span in touching))
    assert await count(either_house, Claim) == [4]


async def test_a_claim_cannot_be_pushed_onto_another(either_house: House, practice: Linden) -> None:
    clinic, mara = practice.clinic.id, practice.mara.staff_id
    later = claim(clinic, mara, Span(THURSDAY + 2 * HOUR, THURSDAY + 3 * HOUR))
    await write(either_house, claim(clinic, mara, Span(THURSDAY, THURSDAY + HOUR)), later)

    async def push(db: AsyncSession, by: timedelta) -> None:
        row = await db.get_one(Claim, later.id)
        row.from_at, row.until_at = row.from_at - by, row.until_at - by

    await either_house.db.unit(lambda db: push(db, HOUR))
    with pytest.raises(DBAPIError, match="overlap"):
        await either_house.db.unit(lambda db: push(db, HOUR / 60))


async def test_no_claim_is_longer_than_a_day(either_house: House, practice: Linden) -> None:
    long = Span(THURSDAY, THURSDAY + timedelta(days=1, seconds=1))
    with pytest.raises(DBAPIError):
        await write(either_house, claim(practice.clinic.id, practice.mara.staff_id, long))


async def test_a_booking_is_written_with_all_that_belongs_to_it(either_house: House, practice: Linden) -> None:
    made = await booked(either_house, practice, reason="I sleep badly")
    assert await count(either_house, Appointment, Claim, Booking, Patient, Consent, AuditEntry, OutboxRow) == [
        1, 1, 1, 1, 1, 1, 2,
    ]  # fmt: skip
    card = made.card
    assert (card.starts_at, card.minutes, card.therapist_name) == (THURSDAY, 50, "Mara Lind")
    assert (card.sequence, card.cancelled_at, card.moved_from) == (0, None, None)
    found = await either_house.db.read(
        lambda db: store.booking_by_link(db, token_hash(made.token), either_house.clock())
    )
    assert found == card


async def test_nothing_is_written_when_the_time_is_taken(either_house: House, practice: Linden) -> None:
    await booked(either_house, practice)
    before = await count(either_house, Appointment, Claim, Booking, Patient, Consent, AuditEntry, OutboxRow)
    with pytest.raises(AssertionError, match="taken"):
        await booked(either_house, practice, name="Somebody Else")
    assert await count(either_house, Appointment, Claim, Booking, Patient, Consent, AuditEntry, OutboxRow) == before


async def test_a_hold_takes_time_until_it_ends(either_house: House, practice: Linden) -> None:
    ends = either_house.clock() + timedelta(minutes=10)
    span = Span(THURSDAY, THURSDAY + HOUR)
    await write(either_house, claim(practice.clinic.id, practice.mara.staff_id, span, expires_at=ends))
    with pytest.raises(AssertionError, match="taken"):
        await booked(either_house, practice)
    either_house.clock.forward(minutes=10)  # type: ignore[attr-defined]
    await booked(either_house, practice)
    assert await count(either_house, Claim) == [1]


async def test_of_many_at_once_exactly_one_is_booked(either_house: House, practice: Linden) -> None:
    async def attempt(number: int) -> bool:
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        who = practice.mara.staff_id
        order = Order(practice.clinic, practice.session, hours_of(who), Wish(THURSDAY, who), person)
        return isinstance(await desk.book(either_house, order, By()), Made)

    outcomes = await asyncio.gather(*(attempt(number) for number in range(50)))
    assert sum(outcomes) == 1
    assert await count(either_house, Appointment, Claim, Booking, Patient) == [1, 1, 1, 1]


async def test_overlapping_starts_at_once_never_both_win(either_house: House, practice: Linden) -> None:
    """The clinic's step is 30 minutes and a session takes 60: neighbours on the grid exclude each other."""
    who = practice.mara.staff_id

    async def attempt(number: int) -> bool:
        start = THURSDAY + timedelta(minutes=30 * (number % 3))
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        order = Order(practice.clinic, practice.session, hours_of(who), Wish(start, who), person)
        return isinstance(await desk.book(either_house, order, By()), Made)

    won = sum(await asyncio.gather(*(attempt(number) for number in range(30))))
    assert 1 <= won <= 2
    assert await count(either_house, Claim) == [won]


async def test_moving_frees_the_old_time_and_takes_the_new(either_house: House, practice: Linden) -> None:
    made = await booked(either_house, practice)
    mara = practice.mara.staff_id
    later = THURSDAY + timedelta(hours=4)
    assert await desk.move(either_house, practice.clinic, made.card, Wish(later, mara), By()) is None
    await booked(either_house, practice, name="Somebody Else")
    card = await either_house.db.read(lambda db: store.booking_for_visit(db, made.card.public_id))
    assert card is not None
    assert (card.starts_at, card.moved_from, card.sequence) == (later, THURSDAY, 1)
    assert await count(either_house, Claim, Appointment) == [2, 2]


async def test_a_booking_may_move_onto_part_of_its_own_time(either_house: House, practice: Linden) -> None:
    made = await booked(either_house, practice)
    wish = Wish(THURSDAY + timedelta(minutes=30), practice.mara.staff_id)
    assert await desk.move(either_house, practice.clinic, made.card, wish, By()) is None


async def test_a_move_onto_a_taken_time_changes_nothing(either_house: House, practice: Linden) -> None:
    made = await booked(either_house, practice)
    other = await booked(either_house, practice, THURSDAY + timedelta(hours=4), name="Somebody Else")
    refused = await desk.move(either_house, practice.clinic, made.card, Wish(other.card.starts_at), By())
    assert isinstance(refused, Refused)
    card = await either_house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
    assert card == made.card


async def test_of_two_moves_at_once_one_wins_and_the_other_changes_nothing(
    either_house: House, practice: Linden
) -> None:
    made = await booked(either_house, practice)
    starts = [THURSDAY + timedelta(hours=4), THURSDAY + timedelta(hours=5)]
    wishes = [Wish(start, practice.mara.staff_id) for start in starts]
    moves = [desk.move(either_house, practice.clinic, made.card, wish, By()) for wish in wishes]
    outcomes = await asyncio.gather(*moves)
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert await count(either_house, Claim) == [1]


async def test_cancelling_frees_the_time_and_is_done_once(either_house: House, practice: Linden) -> None:
    made = await booked(either_house, practice)
    assert await desk.cancel(either_house, practice.clinic, made.card, By())
    assert not await desk.cancel(either_house, practice.clinic, made.card, By())
    assert await count(either_house, Claim) == [0]
    await booked(either_house, practice, name="Somebody Else")


async def test_bookings_between_are_those_that_start_in_the_span(either_house: House, practice: Linden) -> None:
    first = await booked(either_house, practice)
    second = await booked(either_house, practice, therapist=practice.samir.staff_id, name="Somebody Else")
    clinic, end = practice.clinic.id, THURSDAY + HOUR

    async def between(therapist: UUID | None, start: Any, until: Any) -> set[UUID]:
        cards = await either_house.db.read(lambda db: store.bookings_between(db, clinic, therapist, start, until))
        return {card.id for card in cards}

    assert await between(None, THURSDAY, end) == {first.card.id, second.card.id}
    assert await between(practice.samir.staff_id, THURSDAY, end) == {second.card.id}
    assert await between(None, THURSDAY - HOUR, THURSDAY) == set()


async def test_who_writes_without_queueing_is_stopped_by_the_constraint(either_house: House, practice: Linden) -> None:
    made = await booked(either_house, practice)
    time = Booked(practice.mara.staff_id, THURSDAY, THURSDAY + HOUR, Span(THURSDAY, THURSDAY + HOUR))
    new = store.NewBooking(
        uuid4(),
        "other",
        practice.clinic.id,
        practice.session.id,
        made.card.patient_id,
        uuid4(),
        b"h",
        time,
        "UTC",
        "me",
    )
    with pytest.raises((claims.ClaimLost, DBAPIError)):
        await either_house.db.unit(lambda db: store.add(db, new, either_house.clock(), By()))
    assert await count(either_house, Appointment, Booking) == [1, 1]


async def test_the_link_of_a_moved_booking_lasts_until_after_its_new_time(
    either_house: House, practice: Linden
) -> None:
    made = await booked(either_house, practice)
    later = THURSDAY + timedelta(days=28)
    wide = replace(practice.clinic, policy=replace(practice.clinic.policy, horizon=timedelta(days=56)))
    assert await desk.move(either_house, wide, made.card, Wish(later), By()) is None
    ends = later + timedelta(minutes=50, days=30)
    hashed = token_hash(made.token)
    assert await either_house.db.read(lambda db: store.booking_by_link(db, hashed, ends - timedelta(seconds=1)))
    assert await either_house.db.read(lambda db: store.booking_by_link(db, hashed, ends)) is None
