"""Queries of how a patient may be called back, of the calls, and of who came too late."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import String, Uuid, column, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.crypto import Keyring, Place, seal, unseal
from server.db import Instant
from server.visit.recall.rules import Calling, Reach, Recall, Way, behind
from server.visit.recall.tables import VisitReach, VisitRecall

TOPIC = "waiting.recall"
# Staff belong to their own feature: joined by name, as foreign keys are.
_staff = table("staff", column("id", Uuid()), column("name", String()))
# What happened to a visit is the visit's own: joined by name as well, since it is above this folder.
_event = table("visit_events", column("visit_id", Uuid()), column("at", Instant()), column("kind", String()))
MOVED_ON = {"admitted": False, "held": False, "sent_back": True, "handed_over": True, "reopened": True}
"""After these a call of before costs nobody a place; True: from then on they stand in the line anew."""


def _place(clinic_id: UUID, patient_id: UUID, visit_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "visit_reach", visit_id, "phone")


def seal_phone(key: Keyring, clinic_id: UUID, visit_id: UUID, phone: str) -> bytes | None:
    return seal(key, phone, _place(clinic_id, key.owner, visit_id)) if phone else None


def phone_of(key: Keyring, clinic_id: UUID, visit_id: UUID, reach: Reach) -> str:
    """The number. Raises SealBroken."""
    return unseal(key, reach.phone_sealed, _place(clinic_id, key.owner, visit_id)) if reach.phone_sealed else ""


async def set_reach(db: AsyncSession, visit_id: UUID, reach: Reach, now: datetime) -> None:
    """Keep what the patient agreed to; the newest word counts."""
    row = await db.get(VisitReach, visit_id, with_for_update=True)
    if row is None:
        row = VisitReach(visit_id=visit_id)
        db.add(row)
    row.mail, row.sms, row.phone_sealed, row.agreed_at = reach.mail, reach.sms, reach.phone_sealed, now


async def begin_reach(db: AsyncSession, visit_id: UUID, reach: Reach, now: datetime) -> None:
    """What holds from the arrival on, until the patient says otherwise."""
    if await db.get(VisitReach, visit_id) is None:
        await set_reach(db, visit_id, reach, now)


async def reach_of(db: AsyncSession, visit_id: UUID) -> Reach:
    """What they agreed to; nothing, when they said nothing."""
    return (await _reaches(db, [visit_id])).get(visit_id, Reach())


async def _reaches(db: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, Reach]:
    """What was said on leaving, and the browsers that agreed to be knocked at."""
    knocks = await push.visits_with_devices(db, visit_ids)
    found = {visit_id: Reach(push=True) for visit_id in knocks}
    for row in await db.scalars(select(VisitReach).where(VisitReach.visit_id.in_(visit_ids))):
        found[row.visit_id] = Reach(row.mail, row.sms, row.phone_sealed, row.visit_id in knocks)
    return found


async def call(db: AsyncSession, visit_id: UUID, reach: Reach, by_id: UUID, now: datetime, until_at: datetime) -> None:
    """Write the call, and one message for each way in the same transaction."""
    recall_id = uuid4()
    db.add(VisitRecall(id=recall_id, visit_id=visit_id, at=now, until_at=until_at, by_id=by_id, ways=list(reach.ways)))
    for way in reach.ways:
        if way is Way.PUSH:
            await push.queue(db, Owner(visit_id=visit_id), {"recall": recall_id.hex}, now)
        else:
            outbox.add(db, TOPIC, {"recall": recall_id.hex, "way": way.value}, now)


async def came(db: AsyncSession, visit_id: UUID, now: datetime) -> None:
    """The patient is back: whatever call was open is answered."""
    waiting = (VisitRecall.visit_id == visit_id, VisitRecall.came_at.is_(None))
    await db.execute(update(VisitRecall).where(*waiting).values(came_at=now))


async def call_of(db: AsyncSession, recall_id: UUID) -> tuple[UUID, datetime, bool] | None:
    """Visit, until when, and whether the patient is back, of one call."""
    row = await db.get(VisitRecall, recall_id)
    return (row.visit_id, row.until_at, row.came_at is not None) if row else None


async def callings(db: AsyncSession, visit_ids: Collection[UUID], now: datetime) -> Mapping[UUID, Calling]:
    """Visit -> its ways, its last call, and how far it moved down; what has neither is left out."""
    if not visit_ids:
        return {}
    calls: dict[UUID, list[Recall]] = defaultdict(list)
    asked = select(VisitRecall, _staff.c.name).join(_staff, _staff.c.id == VisitRecall.by_id)
    found = list(await db.execute(asked.where(VisitRecall.visit_id.in_(visit_ids)).order_by(VisitRecall.at)))
    moved = await _moved_on(db, {row.visit_id for row, _ in found}) if found else {}
    for row, name in found:
        since = moved.get(row.visit_id, row.at)
        spent = since is None or row.at < since
        calls[row.visit_id].append(Recall(row.at, row.until_at, name, row.came_at, spent))
    ways = {visit_id: reach.ways for visit_id, reach in (await _reaches(db, visit_ids)).items()}
    return {
        visit_id: Calling(
            ways=ways.get(visit_id, ()),
            last=calls[visit_id][-1] if calls[visit_id] else None,
            behind=behind(calls[visit_id], now),
        )
        for visit_id in {*ways, *calls}
    }


async def _moved_on(db: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Visit -> since when a call may cost its place; None while it has none to lose, since it left the line."""
    asked = select(_event.c.visit_id, _event.c.at, _event.c.kind).order_by(_event.c.at)
    found: dict[UUID, datetime | None] = {}
    for visit_id, at, kind in await db.execute(asked.where(_event.c.visit_id.in_(visit_ids))):
        if kind in MOVED_ON:
            found[visit_id] = at if MOVED_ON[kind] else None
    return found
