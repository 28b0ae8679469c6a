"""Mara's licences, and short ways to her pages."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import uuid4

import pytest

from server.clinic.licences import store
from server.clinic.licences.rules import Licence, Place
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.visit.conftest import Browser, Jo

JSON = {"accept": "application/json"}
TEXAS = {"place": "5 Elm Street, Austin", "country": "US", "region": "US-TX"}
ANSWERS = {
    "identity": "yes", "alone": "yes", "safe": "yes", "change": "no", "risk": "no", "consent": "yes", "third": "no",
}  # fmt: skip
"""The usual answer of every line that asks for yes or no."""

Give = Callable[..., Awaitable[None]]


@pytest.fixture
def licensed(house: House, linden: Linden) -> Give:
    """Puts a licence on Mara's list: `await licensed('PT')`, `await licensed('US', 'US-NY', date(...))`."""

    async def give(country: str, region: str = "", expires: date | None = None) -> None:
        one = Licence(uuid4(), Place(country, region), "Psychotherapist", "", expires)
        staff_id = linden.mara.staff_id
        await house.db.unit(lambda db: store.add_licence(db, linden.clinic.id, staff_id, one, None, house.clock()))

    return give


async def answer(mara: Browser, jo: Jo, line: str, **fields: str):
    return await mara.post(f"{jo.staff_url}/check/{line}", data=fields, headers=JSON)


async def answer_all(mara: Browser, jo: Jo) -> None:
    """Everything that was said at the door is right, and every other line has its usual answer."""
    assert (await mara.post(f"{jo.staff_url}/as-said")).status_code == 303
    for line, word in ANSWERS.items():
        assert (await answer(mara, jo, line, word=word, over="0")).status_code == 200


async def meet_and_part(mara: Browser, jo: Jo) -> None:
    """Let in, ended, and noted as attended."""
    for step in ("admit", "end"):
        assert (await mara.post(f"{jo.staff_url}/{step}")).status_code == 303
    assert (await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "attended"})).status_code == 303
