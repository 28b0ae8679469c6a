"""A patient's own entry, and the home behind it."""

from collections.abc import Sequence
from uuid import uuid4

from playwright.async_api import Page, expect

from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, out_of_reach, send


async def send_no_code(page: Page, ground: Ground) -> None:
    await send(page, "form[action='/me/code']")


async def hand_over(page: Page, ground: Ground) -> None:
    await send(page, "form[action$='/space/code']")


async def after_an_exercise(page: Page, ground: Ground) -> None:
    done = {"id": str(uuid4()), "exercise": "resonance-4-6", "seconds": "300", "times": "30", "ago": "60"}
    await page.request.post(f"{ground.base}/me/calm", form=done, headers={"origin": ground.base})
    sat = {"id": str(uuid4()), "exercise": "widen", "seconds": "180", "times": "1", "ago": "30"}
    sat |= {"calm_before": "3", "calm_after": "6", "mood_before": "4", "mood_after": "4"}
    await page.request.post(f"{ground.base}/me/calm/sat", form=sat, headers={"origin": ground.base})
    await page.reload()
    await expect(page.locator(".rows > .item").first).to_be_visible()


USED = """async () => {
  const days = await (await fetch('/me/mood/days')).text()
  document.querySelector('[name=id]').value = days.match(/mood.entry.([0-9a-f-]{36})/)[1]
  document.querySelector('[name=note]').value = 'It is all too much. I want to die.'
  document.querySelector('form.mood').submit()
}"""


async def under_another_id(page: Page, ground: Ground) -> None:
    """Something else was kept from this form before; the words of this one mean danger."""
    async with page.expect_navigation():
        await page.evaluate(USED)


async def choose(page: Page, ground: Ground) -> None:
    for name, number in (("mood", 6), ("energy", 3)):
        await page.locator(f"input[name={name}][value='{number}']").check()
    await page.locator("input[value='outdoors']").check()


async def who_reads(page: Page, ground: Ground) -> None:
    await page.locator(".mood-share > summary").click()


async def with_card(page: Page, ground: Ground) -> None:
    wanted = {"share": "part", "card": "yes", "urges": "to stay in bed, to drink", "tags": "the garden"}
    await page.request.post(f"{ground.base}/me/mood/settings", form=wanted, headers={"origin": ground.base})
    await page.reload()
    await page.locator("[name^=urge-]").first.wait_for()


async def at_night(page: Page, ground: Ground) -> None:
    """A time in their own quiet hours."""
    await page.locator("[name=at]").fill("23:30")
    await send(page, "form.mood")


async def remind_me(page: Page, ground: Ground) -> None:
    await send(page, "form.mood")


async def choose_the_second(page: Page, ground: Ground) -> None:
    """An answer that speaks of danger; nobody is called from here."""
    await page.route("**/answer", lambda route: route.fulfill(json={"number": 1, "open": 8, "done": False}))
    await page.locator(".measure-ask.now input[type=radio]").nth(1).check()
    await expect(page.locator("[data-help]")).to_be_visible()


async def answer_all_of_it(page: Page, ground: Ground) -> None:
    """By the form that needs no script."""
    here = page.url.partition("?")[0]
    fields = {f"a-gad7_{number}": "1" for number in range(1, 8)}
    await page.request.post(here, form=fields | {"do": "send"}, headers={"origin": ground.base})
    await page.request.post(f"{here}/finish", headers={"origin": ground.base})
    await page.goto(here)


async def keep_nothing(page: Page, ground: Ground) -> None:
    await send(page, "form.mood")


async def write_over_somebody(page: Page, ground: Ground) -> None:
    """The form of a page that was drawn before somebody else wrote."""
    await page.locator("[name=text]").first.evaluate("field => { field.value += '\\nA walk by the river' }")
    await page.locator("[name=version]").evaluate("field => { field.value = '0' }")
    async with page.expect_navigation():
        await page.locator("auto-save form").evaluate("form => HTMLFormElement.prototype.submit.call(form)")


