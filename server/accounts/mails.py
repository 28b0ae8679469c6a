"""What staff are written: an invitation, a way to a new password, and word of what was done to their account."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store
from server.accounts.links.store import count_since
from server.accounts.rules import LASTS, Purpose
from server.accounts.store import Account
from server.audit.rules import Entry
from server.audit.store import note
from server.house import House
from server.notify.mail import Letter
from server.outbox import Job
from server.templates import Brand, render_text, translations
from server.tongues import LANGUAGES

MOST_RESETS = 3  # an hour: nobody's inbox is filled by somebody who knows the address
BrandOf = Callable[[AsyncSession, UUID], Awaitable[Brand | None]]
"""What pages show of a clinic: that feature stands further right, so the function is handed in."""
Handle = Callable[[House, Job], Awaitable[None]]
SUBJECTS = {
    "invite": "Your invitation",
    "reset": "A new password",
    "factor_reset": "Your second step was reset",
    "password_changed": "Your password was changed",
}


@dataclass(frozen=True)
class StaffLetter:
    """mail/staff.html and mail/staff.txt; `kind` is a key of SUBJECTS"""

    kind: str
    lang: str
    dir: str
    clinic: str
    phone: str
    name: str = field(repr=False)
    subject: str
    link: str = field(repr=False)
    minutes: int


def jobs(brand_of: BrandOf) -> Mapping[str, Handle]:
    """Topic -> handler."""
    return {
        "staff.invited": partial(_invite, brand_of=brand_of),
        "staff.reset": partial(_reset, brand_of=brand_of),
        "staff.told": partial(_tell, brand_of=brand_of),
        "staff.sign_in_refused": _refused,
    }


async def _invite(house: House, job: Job, brand_of: BrandOf) -> None:
    """Send the link by which somebody joins, unless they have."""
    account = await house.db.read(partial(store.account, staff_id=UUID(job.payload["staff"])))
    if account is None or account.disabled or account.password_hash is not None:
        return
    await _send(house, job, account, "invite", brand_of, Purpose.INVITE)


async def _reset(house: House, job: Job, brand_of: BrandOf) -> None:
    """Send a link to a new password, when the address is somebody's who has one."""
    account = await house.db.read(partial(store.find_account, index=bytes.fromhex(job.payload["index"])))
    if account is None or account.disabled or account.password_hash is None:
        return
    since = house.clock() - timedelta(hours=1)
    sent = await house.db.read(partial(count_since, purpose=Purpose.RESET, staff_id=account.id, since=since))
    if sent < MOST_RESETS:
        await _send(house, job, account, "reset", brand_of, Purpose.RESET)


async def _tell(house: House, job: Job, brand_of: BrandOf) -> None:
    """Tell somebody what was done to their account, so that they notice when it was not their wish."""
    account = await house.db.read(partial(store.account, staff_id=UUID(job.payload["staff"])))
    if account is not None:
        await _send(house, job, account, job.payload["what"], brand_of, None)


async def _refused(house: House, job: Job) -> None:
    """Note in the audit that a password was wrong, when the address is somebody's."""
    account = await house.db.read(partial(store.find_account, index=bytes.fromhex(job.payload["index"])))
    if account is None:
        return
    entry = Entry(account.clinic_id, "staff.sign_in_refused", "staff", account.id)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)


async def _send(
    house: House, job: Job, account: Account, kind: str, brand_of: BrandOf, purpose: Purpose | None
) -> None:
    ring = await house.keys.clinic(account.clinic_id)
    brand = await house.db.read(lambda db: brand_of(db, account.clinic_id))
    path = f"/staff/link/{await _link(house, job, account, purpose)}" if purpose else "/staff/account"
    lang = brand.language if brand and brand.language in LANGUAGES else "en"
    letter = StaffLetter(
        kind=kind,
        lang=lang,
        dir=LANGUAGES[lang],
        clinic=brand.title if brand else "Parlour",
        phone=brand.phone if brand else "",
        name=account.name,
        subject=translations(lang).gettext(SUBJECTS[kind]),
        link=house.settings.base_url + path,
        minutes=LASTS[purpose] // timedelta(minutes=1) if purpose else 0,
    )
    await house.mailer.send(
        Letter(
            id=job.id,
            to=store.mail_of(ring, account),
            subject=letter.subject,
            text=render_text("mail/staff.txt", letter, lang),
            html=render_text("mail/staff.html", letter, lang),
            sender_name=letter.clinic,
            clinic_id=account.clinic_id,
            for_staff=True,
            lang=lang,
            link=letter.link,
        )
    )


async def _link(house: House, job: Job, account: Account, purpose: Purpose) -> str:
    """The token of the link that this job makes; a repeat of the job finds the same link."""
    secret, now = house.keys.secret("staff links"), house.clock()

    async def work(db: AsyncSession) -> str:
        return await store.make_link(
            db, secret, purpose, now, link_id=job.id, staff_id=account.id, clinic_id=account.clinic_id
        )

    return await house.db.unit(work)
