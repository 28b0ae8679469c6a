"""Queries of staff, their logins and one-time links; values in, values out."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import STRANGER, Door, Role, Viewer
from server.accounts import tables
from server.accounts.links.store import OpenLink, end_links, make_link, open_link, use_link
from server.accounts.rules import NOTED_EVERY, LoginFacts, Stage, Standing, expires_at, open_until, standing
from server.crypto import Keyring, Place, blind_index, seal, token_hash, unseal

__all__ = [
    "OpenLink",
    "end_links",
    "make_link",
    "open_link",
    "use_link",
]  # part of this store, in a folder of their own

RunningVisit = Callable[[AsyncSession, UUID, datetime, datetime], Awaitable[UUID | None]]
"""`running_visit(db, staff_id, now, until)`: the visit they lead that is live, or ended a moment ago, and began before.

It began before `until`, when the login went idle: a forgotten login does not wake up for visits of later days.
"""


@dataclass(frozen=True)
class NewStaff:
    """Somebody who joins. Without a password they are invited and cannot sign in yet."""

    id: UUID
    clinic_id: UUID
    name: str = field(repr=False)
    mail_sealed: bytes = field(repr=False)
    mail_index: bytes = field(repr=False)
    roles: frozenset[Role]
    password_hash: str | None = field(repr=False)
    made_at: datetime


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of somebody."""

    id: UUID
    clinic_id: UUID
    name: str = field(repr=False)
    roles: frozenset[Role]
    mail_sealed: bytes = field(repr=False)
    mail_index: bytes = field(repr=False)
    password_hash: str | None = field(repr=False)
    disabled: bool


def mail_index(secret: bytes, mail: str) -> bytes:
    """By what an address is found; `secret` is `keys.secret("staff mail")`, one for the whole installation."""
    return blind_index(secret, "staff.mail", mail)


def mail_place(clinic_id: UUID, staff_id: UUID) -> Place:
    return Place(clinic_id, clinic_id, "staff", staff_id, "mail_sealed")


def seal_mail(ring: Keyring, clinic_id: UUID, staff_id: UUID, mail: str) -> bytes:
    """Seal an address under the clinic's key."""
    return seal(ring, mail, mail_place(clinic_id, staff_id))


def mail_of(ring: Keyring, account: Account) -> str:
    """Somebody's address. Raises SealBroken."""
    return open_mail(ring, account.clinic_id, account.id, account.mail_sealed)


def open_mail(ring: Keyring, clinic_id: UUID, staff_id: UUID, sealed: bytes) -> str:
    return unseal(ring, sealed, mail_place(clinic_id, staff_id))


async def add_staff(db: AsyncSession, new: NewStaff) -> None:
    """Write somebody new. Raises IntegrityError when the address is taken."""
    db.add(
        tables.Staff(
            id=new.id,
            clinic_id=new.clinic_id,
            name=new.name,
            mail_sealed=new.mail_sealed,
            mail_index=new.mail_index,
            roles=sorted(new.roles),
            password_hash=new.password_hash,
            made_at=new.made_at,
            joined_at=new.made_at if new.password_hash else None,
        )
    )
    await db.flush()


async def find_account(db: AsyncSession, index: bytes) -> Account | None:
    """Whose address this is."""
    row = await db.scalar(select(tables.Staff).where(tables.Staff.mail_index == index))
    return _account(row) if row else None


async def account(db: AsyncSession, staff_id: UUID) -> Account | None:
    row = await db.get(tables.Staff, staff_id)
    return _account(row) if row else None


def _account(row: tables.Staff) -> Account:
    return Account(
        id=row.id,
        clinic_id=row.clinic_id,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        mail_sealed=row.mail_sealed,
        mail_index=row.mail_index,
        password_hash=row.password_hash,
        disabled=row.disabled_at is not None,
    )


async def set_password(db: AsyncSession, staff_id: UUID, password_hash: str, *, name: str = "") -> None:
    """Write the hash of a password, and the name of somebody who takes up an invitation."""
    row = await db.get_one(tables.Staff, staff_id)
    row.password_hash = password_hash
    row.name = name or row.name


async def join(db: AsyncSession, staff_id: UUID, now: datetime) -> None:
    """They have shown who they are, by a password, a provider or a link: they work here, and can be called."""
    staff = tables.Staff
    await db.execute(update(staff).where(staff.id == staff_id, staff.joined_at.is_(None)).values(joined_at=now))


