"""A change of the booking reaches the room at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.booking import desk
from server.booking.rules import Wish
from server.booking.store import By
from server.house import House
from server.outbox import Job
from server.visit.jobs import booking_changed
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo

pytestmark = pytest.mark.asyncio


class Ear:
    """Stands in for the rooms."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []

    async def __call__(self, room: str, kind: str, peer: str, since: object = None) -> None:
        self.heard.append((kind, bool(peer)))


def job(jo: Jo) -> Job:
    return Job(jo.made.card.id, "booking.cancelled", {"booking": str(jo.made.card.id)}, 1)


async def test_a_cancelled_booking_ends_its_room(jo: Jo, house: House, clock: Clock) -> None:
    ear = Ear()
    clock.now = START
    await jo.arrive()
    clock.now = jo.made.card.made_at
    assert (await jo.browser.post(f"{jo.url}/cancel", data={"sure": "yes"})).status_code == 303
    await booking_changed(replace(house, tell=ear), job(jo))
    assert ear.heard == [("ended", False)]


async def test_a_booking_that_stands_ends_nothing(jo: Jo, house: House, clock: Clock) -> None:
    ear = Ear()
    await booking_changed(replace(house, tell=ear), job(jo))
    clock.now = START
    await jo.arrive()
    await booking_changed(replace(house, tell=ear), job(jo))
    assert ear.heard == []


async def test_who_came_for_a_time_that_was_moved_leaves_the_room(
    jo: Jo, house: House, linden: Linden, clock: Clock
) -> None:
    ear = Ear()
    clock.now = START - timedelta(minutes=10)
    await jo.arrive()
    await jo.browser.post(f"{jo.url}/ticket")
    clock.now = jo.made.card.made_at
    later = Wish(START + timedelta(days=1))
    assert await desk.move(house, linden.clinic, jo.made.card, later, By()) is None
    clock.now = START - timedelta(minutes=5)
    await booking_changed(replace(house, tell=ear), job(jo))
    assert ear.heard == [("removed", True)]
    assert "Your place is kept, Jo" in await jo.page()
    assert (await jo.browser.post(f"{jo.url}/ticket")).status_code == 409


async def test_the_outbox_runs_the_room_and_the_mail_of_one_topic(
    app, jo: Jo, house: House, mara: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    await mara.post(f"{jo.staff_url}/ticket")
    monkeypatch.setattr(app.state.rooms, "tell", lambda room, notice: ear(room, type(notice).__name__, ""))
    clock.now = jo.made.card.made_at
    await jo.browser.post(f"{jo.url}/cancel", data={"sure": "yes"})
    while await house.outbox.run_due():
        pass
    assert {kind for kind, _ in ear.heard} == {"Ended"}
    assert "jo.almeida@example.org" in [letter.to for letter in house.mailer.sent]
