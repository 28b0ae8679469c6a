"""Jo and her clinic, which takes letters; her space is open on a phone."""

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx2
import pytest_asyncio

from server.house import House
from server.letters import promises
from server.letters.rules import Promise
from tests.server.booking.conftest import either_house, new_database
from tests.server.booking.linden import Linden
from tests.server.home.space.ways import come_in, handed_over
from tests.server.visit.conftest import Browser, Jo, browsers, desk, jo, linden, mara, samir

__all__ = ["browsers", "desk", "either_house", "jo", "linden", "mara", "new_database", "samir"]
MAIL = "jo.almeida@example.org"


async def take_letters(house: House, clinic_id: UUID, **changes: object) -> None:
    """The clinic answers letters within two working days."""
    said = await house.db.read(lambda db: promises.promise_of(db, clinic_id))
    new = Promise(**{"is_open": True, "days": 2, "receipts": True, "number": said.number, **changes})
    assert await house.db.unit(lambda db: promises.promise(db, clinic_id, new, None, house.clock()))


@dataclass
class Phone:
    """A browser in which Jo's space is open."""

    browser: Browser
    mara: str

    async def writes(self, text: str, to: str = "", once: str = "", **more: object) -> httpx2.Response:
        fields = {"once": once or str(uuid4()), "to": to or self.mara, "text": text}
        return await self.browser.post("/me/letters/new", data=fields, **more)

    async def begins(self, text: str, to: str = "") -> str:
        """The id of the thread that this letter begins."""
        answer = await self.writes(text, to)
        assert answer.status_code == 303, answer.text
        return thread_in(answer)


def thread_in(answer: httpx2.Response) -> str:
    return re.findall(r"letters/([0-9a-f-]{36})", answer.headers["location"])[0]


def letters_in(page: str) -> list[str]:
    """The ids of the letters that a page shows."""
    return re.findall(r'id="l-([0-9a-f-]{36})"', page)


@pytest_asyncio.fixture
async def phone(house: House, linden: Linden, jo: Jo, mara: Browser, browsers) -> Phone:
    await take_letters(house, linden.clinic.id)
    browser = await browsers()
    await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), MAIL, own="yes")
    await house.outbox.run_due()  # that a new device came in
    house.mailer.sent.clear()
    return Phone(browser, str(linden.mara.staff_id))
