"""Who asks for help now in the clinic to look at, in every state that their page can have."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Door, Role, Viewer
from server.clinic.rules import Clinic, Service
from server.crypto import token_hash
from server.house import House
from server.letters.away import store as aways
from server.letters.rules import Away
from server.safety.roster import store as roster
from server.safety.roster.rules import Shift
from server.support import changing, store
from server.support.entering import Comer, Entered, enter
from server.support.follow_up import store as follow_ups
from server.support.follow_up.rules import next_day
from server.support.forms import Entering
from server.support.rules import Outcome, Rules, Safe, Said, Way
from server.support.staff.meeting import meet
from server.support.tables import SupportAsk, SupportFollowUp
from tests.e2e.people import MINUTE, NOW

RULES = Rules(
    in_use=True,
    capacity=3,
    topics=("Panic or fear", "Thoughts of dying", "A quarrel", "I cannot sleep", "Something else"),
    words="You need not know what to say. We begin wherever you are.",
)
BERLIN = ZoneInfo("Europe/Berlin")
LINE = (
    ("robin", "Robin", Safe.YES, Way.VIDEO, 14, "Panic or fear"),
    ("noa", "Noa", Safe.UNSURE, Way.VIDEO, 9, ""),
    ("kim", "Kim", Safe.NO, Way.PHONE, 4, "Thoughts of dying"),
    ("lou", "Lou", Safe.YES, Way.VIDEO, 1, "I cannot sleep"),
    ("max", "Max", Safe.YES, Way.VIDEO, 6, "A quarrel"),
    ("ada", "Ada", Safe.YES, Way.PHONE, 7, ""),
    ("ira", "Ira", Safe.YES, Way.VIDEO, 8, ""),
    ("ben", "Ben", Safe.YES, Way.VIDEO, 30, ""),
    ("eli", "Eli", Safe.NO, Way.VIDEO, 12, ""),
    ("uma", "Uma", Safe.NO, Way.VIDEO, 5, ""),
    ("jan", "Jan", Safe.NO, Way.PHONE, 5, ""),
    ("leo", "Leo", Safe.NO, Way.VIDEO, 1, ""),
    ("mio", "Mio", Safe.NO, Way.VIDEO, 20, ""),
)
"""Who, what they said of their safety, how they want to talk, minutes ago, about what.
Mio came while nobody was there.
"""


@dataclass
class _Made:
    token: str
    id: UUID


async def add_support(house: House, clinic: Clinic, service: Service, staff: Mapping[str, UUID]) -> dict[str, str]:
    """Vera and Ines are on call; returns the token and, as `{who}_ask`, the id of each place."""
    await _switch_on(house, clinic, service, (staff["vera"], staff["ines"]))
    made: dict[str, _Made] = {}
    for key, name, safe, way, ago, topic in LINE:
        said = Said("Hauptstr. 3, Berlin", "DE", "", "+49305550177", topic, safe, way)
        house.clock.now = NOW - ago * MINUTE  # type: ignore[attr-defined]
        async with switched_off(house, clinic) if key == "mio" else nullcontext():
            entered = await enter(house, clinic, Entering(name, said, key), Comer(None, "en", "Europe/Berlin"))
        assert isinstance(entered, Entered), key
        ask = await house.db.read(lambda db, token=entered.token: store.by_token(db, token))
        assert ask
        made[key] = _Made(entered.token, ask.id)
    house.clock.now = NOW  # type: ignore[attr-defined]
    await house.alerts.run_due()
    for who in ("max", "ada", "ira", "ben", "uma", "jan"):
        by = staff["vera"] if who in {"max", "ada", "ben"} else staff["ines"]
        await house.db.unit(lambda db, who=who, by=by: changing.take(db, made[who].id, by, NOW - MINUTE))
    for who in ("ada", "ira", "jan"):
        await _meet(house, clinic, made[who].id, staff["vera"] if who == "ada" else staff["ines"])
    await _finish(house, made, staff["vera"])
    tokens = {who: one.token for who, one in made.items()}
    return tokens | {f"{who}_ask": str(one.id) for who, one in made.items()}


async def _switch_on(house: House, clinic: Clinic, service: Service, on_call: tuple[UUID, ...]) -> None:
    async def work(db: AsyncSession) -> None:
        await store.set_rules(db, clinic.id, replace(RULES, service=service.id), NOW)
        for who in on_call:
            await roster.add_date(db, clinic.id, NOW.date(), Shift(0, 1440, who))

    await house.db.unit(work)


async def _meet(house: House, clinic: Clinic, ask_id: UUID, by: UUID) -> None:
    ask = await house.db.read(lambda db: store.ask_of(db, ask_id))
    assert ask
    viewer = Viewer(Door.STAFF, by, clinic.id, roles=frozenset({Role.THERAPIST}))
    said = Said("Hauptstr. 3, Berlin", "DE", "", "+49305550177", "", Safe.YES, ask.way)
    assert await meet(house, viewer, clinic, ask, said, ask.way)


async def _finish(house: House, made: Mapping[str, _Made], by: UUID) -> None:
    """Ben was talked to, and Eli left after saying that they are not safe."""

    async def work(db: AsyncSession) -> None:
        await changing.end(db, made["ben"].id, by, Outcome.TALKED, None, NOW)
        ben = await store.ask_of(db, made["ben"].id)
        assert ben
        await follow_ups.add(db, uuid4(), ben, by, next_day(NOW, BERLIN), NOW)
        eli = await store.ask_of(db, made["eli"].id)
        assert eli
        await changing.leave(db, eli, NOW)

    await house.db.unit(work)


async def came_before(house: House, clinic: Clinic) -> None:
    """Forty people came a month ago, most of whom somebody was there for in a few minutes."""

    async def work(db: AsyncSession) -> None:
        row = (await db.scalars(select(SupportAsk).where(SupportAsk.clinic_id == clinic.id).limit(1))).one()
        plain = {name: getattr(row, name) for name in SupportAsk.__table__.columns.keys()}  # noqa: SIM118
        for number in range(40):
            at = NOW - timedelta(days=28, hours=number % 9)
            taken = None if number % 8 == 7 else at + (1 + number % 7 * 2) * MINUTE
            fresh = {"id": uuid4(), "token_hash": token_hash(f"before {number}"), "asked_at": at, "open_of": None}
            db.add(SupportAsk(**{**plain, **fresh, "first_taken_at": taken, "state": "ended"}))

    await house.db.unit(work)


@asynccontextmanager
async def switched_off(house: House, clinic: Clinic) -> AsyncIterator[None]:
    """For a while nobody is on call in the hours of help now."""
    rules = await house.db.read(lambda db: store.rules_of(db, clinic.id))
    hours = replace(rules.hours, from_minute=18 * 60, until_minute=22 * 60)
    for one in (replace(rules, hours=hours), rules):
        await house.db.unit(lambda db, one=one: store.set_rules(db, clinic.id, one, NOW))
        if one is not rules:
            yield


@asynccontextmanager
async def left_undone(house: House, clinic: Clinic, who: UUID) -> AsyncIterator[None]:
    """For a while what this person does the day after is due, and they answer no letters."""
    away = Away(uuid4(), who, NOW.date(), NOW.date())
    mine = update(SupportFollowUp).where(SupportFollowUp.staff_id == who)
    due = {row.id: row.due_at for row in await house.db.read(lambda db: follow_ups.open_ones(db, clinic.id))}

    async def begin(db: AsyncSession) -> None:
        await db.execute(mine.values(due_at=NOW - MINUTE))
        await aways.add(db, clinic.id, away, NOW)

    async def end(db: AsyncSession) -> None:
        for row_id, due_at in due.items():
            await db.execute(update(SupportFollowUp).where(SupportFollowUp.id == row_id).values(due_at=due_at))
        await aways.take_back(db, clinic.id, away.id)

    await house.db.unit(begin)
    yield
    await house.db.unit(end)
