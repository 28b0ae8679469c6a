"""Somebody of the made-up clinic who is asked every week, visit or not: what she answered before, and this week's."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.home.demo_clinic.asked import answer
from server.home.demo_clinic.course import whose
from server.home.demo_clinic.people import EVERY_WEEK
from server.house import House
from server.measures.asking import version_to_ask
from server.measures.weekly import store
from server.measures.weekly.asking import ask_weekly
from server.measures.weekly.rules import week_of
from server.patients.space import knocking
from server.patients.space import store as spaces
from server.patients.space.rules import code_from, plain_code

KEY = "gad7"
WEEKS = ((3, (2, 2, 3, 2, 1, 2, 2)), (2, (2, 2, 2, 2, 1, 2, 1)), (1, (1, 2, 1, 1, 0, 1, 1)))
"""How many weeks ago, and what she answered."""
LATER = timedelta(hours=9)


async def add_weekly(house: House, clinic: Clinic, tokens: Mapping[str, str], now: datetime) -> None:
    """Give her a space, the answers of the weeks before, and ask what is due now as the program does by itself.

    `tokens`: name -> link of a booking.
    """
    patient_id = await house.db.read(lambda db: whose(db, tokens[EVERY_WEEK], now))
    ring, secret = await house.keys.patient(clinic.id, patient_id), house.keys.secret("space codes")
    ids, this = (clinic.id, patient_id), week_of(now, clinic.zone)

    async def work(db: AsyncSession) -> None:
        code = code_from(secrets.token_bytes(16))
        code_id = await knocking.hand_over(db, secret, plain_code(code), (*ids, None), None, now)
        await knocking.use_code(db, code_id, now)
        space = await spaces.space_for(db, *ids, None, now)
        await spaces.add_member(db, space, patient_id, None, code_id, now)
        version = await version_to_ask(db, clinic.id, KEY, house)
        assert version, "it comes with the program"
        for ago, values in WEEKS:
            week = week_of(this.asks_at - ago * timedelta(days=7), clinic.zone)
            await store.ask(db, ids, KEY, version, week.day, week.asks_at)
            await answer(db, ring, ids, KEY, week.asks_at + LATER, values)

    await house.db.unit(work)
    await ask_weekly(house)
