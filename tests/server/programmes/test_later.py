"""What is written later than it happened: the page says so, and a session of an earlier day is judged by that day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.programmes import store
from server.programmes.answering import Answered, Reason, parse
from server.programmes.catalogue import shipped
from server.programmes.later import WHY, earliest, written_later
from server.programmes.tables import CourseEntry
from tests.server.programmes.courses import BERLIN
from tests.server.programmes.summary.test_pages import summary, yes
from tests.server.programmes.test_days import books
from tests.server.visit.conftest import signed_in

NOW = datetime(2026, 3, 12, 14, 10, tzinfo=UTC)
TODAY = date(2026, 3, 12)
TMS = shipped()["tms"]
AFTER = {"q-words": "", "later": "The network was down."}


def read(step: str = "treatment", **fields: str):
    one = TMS.by_id[step]
    numbers = {f"q-{each.id}": "1" for each in one.questions}
    return parse(one, {**numbers, **AFTER, **fields}, NOW, BERLIN)


def test_two_minutes_after_it_happened_it_was_written_later() -> None:
    assert written_later(NOW, NOW + timedelta(seconds=119)) is None
    assert written_later(NOW, NOW + timedelta(minutes=2)) == NOW + timedelta(minutes=2)


def test_a_step_of_a_session_is_written_of_the_last_seven_days_and_no_consent_is() -> None:
    assert earliest(TMS.by_id["treatment"], TODAY) == date(2026, 3, 5)
    assert [earliest(TMS.by_id[name], TODAY) for name in ("consent", "screening", "month_1")] == [None, None, None]
    for day, reason in (("2026-03-04", Reason.NO_DAY), ("2026-03-13", Reason.NO_DAY), ("12.3.", Reason.NO_DAY)):
        found = read(day=day, at="9:30")
        assert not isinstance(found, Answered)
        assert found["day"] is reason
    found = read("consent", day="2026-03-11", at="9:30")
    assert not isinstance(found, Answered)
    assert found["day"] is Reason.NO_DAY


def test_it_needs_a_time_and_a_reason_and_stands_at_the_moment_of_the_clinic() -> None:
    found = read(day="2026-03-10", at="9:30")
    assert isinstance(found, Answered)
    assert found.at == datetime(2026, 3, 10, 8, 30, tzinfo=UTC)
    assert found.answers[WHY] == "The network was down."
    assert read(day="2026-03-10", at="") == {"at": Reason.NO_TIME}
    assert read(day="2026-03-10", at="9:30", later=" ") == {"later": Reason.NO_WHY}
    same = read(day="2026-03-12", at="9:30")
    assert isinstance(same, Answered)
    assert (same.at.date(), WHY in same.answers) == (TODAY, False)
    assert read(day="2026-03-12", at="16:00") == {"at": Reason.FUTURE}


async def yesterday(course, name: str, at: str, **said: str) -> int:
    """A step of the first session, written of Tuesday at this time of the clinic; the status."""
    when = {"day": "2026-03-10", "at": at, "later": "The tablet was broken."}
    return (await course.writes(name, 1, when=when, **said)).status_code


async def begun_of(house, linden, jo) -> CourseEntry:
    """The row of the beginning of the first session."""

    async def work(db):
        (row,) = await store.courses_of(db, linden.clinic.id, jo.made.card.patient_id)
        asked = select(CourseEntry).where(CourseEntry.course_id == row.id, CourseEntry.step == "treatment")
        return await db.scalar(asked)

    return await house.db.read(work)


async def audited(house) -> list[str]:
    async def work(db):
        return [one.detail["step"] for one in await db.scalars(select(AuditEntry)) if one.action == "course.earlier"]

    return await house.db.read(work)


@pytest.mark.asyncio
async def test_a_session_of_yesterday_is_written_today_and_the_gap_counts_from_when_it_was(
    house, linden, jo, course, clock
) -> None:
    assert await books(course.browser, course.base, first="2026-03-10", time="09:00") == 36
    await course.is_ready()
    clock.forward(days=2)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert "It was on an earlier day" in (await course.browser.get(f"{course.base}/steps/treatment/1/0")).text
    assert await yesterday(course, "treatment", "23:30") == 409, "nothing was asked before it then"
    for name, at in (("threshold", "23:00"), ("today", "23:10"), ("treatment", "23:30"), ("after", "23:55")):
        assert await yesterday(course, name, at) == 303, "by the bookings of that day"
    page = await course.page()
    told = page.partition("written on ")[2].partition("</b>")[0]
    assert all(words in told for words in ("11 March 2026, 14:50", "for Tuesday 10 March 2026, 23:00"))
    assert "The tablet was broken." in page
    assert await audited(house) == ["threshold", "today", "treatment", "after"]
    one = await begun_of(house, linden, jo)
    assert (one.at, one.written_at) == (datetime(2026, 3, 10, 22, 30, tzinfo=UTC), clock.now)
    assert b"tablet" not in one.answers_sealed, "why is sealed like an answer"

    gate = "Sessions begin at least 16 hours apart."
    assert gate in await course.page(), "from half past eleven of the evening on"
    clock.forward(minutes=41)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert gate not in await course.page()


@pytest.mark.asyncio
async def test_a_gate_that_was_shut_yesterday_is_passed_today_for_what_is_written_of_yesterday_alone(
    house, linden, course, clock
) -> None:
    await course.is_ready()
    clock.forward(days=2)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert await yesterday(course, "threshold", "15:50") == 303
    assert await yesterday(course, "today", "15:55", caffeine="yes") == 303
    assert await yesterday(course, "treatment", "16:05") == 409
    assert (await course.passes("asked", 1, "Dr Osei agreed to it yesterday.")).status_code == 303
    assert await yesterday(course, "treatment", "16:05") == 303
    assert "Dr Osei agreed to it yesterday." in await course.page()


@pytest.mark.asyncio
async def test_a_gate_that_is_passed_passes_nothing_that_was_typed_back_to_before_it(
    house, linden, course, clock
) -> None:
    await course.is_ready()
    clock.forward(hours=1)
    await signed_in(house, course.browser, linden.mara.staff_id)
    early = (clock.now - timedelta(minutes=20)).astimezone(BERLIN)
    for name, said in (("threshold", {}), ("today", {"caffeine": "yes"})):
        assert (await course.writes(name, 1, when={"at": f"{early:%H:%M}"}, **said)).status_code == 303
    assert (await course.passes("asked", 1)).status_code == 303
    before = early + timedelta(minutes=5)
    assert (await course.writes("treatment", 1, when={"at": f"{before:%H:%M}"})).status_code == 409
    assert (await course.writes("treatment", 1)).status_code == 303


@pytest.mark.asyncio
async def test_what_is_typed_back_within_a_day_says_when_it_was_written(house, linden, jo, course, clock) -> None:
    await course.is_ready()
    clock.forward(hours=2)
    await signed_in(house, course.browser, linden.mara.staff_id)
    back = clock.now.astimezone(BERLIN) - timedelta(minutes=30)
    earlier = f"{back:%H:%M}"
    for name in ("threshold", "today"):
        assert (await course.writes(name, 1, when={"at": earlier})).status_code == 303
    assert (await course.writes("treatment", 1, when={"at": earlier})).status_code == 303
    page = await course.page()
    written = f"{clock.now.astimezone(BERLIN):%-H:%M}"
    assert f"written at {written} for {back:%-H:%M}" in page
    assert (
        await course.writes("after", 1, seizure="unknown", when={"at": f"{back + timedelta(minutes=20):%H:%M}"})
    ).status_code == 303
    await yes(course.browser, course)
    paper = (await course.browser.get(await summary(course.browser, course))).text
    assert paper.count("(written Monday 9 March 2026") == 2, "the session, and the answer that stops"
    assert (await course.page()).count("written at ") == 4, "what is written at once is not said to be late"
