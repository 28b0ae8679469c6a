"""Queries of webhooks and their messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, delete, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.crypto import Place
from server.interop.webhooks.rules import Hook, Message, State, Told
from server.interop.webhooks.tables import Webhook, WebhookMessage
from server.plain import rows

DELIVER = "webhook.deliver"
SHOWN = 50
KEPT = timedelta(days=30)
"""How long what was taken stays, so that nothing is told twice."""

_hook = Webhook.__table__.c
# Asked for whatever happens at any clinic, so it is made once.
_OF_CLINIC = select(_hook.id, _hook.clinic_id, _hook.url, _hook.events).where(
    _hook.clinic_id == bindparam("clinic_id", type_=Uuid()), _hook.ended_at.is_(None)
).order_by(_hook.made_at, _hook.id)  # fmt: skip


@dataclass(frozen=True)
class NewHook:
    """An address ready to be written, with its secret sealed."""

    id: UUID
    clinic_id: UUID
    url: str = field(repr=False)
    events: frozenset[Told]
    secret_sealed: bytes = field(repr=False)


def secret_place(clinic_id: UUID, hook_id: UUID) -> Place:
    """Where a sealed secret lives."""
    return Place(clinic_id, clinic_id, "webhooks", hook_id, "secret")


async def add(db: AsyncSession, new: NewHook, now: datetime, staff_id: UUID | None) -> None:
    words = {"url": new.url, "events": " ".join(sorted(new.events)), "secret_sealed": new.secret_sealed}
    db.add(Webhook(id=new.id, clinic_id=new.clinic_id, made_at=now, made_by=staff_id, **words))
    await db.flush()


async def hooks_of(db: AsyncSession, clinic_id: UUID) -> list[Hook]:
    """The addresses that a clinic wants told, oldest first."""
    found = await rows(db, _OF_CLINIC, {"clinic_id": clinic_id})
    return [Hook(hook_id, clinic, url, _events(words)) for hook_id, clinic, url, words in found]


async def end(db: AsyncSession, clinic_id: UUID, hook_id: UUID, now: datetime, staff_id: UUID | None) -> bool:
    """Tell this address nothing more; False when it is told nothing already."""
    mine = update(Webhook).where(Webhook.id == hook_id, Webhook.clinic_id == clinic_id, Webhook.ended_at.is_(None))
    ended = await db.scalar(mine.values(ended_at=now, ended_by=staff_id).returning(Webhook.id))
    return ended is not None


async def belongs(db: AsyncSession, clinic_id: UUID, id_: UUID) -> bool:
    """Whether this is an address that the clinic wants or wanted told, or a message to one."""
    known = [select(row.id).where(row.id == id_, row.clinic_id == clinic_id) for row in (Webhook, WebhookMessage)]
    return await db.scalar(union_all(*known)) is not None


async def tell(db: AsyncSession, hooks: Sequence[Hook], event: Told, body: str, cause: UUID, now: datetime) -> int:
    """Write a message for each of these addresses, unless this cause has been told there; how many were written."""
    old = (WebhookMessage.clinic_id.in_({hook.clinic_id for hook in hooks}), WebhookMessage.made_at < now - KEPT)
    await db.execute(delete(WebhookMessage).where(*old, WebhookMessage.state == State.TAKEN))
    insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    written = 0
    for hook in hooks:
        row = {"id": uuid4(), "webhook_id": hook.id, "clinic_id": hook.clinic_id, "cause": cause, "event": event}
        more = {"body": body, "made_at": now, "state": State.WAITING, "tries": 0, "why": ""}
        asked = insert(WebhookMessage).values({**row, **more}).on_conflict_do_nothing().returning(WebhookMessage.id)
        message_id = await db.scalar(asked)
        if message_id is not None:
            outbox.add(db, DELIVER, {"message": str(message_id)}, now)
            written += 1
    return written


async def told_of(db: AsyncSession, clinic_id: UUID, public_id: str) -> frozenset[UUID]:
    """The addresses that a message about this booking was written for."""
    about = WebhookMessage.body.contains(f'"id":"{public_id}"', autoescape=True)
    asked = select(WebhookMessage.webhook_id).where(WebhookMessage.clinic_id == clinic_id, about)
    return frozenset(await db.scalars(asked))


async def to_send(db: AsyncSession, message_id: UUID) -> tuple[Message, str, bytes] | None:
    """A message that waits, its address and sealed secret. None: it waits no more, or the address is told nothing."""
    asked = (
        select(WebhookMessage, Webhook.url, Webhook.secret_sealed)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(WebhookMessage.id == message_id, WebhookMessage.state == State.WAITING, Webhook.ended_at.is_(None))
    )
    found = (await db.execute(asked)).first()
    return (_message(found[0]), found[1], found[2]) if found else None


async def tried(db: AsyncSession, message_id: UUID, state: State, why: str, now: datetime) -> None:
    """Note what came of a try."""
    mine = update(WebhookMessage).where(WebhookMessage.id == message_id)
    await db.execute(mine.values(state=state, why=why, tried_at=now, tries=WebhookMessage.tries + 1))


async def untaken(db: AsyncSession, clinic_id: UUID) -> list[Message]:
    """What nobody has taken: given up first, then what is still tried, newest first; those of ended addresses not."""
    asked = (
        select(WebhookMessage)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(WebhookMessage.clinic_id == clinic_id, Webhook.ended_at.is_(None))
        .where(WebhookMessage.state.in_((State.DEAD, State.WAITING)), WebhookMessage.tries > 0)
        .order_by(WebhookMessage.state, WebhookMessage.made_at.desc())
        .limit(SHOWN)
    )
    return [_message(row) for row in await db.scalars(asked)]


async def send_again(db: AsyncSession, clinic_id: UUID, message_id: UUID, now: datetime) -> bool:
    """Try a message anew that was given up; False for any other."""
    mine = (WebhookMessage.id == message_id, WebhookMessage.clinic_id == clinic_id)
    dead = update(WebhookMessage).where(*mine, WebhookMessage.state == State.DEAD)
    if await db.scalar(dead.values(state=State.WAITING).returning(WebhookMessage.id)) is None:
        return False
    outbox.add(db, DELIVER, {"message": str(message_id)}, now)
    return True


async def count(db: AsyncSession, clinic_id: UUID) -> int:
    """How many addresses a clinic wants told."""
    mine = select(func.count()).where(Webhook.clinic_id == clinic_id, Webhook.ended_at.is_(None))
    return await db.scalar(mine) or 0


def _message(row: WebhookMessage) -> Message:
    return Message(
        id=row.id,
        hook_id=row.webhook_id,
        clinic_id=row.clinic_id,
        event=Told(row.event),
        body=row.body,
        made_at=row.made_at,
        state=State(row.state),
        tries=row.tries,
        why=row.why,
    )


def _events(words: str) -> frozenset[Told]:
    return frozenset(Told(word) for word in words.split())
