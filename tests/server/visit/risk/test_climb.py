"""An answer that speaks of danger climbs until a person answers: each step once, over restarts, on two nodes."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.accounts.reach.store import Reach, set_reach
from server.accounts.team.store import set_disabled
from server.clinic.opening.store import set_opening_hours
from server.clinic.rules import WeeklyHours
from server.config import Settings
from server.house import House
from server.measures.tables import MeasureFlag
from server.outbox import Job, OutboxRow
from server.safety.alerts.tables import Alert, AlertRung
from server.safety.roster.rules import Shift
from server.safety.roster.store import add_week
from server.visit.risk.again import call_again
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo
from tests.server.visit.node import Node

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 3, 8, 22, tzinfo=BERLIN).astimezone(UTC)
"""Sunday night before Jo's visit; the clinic opens on Monday at 9."""


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def rungs(house: House) -> Counter[str]:
    asked = select(Alert.kind, AlertRung.rung).join(Alert, Alert.id == AlertRung.alert_id)
    return Counter(f"{kind}:{rung}" for kind, rung in await house.db.read(lambda db: db.execute(asked)))


async def called(house: House) -> Counter[tuple[str, str]]:
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic == "risk.call")))
    return Counter((row.payload["rung"], row.payload["staff"]) for row in rows)


