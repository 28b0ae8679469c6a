"""What pages promise about mail is so: for who left a number alone, and at a clinic that sends none."""

import httpx2
import pytest

from server.house import House
from server.notify.mail import MemoryMailer
from tests.server.booking.linden import Linden, booked, form

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"
IN_YOUR_MAIL = "The link in your mail opens this page"


async def test_who_left_a_number_alone_is_not_sent_to_a_mail(client: httpx2.AsyncClient, linden: Linden) -> None:
    assert "You get a mail" not in (await client.get("/c/linden")).text
    answer = await client.post(POST, data=form(linden, contact="0171 555 01 34"))
    own = answer.headers["location"].removesuffix("/keep")
    page = (await client.get(own)).text
    assert IN_YOUR_MAIL not in page
    assert f'href="{own}/keep"' in page


async def test_who_left_an_address_reads_of_the_mail(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await client.get(f"/l/{made.token}")
    assert IN_YOUR_MAIL in (await client.get(f"/visit/{made.card.public_id}")).text


class TestOfAClinicThatSendsNone:
    @pytest.fixture
    def mailer(self) -> MemoryMailer:
        return MemoryMailer(sends=False)

    async def test_an_address_too_leads_to_the_link_to_keep(self, client: httpx2.AsyncClient, linden: Linden) -> None:
        answer = await client.post(POST, data=form(linden))
        assert answer.headers["location"].endswith("/keep")
        page = (await client.get(answer.headers["location"])).text
        assert "The clinic sends no mail yet" in page
        assert "Your mail carries this link" not in page
        own = answer.headers["location"].removesuffix("/keep")
        assert IN_YOUR_MAIL not in (await client.get(own)).text
