"""Appointments that need a room or a device besides a therapist: all of it or none. On both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import event, func, select

from server.booking import desk, store
from server.booking.desk import Made, Order
from server.booking.handing import hand_over
from server.booking.holding.keeping import Choice, form_id_of, keep
from server.booking.holding.rules import Kept
from server.booking.offered import offered
from server.booking.rooms import rooms_of, taken_units
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.booking.tables import Appointment, Claim
from server.clinic import store as clinics
from server.clinic.resources import store as resources
from server.clinic.rules import Most
from server.house import House
from server.patients.rules import Person
from tests.server.booking.furnished import claimed, furnish, hire
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of, seed

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def wish(house: House, linden: Linden, who: UUID, start=THURSDAY, name: str = "Jo") -> Made | Refused:
    person = Person(desk.NOBODY, name, f"{name}@example.org".replace(" ", ""))
    return await desk.book(house, Order(linden.clinic, linden.session, hours_of(who), Wish(start, who), person), By())


async def free_at(house: House, linden: Linden, start=THURSDAY) -> bool:
    """Whether the page offers Samir at this time."""
    hours, now = hours_of(linden.samir.staff_id), house.clock()
    found = await house.db.read(lambda db: offered(db, linden.clinic, linden.session, hours, now))
    return any(offer.therapists for offer in found.offers if offer.start == start)


async def test_a_time_is_free_only_where_one_of_each_kind_is_free(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room 1", "Room 2"], Chair=["Chair"])
    assert await free_at(either_house, linden)
    made = await booked(either_house, linden)
    assert await claimed(either_house, made.card.appointment_id) == {
        linden.mara.staff_id, units["Room 1"], units["Chair"],
    }  # fmt: skip
    assert not await free_at(either_house, linden)
    refused = await wish(either_house, linden, linden.samir.staff_id)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.next_free[0]) == (Reason.TAKEN, THURSDAY + HOUR)
    assert await desk.cancel(either_house, linden.clinic, made.card, By())
    assert await free_at(either_house, linden)


async def test_a_closed_unit_is_not_taken_and_neither_is_a_retired_one(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room 1", "Room 2"])
    room, clinic, now = units["Room 1"], linden.clinic.id, either_house.clock()
    await either_house.db.unit(lambda db: resources.close(db, clinic, room, THURSDAY + HOUR / 2, THURSDAY + HOUR))
    made = await booked(either_house, linden)
    assert units["Room 2"] in await claimed(either_house, made.card.appointment_id)
    assert not await free_at(either_house, linden)
    later = THURSDAY + HOUR
    assert await free_at(either_house, linden, later)
    for name in units:
        unit = await either_house.db.read(lambda db, name=name: resources.unit_of(db, clinic, units[name]))
        assert unit
        gone = replace(unit, retired=True)
        await either_house.db.unit(lambda db, gone=gone: resources.change_unit(db, clinic, gone, now))
    assert not await free_at(either_house, linden, later)


async def test_the_unit_that_is_used_least_that_day_is_taken(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room 1", "Room 2"])
    taken = []
    for hours in (0, 1, 4, 5):
        made = await booked(either_house, linden, THURSDAY + hours * HOUR, name=f"{hours}")
        taken.append((await claimed(either_house, made.card.appointment_id)) - {linden.mara.staff_id})
    assert taken == [{units["Room 1"]}, {units["Room 2"]}, {units["Room 1"]}, {units["Room 2"]}]


async def test_of_many_who_want_different_therapists_and_one_chair_exactly_one_is_booked(
    either_house: House, practice: Linden
) -> None:
    linden, _units = await furnish(either_house, practice, Chair=["Chair"])
    everybody = await hire(either_house, linden, 8, linden.session)
    outcomes = await asyncio.gather(
        *(wish(either_house, linden, everybody[n % 10], name=f"Person {n}") for n in range(40))
    )
    assert sum(isinstance(outcome, Made) for outcome in outcomes) == 1
    assert all(outcome.reason is Reason.TAKEN for outcome in outcomes if isinstance(outcome, Refused))
    counts = [select(func.count()).select_from(table) for table in (Appointment, Claim)]
    assert [await either_house.db.read(lambda db, asked=asked: db.scalar(asked)) for asked in counts] == [1, 2]


async def test_a_move_takes_all_at_the_new_time_or_changes_nothing(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room"], Chair=["Chair"])
    made = await booked(either_house, linden)
    later = THURSDAY + 4 * HOUR
    other = await booked(either_house, linden, later, therapist=linden.samir.staff_id, name="Kim")
    to_taken = await desk.move(either_house, linden.clinic, made.card, Wish(later, linden.mara.staff_id), By())
    assert to_taken
    assert to_taken.reason is Reason.TAKEN
    to_free = Wish(later + HOUR, linden.mara.staff_id)
    assert await desk.move(either_house, linden.clinic, made.card, to_free, By()) is None
    whole = {linden.mara.staff_id, *units.values()}
    assert await claimed(either_house, made.card.appointment_id) == whole
    assert await free_at(either_house, linden)
    taken = await either_house.db.read(
        lambda db: taken_units(db, linden.clinic.id, THURSDAY, later + 5 * HOUR, either_house.clock())
    )
    assert [(one.appointment_id, one.from_at) for one in taken if one.unit_id == units["Room"]] == [
        (other.card.appointment_id, later),
        (made.card.appointment_id, later + HOUR),
    ]


async def test_who_moves_keeps_their_room_where_it_is_free(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room 1", "Room 2"])
    first = await booked(either_house, linden)
    second = await booked(either_house, linden, therapist=linden.samir.staff_id, name="Kim")
    assert await desk.cancel(either_house, linden.clinic, first.card, By())
    later = Wish(THURSDAY + 4 * HOUR, linden.samir.staff_id)
    assert await desk.move(either_house, linden.clinic, second.card, later, By()) is None
    assert units["Room 2"] in await claimed(either_house, second.card.appointment_id)


async def test_a_service_that_needs_nothing_any_more_lets_go_of_the_room_when_it_moves(
    either_house: House, practice: Linden
) -> None:
    linden, _units = await furnish(either_house, practice, Room=["Room"])
    made = await booked(either_house, linden)
    plain, now = replace(linden.session, needs=()), either_house.clock()
    await either_house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, plain, now))
    wanted = Wish(THURSDAY + HOUR, linden.mara.staff_id)
    assert await desk.move(either_house, linden.clinic, made.card, wanted, By()) is None
    assert await claimed(either_house, made.card.appointment_id) == {linden.mara.staff_id}


async def test_who_takes_over_takes_over_the_room(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room"])
    made = await booked(either_house, linden)
    to, now = linden.samir.staff_id, either_house.clock()
    handed = await either_house.db.unit(lambda db: hand_over(db, made.card, to, now))
    assert handed
    assert handed.time_moved
    assert await claimed(either_house, made.card.appointment_id) == {to, units["Room"]}
    rooms = await either_house.db.read(lambda db: rooms_of(db, [made.card.appointment_id]))
    assert [(room.kind, room.name) for room in rooms[made.card.appointment_id]] == [("Room", "Room")]


async def test_a_session_with_a_room_counts_once_towards_a_full_day(either_house: House, practice: Linden) -> None:
    linden, _units = await furnish(either_house, practice, Room=["Room"])
    card, now = replace(linden.mara, most=Most(a_day=2)), either_house.clock()
    await either_house.db.unit(lambda db: clinics.change_therapist(db, linden.clinic.id, card, now))
    outcomes = [
        await wish(either_house, linden, card.staff_id, THURSDAY + hours * HOUR, f"p{hours}") for hours in (0, 1, 4)
    ]
    assert [isinstance(outcome, Made) for outcome in outcomes] == [True, True, False]


async def test_a_service_without_needs_asks_nothing_about_rooms(either_house: House, practice: Linden) -> None:
    await furnish(either_house, practice, Room=["Room"])
    asked: list[str] = []
    for engine in either_house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    await booked(either_house, practice)
    assert asked
    assert not [text for text in asked if "resources" in text or "resource_closures" in text]
    written = [text for text in asked if text.startswith("INSERT INTO claims")]
    assert len(written) == 1


async def test_another_time_of_its_own_room_does_not_stand_in_the_way(either_house: House, practice: Linden) -> None:
    linden, _units = await furnish(either_house, practice, Room=["Room"])
    made = await booked(either_house, linden)
    wanted = Wish(THURSDAY + HOUR / 2, linden.mara.staff_id)
    assert await desk.move(either_house, linden.clinic, made.card, wanted, By()) is None
    card = await either_house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
    assert card
    assert card.starts_at == THURSDAY + HOUR / 2


async def test_who_keeps_a_time_keeps_its_room_and_books_in_it(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room"])
    mara, form_id = linden.mara.staff_id, form_id_of(either_house, linden.clinic.id, "a form")
    hours, mine = hours_of(mara), Wish(THURSDAY, mara)
    kept = await keep(either_house, Choice(linden.clinic, linden.session, hours, mine, form_id, b"here"))
    assert isinstance(kept, Kept)
    assert isinstance(await wish(either_house, linden, linden.samir.staff_id), Refused)
    order = Order(linden.clinic, linden.session, hours, mine, Person(desk.NOBODY, "Jo", "jo@example.org"), held=form_id)
    made = await desk.book(either_house, order, By())
    assert isinstance(made, Made)
    assert await claimed(either_house, made.card.appointment_id) == {mara, units["Room"]}
    held = await either_house.db.read(lambda db: db.scalar(select(func.count()).where(Claim.hold_id.is_not(None))))
    assert held == 0
