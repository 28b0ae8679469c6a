"""The front desk: calendar, bookings, patients, walk-ins, mail."""

from collections.abc import Sequence

from playwright.async_api import Page

from tests.e2e import series
from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, send, send_empty, too_little


async def half_a_share(page: Page, ground: Ground) -> None:
    await page.locator("[name=late]").fill("half")
    await send(page, "form[action='/staff/clinic/paying']")


async def child_elsewhere(page: Page, ground: Ground) -> None:
    """The desk books for a parent, whose child will be where Samir alone may treat."""
    async with ground.asks_where():
        await page.reload()
    await page.locator("[name=for_whom][value=child]").check()


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


async def puts_on_call(page: Page, ground: Ground) -> None:
    for name, value in (("from", "18:00"), ("until", "08:00")):
        await page.locator(f"[name={name}]").fill(value)
    await send(page, "form[action='/staff/roster']")


async def put_nobody(page: Page, ground: Ground) -> None:
    await page.locator("[name=day]").fill("2020-01-01")
    await send(page, "form[action='/staff/roster/dates']")


FOR_MARA = "/staff/bookings/new?service={service}&therapist={therapist}"


async def at_night(page: Page, ground: Ground) -> None:
    await page.locator("[name=name]").fill("Kim Berg")
    await page.locator("[name=mail]").fill("kim@patients.example")
    await page.locator("#freely > summary").click()
    await page.locator("[name=free_day]").fill("2026-06-10")
    await page.locator("[name=free_time]").fill("22:10")
    async with page.expect_navigation():
        await page.locator("#freely button").click()


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("roster", "desk", "/staff/roster", puts_on_call),
    Shown("helplines", "desk", "/staff/helplines?country=GB"),
    Shown("roster-mend", "desk", "/staff/roster", put_nobody, 422),
    *(Shown(f"calendar-{show}", "desk", f"/staff/calendar?show={show}") for show in ("day", "week", "month")),
    Shown("calendar-rooms", "desk", "/staff/calendar?show=day&by=resources"),
    Shown("calendar-one", "desk", "/staff/calendar?show=week&only=mara-lind"),
    Shown("calendar-offered", "desk", "/staff/calendar?show=day&day=2026-03-18"),
    Shown("calendar-offer", "desk", "/staff/calendar/offers/{offered}"),
    Shown("calendar-move", "desk", "/staff/calendar/move/{booked}"),
    Shown("calendar-move-asks", "desk", "/staff/calendar/move/{booked}?at=2026-03-20T10:00"),
    Shown("calendar-move-outside", "desk", "/staff/calendar/move/{booked}?at=2026-03-20T21:10"),
    Shown("calendar-move-not", "desk", "/staff/calendar/move/{booked}?at=2029-03-20T12:10"),
    Shown("calendar-move-unfit", "desk", "/staff/calendar/move/{booked}?at=2026-03-20T10:00&in=coil"),
    Shown("bookings", "desk", "/staff/bookings"),
    Shown("bookings-found", "desk", "/staff/bookings?q=almeida"),
    Shown("bookings-none", "desk", "/staff/bookings?q=zzz"),
    Shown("bookings-new", "desk", "/staff/bookings/new?service={service}"),
    Shown("bookings-new-where", "desk", "/staff/bookings/new?service={chat}&means=phone&where=PT", child_elsewhere),
    Shown("bookings-new-mend", "desk", "/staff/bookings/new?service={service}", send_empty, 422),
    Shown("bookings-new-freely", "desk", "/staff/bookings/new?service={service}&therapist=mara-lind", at_night, 422),
    Shown("bookings-one", "desk", "/staff/bookings/{booked}"),
    Shown("bookings-one-cancelled", "desk", "/staff/bookings/{cancelled}"),
    Shown("bookings-answers", "ines", "/staff/bookings/{told}"),
    Shown("bookings-print", "desk", "/staff/bookings/{booked}/print"),
    Shown("bookings-move", "desk", "/staff/bookings/{booked}/move"),
    Shown("patients", "desk", "/staff/patients"),
    Shown("patients-found", "desk", "/staff/patients?q=jo"),
    Shown("patients-one", "desk", "/staff/patients/{person_booked}"),
    Shown("patients-correct", "desk", "/staff/patients/{person_booked}/correct"),
    Shown("patients-correct-mend", "desk", "/staff/patients/{person_booked}/correct", too_little, 422),
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
)
# fmt: on
