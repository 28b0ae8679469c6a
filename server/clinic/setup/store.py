"""The beginning of a clinic: the link that opens the set-up page, and everything it writes, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import LinkRefusal, Purpose, Stage
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import store
from server.clinic.rules import Clinic, Service, TherapistCard, WeeklyHours, slug_of

SET_UP_LOCK = 0x50617273  # any constant that nobody else uses
OPENS = frozenset({Purpose.SET_UP, Purpose.FOUND})


class Refusal(StrEnum):
    """Why no clinic began."""

    OVER = "over"  # somebody was faster, or the link ended
    ADMIN_KNOWN = "admin_mail"  # somebody works here under this address
    THERAPIST_KNOWN = "therapist_mail"


@dataclass(frozen=True)
class Beginning:
    """All that a new clinic is made of; keys, hashes and ids were made before; its address comes at the end."""

    clinic: Clinic
    palette: Mapping[str, Any]
    admin: accounts.NewStaff
    invited: accounts.NewStaff | None
    card: TherapistCard
    service: Service
    week: tuple[WeeklyHours, ...]
    login_token: str = field(repr=False)
    device: str = ""


async def make_link(db: AsyncSession, secret: bytes, now: datetime) -> str | None:
    """The token of a new set-up link, or None when there is a clinic; the link before it ends."""
    await _queue(db)
    if await store.first_clinic(db) is not None:
        return None
    return await accounts.make_link(db, secret, Purpose.SET_UP, now)


async def make_further_link(db: AsyncSession, secret: bytes, now: datetime) -> str:
    """The token of a link that founds one more clinic; the link of this kind before it ends."""
    await _queue(db)
    return await accounts.make_link(db, secret, Purpose.FOUND, now)


async def find_link(db: AsyncSession, token: str, now: datetime) -> accounts.OpenLink | LinkRefusal:
    """The link behind a token. One for the first clinic is over as soon as there is one."""
    link = await accounts.open_link(db, token, now)
    if isinstance(link, LinkRefusal):
        return link
    if link.purpose not in OPENS:
        return LinkRefusal.UNKNOWN
    return LinkRefusal.OVER if await _too_late(db, link) else link


async def begin(db: AsyncSession, link: accounts.OpenLink, new: Beginning, now: datetime) -> str | Refusal:
    """Write the clinic and give it an address, which is returned; nothing is written where that is refused."""
    await _queue(db)
    if await _too_late(db, link):
        return Refusal.OVER
    for person, refusal in ((new.admin, Refusal.ADMIN_KNOWN), (new.invited, Refusal.THERAPIST_KNOWN)):
        if person is not None and await accounts.find_account(db, person.mail_index):
            return refusal
    if not await accounts.use_link(db, link.id, now):
        return Refusal.OVER
    clinic = replace(new.clinic, slug=slug_of(new.clinic.name, await store.slugs(db)))
    clinic_id = clinic.id
    await store.add_clinic(db, clinic, new.palette, now)
    for person in (new.admin, new.invited):
        if person is not None:
            await accounts.add_staff(db, person)
    await store.add_therapist(db, clinic_id, new.card)
    await store.add_service(db, clinic_id, new.service)
    await store.offer(db, new.service.id, [new.card.staff_id])
    await store.set_hours(db, clinic_id, new.card.staff_id, new.week)
    if new.invited is not None:
        outbox.add(db, "staff.invited", {"staff": str(new.invited.id)}, now)
    await accounts.start_login(db, new.admin.id, Stage.PASSWORD, now, new.device, token=new.login_token)
    note(db, Entry(clinic_id, "clinic.set_up", "clinic", clinic_id, "staff", new.admin.id), now)
    return clinic.slug


async def _too_late(db: AsyncSession, link: accounts.OpenLink) -> bool:
    return link.purpose is Purpose.SET_UP and await store.first_clinic(db) is not None


async def _queue(db: AsyncSession) -> None:
    """One after the other, on every node: of two that begin at once neither would see the other's clinic or link."""
    if db.get_bind().dialect.name == "postgresql":
        await db.execute(select(func.pg_advisory_xact_lock(SET_UP_LOCK)))


def first_roles(*, sees_patients: bool) -> frozenset[Role]:
    """What the first person is: there is nobody else yet to run the desk."""
    desk = frozenset({Role.ADMIN, Role.FRONT_DESK})
    return desk | {Role.THERAPIST} if sees_patients else desk
