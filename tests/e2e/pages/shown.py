"""What a page in a state is, and steps that pages of several areas share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Page, Route, expect

from tests.e2e.calls import meet
from tests.e2e.ground import Ground
from tests.engines.told_browser import Browser as Told

Steps = Callable[[Page, Ground], Awaitable[BrowserContext | None]]
"""What a visitor does; returns the browser of whoever else takes part."""


@dataclass(frozen=True)
class Shown:
    """One page in one state. `path` is filled in from `Ground.paths`; a patient's page is also shown in Arabic."""

    name: str
    who: str
    path: str
    steps: Steps | None = None
    status: int = 200
    zone: str = "Europe/Berlin"
    fits: bool = False  # fills the screen and no more: a call

    @property
    def patients(self) -> bool:
        return self.who in {"stranger", "patient", "holder", "home", "knocks"} and not self.path.startswith(
            ("/staff", "{set_up}")
        )


async def send(page: Page, form: str = "form[method=post]") -> None:
    """Sends a form as it is, past what the browser itself would ask for."""
    async with page.expect_navigation():
        await page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit() }")


async def send_empty(page: Page, ground: Ground) -> None:
    await send(page, "main form[method=post]")


async def out_of_reach(page: Page, ground: Ground) -> None:
    """Whether the server is back is never answered, so that the page does not open anew under who looks at it."""

    async def silent(route: Route) -> None:
        pass

    asked = await page.evaluate("document.querySelector('[data-ask]')?.dataset.ask || '/me/standing'")
    await page.route(f"**{asked}", silent)


async def booking_empty(page: Page, ground: Ground) -> None:
    await send(page, "form.half-lit")


async def too_little(page: Page, ground: Ground) -> None:
    await page.locator("main form[method=post] input[required], main input[type=text]").first.fill("")
    await send(page, "main form[method=post]")


# The word of a browser whose push service is out of reach.
SERVICE = """(fields) => {
  let word = null
  const { endpoint, ...keys } = fields
  PushManager.prototype.subscribe = async (asked) => {
    window.asked = asked
    word = { toJSON: () => ({ endpoint, keys }), unsubscribe: async () => { word = null; return true } }
    return word
  }
  PushManager.prototype.getSubscription = async () => word
}"""


async def tell_here(page: Page, ground: Ground) -> None:
    """This browser agrees to be told."""
    await page.evaluate(SERVICE, Told().fields("https://fcm.googleapis.com/fcm/send/shown"))
    await page.evaluate("Notification.requestPermission = async () => 'granted'")
    await page.locator("[data-agree]").click()
    await expect(page.locator("[data-stop]")).to_be_visible()


LOSES = """() => {
  window.fetch = () => Promise.reject(new TypeError('no way there'))
  dispatchEvent(new Event('online'))
}"""


async def lose_server(page: Page, ground: Ground) -> None:
    """The server does not answer any more; the clock of the page stands at NOW, as everybody's."""
    await page.evaluate(LOSES)
    await expect(page.locator("last-sure")).to_be_visible()


async def compare(page: Page, ground: Ground) -> BrowserContext:
    """The sheet with the words, open on this side."""
    context = await meet(page, ground)
    await page.locator("[data-badge]:enabled").click()
    return context


async def compared(page: Page, ground: Ground) -> BrowserContext:
    context = await compare(page, ground)
    await page.locator("[data-act=match]").click()
    return context
