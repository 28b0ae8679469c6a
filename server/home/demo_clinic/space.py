"""The code to a space of their own, of the patient in the made-up clinic who may come in now, and what waits there."""

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.calm.homework import store as offers
from server.crypto import token_hash
from server.house import House
from server.patients.space import knocking
from server.patients.space.rules import code_from, plain_code


async def hand_over(house: House, token: str, now: datetime) -> str:
    """A code for whom this link of a booking was given."""
    code, secret = code_from(secrets.token_bytes(16)), house.keys.secret("space codes")

    async def work(db: AsyncSession) -> None:
        card = await booking.booking_by_link(db, token_hash(token), now)
        assert card
        await offers.offer(db, card.clinic_id, card.patient_id, "sit/anchor", card.therapist_id, now)
        await knocking.hand_over(db, secret, plain_code(code), (card.clinic_id, card.patient_id, None), None, now)

    await house.db.unit(work)
    return code