async def says_what_is_kept(page: Page, ground: Ground) -> None:
    """The page looks into what the device keeps before it says anything."""
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("space-set-up", "patient", "/visit/{booked}/space"),
    Shown("space-sign-in", "stranger", "/me/sign-in"),
    Shown("space-sign-in-lost", "stranger", "/me/sign-in?notice=lost"),
    Shown("space-sign-in-mend", "stranger", "/me/sign-in", send_no_code, 422),
    Shown("space-sent", "knocks", "/me/code"),
    Shown("space-home", "home", "/me"),
    Shown("space-asked", "unbooked", "/me"),
    Shown("asked", "unbooked", "/me/asked/{person_unbooked}"),
    Shown("asked-one", "unbooked", "/me/asked/{person_unbooked}/phq9"),
    Shown("asked-help", "unbooked", "/me/asked/{person_unbooked}/phq9?q=9", choose_the_second),
    Shown("asked-done", "unbooked", "/me/asked/{person_unbooked}/gad7", answer_all_of_it),
    Shown("space-progress", "home", "/me/progress"),
    Shown("space-record", "home", "/me/record/{person_booked}"),
    Shown("space-devices", "home", "/me/devices"),
    Shown("calm-kept", "home", "/me/calm", after_an_exercise),
    Shown("mood", "home", "/me/mood", choose),
    Shown("mood-not-kept", "home", "/me/mood", under_another_id, 409),
    Shown("mood-share", "home", "/me/mood", who_reads),
    Shown("mood-settings", "home", "/me/mood/settings"),
    Shown("mood-reminders", "home", "/me/mood/reminders"),
    Shown("mood-reminders-mend", "home", "/me/mood/reminders", at_night, 422),
    Shown("mood-reminders-on", "home", "/me/mood/reminders", remind_me),
    Shown("mood-card", "home", "/me/mood", with_card),
    Shown("no-connection", "home", "/me/offline/none", out_of_reach),
    Shown("mood-offline", "home", "/me/offline/mood"),
    Shown("mood-mend", "home", "/me/mood", keep_nothing, 422),
    Shown("mood-days", "home", "/me/mood/days"),
    Shown("mood-days-none", "home", "/me/mood/days?month=2020-01"),
    Shown("mood-back", "home", "/me/mood/back"),
    Shown("mood-back-line", "home", "/me/mood/back?span=90&line=phq9"),
    Shown("mood-entry", "home", "/me/mood/entry/00000000-0000-0000-0000-00000000001c"),
    Shown("mood-change", "home", "/me/mood/entry/00000000-0000-0000-0000-00000000001c/change"),
    Shown("own-course", "home", "/me/courses/{course}"),
    Shown("own-course-guided", "home", "/me/courses/{guided}"),
    Shown("plan", "home", "/me/plan"),
    Shown("plan-step", "home", "/me/plan/steps/ask"),
    Shown("plan-safer", "home", "/me/plan/steps/safer"),
    Shown("plan-both", "home", "/me/plan/steps/alone", write_over_somebody, 409),
    Shown("plan-history", "home", "/me/plan/history"),
    Shown("plan-then", "home", "/me/plan/history/{writing}"),
    Shown("help-offline", "home", "/me/offline/help"),
    Shown("plan-offline", "home", "/me/offline/plan"),
    Shown("asked-offline", "unbooked", "/me/offline/asked", says_what_is_kept),
    Shown("safe", "home", "/me/safe?after=/me/mood/back"),
    Shown("safe-letter", "home", "/me/safe?after=/me/letters/{letters_times}"),
    Shown("safe-offline", "home", "/me/offline/safe"),
    Shown("help-plan", "home", "/help"),
    Shown("patients-space", "desk", "/staff/patients/{person_booked}/space"),
    Shown("patients-space-code", "desk", "/staff/patients/{person_after}/space", hand_over),
)
# fmt: on
