"""A file from one browser to the other: asked first, whole at the end, never shown, never at the clinic."""

import hashlib
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side
from tests.e2e.test_call_stage import in_call

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
PAGE = b"<script>document.title = 'taken over'</script>" + bytes(range(256)) * 200


async def offer(side: Side, name: str, content: bytes) -> None:
    """Picks a file and says yes to sending it."""
    await side.press("more")
    await side.page.locator("[data-more] [data-act=files]").click()
    await side.page.locator("[data-files-pick]").set_input_files(
        {"name": name, "mimeType": "text/html", "buffer": content}
    )
    await side.page.get_by_role("button", name="Send it", exact=True).last.click()


async def test_a_file_goes_when_both_said_so_and_can_be_stopped(browser: Browser, tmp_path: Path) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await offer(therapist, "../plan\u202etxt.html", PAGE)
        lines = [side.page.locator("[data-files-list] > li") for side in (therapist, patient)]
        await expect(lines[0]).to_contain_text("Jo Almeida is asked whether to take it.")
        await expect(patient.page.locator("[data-notice]")).to_have_text(
            "Mara Lind would like to send you a file: plantxt.html"
        )
        await patient.page.get_by_role("button", name="Look at it").click()
        await expect(lines[1]).to_contain_text("51 kB, ends in HTML, sent as text/html")
        await expect(lines[1]).to_contain_text("This kind of file can run a program.")
        await patient.page.get_by_role("button", name="Take it").click()
        await expect(lines[0]).to_contain_text("Jo Almeida has it, whole and unchanged.")
        link = patient.page.get_by_role("link", name="Save it")
        async with patient.page.expect_download() as saving:
            await link.click()
        saved = await saving.value
        assert saved.suggested_filename == "plantxt.html"
        await saved.save_as(tmp_path / "saved")
        assert hashlib.sha256((tmp_path / "saved").read_bytes()).digest() == hashlib.sha256(PAGE).digest()
        async with patient.page.expect_download():  # even where its address is opened as a page
            await link.evaluate("(at) => location.assign(at.href)")

        await offer(therapist, "film.mov", bytes(4_000_000))
        await patient.page.get_by_role("button", name="Take it").click()
        await expect(lines[1].last.locator("progress")).to_be_visible()
        await patient.page.get_by_role("button", name="Stop").click()
        await expect(lines[0].last).to_contain_text("Jo Almeida did not take it.")

        await offer(patient, "walk.jpg", bytes(4_000_000))
        await therapist.page.get_by_role("button", name="Take it").click()
        await expect(lines[0].last.locator("progress")).to_be_visible()
        await therapist.page.reload()
        await expect(lines[1].last).to_contain_text("The connection broke before all of it was there.")
        await therapist.flows()
        await patient.page.get_by_role("button", name="Send it again").click()
        await therapist.page.get_by_role("button", name="Look at it").click()
        await therapist.page.get_by_role("button", name="No, thank you").click()
        await expect(lines[1].last).to_contain_text("Mara Lind did not take it.")
