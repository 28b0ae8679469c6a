"""Who looked at a patient's record: every look leaves an entry in the audit, and these are those entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team import store as team
from server.audit.store import seen_of
from server.booking.cards import bookings_of
from server.house import House
from server.patients.merging import store as merges

LOOKS = frozenset(
    {
        "record.seen", "record.taken_along", "record.refused", "measures.seen", "measures.taken_along",
        "patient.seen", "visit.viewed", "visit.part_seen", "glass.broken", "document.taken",
        "journal.seen",
        "letter.read", "letter.file_taken", "letter.refused",
        "measure.alert_seen", "reading.alert_seen", "support.opened", "booking.seen", "emergency.seen",
    }
)  # fmt: skip
"""What counts as a look at somebody. A refused one is told too: that somebody tried."""
MOST = 500
ONE_SITTING = timedelta(hours=1)
"""Who looks at the same again within this time has looked at it once, however often a page came anew."""
Row = tuple[datetime, UUID | None, str, Mapping[str, object]]


@dataclass(frozen=True)
class Look:
    """Who looked, when last, and at what: an action of LOOKS, and the part of the record that a page is about; `times`:
    how often in one sitting.
    """

    at: datetime
    who: str
    what: str
    part: str = ""
    times: int = 1


async def who_looked(house: House, clinic_id: UUID, patient_id: UUID) -> list[Look]:
    """The newest looks at a patient, of records that were merged into theirs too."""

    async def work(db: AsyncSession) -> tuple[Sequence[Row], dict[UUID, str]]:
        merged = [gone for gone, _ in await merges.merged_into(db, patient_id)]
        cards = await bookings_of(db, clinic_id, patient_id, None)
        subjects = [patient_id, *merged, *(card.id for card in cards)]
        staff = {one.id: one.name for one in await team.team(db, clinic_id)}
        return await seen_of(db, clinic_id, subjects, LOOKS, MOST), staff

    rows, staff = await house.db.read(work)
    return folded(
        Look(at, staff.get(who, "") if who else "", what, str(detail.get("page", ""))) for at, who, what, detail in rows
    )


def folded(looks: Iterable[Look]) -> list[Look]:
    """The newest first, as they came in; each sitting once."""
    found, begun = list[Look](), dict[tuple[str, str, str], tuple[int, datetime]]()
    for one in looks:
        key = (one.who, one.what, one.part)
        place, before = begun.get(key, (-1, one.at))
        if place >= 0 and before - one.at <= ONE_SITTING:
            found[place] = replace(found[place], times=found[place].times + 1)
        else:
            place = len(found)
            found.append(one)
        begun[key] = (place, one.at)
    return found
