"""A browser agrees, asks whether it is told, and takes its word back; whoever calls has said whose it is."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.accounts.push import store
from server.accounts.push.forms import Subscription, endpoint_of, subscription_of
from server.accounts.push.rules import Owner, device_id
from server.accounts.requests import form_of
from server.audit.rules import Entry
from server.audit.store import note
from server.crypto import Keyring
from server.errors import Unprocessable
from server.house import House, house_of
from server.notify.push import Device


async def said(request: Request) -> Subscription:
    """What it says of itself. Raises Unprocessable."""
    told = subscription_of(await form_of(request))
    if told is None or not house_of(request).pusher.fits(Device(UUID(int=0), told.endpoint, told.p256dh, told.auth)):
        raise Unprocessable()
    return told


async def keep(house: House, key: Keyring, owner: Owner, told: Subscription, entry: Entry) -> Response:
    """Once, sealed with this key and audited; `entry` names the clinic."""
    sealed = store.seal_device(key, entry.clinic_id, owner, told)

    async def work(db: AsyncSession) -> None:
        if await store.keep(db, sealed, house.clock()):
            note(db, entry, house.clock())

    await house.db.unit(work)
    return JSONResponse({"kept": True})


async def known(request: Request, owner: Owner) -> Response:
    """Whether this device is told, as the page shows it."""
    row_id = device_id(owner, endpoint_of(await form_of(request)))
    found = await house_of(request).db.read(lambda db: store.device_of(db, row_id))
    return JSONResponse({"kept": found is not None})


async def stop(request: Request, owner: Owner, entry: Entry) -> Response:
    """Again is the same."""
    house, row_id = house_of(request), device_id(owner, endpoint_of(await form_of(request)))

    async def work(db: AsyncSession) -> None:
        if await store.forget(db, row_id):
            note(db, entry, house.clock())

    await house.db.unit(work)
    return JSONResponse({"kept": False})
