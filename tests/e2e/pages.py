"""Every page and state there is: its name, who looks, where it is, and what they do there before we look."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e import series
from tests.e2e.calls import (
    asked_for_file,
    board_as_list,
    by_phone,
    by_text,
    face_of,
    keys,
    meet,
    more,
    near_its_end,
    out_of_reach,
    turned,
    with_board,
)
from tests.e2e.ground import Ground
from tests.e2e.sides import Side
from tests.e2e.wanted import let_go
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
        return self.who in {"stranger", "patient"} and not self.path.startswith(("/staff", "{set_up}"))


async def send(page: Page, form: str = "form[method=post]") -> None:
    """Sends a form as it is, past what the browser itself would ask for."""
    async with page.expect_navigation():
        await page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit() }")


async def send_empty(page: Page, ground: Ground) -> None:
    await send(page, "main form[method=post]")


async def send_no_words(page: Page, ground: Ground) -> None:
    """Past the script, which would not send it."""
    async with page.expect_navigation():
        await page.locator("form.write").evaluate("form => form.submit()")


async def booking_empty(page: Page, ground: Ground) -> None:
    await send(page, "form.half-lit")


async def sign_too_early(page: Page, ground: Ground) -> None:
    await send(page, "form[action$='/sign']")


async def send_late(page: Page, ground: Ground) -> None:
    """Cancels without a word of why."""
    await send(page, "form[action$='/cancel']")


async def say_yes(page: Page, ground: Ground) -> None:
    if await page.locator("form[action$='/confirm']").count():
        await send(page, "form[action$='/confirm']")


async def half_a_night(page: Page, ground: Ground) -> None:
    await page.locator("[name=quiet_until]").fill("")
    await send(page, "main form[method=post]")


async def half_a_share(page: Page, ground: Ground) -> None:
    await page.locator("[name=late]").fill("half")
    await send(page, "form[action='/staff/clinic/paying']")


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


async def child_elsewhere(page: Page, ground: Ground) -> None:
    """The desk books for a parent, whose child will be where Samir alone may treat."""
    async with ground.asks_where():
        await page.reload()
    await page.locator("[name=for_whom][value=child]").check()


async def among_several(page: Page, ground: Ground) -> None:
    """The first page of an installation that holds several clinics."""
    async with ground.several():
        await page.goto(f"{ground.base}/")


async def sign_in_by_provider(page: Page, ground: Ground) -> None:
    async with ground.by_provider():
        await page.reload()


async def open_door(page: Page, ground: Ground) -> None:
    await ground.open_door()
    await page.reload()


async def take_nobody_in(page: Page, ground: Ground) -> None:
    await open_door(page, ground)
    await send(page, "main form[method=post]")


async def take_in(page: Page, ground: Ground) -> None:
    await open_door(page, ground)
    await page.locator("[name=name]").fill("Rosa")
    await send(page, "main form[method=post]")


LIST = """Name,Email,Phone,Date,Time,Therapist,Service
Rosa Lux,rosa@example.org,,2026-03-26,09:30,Mara Lind,A session
Kim Berg,,0171 5550134,2026-03-26,11:00,Samir,A session
Ada Old,ada@example.org,,2026-02-12,09:30,Mara Lind,A session
Ned Nope,not-a-mail,,2026-03-26,09:30,Mara Lind,A session
Leo Late,leo@example.org,,2026-03-26,20:00,Mara Lind,A session
Una Over,una@example.org,,2026-03-26,10:00,Mara Lind,A session
"""


async def send_list(page: Page, ground: Ground) -> None:
    """Brings a table of patients and appointments as far as the look at it."""
    await page.locator("[type=file]").set_input_files(
        {"name": "patients.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    await send(page, "main form[method=post]")


async def bring_list_in(page: Page, ground: Ground) -> None:
    """Brings it all the way in."""
    await send_list(page, ground)
    if await page.locator("form[action$='/bring-in']").count():
        await send(page, "form[action$='/bring-in']")


async def close_room(page: Page, ground: Ground) -> None:
    await page.locator("[name=from_day]").fill("2026-12-23")
    await send(page, "form[action$=close]")


async def close_on_holidays(page: Page, ground: Ground) -> None:
    await page.locator("[name=region]").select_option("BE")
    await page.locator("[name=close]").check()
    await send(page, "main form[method=post]")


async def give_days_hours(page: Page, ground: Ground) -> None:
    for day, hours in (("2026-12-23", "10:00"), ("2026-12-24", "")):
        await page.locator("[name=day]").fill(day)
        if hours:
            await page.locator("[name=a_from]").fill(hours)
            await page.locator("[name=a_until]").fill("13:00")
        await send(page, "main form.narrow")


async def calendar_inside(page: Page, ground: Ground) -> None:
    await page.locator("[name=address]").fill("https://127.0.0.1/private.ics")
    await send(page, "main form.narrow")


async def add_mother(page: Page, ground: Ground) -> None:
    """Nobody has seen yet on what it rests."""
    await page.locator("summary", has_text="Add somebody").click()
    for name, text in (("name", "Ana Almeida"), ("relation", "mother"), ("phone", "030 555 0199")):
        await page.locator(f"[name={name}]").fill(text)
    await send(page, "details form[method=post]")


async def licence_empty(page: Page, ground: Ground) -> None:
    await send(page, "main form.narrow")


async def too_little(page: Page, ground: Ground) -> None:
    await page.locator("main form[method=post] input[required], main input[type=text]").first.fill("")
    await send(page, "main form[method=post]")


async def tell_records(page: Page, ground: Ground) -> None:
    await page.locator("main [name=url]").fill("https://records.example/hear")
    await send(page, "main form.narrow")


async def make_key(page: Page, ground: Ground) -> None:
    await page.locator("main [name=name]").fill("Our website")
    await send(page, "main form.narrow")


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


async def close_notices(page: Page, ground: Ground) -> None:
    """A browser that was told once to ask no more."""
    await page.locator("[data-agree]").click()
    await expect(page.locator("[data-when=closed]")).to_be_visible()


LOSES = """() => {
  window.fetch = () => Promise.reject(new TypeError('no way there'))
  dispatchEvent(new Event('online'))
}"""


async def lose_server(page: Page, ground: Ground) -> None:
    """The server does not answer any more; the clock of the page stands at NOW, as everybody's."""
    await page.evaluate(LOSES)
    await expect(page.locator("last-sure")).to_be_visible()


