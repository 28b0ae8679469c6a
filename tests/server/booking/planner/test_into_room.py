"""A booking is dropped into another room in the calendar of rooms: asked first, and that room or none."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.booking.claims import held_by
from server.booking.desk import Made
from server.clinic import store as clinics
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Kind, Unit
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.planner.test_moving import now_of, path_of
from tests.server.booking.test_by_staff import actions, sign_in_as

pytestmark = pytest.mark.asyncio
SAME, LATER = "2026-03-12T08:30Z", "2026-03-12T10:00Z"
FIRST, SECOND, COIL = uuid4(), uuid4(), uuid4()


@pytest_asyncio.fixture(loop_scope="session")
async def rooms(house: House, linden: Linden) -> Linden:
    """Two rooms, one of which a session needs, and a coil that nothing needs."""
    room, coil = Kind(uuid4(), "Room"), Kind(uuid4(), "Coil")
    session = replace(linden.session, needs=(room.id,))

    async def work(db: AsyncSession) -> None:
        for kind in (room, coil):
            await resources.add_kind(db, linden.clinic.id, kind)
        for unit in (Unit(FIRST, room.id, "Room 1"), Unit(SECOND, room.id, "Room 2"), Unit(COIL, coil.id, "Coil")):
            await resources.add_unit(db, linden.clinic.id, unit)
        await clinics.change_service(db, linden.clinic.id, session, house.clock())

    await house.db.unit(work)
    return replace(linden, session=session)


async def held(house: House, made: Made) -> set[UUID]:
    found = await house.db.read(lambda db: held_by(db, made.card.appointment_id))
    return set(found.resources) - {made.card.therapist_id} if found else set()


async def test_at_the_same_time_it_changes_the_room_and_writes_to_nobody(
    client: httpx2.AsyncClient, house: House, rooms: Linden
) -> None:
    made = await booked(house, rooms)
    [before] = await held(house, made)
    other = ({FIRST, SECOND} - {before}).pop()
    await house.outbox.run_due()
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    await sign_in_as(client, house, rooms, Role.FRONT_DESK)
    who = {"with": str(rooms.mara.staff_id), "in": str(other)}
    page = (await client.get(path_of(made), params={"at": "2026-03-12T09:30", "part": "1"} | who)).text
    assert "into Room" in page
    assert "Nobody is written to" in page
    assert await held(house, made) == {before}
    for _ in range(2):  # a form that comes twice
        answer = await client.post(path_of(made), data={"start": SAME} | who)
        assert answer.headers["location"] == "/staff/calendar?show=day&day=2026-03-12&by=resources"
    assert await held(house, made) == {other}
    card = await now_of(house, made)
    assert (card.sequence, card.starts_at, card.moved_from) == (0, THURSDAY, None)
    await house.outbox.run_due()
    assert house.mailer.sent == []  # type: ignore[attr-defined]
    assert (await actions(house)).count("booking.room_changed") == 1


async def test_another_time_in_another_room_is_that_room(
    client: httpx2.AsyncClient, house: House, rooms: Linden
) -> None:
    made = await booked(house, rooms)
    other = ({FIRST, SECOND} - await held(house, made)).pop()
    await sign_in_as(client, house, rooms, Role.FRONT_DESK)
    who = {"with": str(rooms.mara.staff_id), "in": str(other)}
    form = (await client.get(path_of(made))).text
    assert "Whatever is free" in form
    assert str(other) in form, "who does not drag chooses it from a list"
    page = (await client.get(path_of(made), params={"at": "2026-03-12T11:00"} | who)).text
    assert "It will be in Room" in page
    await client.post(path_of(made), data={"start": LATER} | who)
    assert await held(house, made) == {other}
    assert (await now_of(house, made)).starts_at == THURSDAY + timedelta(minutes=90)


async def test_a_room_that_is_taken_is_not_given_and_no_other_instead(
    client: httpx2.AsyncClient, house: House, rooms: Linden
) -> None:
    made = await booked(house, rooms)
    other = await booked(house, rooms, therapist=rooms.samir.staff_id, name="Kim")
    [mine], [theirs] = await held(house, made), await held(house, other)
    assert mine != theirs
    await sign_in_as(client, house, rooms, Role.FRONT_DESK)
    who = {"with": str(rooms.mara.staff_id), "in": str(theirs)}
    page = (await client.get(path_of(made), params={"at": "2026-03-12T09:30"} | who)).text
    assert "is taken at that time" in page
    assert f"in={theirs}" in page, "what is free there is offered for that room"
    answer = await client.post(path_of(made), data={"start": SAME} | who)
    assert answer.status_code == 409
    assert await held(house, made) == {mine}


async def test_what_the_service_does_not_need_is_no_place_for_it(
    client: httpx2.AsyncClient, house: House, rooms: Linden
) -> None:
    made = await booked(house, rooms)
    before = await held(house, made)
    await sign_in_as(client, house, rooms, Role.FRONT_DESK)
    for unit in (COIL, uuid4()):
        who = {"with": str(rooms.mara.staff_id), "in": str(unit)}
        page = (await client.get(path_of(made), params={"at": "2026-03-12T09:30", "part": "1"} | who)).text
        assert "This booking does not need that" in page
        assert (await client.post(path_of(made), data={"start": LATER} | who)).status_code == 422
    assert (await held(house, made), (await now_of(house, made)).sequence) == (before, 0)
