"""'Need help now' answers everybody at once: number first, the clinic's phone, and honest words."""

import pytest

from tests.server.clinic.made import make_clinic

pytestmark = pytest.mark.asyncio

UNCHECKED = "Not checked by anybody at the clinic yet."


async def test_without_a_clinic_and_a_country_it_names_112_and_the_list(client) -> None:
    page = (await client.get("/help")).text
    assert 'href="tel:112"' in page
    assert 'href="https://findahelpline.com/"' in page
    assert "We do not know where you are" in page


async def test_the_visitors_choice_beats_the_clinics_country(client, house) -> None:
    await make_clinic(house, country="DE")
    page = (await client.get("/c/linden/help?country=nz")).text
    assert 'href="tel:111"' in page
    assert 'href="tel:1737"' in page
    assert 'href="tel:112"' not in page
    assert "These numbers are for New Zealand." in page


async def test_the_clock_of_the_browser_says_where_the_visitor_is(client, house) -> None:
    await make_clinic(house, country="DE")
    client.cookies.set("tz", "Asia/Calcutta")
    page = (await client.get("/c/linden/help")).text
    assert 'href="tel:14416"' in page
    assert "India, where you seem to be" in page


async def test_the_clinics_country_is_the_last_guess_and_its_phone_stands_there(client, house) -> None:
    await make_clinic(house, country="DE", phone="030 555 0134")
    page = (await client.get("/c/linden/help")).text
    assert 'href="tel:112"' in page
    assert 'href="tel:0305550134"' in page
    assert page.index('href="tel:112"') < page.index('href="tel:0305550134"') < page.index("TelefonSeelsorge")


async def test_the_only_clinic_is_meant_where_no_clinic_is_named(client, house) -> None:
    await make_clinic(house, country="DE", phone="030 555 0134")
    assert 'href="tel:0305550134"' in (await client.get("/help")).text


async def test_a_country_without_a_list_says_so_and_keeps_112(client) -> None:
    page = (await client.get("/help?country=PL")).text
    assert "We have no list for Poland yet" in page
    assert 'href="tel:112"' in page


@pytest.mark.parametrize("country", ["US", "GB", "JP", "AE"])
async def test_every_unchecked_line_says_so(client, country) -> None:
    page = (await client.get(f"/help?country={country}")).text
    lines = page[page.index("Somebody who listens") : page.index("findahelpline")]
    assert lines.count(UNCHECKED) == lines.count('<li class="helpline">') > 0
    assert "Nobody at the clinic has checked these emergency numbers yet." in page


async def test_a_country_that_is_none_is_ignored(client) -> None:
    page = await client.get("/help?country=<script>")
    assert page.status_code == 200
    assert "<script>" not in page.text.replace('<script type="module"', "")


async def test_an_unknown_clinic_is_not_found(client) -> None:
    assert (await client.get("/c/nowhere/help")).status_code == 404


async def test_it_speaks_the_visitors_language(client) -> None:
    page = (await client.get("/help?country=DE", headers={"accept-language": "ar"})).text
    assert 'dir="rtl"' in page
    assert "ألمانيا" in page


async def test_a_number_keeps_its_order_among_words_that_run_the_other_way(client) -> None:
    page = (await client.get("/help?country=AE", headers={"accept-language": "ar"})).text
    for number in ("998", "800-4673"):
        assert f'<bdi dir="ltr">{number}</bdi>' in page
