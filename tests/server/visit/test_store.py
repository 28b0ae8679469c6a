"""What many do in one moment happens once, on both engines."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.config import Settings
from server.house import House
from server.visit import store
from server.visit.acts import current_card
from server.visit.rules import Event, State
from server.visit.tables import Visit, VisitEvent
from tests.engines.postgres import NewDatabase
from tests.server.conftest import settings_for
from tests.server.visit.conftest import START, Browser, Jo

pytestmark = pytest.mark.asyncio
MANY = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def settings(tmp_path: Path, new_database: NewDatabase | None) -> Settings:
    if new_database is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())


async def count(house: House, *asked) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).where(*asked)))


async def test_many_arrivals_in_one_moment_are_one_visit_and_one_event(jo: Jo, house: House, clock) -> None:
    clock.now = START
    answers = await asyncio.gather(*(jo.arrive() for _ in range(MANY)))
    assert {answer.status_code for answer in answers} == {303}
    assert await count(house, Visit.booking_id == jo.made.card.id) == 1
    assert await count(house, VisitEvent.kind == "arrived") == 1


async def test_many_admissions_in_one_moment_are_one_event(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    answers = await asyncio.gather(*(mara.post(f"{jo.staff_url}/admit") for _ in range(MANY)))
    assert {answer.status_code for answer in answers} == {303}
    assert await count(house, VisitEvent.kind == "admitted") == 1


async def test_no_two_tickets_share_an_epoch(jo: Jo, house: House, clock) -> None:
    clock.now = START
    await jo.arrive()
    visit = await house.db.read(lambda db: store.visit_of(db, jo.made.card.id))
    assert visit

    async def raised() -> tuple[object, int]:
        return await house.db.unit(
            lambda db: store.raise_epoch(db, visit.id, store.Part.PATIENT, jo.made.card.patient_id)
        )

    tickets = await asyncio.gather(*(raised() for _ in range(MANY)))
    assert sorted(epoch for _, epoch in tickets) == list(range(1, MANY + 1))
    assert len({peer for peer, _ in tickets}) == 1


async def test_of_two_first_notes_one_is_kept_and_the_other_is_told(jo: Jo, mara: Browser) -> None:
    sent = [
        mara.post(f"{jo.staff_url}/note", data={"text": text, "version": "0"}, headers={"accept": "application/json"})
        for text in ("one window", "another window")
    ]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_who_comes_back_to_a_visit_that_never_ended_leaves_the_first_arrival(
    jo: Jo, mara: Browser, house: House, clock
) -> None:
    """What a report says of their wait is counted from it, and stays as it was read."""
    clock.now = START - timedelta(minutes=5)
    await jo.arrive()
    clock.now = START
    await mara.post(f"{jo.staff_url}/admit")
    await jo.browser.post(f"{jo.url}/leave")
    clock.forward(hours=24 * 40)

    async def back(db: AsyncSession) -> None:
        card = await current_card(db, jo.made.card.id)
        visit = await store.ensure(db, card)
        assert visit.left_at
        by = store.By("patient", jo.made.card.patient_id)
        await store.move(db, card, visit, Event.ARRIVE, State.IN_SESSION, by, clock.now)

    await house.db.unit(back)
    visit = await house.db.read(lambda db: store.visit_of(db, jo.made.card.id))
    assert visit
    assert (visit.arrived_at, visit.started_at) == (START - timedelta(minutes=5), START)
    assert visit.patient_seen_at == clock.now
    assert visit.therapist_seen_at is None, "nobody of the clinic saw yet that they are there again"


async def test_a_door_opened_anew_keeps_when_they_first_came(jo: Jo, mara: Browser, house: House, clock) -> None:
    clock.now = START
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/end")
    await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "ended_early"})
    clock.forward(minutes=10)
    await mara.post(f"{jo.staff_url}/reopen")
    assert (await jo.arrive()).status_code == 303
    visit = await house.db.read(lambda db: store.visit_of(db, jo.made.card.id))
    assert visit
    assert (visit.state, visit.arrived_at) == (State.WAITING, START)
