"""The ways in which a clinic is paid, behind one protocol; who uses it knows no provider."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.paying import store as settings
from server.clinic.paying.extra import stripe_is_there
from server.clinic.rules import Clinic
from server.house import House

T = TypeVar("T")


class Away(Exception):
    """Whoever moves the money does not answer, or not now: try again later."""


class NotOffered(Exception):
    """This way does not do that, or not with this amount or these keys: trying again changes nothing."""


class KeysRefused(NotOffered):
    """The clinic's keys open nothing any more: nobody can pay this way, whatever they do."""


class Forged(Exception):
    """A message that nobody signed who may, or too long ago."""


@dataclass(frozen=True)
class Due:
    """What is to be paid on a page of the provider's. `id` is all that it is told of the booking; it is sent once
    under that, however often it is tried. `back`: where the page leads afterwards."""

    id: UUID
    clinic_id: UUID
    amount: int
    currency: str
    words: str
    back: str
    expires_at: datetime
    language: str


@dataclass(frozen=True)
class Opened:
    """A page on which it can be paid now."""

    session: str
    address: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Paid:
    """That money came: for what, how much, and the provider's id of it."""

    due_id: UUID
    amount: int
    currency: str
    moved_by: str


@dataclass(frozen=True)
class News:
    """A message of the provider, once it is proven to be one. `clinic`: what we told it when the page was made."""

    id: str
    clinic: str
    paid: Paid | None = None


@dataclass(frozen=True)
class Back:
    """What goes back of a payment; sent once under `id`, however often it is tried."""

    id: UUID
    moved_by: str
    amount: int
    currency: str


class Payments(Protocol):
    """What a way does. All of it may be repeated."""

    async def open_page(self, due: Due) -> Opened:
        """Make a page on which it can be paid. Raises Away and NotOffered."""

    async def close_page(self, session: str) -> Paid | None:
        """Let nobody pay there any more; what was paid there before. Raises Away and NotOffered."""

    async def give_back(self, back: Back) -> str:
        """Send money back the way it came; the provider's id of that. Raises Away and NotOffered."""

    def heard(self, body: bytes, signature: str) -> News:
        """Read a message that the provider sent. Raises Forged and NotOffered."""


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
