"""A course is not ended in the middle of something, and the bookings ahead belong to the sessions ahead."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.programmes.catalogue import shipped
from server.programmes.changes import planned, unfinished
from server.programmes.course import Programme
from tests.server.programmes.courses import Hand

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("begun", "booked", "left"),
    [
        ([NOON], [NOON + A_DAY, NOON + 2 * A_DAY], [NOON + A_DAY, NOON + 2 * A_DAY]),
        ([NOON], [NOON, NOON + A_DAY], [NOON + A_DAY]),
        ([NOON], [NOON, NOON + HOUR, NOON + A_DAY], [NOON + HOUR, NOON + A_DAY]),
        ([NOON, NOON + HOUR], [NOON, NOON + A_DAY], [NOON + A_DAY]),
        ([NOON - A_DAY], [NOON, NOON + A_DAY], [NOON, NOON + A_DAY]),
    ],
)
def test_a_session_of_today_uses_a_booking_of_today_and_no_later_one(begun, booked, left) -> None:
    course = Programme(shipped()["tms"], ZoneInfo("Europe/Berlin"), NOON - 3 * A_DAY)
    found = planned(course, begun, len(begun), booked, NOON + HOUR)
    assert found.planned == dict(enumerate(left, len(begun) + 1))


MIDNIGHT = datetime(2026, 1, 5, 23, tzinfo=UTC)  # of the clinic


@pytest.mark.parametrize(
    ("begun", "booked", "minutes", "left"),
    [
        ([], [-15], 10, [-15]),
        ([], [-15], 6 * 60 - 15, [-15]),
        ([], [-15], 6 * 60 - 14, []),
        ([], [-15, 20 * 60], 10, [-15, 20 * 60]),
        ([], [-45, -15], 10, [-15]),
        ([-14], [-15, 20 * 60], 10, [20 * 60]),
        ([10], [-15, 20 * 60], 30, [20 * 60]),
        ([10], [-15, 20 * 60], 19 * 60, [20 * 60]),
        ([-120], [-240, 20 * 60], 10, [20 * 60]),
        ([9 * 60], [-15, 9 * 60, 20 * 60], 10 * 60, [20 * 60]),
        ([], [-15, 60], 61, [60]),
    ],
)
def test_a_booking_before_midnight_that_no_session_used_is_the_next_ones_for_some_hours(
    begun, booked, minutes, left
) -> None:  # fmt: skip
    def moments(several: list[int]) -> list[datetime]:
        return [MIDNIGHT + timedelta(minutes=one) for one in several]

    course = Programme(shipped()["tms"], ZoneInfo("Europe/Berlin"), NOON - 3 * A_DAY)
    now = MIDNIGHT + timedelta(minutes=minutes)
    found = planned(course, moments(begun), len(begun), moments(booked), now)
    assert found.planned == dict(enumerate(moments(left), len(begun) + 1))


def test_what_comes_before_the_end_is_the_session_and_the_form_but_not_the_clearance() -> None:
    hand = Hand.of(shipped()["tms"])
    hand.starts()

    def first() -> tuple[int | None, list[str]]:
        found = unfinished(hand.programme, hand.done, hand.now)
        assert bool(found) is (found.going is not None or found.unwritten != ())
        return found.going, [one.id for one in found.unwritten]

    assert first() == (None, [])
    while "treatment" not in {key.step for key in hand.done.entries}:
        for key in [one.key for one in hand.due().values() if one.key.session == 1 and not one.blocked]:
            hand.does(*key)
    assert first() == (1, [])
    hand.does("seizure", 1)
    assert first() == (1, ["incident"])
    hand.does("after", 1)
    assert first() == (None, ["incident"])
    hand.does("incident", 1)
    assert first() == (None, [])


@pytest.mark.asyncio
async def test_a_course_ends_only_once_its_session_is_over_and_what_happened_is_written(course) -> None:
    await course.is_ready()
    for name in ("today", "threshold", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303

    async def ends() -> str:
        data = {"once": str(uuid4()), "kind": "end", "reason": "She moves away."}
        return (await course.browser.post(f"{course.base}/changes", data=data)).headers["location"]

    press = {"once": str(uuid4())}
    assert (await course.browser.post(f"{course.base}/observing/seizure", data=press)).status_code == 303
    assert (await ends()).endswith("notice=unfinished")
    page = await course.page()
    assert "Session 1 is under way: what ends it is written first." in page
    assert "Incident form</span> is to be written first." in page
    assert 'name="kind" value="end"' not in page
    assert "The course has not ended." in (await course.browser.get(f"{course.base}?notice=unfinished")).text
    assert (await course.writes("after", 1)).status_code == 303
    assert (await ends()).endswith("notice=unfinished"), "the form is still to be written"
    assert (await course.writes("incident", 1)).status_code == 303
    assert 'name="kind" value="end"' in await course.page()
    assert (await ends()).endswith("notice=kept")
    assert "This course has ended" in await course.page()
