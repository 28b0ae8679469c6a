"""Declined or handed over while away: a message says so, and the notice says what is true."""

import pytest

from server.house import House
from server.notify.mail import MemoryMailer
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo
from tests.server.visit.recall.test_pages import BY_MAIL, BY_SMS, leave

pytestmark = pytest.mark.asyncio
STEPS = {
    "decline": ({"words": "I had to leave."}, "declined", "Your time at 14:00 cannot be today"),
    "hand-over": ({"to": "samir-haddad"}, "handed-over", "Your time at 14:00: somebody else meets you"),
}


def news(house: House) -> list[str]:
    return [letter.subject for letter in house.mailer.sent if letter.subject.startswith("Your time at")]


@pytest.mark.parametrize("step", STEPS)
async def test_who_is_away_is_told_by_mail(house: House, jo: Jo, mara: Browser, clock: Clock, step: str) -> None:
    said, notice, subject = STEPS[step]
    await leave(jo, clock, **BY_MAIL)
    answer = await mara.post(f"{jo.staff_url}/{step}", data=said)
    assert answer.headers["location"] == f"/staff?notice={notice}-told"
    assert "They are away: a message tells them" in (await mara.get(answer.headers["location"])).text
    await house.outbox.run_due()
    assert news(house) == [subject]
    await mara.post(f"{jo.staff_url}/{step}", data=said)
    await house.outbox.run_due()
    assert news(house) == [subject], "again is the same"


@pytest.mark.parametrize("step", STEPS)
async def test_by_the_way_they_agreed_to(house: House, jo: Jo, mara: Browser, clock: Clock, step: str) -> None:
    said, _, subject = STEPS[step]
    await leave(jo, clock, **BY_SMS)
    await mara.post(f"{jo.staff_url}/{step}", data=said)
    await house.outbox.run_due()
    (sms,) = house.texter.sent
    assert subject in sms.words
    assert not news(house)


@pytest.mark.parametrize("step", STEPS)
async def test_whose_page_is_open_reads_it_there(house: House, jo: Jo, mara: Browser, clock: Clock, step: str) -> None:
    said, notice, _ = STEPS[step]
    clock.now = START
    await jo.arrive()
    answer = await mara.post(f"{jo.staff_url}/{step}", data=said)
    assert answer.headers["location"] == f"/staff?notice={notice}"
    await house.outbox.run_due()
    assert not news(house)


class TestNoMail:
    @pytest.fixture
    def mailer(self) -> MemoryMailer:
        return MemoryMailer(sends=False)

    @pytest.mark.parametrize("step", STEPS)
    async def test_where_no_message_reaches_them_the_notice_says_so(
        self, jo: Jo, mara: Browser, clock: Clock, step: str
    ) -> None:
        said, notice, _ = STEPS[step]
        await leave(jo, clock, recall="asked")
        answer = await mara.post(f"{jo.staff_url}/{step}", data=said)
        assert answer.headers["location"] == f"/staff?notice={notice}-untold"
        assert "no message reaches them" in (await mara.get(answer.headers["location"])).text


async def test_who_is_away_reads_on_their_page_who_meets_them_and_why(
    jo: Jo, mara: Browser, samir: Browser, clock: Clock
) -> None:
    told, why = "Samir Haddad meets you today in place of Mara Lind.", "Samir knows about today."
    await leave(jo, clock)
    assert "meets you today" not in await jo.page()
    await mara.post(f"{jo.staff_url}/hand-over", data={"to": "samir-haddad", "words": why})
    for page in (await jo.page(), (await jo.browser.get(f"{jo.url}/wait-part")).text):
        assert told in page
        assert why in page
    await samir.post(f"{jo.staff_url}/admit")
    called = await jo.page()
    assert "Samir lets you in: come back" in called
    assert told in called
    assert why in called
