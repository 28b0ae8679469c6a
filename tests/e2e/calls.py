"""How two people come into a call for the catalogue, what they look like, and what they do there together."""

import re
from datetime import datetime, timedelta

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.ground import Ground
from tests.e2e.sides import Side
from tests.engines.chromium import DEAF

# Draws a face in daylight in place of the browser's test picture.
FACE = """
const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices)
if (real)
navigator.mediaDevices.getUserMedia = async (asked) => {
  const tracks = []
  if (asked.video) {
    const scale = globalThis.small ? 0.25 : 1
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280 * scale, height: 720 * scale })
    const at = canvas.getContext('2d')
    at.scale(scale, scale)
    const patient = location.pathname.startsWith('/visit')
    const fill = (colour, ...shape) => {
      at.fillStyle = colour; at.beginPath(); at.ellipse(...shape, 0, 0, 7); at.fill()
    }
    const draw = () => {
      at.fillStyle = patient ? '#6d7f74' : '#8a7f6c'; at.fillRect(0, 0, 1280, 720)
      at.fillStyle = patient ? '#dfe5cf' : '#e9dcc0'; at.fillRect(90, 60, 300, 420)
      at.fillStyle = patient ? '#55685d' : '#6f6554'; at.fillRect(232, 60, 14, 420); at.fillRect(90, 250, 300, 14)
      fill(patient ? '#2f4a45' : '#4a3b57', 660, 760, 330, 260)
      at.fillStyle = patient ? '#a8755a' : '#c79a7b'; at.fillRect(600, 430, 120, 110)
      fill(patient ? '#2b211d' : '#5a4632', 660, 300, 190, 210)
      fill(patient ? '#bd8768' : '#dcb191', 660, 335, 150, 185)
      fill(patient ? '#2b211d' : '#5a4632', 660, 170, 170, 80)
      fill('#22201e', 605, 325, 12, 12); fill('#22201e', 715, 325, 12, 12)
      at.strokeStyle = '#7a4a3c'; at.lineWidth = 9; at.beginPath(); at.arc(660, 400, 46, .5, 2.64); at.stroke()
    }
    draw(); setInterval(draw, globalThis.small ? 250 : 100)
    tracks.push(...canvas.captureStream(10).getVideoTracks())
  }
  if (asked.audio) tracks.push(...(await real({ audio: asked.audio })).getAudioTracks())
  return new MediaStream(tracks)
}
"""

SMALL = "globalThis.small = true\n"
"""Before FACE: a picture that is cheap to send, where nobody looks at it."""


def face_of(ground: Ground) -> str:
    return SMALL + FACE if ground.small else FACE


# A recogniser that hears what SAY is given: no browser of a test has a language on the device.
HEARS = """
class Recogniser {
  #local = false
  get processLocally() { return this.#local }
  set processLocally(value) { this.#local = value }
  static available = async ({ processLocally }) => (processLocally ? 'available' : 'unavailable')
  start(track) { Object.assign(globalThis, { hearing: this, given: track }) }
  abort() { globalThis.hearing = null }
}
globalThis.SpeechRecognition = Recogniser
"""
SAY = """(text) => {
  hearing.onresult({ resultIndex: 0, results: [Object.assign([{ transcript: text }], { isFinal: true })] })
}"""


