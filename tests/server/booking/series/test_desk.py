"""A series as one step: all of it or nothing, on both engines, also in a rush."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import build_house
from server.booking import desk as single
from server.booking import store as bookings
from server.booking.deadlines import link_ends
from server.booking.rules import Refused, Wish
from server.booking.series import desk
from server.booking.series.rules import Clash, Every, Scope, Step, Wanted, rhythm, shifted, starts
from server.booking.series.tables import Series
from server.booking.store import By
from server.booking.tables import Appointment, Booking, BookingLink, Cancellation, Claim, Move
from server.house import House
from server.outbox import OutboxRow
from server.patients.rules import Person
from server.patients.tables import Patient
from tests.engines.postgres import NewDatabase
from tests.server.booking.furnished import claimed, furnish
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of, seed
from tests.server.conftest import Clock, settings_for

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
TABLES = (Series, Appointment, Claim, Booking, BookingLink, Patient, OutboxRow)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


def weekly(linden: Linden, count: int = 12, hour: int = 9, first: date = date(2026, 3, 16)) -> list[Wanted]:
    found = starts(rhythm(Every.WEEK, first, hour * 60, count), BERLIN)
    return [Wanted(number, at, linden.mara.staff_id) for number, at in enumerate(found, 1)]


def order(linden: Linden, wanted: list[Wanted], name: str = "Jo", **more: object) -> desk.Order:
    policy = replace(linden.clinic.policy, notice=timedelta())
    person = Person(single.NOBODY, name, f"{name}@example.org".replace(" ", ""), language="en", zone="Europe/Lisbon")
    hours = hours_of(linden.mara.staff_id)
    ground = desk.Ground(linden.session, hours)
    plain = desk.Order(replace(linden.clinic, policy=policy), ground, Every.WEEK, wanted, person)
    return replace(plain, **more)


async def count(house: House, *tables: type) -> list[int]:
    async def work(db: AsyncSession) -> list[int]:
        return [await db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return await house.db.read(work)


async def made(house: House, linden: Linden, wanted: list[Wanted], **more: object) -> desk.Made:
    outcome = await desk.book(house, order(linden, wanted, **more), By())
    assert isinstance(outcome, desk.Made), outcome
    return outcome


async def test_twelve_weeks_are_booked_together_beyond_the_horizon(either_house: House, practice: Linden) -> None:
    outcome = await made(either_house, practice, weekly(practice))
    assert await count(either_house, *TABLES) == [1, 12, 12, 12, 12, 1, 26]
    assert [card.number for card in outcome.cards] == list(range(1, 13))
    assert {f"{card.starts_at.astimezone(BERLIN):%a %H:%M}" for card in outcome.cards} == {"Mon 09:00"}
    assert {f"{card.starts_at:%H:%M}" for card in outcome.cards} == {"08:00", "07:00"}
    ends = await either_house.db.read(lambda db: db.scalars(select(BookingLink.expires_at)))
    assert set(ends) == {link_ends(outcome.cards[-1].ends_at)}


async def test_one_date_that_is_taken_books_nothing_and_is_named(either_house: House, practice: Linden) -> None:
    wanted = weekly(practice, 4)
    await booked(either_house, practice, wanted[2].start, name="Kim")
    before = await count(either_house, *TABLES)
    outcome = await desk.book(either_house, order(practice, wanted), By())
    assert isinstance(outcome, list)
    assert [step.clash for step in outcome] == [None, None, Clash.TAKEN, None]
    assert outcome[2].others[0] == wanted[2].start + HOUR
    assert await count(either_house, *TABLES) == before
    without = [one for one in wanted if one.number != 3]
    cards = (await made(either_house, practice, without)).cards
    assert [card.number for card in cards] == [1, 2, 3]


async def test_of_many_who_want_series_that_meet_in_one_date_exactly_one_is_booked(
    either_house: House, practice: Linden
) -> None:
    """Each wants another first date and the same last one."""
    shared = weekly(practice, 1, first=date(2026, 5, 4))[0]

    async def attempt(number: int) -> desk.Made | list[Step]:
        first = weekly(practice, 1, first=date(2026, 3, 16) + timedelta(days=number))[0]
        wanted = [first, replace(shared, number=2)]
        return await desk.book(either_house, order(practice, wanted, f"Person {number}"), By())

    outcomes = await asyncio.gather(*(attempt(number % 5) for number in range(10)))
    assert sum(isinstance(outcome, desk.Made) for outcome in outcomes) == 1
    lost = [outcome for outcome in outcomes if not isinstance(outcome, desk.Made)]
    assert all(steps[-1].clash is Clash.TAKEN for steps in lost)
    assert await count(either_house, Series, Appointment, Claim, Booking, Patient) == [1, 2, 2, 2, 1]


async def test_two_nodes_never_book_half_a_series(new_postgres: NewDatabase, tmp_path, clock: Clock) -> None:
    """Series that cross, single bookings within them, on two nodes: whoever has one date of a series has them all."""
    urls = {"database_url": await new_postgres(), "keys_url": await new_postgres()}
    nodes = [build_house(settings_for(tmp_path / "data", **urls), clock) for _ in range(2)]
    linden, _units = await furnish(nodes[0], await seed(nodes[0]), Room=["Room 1", "Room 2"])
    wanted = weekly(linden, 6)

    async def series(number: int) -> bool:
        mine = wanted if number % 2 else list(reversed(wanted))
        outcome = await desk.book(nodes[number % 2], order(linden, mine, f"Person {number}"), By())
        return isinstance(outcome, desk.Made)

    async def one(number: int) -> bool:
        who = linden.mara.staff_id
        person = Person(single.NOBODY, f"Single {number}", f"s{number}@example.org")
        wish = Wish(wanted[number % 6].start, who)
        asked = single.Order(linden.clinic, linden.session, hours_of(who), wish, person)
        return not isinstance(await single.book(nodes[number % 2], asked, By()), Refused)

    won, alone = await asyncio.gather(
        asyncio.gather(*(series(number) for number in range(12))),
        asyncio.gather(*(one(number) for number in range(12))),
    )
    expected = 6 * sum(won) + sum(alone)
    assert sum(won) + (sum(alone) > 0) >= 1
    assert sum(won) <= 1
    assert await count(nodes[0], Series, Booking, Claim) == [sum(won), expected, 2 * expected]
    for node in nodes:
        await node.db.close()
        await node.keys.database.close()


async def test_the_same_form_twice_is_one_series(either_house: House, practice: Linden) -> None:
    asked = order(practice, weekly(practice, 3), once="a form")
    outcomes = await asyncio.gather(*(desk.book(either_house, asked, By()) for _ in range(3)))
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, desk.Made)}) == 1
    assert all(isinstance(outcome, desk.Made) for outcome in outcomes)
    assert await count(either_house, Series, Booking) == [1, 3]


async def test_one_room_is_kept_through_a_series(either_house: House, practice: Linden) -> None:
    linden, units = await furnish(either_house, practice, Room=["Room 1", "Room 2"])
    cards = (await made(either_house, linden, weekly(linden, 4))).cards
    rooms = [await claimed(either_house, card.appointment_id) - {linden.mara.staff_id} for card in cards]
    assert rooms == [{units["Room 1"]}] * 4


async def following(house: House, linden: Linden, series: desk.Made, to: datetime) -> list[Step] | None:
    cards = series.cards[2:]
    wanted = shifted(cards, cards[0], to, BERLIN)
    return await desk.move(house, order(linden, wanted).clinic, cards, wanted, By())


async def test_this_and_those_after_it_move_together_or_not_at_all(either_house: House, practice: Linden) -> None:
    series = await made(either_house, practice, weekly(practice, 5))
    tuesday = series.cards[2].starts_at + timedelta(days=1, hours=5)
    stands = await booked(either_house, practice, tuesday + timedelta(days=7), name="Kim")
    lost = await following(either_house, practice, series, tuesday)
    assert lost is not None
    assert [step.clash for step in lost] == [None, Clash.TAKEN, None]
    assert await count(either_house, Move) == [0]
    assert await single.cancel(either_house, practice.clinic, stands.card, By())
    assert await following(either_house, practice, series, tuesday) is None
    cards = await either_house.db.read(lambda db: bookings_of(db, series.id))
    said = [f"{card.starts_at.astimezone(BERLIN):%a %d.%m. %H:%M}" for card in cards]
    assert said == ["Mon 16.03. 09:00", "Mon 23.03. 09:00", "Tue 31.03. 14:00", "Tue 07.04. 14:00", "Tue 14.04. 14:00"]
    assert [card.sequence for card in cards] == [0, 0, 1, 1, 1]
    assert cards[2].moved_from == series.cards[2].starts_at
    assert await count(either_house, Claim, Move) == [5, 3]
    assert await following(either_house, practice, series, tuesday + timedelta(days=1)) == []


async def bookings_of(db: AsyncSession, series_id: UUID) -> list:
    return await desk.store.bookings_of_series(db, series_id)


async def test_a_series_may_move_onto_its_own_times(either_house: House, practice: Linden) -> None:
    series = await made(either_house, practice, weekly(practice, 4))
    wanted = shifted(series.cards, series.cards[0], series.cards[1].starts_at, BERLIN)
    assert await desk.move(either_house, order(practice, wanted).clinic, series.cards, wanted, By()) is None
    cards = await either_house.db.read(lambda db: bookings_of(db, series.id))
    assert [card.starts_at for card in cards[:3]] == [card.starts_at for card in series.cards[1:]]
    assert await count(either_house, Claim) == [4]


@pytest.mark.parametrize(("scope", "left"), [(Scope.ONE, 3), (Scope.FOLLOWING, 1), (Scope.ALL, 0)])
async def test_one_those_after_it_or_all_are_cancelled(
    either_house: House, practice: Linden, scope: Scope, left: int
) -> None:
    series = await made(either_house, practice, weekly(practice, 4))
    of = series.cards[1]
    assert await desk.cancel(either_house, practice.clinic, of, scope, By()) == 4 - left
    assert await desk.cancel(either_house, practice.clinic, of, scope, By()) == 0
    assert await count(either_house, Claim, Cancellation) == [left, 4 - left]


async def test_what_has_begun_is_not_cancelled_with_the_rest(
    either_house: House, practice: Linden, clock: Clock
) -> None:
    series = await made(either_house, practice, weekly(practice, 3))
    clock.now = series.cards[0].starts_at.astimezone(UTC)
    assert await desk.cancel(either_house, practice.clinic, series.cards[1], Scope.ALL, By()) == 2
    card = await either_house.db.read(lambda db: bookings.booking_for_visit(db, series.cards[0].id))
    assert card
    assert card.cancelled_at is None


async def test_who_comes_to_the_same_appointment_has_no_part_in_the_series(
    either_house: House, practice: Linden
) -> None:
    """However they came there: a series is of one patient's bookings, not of the times."""
    series = await made(either_house, practice, weekly(practice, 4))
    own = series.cards[0]
    beside = {"id": uuid4(), "public_id": "b" * 20, "clinic_id": own.clinic_id, "appointment_id": own.appointment_id}
    other = await booked(either_house, practice, THURSDAY, name="Kim", therapist=practice.samir.staff_id)
    await either_house.db.unit(
        lambda db: db.execute(
            insert(Booking).values(
                **beside,
                patient_id=other.card.patient_id,
                seat=2,
                for_whom="me",
                sequence=0,
                made_at=either_house.clock(),
                means="video",
            )
        )
    )
    card = await either_house.db.read(lambda db: bookings.booking_for_visit(db, beside["id"]))
    assert card
    assert (card.series_id, card.number) == (None, None)
    cards = await either_house.db.read(lambda db: bookings_of(db, series.id))
    assert {one.patient_id for one in cards} == {own.patient_id}
    assert beside["id"] not in {one.id for one in cards}