async def start_login(
    db: AsyncSession, staff_id: UUID, stage: Stage, now: datetime, device: str = "", *, token: str = ""
) -> str:
    """Begin a login and return its token, which only the browser keeps. Whoever gets that far has joined."""
    token = token or new_token()
    await join(db, staff_id, now)
    db.add(
        tables.Login(
            id=uuid4(),
            staff_id=staff_id,
            token_hash=token_hash(token),
            stage=stage,
            made_at=now,
            seen_at=now,
            expires_at=expires_at(stage, now),
            device=device[:120],
        )
    )
    await db.flush()
    return token


def new_token() -> str:
    """256 random bits; made before the unit, which may run twice."""
    return secrets.token_urlsafe(32)


async def raise_login(db: AsyncSession, login_id: UUID, token: str, now: datetime) -> bool:
    """The second factor was right: the login is full from now on and has a new token; False when it ended meanwhile."""
    login = tables.Login
    full = {"token_hash": token_hash(token), "stage": Stage.FULL, "challenge": None, "totp_sealed": None}
    times = {"made_at": now, "seen_at": now, "expires_at": expires_at(Stage.FULL, now)}
    asked = update(login).where(login.id == login_id, login.ended_at.is_(None)).values(**full, **times)
    return await db.scalar(asked.returning(login.id)) is not None


async def rotate_login(db: AsyncSession, login_id: UUID, token: str) -> None:
    """Give a login a new token; the old one is worth nothing."""
    await db.execute(update(tables.Login).where(tables.Login.id == login_id).values(token_hash=token_hash(token)))


async def end_login(db: AsyncSession, login_id: UUID, now: datetime, staff_id: UUID | None = None) -> bool:
    """Sign out; with `staff_id`, only when the login is theirs. False when there was nothing to end."""
    login = tables.Login
    asked = update(login).where(login.id == login_id, login.ended_at.is_(None))
    if staff_id is not None:
        asked = asked.where(login.staff_id == staff_id)
    return await db.scalar(asked.values(ended_at=now).returning(login.id)) is not None


async def end_logins(db: AsyncSession, staff_id: UUID, now: datetime, *, but: UUID | None = None) -> int:
    """End every login of somebody, except one; returns how many."""
    login = tables.Login
    asked = update(login).where(login.staff_id == staff_id, login.ended_at.is_(None))
    if but is not None:
        asked = asked.where(login.id != but)
    return len((await db.scalars(asked.values(ended_at=now).returning(login.id))).all())


async def login_ended(db: AsyncSession, login_id: UUID) -> bool:
    """Whether somebody signed this login out; an idle one has not ended."""
    row = await db.get(tables.Login, login_id)
    return row is None or row.ended_at is not None


async def logins(db: AsyncSession, staff_id: UUID, now: datetime) -> list[LoginFacts]:
    """Where somebody is signed in now, the latest first."""
    login = tables.Login
    asked = select(login).where(login.staff_id == staff_id, login.ended_at.is_(None), login.expires_at > now)
    rows = await db.scalars(asked.order_by(login.seen_at.desc()))
    return [facts for facts in map(_facts, rows) if standing(facts, now) is Standing.OPEN]


def _facts(row: tables.Login) -> LoginFacts:
    return LoginFacts(row.id, Stage(row.stage), row.made_at, row.seen_at, row.expires_at, row.ended_at, row.device)


async def viewer(db: AsyncSession, token: str, now: datetime, running_visit: RunningVisit) -> tuple[Viewer, bool]:
    """Who holds this token, and whether 'was here' is due to be written.

    An idle login opens the visit that its owner leads right now and that began while it was open, and nothing else.
    """
    asked = select(tables.Login, tables.Staff).join(tables.Staff, tables.Staff.id == tables.Login.staff_id)
    found = (await db.execute(asked.where(tables.Login.token_hash == token_hash(token)))).first()
    if found is None or found[1].disabled_at is not None:
        return STRANGER, False
    facts, staff = _facts(found[0]), found[1]
    state = standing(facts, now)
    if state is Standing.OVER or (state is Standing.IDLE and facts.stage is not Stage.FULL):
        return STRANGER, False
    visit = await running_visit(db, staff.id, now, open_until(facts)) if state is Standing.IDLE else None
    if state is Standing.IDLE and visit is None:
        return STRANGER, False
    who = Viewer(
        door=Door.STAFF if facts.stage is Stage.FULL else Door.HALF,
        staff_id=staff.id,
        clinic_id=staff.clinic_id,
        login_id=facts.id,
        name=staff.name,
        roles=frozenset(Role(role) for role in staff.roles),
        only_visit=visit,
    )
    return who, state is Standing.OPEN and now - facts.seen_at >= NOTED_EVERY


async def seen(db: AsyncSession, login_id: UUID, now: datetime) -> None:
    """Note that somebody was here."""
    await db.execute(update(tables.Login).where(tables.Login.id == login_id).values(seen_at=now))