async def meet(page: Page, ground: Ground, also: str = "") -> BrowserContext:
    """The other side comes into the call too, in a profile of its own; `also` is added to its browser."""
    ours = "/staff/" in page.url
    path, who = ("/visit/{live}", "patient") if ours else ("/staff/visit/{live}", "samir")
    assert page.context.browser
    context = await page.context.browser.new_context(permissions=["camera", "microphone"])
    await context.add_init_script(DEAF + face_of(ground) + also)
    await context.add_cookies(ground.cookies[who])
    other = await context.new_page()
    await other.goto(ground.base + path.format_map(ground.paths))
    for one in (other, page):
        await expect(Side(one).call).to_have_attribute("data-phase", re.compile("live|elsewhere"))
        here = one.get_by_role("button", name="Use it here")
        if await here.is_visible():  # whoever looked before is counted on for a while
            await here.click()
        await expect(Side(one).call).to_have_attribute("data-phase", "live")
    for control in ("mute", "camera"):  # the therapist's open by themselves where the browser allows it
        await (other if ours else page).locator(f"[data-control={control}][data-state=off]").click()
    for one in (other, page):
        await expect(Side(one).call).to_have_attribute("data-media", "flowing", timeout=20000)
    await expect(page.locator("[data-remote]")).to_be_visible()
    return context


async def by(page: Page, ground: Ground, medium: str) -> BrowserContext:
    """The two meet in another way; this side chose it."""
    context = await meet(page, ground)
    await page.locator(f"[data-act=way-{medium}]:not([hidden])").first.click()
    for one in (page, context.pages[0]):
        await expect(Side(one).call).to_have_attribute("data-medium", medium)
    return context


async def by_text(page: Page, ground: Ground) -> BrowserContext:
    context = await by(page, ground, "text")
    for one, line in (
        (page, "I can write, but not speak just now."),
        (context.pages[0], "That is fine. Take your time."),
    ):
        await one.locator("#call-text").fill(line)
        await one.keyboard.press("Enter")
        await expect(page.locator(".call-line").filter(has_text=line).last).to_be_visible()
    return context


async def by_phone(page: Page, ground: Ground) -> BrowserContext:
    return await by(page, ground, "phone")


async def turned(page: Page, ground: Ground) -> BrowserContext:
    """The other side went down and came back up: what is off here stays off until a press."""
    context = await by(page, ground, "text")
    await context.pages[0].locator("[data-act=way-video]").click()
    await expect(Side(page).call).to_have_attribute("data-medium", "video")
    return context


# Nothing reaches the server any more, and the page looks after its socket, again where a word under way made it think
# well of it; what flows between the two flows on.
OUT = """() => {
  globalThis.fetch = () => Promise.reject(new TypeError('out of reach'))
  WebSocket.prototype.send = () => {}
  dispatchEvent(new Event('online'))
  globalThis.looks = setInterval(() => dispatchEvent(new Event('pageshow')), 2000)
}"""


async def out_of_reach(page: Page, ground: Ground) -> BrowserContext:
    """The call goes on without a server, and the other side's mute is told past it; in the language of the page."""
    context = await meet(page, ground)
    sentence, notice = Side(page).sentence, page.locator("[data-notice]")
    well = await sentence.text_content() or ""
    await page.evaluate(OUT)
    await expect(sentence).not_to_have_text(well)
    await page.evaluate("clearInterval(globalThis.looks)")
    await expect(notice).to_have_text(well)
    await context.pages[0].locator("[data-control=mute]").click()
    await expect(notice).not_to_have_text(well)
    return context


async def keys(page: Page, ground: Ground) -> BrowserContext:
    context = await meet(page, ground)
    await page.locator("[data-name]").press("?")
    await expect(page.locator("dialog[data-keys]")).to_be_visible()
    return context


async def more(page: Page, ground: Ground) -> BrowserContext:
    context = await meet(page, ground)
    await page.locator("[data-control=more]").click()
    return context


async def near_its_end(page: Page, ground: Ground) -> BrowserContext:
    """Five minutes are left, and what the other side says is written along."""
    context = await meet(page, ground, HEARS)
    other = context.pages[0]
    await press_in_more(other, "captions")
    await other.wait_for_function("() => hearing")
    ends = datetime.fromisoformat(await page.locator("#call").get_attribute("data-ends") or "")
    await page.clock.set_fixed_time(ends - timedelta(minutes=5))
    await expect(page.locator("[data-time-left]")).to_be_visible()
    await other.evaluate(SAY, "I slept through twice this week, and on Sunday I went for a walk with my sister.")
    await expect(page.locator("[data-captions-lines]")).to_contain_text("my sister")
    return context


