"""Queries of spaces: whose they are, where they are open. What comes before, at the door: `knocking.py`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.factors.rules import PasskeyFacts
from server.accounts.push import store as push
from server.crypto import token_hash
from server.patients.space.rules import By, Login, Member, is_open, lasts_until
from server.patients.space.tables import Space, SpaceBooking, SpaceKey, SpaceLogin, SpaceMember
from server.patients.store import alone


@dataclass(frozen=True)
class Found:
    """A space as it stands."""

    id: UUID
    clinic_id: UUID
    members: Sequence[Member]
    bookings: frozenset[UUID]


async def by_token(db: AsyncSession, token: str) -> tuple[Login, Found] | None:
    """The login with this token, ended or not, and its space."""
    row = await db.scalar(select(SpaceLogin).where(SpaceLogin.token_hash == token_hash(token)))
    found = await space(db, row.space_id) if row else None
    return (_login(row), found) if row and found else None


async def space(db: AsyncSession, space_id: UUID) -> Found | None:
    row = await db.get(Space, space_id)
    if row is None:
        return None
    mine = (SpaceMember.space_id == space_id, SpaceMember.ended_at.is_(None))
    members = await db.scalars(select(SpaceMember).where(*mine).order_by(SpaceMember.at))
    bookings = await db.scalars(select(SpaceBooking.booking_id).where(SpaceBooking.space_id == space_id))
    return Found(row.id, row.clinic_id, [_member(one) for one in members], frozenset(bookings))


async def spaces_of(db: AsyncSession, patient_id: UUID) -> list[Found]:
    """The spaces that show this patient: their own, and those of who acts for them."""
    mine = (SpaceMember.patient_id == patient_id, SpaceMember.ended_at.is_(None))
    asked = select(SpaceMember.space_id).where(*mine).distinct()
    found = [await space(db, space_id) for space_id in await db.scalars(asked)]
    return [one for one in found if one]


async def own_spaces(db: AsyncSession, space_id: UUID, patient_id: UUID | None) -> list[UUID]:
    """This space, and whatever else is the same patient's own: two of them, once two records were made one."""
    mine = (SpaceMember.patient_id == patient_id, SpaceMember.helper_id.is_(None), SpaceMember.ended_at.is_(None))
    asked = select(SpaceMember.space_id).where(*mine, SpaceMember.space_id != space_id).distinct()
    return [space_id, *(await db.scalars(asked) if patient_id else ())]


async def with_spaces(db: AsyncSession, clinic_id: UUID, among: Collection[UUID] | None = None) -> set[UUID]:
    """The patients of a clinic, of these or of all, whom any space shows: their own or that of who acts for them."""
    asked = select(SpaceMember.patient_id).join(Space, Space.id == SpaceMember.space_id)
    if among is not None:
        asked = asked.where(SpaceMember.patient_id.in_(among))
    return set(await db.scalars(asked.where(Space.clinic_id == clinic_id, SpaceMember.ended_at.is_(None)).distinct()))


async def add_space(db: AsyncSession, clinic_id: UUID, now: datetime, space_id: UUID) -> None:
    db.add(Space(id=space_id, clinic_id=clinic_id, made_at=now))
    await db.flush()


async def add_member(
    db: AsyncSession, space_id: UUID, patient_id: UUID, helper_id: UUID | None, code_id: UUID, now: datetime
) -> None:
    """Make it theirs; again is the same."""
    same = _same(patient_id, helper_id)
    if await db.scalar(select(SpaceMember.id).where(SpaceMember.space_id == space_id, *same).limit(1)) is None:
        who = {"patient_id": patient_id, "helper_id": helper_id}
        db.add(SpaceMember(id=uuid4(), space_id=space_id, code_id=code_id, at=now, **who))
        await db.flush()


async def space_for(db: AsyncSession, clinic_id: UUID, patient_id: UUID, helper_id: UUID | None, now: datetime) -> UUID:
    """The space of this person, a new one when there is none. The patient's row keeps two at once from making two."""
    await alone(db, patient_id)
    asked = select(SpaceMember.space_id).where(*_same(patient_id, helper_id))
    found = await db.scalar(asked.order_by(SpaceMember.at).limit(1))
    if found is None:
        found = uuid4()
        await add_space(db, clinic_id, now, found)
    return found


async def end_member(db: AsyncSession, space_id: UUID, patient_id: UUID, by: UUID | None, now: datetime) -> bool:
    """The space shows this patient no more; False when it did not."""
    mine = (SpaceMember.space_id == space_id, SpaceMember.patient_id == patient_id, SpaceMember.ended_at.is_(None))
    done = update(SpaceMember).where(*mine).values(ended_at=now, ended_by=by).returning(SpaceMember.id)
    return bool((await db.scalars(done)).all())


async def add_booking(db: AsyncSession, space_id: UUID, booking_id: UUID, now: datetime) -> bool:
    """Its owner says that it is theirs; False when they did before."""
    engine = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    row = {"id": uuid4(), "space_id": space_id, "booking_id": booking_id, "at": now}
    added = engine.insert(SpaceBooking).values(row).on_conflict_do_nothing().returning(SpaceBooking.id)
    return await db.scalar(added) is not None


async def spaces_with(db: AsyncSession, booking_id: UUID) -> list[UUID]:
    """The spaces whose owner said that this booking is theirs."""
    return list(await db.scalars(select(SpaceBooking.space_id).where(SpaceBooking.booking_id == booking_id)))


