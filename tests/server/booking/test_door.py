"""The door of a booking where the clinic has an https address, and what was agreed to on the way in."""

from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from server.config import Settings
from server.house import House
from server.patients.tables import Consent
from tests.server.booking.linden import Linden, form
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", public_url="https://clinic.example")


async def test_over_https_the_cookie_of_a_booking_is_bound_to_this_host(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    client.base_url = "https://clinic.example"
    answer = await client.post(POST, data=form(linden))
    first, *rest = answer.headers["set-cookie"].split("; ")
    assert first.startswith("__Host-visit-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(rest)
    assert not [part for part in rest if part.startswith("Domain")]
    assert (await client.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("for_whom", ["me", "other"])
async def test_what_was_agreed_to_stands_in_the_ledger_with_its_version(
    client: httpx2.AsyncClient, linden: Linden, house: House, for_whom: str
) -> None:
    client.base_url = "https://clinic.example"
    assert (await client.post(POST, data=form(linden, for_whom=for_whom))).status_code == 303
    (row,) = await house.db.read(lambda db: db.scalars(select(Consent)))
    assert (row.version, row.given_by) == (linden.clinic.consent_version, "patient")
