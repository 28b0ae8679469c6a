"""What every way of being paid promises, whoever moves the money: what it is told, what it answers, what it refuses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


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
