"""Mails kept as files, for a clinic that sends none: admins see those to staff, the front desk those to patients."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Role, Viewer
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import kept_mail
from server.errors import NotFound
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class KeptMails:
    """clinic/mails.html"""

    heads: Sequence[kept_mail.Head]
    sends: bool
    sees_patients: bool
    sees_staff: bool


@dataclass(frozen=True)
class KeptMail:
    """clinic/mail.html"""

    mail: kept_mail.Kept


async def mails_page(request: Request) -> Response:
    """The newest mails that this viewer may see."""
    house, viewer = house_of(request), viewer_of(request)
    assert viewer.clinic_id
    kinds = kinds_for(viewer)
    folder = house.settings.data / "mail"
    heads = await asyncio.to_thread(kept_mail.newest, folder, viewer.clinic_id, kinds)
    await _note(house, viewer, "mail.listed", None, {"mails": len(heads)})
    sends = house.mailer.sends
    context = KeptMails(heads, sends=sends, sees_patients="patients" in kinds, sees_staff="staff" in kinds)
    return render(request, "clinic/mails.html", context)


async def mail_page(request: Request) -> Response:
    """One mail as plain text. Raises NotFound, also for a kind that is not the viewer's."""
    house, viewer = house_of(request), viewer_of(request)
    kind, letter_id = request.path_params["kind"], request.path_params["letter"]
    if kind not in kinds_for(viewer) or viewer.clinic_id is None:
        raise NotFound()
    folder, base = house.settings.data / "mail", house.settings.base_url
    mail = await asyncio.to_thread(kept_mail.find, folder, viewer.clinic_id, kind, letter_id, base)
    if mail is None:
        raise NotFound()
    await _note(house, viewer, "mail.read", letter_id, {"kind": kind})
    return render(request, "clinic/mail.html", KeptMail(mail))


def kinds_for(viewer: Viewer) -> frozenset[str]:
    """Which mails a viewer sees."""
    kinds = {Role.ADMIN: "staff", Role.FRONT_DESK: "patients"}
    return frozenset(kind for role, kind in kinds.items() if viewer.has(role))


async def _note(house: House, viewer: Viewer, action: str, letter: UUID | None, detail: dict[str, object]) -> None:
    assert viewer.clinic_id
    entry = Entry(viewer.clinic_id, action, "mail", letter, "staff", viewer.staff_id, detail)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)


routes = [
    page("/staff/mail", mails_page, Action.MAIL),
    page("/staff/mail/{kind}/{letter:uuid}", mail_page, Action.MAIL),
]
