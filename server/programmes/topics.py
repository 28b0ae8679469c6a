"""What of the programmes awaits a clinician: each definition that has figures or plans which no label gives."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from json import dumps
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, holds
from server.clinic.confirming.store import all_said, confirmed
from server.clinic.confirming.topics import Asks
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.definition import Definition
from server.programmes.store import Pinned

READ = "/staff/programmes/read"


def key_of(definition: Definition) -> str:
    return f"programme-{definition.id}-{definition.version}"


async def is_confirmed(db: AsyncSession, clinic_id: UUID, definition: Definition, digest: str) -> bool:
    """Whether a clinician stands up for this very version, or no figure of it needs one."""
    return not definition.awaited or await confirmed(db, clinic_id, key_of(definition), digest)


async def awaiting(db: AsyncSession, clinic_id: UUID, several: Iterable[Pinned]) -> frozenset[str]:
    """The digests of those of these versions for which no clinician of the clinic stands up; one statement."""
    asked = [one for one in several if one.definition.awaited]
    said = await all_said(db, clinic_id) if asked else {}
    return frozenset(one.digest for one in asked if not holds(said.get(key_of(one.definition)), one.digest))


def as_shipped(key: str) -> Pinned:
    """A definition as it comes with the program."""
    return Pinned(shipped()[key], digest_of(key))


def digest_of(key: str) -> str:
    """The version of a definition as it comes with the program."""
    return sha256(dumps(shipped_data()[key], sort_keys=True).encode()).hexdigest()


async def programme_topics(asks: Asks) -> Sequence[Topic]:
    """Every programme; those are in use that the clinic gives."""
    given, _ = await store.given(asks.db, asks.clinic.id)
    return [_topic(asks, one, key in given) for key, one in shipped().items() if one.awaited]


def _topic(asks: Asks, one: Definition, in_use: bool) -> Topic:
    _ = asks.gettext
    return Topic(
        key=key_of(one),
        area=_("Programmes"),
        name=one.name,
        version=digest_of(one.id),
        awaits=[_("Its figures, its plan, and which answers ask for a look or a reason")],
        figures=[(figure.what, figure.said) for figure in one.figures.values() if not figure.label],
        sources=list(dict.fromkeys(awaited.source for awaited in one.awaited)),
        look=f"{READ}/{one.id}",
        in_use=in_use,
    )
