"""Every way to a time, all aimed at one at once: booked, kept, asked for, moved to, offered, given by staff, one date
of a series. Exactly one of them has it, on SQLite and on two nodes that share PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import build_house
from server.booking import desk, store
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.desk import Made, Order
from server.booking.grouping import store as grouping
from server.booking.holding.keeping import Choice, form_id_of, keep
from server.booking.holding.rules import Kept
from server.booking.rules import BookingCard, Wish
from server.booking.series import desk as series_desk
from server.booking.series.rules import Every, Wanted
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Cancellation, Claim, Move
from server.booking.waitlist import store as waitlist
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.joining import join, take
from server.booking.waitlist.offering import backfill
from server.booking.waitlist.rules import Part, Waiting
from server.clinic import store as clinics
from server.clinic.rules import Most
from server.crypto import token_hash
from server.house import House
from server.patients.contacts import Contact
from server.patients.rules import Person
from tests.engines.postgres import NewDatabase
from tests.server.booking.furnished import furnish
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of, seed
from tests.server.conftest import Clock, settings_for, with_tables

pytestmark = pytest.mark.asyncio
MANY = 5
ROUNDS = 3
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rush:
    """One or two nodes, the clinic, and the time that everybody wants."""

    nodes: Sequence[House]
    linden: Linden
    start: datetime
    therapist: UUID | None = None  # Mara unless another is wanted

    @property
    def who(self) -> UUID:
        return self.therapist or self.linden.mara.staff_id

    def node(self, number: int) -> House:
        return self.nodes[number % len(self.nodes)]

    def order(self, name: str) -> Order:
        person = Person(desk.NOBODY, name, f"{name}@example.org")
        wish = Wish(self.start, self.who)
        return Order(self.linden.clinic, self.linden.session, hours_of(self.who), wish, person)


@pytest_asyncio.fixture
async def nodes(
    new_database: NewDatabase | None, tmp_path: Path, clock: Clock, empty_records: Path
) -> AsyncIterator[list[House]]:
    """One on SQLite, and two that share PostgreSQL."""
    urls = {"database_url": await new_database(), "keys_url": await new_database()} if new_database else {}
    built = [build_house(settings_for(tmp_path / "data", **urls), clock) for _ in range(2 if urls else 1)]
    await with_tables(built[0], empty_records)
    yield built
    for house in built:
        await house.db.close()
        await house.keys.database.close()


async def instant(rush: Rush, number: int) -> bool:
    return isinstance(await desk.book(rush.node(number), rush.order(f"instant{number}"), By()), Made)


async def by_staff(rush: Rush, number: int) -> bool:
    order = replace(rush.order(f"staff{number}"), agreed=False)
    return isinstance(await desk.book(rush.node(number), order, By("staff", rush.who)), Made)


async def series(rush: Rush, number: int) -> bool:
    """Two dates, of which the time that everybody wants is one: both or none."""
    other = rush.start + timedelta(days=1, hours=6 + number % 2)
    wanted = [Wanted(each, at, rush.who) for each, at in enumerate(sorted((rush.start, other)), 1)]
    order, house = rush.order(f"series{number}"), rush.node(number)
    ground = series_desk.Ground(order.service, order.hours)
    asked = series_desk.Order(order.clinic, ground, Every.WEEK, wanted, order.person)
    made = await series_desk.book(house, asked, By("staff", rush.who))
    return isinstance(made, series_desk.Made)


async def held(rush: Rush, number: int) -> bool:
    house, order = rush.node(number), rush.order(f"held{number}")
    form_id = form_id_of(house, rush.linden.clinic.id, uuid4().hex)
    choice = Choice(order.clinic, order.service, order.hours, order.wish, form_id, uuid4().bytes)
    kept = await keep(house, choice)
    made = await desk.book(house, replace(order, held=form_id), By())
    assert not isinstance(kept, Kept) or isinstance(made, Made), "what is kept is booked"
    return isinstance(made, Made)


async def asked(rush: Rush, number: int) -> bool:
    house = rush.node(number)
    made = await desk.book(house, replace(rush.order(f"asked{number}"), asks=True), By())
    if not isinstance(made, Made):
        return False
    assert await answer(rush.node(number + 1), rush.linden.clinic, made.card, Answer.CONFIRMED, By("staff"))
    return True


async def offered(rush: Rush, number: int) -> bool:
    """Both nodes look whom to offer it; whoever is offered it takes it."""
    house, clinic_id = rush.node(number), rush.linden.clinic.id
    await backfill(house, clinic_id)
    line = await house.db.read(lambda db: waitlist.in_line(db, clinic_id, house.clock()))
    taken = [await accept(house, one) for one in line if one.offer_id]
    return any(taken)


async def accept(house: House, one: Waiting) -> bool:
    offer = await house.db.read(lambda db: waitlist.offer_of(db, one.offer_id))
    return offer is not None and isinstance(await take(house, one, offer), Made)


PATHS: Sequence[Callable[[Rush, int], Awaitable[bool]]] = (instant, by_staff, held, asked, offered, series)


async def move(rush: Rush, number: int, card: BookingCard) -> bool:
    wish = Wish(rush.start, rush.linden.mara.staff_id)
    return await desk.move(rush.node(number), rush.linden.clinic, card, wish, By()) is None


async def move_series(rush: Rush, cards: Sequence[BookingCard]) -> bool:
    """All of a series a day on, its first date to the time that everybody wants."""
    by = rush.start - cards[0].starts_at
    wanted = [Wanted(card.number or 0, card.starts_at + by, card.therapist_id) for card in cards]
    return await series_desk.move(rush.nodes[0], rush.linden.clinic, cards, wanted, By()) is None


async def there(house: House, start: datetime, therapist_id: object) -> tuple[int, int]:
    """Live bookings and claims at this start."""

    async def work(db: AsyncSession) -> tuple[int, int]:
        at = (Appointment.starts_at == start, Appointment.therapist_id == therapist_id)
        cancelled = select(Cancellation.booking_id)
        live = select(func.count()).select_from(Booking).join(Appointment).where(*at, Booking.id.not_in(cancelled))
        claims = select(func.count()).where(Claim.from_at == start, Claim.resource_id == therapist_id)
        return await db.scalar(live) or 0, await db.scalar(claims) or 0

    return await house.db.read(work)


async def rushed(rush: Rush) -> int:
    """How many say that they have it; besides, a booking and a series move there from the next day."""
    house, linden = rush.nodes[0], rush.linden
    movers = [
        (await booked(house, linden, rush.start + timedelta(days=1, hours=hour), name=f"m{hour}")).card
        for hour in (0, 1)
    ]
    whole = await a_series(rush, [rush.start + timedelta(days=1, hours=hours) for hours in (2, 7)])
    tries = [path(rush, number) for number in range(MANY) for path in PATHS]
    moves = [move(rush, number, card) for number, card in enumerate(movers)]
    outcomes = await asyncio.gather(*tries, *moves, move_series(rush, whole))
    for card in (*movers, *whole):
        found = await house.db.read(lambda db, card=card: store.booking_for_visit(db, card.id))
        assert found
        if found.starts_at == card.starts_at:
            await desk.cancel(house, linden.clinic, found, By())
    return sum(outcomes)


async def a_series(rush: Rush, starts: Sequence[datetime]) -> Sequence[BookingCard]:
    """A series of Mara's at these times, made before the rush."""
    order = rush.order("whole")
    wanted = [Wanted(number, at, rush.who) for number, at in enumerate(starts, 1)]
    ground = series_desk.Ground(order.service, order.hours)
    asked = series_desk.Order(order.clinic, ground, Every.WEEK, wanted, order.person)
    made = await series_desk.book(rush.nodes[0], asked, By())
    assert isinstance(made, series_desk.Made), made
    return made.cards


