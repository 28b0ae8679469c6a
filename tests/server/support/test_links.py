"""A place is opened by a cookie at an address without its token, and by its link where a browser keeps no cookies."""

import pytest

from tests.server.home.space.ways import come_in, handed_over
from tests.server.support.conftest import PAGE, asks, base, enter, led, link, waiting

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def on_call(on):
    """Somebody is on call."""


async def test_who_enters_stands_at_an_address_without_the_token_at_once(house, browsers) -> None:
    browser = await browsers()
    browser.cookies.set("tz", "Europe/Berlin")  # a browser that keeps cookies takes no way around
    answer = await enter(browser, name="Robin")
    (ask,) = await asks(house)
    token = (await link(house)).rsplit("/", 1)[1]
    assert answer.headers["location"] == f"/support/at/{ask.id}"
    assert answer.headers["referrer-policy"] == "no-referrer"
    for _ in range(2):  # reload, or a second tab
        page = await browser.get(answer.headers["location"])
        assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
        assert "You are next" in page.text
        assert token not in page.text
    home = (await browser.get(PAGE)).text
    assert f'href="/support/at/{ask.id}"' in home
    assert token not in home


@pytest.mark.parametrize("also", ["", "?opened"])
async def test_an_old_link_leads_to_that_address_on_every_device(house, browsers, also) -> None:
    await waiting(browsers, name="Robin")
    phone, (ask,) = await browsers(), await asks(house)
    for _ in range(2):
        answer = await phone.get(await link(house) + also)
        assert answer.headers["referrer-policy"] == "no-referrer"
        if answer.status_code == 303:
            assert await led(phone, answer) == f"/support/at/{ask.id}"
    assert "You are next" in (await phone.get(f"/support/at/{ask.id}")).text
    assert (await phone.get(f"/support/at/{ask.id}/part")).headers["x-scene"] == "waiting"


async def test_a_browser_that_keeps_no_cookies_waits_meets_and_leaves_by_the_link(house, mara, browsers) -> None:
    answer = await enter(await browsers(), name="Robin", way="phone")
    own = await link(house)
    assert answer.headers["location"] == f"{own}?opened"
    page = await (await browsers()).get(answer.headers["location"])
    assert (page.status_code, "You are next" in page.text) == (200, True)
    assert f'data-href="{own}/part"' in page.text
    assert (await (await browsers()).get(f"{own}/part")).headers["x-scene"] == "waiting"
    assert (await (await browsers()).get(own)).headers["location"] == f"{own}?opened", "a reload stays at the link"
    assert (await (await browsers()).post(f"{own}/leave")).headers["location"] == own
    assert "You left the line" in (await (await browsers()).get(f"{own}?opened")).text
    assert (await mara.post(f"{await base(house)}/take")).status_code == 303


async def test_the_address_alone_opens_nothing_and_leads_to_the_door(house, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    kim = await waiting(browsers, name="Kim")
    for other in (await browsers(), kim.browser):
        assert (await other.get(robin.url)).headers["location"] == f"{PAGE}?notice=place"
        assert (await other.get(f"{robin.url}/part")).status_code == 404
        for step in ("leave", "in", "no-follow-up"):
            assert (await other.post(f"{robin.url}/{step}")).headers["location"] == f"{PAGE}?notice=place"
    told = (await (await browsers()).get(f"{PAGE}?notice=place")).text
    assert "This browser does not open your place any more." in told
    assert "tel:112" in told
    assert "You are in the line" in await robin.page()
    assert "This browser does not open" not in (await robin.browser.get(f"{PAGE}?notice=place")).text
    assert (await robin.browser.get("/support/at/00000000-0000-4000-8000-000000000000")).status_code == 404


async def test_a_cookie_of_one_place_opens_no_other(house, browsers) -> None:
    robin, kim = await waiting(browsers, name="Robin"), await waiting(browsers, name="Kim")
    mine, theirs = (f"support-at-{one.url.rsplit('/', 1)[1].replace('-', '')}" for one in (robin, kim))
    robin.browser.cookies.set(theirs, robin.browser.cookies[mine])
    assert (await robin.browser.get(kim.url)).status_code == 303
    assert "You are in the line" in await robin.page()


async def test_a_phone_that_was_closed_finds_its_place_again_until_it_is_over(house, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    name = f"support-at-{robin.url.rsplit('/', 1)[1].replace('-', '')}"
    lasts = {one.name: one.expires is not None for one in robin.browser.cookies.jar}
    assert (lasts[name], lasts["support-linden"]) == (True, True)
    await robin.browser.post(f"{robin.url}/leave")
    assert "You left the line" in await robin.page()
    assert {one.name: one.expires is not None for one in robin.browser.cookies.jar}[name] is False


async def test_in_a_patients_own_space_their_place_opens_without_the_cookie(house, mara, jo, browsers) -> None:
    own, other = await browsers(), await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    here = (await enter(own, name="Jo")).headers["location"]
    await come_in(house, other, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    assert f'href="{here}"' in (await other.get("/me")).text
    assert "You are next" in (await other.get(here)).text
