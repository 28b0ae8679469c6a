"""Times that nobody has booked and nobody can take: kept while somebody fills in a form, or offered to who waits.

One statement over the claims that hold them, so that what is shown is what stands in the way, rooms too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.holding.tables import Hold
from server.booking.tables import Claim
from server.booking.waitlist.tables import WaitOffer
from server.db import Instant
from server.plain import rows

_KEPT = (
    select(
        Claim.resource_id,
        func.coalesce(Hold.starts_at, WaitOffer.starts_at, Claim.from_at, type_=Instant()),
        Claim.until_at,
        Claim.expires_at,
        WaitOffer.id,
        WaitOffer.therapist_id,
    )
    .outerjoin(Hold, and_(Hold.form_id == Claim.hold_id, Hold.ended_at.is_(None)))
    .outerjoin(WaitOffer, WaitOffer.id == Claim.hold_id)
    .where(Claim.clinic_id == bindparam("clinic_id", type_=Uuid()))
    .where(Claim.expires_at > bindparam("now"), Claim.from_at < bindparam("until"), Claim.until_at > bindparam("since"))
    .order_by(Claim.from_at, Claim.resource_id)
)


@dataclass(frozen=True)
class Hindrance:
    """What keeps a therapist or a room until `until`; with `offer_id` it is offered to somebody who waits."""

    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    until: datetime
    offer_id: UUID | None
    therapist_id: UUID | None


async def kept_between(
    db: AsyncSession, clinic_id: UUID, since: datetime, until: datetime, now: datetime
) -> Sequence[Hindrance]:
    """What is kept at the clinic in this span, in order of time."""
    asked = {"clinic_id": clinic_id, "since": since, "until": until, "now": now}
    return [Hindrance(*row) for row in await rows(db, _KEPT, asked)]
