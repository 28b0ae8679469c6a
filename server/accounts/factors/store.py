"""Queries of second factors."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.factors.rules import Factors, PasskeyFacts
from server.accounts.tables import Login, Passkey, RecoveryCode, Staff
from server.crypto import Place


def totp_place(clinic_id: UUID, staff_id: UUID) -> Place:
    return Place(clinic_id, clinic_id, "staff", staff_id, "totp_sealed")


async def factors(db: AsyncSession, staff_id: UUID, *, lock: bool = False) -> Factors:
    """Everything somebody can answer the second step with; `lock` keeps it so until the end of the unit."""
    staff = await db.get_one(Staff, staff_id, with_for_update=lock)
    keys = await db.scalars(select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.made_at))
    unused = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    passkeys = tuple(
        PasskeyFacts(key.id, key.credential_id, key.public_key, key.sign_count, key.label, key.made_at, key.used_at)
        for key in keys
    )
    return Factors(staff.totp_sealed, staff.totp_confirmed_at, passkeys, await db.scalar(unused) or 0)


async def take_step(db: AsyncSession, staff_id: UUID, step: int) -> bool:
    """Use a code of the app up; False when it, or a later one, was used before."""
    later = or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step)
    asked = update(Staff).where(Staff.id == staff_id, later).values(totp_last_step=step)
    return await db.scalar(asked.returning(Staff.id)) is not None


async def use_code(db: AsyncSession, staff_id: UUID, code_hash: bytes, now: datetime) -> bool:
    """Use a recovery code up; False when there is none such, or not any more."""
    mine = (RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
    return await db.scalar(update(RecoveryCode).where(*mine).values(used_at=now).returning(RecoveryCode.id)) is not None


async def set_totp(db: AsyncSession, staff_id: UUID, sealed: bytes, step: int, now: datetime) -> None:
    """The app showed its first code: it counts from now on, in place of an earlier one."""
    staff = await db.get_one(Staff, staff_id)
    staff.totp_sealed, staff.totp_confirmed_at, staff.totp_last_step = sealed, now, step


async def drop_totp(db: AsyncSession, staff_id: UUID) -> None:
    staff = await db.get_one(Staff, staff_id)
    staff.totp_sealed = staff.totp_confirmed_at = staff.totp_last_step = None


async def replace_codes(db: AsyncSession, staff_id: UUID, hashes: Iterable[bytes]) -> None:
    """Make exactly these the recovery codes."""
    await db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    db.add_all([RecoveryCode(id=uuid4(), staff_id=staff_id, code_hash=one) for one in hashes])


async def add_passkey(db: AsyncSession, staff_id: UUID, key: PasskeyFacts) -> None:
    """Keep a passkey. Raises IntegrityError when it is somebody's already."""
    db.add(
        Passkey(
            id=key.id,
            staff_id=staff_id,
            credential_id=key.credential_id,
            public_key=key.public_key,
            sign_count=key.sign_count,
            label=key.label,
            made_at=key.made_at,
        )
    )
    await db.flush()


async def passkey_used(db: AsyncSession, passkey_id: UUID, sign_count: int, now: datetime) -> None:
    asked = update(Passkey).where(Passkey.id == passkey_id)
    await db.execute(asked.values(sign_count=sign_count, used_at=now))


async def drop_passkey(db: AsyncSession, staff_id: UUID, passkey_id: UUID) -> bool:
    """Forget a passkey of theirs; False when there is none of this id."""
    asked = delete(Passkey).where(Passkey.id == passkey_id, Passkey.staff_id == staff_id)
    return await db.scalar(asked.returning(Passkey.id)) is not None


async def drop_factors(db: AsyncSession, staff_id: UUID) -> None:
    """Forget every factor and code: the next sign-in enrols anew."""
    await drop_totp(db, staff_id)
    await db.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
    await db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))


async def keep_challenge(db: AsyncSession, login_id: UUID, challenge: bytes) -> None:
    """Keep what the passkey must answer."""
    await db.execute(update(Login).where(Login.id == login_id).values(challenge=challenge))


async def take_challenge(db: AsyncSession, login_id: UUID) -> bytes | None:
    """What the passkey must answer; each is good for one answer."""
    login = await db.get_one(Login, login_id, with_for_update=True)
    challenge, login.challenge = login.challenge, None
    return challenge


async def keep_new_totp(db: AsyncSession, login_id: UUID, sealed: bytes) -> None:
    """Keep the secret of an app that has not shown its first code yet, for this login alone."""
    await db.execute(update(Login).where(Login.id == login_id).values(totp_sealed=sealed))


async def new_totp(db: AsyncSession, login_id: UUID) -> bytes | None:
    """The sealed secret that waits for its first code."""
    return (await db.get_one(Login, login_id)).totp_sealed
