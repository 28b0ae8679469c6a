"""A tool on two pages at once: in step though one clock is wrong by 90 s and the road is slow one way."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side, side
from tests.e2e.stage import Stage, staged

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

TRUTH = """
const [origin, elapsed] = [performance.timeOrigin, performance.now.bind(performance)]
globalThis.truth = () => origin + elapsed()
"""
SEEN = """
globalThis.seen = {}
addEventListener('DOMContentLoaded', () => {
  const tool = document.querySelector('[data-together]')
  const watch = new MutationObserver(() => { seen[tool.dataset.place] ??= truth() })
  watch.observe(tool, { attributeFilter: ['data-place'] })
})
"""
WRONG = """
for (const [where, name] of [[Date, 'now'], [performance, 'now']]) {
  const real = where[name].bind(where)
  where[name] = () => real() + 90000
}
"""
SLOW = """
const send = RTCDataChannel.prototype.send
RTCDataChannel.prototype.send = function (said) {
  if (this.label === 'tool') setTimeout(() => { if (this.readyState === 'open') send.call(this, said) }, 300)
  else send.call(this, said)
}
"""
PLACES = ("0", "1", "2", "3")


@asynccontextmanager
async def in_call(browser: Browser, ours: str = "", theirs: str = "") -> AsyncIterator[tuple[Stage, Side, Side]]:
    async with (
        staged() as stage,
        side(browser, stage, "therapist", ours) as therapist,
        side(browser, stage, "patient", theirs) as patient,
    ):
        await patient.page.get_by_role("button", name="Open camera and microphone").click()
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
        yield stage, therapist, patient


async def begin(therapist: Side, tool: str) -> None:
    await therapist.press("more")
    await therapist.page.locator("[data-act=tool]").click()
    await therapist.page.locator("#tool-which").select_option(tool)
    await therapist.page.get_by_role("button", name="Begin for both of you").click()


async def focused(one: Side) -> str:
    """What the keyboard is at: a control's name, or an id."""
    return str(await one.page.evaluate("document.activeElement.dataset.control ?? document.activeElement.id"))


async def test_who_goes_by_keyboard_stays_with_the_tool_and_then_with_the_controls(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, _patient):
        page = therapist.page
        for _ in range(2):
            await therapist.press("more")
            for act in ("tool", "tool-begin"):
                await page.locator(f"[data-act={act}]").focus()
                await page.keyboard.press("Enter")
                await expect(page.locator("#tool-title")).to_be_focused()
            await expect(page.locator("[data-tool-news]")).to_have_text("")
            await page.locator("[data-act=close-tool]").focus()
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-together]")).to_be_hidden()
            assert await focused(therapist) == "more"


async def skews(sides: Sequence[Side]) -> list[float]:
    """Milliseconds between the two pages at each change that both have shown."""
    for one in sides:
        await one.page.wait_for_function("(places) => places.every((place) => place in seen)", arg=list(PLACES))
    first, other = [await one.page.evaluate("seen") for one in sides]
    return [abs(first[place] - other[place]) for place in PLACES]


@pytest.mark.parametrize("slow", ["therapist", "patient"])
async def test_a_pacer_is_in_step_though_a_clock_is_wrong_and_the_road_slow_one_way(
    browser: Browser, slow: str
) -> None:
    ours = TRUTH + SEEN + (SLOW if slow == "therapist" else "")
    theirs = TRUTH + SEEN + WRONG + (SLOW if slow == "patient" else "")
    async with in_call(browser, ours, theirs) as (stage, therapist, patient):
        await begin(therapist, "breath/cyclic-sigh")
        await expect(patient.page.locator("[data-together]")).to_be_visible()
        await expect(patient.page.locator("[data-tool-news]")).to_have_text(
            "Mara Lind began for both of you: Two breaths in, one long out"
        )
        apart = await skews([therapist, patient])
        print("apart", [round(one) for one in apart])  # noqa: T201
        assert max(apart) <= 150

        await patient.page.locator("[data-act=tool-turn]").click()
        for one in (therapist, patient):
            await expect(one.page.get_by_role("button", name="Go on")).to_be_visible()
        await therapist.page.get_by_role("button", name="Offer it for home").click()
        await expect(therapist.page.locator("[data-tool-news]")).to_have_text(
            "It is offered on the patient’s own page."
        )
        assert stage.offered == ["breath/cyclic-sigh"]
        await patient.page.get_by_role("button", name="End it for both of you").click()
        await expect(therapist.page.locator("[data-together]")).to_be_hidden()


async def test_each_sees_where_the_other_is_and_nothing_of_it_is_kept(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        await begin(therapist, "mood")
        await patient.page.get_by_label("Unpleasant to pleasant").press("ArrowLeft")
        await patient.page.get_by_label("Little energy to much").press("ArrowRight")
        await expect(therapist.page.locator("[data-tool-name]")).to_have_text(
            "Jo Almeida: pleasant 4 of 10, energy 6 of 10"
        )
        await therapist.page.get_by_role("button", name="Offer it for home").click()
        await expect(therapist.page.locator("[data-tool-news]")).to_have_text(
            "It is offered on the patient’s own page."
        )
        assert stage.offered == ["mood"]
        await expect(patient.page.get_by_role("button", name="Offer it for home")).to_have_count(0)
        await patient.page.reload()
        await patient.flows()
        await expect(patient.page.locator("[data-tool-mood]")).to_be_visible()


async def test_a_thought_is_written_by_both_and_kept_by_its_patient_alone(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        await begin(therapist, "thought")
        await patient.page.get_by_label("What went through your mind").fill("They laughed at me")
        await expect(therapist.page.get_by_label("What went through your mind")).to_have_value("They laughed at me")
        await therapist.page.get_by_label("How strong, from 0 to 100").fill("70")
        await therapist.page.get_by_label("Another way to see it").fill("They laughed about the film")
        await expect(patient.page.get_by_label("Another way to see it")).to_have_value("They laughed about the film")
        await expect(therapist.page.get_by_role("button", name="Keep it in my space")).to_have_count(0)
        await patient.page.get_by_role("button", name="Keep it in my space").click()
        await expect(patient.page.locator("[data-tool-news]")).to_have_text(
            "It is in your own space, for you alone until you share it."
        )
        (kept,) = stage.kept
        assert (kept["form"], kept["emotions-0-before"], kept["thoughts-0-text"]) == (
            "full",
            "70",
            "They laughed at me",
        )
        await patient.page.reload()
        await patient.flows()
        await expect(patient.page.get_by_label("What went through your mind")).to_have_value("They laughed at me")
