"""Queries of the line for help now: values in, values out. What changes it stands in `changing.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, column, func, or_, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.team.rules import Person
from server.accounts.team.store import team
from server.booking import store as booking
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.safety.alerts import store as alerts
from server.safety.roster.store import roster_of
from server.support.rules import (
    MINUTE,
    Calls,
    Held,
    Hours,
    Lift,
    Outcome,
    Rules,
    Standing,
    State,
    Waiter,
    Way,
    standing,
)
from server.support.service_level import Came
from server.support.tables import SupportAsk, SupportRule
from server.visit.rules import State as VisitState

_visit = table("visits", column("booking_id", Uuid()), column("state", String()))
HEARD_EVERY = timedelta(seconds=5)
HISTORY, MOST_HISTORY = timedelta(days=180), 400


@dataclass(frozen=True)
class Ask:
    """Somebody's place in the line, as its row says."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    ear: str  # the topic by which its page hears of changes
    state: State
    lift: Lift
    way: Way
    number: int
    asked_at: datetime
    heard_at: datetime
    shown_at: datetime | None
    by_id: UUID | None
    taken_at: datetime | None
    booking_id: UUID | None
    ended_at: datetime | None
    outcome: Outcome | None
    said: bytes = field(repr=False)
    note: bytes | None = field(default=None, repr=False)
    offered_at: datetime | None = None

    @property
    def waiter(self) -> Waiter:
        return Waiter(self.id, self.asked_at, self.lift)

    @property
    def held(self) -> Held:
        return Held(self.state, self.lift)

    @property
    def told(self) -> bool:
        """Not safe, and the line could not take them: they never had a place in it."""
        return self.state is State.LEFT and not self.number

    @property
    def topic(self) -> str:
        return f"support:{self.ear}"


def value_of(row: SupportAsk) -> Ask:
    return Ask(
        id=row.id,
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        ear=row.token_hash.hex(),
        state=State(row.state),
        lift=Lift(row.lift),
        way=Way(row.way),
        number=row.number,
        asked_at=row.asked_at,
        heard_at=row.heard_at,
        shown_at=row.shown_at,
        by_id=row.staff_id,
        taken_at=row.taken_at,
        booking_id=row.booking_id,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        said=row.said_sealed,
        note=row.note_sealed,
        offered_at=row.offered_at,
    )


async def rules_of(db: AsyncSession, clinic_id: UUID, *, lock: bool = False) -> Rules:
    """What this clinic chose; `lock` keeps it, and with it the line, to the end of the unit."""
    row = await db.get(SupportRule, clinic_id, with_for_update=lock)
    if row is None:
        return Rules()
    return Rules(
        in_use=row.in_use,
        hours=Hours(row.from_minute, row.until_minute),
        hand_over=row.hand_over_minutes * MINUTE,
        capacity=row.capacity,
        topics=tuple(row.topics),
        words=row.words,
        said=row.said,
        service=row.service_id,
        calls=Calls(row.again_seconds, row.lead_seconds),
        in_danger=Calls(row.danger_again_seconds, row.danger_lead_seconds),
    )


async def set_rules(db: AsyncSession, clinic_id: UUID, rules: Rules, now: datetime) -> None:
    """Keep what a clinic chose; who waits already climbs by the new times."""
    row = await db.get(SupportRule, clinic_id, with_for_update=True)
    if row is None:
        row = SupportRule(clinic_id=clinic_id)
        db.add(row)
    row.in_use, row.capacity, row.topics, row.words = rules.in_use, rules.capacity, list(rules.topics), rules.words
    row.said = {tag: dict(words) for tag, words in rules.said.items()} if rules.said else None
    row.from_minute, row.until_minute = rules.hours.from_minute, rules.hours.until_minute
    row.hand_over_minutes, row.service_id = rules.hand_over // MINUTE, rules.service
    row.again_seconds, row.lead_seconds = rules.calls.again, rules.calls.lead
    row.danger_again_seconds, row.danger_lead_seconds = rules.in_danger.again, rules.in_danger.lead
    await db.flush()
    await alerts.look_again(db, clinic_id, now)


async def able(db: AsyncSession, clinic_id: UUID, people: Sequence[Person] | None = None) -> dict[UUID, str]:
    """Therapists who work here and are shown, by id: their names. `people`: the team, where it was read."""
    cards = {card.staff_id: card.name for card in await clinics.therapists(db, clinic_id) if not card.hidden}
    people = await team(db, clinic_id) if people is None else people
    works = {one.id for one in people if one.joined and not one.disabled and Role.THERAPIST in one.roles}
    return {who: name for who, name in cards.items() if who in works}


