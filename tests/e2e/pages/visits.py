"""A patient's own page through the whole life of a visit."""

import re
from collections.abc import Sequence

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.calls import (
    asked_for_file,
    board_as_list,
    by_phone,
    by_text,
    face_of,
    keys,
    meet,
    more,
    out_of_reach,
    turned,
    with_board,
    with_thought,
    with_tool,
)
from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, booking_empty, compare, compared, lose_server, send, send_empty, tell_here
from tests.e2e.paid import keyless
from tests.e2e.sides import Side
from tests.e2e.wanted import ended_by_clinic
from tests.engines.chromium import DEAF


async def cancelled_by_clinic(page: Page, ground: Ground) -> None:
    """Other times stand on the page."""
    async with ended_by_clinic(ground.house, ground.paths["cancelled"]):
        await page.reload()


async def send_no_words(page: Page, ground: Ground) -> None:
    """Past the script, which would not send it."""
    async with page.expect_navigation():
        await page.locator("form.write").evaluate("form => form.submit()")


async def send_late(page: Page, ground: Ground) -> None:
    """Cancels without a word of why."""
    await send(page, "form[action$='/cancel']")


async def pay_otherwise(page: Page, ground: Ground) -> None:
    """While the clinic has no keys."""
    async with keyless(ground.house, ground.paths["unpaid"]):
        await page.reload()


async def say_yes(page: Page, ground: Ground) -> None:
    if await page.locator("form[action$='/confirm']").count():
        await send(page, "form[action$='/confirm']")


async def open_own_devices(page: Page, ground: Ground) -> None:
    await page.locator("[data-open=mic]").click()
    await page.locator("[data-row=mic] [data-check=next]").click()
    await page.locator("[data-row=speaker] [data-check=skip]").click()
    await page.locator("[data-open=camera]").click()
    await expect(page.locator("device-check video")).to_be_visible()
    await expect(page.locator("[data-meter]")).to_be_visible()


async def check_it_all(page: Page, ground: Ground) -> None:
    await open_own_devices(page, ground)
    await page.locator("[data-row=camera] [data-check=next]").click()
    await expect(page.locator("[data-found]")).to_be_visible(timeout=40000)


