"""Where nobody has to sign in: first pages, booking, the waiting list, a frame on another site, help."""

from collections.abc import Sequence
from datetime import timedelta

from playwright.async_api import Page, expect

from tests.e2e.all_dates import choose, choose_too_late
from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, booking_empty, send, send_empty, too_little
from tests.e2e.people import NOW
from tests.e2e.wanted import let_go


async def say_where(page: Page, ground: Ground) -> None:
    """From a place for which Samir alone has a licence, without naming it: the form asks for it."""
    async with ground.asks_where():
        await page.reload()
        await send(page, "form.half-lit")


async def wait_where(page: Page, ground: Ground) -> None:
    """The same where somebody waits for a time."""
    async with ground.asks_where():
        await page.reload()
        await send(page)


async def link_lost(page: Page, ground: Ground) -> None:
    """A clinic that sends mail can send the link again."""
    async with ground.writes():
        await page.reload()


async def link_unread(page: Page, ground: Ground) -> None:
    """What was typed can be no address."""
    async with ground.writes():
        await page.reload()
        await page.locator("[name=contact]").fill("jo at home")
        await send(page, "main form[method=post]")


async def among_several(page: Page, ground: Ground) -> None:
    """The first page of an installation that holds several clinics."""
    async with ground.several():
        await page.goto(f"{ground.base}/")


async def who_comes(page: Page) -> None:
    await page.locator("[name=name]").fill("Jo Almeida")
    await page.locator("[name=contact]").fill("jo@example.org")
    await page.locator("[name=consent]").check()


async def book_twice(page: Page, ground: Ground) -> None:
    address = page.url
    for _ in range(2):
        await page.goto(address)
        await who_comes(page)
        await send(page, "form.half-lit")


async def one_is_faster(page: Page, ground: Ground) -> None:
    """Taken before the first letter, which would have kept it; the page is not asked to look until the form is sent."""
    start = page.locator("[name=start]:checked")
    await page.locator("hold-time").evaluate("part => part.remove()")
    await ground.take(await start.get_attribute("value") or "")
    await who_comes(page)
    await send(page, "form.half-lit")


async def keep_time(page: Page, ground: Ground) -> None:
    """Whoever begins to write keeps the time that is chosen."""
    await let_go(ground.house)
    await page.locator("[name=name]").fill("Jo Almeida")
    await expect(page.locator("[data-kept]")).to_be_visible()


async def ground_oneself(page: Page, ground: Ground) -> None:
    """Two steps into an exercise that goes on by a press."""
    await page.locator("[data-begin]").click()
    await page.locator("[data-next]").click()
    await expect(page.locator("[data-step=touch]")).to_be_visible()


async def breathe(page: Page, ground: Ground) -> None:
    """In the first breath, and paused there: what the circle shows stands still."""
    await page.clock.pause_at(NOW + timedelta(seconds=1))
    await page.locator("[data-begin]").click()
    await page.clock.run_for(5_000)
    await expect(page.locator("[data-left]")).to_be_visible()
    await page.locator("[data-pause]").click()
    await page.clock.resume()  # who looks at the page needs its clock


async def sit(page: Page, ground: Ground) -> None:
    """In the middle of a guided meditation."""
    await page.locator("[data-press=begin]").click()
    await expect(page.locator("[data-press=pause]")).to_be_visible()


async def ground_instead(page: Page, ground: Ground) -> None:
    await sit(page, ground)
    await page.locator("[data-show=going] > [data-press=ground]").click()
    await expect(page.locator("[data-press=back]")).to_be_visible()


async def worse_than_before(page: Page, ground: Ground) -> None:
    """It ended, and calm is less by more than a little."""
    await page.locator("form summary").first.click()
    await page.locator("[name=calm_before][value='8']").check(force=True)
    await sit(page, ground)
    await page.locator("[data-show=going] [data-press=end]").click()
    await page.locator("[name=calm_after][value='2']").check(force=True)
    await expect(page.locator("[data-care]")).to_be_visible()


