"""A program that books at Linden Practice: no browser, no cookie, no header that only a browser sends."""

from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid4

import httpx2
from starlette.applications import Starlette

from server.access import KEY_PREFIX, KeyScope
from server.crypto import token_hash
from server.house import House
from server.interop.keys import store as keys
from server.interop.keys.store import NewKey
from tests.server.booking.linden import Linden
from tests.server.conftest import BASE

CLINIC = "/api/v1/clinics/linden"
SLOTS, BOOKINGS = f"{CLINIC}/slots", f"{CLINIC}/bookings"


def program_on(app: Starlette, address: str = "127.0.0.1") -> httpx2.AsyncClient:
    """A program at this network address: `async with program_on(app) as program:`."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app, client=(address, 50000)), base_url=BASE)


def wish(linden: Linden, **changes: Any) -> dict[str, Any]:
    """Jo's wish for Mara on Thursday at 9:30; a field that becomes None is left out."""
    plain = {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "start": "2026-03-12T08:30:00Z",
        "name": "Jo Almeida",
        "email": "jo.almeida@example.org",
        "consent": True,
        "reason": "I sleep badly",
    }
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


def bearer(token: str) -> dict[str, str]:
    """The header by which a program shows what it has."""
    return {"authorization": f"Bearer {token}"}


async def a_key(house: House, linden: Linden, *scopes: KeyScope, clinic_id: UUID | None = None) -> dict[str, str]:
    """The header of a program with a new key of the clinic."""
    token = KEY_PREFIX + token_urlsafe(32)
    new = NewKey(uuid4(), clinic_id or linden.clinic.id, "our website", frozenset(scopes), token, token_hash(token))
    await house.db.unit(lambda db: keys.add(db, new, house.clock(), None))
    return bearer(token)


def reasons(answer: httpx2.Response) -> dict[str, str]:
    """Field -> reason of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    return {one["field"]: one["reason"] for one in answer.json()["errors"]}
