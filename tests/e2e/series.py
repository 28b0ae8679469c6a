"""A series to look at, and what is done on the pages that make one."""

from datetime import date
from uuid import UUID

from playwright.async_api import Page

from server.booking.desk import NOBODY
from server.booking.series import desk
from server.booking.series.rules import Every, Wanted, rhythm, starts
from server.booking.store import By
from server.clinic.rules import Clinic, Service, WeeklyHours
from server.house import House
from server.patients.rules import Person


async def fridays(
    house: House,
    clinic: Clinic,
    service: Service,
    who: UUID,
    hours: tuple[WeeklyHours, ...],
    name: str = "Amara Nwosu",
    hour: int = 11,
) -> desk.Made:
    """Six Fridays with one therapist."""
    moments = starts(rhythm(Every.WEEK, date(2026, 3, 20), hour * 60, 6), clinic.zone)
    wanted = [Wanted(number, at, who) for number, at in enumerate(moments, 1)]
    person = Person(NOBODY, name, f"{name.split()[0].lower()}@patients.example", zone="Europe/Berlin")
    made = await desk.book(
        house, desk.Order(clinic, desk.Ground(service, {who: hours}), Every.WEEK, wanted, person), By()
    )
    assert isinstance(made, desk.Made), made
    return made


async def ask(page: Page, _ground: object) -> None:
    """Five a week over a Monday that is closed."""
    await page.locator("[name=name]").fill("Kim Berg")
    await page.locator("[name=mail]").fill("kim@patients.example")
    await page.get_by_text("More than once").click()
    await page.locator("[name=every]").select_option("workday")
    await page.locator("[name=count]").fill("8")
    async with page.expect_navigation():
        await page.get_by_role("button", name="Show every date").click()


async def ask_and_send(page: Page, ground: object) -> None:
    """Sent although a date is still open."""
    await ask(page, ground)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Book all of them").click()
