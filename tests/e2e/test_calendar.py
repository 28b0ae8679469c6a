"""The staff calendar in a real Chromium, whose clock is not the clinic’s: by pointer, and by keys alone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect

from server.booking import desk, store
from server.booking.desk import Made, Order
from server.booking.rooms import rooms_of
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.patients.rules import Person
from tests.e2e.ground import CLINIC, HOURS, SESSION, TREATMENT, Ground, grounds
from tests.e2e.look import DESK
from tests.e2e.people import NOW

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio]
ROW = 36  # pixels of half an hour


@asynccontextmanager
async def at_desk(browser: Browser, ground: Ground) -> AsyncIterator[Page]:
    """The front desk's screen; what the policy of the page blocks is a complaint on its console."""
    context = await browser.new_context(viewport={**DESK, "height": 1400}, timezone_id="America/New_York")
    await context.clock.set_fixed_time(NOW)
    await context.add_cookies(ground.cookies["desk"])
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    yield page
    assert complaints == []
    await context.close()


async def starts(ground: Ground) -> str:
    card = await ground.house.db.read(lambda db: store.booking_for_visit(db, ground.paths["booked"]))
    assert card
    return card.starts_at.isoformat()


async def test_a_booking_is_dragged_asked_about_and_moved_and_keys_do_the_rest(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("calendar")) as ground, at_desk(browser, ground) as page:
        before = await starts(ground)
        await page.goto(f"{ground.base}/staff/calendar?day={before[:10]}")
        booking = page.locator(f"[data-booking='{ground.paths['booked']}']")
        dialog = page.locator("dialog")

        async def drag(rows: int) -> None:
            box = await booking.bounding_box()
            assert box
            x, y = box["x"] + 30, box["y"] + 10
            await page.mouse.move(x, y)
            await page.mouse.down()
            await page.mouse.move(x, y + rows * ROW, steps=6)
            await page.mouse.up()

        await drag(2)
        await expect(dialog.get_by_role("heading")).to_contain_text("Move ")
        await dialog.get_by_role("link", name="Leave it where it is").click()
        await expect(dialog).not_to_be_visible()
        assert await starts(ground) == before

        await drag(2)
        await dialog.get_by_role("button", name="Yes, move it").click()
        await expect(page.get_by_text("is moved.")).to_be_visible()
        moved = await starts(ground)
        assert moved != before
        await page.get_by_role("link", name="Move it back").click()
        await page.get_by_role("button", name="Yes, move it").click()
        await expect(page.get_by_text("is moved.")).to_be_visible()
        assert await starts(ground) == before

        await booking.focus()
        await page.keyboard.press("m")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Now it is")
        await page.go_back()
        await booking.focus()
        await page.keyboard.press("n")
        await page.keyboard.press("ArrowDown")
        await expect(page.locator("[data-voice]")).to_contain_text(re.compile(r"\d+:\d\d"))
        await expect(page.locator(".planner-cursor a")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".planner-cursor")).to_have_count(0)
        await booking.focus()
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile(f"/staff/bookings/{ground.paths['booked']}"))


async def test_a_shaking_hand_opens_a_booking_and_moves_none(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("shaking")) as ground, at_desk(browser, ground) as page:
        sheet = f"{ground.base}/staff/calendar?show=week&day={(await starts(ground))[:10]}"
        await page.goto(sheet)
        booking = page.locator(f"[data-booking='{ground.paths['booked']}']")

        async def press(*ways: int) -> None:
            box = await booking.bounding_box()
            assert box
            x, y = box["x"] + 30, box["y"] + 10
            await page.mouse.move(x, y)
            await page.mouse.down()
            for down in ways:
                await page.mouse.move(x + 3, y + down, steps=6)
            await page.mouse.up()

        await press(2 * ROW, 0)
        await expect(booking).to_be_focused()
        await expect(page).to_have_url(sheet)
        await press(8)
        await expect(page).to_have_url(re.compile(f"/staff/bookings/{ground.paths['booked']}"))


async def test_a_booking_says_its_day_and_whose_it_is_to_who_does_not_see_its_place(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("said")) as ground, at_desk(browser, ground) as page:
        card = await ground.house.db.read(lambda db: store.booking_for_visit(db, ground.paths["booked"]))
        assert card
        day = f"{card.starts_at:%A} {card.starts_at.day} {card.starts_at:%B}"
        for show, before in (("day", ""), ("week", f"{day}, "), ("month", f"{day}, ")):
            await page.goto(f"{ground.base}/staff/calendar?show={show}&day={card.starts_at.date()}")
            booking = page.locator(f"[data-booking='{ground.paths['booked']}']")
            name = rf"^{before}\d+:\d\d .+, {card.service_name}, {card.therapist_name}$"
            await expect(booking).to_have_accessible_name(re.compile(name))
            assert (card.therapist_name in await booking.inner_text()) is (show == "week"), "the column tells the eye"


