"""What patients do with entries that stand already, whatever kind they are: sharing one, deleting one, deleting all."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.errors import NotFound, Unprocessable
from server.journal import store
from server.journal.door import Mine
from server.journal.rules import Entry, Share

Also = Callable[[AsyncSession], Awaitable[None]]


async def share(mine: Mine, entry: Entry, said: str) -> None:
    """Say who may read this entry; the same again leaves no trace. Raises Unprocessable."""
    if said not in set(Share):
        raise Unprocessable()
    trace = mine.trace("journal.shared", kind=entry.kind, entry=entry.id.hex, share=said)

    async def work(db: AsyncSession) -> None:
        if await store.share(db, mine.patient_id, entry.kind, entry.id, Share(said)) and said != entry.share:
            note(db, trace, mine.now)

    await mine.house.db.unit(work)


async def delete(mine: Mine, kind: str, wanted: UUID) -> None:
    """Delete one entry, for good; also one that waits on a device and has not come yet. Again changes nothing.

    Raises NotFound for an id that is somebody else's.
    """

    async def work(db: AsyncSession) -> bool | None:
        gone = await store.forget(db, mine.patient_id, kind, wanted, mine.now)
        if gone:
            note(db, mine.trace("journal.deleted", kind=kind, count=1), mine.now)
        return gone

    if await mine.house.db.unit(work) is None:
        raise NotFound()


async def delete_all(mine: Mine, kind: str, also: Also | None = None) -> None:
    """Delete every entry of this kind, and in the same unit whatever else belongs to them; again changes nothing."""

    async def work(db: AsyncSession) -> None:
        count = await store.forget_all(db, mine.clinic.id, mine.patient_id, kind, mine.now)
        if also:
            await also(db)
        if count:
            note(db, mine.trace("journal.deleted", kind=kind, count=count), mine.now)

    await mine.house.db.unit(work)
