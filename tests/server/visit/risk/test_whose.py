"""A course's questions answered by the booking of another therapist: whom the patient's page names is called too."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import pytest_asyncio

from server.accounts.team.store import set_disabled
from tests.server.programmes.test_asking_alone import book_again
from tests.server.visit.conftest import START, Jo, signed_in, with_link
from tests.server.visit.risk.test_alone import NINE, alerts, alone
from tests.server.visit.risk.test_climb import called, climb_for

__all__ = ["alone"]
pytestmark = pytest.mark.asyncio
NEEDS = "An answer of Jo Almeida needs you."


@pytest_asyncio.fixture
async def with_samir(alone, jo, house, linden, browsers, samir, clock) -> Jo:
    """Jo has a session with Samir on the next day, whose page asks what Mara's course asks."""
    clock.now = START + timedelta(days=2, hours=-3)  # where `alone` left it
    await signed_in(house, samir, linden.samir.staff_id)
    return await with_link(await book_again(house, linden, jo, 3, by=linden.samir), await browsers())


@pytest_asyncio.fixture
async def answered(with_samir: Jo) -> str:
    page = f"{with_samir.url}/measures/phq9"
    assert "for your talk with Samir" in (await with_samir.browser.get(page)).text
    kept = (await with_samir.browser.post(f"{page}/answer", data=NINE)).json()
    return kept["watch"]


async def test_both_read_it_on_their_page_and_either_says_that_they_saw_it(
    answered, alone, mara, samir, house, linden, clock
) -> None:
    for one in (mara, samir):
        assert NEEDS in (await one.get("/staff")).text
    await house.alerts.run_due()
    (alert,) = await alerts(house)
    page = (await samir.get(f"/staff/risk/{alert.id}")).text
    assert "An answer of Jo Almeida speaks of danger" in page
    assert "question 9" in page
    for one in (linden.mara, linden.samir):
        assert f"It stood on the page of {one.name}." in page
    flags = re.search(r'name="flags" value="([^"]+)"', page)[1]
    assert (await samir.post(f"/staff/risk/{alert.id}/saw", data={"flags": flags})).status_code == 303
    assert "Jo Almeida" in (await samir.get(f"/staff/risk/{alert.id}")).text, "who they are to him does not change"
    for one in (mara, samir):
        assert NEEDS not in (await one.get("/staff")).text


async def test_the_alert_calls_both_first_and_then_everybody_else(answered, house, linden, dana, clock) -> None:
    await climb_for(house, clock, minutes=2)
    both = {("therapist", one.staff_id.hex) for one in (linden.mara, linden.samir)}
    assert set(await called(house)) == both
    await climb_for(house, clock, minutes=12)
    assert set(await called(house)) - both == {("colleague", dana.hex), ("roster", dana.hex)}
    assert set((await called(house)).values()) == {1}


async def test_in_her_own_space_it_calls_who_began_the_course_alone(
    with_samir, alone, phone, samir, house, linden, clock
) -> None:
    await phone.post(f"{alone}/answer", data=NINE)
    await climb_for(house, clock, minutes=2)
    assert set(await called(house)) == {("therapist", linden.mara.staff_id.hex)}
    assert NEEDS not in (await samir.get("/staff")).text


async def test_who_is_named_after_others_were_called_is_called_then(
    with_samir, alone, phone, house, linden, clock
) -> None:
    await phone.post(f"{alone}/answer", data=NINE)
    await climb_for(house, clock, minutes=2)
    page, once_more = f"{with_samir.url}/measures/phq9/answer", NINE | {"number": "2"}
    assert (await with_samir.browser.post(page, data=once_more)).status_code == 200
    await climb_for(house, clock, minutes=2)
    again = Counter({("therapist", linden.mara.staff_id.hex): 2, ("therapist", linden.samir.staff_id.hex): 1})
    assert await called(house) == again


async def test_who_works_there_no_more_leaves_it_to_the_other(
    answered, mara, samir, house, linden, dana, clock
) -> None:
    await house.db.unit(lambda db: set_disabled(db, linden.mara.staff_id, house.clock()))
    await climb_for(house, clock, minutes=2)
    assert set(await called(house)) == {("therapist", linden.samir.staff_id.hex)}
    assert NEEDS in (await samir.get("/staff")).text
