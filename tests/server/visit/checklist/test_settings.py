"""What a clinic asks at the start of a visit is its own to set; what earlier visits were asked stays."""

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.access import Role
from server.house import House
from server.visit.checklist.tables import ChecklistSetting
from tests.server.booking.linden import Linden
from tests.server.visit.checklist.conftest import answer
from tests.server.visit.conftest import Browser, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio
PATH = "/staff/clinic/visits/start"
OURS = {"seen": "0", "on_alone": "yes", "words_alone": "Is anybody with you?", "allow_emergency": "yes"}


@pytest_asyncio.fixture
async def admin(house: House, linden: Linden, mara: Browser, browsers: Browsers) -> Browser:
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def test_lines_and_words_are_the_clinics(admin: Browser, mara: Browser, jo: Jo) -> None:
    page = (await admin.get(PATH)).text
    assert "These lines await a clinician." in page
    assert 'value="Alone in the room?"' in page
    await jo.arrive()
    await answer(mara, jo, "safe", word="yes", over="0")
    assert (await admin.post(PATH, data=OURS)).headers["location"] == f"{PATH}?notice=kept"
    assert 'value="Is anybody with you?"' in (await admin.get(PATH)).text
    lead = (await mara.get(jo.staff_url)).text
    assert "One answer is still open" in lead
    assert "Is anybody with you?" in lead
    assert "Somewhere safe, not driving" in lead, "what was answered stays"


async def test_a_form_that_was_overtaken_is_shown_again_as_typed(admin: Browser, house: House) -> None:
    assert (await admin.post(PATH, data=OURS)).status_code == 303
    late = await admin.post(PATH, data=OURS | {"words_alone": "By yourself?"})
    assert late.status_code == 409
    assert 'value="By yourself?"' in late.text
    assert 'name="seen" value="1"' in late.text
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(ChecklistSetting))) == 1


async def test_words_that_are_too_long_come_back(admin: Browser) -> None:
    answered = await admin.post(PATH, data=OURS | {"kindly": "x" * 1501})
    assert answered.status_code == 422
    assert "This is a little long." in answered.text


async def test_nobody_but_an_admin_sets_it(mara: Browser, desk: Browser) -> None:
    for who in (mara, desk):
        assert (await who.get(PATH)).status_code == 403
        assert (await who.post(PATH, data=OURS)).status_code == 403