async def begin_login(
    db: AsyncSession, space_id: UUID, token: str, now: datetime, device: str, by: By, *, own: bool
) -> UUID:
    """Sign a device in; only its browser keeps the token."""
    row = SpaceLogin(id=uuid4(), space_id=space_id, token_hash=token_hash(token), device=device, own=own, by=by)
    row.made_at = row.seen_at = now
    row.expires_at = lasts_until(now, own=own)
    db.add(row)
    await db.flush()
    return row.id


async def logins(db: AsyncSession, space_id: UUID, now: datetime) -> list[Login]:
    """Where it is open now, the device used last first."""
    asked = select(SpaceLogin).where(SpaceLogin.space_id == space_id, SpaceLogin.ended_at.is_(None))
    rows = await db.scalars(asked.order_by(SpaceLogin.seen_at.desc()))
    return [login for login in map(_login, rows) if is_open(login, now)]


async def logins_for(
    db: AsyncSession, patient_id: UUID, helper_ids: Collection[UUID | None], now: datetime
) -> list[UUID]:
    """The devices on which a space of the patient's own (None) or of these who act for them is open now."""
    mine = (SpaceMember.patient_id == patient_id, SpaceMember.ended_at.is_(None))
    asked = select(SpaceMember.space_id, SpaceMember.helper_id).where(*mine)
    found = {space_id for space_id, helper_id in await db.execute(asked) if helper_id in helper_ids}
    return [login.id for space_id in sorted(found, key=str) for login in await logins(db, space_id, now)]


async def login_is_open(db: AsyncSession, login_id: UUID, now: datetime) -> bool:
    row = await db.get(SpaceLogin, login_id)
    return row is not None and is_open(_login(row), now)


async def seen(db: AsyncSession, login_id: UUID, now: datetime) -> None:
    """Note that somebody was here."""
    await db.execute(update(SpaceLogin).where(SpaceLogin.id == login_id).values(seen_at=now))


async def end_logins(
    db: AsyncSession, space_id: UUID, now: datetime, *, one: UUID | None = None, but: UUID | None = None
) -> int:
    """Sign `one` device out, or all of them `but` this one; how many it were."""
    mine = [SpaceLogin.space_id == space_id, SpaceLogin.ended_at.is_(None)]
    mine += [SpaceLogin.id == one] if one else []
    mine += [SpaceLogin.id != but] if but else []
    done = update(SpaceLogin).where(*mine).values(ended_at=now).returning(SpaceLogin.id)
    ended = list(await db.scalars(done))
    await push.forget_logins(db, ended)
    return len(ended)


async def keep_challenge(db: AsyncSession, login_id: UUID, challenge: bytes) -> None:
    """Keep what a new passkey must answer."""
    await db.execute(update(SpaceLogin).where(SpaceLogin.id == login_id).values(challenge=challenge))


async def take_challenge(db: AsyncSession, login_id: UUID) -> bytes | None:
    """What the new passkey must answer; each is good for one answer."""
    login = await db.get_one(SpaceLogin, login_id, with_for_update=True)
    challenge, login.challenge = login.challenge, None
    return challenge


async def passkeys(db: AsyncSession, space_id: UUID) -> list[PasskeyFacts]:
    rows = await db.scalars(select(SpaceKey).where(SpaceKey.space_id == space_id).order_by(SpaceKey.made_at))
    return [_key(row) for row in rows]


async def passkey_named(db: AsyncSession, credential_id: bytes) -> tuple[UUID, PasskeyFacts] | None:
    """(its space, the passkey)"""
    row = await db.scalar(select(SpaceKey).where(SpaceKey.credential_id == credential_id))
    return (row.space_id, _key(row)) if row else None


async def add_passkey(db: AsyncSession, space_id: UUID, key: PasskeyFacts) -> None:
    """Keep a passkey. Raises IntegrityError when it is somebody's already."""
    named = {"credential_id": key.credential_id, "public_key": key.public_key, "sign_count": key.sign_count}
    db.add(SpaceKey(id=key.id, space_id=space_id, device=key.label, made_at=key.made_at, **named))
    await db.flush()


async def passkey_used(db: AsyncSession, key_id: UUID, sign_count: int, now: datetime) -> None:
    await db.execute(update(SpaceKey).where(SpaceKey.id == key_id).values(sign_count=sign_count, used_at=now))


async def drop_passkeys(db: AsyncSession, space_id: UUID) -> int:
    """Forget them all; how many it were."""
    asked = delete(SpaceKey).where(SpaceKey.space_id == space_id).returning(SpaceKey.id)
    return len((await db.scalars(asked)).all())


async def drop_passkey(db: AsyncSession, space_id: UUID, key_id: UUID) -> bool:
    """Forget a passkey of this space; False when there is none of this id."""
    asked = delete(SpaceKey).where(SpaceKey.id == key_id, SpaceKey.space_id == space_id)
    return await db.scalar(asked.returning(SpaceKey.id)) is not None


def _same(patient_id: UUID, helper_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    same = SpaceMember.helper_id.is_(None) if helper_id is None else SpaceMember.helper_id == helper_id
    return SpaceMember.patient_id == patient_id, same, SpaceMember.ended_at.is_(None)


def _login(row: SpaceLogin) -> Login:
    times = (row.made_at, row.seen_at, row.expires_at, row.ended_at)
    return Login(row.id, row.space_id, row.device, row.own, By(row.by), *times)


def _member(row: SpaceMember) -> Member:
    return Member(row.patient_id, row.helper_id, row.at)


def _key(row: SpaceKey) -> PasskeyFacts:
    return PasskeyFacts(row.id, row.credential_id, row.public_key, row.sign_count, row.device, row.made_at, row.used_at)
