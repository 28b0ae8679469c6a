"""Sealing the audit into a chain, and proving later that nobody touched it.

One loop seals what was written, in order, into each clinic's chain. The chain alone does not
stop somebody who rewrites all of it or cuts its end off; so heads are also written to a file
of signed anchors, which operations copies to another place (docs/operations.md).
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, and_, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import CHAIN_START, Entry, canonical, link
from server.audit.tables import AuditEntry, AuditSeal
from server.db import EPOCH, Database

BATCH = 500
SECONDS = 1.0
SLOWEST_COMMIT = timedelta(minutes=10)
ANCHOR_EVERY = 1000
ANCHOR_WITHIN = timedelta(minutes=10)
SEALING_LOCK = 0x5061726C  # any constant that nobody else uses

log = structlog.get_logger("audit")


@dataclass(frozen=True)
class Anchor:
    """The head of a chain at one moment, signed, kept outside of the database."""

    clinic: UUID
    number: int
    hash: bytes
    at: datetime

    def body(self) -> bytes:
        return f"{self.clinic.hex}|{self.number}|{self.hash.hex()}|{self.at.isoformat()}".encode()


@dataclass(frozen=True)
class Finding:
    """What verifying a clinic's chain found; `broken_at` is the number of the first seal that does not fit.

    `anchored`: the number of the last seal that the anchors know, 0 without an anchor.
    """

    clinic: UUID
    sealed: int
    unsealed: int
    broken_at: int | None = None
    why: str = ""
    anchored: int = 0


async def seal_batch(db: AsyncSession, since: datetime) -> int:
    """Seal up to 500 entries made after `since` into their clinics' chains, in the order of time; returns how many."""
    if db.get_bind().dialect.name == "postgresql":
        await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEALING_LOCK})
    oldest = select(AuditEntry).where(_unsealed(since)).order_by(AuditEntry.at, AuditEntry.id).limit(BATCH)
    entries = (await db.scalars(oldest)).all()
    heads: dict[UUID, tuple[int, bytes]] = {}
    for entry in entries:
        number, before = heads.get(entry.clinic_id) or await _head(db, entry.clinic_id)
        sealed = link(before, _body(entry))
        db.add(AuditSeal(entry_id=entry.id, clinic_id=entry.clinic_id, number=number + 1, hash=sealed))
        heads[entry.clinic_id] = (number + 1, sealed)
    return len(entries)


