"""Days of help now on two copies of the program over one PostgreSQL: nobody starves, every step comes once, and whoever
was taken and not met is back, whichever copy does it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import cycle
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import alert_kinds
from server.clinic.rules import Clinic
from server.config import Settings
from server.db import Database
from server.house import House
from server.outbox import Job, Outbox, OutboxRow
from server.safety.alerts.loop import Climber
from server.safety.alerts.tables import Alert, AlertRung
from server.support import changing, store
from server.support.changing import UNMET
from server.support.entering import Comer, Entered, enter
from server.support.forms import Entering
from server.support.ladder.rules import ladder_for
from server.support.ladder.telling import put_back
from server.support.rules import MINUTE, STALE, Lift, Outcome, Said, State, in_order, may_take
from server.support.service_level import level
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock, settings_for
from tests.server.support.conftest import asks
from tests.server.support.simulated import ANSWERS

pytestmark = pytest.mark.asyncio
LOOKS, STAYS_UNMET = 0.12, 0.15
TALK = 3 * MINUTE
"""Shorter than a place in hands lasts without a meeting: a call that was ended at once, which needs no visit."""


@pytest_asyncio.fixture
async def settings(tmp_path, new_postgres: NewDatabase) -> Settings:
    return settings_for(tmp_path / "data", database_url=await new_postgres(), keys_url=await new_postgres())


class Copy:
    """One running copy: its own connections, its own loops."""

    def __init__(self, house: House) -> None:
        self.house = replace(house, db=Database(house.settings.data_url))
        self.climber = Climber(self.house.db, house.clock, alert_kinds(self.house))
        self.outbox = Outbox(self.house.db, house.clock, _Only(partial(put_back, self.house)))


class _Only(dict):
    """The handlers: who was not met is put back, and no message goes out."""

    def __init__(self, back) -> None:
        super().__init__({UNMET: back})

    def __missing__(self, topic: str):
        async def nothing(job: Job) -> None:
            """A message, which another test reads."""

        return nothing

    def get(self, topic, default=None):
        return self[topic]


@pytest_asyncio.fixture
async def copies(house: House, on: Linden) -> AsyncIterator[Sequence[Copy]]:
    made = [Copy(house), Copy(house)]
    yield made
    for one in made:
        await one.house.db.close()


@dataclass
class Seen:
    """What became of who came: when somebody took them, and when they were in the line again."""

    taken: dict[UUID, list[datetime]] = field(default_factory=dict)
    met: dict[UUID, datetime] = field(default_factory=dict)


async def look(copies: Sequence[Copy], on: Linden, clock: Clock, dice: random.Random, seen: Seen, busy: dict) -> None:
    """Everybody free who looks takes who is first, all at once and each on a copy of their own: one has them."""
    people = [who for who in (on.mara.staff_id, on.samir.staff_id) if dice.random() < LOOKS and who not in busy]
    line = await copies[0].house.db.read(lambda db: store.line(db, on.clinic.id))
    waiting = in_order([one.waiter for one in line if one.state is not State.TAKEN])
    if not waiting or not people:
        return
    tries = [taken(copy, on.clinic, waiting[0].id, who, clock.now) for copy, who in zip(cycle(copies), people)]
    winners = [who for who, won in zip(people, await asyncio.gather(*tries), strict=True) if won]
    assert len(winners) <= 1
    for who in winners:
        seen.taken.setdefault(waiting[0].id, []).append(clock.now)
        meets = dice.random() >= STAYS_UNMET
        busy[who] = (clock.now + (TALK if meets else STALE), waiting[0].id if meets else None)


async def taken(copy: Copy, clinic: Clinic, ask_id: UUID, who: UUID, now: datetime) -> bool:
    """As the page does it."""

    async def work(db: AsyncSession) -> bool:
        rules, standing = await store.standing_of(db, clinic, now)
        await store.rules_of(db, clinic.id, lock=True)
        held = await store.ask_of(db, ask_id)
        holds = await store.holds(db, clinic.id, who)
        if held is None or may_take(held.held, who, standing.on_hand, holds, rules.capacity):
            return False
        return await changing.take(db, ask_id, who, now)

    return await copy.house.db.unit(work)


async def run(copies: Sequence[Copy], on: Linden, clock: Clock, seed: int, a_day: int, days: int) -> Seen:
    """So many people a day, at any minute; the clock goes on minute by minute while somebody waits, and jumps else."""
    dice, seen, busy, turns = random.Random(seed), Seen(), dict[UUID, tuple[datetime, UUID | None]](), cycle(copies)
    begun = clock.now
    comes = sorted(dice.sample(range(days * 24 * 60), a_day * days))
    while comes or busy or await copies[0].house.db.read(lambda db: store.line(db, on.clinic.id)):
        while comes and begun + comes[0] * MINUTE <= clock.now:
            safe = dice.choice(ANSWERS)
            entering = Entering(f"Guest {comes.pop(0)}", Said("Hauptstr. 3", "DE", safe=safe), f"{len(comes)}")
            entered = await enter(next(turns).house, on.clinic, entering, Comer(None, "en", "Europe/Berlin"))
            assert isinstance(entered, Entered)
        for loops in ([copy.outbox for copy in copies], [copy.climber for copy in copies]):
            await asyncio.gather(*(loop.run_due() for loop in loops))
        for who, (until, ask_id) in [*busy.items()]:
            if until <= clock.now:
                del busy[who]
                if ask_id:
                    over = partial(changing.end, ask_id=ask_id, staff_id=who, outcome=Outcome.TALKED, note=None)
                    assert await next(turns).house.db.unit(partial(over, now=clock.now))
                    seen.met[ask_id] = clock.now
        await look(copies, on, clock, dice, seen, busy)
        clock.now += MINUTE
        if comes and not busy and not await copies[0].house.db.read(lambda db: store.line(db, on.clinic.id)):
            clock.now = max(clock.now, begun + comes[0] * MINUTE)
    return seen


async def climbs(house: House) -> list[tuple[Alert, Counter[str]]]:
    async def work(db: AsyncSession) -> list[tuple[Alert, Counter[str]]]:
        fired: dict[UUID, Counter[str]] = {}
        for row in await db.scalars(select(AlertRung)):
            fired.setdefault(row.alert_id, Counter())[row.rung] += 1
        rows = await db.scalars(select(Alert).where(Alert.kind == "support").order_by(Alert.begun_at))
        return [(row, fired.get(row.id, Counter())) for row in rows]

    return await house.db.read(work)


@pytest.mark.parametrize(
    ("a_day", "days"),
    [
        pytest.param(12, 1, marks=pytest.mark.timeout(300), id="a day"),
        pytest.param(4, 31, marks=[pytest.mark.long, pytest.mark.timeout(1200)], id="a month"),
    ],
)
async def test_days_on_two_copies_starve_nobody_and_call_each_step_once(
    house: House, copies: Sequence[Copy], on: Linden, clock: Clock, a_day: int, days: int
) -> None:
    begun = clock.now
    seen = await run(copies, on, clock, 5, a_day, days)
    rows = await asks(house)
    assert len(rows) == a_day * days
    assert {row.id for row in rows} == set(seen.met), "everybody was met in the end"
    rules = await house.db.read(lambda db: store.rules_of(db, on.clinic.id))
    lifts, calls = {row.id: Lift(row.lift) for row in rows}, await climbs(house)
    for call, fired in calls:
        assert call.closed_at
        lasted, ladder = call.closed_at - call.begun_at, ladder_for(lifts[call.subject_id], rules)
        due = [step.rung for step in ladder if step.after <= lasted]
        assert fired == Counter(due), "each step that was due, and each once"
    assert {rung for _, fired in calls for rung in fired} == {"on_call", "again", "lead", "hand_over"}
    back = {ask_id: moments for ask_id, moments in seen.taken.items() if len(moments) > 1}
    assert back
    assert len(calls) == sum(len(moments) for moments in seen.taken.values())
    for ask_id, moments in back.items():
        begins = [call.begun_at for call, _ in calls if call.subject_id == ask_id]
        assert begins[1:] == [moment + STALE for moment in moments[:-1]], "back after that time, and called for anew"
    came = await house.db.read(lambda db: store.came_between(db, on.clinic.id, begun, clock.now + MINUTE))
    told = level(came)
    assert told.came == len(rows)
    first = [seen.taken[row.id][0] - row.asked_at for row in rows]
    assert told.within(2) == sum(wait <= 10 * MINUTE for wait in first) / len(first)
    assert not await house.db.read(lambda db: db.scalar(select(OutboxRow.id).where(OutboxRow.outcome == "failed")))
