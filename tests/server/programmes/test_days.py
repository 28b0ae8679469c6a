"""A whole course of TMS with real bookings, walked to the end: missed days, holidays, a day closed on the way, a change
of clocks, a taper that counts from the last session truly given.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from server.booking.cards import bookings_named, bookings_of
from server.clinic import store as clinics
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Kind, Unit
from server.clinic.rules import Leave
from server.programmes import store
from server.programmes.course import Entry
from server.programmes.keeping import Hand, record, standing
from server.programmes.rules import due_steps
from server.programmes.shown import recordable
from tests.server.booking.linden import a_service, booked
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
MISSED = {date(2026, 3, 12), date(2026, 4, 14)}
EASTER = (date(2026, 4, 3), date(2026, 4, 6))
LATER = date(2026, 4, 24)
SELECTED = re.compile(r'name="(pick-\d+)".*?<option value="([^"]*)" selected', re.S)
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')


async def closed(house, linden, day: date) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
    leave = Leave(uuid4(), None, begin.astimezone(UTC), (begin + timedelta(days=1)).astimezone(UTC))
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, leave))


async def form_of(browser, base: str, **asked: str) -> dict[str, str]:
    page = await browser.get(f"{base}/days", params=asked)
    assert page.status_code == 200, page.status_code
    return dict(HIDDEN.findall(page.text)) | dict(SELECTED.findall(page.text))


async def books(browser, base: str, **asked: str) -> int:
    """Books and moves all that the page proposes; how many dates."""
    form = await form_of(browser, base, **asked)
    picks = [name for name in form if name.startswith("pick-")]
    if picks:
        answer = await browser.post(f"{base}/days", data=form)
        assert answer.status_code == 303, re.findall(r'class="mend"[^>]*>([^<]*)', answer.text)
    return len(picks)


FEW = "This service does not take all that a session needs."


class Walk:
    """Who gives a course day by day: what is written is what is due."""

    def __init__(self, house, linden, course, clock) -> None:
        self.house, self.clinic, self.course, self.clock = house, linden.clinic, course, clock
        self.by = linden.mara.staff_id
        self.given: list[datetime] = []

    async def standing(self):
        row = await self.row()
        return await self.house.db.read(lambda db: standing(db, row, self.clinic.zone, self.clock()))

    async def row(self):
        course_id = self.course.base.rpartition("/")[2]
        return await self.house.db.read(lambda db: store.course_of(db, self.clinic.id, UUID(course_id)))

    async def writes_all_due(self) -> None:
        while True:
            found, row = await self.standing(), await self.row()
            due = due_steps(found.programme, found.done, self.clock())
            ready = [one for one in due if not one.blocked and recordable(one.step)]
            if not ready:
                return
            hand = Hand(self.house, self.clinic.zone, row, self.by, self.clock(), uuid4())
            assert await record(hand, Entry(ready[0].key, self.clock(), by=self.by), {}) is None
            if ready[0].step.id == "treatment":
                self.given.append(self.clock())

    async def next_day(self) -> date:
        """Goes to the next booked session, and gives it unless the patient does not come."""
        found = await self.standing()
        self.clock.now = min(at for at in found.programme.planned.values() if at > self.clock())
        day = self.clock().astimezone(BERLIN).date()
        if day not in MISSED:
            await self.writes_all_due()
        self.clock.forward(hours=8)
        return day


async def test_a_course_of_tms_is_booked_and_walked_to_its_end(house, linden, course, mara, jo, clock) -> None:
    for day in EASTER:
        await closed(house, linden, day)
    await course.is_ready()
    assert await books(mara, course.base, first="2026-03-10", time="09:00") == 36
    walk, replanned = Walk(house, linden, course, clock), {}
    while len(walk.given) < 36:
        day = await walk.next_day()
        if day in MISSED or len(walk.given) == 24:
            if len(walk.given) == 24:
                await closed(house, linden, LATER)
            await signed_in(house, mara, linden.mara.staff_id)  # a login lasts some hours
            replanned[day] = await books(mara, course.base)
    days = [at.astimezone(BERLIN).date() for at in walk.given]
    assert days == sorted(set(days))
    assert not set(days) & {*MISSED, *EASTER, LATER}
    assert {at.astimezone(BERLIN).time() for at in walk.given} == {datetime(2026, 1, 1, 9).time()}
    assert {at.utcoffset() for at in (one.astimezone(BERLIN) for one in walk.given)} == {
        timedelta(hours=1),
        timedelta(hours=2),
    }, "the clocks changed on the way"
    monday = days[29] - timedelta(days=days[29].weekday()) + timedelta(days=7)
    assert [(day - monday).days for day in days[30:]] == [0, 2, 4, 7, 10, 16]
    assert set(replanned) == MISSED | {days[23]}
    found = await walk.standing()
    assert (found.done.sessions_over, found.programme.planned) == (36, {})
    await signed_in(house, mara, linden.mara.staff_id)
    assert "All 36 sessions are over" in await course.page()


async def test_what_stands_in_the_way_is_shown_and_nothing_is_booked(house, linden, course, mara) -> None:
    taken = datetime(2026, 3, 11, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
    await booked(house, linden, taken, name="Somebody Else", mail="else@example.org")
    form = await form_of(mara, course.base, first="2026-03-10", time="09:00")
    assert form["pick-2"] == ""
    refused = await mara.post(f"{course.base}/days", data=form)
    assert (refused.status_code, "A date is still open" in refused.text) == (422, True)
    assert await linked(house, linden, course) == []
    left_out = await mara.post(f"{course.base}/days", data=form | {"do": "rest"})
    assert left_out.status_code == 303
    assert len(await linked(house, linden, course)) == 35


async def test_a_time_between_those_of_the_service_is_told_with_the_nearest(course, mara) -> None:
    page = (await mara.get(f"{course.base}/days?first=2026-03-10&time=09:10")).text
    assert "No session begins at 9:10; the nearest times are 9:00, 9:30." in page
    assert "No hours are planned" not in page
    assert "No hours are planned at 3:00." in (await mara.get(f"{course.base}/days?first=2026-03-10&time=03:00")).text


async def test_the_same_form_twice_books_once_and_one_that_was_overtaken_books_nothing(
    house, linden, course, mara, jo
) -> None:
    form = await form_of(mara, course.base, first="2026-03-10", time="09:00")
    other = await form_of(mara, course.base, first="2026-03-10", time="10:00")
    for _ in range(2):
        assert (await mara.post(f"{course.base}/days", data=form)).status_code == 303
    assert (await mara.post(f"{course.base}/days", data=other)).status_code == 409
    every = await house.db.read(lambda db: bookings_of(db, linden.clinic.id, jo.made.card.patient_id, None))
    assert len(every) == 37
    assert "booked for" in await course.page()
    assert "Every session ahead is booked as the course says" in (await mara.get(f"{course.base}/days")).text


async def linked(house, linden, course) -> list:
    row = await house.db.read(lambda db: store.course_of(db, linden.clinic.id, UUID(course.base.rpartition("/")[2])))
    loaded = await house.db.read(lambda db: store.loaded(db, row))
    return list(await house.db.read(lambda db: bookings_named(db, loaded.bookings)))


async def with_devices(house, linden, minutes: int):
    """A service of Mara's that takes one coil and one chair for so long."""
    coil, chair = Kind(uuid4(), "Coil"), Kind(uuid4(), "Chair")
    treatment = a_service("Magnetic treatment", minutes, needs=(coil.id, chair.id))

    async def work(db) -> None:
        for kind in (coil, chair):
            await resources.add_kind(db, linden.clinic.id, kind)
            await resources.add_unit(db, linden.clinic.id, Unit(uuid4(), kind.id, f"{kind.word} 1"))
        await clinics.add_service(db, linden.clinic.id, treatment)
        await clinics.offer(db, treatment.id, [linden.mara.staff_id])

    await house.db.unit(work)
    return treatment


