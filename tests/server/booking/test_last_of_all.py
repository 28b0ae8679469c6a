"""The last place of a group, the last session of a day, the only room, and a whole group against one alone: all ways to
them at once. Exactly one has it, on SQLite and on two nodes that share PostgreSQL, and nobody meets an error."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.booking import store
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.grouping.whole import move_all
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.tables import Appointment, Claim
from server.clinic import store as clinics
from server.clinic.rules import Most
from server.house import House
from tests.server.booking.furnished import furnish
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.test_every_path import (
    HOUR,
    Rush,
    a_series,
    asked,
    by_staff,
    halves,
    held,
    instant,
    line_up,
    move,
    move_series,
    nodes,
    offered,
    series,
    there,
)

__all__ = ["nodes"]
pytestmark = pytest.mark.asyncio
MANY = 3
A_DAY = timedelta(days=1)
EIGHT = THURSDAY.replace(hour=8, minute=0)


async def a_group(house: House, linden: Linden, seats: int = 3) -> Linden:
    """Linden, where a session is given to several at once."""
    group = replace(linden.session, seats=seats)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, group, house.clock()))
    return replace(linden, session=group)


async def filled(house: House, linden: Linden, start: datetime, count: int, **more: object) -> list[BookingCard]:
    made = [await booked(house, linden, start, name=f"p{number}", **more) for number in range(count)]  # type: ignore[arg-type]
    return [one.card for one in made]


def all_ways(rush: Rush, movers: Sequence[BookingCard], whole: Sequence[BookingCard]) -> list[Awaitable[bool]]:
    """Every way to the time of this rush, several times over."""
    paths = (instant, by_staff, held, asked, offered, series)
    tries: list[Awaitable[bool]] = [path(rush, number) for number in range(MANY) for path in paths]
    tries += [move(rush, number, card) for number, card in enumerate(movers)]
    return [*tries, move_series(rush, whole)]


async def test_all_ways_to_the_last_place_of_a_group_give_it_to_exactly_one(nodes: list[House]) -> None:
    """A series, one that moves, a move, and who waits among them."""
    house = nodes[0]
    linden = await a_group(house, await seed(house))
    for number in range(2):
        start = EIGHT + number * timedelta(days=7)
        await filled(house, linden, start, 2)
        movers = await filled(house, linden, start + A_DAY, 2)
        rush = Rush(nodes, linden, start)
        whole = await a_series(rush, [start + A_DAY + 2 * HOUR, start + A_DAY + 7 * HOUR])
        await line_up(house, linden, start)
        said = await asyncio.gather(*all_ways(rush, movers, whole))
        assert any(said)
        assert await there(house, start, linden.mara.staff_id) == (3, 1)
        assert await halves(house) == []


async def sessions(house: House, who: UUID, day: datetime) -> int:
    """How many sessions somebody gives on this day, with what is kept."""
    until = day.replace(hour=23)
    asked = select(func.count()).where(Claim.resource_id == who, Claim.from_at > day.replace(hour=1))
    return await house.db.read(lambda db: db.scalar(asked.where(Claim.from_at < until))) or 0


@pytest.mark.parametrize("seats", [1, 3])
async def test_all_ways_to_the_last_session_of_a_day_give_it_to_exactly_one(nodes: list[House], seats: int) -> None:
    """They want two times of that day, so that none of them is in the way of another but for the day."""
    house = nodes[0]
    linden = await a_group(house, await seed(house), seats)
    starts = [EIGHT, EIGHT + 4 * HOUR]
    tomorrow = [EIGHT + A_DAY + hour * HOUR for hour in (0, 1, 4)]
    movers = [card for start in tomorrow for card in await filled(house, linden, start, 1)]
    rushes = [Rush(nodes, linden, start) for start in starts]
    whole = await a_series(rushes[0], [EIGHT + A_DAY + 2 * HOUR, EIGHT + A_DAY + 7 * HOUR])
    card = replace(linden.mara, most=Most(a_day=6))
    await house.db.unit(lambda db: clinics.change_therapist(db, linden.clinic.id, card, house.clock()))
    await filled(house, linden, EIGHT + 7 * HOUR, 1)
    card = replace(linden.mara, most=Most(a_day=2))
    await house.db.unit(lambda db: clinics.change_therapist(db, linden.clinic.id, card, house.clock()))
    await line_up(house, linden, EIGHT)
    ways = [instant, by_staff, held, asked, offered]
    tries: list[Awaitable[object]] = [way(rush, number) for number in range(MANY) for rush in rushes for way in ways]
    tries += [move(rushes[number % 2], number, card) for number, card in enumerate(movers[:2])]
    tries += [move_series(rushes[0], whole), move_all(nodes[-1], linden.clinic, movers[2], starts[1], By("staff"))]
    await asyncio.gather(*tries)
    assert await sessions(house, linden.mara.staff_id, EIGHT) == 2
    assert await halves(house) == []


async def test_who_waits_and_a_series_that_moves_are_two_of_those_who_want_the_room(nodes: list[House]) -> None:
    house = nodes[0]
    linden, units = await furnish(house, await seed(house), Room=["Room"])
    both = (linden.mara.staff_id, linden.samir.staff_id)
    for number in range(2):
        start = EIGHT + number * timedelta(days=7)
        rushes = [Rush(nodes, linden, start, who) for who in both]
        movers = await filled(house, linden, start + A_DAY, 1)
        whole = await a_series(rushes[0], [start + A_DAY + 2 * HOUR, start + A_DAY + 7 * HOUR])
        await line_up(house, linden, start)
        tries = all_ways(rushes[0], movers, whole)
        tries += [way(rushes[1], each) for each in range(MANY) for way in (instant, held, series)]
        assert any(await asyncio.gather(*tries))
        assert sorted([await there(house, start, who) for who in both]) == [(0, 0), (1, 1)]
        assert (await there(house, start, units["Room"]))[1] == 1
        assert await halves(house) == []


async def test_a_whole_group_that_moves_and_somebody_alone_do_not_both_have_the_time(nodes: list[House]) -> None:
    house = nodes[0]
    linden = await a_group(house, await seed(house))
    for number in range(3):
        start = EIGHT + number * timedelta(days=7)
        group = await filled(house, linden, start + A_DAY, 2)
        rush = Rush(nodes, replace(linden, session=linden.first), start)
        moves = [move_all(node, linden.clinic, group[0], start, By("staff")) for node in nodes]
        alone = [way(rush, each) for each in range(MANY) for way in (instant, held)]
        *refused, _ = await asyncio.gather(*moves, asyncio.gather(*alone))
        moved = None in refused
        assert await there(house, start, linden.mara.staff_id) == ((2, 1) if moved else (1, 1))
        assert await there(house, start + A_DAY, linden.mara.staff_id) == ((0, 0) if moved else (2, 1))


async def test_who_is_confirmed_while_the_whole_group_moves_is_confirmed_and_moves(nodes: list[House]) -> None:
    house = nodes[0]
    linden = await a_group(house, await seed(house))
    for number in range(4):
        start = EIGHT + number * timedelta(days=7)
        group = await filled(house, linden, start, 3, asks=True)
        confirms = [
            answer(nodes[each % len(nodes)], linden.clinic, card, Answer.CONFIRMED, By("staff"))
            for each, card in enumerate(group)
        ]
        refused, *done = await asyncio.gather(
            move_all(nodes[-1], linden.clinic, group[0], start + HOUR / 2, By("staff")), *confirms
        )
        assert refused is None
        assert await there(house, start + HOUR / 2, linden.mara.staff_id) == (3, 1)
        found = [await house.db.read(lambda db, card=card: store.booking_for_visit(db, card.id)) for card in group]
        assert [one.answer is not None for one in found if one] == done


async def test_a_group_moved_by_two_nodes_at_once_is_moved_once(nodes: list[House]) -> None:
    house = nodes[0]
    linden = await a_group(house, await seed(house))
    group = await filled(house, linden, EIGHT + A_DAY, 2)
    tries = [move_all(nodes[-1 * (each % 2)], linden.clinic, group[0], EIGHT, By("staff")) for each in range(4)]
    assert None in await asyncio.gather(*tries)
    assert await there(house, EIGHT, linden.mara.staff_id) == (2, 1)
    counted = select(func.count()).select_from(Appointment)
    assert await house.db.read(lambda db: db.scalar(counted)) == 1
