"""Queries of the providers by which staff sign in; values in, values out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, String, Uuid, column, delete, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.sign_on.rules import SignOn
from server.accounts.sign_on.tables import SignOnRow
from server.crypto import Keyring, Place, seal, unseal

# Clinics stand further right: read by name, as foreign keys are.
_clinics = table("clinics", column("id", Uuid()), column("slug", String()), column("listed", Boolean()))


def _place(clinic_id: UUID) -> Place:
    return Place(clinic_id, clinic_id, "sign_ons", clinic_id, "secret_sealed")


def seal_secret(ring: Keyring, clinic_id: UUID, secret: str) -> bytes | None:
    """The secret that the provider shares with us, sealed; None where there is none."""
    return seal(ring, secret, _place(clinic_id)) if secret else None


def secret_of(ring: Keyring, known: SignOn) -> str:
    """The secret, or ''. Raises SealBroken."""
    return unseal(ring, known.secret_sealed, _place(known.clinic_id)) if known.secret_sealed else ""


async def sign_on_of(db: AsyncSession, clinic_id: UUID) -> SignOn | None:
    """The provider of a clinic."""
    row = await db.get(SignOnRow, clinic_id)
    return _value(row) if row else None


async def offered(db: AsyncSession, slug: str) -> Sequence[SignOn]:
    """What the sign-in page offers: the provider of the clinic that is named, else of all that want to be named."""
    asked = select(SignOnRow).join(_clinics, _clinics.c.id == SignOnRow.clinic_id)
    wanted = _clinics.c.slug == slug if slug else or_(_clinics.c.listed, ~_others())
    return [_value(row) for row in await db.scalars(asked.where(wanted).order_by(SignOnRow.label))]


def _others() -> ColumnElement[bool]:
    """Whether there is another clinic: the only one hides from nobody."""
    other = _clinics.alias()
    return select(other.c.id).where(other.c.id != SignOnRow.clinic_id).exists()


async def set_sign_on(db: AsyncSession, new: SignOn, by: UUID | None, now: datetime) -> None:
    """Staff of this clinic may sign in by this provider from now on; without a new secret the one before holds."""
    row = await db.get(SignOnRow, new.clinic_id, with_for_update=True)
    values = {"issuer": new.issuer, "client_id": new.client_id, "label": new.label, "does_factor": new.does_factor}
    if row is None:
        secret = new.secret_sealed
        db.add(SignOnRow(clinic_id=new.clinic_id, secret_sealed=secret, made_at=now, made_by=by, **values))
        return
    same = row.issuer == new.issuer
    row.secret_sealed = new.secret_sealed or (row.secret_sealed if same else None)
    row.made_at, row.made_by = now, by
    for name, value in values.items():
        setattr(row, name, value)


async def drop_sign_on(db: AsyncSession, clinic_id: UUID) -> bool:
    """Nobody signs in by a provider any more; False when nobody did."""
    gone = delete(SignOnRow).where(SignOnRow.clinic_id == clinic_id).returning(SignOnRow.clinic_id)
    return await db.scalar(gone) is not None


def _value(row: SignOnRow) -> SignOn:
    return SignOn(row.clinic_id, row.issuer, row.client_id, row.label, bool(row.does_factor), row.secret_sealed)
