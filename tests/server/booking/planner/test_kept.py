"""What nobody has booked and nobody can take stands in the calendar, and what is offered can be given free."""

import asyncio
from uuid import UUID

import httpx2
import pytest

from server.access import Role
from server.booking.desk import Made
from server.booking.holding.keeping import Choice, keep
from server.booking.holding.rules import Kept
from server.booking.rules import Wish
from server.booking.waitlist import store
from server.booking.waitlist.joining import take
from server.booking.waitlist.offering import backfill
from server.booking.waitlist.rules import Ended, Offered, Waiting
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of, seed
from tests.server.booking.planner.test_into_room import rooms
from tests.server.booking.planner.test_pages import CALENDAR, grid
from tests.server.booking.test_by_staff import actions, sign_in_as
from tests.server.booking.waitlist.test_offering import waits
from tests.server.conftest import Clock

__all__ = ["rooms"]
pytestmark = pytest.mark.asyncio


async def a_form(house: House, linden: Linden, who: UUID) -> Kept:
    """Somebody fills in the form for their Thursday."""
    choice = Choice(linden.clinic, linden.session, hours_of(who), Wish(THURSDAY, who), linden.first.id, b"0" * 16)
    kept = await keep(house, choice)
    assert isinstance(kept, Kept)
    return kept


async def an_offer(house: House, linden: Linden, who: UUID | None = None) -> tuple[Waiting, Offered]:
    """The first free time is offered to who waits."""
    one = await waits(house, linden, "kim", who=who or linden.mara.staff_id)
    assert await backfill(house, linden.clinic.id) == 1
    offer = await house.db.read(lambda db: store.last_offer(db, one.id))
    assert offer
    return one, offer


def day_of(offer: Offered, linden: Linden) -> str:
    return offer.starts_at.astimezone(linden.clinic.zone).date().isoformat()


async def test_a_time_that_is_kept_for_a_form_stands_there_until_it_lapses(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    kept = await a_form(house, linden, linden.mara.staff_id)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    for show, who in (("day", linden.mara), ("week", linden.mara)):
        [one] = (await grid(client, show=show, day="2026-03-12"))["kept"]
        assert (one["start"], one["until"], one["offer"]) == ("2026-03-12T09:30", "Monday 9 March, 10:10", "")
        assert (one["columns"], one["name"]) == ([str(who.staff_id)], who.name)
    assert (
        "kept for who fills in the form, until Monday 9 March, 10:10"
        in (await client.get(CALENDAR, params={"day": "2026-03-12"})).text
    )
    clock.now = kept.until
    assert (await grid(client, day="2026-03-12"))["kept"] == []


async def test_a_therapist_sees_what_is_kept_of_their_own_time_alone(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    birch = await seed(house, slug="birch")
    await a_form(house, linden, linden.samir.staff_id)
    await a_form(house, birch, birch.mara.staff_id)
    await sign_in_as(client, house, linden)
    assert (await grid(client, day="2026-03-12"))["kept"] == []


async def test_in_a_day_of_rooms_a_colleagues_offer_is_said_and_leads_nowhere(
    client: httpx2.AsyncClient, house: House, rooms: Linden
) -> None:
    _one, offer = await an_offer(house, rooms, rooms.samir.staff_id)
    await sign_in_as(client, house, rooms)
    [shown] = (await grid(client, show="day", day=day_of(offer, rooms), by="resources"))["kept"]
    assert (shown["offered"], shown["offer"]) == (True, "")
    page = (await client.get(CALENDAR, params={"show": "day", "day": day_of(offer, rooms), "by": "resources"})).text
    assert "offered to who waits" in page
    assert str(offer.id) not in page


async def test_what_is_offered_is_given_free_once_and_who_had_it_reads_why(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    one, offer = await an_offer(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    day, path = day_of(offer, linden), f"/staff/calendar/offers/{offer.id}"
    [shown] = (await grid(client, show="day", day=day))["kept"]
    assert shown["offer"] == str(offer.id)
    assert f'href="{path}"' in (await client.get(CALENDAR, params={"day": day})).text
    asked = (await client.get(path)).text
    assert "free again?" in asked
    assert "kim" not in asked
    for _ in range(2):
        answer = await client.post(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/bookings/new?service=")
    assert (await grid(client, show="day", day=day))["kept"] == []
    assert (await actions(house)).count("waitlist.offer_freed") == 1
    assert isinstance(await booked(house, linden, offer.starts_at), Made)
    assert "That offer is over" in (await client.get(path)).text
    left = await house.db.read(lambda db: store.by_id(db, one.id))
    assert left
    assert (left.offer_id, left.left) == (None, None)


async def test_another_clinics_offer_and_a_colleagues_are_not_found(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    _one, own = await an_offer(house, linden, linden.samir.staff_id)
    _two, other = await an_offer(house, await seed(house, slug="birch"))
    await sign_in_as(client, house, linden)
    for offer in (own, other):
        assert (await client.get(f"/staff/calendar/offers/{offer.id}")).status_code == 404
        assert (await client.post(f"/staff/calendar/offers/{offer.id}")).status_code == 404
    standing = await house.db.read(lambda db: store.offer_of(db, own.id))
    assert standing
    assert standing.ended is None


async def test_of_a_yes_and_staff_who_give_it_free_one_counts(either_house: House) -> None:
    house = either_house
    linden = await seed(house)
    one, offer = await an_offer(house, linden)

    async def give_free() -> bool:
        return await house.db.unit(lambda db: store.end_offer(db, offer, Ended.FREED, house.clock()))

    made, freed = await asyncio.gather(take(house, one, offer), give_free())
    assert isinstance(made, Made) is not freed
    after = await house.db.read(lambda db: store.offer_of(db, offer.id))
    assert after
    assert after.ended is (Ended.FREED if freed else Ended.TAKEN)