async def all_choices(page: Page, ground: Ground) -> None:
    await page.locator("form summary").last.click()


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("first-nobody", "stranger", "{fresh}/"),
    Shown("first-several", "stranger", "/", among_several),
    Shown("set-up", "stranger", "{set_up}"),
    Shown("set-up-mend", "stranger", "{set_up}", too_little, 422),
    Shown("booking", "stranger", "/c/{clinic}?service={service}"),
    Shown("booking-therapist", "stranger", "/c/{clinic}/{therapist}?service={service}"),
    Shown("booking-chosen-person", "stranger", "/c/{clinic}?service={service}&therapist={therapist}"),
    Shown("booking-other-zone", "stranger", "/c/{clinic}?service={service}&tz=Europe/Lisbon", zone="Europe/Lisbon"),
    Shown("booking-again", "patient", "/c/{clinic}?again={after}"),
    Shown("booking-zones", "stranger", "/c/{clinic}?service={service}&change=zone"),
    Shown("booking-full", "stranger", "/c/{clinic}?service={service}&day=2026-03-16"),
    Shown("booking-mend", "stranger", "/c/{clinic}?service={service}", booking_empty, 422),
    Shown("booking-kept", "stranger", "/c/{clinic}?service={service}&day=2026-03-20", keep_time),
    Shown("booking-group", "stranger", "/c/{clinic}?service={group}&day=2026-03-17"),
    Shown("booking-all-dates", "stranger", "/c/{clinic}?service={group}&day=2026-03-20", choose),
    Shown("booking-all-late", "stranger", "/c/{clinic}?service={group}&day=2026-03-20", choose_too_late, 409),
    Shown("booking-means", "stranger", "/c/{clinic}?service={chat}&means=phone"),
    Shown("booking-where", "stranger", "/c/{clinic}?service={service}", say_where, 422),
    Shown("wait-join", "stranger", "/c/{clinic}/waitlist?service={service}"),
    Shown("wait-join-mend", "stranger", "/c/{clinic}/waitlist?service={service}", send_empty, 422),
    Shown("wait-join-where", "stranger", "/c/{clinic}/waitlist?service={chat}", wait_where, 422),
    Shown("wait-place", "stranger", "/w/{wait}"),
    Shown("wait-off", "stranger", "/w/{off}"),
    Shown("wait-offer", "stranger", "/w/{offer}"),
    Shown("booking-taken", "stranger", "/c/{clinic}?service={service}&day=2026-03-18", one_is_faster, 409),
    Shown("booking-twice", "stranger", "/c/{clinic}?service={service}&day=2026-03-19", book_twice, 409),
    Shown("embed", "stranger", "/embed/c/{clinic}?service={service}&at={site}"),
    Shown("embed-paused", "stranger", "/embed/c/{clinic}/mishap/429?at={site}", status=429),
    Shown("embed-all-dates", "stranger", "/embed/c/{clinic}?service={group}&day=2026-03-20&at={site}", choose),
    Shown("embed-series", "stranger", "/embed/visit/{framed_series}&notice=booked"),
    Shown("embed-kept", "stranger", "/embed/visit/{framed_booked}&notice=booked"),
    Shown("embed-cancelled", "stranger", "/embed/visit/{framed_cancelled}"),
    Shown("embed-preview", "stranger", "/embed/c/{clinic}?at={here}", booking_empty),
    Shown("embed-closed", "stranger", "/embed/c/{clinic}?at=https://elsewhere.example", status=403),
    Shown("help", "stranger", "/help"),
    Shown("door-closed", "stranger", "/c/{clinic}/waiting-room"),
    Shown("door-held", "holder", "/c/{clinic}/waiting-room"),
    Shown("door-lost", "stranger", "/c/{clinic}/waiting-room", link_lost),
    Shown("door-sent", "stranger", "/c/{clinic}/waiting-room?notice=link-sent", link_lost),
    Shown("door-mend", "stranger", "/c/{clinic}/waiting-room", link_unread, 422),
    Shown("help-clinic", "stranger", "/c/{clinic}/help"),
    Shown("calm", "stranger", "/c/{clinic}/calm"),
    Shown("calm-ready", "stranger", "/c/{clinic}/calm/box-4"),
    Shown("calm-going", "stranger", "/c/{clinic}/calm/grounding", ground_oneself),
    Shown("calm-pacer-going", "stranger", "/c/{clinic}/calm/resonance-4-6", breathe),
    Shown("calm-muscles", "stranger", "/c/{clinic}/calm/muscles", breathe),
    Shown("calm-body-scan", "stranger", "/c/{clinic}/calm/body-scan", breathe),
    Shown("calm-sit", "stranger", "/c/{clinic}/calm/sit/anchor", all_choices),
    Shown("calm-sit-going", "stranger", "/c/{clinic}/calm/sit/widen?minutes=3", sit),
    Shown("calm-sit-ground", "stranger", "/c/{clinic}/calm/sit/body", ground_instead),
    Shown("calm-sit-worse", "stranger", "/c/{clinic}/calm/sit/kindness", worse_than_before),
    Shown("link-opens", "stranger", "/l/{link_booked}"),
)
# fmt: on
