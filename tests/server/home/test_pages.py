"""The first page leads on, and small files that programs ask for are there."""

import pytest

from server.access import Role
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio


async def test_without_a_clinic_it_says_where_the_link_was_printed(client) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    assert "The clinic is not set up yet" in page.text
    assert "/set-up/" in page.text


async def test_with_one_clinic_it_leads_to_its_booking_page(client, house) -> None:
    await make_clinic(house)
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/linden")


async def test_with_several_it_lists_them(client, house) -> None:
    await make_clinic(house)
    await make_clinic(house, slug="acacia", name="Acacia <House>")
    page = (await client.get("/")).text
    assert page.index('href="/c/acacia"') < page.index('href="/c/linden"')
    assert "Acacia &lt;House&gt;" in page


async def test_staff_find_their_ways_beside_every_page(client, house) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    page = (await client.get("/staff/clinic")).text
    for path in ("/staff", "/staff/bookings", "/staff/mail", "/staff/team", "/staff/account"):
        assert f'href="{path}"' in page
    assert '<a href="/staff/clinic" aria-current="page">' in page


async def test_robots_leave_private_addresses_alone(client) -> None:
    text = (await client.get("/robots.txt")).text
    for path in ("/staff", "/visit/", "/l/"):
        assert f"Disallow: {path}" in text


async def test_a_finder_of_a_weakness_knows_whom_to_write_to(client, house) -> None:
    text = (await client.get("/.well-known/security.txt")).text
    assert "Contact: mailto:clinic@testserver" in text
    assert "Expires: 2026-09-05T00:00:00Z" in text


async def test_a_browser_that_asks_for_an_icon_gets_one(client) -> None:
    answer = await client.get("/favicon.ico", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
