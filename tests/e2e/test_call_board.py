"""One whiteboard on two pages: drawn by hand and by keys, undone, seen by who comes back, closed by either."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side
from tests.e2e.test_call_stage import in_call

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]


async def draw(side: Side) -> None:
    """One stroke with the mouse, across the middle."""
    box = await side.page.locator("[data-surface]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await side.page.mouse.move(x - 80, y)
    await side.page.mouse.down()
    await side.page.mouse.move(x + 80, y + 40, steps=8)
    await side.page.mouse.up()


async def test_a_board_is_the_same_on_both_pages_and_comes_back_after_a_reload(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        boards = [side.page.locator("[data-board]") for side in (therapist, patient)]
        marks = [board.locator("[data-marks] > *") for board in boards]
        await therapist.press("more")
        await therapist.page.locator("[data-more] [data-act=board]").click()
        await expect(boards[1]).to_be_visible()
        await expect(patient.page.locator("[data-board-news]")).to_have_text("Mara Lind opened the whiteboard.")
        await patient.page.set_viewport_size({"width": 390, "height": 844})
        await expect(patient.page.get_by_role("group", name="How you meet")).to_be_visible()
        await draw(therapist)
        await expect(marks[1]).to_have_count(1)

        surface = patient.page.locator("[data-surface]")
        await surface.focus()
        for key in ("Space", "ArrowRight", "Shift+ArrowDown", "Space"):
            await surface.press(key)
        await expect(marks[0]).to_have_count(2)
        await patient.page.get_by_role("button", name="Note", exact=True).click()
        await patient.page.get_by_label("Your note").fill("breathe out slowly")
        await patient.page.get_by_label("Your note").press("Enter")
        await expect(therapist.page.locator("[data-board-news]")).to_have_text("Jo Almeida wrote: breathe out slowly")
        await therapist.page.get_by_role("button", name="As a list").click()
        await expect(therapist.page.locator("[data-board-lines]")).to_have_text(
            "You drew a line.Jo Almeida drew a line.Jo Almeida wrote: breathe out slowly"
        )
        await therapist.page.get_by_role("button", name="Undo mine").click()
        await expect(marks[1]).to_have_count(2)

        await patient.page.reload()
        await patient.flows()
        await expect(marks[1]).to_have_count(2)
        async with patient.page.expect_download() as saving:
            await patient.page.get_by_role("button", name="Save", exact=True).click()
        assert (await (await saving.value).path()).read_bytes().startswith(b"\x89PNG")
        await patient.page.get_by_role("button", name="Undo mine").click()
        await expect(marks[0]).to_have_count(1)
        await therapist.page.get_by_role("button", name="Clear", exact=True).click()
        await therapist.page.get_by_role("button", name="Clear it").click()
        await expect(marks[1]).to_have_count(0)
        await patient.page.get_by_role("button", name="Close the whiteboard for both of you").click()
        await expect(boards[0]).to_be_hidden()