async def take_elsewhere(page: Page, ground: Ground) -> BrowserContext:
    """The same patient goes on at another device."""
    assert page.context.browser
    context = await page.context.browser.new_context(permissions=["camera", "microphone"])
    await context.add_init_script(face_of(ground))
    await context.add_cookies(ground.cookies["patient"])
    other = await context.new_page()
    await expect(Side(page).call).to_have_attribute("data-phase", re.compile("live|elsewhere"))
    await other.goto(page.url)
    await expect(Side(other).call).to_have_attribute("data-phase", re.compile("live|elsewhere"))
    here = other.get_by_role("button", name="Use it here")
    if await here.is_visible():
        await here.click()
    await expect(Side(page).call).to_have_attribute("data-phase", "elsewhere")
    return context


async def wait_elsewhere(page: Page, ground: Ground) -> BrowserContext:
    """The same patient goes on waiting at another device; this page asks whether it takes over."""
    assert page.context.browser
    context = await page.context.browser.new_context(permissions=["camera", "microphone"])
    await context.add_cookies(ground.cookies["patient"])
    other = await context.new_page()
    await other.goto(page.url)
    await other.locator("[data-take-over]").click()
    await expect(page.locator("[data-take-over]")).to_be_visible()
    return context


async def leave_hold(page: Page, ground: Ground) -> None:
    """The page that is left may hear of it first and open anew, so the words say which one is there."""
    await send(page, "form[action$='/leave']")
    await expect(page.get_by_role("heading", name="Your place is kept")).to_be_visible()


