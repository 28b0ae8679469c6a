"""Queries of the ledger of agreements: rows are added and never changed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.db import added
from server.patients.consents.rules import Agreed
from server.patients.consents.tables import ConsentGiver, ConsentWithdrawal
from server.patients.tables import Consent

WITHDRAWN = "consent.withdrawn"
"""What rests on an agreement goes with it."""


async def ledger(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Agreed]:
    """Everything that was ever agreed to for a patient, oldest first."""
    asked = select(Consent, ConsentWithdrawal.at, ConsentWithdrawal.by_kind, ConsentGiver.by_id)
    asked = asked.outerjoin(ConsentWithdrawal, ConsentWithdrawal.consent_id == Consent.id)
    asked = asked.outerjoin(ConsentGiver, ConsentGiver.consent_id == Consent.id)
    mine = asked.where(Consent.clinic_id == clinic_id, Consent.patient_id == patient_id)
    return [
        Agreed(row.id, row.kind, row.version, row.given_by, row.at, at, by or "", who)
        for row, at, by, who in await db.execute(mine.order_by(Consent.at, Consent.id))
    ]


async def agree(
    db: AsyncSession, row_id: UUID, patient: tuple[UUID, UUID], what: tuple[str, str], now: datetime,
    given_by: str = "patient", by_id: UUID | None = None,
) -> None:  # fmt: skip
    """Add an agreement under an id of its own; `patient` is (clinic, patient), `what` (kind, version); `by_id`: the
    person who gave it, where that is known.
    """
    clinic_id, patient_id = patient
    kind, version = what
    db.add(
        Consent(
            id=row_id, clinic_id=clinic_id, patient_id=patient_id, kind=kind, version=version, given_by=given_by, at=now
        )
    )
    await db.flush()
    if by_id:
        db.add(ConsentGiver(consent_id=row_id, clinic_id=clinic_id, patient_id=patient_id, by_id=by_id))


async def withdrawn(db: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Those of these agreements that were taken back."""
    asked = select(ConsentWithdrawal.consent_id).where(ConsentWithdrawal.consent_id.in_(ids))
    return set(await db.scalars(asked)) if ids else set()


async def withdraw(db: AsyncSession, one: Agreed, patient: tuple[UUID, UUID], by: tuple[str, UUID | None],
    now: datetime,
) -> bool:  # fmt: skip
    """Take an agreement back; `patient` is (clinic, patient). False when it was taken back already."""
    clinic_id, patient_id = patient
    row = ConsentWithdrawal(
        id=uuid4(), clinic_id=clinic_id, patient_id=patient_id, consent_id=one.id, by_kind=by[0], by_id=by[1], at=now
    )
    if not await added(db, row):
        return False
    outbox.add(db, WITHDRAWN, {"clinic": str(clinic_id), "consent": str(one.id), "kind": one.kind}, now)
    return True