REFUSES = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
}"""


async def refuse_devices(page: Page, ground: Ground) -> None:
    await page.evaluate(REFUSES)
    words = await page.locator("[data-say=mic]").text_content()
    await page.locator("[data-open=mic]").click()
    await expect(page.locator("[data-say=mic]")).not_to_have_text(words or "")


async def close_notices(page: Page, ground: Ground) -> None:
    """A browser that was told once to ask no more."""
    await page.locator("[data-agree]").click()
    await expect(page.locator("[data-when=closed]")).to_be_visible()


async def take_elsewhere(page: Page, ground: Ground) -> BrowserContext:
    """The same patient goes on at another device."""
    assert page.context.browser
    context = await page.context.browser.new_context(permissions=["camera", "microphone"])
    await context.add_init_script(DEAF)
    await context.add_init_script(face_of(ground))
    await context.add_cookies(ground.cookies["patient"])
    other = await context.new_page()
    await expect(Side(page).call).to_have_attribute("data-phase", re.compile("live|elsewhere"))
    await other.goto(page.url)
    await expect(Side(other).call).to_have_attribute("data-phase", re.compile("live|elsewhere"))
    here = other.locator("[data-act=here]:visible, [data-elsewhere] button:visible").first
    if await here.is_visible():
        await here.click()
    await expect(Side(page).call).to_have_attribute("data-phase", "elsewhere")
    return context


async def wait_elsewhere(page: Page, ground: Ground) -> BrowserContext:
    """The same patient goes on waiting at another device; this page asks whether it takes over."""
    assert page.context.browser
    context = await page.context.browser.new_context(permissions=["camera", "microphone"])
    await context.add_init_script(DEAF)
    await context.add_cookies(ground.cookies["patient"])
    other = await context.new_page()
    await other.goto(page.url)
    await other.locator("[data-take-over]").click()
    await expect(page.locator("[data-take-over]")).to_be_visible()
    return context


async def leave_hold(page: Page, ground: Ground) -> None:
    """The page that is left may hear of it first and open anew, so its form says which one is there."""
    await send(page, "form[action$='/leave']")
    await expect(page.locator("form[action$='/come-back']")).to_be_visible()


async def let_in_away(page: Page, ground: Ground) -> None:
    await ground.let_in("away")
    await page.reload()


FORGETS = """() => new Promise((done) => {
  indexedDB.open('parlour', 1).onsuccess = ({ target }) => {
    const work = target.result.transaction('kept', 'readwrite')
    const shelf = work.objectStore('kept')
    shelf.openKeyCursor().onsuccess = ({ target: { result: at } }) => {
      if (at?.key.endsWith('.certificate')) shelf.delete(at.key)
      at?.continue()
    }
    work.oncomplete = done
  }
})"""


async def changed(page: Page, ground: Ground) -> BrowserContext:
    """The other browser forgets its certificate and comes back with another."""
    context = await compared(page, ground)
    await context.pages[0].evaluate(FORGETS)
    await context.pages[0].reload()
    await expect(page.locator("[data-alarm]")).to_be_visible(timeout=20000)
    await expect(page.locator("[data-remote]")).to_be_visible()
    return context


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("visit-booked", "patient", "/visit/{booked}"),
    Shown("visit-phoned", "patient", "/visit/{phoned}"),
    Shown("visit-in-person", "patient", "/visit/{visited}"),
    Shown("visit-invoice", "patient", "/visit/{after}/invoice"),
    Shown("visit-unpaid", "patient", "/visit/{unpaid}"),
    Shown("visit-pay", "patient", "/visit/{unpaid}/pay"),
    Shown("visit-pay-otherwise", "patient", "/visit/{unpaid}/pay", pay_otherwise),
    Shown("visit-requested", "patient", "/visit/{request}"),
    Shown("visit-questions", "patient", "/visit/{grouped}/questions"),
    Shown("visit-questions-mend", "patient", "/visit/{told}/questions", send_empty, 422),
    Shown("visit-questions-wait", "patient", "/visit/{grouped}"),
    Shown("measures", "patient", "/visit/{waiting}/measures"),
    Shown("measure", "patient", "/visit/{waiting}/measures/phq9"),
    Shown("measure-done", "patient", "/visit/{live}/measures/phq9"),
    Shown("visit-answered", "patient", "/visit/{answered}"),
    Shown("visit-early", "patient", "/visit/{early}"),
    Shown("visit-open", "patient", "/visit/{open}"),
    Shown("visit-check", "patient", "/visit/{open}/check"),
    Shown("visit-check-open", "patient", "/visit/{open}/check", open_own_devices),
    Shown("visit-check-done", "patient", "/visit/{open}/check", check_it_all),
    Shown("visit-check-refused", "patient", "/visit/{open}/check", refuse_devices),
    Shown("visit-arrive", "patient", "/visit/{open}/arrive"),
    Shown("visit-arrive-mend", "patient", "/visit/{open}/arrive", send_empty, 422),
    Shown("visit-waiting-unseen", "patient", "/visit/{unseen}"),
    Shown("visit-waiting", "patient", "/visit/{waiting}"),
    Shown("visit-waiting-long", "patient", "/visit/{long}"),
    Shown("visit-waiting-asked", "patient", "/visit/{asked}"),
    Shown("visit-waiting-handed", "patient", "/visit/{handed}"),
    Shown("visit-waiting-mend", "patient", "/visit/{waiting}", send_no_words, 422),
    Shown("visit-declined", "patient", "/visit/{declined}"),
    Shown("visit-call", "patient", "/visit/{live}", meet, fits=True),
    *(Shown(f"visit-call-{name}", "patient", "/visit/{live}", steps, fits=True)
      for name, steps in (("text", by_text), ("phone", by_phone), ("turned", turned), ("keys", keys), ("more", more),
                          ("out", out_of_reach))),
    Shown("visit-call-compare", "patient", "/visit/{live}", compare, fits=True),
    Shown("visit-call-compared", "patient", "/visit/{live}", compared, fits=True),
    Shown("visit-call-changed", "patient", "/visit/{live}", changed, fits=True),
    Shown("visit-call-files", "patient", "/visit/{live}", asked_for_file, fits=True),
    Shown("visit-call-board", "patient", "/visit/{live}", with_board, fits=True),
    Shown("visit-call-tool", "patient", "/visit/{live}", with_tool, fits=True),
    Shown("visit-call-thought", "patient", "/visit/{live}", with_thought, fits=True),
    Shown("visit-call-board-list", "patient", "/visit/{live}", board_as_list, fits=True),
    Shown("visit-hold", "patient", "/visit/{hold}"),
    Shown("visit-hold-away", "patient", "/visit/{hold}", leave_hold),
    Shown("visit-away", "patient", "/visit/{away}"),
    Shown("visit-away-let-in", "patient", "/visit/{away}", let_in_away),
    Shown("visit-away-called", "patient", "/visit/{called}"),
    Shown("visit-away-late", "patient", "/visit/{overdue}"),
    Shown("visit-waiting-came-late", "patient", "/visit/{second}"),
    Shown("visit-waiting-told", "patient", "/visit/{waiting}", tell_here),
    Shown("visit-waiting-notices", "patient", "/visit/{asked}", close_notices),
    Shown("visit-waiting-elsewhere", "patient", "/visit/{waiting}", wait_elsewhere),
    Shown("visit-waiting-unsure", "patient", "/visit/{waiting}", lose_server),
    Shown("visit-call-elsewhere", "patient", "/visit/{live}", take_elsewhere, fits=True),
    Shown("visit-out", "patient", "/visit/{out}"),
    Shown("visit-ended", "patient", "/visit/{ended}"),
    Shown("visit-after", "patient", "/visit/{after}"),
    Shown("visit-missed", "patient", "/visit/{missed}"),
    Shown("visit-late", "patient", "/visit/{late}"),
    Shown("visit-cancelled", "patient", "/visit/{cancelled}"),
    Shown("visit-cancelled-offers", "patient", "/visit/{cancelled}", cancelled_by_clinic),
    Shown("visit-move", "patient", "/visit/{booked}/move"),
    Shown("visit-move-near", "patient", "/visit/{booked}/move", booking_empty, 422),
    Shown("visit-move-last", "patient", "/visit/{booked}/move?day=2026-05-05"),
    Shown("visit-move-shut", "patient", "/visit/{shut}/move"),
    Shown("visit-cancel", "patient", "/visit/{booked}/cancel"),
    Shown("visit-cancel-late", "patient", "/visit/{shut}/cancel", send_late, 422),
    Shown("visit-confirm", "patient", "/visit/{booked}/confirm"),
    Shown("visit-confirmed", "patient", "/visit/{early}/confirm", say_yes),
    Shown("visit-keep", "patient", "/visit/{booked}/keep"),
    Shown("visit-series", "patient", "/visit/{in_series}/series"),
    Shown("visit-series-left-out", "patient", "/visit/{in_series}/series?notice=some-left-out"),
    Shown("visit-series-booked", "patient", "/visit/{in_series}"),
    Shown("visit-series-cancel", "patient", "/visit/{in_series}/cancel"),
    Shown("visit-series-move-one", "patient", "/visit/{in_series}/move"),
    Shown("visit-series-move", "patient", "/visit/{in_series}/series/move?which=all&start=2026-03-19T14:00Z"),
)
# fmt: on
