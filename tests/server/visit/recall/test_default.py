"""Who only closes the page: called back by mail unless they said no, and the page says what will happen."""

import pytest

from server.house import House
from server.notify.mail import MemoryMailer
from server.notify.sms import MemoryTexter
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo, booked_this_morning, with_link
from tests.server.visit.recall.test_pages import call

pytestmark = pytest.mark.asyncio
BY_MAIL = "the clinic calls you back by mail, at the address of this booking"
BY_FORM = "the clinic cannot call you if you only close the page"


async def came(jo: Jo, clock: Clock) -> str:
    clock.now = START
    await jo.arrive()
    return await jo.page()


async def test_whose_page_goes_silent_is_called_back_by_mail(house: House, jo: Jo, mara: Browser, clock: Clock) -> None:
    assert BY_MAIL in await came(jo, clock)
    clock.forward(seconds=40)
    assert ">Call back<" in (await mara.get("/staff")).text
    await call(mara, jo)
    await house.outbox.run_due()
    assert [letter.subject for letter in house.mailer.sent if "come back" in letter.subject]


async def test_who_said_no_is_not_called(house: House, jo: Jo, mara: Browser, clock: Clock) -> None:
    await came(jo, clock)
    await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked"})
    assert "Left no way to be called back." in (await mara.get("/staff")).text
    await jo.browser.post(f"{jo.url}/come-back")
    page = await jo.page()
    assert BY_FORM in page
    assert BY_MAIL not in page


async def test_who_gave_a_number_alone_reads_that_the_form_is_the_way(
    house: House, linden: Linden, clock: Clock, browsers
) -> None:
    made = await booked_this_morning(house, linden, clock, START, name="Ola Berg", mail="", phone="+4930901820")
    page = await came(await with_link(made, await browsers()), clock)
    assert BY_FORM in page
    assert BY_MAIL not in page
    assert 'value="+4930901820"' in page


async def test_the_number_of_the_door_stands_in_the_form(jo: Jo, clock: Clock) -> None:
    clock.now = START
    await jo.arrive(number="+351 912 345 678")
    assert 'value="+351912345678"' in await jo.page()


@pytest.mark.parametrize(
    ("phone", "said"), [("", "Which number shall we send the message to?"), ("12", "We cannot send to that number.")]
)
async def test_a_text_message_without_a_number_comes_back_to_be_mended(
    jo: Jo, mara: Browser, clock: Clock, phone: str, said: str
) -> None:
    await came(jo, clock)
    answer = await jo.browser.post(f"{jo.url}/leave", data={"recall": "asked", "sms": "yes", "phone": phone})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'data-scene="waiting"' in answer.text, "they are still here"


class TestNothingLeavesTheMachine:
    @pytest.fixture
    def mailer(self) -> MemoryMailer:
        return MemoryMailer(sends=False)

    async def test_no_way_is_offered_and_nobody_reads_that_somebody_was_called(
        self, house: House, jo: Jo, mara: Browser, clock: Clock, linden: Linden
    ) -> None:
        assert isinstance(house.texter, MemoryTexter)
        house.texter.sends = False
        page = await came(jo, clock)
        assert 'name="sms"' not in page
        assert 'id="recall-mail"' not in page
        assert "The clinic cannot send you a message from here" in page
        await jo.browser.post(
            f"{jo.url}/leave", data={"recall": "asked", "mail": "yes", "sms": "yes", "phone": "+4930901820"}
        )
        await call(mara, jo)
        day = (await mara.get("/staff")).text
        assert "called them back" not in day
        assert "Left no way to be called back." in day
        made = await booked_this_morning(house, linden, clock, START.replace(hour=15), mail="", phone="+4930901820")
        assert made
        assert "No text message is sent yet" in (await mara.get("/staff")).text
