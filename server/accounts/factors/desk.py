"""What both pages of second factors share: whom they are about, and letting somebody in."""

import secrets
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Door, Viewer
from server.accounts import store
from server.accounts.attempts.rules import Step, device_token
from server.accounts.attempts.store import forgive, take_try
from server.accounts.factors.rules import RECOVERY_BYTES, RECOVERY_CODES, Factors, code_hash, recovery_code
from server.accounts.factors.store import factors
from server.accounts.requests import A_YEAR, DEVICE, marks_of, own_entry, staff_of
from server.accounts.store import Account
from server.audit.store import note
from server.crypto import Keyring
from server.errors import SignInNeeded
from server.house import House
from server.middleware.login import keep_cookie, keep_login
from server.passwords import password_matches


@dataclass(frozen=True)
class Owner:
    """The viewer's own account with its factors."""

    account: Account
    login_id: UUID
    full: bool
    factors: Factors
    ring: Keyring = field(repr=False)

    @property
    def mail(self) -> str:
        return store.mail_of(self.ring, self.account)


async def owner_of(house: House, viewer: Viewer) -> Owner:
    """Load the viewer's account. Raises SignInNeeded when it is gone."""
    staff_id, clinic_id, login_id = staff_of(viewer)
    ring = await house.keys.clinic(clinic_id)
    account, mine = await house.db.read(partial(_load, staff_id=staff_id))
    if account is None or mine is None:
        raise SignInNeeded()
    return Owner(account, login_id, viewer.door is Door.STAFF, mine, ring)


async def _load(db: AsyncSession, staff_id: UUID) -> tuple[Account | None, Factors | None]:
    account = await store.account(db, staff_id)
    return account, await factors(db, staff_id) if account else None


async def password_is_theirs(request: Request, house: House, owner: Owner, typed: str) -> bool:
    """Whether somebody who is signed in knows the password too; guesses are counted as at the door."""
    marks = marks_of(request, house, Step.PASSWORD, owner.account.mail_index)
    if await house.db.unit(partial(take_try, marks=marks, now=house.clock())):
        return False
    right = await password_matches(owner.account.password_hash, typed)
    if right:
        await house.db.unit(partial(forgive, marks=marks))
    return right


def new_codes(house: House, staff_id: UUID) -> tuple[list[str], list[bytes]]:
    """(recovery codes to show once, what rows keep of them)"""
    codes = [recovery_code(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    secret = house.keys.secret("recovery codes")
    return codes, [code_hash(secret, staff_id, code) for code in codes]


async def let_in(db: AsyncSession, request: Request, house: House, owner: Owner, token: str, by: str) -> None:
    """Inside the unit: the second step was right. Raises SignInNeeded when the login ended meanwhile."""
    now, account = house.clock(), owner.account
    await forgive(db, marks_of(request, house, Step.CODE, account.mail_index))
    if not await store.raise_login(db, owner.login_id, token, now):
        raise SignInNeeded()
    note(db, own_entry(account.clinic_id, account.id, "staff.signed_in", {"by": by}), now)


def hand_over(response: Response, house: House, owner: Owner, token: str) -> None:
    """Give the browser its new token, and a mark by which it is known next time."""
    https = house.settings.https
    known = device_token(house.keys.secret("known devices"), owner.account.mail_index, secrets.token_urlsafe(16))
    keep_login(response, token, https=https)
    keep_cookie(response, DEVICE, known, https=https, max_age=A_YEAR)