async def let_in_away(page: Page, ground: Ground) -> None:
    await ground.let_in("away")
    await page.reload()


async def compare(page: Page, ground: Ground) -> BrowserContext:
    """The sheet with the words, open on this side."""
    context = await meet(page, ground)
    await page.locator("[data-badge]:enabled").click()
    return context


async def compared(page: Page, ground: Ground) -> BrowserContext:
    context = await compare(page, ground)
    await page.locator("[data-act=match]").click()
    return context


async def differ(page: Page, ground: Ground) -> BrowserContext:
    context = await compare(page, ground)
    await page.locator("[data-act=differ]").click()
    await page.keyboard.press("Escape")
    return context


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


async def make_app(page: Page, ground: Ground) -> None:
    await send(page, "form[action='/staff/factors']")


async def keep_codes(page: Page, ground: Ground) -> None:
    """The app's digits of this morning."""
    import pyotp

    await make_app(page, ground)
    secret = (await page.locator(".letters").text_content() or "").replace(" ", "")
    await page.locator("[name=code]").fill(pyotp.TOTP(secret).at(ground.house.clock()))
    await send(page)


async def tried_inline(page: Page, ground: Ground) -> None:
    """The free times stand in the preview."""
    await expect(page.frame_locator("#preview iframe").locator("label.slot").first).to_be_attached()


async def tried_popup(page: Page, ground: Ground) -> None:
    """They stand above the page."""
    await page.locator("#preview [data-parlour]").click()
    await expect(page.frame_locator("dialog iframe").locator("label.slot").first).to_be_attached()


