"""A safety plan in the made-up clinic, begun by its patient and gone on with together."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.crypto import token_hash
from server.house import House
from server.safety.plan.forms import Typed
from server.safety.plan.keeping import Hand, choose, write
from server.safety.plan.store import SHARED

ALONE = {
    "signs": "I stop answering messages\nI lie awake and count what went wrong",
    "alone": "A hot shower\nThe song I always play, twice\nOnce around the block",
    "ask": "My sister 555 0199",
}
TOGETHER = {"safer": "My sister keeps the tablets, and brings those of three days", "reasons": "Our garden in May"}


async def add_plan(house: House, token: str, staff_id: UUID, now: datetime) -> None:
    """The plan of whose booking this link is."""

    async def work(db: AsyncSession) -> tuple[UUID, UUID]:
        card = await booking.booking_by_link(db, token_hash(token), now)
        assert card
        return card.clinic_id, card.patient_id

    ids = await house.db.read(work)
    for hand, steps in (
        (Hand(house, *ids, None, now - timedelta(days=20)), ALONE),
        (Hand(house, *ids, staff_id, now - timedelta(days=6)), TOGETHER),
    ):
        await choose(hand, SHARED, "yes")
        for step, text in steps.items():
            await write(hand, step, Typed(text, 0))
