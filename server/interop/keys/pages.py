"""Keys for the clinic's own programs: made, shown once, ended. An admin's page."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import KEY_PREFIX, Action, KeyScope
from server.audit.store import note
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of, ticked
from server.clinic.sheet import Reason, Sheet
from server.crypto import token_hash
from server.errors import NotFound
from server.house import house_of
from server.interop.keys import store
from server.interop.keys.rules import MOST, KeyCard
from server.interop.keys.store import NewKey
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

LONGEST_NAME = 80
HERE = "/staff/clinic/keys"


@dataclass(frozen=True)
class KeysPage:
    """interop/keys.html; `made` is the key that is shown this once."""

    keys: Sequence[KeyCard]
    full: bool
    form: Mapping[str, str]
    scopes: Sequence[str]
    reasons: Mapping[str, Reason]
    made: str = field(default="", repr=False)
    called: str = ""


async def keys_page(request: Request) -> Response:
    """`GET /staff/clinic/keys`."""
    return await _show(request, Typed(), [KeyScope.READ], {})


async def make_key(request: Request) -> Response:
    """Make one and show it: this page alone has it, and says so."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    wanted = [word for word in await ticked(request, "scope") if word in set(KeyScope)]
    sheet = Sheet(fields)
    name = sheet.line("name", LONGEST_NAME)
    if not wanted:
        sheet.reasons["scope"] = Reason.MISSING
    if sheet.reasons:
        return await _show(request, fields, wanted, sheet.reasons)
    token = KEY_PREFIX + secrets.token_urlsafe(32)
    scopes = frozenset(KeyScope(word) for word in wanted)
    new = NewKey(uuid4(), clinic_id_of(viewer), name, scopes, token, token_hash(token))

    async def work(db: AsyncSession) -> bool:
        if await store.count(db, new.clinic_id) >= MOST:
            return False
        await store.add(db, new, house.clock(), viewer.staff_id)
        detail = {"scopes": sorted(scopes)}
        note(db, entry_of(viewer, "key.made", "api_key", new.id, detail), house.clock())
        return True

    if not await house.db.unit(work):
        return await _show(request, fields, wanted, {})
    return await _show(request, Typed(), [KeyScope.READ], {}, made=token, called=name)


async def revoke_key(request: Request) -> Response:
    """End one, at once and for good. Ended twice, it is ended. Raises NotFound for what is no key of theirs."""
    house, viewer = house_of(request), viewer_of(request)
    try:
        key_id = UUID(request.path_params["key"])
    except ValueError:
        raise NotFound() from None

    async def work(db: AsyncSession) -> None:
        if await store.revoke(db, clinic_id_of(viewer), key_id, house.clock(), viewer.staff_id):
            note(db, entry_of(viewer, "key.revoked", "api_key", key_id, {}), house.clock())
        elif not await store.belongs(db, clinic_id_of(viewer), key_id):
            raise NotFound()

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=key-ended", 303)


async def _show(
    request: Request,
    fields: Typed,
    scopes: Sequence[str],
    reasons: Mapping[str, Reason],
    made: str = "",
    called: str = "",
) -> Response:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    keys = await house.db.read(lambda db: store.keys_of(db, clinic_id))
    context = KeysPage(keys, len(keys) >= MOST, fields, scopes, reasons, made, called)
    return render(request, "interop/keys.html", context, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page(HERE, keys_page, Action.KEYS),
    page(HERE, make_key, Action.KEYS, methods=("POST",)),
    page(f"{HERE}/{{key}}/revoke", revoke_key, Action.KEYS, methods=("POST",)),
]