FOR_MARA = "/staff/bookings/new?service={service}&therapist={therapist}"

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
    Shown("booking-means", "stranger", "/c/{clinic}?service={chat}&means=phone"),
    Shown("booking-where", "stranger", "/c/{clinic}?service={service}", say_where, 422),
    Shown("wait-join", "stranger", "/c/{clinic}/waitlist?service={service}"),
    Shown("wait-join-mend", "stranger", "/c/{clinic}/waitlist?service={service}", send_empty, 422),
    Shown("wait-join-where", "stranger", "/c/{clinic}/waitlist?service={chat}", wait_where, 422),
    Shown("wait-place", "stranger", "/w/{wait}"),
    Shown("wait-offer", "stranger", "/w/{offer}"),
    Shown("booking-taken", "stranger", "/c/{clinic}?service={service}&day=2026-03-18", one_is_faster, 409),
    Shown("booking-twice", "stranger", "/c/{clinic}?service={service}&day=2026-03-19", book_twice, 409),
    Shown("embed", "stranger", "/embed/c/{clinic}?service={service}&at={site}"),
    Shown("embed-paused", "stranger", "/embed/c/{clinic}/mishap/429?at={site}", status=429),
    Shown("embed-kept", "stranger", "/embed/visit/{framed_booked}&notice=booked"),
    Shown("embed-cancelled", "stranger", "/embed/visit/{framed_cancelled}"),
    Shown("embed-preview", "stranger", "/embed/c/{clinic}?at={here}", booking_empty),
    Shown("embed-closed", "stranger", "/embed/c/{clinic}?at=https://elsewhere.example", status=403),
    Shown("help", "stranger", "/help"),
    Shown("door-closed", "stranger", "/c/{clinic}/waiting-room"),
    Shown("help-clinic", "stranger", "/c/{clinic}/help"),
    Shown("link-opens", "stranger", "/l/{link_booked}"),
    Shown("visit-booked", "patient", "/visit/{booked}"),
    Shown("visit-phoned", "patient", "/visit/{phoned}"),
    Shown("visit-in-person", "patient", "/visit/{visited}"),
    Shown("visit-invoice", "patient", "/visit/{after}/invoice"),
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
    Shown("visit-move", "patient", "/visit/{booked}/move"),
    Shown("visit-move-near", "patient", "/visit/{booked}/move", booking_empty, 422),
    Shown("visit-move-shut", "patient", "/visit/{shut}/move"),
    Shown("visit-cancel", "patient", "/visit/{booked}/cancel"),
    Shown("visit-cancel-late", "patient", "/visit/{shut}/cancel", send_late, 422),
    Shown("visit-confirm", "patient", "/visit/{booked}/confirm"),
    Shown("visit-confirmed", "patient", "/visit/{early}/confirm", say_yes),
    Shown("visit-keep", "patient", "/visit/{booked}/keep"),
    Shown("visit-series", "patient", "/visit/{in_series}/series"),
    Shown("visit-series-booked", "patient", "/visit/{in_series}"),
    Shown("visit-series-cancel", "patient", "/visit/{in_series}/cancel"),
    Shown("visit-series-move-one", "patient", "/visit/{in_series}/move"),
    Shown("visit-series-move", "patient", "/visit/{in_series}/series/move?which=all&start=2026-03-19T14:00Z"),
    Shown("error-404", "stranger", "/c/nobody", status=404),
    Shown("error-410", "stranger", "/staff/link/{over}", status=410),
    Shown("error-403", "mara", "/staff/team", status=403),
    *(Shown(f"error-{status}", "stranger", f"/mishap/{status}", status=status)
      for status in (409, 413, 422, 429, 500, 503)),
    Shown("staff-sign-in", "nobody", "/staff/sign-in"),
    Shown("staff-sign-in-provider", "nobody", "/staff/sign-in", sign_in_by_provider),
    Shown("staff-sign-in-mend", "nobody", "/staff/sign-in", send_empty, 422),
    Shown("staff-forgotten", "nobody", "/staff/forgotten"),
    Shown("staff-forgotten-sent", "nobody", "/staff/forgotten?notice=sent"),
    Shown("staff-invited", "nobody", "/staff/link/{invite}"),
    Shown("staff-second-step", "second", "/staff/second-step"),
    Shown("staff-second-step-mend", "second", "/staff/second-step", send_empty, 422),
    Shown("staff-factors", "half", "/staff/factors"),
    Shown("staff-factors-app", "half", "/staff/factors", make_app),
    Shown("staff-codes", "new", "/staff/factors", keep_codes),
    Shown("day", "mara", "/staff"),
    Shown("day-needs", "samir", "/staff"),
    Shown("day-requests", "ines", "/staff"),
    Shown("request", "ines", "/staff/requests/{request}"),
    Shown("group", "ines", "/staff/bookings/{grouped}/group"),
    Shown("group-move", "ines", "/staff/bookings/{grouped}/group/move"),
    Shown("waitlist", "desk", "/staff/bookings/waitlist"),
    Shown("day-told", "mara", "/staff", tell_here),
    Shown("day-unsure", "mara", "/staff", lose_server),
    Shown("day-everyone", "admin", "/staff"),
    Shown("day-desk", "desk", "/staff"),
    *(Shown(f"lead-{key}", who, f"/staff/visit/{{{key}}}") for who, key in (
        ("mara", "early"), ("mara", "waiting"), ("mara", "after"), ("mara", "missed"), ("mara", "cancelled"),
        ("mara", "away"), ("samir", "unseen"), ("samir", "late"), ("ines", "open"), ("ines", "hold"),
        ("ines", "ended"), ("vera", "long"), ("vera", "asked"))),
    Shown("lead-after-unsigned", "mara", "/staff/visit/{after}", sign_too_early, 409),
    *(Shown(f"{name}-waiting", "mara", f"/staff/visit/{{waiting}}/{name}")
      for name in ("lines", "hand-over", "decline")),
    Shown("lead-declined", "mara", "/staff/visit/{declined}"),
    Shown("hand-over-mend", "mara", "/staff/visit/{waiting}/hand-over", send_empty, 422),
    Shown("away-today", "mara", "/staff/away"),
    Shown("away-today-told", "mara", "/staff/away", send_empty),
    Shown("away-today-who", "desk", "/staff/away"),
    Shown("day-notice", "mara", "/staff?notice=handed-on"),
    Shown("lead-call-board", "samir", "/staff/visit/{live}", with_board, fits=True),
    Shown("lead-call", "samir", "/staff/visit/{live}", meet, fits=True),
    Shown("lead-call-text", "samir", "/staff/visit/{live}", by_text, fits=True),
    Shown("lead-call-phone", "samir", "/staff/visit/{live}", by_phone, fits=True),
    Shown("lead-call-compared", "samir", "/staff/visit/{live}", compared, fits=True),
    Shown("lead-call-near-its-end", "samir", "/staff/visit/{live}", near_its_end, fits=True),
    Shown("lead-call-differs", "samir", "/staff/visit/{live}", differ, fits=True),
    *(Shown(f"calendar-{show}", "desk", f"/staff/calendar?show={show}") for show in ("day", "week", "month")),
    Shown("calendar-move", "desk", "/staff/calendar/move/{booked}"),
    Shown("calendar-move-asks", "desk", "/staff/calendar/move/{booked}?at=2026-03-20T10:00"),
    Shown("calendar-move-taken", "desk", "/staff/calendar/move/{booked}?at=2026-03-20T12:10"),
    Shown("bookings", "desk", "/staff/bookings"),
    Shown("bookings-found", "desk", "/staff/bookings?q=almeida"),
    Shown("bookings-none", "desk", "/staff/bookings?q=zzz"),
    Shown("bookings-new", "desk", "/staff/bookings/new?service={service}"),
    Shown("bookings-new-where", "desk", "/staff/bookings/new?service={chat}&means=phone&where=PT", child_elsewhere),
    Shown("bookings-new-mend", "desk", "/staff/bookings/new?service={service}", send_empty, 422),
    Shown("bookings-one", "desk", "/staff/bookings/{booked}"),
    Shown("bookings-one-cancelled", "desk", "/staff/bookings/{cancelled}"),
    Shown("bookings-answers", "ines", "/staff/bookings/{told}"),
    Shown("bookings-print", "desk", "/staff/bookings/{booked}/print"),
    Shown("bookings-move", "desk", "/staff/bookings/{booked}/move"),
    Shown("patients", "desk", "/staff/patients"),
    Shown("patients-found", "desk", "/staff/patients?q=jo"),
    Shown("patients-one", "desk", "/staff/patients/{person_booked}"),
    Shown("patients-merge", "desk", "/staff/patients/{person_booked}/merge?with={person_after}"),
    Shown("patients-merge-look", "desk", "/staff/patients/{person_booked}/merge?q=zzz"),
    *(Shown(f"bookings-series-{name}", "desk", f"{FOR_MARA}&day=2026-03-13", steps, status)
      for name, steps, status in (("dates", series.ask, 200), ("open", series.ask_and_send, 422))),
    Shown("bookings-series", "desk", "/staff/bookings/series/{series}"),
    Shown("bookings-series-one", "desk", "/staff/bookings/{in_series}"),
    Shown("bookings-series-move", "desk", "/staff/bookings/{in_series}/series/move?which=all&start=2026-03-19T14:00Z"),
    Shown("money", "desk", "/staff/bookings/invoices"),
    Shown("money-invoice", "desk", "/staff/bookings/invoices/{invoice}"),
    Shown("paying", "admin", "/staff/clinic/paying"),
    Shown("paying-mend", "admin", "/staff/clinic/paying", half_a_share, 422),
    Shown("walk-in-closed", "desk", "/staff/walk-in"),
    Shown("walk-in", "desk", "/staff/walk-in", open_door),
    Shown("walk-in-mend", "desk", "/staff/walk-in", take_nobody_in, 422),
    Shown("walk-in-link", "desk", "/staff/walk-in", take_in),
    Shown("mail", "desk", "/staff/mail"),
    Shown("mail-one", "desk", "/staff/mail/{mail}"),
    Shown("clinic", "admin", "/staff/clinic"),
    *(Shown(f"clinic-{part}", "admin", f"/staff/clinic/{part}")
      for part in ("about", "words", "languages", "zone", "waiting", "calls", "time-left", "consent", "policy")),
    Shown("clinic-sign-on", "admin", "/staff/clinic/sign-on"),
    Shown("clinic-embed", "admin", "/staff/clinic/embed", tried_inline),
    Shown("clinic-embed-popup", "admin", "/staff/clinic/embed?form=popup&theme=light", tried_popup),
    Shown("clinic-embed-float", "admin", "/staff/clinic/embed?form=float"),
    Shown("clinic-embed-visit", "admin", "/staff/clinic/embed?form=visit"),
    Shown("clinic-embed-sites", "admin", "/staff/clinic/embed/sites"),
    Shown("clinic-embed-sites-mend", "admin", "/staff/clinic/embed/sites", licence_empty, 422),
    Shown("clinic-opening", "admin", "/staff/clinic/opening"),
    Shown("clinic-waits", "admin", "/staff/waits"),
    Shown("clinic-about-mend", "admin", "/staff/clinic/about", too_little, 422),
    Shown("clinic-services", "admin", "/staff/clinic/services"),
    Shown("clinic-service-new", "admin", "/staff/clinic/services/new"),
    Shown("clinic-service", "admin", "/staff/clinic/services/{service}"),
    Shown("clinic-measures", "admin", "/staff/clinic/measures"),
    Shown("clinic-measure", "admin", "/staff/clinic/measures/phq9"),
    Shown("patient-measures", "samir", "/staff/patients/{person_live}/measures"),
    Shown("clinic-questions", "admin", "/staff/clinic/services/{group}/questions"),
    Shown("clinic-question", "admin", "/staff/clinic/services/{group}/questions/new?kind=one"),
    Shown("clinic-question-change", "admin", "/staff/clinic/services/{group}/questions/qsleep"),
    Shown("clinic-questions-preview", "admin", "/staff/clinic/services/{group}/questions/preview"),
    Shown("clinic-keys", "admin", "/staff/clinic/keys", make_key),
    Shown("clinic-webhooks", "admin", "/staff/clinic/webhooks", tell_records),
    Shown("clinic-resources", "admin", "/staff/clinic/resources"),
    Shown("clinic-resources-mend", "admin", "/staff/clinic/resources", send_empty, 422),
    Shown("clinic-resource", "admin", "/staff/clinic/resources/{unit}"),
    Shown("clinic-resource-closed", "admin", "/staff/clinic/resources/{unit}", close_room),
    Shown("clinic-resource-kind", "admin", "/staff/clinic/resources/kinds/{kind}"),
    Shown("clinic-therapists", "admin", "/staff/clinic/therapists"),
    Shown("clinic-therapist", "admin", "/staff/clinic/therapists/{therapist}"),
    Shown("clinic-hours", "admin", "/staff/clinic/hours"),
    Shown("clinic-hours-of", "admin", "/staff/clinic/hours/{therapist}"),
    Shown("clinic-hours-service", "admin", "/staff/clinic/hours/{therapist}?service={service}"),
    Shown("clinic-days", "admin", "/staff/clinic/hours/{therapist}/days"),
    Shown("clinic-days-kept", "admin", "/staff/clinic/hours/{therapist}/days", give_days_hours),
    Shown("clinic-holidays", "admin", "/staff/clinic/holidays"),
    Shown("clinic-holidays-closed", "admin", "/staff/clinic/holidays", close_on_holidays),
    Shown("clinic-leave", "admin", "/staff/clinic/leave"),
    Shown("clinic-start", "admin", "/staff/clinic/visits/start"),
    Shown("clinic-acting", "admin", "/staff/clinic/patients/acting"),
    Shown("patient-acting", "desk", "/staff/patients/{person_booked}/acting", add_mother),
    Shown("clinic-licences", "admin", "/staff/clinic/licences"),
    Shown("clinic-licences-of", "admin", "/staff/clinic/licences/{therapist}"),
    Shown("clinic-licences-mend", "admin", "/staff/clinic/licences/{therapist}", licence_empty, 422),
    Shown("calendars", "mara", "/staff/calendars"),
    Shown("calendars-none", "ines", "/staff/calendars"),
    Shown("calendars-refused", "ines", "/staff/calendars", calendar_inside, 422),
    Shown("reminders", "admin", "/staff/clinic/bookings/reminders"),
    Shown("reminders-mend", "admin", "/staff/clinic/bookings/reminders", half_a_night, 422),
    Shown("reports", "admin", "/staff/clinic/bookings/reports"),
    Shown("import", "admin", "/staff/clinic/bookings/import"),
    Shown("import-look", "admin", "/staff/clinic/bookings/import", send_list),
    Shown("import-done", "admin", "/staff/clinic/bookings/import", bring_list_in),
    Shown("waiting-rules", "admin", "/staff/waiting"),
    Shown("waiting-rules-mend", "admin", "/staff/waiting", too_little, 422),
    Shown("team", "admin", "/staff/team"),
    Shown("account", "mara", "/staff/account"),
    Shown("reach", "mara", "/staff/account/reach"),
    Shown("day-climbs", "vera", "/staff"),
    Shown("styleguide", "stranger", "/styleguide"),
)
# fmt: on

