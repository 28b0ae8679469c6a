"""A questionnaire stays on the version that it was begun with, whatever the clinic asks meanwhile: the page says which
version it shows, and the first answer begins that one. An answer of a page with another version than it was begun with
counts where the question is the same in both, word for word; what else speaks of danger is kept beside those that do.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.measures import store
from server.measures.occasion import Occasion
from server.measures.rules import Instrument
from server.measures.sheets import Sheet, row_for


@dataclass(frozen=True)
class Anew:
    """The question of this answer is not in the version that was begun: their page has to be opened again."""


@dataclass(frozen=True)
class Begun:
    """Where the answers of a page go: the row, what it asks, and which questions of the page are among that."""

    row: store.Row
    sheet: Sheet
    same: Collection[str]

    def other(self, page: Sheet, item: str) -> UUID | None:
        """The version of the page, for an answer to what is not among them."""
        return None if item in self.same else page.version_id


async def begin(db: AsyncSession, of: Occasion, page: Sheet, at: datetime) -> Begun:
    """Where the answers of this page go; one after the other from here on, until the unit ends."""
    known = await row_for(db, of, page, at)
    if not await store.in_turn(db, known.id):  # it went to another booking meanwhile
        known = await row_for(db, of, page, at)
        await store.in_turn(db, known.id)
    row = await store.pin(db, known.id, page.version_id)
    if row.version_id == page.version_id:
        return Begun(row, page, {item.id for item in page.instrument.items})
    version = (await store.versions_of(db, of.clinic_id, [row.version_id]))[row.version_id]
    sheet = replace(page, instrument=version.instrument, version_id=row.version_id)
    return Begun(row, sheet, alike(version.instrument, page.instrument))


def alike(one: Instrument, other: Instrument) -> set[str]:
    """The questions that both put, word for word and with the same answers."""
    if (one.stem, one.recall) != (other.stem, other.recall):
        return set()
    return {item.id for item in one.items if item == other.item(item.id)}
