"""A second course of the same programme: none begins while one goes on, and what counts of one counts of the other."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.programmes.beside import same
from server.programmes.catalogue import shipped
from server.programmes.tables import Course
from tests.server.programmes.conftest import give


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
    assert not same(known["ketamine-iv"], known["esketamine"])
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