async def test_full_weeks_and_days_have_more_room_than_empty_ones_and_arrows_pass_over_what_is_hidden(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("room")) as ground, at_desk(browser, ground) as page:

        async def sizes(show: str, what: str, day: str) -> list[float]:
            await page.goto(f"{ground.base}/staff/calendar?show={show}&day={day}")
            cells = page.locator(
                f".ec-body .ec-day:has(time[datetime='{day}']), .ec-col-head:has(time[datetime='{day}'])"
            )
            assert await cells.count()
            return [box[what] for cell in await cells.all() if (box := await cell.bounding_box())]

        (full,), (empty,) = await sizes("month", "height", "2026-03-12"), await sizes("month", "height", "2026-03-05")
        assert full > 2 * empty
        more = page.locator(".ec-day-foot a")
        await expect(more).to_have_text(re.compile("more"))
        day = page.locator("[data-booking]:visible")
        await day.first.focus()
        seen = await day.evaluate_all(
            "them => them.filter(one => one.checkVisibility({visibilityProperty: true})).length"
        )
        for _ in range(seen - 1):
            await page.keyboard.press("ArrowDown")
        await expect(page.locator("[data-booking]:focus")).to_have_attribute("aria-label", re.compile("April"))


async def test_no_line_of_a_booking_is_cut_at_its_foot(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("foot")) as ground, at_desk(browser, ground) as page:
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.goto(f"{ground.base}/staff/calendar?show=week&day=2026-03-12")
        half_an_hour = page.locator(".planner-lines", has_text="Olga Petrova")
        await expect(half_an_hour.locator(".planner-words")).to_contain_text("A talk today")
        feet = await page.locator(".planner-lines:has(.planner-words)").evaluate_all(
            """them => them.map(one => {
              const foot = one.getBoundingClientRect().bottom;
              const words = one.querySelector(".planner-words").getBoundingClientRect();
              return words.top >= foot - 0.5 ? "hidden" : words.bottom <= foot + 0.5 ? "whole" : one.textContent;
            })"""
        )
        assert set(feet) <= {"hidden", "whole"}
        words = await half_an_hour.locator(".planner-words").bounding_box()
        lines = await half_an_hour.bounding_box()
        assert words
        assert lines
        assert words["y"] + words["height"] <= lines["y"] + lines["height"] + 0.5


async def test_a_booking_is_dragged_into_another_room_and_the_list_alone_is_printed(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("rooms")) as ground, at_desk(browser, ground) as page:
        house, session = ground.house, replace(SESSION, needs=(TREATMENT,))
        await house.db.unit(lambda db: clinics.change_service(db, CLINIC.id, session, NOW))
        who, start = ground.staff["ines"], datetime(2026, 3, 20, 9, tzinfo=UTC)
        person = Person(desk.NOBODY, "Ruth Okafor", "ruth@patients.example")
        order = Order(CLINIC, session, {who: HOURS}, Wish(start, who), person, agreed=False)
        made = await desk.book(house, order, By("staff", who))
        assert isinstance(made, Made), made

        async def rooms() -> list[str]:
            ids = [made.card.appointment_id]
            return [room.name for held in (await house.db.read(lambda db: rooms_of(db, ids))).values() for room in held]

        [before] = await rooms()
        other = {"Room 1": "Room 2", "Room 2": "Room 1"}[before]
        await page.goto(f"{ground.base}/staff/calendar?show=day&day=2026-03-20&by=resources")
        booking = page.locator(f"[data-booking='{made.card.public_id}']")
        await expect(booking).to_have_accessible_name(re.compile(f"{made.card.therapist_name}, {before}$"))
        box = await booking.bounding_box()
        head = await page.locator(".ec-resource", has_text=other).first.bounding_box()
        assert box
        assert head
        await page.mouse.move(box["x"] + 20, box["y"] + 10)
        await page.mouse.down()
        await page.mouse.move(head["x"] + head["width"] / 2, box["y"] + 10, steps=8)
        await page.mouse.up()
        dialog = page.locator("dialog")
        await expect(dialog.get_by_role("heading")).to_have_text(f"Move Ruth into {other} at the same time?")
        await expect(dialog.get_by_text("Nobody is written to")).to_be_visible()
        await dialog.get_by_role("button", name="Yes, move it").click()
        await expect(page).to_have_url(re.compile("by=resources"))
        await expect(dialog).not_to_be_visible()
        assert await rooms() == [other]

        await page.emulate_media(media="print")
        await expect(page.locator(".planner")).to_be_hidden()
        await expect(page.locator("nav").first).to_be_hidden()
        await expect(page.locator(".planner-list")).to_contain_text("Ruth")
