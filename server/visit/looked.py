"""What a page of a visit fetches again beside the picture: the first reading, and one of something new, are noted."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note, noted
from server.visit.acts import audit_entry, by_of
from server.visit.door import Knock
from server.visit.rules import Part

ACTION = "visit.part_seen"


async def looked(knocked: Knock, part: str, shown: Iterable[object]) -> None:
    """One row in the audit where this reader has not had these on this page before; nothing for the same again, nor
    where nothing of the patient is shown. `shown`: ids, numbers and times alone, as a digest of them is kept.
    """
    said = [str(one) for one in shown]
    if not said:
        return
    detail: dict[str, object] = {"page": part, "mark": sha256("|".join(said).encode()).hexdigest()[:16]}
    entry = audit_entry(knocked, ACTION, by_of(knocked, Part.THERAPIST), detail)
    if await knocked.house.db.read(lambda db: noted(db, entry)):
        return

    async def work(db: AsyncSession) -> None:
        note(db, entry, knocked.now)

    await knocked.house.db.unit(work)
