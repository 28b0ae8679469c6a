"""Helplines that somebody of the clinic called: people read when, and are not shown one that nobody answers."""

import re

import pytest

from server.access import Role
from server.house import House
from tests.server.clinic.made import let_in, make_clinic, make_staff
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
PATH = "/staff/helplines"


def row(page: str, name: str) -> str:
    """The words of one line."""
    return re.sub(r"<[^>]+>", "", re.search(rf"<b>{name}.*?</p>", page, re.S)[0])


async def test_a_call_is_kept_with_who_and_when_and_people_read_the_day(client, house: House, clock: Clock) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Dana", Role.FRONT_DESK))
    assert "Nobody of your clinic has checked it yet." in row(
        (await client.get(f"{PATH}?country=GB")).text, "Samaritans"
    )
    sent = {"country": "GB", "number": "116 123", "answers": "yes"}
    assert (await client.post(PATH, data=sent)).status_code == 303
    assert (await client.post(PATH, data={**sent, "number": "85258", "answers": "no"})).status_code == 303
    page = (await client.get(f"{PATH}?country=GB")).text
    assert "Checked on 9 March 2026 by Dana." in row(page, "Samaritans")
    assert "Nobody answered on 9 March 2026" in row(page, "Shout")
    help_page = f"/c/{clinic.slug}/help?country=GB"
    read = (await client.get(help_page)).text
    assert "Checked by the clinic on 9 March 2026." in row(read, "Samaritans")
    assert "Shout" not in read
    assert "Not checked by anybody" in row(read, "Childline")
    clock.forward(days=91)
    assert "Last checked on 9 March 2026, a while ago." in row((await client.get(help_page)).text, "Samaritans")


async def test_only_numbers_of_the_directory_are_checked(client, house: House) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Dana", Role.FRONT_DESK))
    for fields in ({"country": "GB", "number": "1"}, {"country": "XX", "number": ""}, {}):
        assert (await client.post(PATH, data=fields)).status_code == 404
    assert (await client.get(f"{PATH}?country=XX")).status_code == 404


async def test_a_line_that_the_clinic_found_silent_is_not_the_one_that_its_pages_name(client, house: House) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Dana", Role.FRONT_DESK))
    client.cookies.set("tz", "Europe/London")
    page, samaritans = f"/c/{clinic.slug}/calm", 'href="tel:116123"'
    assert samaritans in (await client.get(page)).text
    sent = {"country": "GB", "number": "116 123", "answers": "no"}
    assert (await client.post(PATH, data=sent)).status_code == 303
    assert samaritans not in (await client.get(page)).text
    assert 'href="tel:999"' in (await client.get(page)).text
    assert (await client.post(PATH, data=sent | {"answers": "yes"})).status_code == 303
    assert samaritans in (await client.get(page)).text