async def halves(house: House) -> list[int]:
    """How many bookings and moves a series has that was booked or moved by half; each is of two dates."""

    async def work(db: AsyncSession) -> list[int]:
        of = select(func.count()).select_from(Booking).where(Booking.series_id.is_not(None))
        whole = await db.scalars(of.group_by(Booking.series_id))
        moves = of.join(Move, Move.booking_id == Booking.id).group_by(Booking.series_id)
        return [count for count in (*whole, *await db.scalars(moves)) if count != 2]

    return await house.db.read(work)


async def test_all_ways_at_once_give_a_time_to_exactly_one(nodes: list[House]) -> None:
    linden = await seed(nodes[0])
    for number in range(ROUNDS):
        start = THURSDAY.replace(hour=8, minute=0) + number * timedelta(days=7)
        await line_up(nodes[0], linden, start)
        rush = Rush(nodes, linden, start)
        said = await rushed(rush)
        assert await there(nodes[0], start, linden.mara.staff_id) == (1, 1)
        assert said >= 1
        assert await halves(nodes[0]) == []


async def line_up(house: House, linden: Linden, start: datetime) -> None:
    """Two people wait for Mara on that morning, whose first time it is."""
    zone = linden.clinic.zone
    for number in range(2):
        said = Joining(
            f"w{number}", Contact(f"w{number}{start.day}@example.org", ""), frozenset({start.weekday()}),
            frozenset({Part.MORNING}), start.date(), uuid4().hex,
        )  # fmt: skip
        joined = await join(house, linden.clinic, said, linden.session.id, linden.mara.staff_id, "en", zone)
        assert joined
        assert await house.db.read(lambda db, token=joined.token: waitlist.by_token(db, token_hash(token)))


