"""What the pages of staff ask of a request: its form, where it comes from, and the trace it leaves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.requests import Request

from server.access import Viewer
from server.accounts.attempts.rules import Mark, Step, known_device, marks
from server.accounts.rules import device_name
from server.audit.rules import Entry
from server.house import House
from server.middleware.login import cookie_name
from server.middleware.ratelimit import client_key

DEVICE = "parlour-device"
A_YEAR = 31_536_000


async def form_of(request: Request) -> dict[str, str]:
    """The submitted text fields; a file or a repeated field is dropped."""
    async with request.form(max_files=0, max_fields=50) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


async def choices_of(request: Request, name: str) -> list[str]:
    """Every value that was ticked under this name."""
    async with request.form(max_files=0, max_fields=50) as sent:
        return [value for value in sent.getlist(name) if isinstance(value, str)]


def device_of(request: Request) -> str:
    """The browser in words."""
    return device_name(request.headers.get("user-agent", ""))


def marks_of(request: Request, house: House, step: Step, subject: bytes) -> tuple[Mark, ...]:
    """What a try from here counts for."""
    kept = request.cookies.get(cookie_name(DEVICE, house.settings.https), "")
    device = known_device(house.keys.secret("known devices"), subject, kept)
    return marks(step, subject, client_key(request.client.host if request.client else None), device)


def staff_of(viewer: Viewer) -> tuple[UUID, UUID, UUID]:
    """(staff, clinic, login) of somebody who has signed in at least half; the gate saw to it."""
    assert viewer.staff_id
    assert viewer.clinic_id
    assert viewer.login_id
    return viewer.staff_id, viewer.clinic_id, viewer.login_id


def entry_of(viewer: Viewer, action: str, subject: UUID, **detail: Any) -> Entry:
    """An audit entry about a member of staff, by the viewer."""
    _, clinic_id, _ = staff_of(viewer)
    return Entry(clinic_id, action, "staff", subject, "staff", viewer.staff_id, detail)


def own_entry(clinic_id: UUID, staff_id: UUID, action: str, detail: Mapping[str, Any] | None = None) -> Entry:
    """An audit entry of something that somebody did to their own account."""
    return Entry(clinic_id, action, "staff", staff_id, "staff", staff_id, detail or {})
