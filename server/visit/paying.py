"""What became of a visit, told to who asks for the money; when nothing about it can be taken back any more."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.paying.rules import Ending
from server.booking.paying.settling import visit_over
from server.house import House
from server.outbox import Job
from server.visit import store
from server.visit.rules import Outcome, State, VisitFacts


async def settle_visit(house: House, job: Job) -> None:
    """Two hours after an end, an outcome or a 'did not come': as it stands now. Again does no harm."""
    booking_id = UUID(job.payload["booking"])

    async def work(db: AsyncSession) -> bool:
        card = await booking.booking_for_visit(db, booking_id)
        visit = await store.visit_of(db, booking_id) if card else None
        ending = ending_of(visit) if visit else None
        return bool(card and ending and await visit_over(db, card, ending, house.clock()))

    if await house.db.unit(work):
        house.couriers.nudge()


def ending_of(visit: VisitFacts) -> Ending | None:
    """What a visit comes to; None while it may go on, or was opened once more."""
    if visit.state not in {State.ENDED, State.AFTER}:
        return None
    if visit.outcome is Outcome.NO_SHOW:
        return Ending.MISSED
    declined = visit.declined_at is not None and visit.outcome is None
    return Ending.BY_CLINIC if declined else Ending.MET


JOBS = {store.SETTLE: settle_visit}
