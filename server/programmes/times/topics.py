"""The times around what is written of a course await a clinician."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.programmes import store
from server.programmes.times.rules import PROPOSED, said

KEY = "programme-times"


def version() -> str:
    """Of the figures alone: other words for the same time ask nobody again."""
    return version_of({key: length.total_seconds() for key, (length, _) in PROPOSED.items()})


async def time_topics(asks: Asks) -> Sequence[Topic]:
    """In use where the clinic gives any programme."""
    _ = asks.gettext
    given, _number = await store.given(asks.db, asks.clinic.id)
    return [
        Topic(
            key=KEY,
            area=_("Programmes"),
            name=_("Times within which a course is written, and calls people"),
            version=version(),
            awaits=[_("How long each of these is: no label and no guideline says it")],
            figures=[(what, said(length)) for length, what in PROPOSED.values()],
            sources=["A proposal of this program"],
            look="/staff/observing",
            in_use=bool(given),
        )
    ]


async def is_sure(db: AsyncSession, clinic_id: UUID) -> bool:
    """Whether somebody of the clinic stands up for these times."""
    return await confirmed(db, clinic_id, KEY, version())
