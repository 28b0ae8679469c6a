"""The therapist's day says in words what is missing before a patient can come over the internet."""

import pytest

from server.config import Settings
from server.notify.mail import MemoryMailer
from tests.server.conftest import settings_for
from tests.server.visit.conftest import Browser

pytestmark = pytest.mark.asyncio
NO_RELAY = "There is no relay (TURN_URLS)"
NO_MAIL = "No mail is sent yet (SMTP_URL)"
NO_HTTPS = "This address begins with http, not https"


async def test_a_day_without_https_and_without_a_relay_says_so(mara: Browser) -> None:
    page = (await mara.get("/staff")).text
    assert NO_HTTPS in page
    assert NO_RELAY in page


class TestWithRelay:
    @pytest.fixture
    def settings(self, tmp_path) -> Settings:
        return settings_for(tmp_path / "data", turn_urls="turn:relay.example:3478", turn_secret="s" * 32)

    async def test_a_day_with_a_relay_does_not_speak_of_it(self, mara: Browser) -> None:
        page = (await mara.get("/staff")).text
        assert NO_HTTPS in page
        assert NO_RELAY not in page
        assert NO_MAIL not in page


class TestWithoutMail:
    @pytest.fixture
    def mailer(self) -> MemoryMailer:
        return MemoryMailer(sends=False)

    async def test_a_day_without_a_mail_server_says_that_links_are_handed_over(self, mara: Browser) -> None:
        assert NO_MAIL in (await mara.get("/staff")).text
