"""Jo's visit with Mara: booked for Monday 14:00 UTC, and browsers for everybody who has to do with it."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import Stage
from server.booking.desk import Made
from server.clinic.rules import DEFAULT_POLICY
from server.house import House
from server.middleware.login import COOKIE, cookie_name
from tests.server.booking.linden import Linden, booked, seed
from tests.server.conftest import MONDAY, Clock, browser_on
from tests.server.visit.sockets import Socket, served

START = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
"""When Jo's session begins: 15:00 in Berlin, five hours after the tests begin."""
HERE = {"place": "Rua da Rosa 12, Lisbon", "number": "555 0142", "contact": "Ana, 555 0199"}

Browser = httpx2.AsyncClient
Browsers = Callable[[], Awaitable[Browser]]


@dataclass(frozen=True)
class Jo:
    """A booking, and the browser that opened its link."""

    made: Made
    browser: Browser

    @property
    def url(self) -> str:
        return f"/visit/{self.made.card.public_id}"

    @property
    def staff_url(self) -> str:
        return f"/staff/visit/{self.made.card.public_id}"

    async def page(self) -> str:
        answer = await self.browser.get(self.url)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    async def arrive(self, **said: str) -> httpx2.Response:
        return await self.browser.post(f"{self.url}/arrive", data={**HERE, **said})


@pytest_asyncio.fixture
async def linden(app: Starlette, house: House) -> Linden:
    """Linden Practice, whose waiting room opens a quarter of an hour before the time; changes until an hour before."""
    policy = replace(DEFAULT_POLICY, opens=timedelta(minutes=15), change_until=timedelta(hours=1))
    return await seed(
        house, policy=policy, waiting_text="Make yourself a tea.", after_text="Be kind to yourself today."
    )


@pytest_asyncio.fixture
async def browsers(app: Starlette) -> AsyncIterator[Browsers]:
    """As many browsers as a test wants."""
    async with AsyncExitStack() as open_ones:

        async def another() -> Browser:
            return await open_ones.enter_async_context(browser_on(app))

        yield another


@pytest_asyncio.fixture
async def jo(house: House, linden: Linden, browsers: Browsers) -> Jo:
    return await with_link(await booked(house, linden, START), await browsers())


async def booked_this_morning(house: House, linden: Linden, clock: Clock, start: datetime, **who: Any) -> Made:
    """Another booking of today, made while there was notice enough; the clock is where it was afterwards."""
    now, clock.now = clock.now, MONDAY
    made = await booked(house, linden, start, **{"name": "Noor Hassan", "mail": "noor@example.org", **who})
    clock.now = now
    return made


async def with_link(made: Made, browser: Browser) -> Jo:
    """The browser after it opened the link of the mail."""
    answer = await browser.get(f"/l/{made.token}")
    assert answer.status_code == 303
    return Jo(made, browser)


@pytest_asyncio.fixture
async def mara(house: House, linden: Linden, clock: Clock, jo: Jo, browsers: Browsers) -> Browser:
    """Mara, who signs in ten minutes before."""
    clock.now = START - timedelta(minutes=10)
    return await signed_in(house, await browsers(), linden.mara.staff_id)


@pytest_asyncio.fixture
async def samir(house: House, linden: Linden, clock: Clock, jo: Jo, browsers: Browsers) -> Browser:
    """A colleague of Mara."""
    clock.now = START - timedelta(minutes=10)
    return await signed_in(house, await browsers(), linden.samir.staff_id)


@pytest_asyncio.fixture
async def desk(house: House, linden: Linden, clock: Clock, jo: Jo, browsers: Browsers) -> Browser:
    """Somebody at the front desk of the same clinic."""
    clock.now = START - timedelta(minutes=10)
    staff_id = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    return await signed_in(house, await browsers(), staff_id)


async def add_staff(house: House, clinic_id: UUID, *roles: Role) -> UUID:
    staff_id, mail = uuid4(), f"{secrets.token_hex(4)}@linden.example"
    ring = await house.keys.clinic(clinic_id)
    new = accounts.NewStaff(
        id=staff_id,
        clinic_id=clinic_id,
        name="Dana Desk",
        mail_sealed=accounts.seal_mail(ring, clinic_id, staff_id, mail),
        mail_index=accounts.mail_index(house.keys.secret("staff mail"), mail),
        roles=frozenset(roles),
        password_hash=None,
        made_at=house.clock(),
    )
    await house.db.unit(lambda db: accounts.add_staff(db, new))
    return staff_id


async def signed_in(house: House, browser: Browser, staff_id: UUID) -> Browser:
    """The browser with a full login of this member of staff."""

    async def work(db: AsyncSession) -> str:
        return await accounts.start_login(db, staff_id, Stage.FULL, house.clock())

    browser.cookies.set(cookie_name(COOKIE, house.settings.https), await house.db.unit(work))
    return browser


@pytest_asyncio.fixture
async def sockets(app: Starlette) -> AsyncIterator[Callable[..., Socket]]:
    """As many sockets as a test wants: `sockets()`."""
    made: list[Socket] = []
    async with served(app) as port:

        def another(**more: str) -> Socket:
            made.append(Socket(port, **more))
            return made[-1]

        yield another
        for one in made:
            await one.close()