async def test_what_takes_a_device_is_proposed_and_named_where_it_is_booked(house, linden, course, mara) -> None:
    """A talk is never booked twenty times over because it stands first in the list."""
    treatment = await with_devices(house, linden, 30)
    page = (await mara.get(f"{course.base}/days")).text
    assert f'value="{treatment.id}" selected' in page
    assert "Magnetic treatment, Mara Lind." in page
    assert FEW not in page
    chosen = (await mara.get(f"{course.base}/days", params={"service": str(linden.session.id)})).text
    assert "A session, Mara Lind." in chosen, "what somebody chose holds"
    assert FEW in chosen, "and what it does not take is said before anything is booked"


async def test_a_clinic_whose_services_take_no_device_is_told_before_it_books_a_course(course, mara) -> None:
    page = (await mara.get(f"{course.base}/days")).text
    assert FEW in page
    assert page.index(FEW) < page.index("Book all of them")


async def test_the_device_that_a_session_is_booked_with_stands_in_its_record_with_its_number(
    house, linden, course, mara, clock
) -> None:
    await with_devices(house, linden, 30)
    kinds = await house.db.read(lambda db: resources.kinds(db, linden.clinic.id))
    (coil,) = next(one for one in kinds if one.word == "Coil").units
    numbered = replace(coil, serial="44-71")
    assert await house.db.unit(lambda db: resources.change_unit(db, linden.clinic.id, numbered, house.clock()))
    await books(mara, course.base, first="2026-03-10", time="09:00")
    await course.is_ready()
    clock.now = min((await Walk(house, linden, course, clock).standing()).programme.planned.values())
    await signed_in(house, mara, linden.mara.staff_id)  # a login lasts some hours
    for step in ("today", "threshold", "treatment"):
        page = (await mara.get(f"{course.base}/steps/{step}/1/0")).text
        assert ('value="Coil 1 (44-71)"' in page) is (step != "today"), step
        assert (await course.writes(step, 1)).status_code == 303


async def test_who_pauses_or_ends_a_course_is_told_of_its_bookings_and_may_cancel_them(
    house, linden, course, mara, jo
) -> None:
    count = await books(mara, course.base, first="2026-03-10", time="09:00")

    async def stand() -> int:
        cards = await house.db.read(lambda db: bookings_of(db, linden.clinic.id, jo.made.card.patient_id, None))
        return sum(one.cancelled_at is None and one.series_id is not None for one in cards)

    async def changes(kind: str, **more: str) -> None:
        data = {"once": str(uuid4()), "kind": kind, "reason": "She moves away."} | more
        assert (await mara.post(f"{course.base}/changes", data=data)).headers["location"].endswith("kept")

    assert await stand() == count > 1
    await changes("pause")
    page = await course.page()
    assert f"{count} bookings of this course still stand." in page
    assert "See them, and cancel them at once" in page
    assert re.search(r'<input[^>]*name="cancel"[^>]*checked', page), "ticked, unless somebody takes it away"
    await changes("resume")
    assert "still stand" not in await course.page()
    await changes("end", cancel="yes")
    assert await stand() == 0
    assert "still stand" not in await course.page()


async def test_bookings_stay_where_who_ends_a_course_wants_them_to_and_the_page_goes_on_to_say_so(course, mara) -> None:
    count = await books(mara, course.base, first="2026-03-10", time="09:00")
    data = {"once": str(uuid4()), "kind": "end", "reason": "She moves away."}
    assert (await mara.post(f"{course.base}/changes", data=data)).status_code == 303
    assert f"{count} bookings of this course still stand." in await course.page()
