"""Who left the line before anybody met them, though another help was offered: somebody asks after them the next day."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.team.rules import Person
from server.accounts.team.store import team
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import store as clinics
from server.support import store as line
from server.support.follow_up import store
from server.support.follow_up.rules import next_day


async def plan(db: AsyncSession, ask_id: UUID, now: datetime) -> None:
    """Plan the follow-up of a place that was left, once; nothing where no other help was offered, or nobody could."""
    ask = await line.ask_of(db, ask_id)
    clinic = await clinics.clinic_of(db, ask.clinic_id) if ask else None
    if ask is None or clinic is None or ask.offered_at is None or await store.of_ask(db, ask.id):
        return
    people, (_, standing) = await team(db, clinic.id), await line.standing_of(db, clinic, now)
    by = ask.by_id or follower(people, standing.on_hand, await line.able(db, clinic.id, people))
    if by is None:
        return
    await store.add(db, uuid4(), ask, by, next_day(now, clinic.zone), now)
    detail = {"ask": ask.id.hex, "staff": by.hex}
    note(db, Entry(ask.clinic_id, "support.follow_up_planned", "patient", ask.patient_id, detail=detail), now)


def follower(people: Iterable[Person], on_hand: Collection[UUID], able: Collection[UUID]) -> UUID | None:
    """Who asks after them: somebody on call, else who leads, else any therapist; None where there is none."""
    leads = [one.id for one in people if one.id in able and one.roles & {Role.ADMIN, Role.FRONT_DESK}]
    return next(iter((*on_hand, *leads, *able)), None)
