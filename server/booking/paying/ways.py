"""Which ways a clinic is paid by, all behind one protocol; who uses it knows no provider."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying.payments import Back, Due, Forged, KeysRefused, News, NotOffered, Opened, Paid, Payments
from server.clinic.paying import store as settings
from server.clinic.paying.extra import stripe_is_there
from server.clinic.rules import Clinic
from server.house import House

T = TypeVar("T")


class ByHand:
    """'none' and 'invoice': money moves by hand, so there is no page, no message, and nothing goes back by itself."""

    async def open_page(self, due: Due) -> Opened:
        raise NotOffered()

    async def close_page(self, session: str) -> Paid | None:
        return None

    async def give_back(self, back: Back) -> str:
        raise NotOffered()

    def heard(self, body: bytes, signature: str) -> News:
        raise NotOffered()


BY_HAND: Payments = ByHand()


async def way_of(house: House, clinic: Clinic) -> Payments:
    """How money moves at this clinic by the keys that it has now, also for what was booked under other rules."""
    kept = await house.db.read(lambda db: settings.kept_of(db, clinic.id))
    return await _by(house, clinic, kept) or BY_HAND


async def ways_of(house: House, clinic: Clinic) -> Sequence[Payments]:
    """By the keys that it has now, and by those that it had until a while ago: what was begun with them is theirs."""

    async def work(db: AsyncSession) -> list[settings.Kept]:
        now = await settings.kept_of(db, clinic.id)
        return [now, *await settings.kept_before(db, clinic.id, house.clock())]

    found = [await _by(house, clinic, kept) for kept in await house.db.read(work)]
    return [way for way in found if way]


async def first_that_knows(ways: Sequence[Payments], ask: Callable[[Payments], Awaitable[T]]) -> T:
    """What the first of these answers that knows what it is asked about. Raises Away, and what the last one says when
    none of them does: KeysRefused where there is none."""
    refused: NotOffered = KeysRefused()
    for way in ways:
        try:
            return await ask(way)
        except NotOffered as problem:
            refused = problem
    raise refused


def heard_by(ways: Sequence[Payments], body: bytes, signature: str) -> News:
    """A message, by whichever keys it was signed for. Raises Forged, and NotOffered where nobody pays by any."""
    if not ways:
        raise NotOffered()
    for way in ways:
        try:
            return way.heard(body, signature)
        except Forged:
            continue
    raise Forged()


async def _by(house: House, clinic: Clinic, kept: settings.Kept) -> Payments | None:
    if not kept.has_keys or not stripe_is_there():
        return None
    keys = settings.opened(await house.keys.clinic(clinic.id), clinic.id, kept)
    if keys is None:
        return None
    from server.booking.paying.by_stripe import ByStripe  # the extra may be missing

    return ByStripe(keys, house.settings.stripe_api)