async def verify(db: AsyncSession, clinic: UUID, anchors: Sequence[Anchor]) -> Finding:
    """Recompute a clinic's chain from its entries and hold it against the seals and the anchors."""
    asked = select(AuditSeal, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
    rows = await db.stream(asked.where(AuditSeal.clinic_id == clinic).order_by(AuditSeal.number))
    # All anchors of a number, not the latest alone: who rewrites a chain and starts the program gets a new one signed.
    anchored: dict[int, set[bytes]] = {}
    for anchor in anchors:
        if anchor.clinic == clinic:
            anchored.setdefault(anchor.number, set()).add(anchor.hash)
    number, head = 0, CHAIN_START
    unsealed = await _count_unsealed(db, clinic)
    async for seal, entry in rows:
        number += 1
        if seal.number != number or entry is None:
            return Finding(clinic, number, unsealed, number, "an entry is missing")
        head = link(head, _body(entry))
        if head != seal.hash:
            return Finding(clinic, number, unsealed, number, "an entry was changed")
        if anchored.get(number, {head}) != {head}:
            return Finding(clinic, number, unsealed, number, "the chain differs from its anchor")
    if anchored and max(anchored) > number:
        return Finding(clinic, number, unsealed, number + 1, "the end of the chain was cut off")
    return Finding(clinic, number, unsealed, anchored=max(anchored, default=0))


async def heads(db: AsyncSession) -> Mapping[UUID, tuple[int, bytes]]:
    """The last seal of every clinic."""
    clinics = (await db.scalars(select(AuditSeal.clinic_id).distinct())).all()
    return {clinic: await _head(db, clinic) for clinic in clinics}


async def _head(db: AsyncSession, clinic: UUID) -> tuple[int, bytes]:
    newest = select(AuditSeal).where(AuditSeal.clinic_id == clinic).order_by(AuditSeal.number.desc()).limit(1)
    seal = await db.scalar(newest)
    return (seal.number, seal.hash) if seal else (0, CHAIN_START)


async def _count_unsealed(db: AsyncSession, clinic: UUID) -> int:
    asked = select(func.count(AuditEntry.id)).where(AuditEntry.clinic_id == clinic, _unsealed(EPOCH))
    return await db.scalar(asked) or 0


def _unsealed(since: datetime) -> ColumnElement[bool]:
    return and_(AuditEntry.at >= since, ~exists().where(AuditSeal.entry_id == AuditEntry.id))


def _body(row: AuditEntry) -> bytes:
    entry = Entry(
        clinic_id=row.clinic_id,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        detail=row.detail,
    )
    return canonical(row.id, row.at, entry)


class AnchorFile:
    """Signed heads, one JSON line each; the signing key comes from the master key."""

    def __init__(self, path: Path, secret: bytes) -> None:
        self.path = path
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    def write(self, anchor: Anchor) -> None:
        line = {
            "clinic": anchor.clinic.hex,
            "number": anchor.number,
            "hash": anchor.hash.hex(),
            "at": anchor.at.isoformat(),
            "signature": self._key.sign(anchor.body()).hex(),
        }
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def read(self) -> list[Anchor]:
        """Every anchor whose signature holds. Raises InvalidSignature for one that does not."""
        if not self.path.exists():
            return []
        return [self._parse(line) for line in self.path.read_text().splitlines() if line]

    def _parse(self, line: str) -> Anchor:
        data = json.loads(line)
        clinic, hash_ = UUID(data["clinic"]), bytes.fromhex(data["hash"])
        anchor = Anchor(clinic, data["number"], hash_, datetime.fromisoformat(data["at"]))
        try:
            self._key.public_key().verify(bytes.fromhex(data["signature"]), anchor.body())
        except InvalidSignature:
            raise InvalidSignature(f"the anchor of seal {anchor.number} is not ours") from None
        return anchor


class Sealer:
    """The loop that seals, and anchors the heads: with its first seals, every thousand rows, else within ten minutes of
    what is new, and at the end. What was cut off is noticed as far as an anchor reaches.
    """

    def __init__(self, database: Database, anchors: AnchorFile, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._anchors = anchors
        self._clock = clock
        self._anchored: dict[UUID, int] = {}
        self._new = 0
        self._anchored_at = EPOCH
        self._since = EPOCH  # the first look is at everything; later ones at what a slow commit may have left behind

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if not await self.seal():
                await asyncio.sleep(SECONDS)

    async def seal(self) -> int:
        """One batch; anchors what is due."""
        now, sealed = self._clock(), 0
        if await self._database.read(partial(_anything_unsealed, since=self._since)):
            sealed = await self._database.unit(partial(seal_batch, since=self._since))
            self._new += sealed
        else:
            self._since = now - SLOWEST_COMMIT
        if self._new >= ANCHOR_EVERY or (self._new and now - self._anchored_at >= ANCHOR_WITHIN):
            await self.anchor()
        return sealed

    async def anchor(self) -> None:
        """Anchor every head that grew since its last anchor."""
        for clinic, (number, hash_) in (await self._database.read(heads)).items():
            if number > self._anchored.get(clinic, 0):
                self._anchors.write(Anchor(clinic, number, hash_, self._clock()))
                self._anchored[clinic] = number
        self._new, self._anchored_at = 0, self._clock()


async def _anything_unsealed(db: AsyncSession, since: datetime) -> bool:
    return await db.scalar(select(AuditEntry.id).where(_unsealed(since)).limit(1)) is not None
