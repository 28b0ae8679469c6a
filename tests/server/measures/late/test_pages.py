"""Where a device of the patient's own brings what it kept: their own space alone, and as of when it was answered."""

from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.store import By, cancel
from server.house import House
from server.measures.tables import MeasureAnswer
from server.safety.alerts.tables import Alert
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.home.space.ways import come_in, handed_over
from tests.server.measures.asked import use
from tests.server.visit.conftest import Browser, Browsers, Jo

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}


@pytest_asyncio.fixture(autouse=True)
async def asks(house: House, linden: Linden) -> None:
    await use(house, linden.clinic.id, phq9="visit")


async def bring(browser: Browser, jo: Jo, item: str, value: object, **more: str):
    fields = {"item": item, "value": str(value), "id": str(uuid4()), **more}
    return await browser.post(f"/me/measures/{jo.made.card.public_id}/phq9", data=fields, headers=JSON)


async def test_one_is_taken_long_after_the_visit_and_calls_people_then(
    jo: Jo, phone: Browser, house: House, clock: Clock
) -> None:
    clock.forward(days=2)  # nobody is shown it now
    told = await bring(phone, jo, "phq9_9", 3, ago=str(2 * 86_400))
    assert (told.status_code, told.json()["open"]) == (200, 9)
    assert "watch" in told.json()
    alert = await house.db.read(lambda db: db.scalar(select(Alert)))
    assert alert
    assert alert.kind == "urgent"
    at = await house.db.read(lambda db: db.scalar(select(MeasureAnswer.at)))
    assert at == clock() - timedelta(days=2)


async def test_where_it_is_read_it_says_that_it_came_later(
    jo: Jo, phone: Browser, mara: Browser, house: House, clock: Clock
) -> None:
    for number in (*range(1, 10), "difficulty"):
        assert (await bring(phone, jo, f"phq9_{number}", 1, ago="1000")).status_code == 200
    assert "It came later, on" in (await mara.get(jo.staff_url)).text
    results = (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/measures")).text
    assert "came on" in results
    file = (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/measures/fhir")).json()
    issued = [one["resource"].get("issued") for one in file["entry"]]
    assert [one for one in issued if one]
    alert = await house.db.read(lambda db: db.scalar(select(Alert)))
    assert alert
    assert "(it came on" in (await mara.get(f"/staff/risk/{alert.id}")).text


async def test_one_of_a_visit_that_was_cancelled_since_is_taken_too(
    jo: Jo, phone: Browser, house: House, clock: Clock
) -> None:
    clock.forward(minutes=10)

    async def work(db: AsyncSession) -> None:
        assert await cancel(db, jo.made.card, clock(), By("patient", None))

    await house.db.unit(work)
    clock.forward(hours=1)
    assert (await bring(phone, jo, "phq9_9", 1, ago="4000")).status_code == 200


async def test_where_a_later_tap_stands_it_is_told_which_and_what_is_no_answer_is_refused(
    jo: Jo, phone: Browser
) -> None:
    mine = str(uuid4())
    assert (await bring(phone, jo, "phq9_1", 2, id=mine)).json() == {"number": 1, "open": 9, "done": False}
    older = await bring(phone, jo, "phq9_1", 1, ago="600")
    assert (older.status_code, older.json()) == (200, {"number": 2, "value": 2, "stands": mine})
    for wrong in ({"value": 4}, {"value": "x"}, {"value": 1, "id": "x"}, {"item": "no", "value": 1}):
        assert (await bring(phone, jo, **{"item": "phq9_1", **wrong})).status_code == 422
    assert (await bring(phone, jo, "phq9_2", 1, id=mine)).status_code == 422  # an id of another answer


async def test_nobody_else_brings_any_and_who_is_not_signed_in_keeps_them(
    jo: Jo, linden: Linden, house: House, mara: Browser, phone: Browser, browsers: Browsers
) -> None:
    assert (await bring(jo.browser, jo, "phq9_1", 1)).status_code == 401  # by the link alone
    assert (await bring(await browsers(), jo, "phq9_1", 1)).status_code == 401
    assert (await bring(mara, jo, "phq9_1", 1)).status_code in {401, 403, 404}
    assert await house.db.read(lambda db: db.scalar(select(MeasureAnswer.id).limit(1))) is None


async def test_a_page_keeps_answers_on_a_device_of_ones_own_alone(
    jo: Jo, house: House, mara: Browser, phone: Browser, browsers: Browsers
) -> None:
    shared = await browsers()
    await come_in(house, shared, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    address = f"{jo.url}/measures/phq9"
    assert "data-whose=" in (await phone.get(address)).text
    for browser in (shared, jo.browser):
        answer = await browser.get(address)
        assert answer.status_code == 200
        assert "data-whose=" not in answer.text
