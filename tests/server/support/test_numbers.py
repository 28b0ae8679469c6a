"""Whom the pages of help now say one can call: nothing is promised that is not known of a line."""

import re

import pytest

from server.safety.directory import directory
from server.support.rules import MINUTE
from tests.server.support.conftest import PAGE, enter, switch_on, waiting

pytestmark = pytest.mark.asyncio
PROMISES = ("answer at any time", "answer at once", "answer now", "listens now", "listens there", "in seconds")


@pytest.mark.parametrize(
    ("country", "shown", "left_out"),
    [
        ("AR", "tel:08003451435", "tel:135"),  # in one city alone
        ("ES", "tel:024", "tel:116111"),  # for young people
        ("US", "tel:988", "tel:741741"),  # to write to alone
    ],
)
async def test_the_pages_name_lines_for_all_of_the_country_and_say_what_is_known_of_them(
    on, browsers, country, shown, left_out
) -> None:
    for safe in ("yes", "no"):
        page = await (await waiting(browsers, name=safe, country=country, safe=safe)).page()
        assert shown in page
        assert f'"{left_out}"' not in page
        assert "Not checked by anybody at the clinic yet." in page
        assert ("Day and night." in page) is (country in {"ES", "US"})


async def test_no_page_of_help_now_promises_when_a_line_answers(house, clock, linden, browsers) -> None:
    browser = await browsers()
    seen = [(await browser.get(PAGE)).text]
    await switch_on(house, linden)
    seen.append((await enter(browser, name="", safe="no")).text)
    kim, robin = [await waiting(browsers, name=safe, safe=safe) for safe in ("no", "yes")]
    seen += [await kim.page(), await robin.page()]
    clock.now += 11 * MINUTE
    await house.alerts.run_due()
    seen += [await kim.page(), await robin.page()]
    await robin.browser.post(f"{robin.url}/leave")
    seen.append(await robin.page())
    for page in seen:
        words = re.sub(r"<[^>]*>", " ", page)
        assert "ou can call" in words or "all one of these" in words
        assert not [promise for promise in PROMISES if promise in words]


async def test_where_no_line_is_for_all_the_emergency_number_stands_at_least() -> None:
    """So that no page stands without a number."""
    assert all(entry.emergency for entry in directory().values())
