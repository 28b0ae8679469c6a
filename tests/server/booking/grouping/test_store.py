"""Places in groups, on both engines: never more than there are, each seat once, and whoever leaves frees theirs."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.booking import desk, store
from server.booking.desk import Made, Order
from server.booking.grouping.whole import cancel_all, move_all
from server.booking.meeting import Meeting
from server.booking.offered import offered
from server.booking.rules import Booked, BookingCard, Reason, Refused, Span, Wish, places_left
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Claim
from server.clinic import store as clinics
from server.clinic.rules import Most
from server.house import House
from server.outbox import OutboxRow
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, hours_of, seed
from tests.server.booking.where.test_pages import TEXAS, current, licensed

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)
SEATS = 3


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    """Linden, where a session is given to three at once."""
    linden = await seed(either_house)
    service = replace(linden.session, seats=SEATS)
    await either_house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, either_house.clock()))
    return replace(linden, session=service)


async def join(house: House, linden: Linden, name: str, start: datetime = THURSDAY, **more: Any) -> Made | Refused:
    who = more.pop("who", (linden.mara.staff_id,))
    wish = Wish(start, who[0] if len(who) == 1 else None)
    service = more.pop("service", linden.session)
    person = Person(desk.NOBODY, name, f"{name}@example.org")
    return await desk.book(house, Order(linden.clinic, service, hours_of(*who), wish, person, **more), By())


async def filled(house: House, linden: Linden, count: int = SEATS, start: datetime = THURSDAY) -> list[BookingCard]:
    made = [await join(house, linden, f"p{number}", start) for number in range(count)]
    return [one.card for one in made if isinstance(one, Made)]


async def counted(house: House, table: type[Any]) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def seats_of(house: House, appointment_id: Any) -> list[int]:
    asked = select(Booking.seat).where(Booking.appointment_id == appointment_id).order_by(Booking.seat)

    async def work(db: Any) -> list[int]:
        return list(await db.scalars(asked))

    return await house.db.read(work)


async def fresh(house: House, card: BookingCard) -> BookingCard:
    found = await house.db.read(lambda db: store.booking_for_visit(db, card.id))
    assert found
    return found


async def test_a_group_is_one_appointment_with_one_claim(either_house: House, practice: Linden) -> None:
    cards = await filled(either_house, practice)
    assert len({card.appointment_id for card in cards}) == 1
    assert await seats_of(either_house, cards[0].appointment_id) == [1, 2, 3]
    assert (await counted(either_house, Appointment), await counted(either_house, Claim)) == (1, 1)
    full = await join(either_house, practice, "more")
    assert isinstance(full, Refused)
    assert full.reason is Reason.TAKEN
    assert full.next_free[0] == THURSDAY + HOUR


async def test_one_form_takes_one_place_also_where_another_node_was_faster(
    either_house: House, practice: Linden
) -> None:
    who = practice.mara.staff_id
    order = Order(
        practice.clinic,
        practice.session,
        hours_of(who),
        Wish(THURSDAY, who),
        Person(desk.NOBODY, "Jo", "jo@example.org"),
        once="one form",
    )
    made = await desk.book(either_house, order, By())
    assert isinstance(made, Made)
    ends = THURSDAY + practice.session.length
    time = Booked(who, THURSDAY, ends, Span(THURSDAY, ends + practice.session.after))
    assert await desk.write(either_house, order, time, desk.ids_of(either_house, order), By()) is None
    assert await seats_of(either_house, made.card.appointment_id) == [1]


async def test_of_many_at_once_as_many_come_as_there_are_places(either_house: House, practice: Linden) -> None:
    outcomes = await asyncio.gather(*(join(either_house, practice, f"p{number}") for number in range(20)))
    assert sum(isinstance(one, Made) for one in outcomes) == SEATS
    made = [one.card for one in outcomes if isinstance(one, Made)]
    assert await seats_of(either_house, made[0].appointment_id) == [1, 2, 3]
    assert await counted(either_house, Claim) == 1


async def test_of_many_at_once_one_takes_the_last_place(either_house: House, practice: Linden) -> None:
    await filled(either_house, practice, SEATS - 1)
    outcomes = await asyncio.gather(*(join(either_house, practice, f"x{number}") for number in range(12)))
    assert sum(isinstance(one, Made) for one in outcomes) == 1


async def test_another_service_finds_the_time_taken_and_another_start_does_too(
    either_house: House, practice: Linden
) -> None:
    await filled(either_house, practice, 1)
    assert isinstance(await join(either_house, practice, "x", service=practice.first), Refused)
    assert isinstance(await join(either_house, practice, "x", THURSDAY + HOUR / 2), Refused)
    assert isinstance(await join(either_house, practice, "x"), Made)


async def test_who_cancels_frees_their_place_and_the_last_one_the_time(either_house: House, practice: Linden) -> None:
    cards = await filled(either_house, practice)
    assert await desk.cancel(either_house, practice.clinic, cards[1], By())
    assert not await desk.cancel(either_house, practice.clinic, cards[1], By())
    again = await join(either_house, practice, "again")
    assert isinstance(again, Made)
    assert await seats_of(either_house, cards[0].appointment_id) == [-1, 1, 2, 3] or await seats_of(
        either_house, cards[0].appointment_id
    ) == [0, 1, 2, 3]
    for card in (cards[0], cards[2], again.card):
        assert await desk.cancel(either_house, practice.clinic, card, By())
    assert await counted(either_house, Claim) == 0
    assert isinstance(await join(either_house, practice, "x", service=practice.first), Made)


async def test_those_who_cancel_all_at_once_free_the_time(either_house: House, practice: Linden) -> None:
    cards = await filled(either_house, practice)
    done = await asyncio.gather(*(desk.cancel(either_house, practice.clinic, card, By()) for card in cards))
    assert done == [True] * SEATS
    assert await counted(either_house, Claim) == 0


async def test_a_move_takes_the_place_along_and_leaves_the_group(either_house: House, practice: Linden) -> None:
    cards = await filled(either_house, practice)
    wish = Wish(THURSDAY + 4 * HOUR, practice.mara.staff_id)
    assert await desk.move(either_house, practice.clinic, cards[0], wish, By()) is None
    moved = await fresh(either_house, cards[0])
    assert (moved.starts_at, moved.moved_from) == (THURSDAY + 4 * HOUR, THURSDAY)
    assert moved.appointment_id != cards[0].appointment_id
    assert (await fresh(either_house, cards[1])).starts_at == THURSDAY
    assert isinstance(await join(either_house, practice, "takes the place"), Made)
    back = await desk.move(either_house, practice.clinic, moved, Wish(THURSDAY, practice.mara.staff_id), By())
    assert isinstance(back, Refused)
    second = await desk.move(either_house, practice.clinic, cards[1], wish, By())
    assert second is None
    assert (await fresh(either_house, cards[1])).appointment_id == moved.appointment_id
    assert await counted(either_house, Claim) == 2


async def test_the_whole_group_moves_or_is_cancelled_and_everybody_is_told(
    either_house: House, practice: Linden
) -> None:
    cards = await filled(either_house, practice)
    by = By("staff", practice.mara.staff_id)
    start = THURSDAY + HOUR / 2
    assert await move_all(either_house, practice.clinic, cards[0], start, by) is None
    now = [await fresh(either_house, card) for card in cards]
    assert {(one.starts_at, one.sequence, one.moved_from) for one in now} == {(start, 1, THURSDAY)}
    assert (await told(either_house)).count(("booking.moved", "patient")) == SEATS
    assert (await told(either_house)).count(("booking.moved", "therapist")) == 1
    assert await cancel_all(either_house, practice.clinic, now[1], by) == SEATS
    assert await cancel_all(either_house, practice.clinic, now[1], by) == 0
    assert None not in [(await fresh(either_house, card)).cancelled_at for card in cards]
    assert (await told(either_house)).count(("booking.cancelled", "patient")) == SEATS
    assert await counted(either_house, Claim) == 0


async def told(house: House) -> list[tuple[str, str]]:
    async def work(db: Any) -> list[tuple[str, str]]:
        rows = [row for row in await db.scalars(select(OutboxRow)) if not row.payload.get("quiet")]
        return [(row.topic, row.payload.get("to", "")) for row in rows]

    return await house.db.read(work)


async def test_a_whole_group_moves_onto_nothing_that_is_taken(either_house: House, practice: Linden) -> None:
    cards = await filled(either_house, practice, 2)
    await filled(either_house, practice, 1, THURSDAY + HOUR)
    refused = await move_all(either_house, practice.clinic, cards[0], THURSDAY + HOUR, By("staff"))
    assert refused is not None
    assert refused.reason is Reason.TAKEN
    assert {(await fresh(either_house, card)).starts_at for card in cards} == {THURSDAY}


async def test_a_whole_group_moves_to_no_day_on_which_somebody_in_it_may_not_be_treated(
    either_house: House, practice: Linden
) -> None:
    """Mara may in Texas until Wednesday."""
    wednesday = THURSDAY - timedelta(days=1)
    (card,) = await filled(either_house, practice, 1, wednesday)
    assert isinstance(await join(either_house, practice, "texan", wednesday, meeting=Meeting("", TEXAS)), Made)
    await licensed(either_house, practice)
    clinic = await current(either_house, practice)
    assert await move_all(either_house, clinic, card, THURSDAY, By("staff")) is not None
    assert await move_all(either_house, clinic, card, wednesday + HOUR, By("staff")) is None


async def test_who_joins_while_the_whole_group_is_cancelled_is_in_it_or_begins_a_new_one(
    either_house: House, practice: Linden
) -> None:
    cards = await filled(either_house, practice, 2)
    joins, gone = await asyncio.gather(
        join(either_house, practice, "late"), cancel_all(either_house, practice.clinic, cards[0], By("staff"))
    )
    assert isinstance(joins, Made)
    late = await fresh(either_house, joins.card)
    assert gone == (3 if late.cancelled_at else 2)
    assert await counted(either_house, Claim) == (0 if late.cancelled_at else 1)


async def test_anyone_means_the_group_that_has_begun_to_fill(either_house: House, practice: Linden) -> None:
    await filled(either_house, practice, 1)
    both = (practice.samir.staff_id, practice.mara.staff_id)
    made = [await join(either_house, practice, f"x{number}", who=both) for number in range(3)]
    who = [one.card.therapist_id for one in made if isinstance(one, Made)]
    assert who == [practice.mara.staff_id, practice.mara.staff_id, practice.samir.staff_id]


async def test_what_is_offered_says_how_many_places_are_left(either_house: House, practice: Linden) -> None:
    await filled(either_house, practice, 2)
    hours, now = hours_of(practice.mara.staff_id), either_house.clock()
    found = await either_house.db.read(lambda db: offered(db, practice.clinic, practice.session, hours, now))
    left = {one.start: places_left(found.calendar, one) for one in found.offers if one.therapists}
    assert left[THURSDAY] == 1
    assert left[THURSDAY + HOUR] == SEATS


async def test_a_group_is_one_session_of_a_day_that_holds_one(either_house: House, practice: Linden) -> None:
    card = replace(practice.mara, most=Most(a_day=1))
    await either_house.db.unit(lambda db: clinics.change_therapist(db, practice.clinic.id, card, either_house.clock()))
    assert len(await filled(either_house, practice)) == SEATS
    assert isinstance(await join(either_house, practice, "x", THURSDAY + HOUR), Refused)


async def test_a_service_that_became_one_for_two_does_not_lose_its_groups(
    either_house: House, practice: Linden
) -> None:
    cards = await filled(either_house, practice, 2)
    alone = replace(practice.session, seats=1)
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, alone, either_house.clock()))
    first = await fresh(either_house, cards[0])
    assert await desk.cancel(either_house, practice.clinic, first, By())
    assert await counted(either_house, Claim) == 1


async def test_one_who_moves_leaves_the_others_where_they_are_also_once_it_is_a_group_no_more(
    either_house: House, practice: Linden
) -> None:
    first, second = await filled(either_house, practice, 2)
    later = THURSDAY.replace(hour=12, minute=0)
    alone = replace(practice.session, seats=1)
    now = either_house.clock()
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, alone, now))
    wish = Wish(later, practice.mara.staff_id)
    assert await desk.move(either_house, practice.clinic, await fresh(either_house, first), wish, By()) is None
    assert (await fresh(either_house, first)).starts_at == later
    assert (await fresh(either_house, second)).starts_at == THURSDAY
    assert await counted(either_house, Claim) == 2


async def test_what_was_given_to_one_is_no_group_when_its_service_becomes_one(either_house: House) -> None:
    """Somebody's own session is never opened to strangers by a later change of the service."""
    linden = await seed(either_house)
    alone = await join(either_house, linden, "alone")
    assert isinstance(alone, Made)
    grown = replace(linden.session, seats=SEATS)
    await either_house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, grown, either_house.clock()))
    later = replace(linden, session=grown)
    refused = await join(either_house, later, "stranger")
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TAKEN
    assert await counted(either_house, Booking) == 1
    assert len(await filled(either_house, later, start=THURSDAY + HOUR)) == SEATS, "what is booked from then on is one"


async def test_a_group_that_shrinks_keeps_the_places_it_was_given_with(either_house: House, practice: Linden) -> None:
    assert isinstance(await join(either_house, practice, "first"), Made)
    two = replace(practice.session, seats=2)
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, two, either_house.clock()))
    smaller = replace(practice, session=two)
    assert [isinstance(await join(either_house, smaller, name), Made) for name in ("b", "c", "d")] == [
        True,
        True,
        False,
    ]