NO_PAGES = {
    "/staff/visit/{public_id}/measures": "a part of the visit", "/staff/patients/{patient_id}/measures/fhir": "a file",
    "/healthz": "for programs", "/readyz": "for programs", "/metrics": "for programs", "/live": "a stream",
    "/sw.js": "a worker",
    "/c/{clinic}/accent.css": "a sheet", "/colour.css": "a sheet", "/visit/{public_id}/calendar.ics": "a calendar",
    "/calendar/{token}.ics": "a calendar",
    "/visit/{public_id}/series/{number:int}": "leads to another visit", "/visit/{public_id}/series.ics": "a calendar",
    "/.well-known/change-password": "leads to the account", "/robots.txt": "for programs",
    "/.well-known/security.txt": "for programs", "/favicon.ico": "a picture",
    "/embed/v1.js": "a script", "/embed/sheets/{build}/{names}.css": "a sheet",
    "/embed/c/{clinic}/{therapist}": "the same in a frame",
    "/embed/visit/{public_id}/move": "the same in a frame", "/embed/visit/{public_id}/cancel": "the same in a frame",
    "/embed/visit/{public_id}/calendar.ics": "a calendar",
    "/colour": "a part of set-up", "/visit/{public_id}/wait-part": "a part of waiting",
    "/visit/{public_id}/lines": "a part of waiting", "/staff/visit/{public_id}/lines-part": "a part of the lines",
    "/staff/calendar/grid": "a part of the calendar", "/staff/calendar/book": "leads to booking",
    "/staff/away/{away}": "what the press on /staff/away leads to", "/staff/away/{away}/part": "a part of that",
    "/api/openapi.json": "for programs", "/api/v1/clinics/{clinic}": "for programs",
    "/api/v1/clinics/{clinic}/services": "for programs", "/api/v1/clinics/{clinic}/slots": "for programs",
    "/api/v1/clinics/{clinic}/bookings": "for programs",
    "/api/v1/clinics/{clinic}/bookings/{booking}": "for programs",
    "/l/{token}/{step}": "leads to a page of the booking",
    "/staff/sign-on/{clinic_id}": "leads to the provider", "/staff/sign-on/{clinic_id}/back": "leads to the day",
    "/staff/clinic/bookings/reports/table.csv": "a table",
    "/staff/bookings/invoices/table.csv": "a table", "/c/{clinic}/mark.png": "a picture",
    "/staff/clinic/bookings/import/{file:uuid}": "what the table that was chosen leads to",
    "/staff/day/waiting": "a part of the day", "/staff/day/agenda": "a part of the day",
    "/staff/visit/{public_id}/part": "a part of the visit",
    "/visit/{public_id}/phone": "a part of the call", "/staff/visit/{public_id}/phone": "a part of the call",
    "/staff/visit/{public_id}/checklist": "a part of the visit", "/staff/demo/{token}": "leads to the day",
}  # fmt: skip
"""GET routes that answer with something else than a page, and what that is."""
