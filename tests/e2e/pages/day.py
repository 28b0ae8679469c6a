"""The therapist's day, the waiting room, and leading a visit."""

from collections.abc import Sequence
from datetime import timedelta

from playwright.async_api import BrowserContext, Page

from server.booking.reminders.rules import Quiet, ReminderRules
from server.booking.reminders.store import set_rules
from tests.e2e.calls import by_phone, by_text, meet, near_its_end, with_board, with_thought, with_tool
from tests.e2e.ground import CLINIC, Ground
from tests.e2e.pages.shown import Shown, compare, compared, lose_server, send, send_empty, tell_here


async def sign_too_early(page: Page, ground: Ground) -> None:
    await send(page, "form[action$='/sign']")


async def differ(page: Page, ground: Ground) -> BrowserContext:
    context = await compare(page, ground)
    await page.locator("[data-act=differ]").click()
    await page.keyboard.press("Escape")
    return context


async def open_enter(page: Page, ground: Ground) -> None:
    await page.locator("#enter-cssrs > summary").click()


async def offer_notices(page: Page, ground: Ground) -> None:
    rules = ReminderRules((timedelta(hours=2),), Quiet(0, 0), by_push=True)
    await ground.house.db.unit(lambda db: set_rules(db, CLINIC.id, rules))
    await page.reload()


async def tell_at_home(page: Page, ground: Ground) -> None:
    await offer_notices(page, ground)
    await tell_here(page, ground)


async def take_it(page: Page, ground: Ground) -> None:
    await send(page, "form[action$='/take']")


async def enrol(page: Page, ground: Ground) -> None:
    await page.locator("[name=name]").fill("Kim Berg")
    await page.locator("[name=mail]").fill("kim@patients.example")
    async with page.expect_navigation():
        await page.get_by_role("button", name="Show every date").click()


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("day", "mara", "/staff"),
    Shown("day-needs", "samir", "/staff"),
    Shown("lead-enter", "mara", "/staff/visit/{waiting}", open_enter),
    Shown("risk", "vera", "/staff/risk/{alert}"),
    Shown("risk-taken", "samir", "/staff/risk/{alert}", take_it),
    Shown("reading-red", "vera", "/staff/readings/{red}"),
    Shown("reading-red-taken", "samir", "/staff/readings/{red}", take_it),
    Shown("day-requests", "ines", "/staff"),
    Shown("request", "ines", "/staff/requests/{request}"),
    Shown("group", "ines", "/staff/bookings/{grouped}/group"),
    Shown("group-weekly", "ines", "/staff/bookings/{weekly}/group"),
    Shown("group-enrol", "desk", "/staff/bookings/{weekly}/group/enrol"),
    Shown("group-enrol-dates", "desk", "/staff/bookings/{weekly}/group/enrol", enrol),
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
    Shown("away-ahead", "ines", "/staff/away/ahead?therapist=ines-okafor"),
    Shown("away-ahead-none", "desk", "/staff/away/ahead?therapist=mara-lind"),
    Shown("bookings-unkept", "desk", "/staff/bookings/unkept?back=/staff/clinic/leave?notice=kept"),
    Shown("away-today-who", "desk", "/staff/away"),
    Shown("day-notice", "mara", "/staff?notice=handed-on"),
    Shown("lead-call-board", "samir", "/staff/visit/{live}", with_board, fits=True),
    Shown("lead-call-tool", "samir", "/staff/visit/{live}", with_tool, fits=True),
    Shown("lead-call-thought", "samir", "/staff/visit/{live}", with_thought, fits=True),
    Shown("lead-call", "samir", "/staff/visit/{live}", meet, fits=True),
    Shown("lead-call-text", "samir", "/staff/visit/{live}", by_text, fits=True),
    Shown("lead-call-phone", "samir", "/staff/visit/{live}", by_phone, fits=True),
    Shown("lead-call-compared", "samir", "/staff/visit/{live}", compared, fits=True),
    Shown("lead-call-near-its-end", "samir", "/staff/visit/{live}", near_its_end, fits=True),
    Shown("lead-call-differs", "samir", "/staff/visit/{live}", differ, fits=True),
)
# fmt: on

LAST = (
    Shown("space-devices-offer", "home", "/me/devices", offer_notices),
    Shown("space-devices-told", "home", "/me/devices", tell_at_home),
    Shown("away-today-told", "mara", "/staff/away", send_empty),
)
"""What changes the clinic for whatever is looked at then: notices are turned on; Mara meets nobody today any more."""
