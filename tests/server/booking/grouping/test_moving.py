"""What a patient of a group can move to, on both engines: what is offered can be taken, and nobody sits twice."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from server.booking import desk, store
from server.booking.desk import Made, Order
from server.booking.moves import move_seat
from server.booking.offered import offered
from server.booking.rules import Booked, BookingCard, Reason, Refused, Span, Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Leave, Most
from server.house import House
from server.patients.rules import Person
from tests.server.booking.grouping.test_store import HOUR, filled, fresh, join, practice
from tests.server.booking.linden import THURSDAY, Linden, hours_of

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio


async def twice(house: House, linden: Linden) -> tuple[BookingCard, BookingCard]:
    """One patient in two groups, of which the first has another in it."""
    (first,) = await filled(house, linden, 1)
    who, person = linden.mara.staff_id, Person(first.patient_id, "p0", "p0@example.org")
    wish = Wish(THURSDAY + 4 * HOUR, who)
    order = Order(linden.clinic, linden.session, hours_of(who), wish, person, known_patient=True)
    made = await desk.book(house, order, By("staff", who))
    assert isinstance(made, Made)
    assert isinstance(await join(house, linden, "another"), Made)
    return first, made.card


async def test_nobody_moves_onto_a_second_seat_of_a_group(either_house: House, practice: Linden) -> None:
    first, second = await twice(either_house, practice)
    for wish in (Wish(THURSDAY, practice.mara.staff_id), Wish(THURSDAY, practice.mara.staff_id, freely=True)):
        refused = await desk.move(either_house, practice.clinic, second, wish, By())
        assert refused is not None
        assert refused.reason is Reason.ALREADY
        assert THURSDAY not in refused.next_free
    assert (await fresh(either_house, second)).starts_at == THURSDAY + 4 * HOUR
    ends = THURSDAY + practice.session.length
    to = Booked(practice.mara.staff_id, THURSDAY, ends, Span(THURSDAY, ends), joins=True)
    now = either_house.clock()

    async def unasked(card: BookingCard) -> bool:
        return await either_house.db.unit(lambda db: move_seat(db, card, to, practice.clinic.zone, now, By()))

    assert not await unasked(second), "also where nobody looked before"
    (stranger,) = await filled(either_house, practice, 1, THURSDAY + timedelta(days=1))
    assert await unasked(stranger)
    assert first.patient_id != stranger.patient_id


async def test_a_second_seat_is_not_offered_either(either_house: House, practice: Linden) -> None:
    _, second = await twice(either_house, practice)
    starts = await free(either_house, practice, second)
    assert THURSDAY not in starts
    assert THURSDAY + timedelta(days=1) in starts


async def free(house: House, linden: Linden, card: BookingCard) -> list[object]:
    """What the page offers to this booking."""
    hours, now = hours_of(linden.mara.staff_id), house.clock()

    async def work(db):
        leaving, who = card.appointment_id, card.patient_id
        return await offered(db, linden.clinic, linden.session, hours, now, without=leaving, patient_id=who)

    return [one.start for one in (await house.db.read(work)).offers if one.therapists]


async def test_on_a_full_day_what_is_offered_can_be_taken(either_house: House, practice: Linden) -> None:
    """Who leaves a group leaves it its session: a day of two has no room for a third."""
    card = replace(practice.mara, most=Most(a_day=2))
    await either_house.db.unit(lambda db: clinics.change_therapist(db, practice.clinic.id, card, either_house.clock()))
    mover, _ = await filled(either_house, practice, 2)
    await filled(either_house, practice, 1, THURSDAY + 4 * HOUR)
    that_day = [start for start in await free(either_house, practice, mover) if start.date() == THURSDAY.date()]
    assert that_day == [THURSDAY + 4 * HOUR]
    for start in that_day:
        wish = Wish(start, practice.mara.staff_id)
        assert await desk.move(either_house, practice.clinic, mover, wish, By()) is None


async def leave(house: House, linden: Linden, **span: timedelta) -> None:
    off = Leave(uuid4(), linden.mara.staff_id, THURSDAY + span["after"], THURSDAY + span["until"])
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, off))


async def test_no_group_is_joined_into_which_leave_begins(either_house: House, practice: Linden) -> None:
    await filled(either_house, practice, 1)
    (other,) = await filled(either_house, practice, 1, THURSDAY + 4 * HOUR)
    assert THURSDAY in await free(either_house, practice, other)
    await leave(either_house, practice, after=HOUR / 3, until=2 * HOUR)
    assert THURSDAY not in await free(either_house, practice, other), "it is not offered"
    refused = await join(either_house, practice, "late")
    assert isinstance(refused, Refused)
    assert isinstance(await join(either_house, practice, "later", THURSDAY + 4 * HOUR), Made)


@pytest.mark.parametrize("moves", [True, False])
async def test_no_group_is_joined_into_which_leave_begins_meanwhile(
    either_house: House, practice: Linden, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    cards = await filled(either_house, practice, 1) + await filled(either_house, practice, 1, THURSDAY + 4 * HOUR)
    looks = {name: getattr(desk, name) for name in ("_look", "_look_aside")}

    def slow(name: str):
        async def look(*asked):
            found = await looks[name](*asked)
            await leave(either_house, practice, after=HOUR / 3, until=2 * HOUR)
            return found

        return look

    for name in looks:
        monkeypatch.setattr(desk, name, slow(name))
    wish = Wish(THURSDAY, practice.mara.staff_id)
    if moves:
        assert isinstance(await desk.move(either_house, practice.clinic, cards[1], wish, By()), Refused)
    else:
        assert isinstance(await join(either_house, practice, "late"), Refused)
    assert await seated(either_house, cards[0]) == 1


async def seated(house: House, card: BookingCard) -> int:
    return len(await house.db.read(lambda db: store.bookings_in(db, card.appointment_id)))
