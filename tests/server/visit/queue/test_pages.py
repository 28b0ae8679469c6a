"""What the waiting room says of a place, for a therapist's line and for the team's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.clinic import store as clinics
from server.clinic.rules import Position
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = pytest.mark.asyncio


async def choose(house: House, linden: Linden, position: Position) -> None:
    await house.db.unit(lambda db: clinics.change_clinic(db, replace(linden.clinic, position=position)))


async def waits_after(house: House, linden: Linden, browsers: Browsers, clock: Clock, therapist=None) -> Jo:
    """Noor, who is booked an hour after Jo."""
    made = await booked_this_morning(house, linden, clock, START + timedelta(hours=1), therapist=therapist)
    return await with_link(made, await browsers())


async def test_a_place_is_told_as_the_clinic_chose_and_never_a_name(
    jo: Jo, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    noor = await waits_after(house, linden, browsers, clock)
    clock.now = START
    await jo.arrive()
    clock.now = START + timedelta(minutes=46)
    await noor.arrive()
    said = {}
    for position in Position:
        await choose(house, linden, position)
        said[position] = (await jo.page(), await noor.page())
        assert "Jo Almeida" not in said[position][1]
    assert [["You are next." in page for page in said[position]] for position in Position] == [
        [False, False],
        [True, False],
        [True, False],
        [True, False],
    ]
    assert ["One person is before you." in said[position][1] for position in Position] == [False, False, True, True]


async def test_the_line_of_another_therapist_is_another_line_until_the_service_is_the_teams(
    jo: Jo, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    noor = await waits_after(house, linden, browsers, clock, linden.samir.staff_id)
    clock.now = START
    await jo.arrive()
    clock.now = START + timedelta(minutes=46)
    await noor.arrive()
    await choose(house, linden, Position.NUMBER)
    assert "You are next." in await noor.page()
    session = replace(linden.session, team=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, session, clock.now))
    await jo.page()  # whose page is open
    assert "One person is before you." in await noor.page()


async def test_nobody_reads_that_they_are_let_in_in_a_moment_unless_they_are_next_and_somebody_is_there(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    soon = "It is your time now; Mara lets you in in a moment."
    await choose(house, linden, Position.NEXT)
    clock.now = START
    await jo.arrive()
    assert "There is no sign of Mara yet." in await jo.page()
    assert soon not in await jo.page()
    await mara.get("/staff")
    assert soon in await jo.page()
    await choose(house, linden, Position.OFF)
    assert soon not in await jo.page()
    await choose(house, linden, Position.NEXT)
    await mara.post("/staff/late", data={"minutes": 10})
    assert "Your time then begins about 14:10." in await jo.page()
    assert soon not in await jo.page()
    assert "It is your time now." in await jo.page()
