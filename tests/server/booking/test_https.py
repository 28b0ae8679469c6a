"""What changes where the clinic is reached over https: the cookie of a visit is bound to this host and to https."""

import httpx2
import pytest

from server.config import Settings
from tests.server.booking.linden import Linden, form
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(tmp_path) -> Settings:
    return settings_for(tmp_path / "data", public_url="https://testserver")


async def test_the_cookie_of_a_visit_is_for_this_host_over_https_alone(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    answer = await client.post("https://testserver/c/linden/book", data=form(linden))
    assert answer.status_code == 303
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-")]
    _name, *marks = (part.strip().lower() for part in cookie.split(";"))
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(marks)
    assert not [one for one in marks if one.startswith("domain")]