async def press_in_more(page: Page, act: str) -> None:
    await page.locator("[data-control=more]").click()
    await page.locator(f"[data-more] [data-act={act}]").click()


async def asked_for_file(page: Page, ground: Ground) -> BrowserContext:
    """The other side sends one file that came whole, and offers another."""
    context = await meet(page, ground)
    other = context.pages[0]
    await press_in_more(other, "files")
    for name in ("sleep diary.pdf", "holiday.jpg.exe"):
        await other.locator("[data-files-pick]").set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": b"x" * 250_000}
        )
        await other.locator("[data-file=offer]:visible").click()
        if name.endswith("pdf"):
            await page.locator("[data-act=files]:visible").click()
            await page.locator("[data-file=accept]:visible").click()
            await expect(page.locator("[data-file=save]:visible")).to_be_visible()
    await expect(page.locator("[data-file=accept]:visible")).to_be_visible()
    return context


STROKES = """async ([x, y, width, height]) => {
  const surface = document.querySelector('[data-surface]')
  const send = (type, clientX, clientY) => {
    surface.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, bubbles: true }))
  }
  surface.setPointerCapture = () => {}
  const curve = (at) => [x + width * (0.15 + at * 0.7), y + height * (0.55 - Math.sin(at * 7) * 0.25)]
  send('pointerdown', ...curve(0))
  for (let at = 0; at <= 1; at += 0.02) send('pointermove', ...curve(at))
  send('pointerup', ...curve(1))
}"""


async def with_tool(page: Page, ground: Ground) -> BrowserContext:
    """In the middle of a breath that both take, paused."""
    context = await meet(page, ground)
    other = context.pages[0]
    therapist = page if "/staff/" in page.url else other
    await press_in_more(therapist, "tool")
    await therapist.locator("#tool-which").select_option("breath/equal-4")
    await therapist.locator("[data-act=tool-begin]").click()
    await expect(page.locator("[data-together]")).to_have_attribute("data-place", "0")
    await page.locator("[data-act=tool-turn]").click()
    await expect(page.locator("[data-tool-paused=yes]")).to_be_visible()
    return context


async def with_board(page: Page, ground: Ground) -> BrowserContext:
    """A curve by the other side, another and a note by this one."""
    context = await meet(page, ground)
    other = context.pages[0]
    await press_in_more(other, "board")
    await expect(page.locator("[data-board]")).to_be_visible()
    for one, colour in ((other, 2), (page, 1)):
        await one.locator(f"[data-colour='{colour}']").click()
        box = await one.locator(".board-paper").bounding_box()
        assert box
        lower = 0.2 if one is page else 0
        await one.evaluate(STROKES, [box["x"], box["y"] + box["height"] * lower, box["width"], box["height"]])
    await page.locator("[data-tool=note]").click()
    await page.locator("#board-note").fill("Mornings are better than evenings")
    await page.locator("[data-board-note] button").click()
    await expect(other.locator("[data-marks] > *")).to_have_count(3)
    return context


async def board_as_list(page: Page, ground: Ground) -> BrowserContext:
    context = await with_board(page, ground)
    await page.locator("[data-act=board-text]").click()
    return context


async def with_thought(page: Page, ground: Ground) -> BrowserContext:
    """A thought record that both write on."""
    context = await meet(page, ground)
    other = context.pages[0]
    therapist, patient = (page, other) if "/staff/" in page.url else (other, page)
    await press_in_more(therapist, "tool")
    await therapist.locator("#tool-which").select_option("thought")
    await therapist.locator("[data-act=tool-begin]").click()
    await patient.locator("#sheet-thought").fill("They laughed at me")
    await therapist.locator("#sheet-other").fill("They laughed about the film")
    await expect(page.locator("#sheet-other")).to_have_value("They laughed about the film")
    return context