async def test_all_ways_at_once_give_the_last_place_in_a_group_to_exactly_one(nodes: list[House]) -> None:
    linden = await seed(nodes[0])
    house, now = nodes[0], nodes[0].clock()
    group = replace(linden.session, seats=3)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, group, now))
    linden = replace(linden, session=group)
    for number in range(2):
        await booked(house, linden, name=f"p{number}")
    rush = Rush(nodes, linden, THURSDAY)
    ways = (instant, by_staff, held, asked)
    outcomes = await asyncio.gather(*(way(rush, number) for number in range(MANY) for way in ways))
    assert sum(outcomes) == 1
    assert await there(house, THURSDAY, linden.mara.staff_id) == (3, 1)
    left = await house.db.read(lambda db: grouping.open_groups(db, group.id, [linden.mara.staff_id], now))
    assert left == {}


async def test_each_way_alone_leads_to_a_free_time(either_house: House) -> None:
    """Without a rush every way succeeds: in the rush above none of them stands by."""
    linden = await seed(either_house)
    for number, way in enumerate((instant, by_staff, held, asked, series)):
        rush = Rush([either_house], linden, THURSDAY.replace(hour=8, minute=0) + number * timedelta(days=7))
        assert await way(rush, 0), way.__name__


async def test_a_day_that_holds_one_session_more_gives_it_to_exactly_one(nodes: list[House]) -> None:
    """Two times of one day, and one session left in it; what is kept for a form is as good as booked."""
    linden = await seed(nodes[0])
    house, now = nodes[0], nodes[0].clock()
    card = replace(linden.mara, most=Most(a_day=1))
    await house.db.unit(lambda db: clinics.change_therapist(db, linden.clinic.id, card, now))
    rushes = [Rush(nodes, linden, THURSDAY + hour * HOUR) for hour in (0, 1)]
    ways = (instant, by_staff, asked, held)
    tries = [way(rush, number) for number in range(MANY) for rush in rushes for way in ways]
    assert sum(await asyncio.gather(*tries)) == 1


async def test_all_ways_at_once_and_one_room_for_two_therapists_are_one_booking(nodes: list[House]) -> None:
    """No therapist is wanted twice as much as the room: who has it holds both, and nobody else holds either."""
    house = nodes[0]
    linden, units = await furnish(house, await seed(house), Room=["Room"])
    both = (linden.mara.staff_id, linden.samir.staff_id)
    elsewhere = [await booked(house, linden, THURSDAY + later) for later in (4 * HOUR, 24 * HOUR)]
    rushes = [Rush(nodes, linden, THURSDAY, who) for who in both]
    ways = (instant, by_staff, held, asked, series)
    tries = [way(rush, number) for number in range(MANY) for rush in rushes for way in ways]
    moves = [move(rushes[0], number, made.card) for number, made in enumerate(elsewhere)]
    assert sum(await asyncio.gather(*tries, *moves)) == 1
    holders = [await there(house, THURSDAY, who) for who in both]
    assert sorted(holders) == [(0, 0), (1, 1)]
    assert (await there(house, THURSDAY, units["Room"]))[1] == 1