async def test_time_walks_through_restarts_on_two_nodes_and_each_step_comes_once(
    house: House, linden: Linden, tap, dana, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    begun = clock.now
    await tap("phq9_9", 1)
    nodes = [Node(house), Node(house)]
    came: dict[str, int] = {}
    for second in range(0, 661, 20):
        clock.now = begun + timedelta(seconds=second)
        before = await rungs(house)
        await asyncio.gather(*(node.climber.run_due() for node in nodes for _ in range(2)))
        came |= dict.fromkeys(await rungs(house) - before, second)
        if second % 100 == 0:
            await nodes[second // 100 % 2].restart()
    assert came == {"risk:page": 0, "risk:therapist": 60, "risk:colleague": 300, "risk:roster": 600}
    assert set((await rungs(house)).values()) == {1}
    mara, samir = linden.mara.staff_id.hex, linden.samir.staff_id.hex
    assert await called(house) == Counter(
        [("therapist", mara), ("colleague", dana.hex), ("roster", samir), ("roster", dana.hex)]
    )
    for node in nodes:
        await node.database.close()


async def climb_for(house: House, clock: Clock, every: int = 1, **span: int) -> list[str]:
    """Moves the clock by so many minutes at a time and lets the house climb; returns the steps reached so far."""
    until = clock.now + timedelta(**span)
    while clock.now < until:
        clock.now = min(clock.now + timedelta(minutes=every), until)
        await house.alerts.run_due()
    return sorted((await rungs(house)).elements())


async def on_call(house: House, linden: Linden, staff_id, start: int = 18, end: int = 32) -> None:
    shift = Shift(start * 60, end * 60, staff_id)
    await house.db.unit(lambda db: add_week(db, linden.clinic.id, range(7), shift))


async def test_at_night_it_waits_for_opening_and_the_ladder_begins_there(
    house: House, linden: Linden, tap, dana, clock: Clock, mara: Browser
) -> None:
    clock.now = NIGHT
    said = await tap("phq9_9", 1)
    assert said["watch"].startswith("Nobody at the clinic sees this answer before 9:00 on Monday 9 March")
    assert await climb_for(house, clock, every=15, hours=10, minutes=45) == []
    assert await climb_for(house, clock, minutes=14) == []
    assert await called(house) == Counter()
    assert await climb_for(house, clock, minutes=1) == ["risk:page"]
    assert (await climb_for(house, clock, minutes=5))[:2] == ["risk:colleague", "risk:page"]
    assert ("colleague", dana.hex) in await called(house)


async def test_who_meets_somebody_before_the_clinic_opens_is_promised_no_time(
    house: House, linden: Linden, tap, jo: Jo, clock: Clock
) -> None:
    week = [WeeklyHours(day, 16 * 60, 17 * 60) for day in range(5)]  # Jo comes at three
    await house.db.unit(lambda db: set_opening_hours(db, linden.clinic.id, week))
    clock.now = NIGHT
    said = await tap("phq9_9", 1)
    assert said["watch"].startswith(
        "Nobody at the clinic may see this answer before Mara looks at it, at the latest when"
    )
    page = (await jo.browser.get(f"{jo.url}/measures/phq9")).text
    assert "Nobody at the clinic sees this answer before" not in page
    assert "before you talk" not in page
    assert "for your talk with Mara" in page


async def test_at_night_who_is_on_call_comes_first_and_the_others_follow(
    house: House, linden: Linden, tap, dana, clock: Clock
) -> None:
    await on_call(house, linden, linden.samir.staff_id)
    clock.now = NIGHT
    said = await tap("phq9_9", 1)
    assert said["watch"].startswith("The clinic is closed. Somebody on call is told")
    await house.alerts.run_due()
    assert await called(house) == Counter([("roster", linden.samir.staff_id.hex)])
    assert await climb_for(house, clock, minutes=10) == ["risk:page", "risk:roster"]
    assert await climb_for(house, clock, minutes=5) == ["risk:colleague", "risk:page", "risk:roster", "risk:therapist"]


async def test_a_shift_that_begins_later_or_is_added_meanwhile_is_not_overslept(
    house: House, linden: Linden, tap, dana, clock: Clock
) -> None:
    clock.now = NIGHT
    await tap("phq9_9", 1)
    assert await climb_for(house, clock, minutes=30) == []
    await on_call(house, linden, dana, start=23)
    assert await climb_for(house, clock, minutes=29) == []
    assert await climb_for(house, clock, minutes=1) == ["risk:page", "risk:roster"]
    assert await called(house) == Counter([("roster", dana.hex)])


async def test_hours_without_a_statement_promise_nothing_and_call_at_once(
    house: House, linden: Linden, tap, dana, clock: Clock
) -> None:
    from server.clinic.opening.store import set_opening_hours

    await house.db.unit(lambda db: set_opening_hours(db, linden.clinic.id, []))
    clock.now = NIGHT
    assert "before Mara looks at it" in (await tap("phq9_9", 1))["watch"]
    assert await climb_for(house, clock, minutes=1) == ["risk:page", "risk:therapist"]


async def test_whom_no_message_reaches_is_not_promised(house: House, linden: Linden, tap, dana, clock: Clock) -> None:
    await on_call(house, linden, linden.samir.staff_id)
    house.mailer.sends = False  # type: ignore[misc]
    clock.now = NIGHT
    assert "before 9:00 on Monday" in (await tap("phq9_9", 1))["watch"]


async def test_a_louder_answer_climbs_anew_and_faster_and_a_milder_one_takes_nothing_back(
    house: House, linden: Linden, jo: Jo, tap, dana, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("asq_1", 1)
    await house.alerts.run_due()
    assert sorted(await rungs(house)) == ["risk:page"]
    await tap("asq_5", 1)
    await house.alerts.run_due()
    assert sorted(await rungs(house)) == ["risk:page", "urgent:page", "urgent:therapist"]
    for item in ("asq_1", "asq_5"):
        assert "watch" not in await tap(item, 0, 2)
    await tap("asq_3", 1)
    assert "urgent:colleague" in await climb_for(house, clock, minutes=2)
    asked = select(Alert.kind, Alert.closed_why).order_by(Alert.kind)
    found = [(kind, why) for kind, why in await house.db.read(lambda db: db.execute(asked))]
    assert found == [("risk", "louder"), ("urgent", None)]
    flags = await house.db.read(lambda db: db.scalars(select(MeasureFlag.item).order_by(MeasureFlag.at)))
    assert set(flags) == {"asq_1", "asq_5", "asq_3"}


async def gone(house: House, staff_id) -> None:
    """They work there no more, as the team's page says it."""
    await house.db.unit(lambda db: set_disabled(db, staff_id, house.clock()))
    await call_again(house, Job(uuid4(), "staff.closed", {"staff": str(staff_id)}, 1, house.clock()))


@pytest.mark.parametrize(
    ("item", "value", "kind"), [("phq9_9", 1, "risk"), ("asq_1", 1, "risk"), ("asq_5", 1, "urgent")]
)
async def test_whose_therapist_is_gone_calls_the_next_at_once(
    house: House, linden: Linden, tap, dana, clock: Clock, item: str, value: int, kind: str
) -> None:
    clock.now = START - timedelta(hours=1)
    await gone(house, linden.mara.staff_id)
    await tap(item, value)
    await house.alerts.run_due()
    assert await called(house) == Counter([("colleague", dana.hex)])
    assert sorted(await rungs(house)) == [f"{kind}:colleague", f"{kind}:page"]
    assert f"{kind}:roster" in await climb_for(house, clock, minutes=5)
    samir = linden.samir.staff_id
    assert ("roster", samir.hex) in await called(house)
    await house.db.unit(lambda db: set_disabled(db, linden.mara.staff_id, None))
    await climb_for(house, clock, minutes=2)
    assert ("therapist", linden.mara.staff_id.hex) in await called(house), "she is back, and it still calls"


async def test_who_leaves_after_they_were_called_keeps_nobody_waiting(
    house: House, linden: Linden, tap, dana, clock: Clock
) -> None:
    clock.now = START - timedelta(hours=1)
    await tap("phq9_9", 1)
    assert await climb_for(house, clock, minutes=2) == ["risk:page", "risk:therapist"]
    await gone(house, linden.mara.staff_id)
    await house.alerts.run_due()
    assert ("colleague", dana.hex) in await called(house)


async def test_whom_no_message_may_reach_is_passed_over(house: House, linden: Linden, tap, dana, clock: Clock) -> None:
    clock.now = START - timedelta(hours=1)
    await house.db.unit(lambda db: set_reach(db, Reach(linden.mara.staff_id, mail=False)))
    await tap("phq9_9", 1)
    await house.alerts.run_due()
    assert await called(house) == Counter([("colleague", dana.hex)])