async def standing_of(db: AsyncSession, clinic: Clinic, now: datetime) -> tuple[Rules, Standing]:
    """What the clinic chose, and who can take somebody now."""
    rules = await rules_of(db, clinic.id)
    if not rules.in_use:
        return rules, Standing()
    people = await team(db, clinic.id)
    roster = await roster_of(db, clinic, people)
    return rules, standing(rules, roster, await able(db, clinic.id, people), now)


async def ask_of(db: AsyncSession, ask_id: UUID) -> Ask | None:
    row = await db.get(SupportAsk, ask_id)
    return value_of(row) if row else None


async def by_token(db: AsyncSession, token: str) -> Ask | None:
    return await by_ear(db, token_hash(token))


async def by_ear(db: AsyncSession, hashed: bytes) -> Ask | None:
    row = await db.scalar(select(SupportAsk).where(SupportAsk.token_hash == hashed))
    return value_of(row) if row else None


def over() -> ColumnElement[bool]:
    """Whether the visit is over in which they met."""
    ended = _visit.c.state.in_((VisitState.ENDED, VisitState.AFTER))
    return select(_visit.c.booking_id).where(_visit.c.booking_id == SupportAsk.booking_id, ended).exists()


async def is_over(db: AsyncSession, ask_id: UUID) -> bool:
    """Whether the visit is over in which they met."""
    return await db.scalar(select(SupportAsk.id).where(SupportAsk.id == ask_id, over())) is not None


async def open_of(db: AsyncSession, patient_id: UUID) -> Ask | None:
    """The place that this patient has in a line now."""
    row = await db.scalar(select(SupportAsk).where(SupportAsk.open_of == patient_id, ~over()))
    return value_of(row) if row else None


async def asks_of(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Ask]:
    """Every time that somebody asked, the oldest first."""
    mine = (SupportAsk.clinic_id == clinic_id, SupportAsk.patient_id == patient_id)
    return [value_of(row) for row in await db.scalars(select(SupportAsk).where(*mine).order_by(SupportAsk.asked_at))]


async def line(db: AsyncSession, clinic_id: UUID) -> list[Ask]:
    """Everybody who waits, is taken, or left after saying that they are in danger; the longest first."""
    danger = (SupportAsk.state == State.LEFT) & (SupportAsk.lift == Lift.DANGER) & SupportAsk.ended_at.is_(None)
    here = or_(SupportAsk.state.in_((State.WAITING, State.TAKEN)), danger)
    asked = select(SupportAsk).where(SupportAsk.clinic_id == clinic_id, here).order_by(SupportAsk.asked_at)
    return [value_of(row) for row in await db.scalars(asked)]


async def holds(db: AsyncSession, clinic_id: UUID, staff_id: UUID) -> int:
    """How many this person has taken and not ended."""
    mine = (SupportAsk.clinic_id == clinic_id, SupportAsk.staff_id == staff_id, SupportAsk.state == State.TAKEN)
    return await db.scalar(select(func.count()).select_from(SupportAsk).where(*mine)) or 0


async def heard(db: AsyncSession, ask_id: UUID, now: datetime) -> None:
    """Their page is open."""
    await db.execute(update(SupportAsk).where(SupportAsk.id == ask_id).values(heard_at=now))


async def shown(db: AsyncSession, ask_ids: list[UUID], now: datetime) -> None:
    """A page of somebody on call showed them."""
    await db.execute(update(SupportAsk).where(SupportAsk.id.in_(ask_ids)).values(shown_at=now))


async def visit_address(db: AsyncSession, ask: Ask) -> str:
    """By which the visit is found in which they meet; '' where there is none."""
    card = await booking.booking_for_visit(db, ask.booking_id) if ask.booking_id else None
    return card.public_id if card else ""


async def waits_of(db: AsyncSession, clinic_id: UUID, now: datetime) -> list[timedelta]:
    """How long those of the last half year waited until somebody took them, the newest first."""
    row = SupportAsk
    asked = select(row.asked_at, row.first_taken_at).where(row.clinic_id == clinic_id, row.asked_at >= now - HISTORY)
    found = await db.execute(
        asked.where(row.first_taken_at.is_not(None)).order_by(row.asked_at.desc()).limit(MOST_HISTORY)
    )
    return [until - since for since, until in found if until]


async def came_between(db: AsyncSession, clinic_id: UUID, since: datetime, until: datetime) -> list[Came]:
    """Everybody who came in a span of time, by moments alone."""
    row = SupportAsk
    mine = (row.clinic_id == clinic_id, row.asked_at >= since, row.asked_at < until)
    found = await db.execute(select(row.asked_at, row.first_taken_at, row.offered_at).where(*mine))
    return [Came(asked, taken, offered) for asked, taken, offered in found]
