"""A second course of the same family: none begins while one goes on, and what counts of one counts of the other."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.access import Role
from server.programmes.beside import same
from server.programmes.catalogue import shipped
from server.programmes.tables import Course
from tests.server.booking.linden import booked
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.test_days import form_of
from tests.server.visit.conftest import START, add_staff, signed_in


def begins(course, programme: str = "tms", once: str = ""):
    data = {"once": once or str(uuid4()), "programme": programme}
    return course.browser.post(course.base.rpartition("/")[0], data=data)


async def ends(course, reason: str = "They moved away.") -> str:
    data = {"once": str(uuid4()), "kind": "end", "reason": reason}
    return (await course.browser.post(f"{course.base}/changes", data=data)).headers["location"]


async def count(house) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Course)))


def test_of_one_programme_are_those_that_the_same_event_locks() -> None:
    known = shipped()
    assert same(known["tms"], known["tms-accelerated"])
    assert not same(known["tms"], known["esketamine"])
    assert not same(known["cbt"], known["mindfulness"])


@pytest.mark.asyncio
async def test_no_other_of_the_same_programme_begins_while_one_goes_on(house, linden, course) -> None:
    await give(house, linden.clinic.id, "tms", "tms-accelerated", "esketamine")
    page = (await course.browser.get(course.base.rpartition("/")[0])).text
    offered = [key for key in ("tms", "tms-accelerated", "esketamine") if f'value="{key}"' in page]
    assert offered == ["esketamine"]
    for programme in ("tms", "tms-accelerated"):
        refused = await begins(course, programme)
        assert refused.status_code == 409
        assert "No course was begun." in refused.text
        assert f'<p><a href="{course.base}">' in refused.text
    assert (await begins(course, "esketamine")).status_code == 303
    assert await count(house) == 2
    assert (await ends(course)).endswith("kept")
    assert (await begins(course, "tms-accelerated")).status_code == 303


@pytest.mark.asyncio
async def test_of_two_who_begin_at_once_one_does(house, linden, course) -> None:
    await ends(course)
    once = str(uuid4())
    answers = await asyncio.gather(begins(course), begins(course), begins(course, once=once), begins(course, once=once))
    assert await count(house) == 2
    assert {one.status_code for one in answers} == {303, 409}


async def has_a_session(course, number: int = 1) -> None:
    await course.is_ready()
    for name in ("threshold", "today", "treatment"):
        assert (await course.writes(name, number)).status_code == 303


@pytest.mark.asyncio
async def test_a_course_that_ended_while_it_was_locked_keeps_the_next_one_locked_until_it_is_settled(
    house, linden, course, mara, jo, clock
) -> None:
    await has_a_session(course)
    await course.browser.post(f"{course.base}/observing/seizure", data={"once": str(uuid4())})
    await course.writes("after", 1)
    assert (await course.writes("incident", 1)).status_code == 303
    assert (await ends(course)).endswith("kept")
    clock.forward(hours=40)
    await signed_in(house, mara, linden.mara.staff_id)
    other = await begun(mara, jo.made.card.patient_id, house=house, clinic_id=linden.clinic.id)
    await other.is_ready()
    for name in ("threshold", "today"):
        assert (await other.writes(name, 1)).status_code == 303
    refused = await other.writes("treatment", 1)
    assert (refused.status_code, "The course is locked" in refused.text) == (409, True)
    page = await other.page()
    assert "it happened in another course, and is settled there" in page
    assert f'<a href="{course.base}">' in page
    assert (await other.passes("locked", 1)).headers["location"].endswith("notice=changed"), "nobody passes that one"
    assert (await other.writes("treatment", 1)).status_code == 409
    assert "/steps/clearance/1/0" in await course.page(), "where it happened it is settled, though that course ended"
    assert (await course.writes("today", 2)).status_code == 409, "nothing else is written of it"
    assert (await course.writes("clearance", 1, decision="not_yet")).status_code == 303
    assert (await other.writes("treatment", 1)).status_code == 409
    assert (await course.writes("clearance", 1, 1, decision="clear")).status_code == 303
    assert "/steps/clearance/" not in await course.page()
    assert (await other.writes("treatment", 1)).status_code == 303


@pytest.mark.asyncio
async def test_the_least_time_between_sessions_counts_from_the_last_one_of_a_course_before(
    house, linden, course, mara, jo, clock
) -> None:
    clock.forward(hours=3)
    await signed_in(house, mara, linden.mara.staff_id)
    await has_a_session(course)
    assert (await course.writes("after", 1)).status_code == 303
    assert (await ends(course)).endswith("kept")
    clock.forward(minutes=3)
    other = await begun(mara, jo.made.card.patient_id, house=house, clinic_id=linden.clinic.id)
    tomorrow = {"first": f"{START + timedelta(days=1):%Y-%m-%d}"}
    assert (await form_of(mara, other.base, **tomorrow, time="09:00"))["pick-1"].startswith("2026-03-11")
    assert (await form_of(mara, other.base, **tomorrow, time="10:00"))["pick-1"].startswith("2026-03-10")
    await other.is_ready()
    for name in ("threshold", "today"):
        assert (await other.writes(name, 1)).status_code == 303
    refused = await other.writes("treatment", 1)
    assert (refused.status_code, "at least 16 hours apart" in refused.text) == (409, True)
    assert "not before" in (await mara.get("/staff/courses")).text
    assert (await other.passes("spaced", 1, "The coil was off in the first one.")).headers["location"].endswith("kept")
    assert (await other.writes("treatment", 1)).status_code == 303


async def merged_with(house, linden, course, browsers):
    """Jo stands in the records twice, with a course of TMS in each; the front desk looks, and makes them one."""
    again = await booked(house, linden, START + timedelta(days=14), name="Jo Almeida", mail="jo@other.example.org")
    second = await begun(course.browser, again.card.patient_id)
    kept = course.base.split("/")[3]
    owner = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    path = f"/staff/patients/{kept}/merge"
    before = (await owner.get(f"{path}?with={again.card.patient_id}")).text
    assert (await owner.post(path, data={"with": str(again.card.patient_id)})).status_code == 303
    second.base = f"/staff/patients/{kept}/courses/{second.base.rpartition('/')[2]}"
    return second, before


TWICE = "Another course of the same family of programmes goes on"


@pytest.mark.asyncio
async def test_two_records_that_become_one_say_that_two_courses_go_on_until_one_is_ended(
    house, linden, course, browsers
) -> None:
    assert TWICE not in await course.page()
    second, before = await merged_with(house, linden, course, browsers)
    assert "Both are in a course of the same kind of care." in before
    assert "TMS" not in before, "the desk learns no more than that"
    for one, other in ((course, second), (second, course)):
        page = await one.page()
        assert TWICE in page
        assert other.base in page
    every = course.base.rpartition("/")[0]
    assert "Two courses of the same family of programmes go on." in (await course.browser.get(every)).text
    board = (await course.browser.get("/staff/courses")).text
    assert board.count(f"{TWICE}: one of the two is to be ended.") == 2
    assert "2 of 2 courses want somebody now" in board
    assert (await begins(course)).status_code == 409
    await has_a_session(course)
    await second.is_ready()
    for name in ("threshold", "today"):
        assert (await second.writes(name, 1)).status_code == 303
    assert (await second.writes("treatment", 1)).status_code == 409, "the least time counts from the other's session"
    assert (await ends(second, "")).endswith("no-reason")
    assert (await ends(second)).endswith("kept")
    assert TWICE not in await course.page()
    assert TWICE not in (await course.browser.get("/staff/courses")).text


@pytest.mark.asyncio
async def test_a_merge_of_which_one_alone_is_in_a_course_says_nothing_of_it(house, linden, course, browsers) -> None:
    again = await booked(house, linden, START + timedelta(days=14), name="Jo Almeida", mail="jo@other.example.org")
    owner = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    path = f"/staff/patients/{course.base.split('/')[3]}/merge?with={again.card.patient_id}"
    assert "Both are in a course" not in (await owner.get(path)).text
