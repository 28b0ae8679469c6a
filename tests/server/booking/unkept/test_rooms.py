"""A room that is closed or used no more leads to what is booked in it; another room is chosen, and a group in it takes
nobody more."""

from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from server.access import Role
from server.booking.grouping import store as grouping
from server.booking.grouping.store import Place
from server.booking.rules import Refused
from server.booking.unkept.store import unkept
from server.clinic import store as clinics
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Unit
from server.house import House
from tests.server.booking.furnished import claimed, furnish
from tests.server.booking.grouping.test_store import join
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio
HERE, LIST, WEEK = "/staff/clinic/resources", "/staff/bookings/unkept", timedelta(days=7)
CLOSED = {"from_day": "2026-03-12", "until_day": "2026-03-12"}


async def test_who_closes_a_room_is_shown_what_is_booked_in_it_and_gives_it_another(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    linden, units = await furnish(house, linden, Room=["Room 1", "Room 2"])
    made, later = await booked(house, linden, name="Noor"), await booked(house, linden, THURSDAY + WEEK, name="Kim")
    [held] = set(units.values()) & await claimed(house, made.card.appointment_id)
    name = next(name for name, unit in units.items() if unit == held)
    other = next(unit for unit in units.values() if unit != held)
    await sign_in_as(client, house, linden, Role.ADMIN)
    empty = await client.post(
        f"{HERE}/{other}/close", data=CLOSED | {"from_day": "2026-03-13", "until_day": "2026-03-13"}
    )
    assert (await client.get(empty.headers["location"])).headers["location"] == f"{HERE}/{other}?notice=kept"
    closed = await client.post(f"{HERE}/{held}/close", data=CLOSED)
    page = (await client.get(closed.headers["location"])).text
    assert "Nobody will keep 1 booking as it is" in page
    assert ("Noor" in page, "Kim" in page) == (True, False)
    assert f"{name} cannot be used: choose another" in page
    assert "/staff/away/ahead" not in page, "a colleague would sit in the same room"
    assert "is closed then" in (await client.get(f"/staff/bookings/{made.card.public_id}")).text
    path = f"/staff/calendar/move/{made.card.public_id}"
    assert path in page
    assert str(other) in (await client.get(path)).text
    into = {"start": "2026-03-12T08:30Z", "with": str(linden.mara.staff_id), "in": str(other)}
    assert (await client.post(path, data=into)).status_code == 303
    assert other in await claimed(house, made.card.appointment_id)
    assert "Somebody will keep every booking" in (await client.get(LIST)).text
    assert later.card.cancelled_at is None


async def test_who_uses_a_room_no_more_is_shown_all_that_is_booked_in_it(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    linden, units = await furnish(house, linden, Room=["Room 1"])
    await booked(house, linden, name="Noor")
    await booked(house, linden, THURSDAY + WEEK, name="Kim")
    await sign_in_as(client, house, linden, Role.ADMIN)
    kept = await client.post(f"{HERE}/{units['Room 1']}", data={"name": "Room 1", "retired": "yes"})
    page = (await client.get(kept.headers["location"])).text
    assert ("Noor" in page, "Kim" in page) == (True, True)


@pytest.mark.parametrize("how", ["closed", "retired"])
async def test_a_group_in_a_room_that_cannot_be_used_takes_nobody_more(either_house: House, how: str) -> None:
    house = either_house
    linden, units = await furnish(house, await seed(house), Room=["Room 1"])
    linden = replace(linden, session=replace(linden.session, seats=3))
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, linden.session, house.clock()))
    await join(house, linden, "first")
    who, service, now = linden.mara.staff_id, linden.session.id, house.clock()

    async def places() -> list[int]:
        found = await house.db.read(lambda db: grouping.open_groups(db, service, [who], now, full=True))
        return list(found[who].values())

    assert await places() == [2]
    unit = units["Room 1"]
    if how == "closed":
        hour = timedelta(hours=1)
        await house.db.unit(lambda db: resources.close(db, linden.clinic.id, unit, THURSDAY, THURSDAY + hour))
    else:
        known = Unit(
            unit, (await house.db.read(lambda db: resources.kinds(db, linden.clinic.id)))[0].id, "Room 1", True
        )
        await house.db.unit(lambda db: resources.change_unit(db, linden.clinic.id, known, now))
    assert await places() == [0]
    assert isinstance(await join(house, linden, "second"), Refused)
    found = await house.db.unit(lambda db: grouping.place_in(db, service, who, THURSDAY, now))
    assert not isinstance(found, Place)
    assert found is False, "who looked before it was closed writes nothing"
    [lost] = await house.db.read(lambda db: unkept(db, linden.clinic.id, None, now))
    assert lost.room == "Room 1"
