"""On a slow phone: the first answer is stored in time, little is asked for before it, and a home is light.

The figures are those of `make bench ARGS=first_answer`: medians of ten rounds, each in a browser that was never there.
"""

import pytest
from playwright.async_api import Browser

from bench import first_answer
from bench.timing import table
from tests.e2e.ground import grounds

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]


@pytest.mark.parametrize("number", [0, 1], ids=["by_a_link", "on_their_own_device"])
async def test_the_first_answer_is_stored_within_three_seconds_after_ninety_kilobytes(
    browser: Browser, tmp_path, number: int
) -> None:
    assert (first_answer.ROUNDS, first_answer.BAR_MS, first_answer.BAR_KB) == (10, 3000, 90)
    async with grounds(tmp_path) as ground:
        lines = await first_answer.answers(browser, ground, first_answer.ways(ground)[number])
    print(table(lines))  # noqa: T201
    assert [len(line.ours.values) for line in lines] == [10, 10]
    assert [line.ours.what for line in lines if not line.within] == [], table(lines)


@pytest.mark.parametrize("place", first_answer.ZONES)
async def test_a_home_brings_at_most_sixty_kilobytes(browser: Browser, tmp_path, place: str) -> None:
    async with grounds(tmp_path) as ground:
        kilobytes = await first_answer.home(browser, ground, first_answer.ZONES[place])
    print(place, round(kilobytes, 1), "kB")  # noqa: T201
    assert 10 < kilobytes <= first_answer.BAR_HOME_KB == 60
