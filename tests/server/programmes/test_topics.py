"""Every version by which a course goes on is read and confirmed by a clinician, with a word of its own."""

import copy
import re

import pytest
from sqlalchemy import update

from server.programmes import store
from server.programmes.catalogue import digest_of, shipped_data
from server.programmes.tables import Course

pytestmark = pytest.mark.asyncio
HERE = "/staff/confirming"
UNSURE = "Figures and plans of this programme"
NOW = digest_of(shipped_data()["tms"])


def older(version: str) -> dict:
    """TMS as it may have come with an earlier Parlour: fewer sessions."""
    data = copy.deepcopy(shipped_data()["tms"])
    data["figures"]["acute"]["value"] = 25
    return {**data, "version": version}


async def pinned_to(house, clinic_id, data: dict) -> str:
    """Every course of the clinic was begun by this; its digest."""
    version = await house.db.unit(lambda db: store.keep_version(db, clinic_id, data, None, house.clock()))
    await house.db.unit(lambda db: db.execute(update(Course).values(version_id=version)))
    return digest_of(data)


def asked(page: str) -> list[tuple[str, str]]:
    """(topic, version) of what can be confirmed, of TMS."""
    found = re.findall(r'name="topic" value="([^"]+)"><input type="hidden" name="version" value="(\w{64})"', page)
    return [one for one in found if one[0].startswith("programme-tms-") and "accelerated" not in one[0]]


@pytest.mark.parametrize("version", ["0", shipped_data()["tms"]["version"]])
async def test_an_older_version_that_courses_go_on_by_is_confirmed_beside_the_newest(
    house, linden, course, mara, version: str
) -> None:
    """Also one that has the same version, and was another file."""
    digest = await pinned_to(house, linden.clinic.id, older(version))
    page = (await mara.get(HERE)).text
    mine, newest = (f"programme-tms-{version}", digest), (f"programme-tms-{shipped_data()['tms']['version']}", NOW)
    assert {mine, newest} == set(asked(page))
    assert f"version {version}, by which courses go on" in page
    assert len(re.findall(rf'id="{mine[0]}[-\w]*"', page)) == len(set(re.findall(rf'id="({mine[0]}[-\w]*)"', page)))
    read = (await mara.get(f"/staff/programmes/read/tms?digest={digest}")).text
    assert "25 sessions" in read
    assert UNSURE in read
    assert UNSURE in await course.page()
    said = {"topic": mine[0], "version": digest}
    for _ in range(2):
        assert (await mara.post(HERE, data=said)).status_code == 303
    assert UNSURE not in await course.page()
    after = (await mara.get(HERE)).text
    assert asked(after) == [newest], "the newest awaits somebody still"
    assert "Mara" in after.partition(f"version {version}, by which courses go on")[2][:400], "who, and when"


async def test_each_word_is_taken_back_by_itself(house, linden, course, mara) -> None:
    digest = await pinned_to(house, linden.clinic.id, older(shipped_data()["tms"]["version"]))
    key = f"programme-tms-{shipped_data()['tms']['version']}"
    for version in (digest, NOW):
        assert (await mara.post(HERE, data={"topic": key, "version": version})).status_code == 303
    assert asked((await mara.get(HERE)).text) == []
    assert (await mara.post(f"{HERE}/take-back", data={"topic": key, "of": digest})).status_code == 303
    assert asked((await mara.get(HERE)).text) == [(key, digest)]
    assert UNSURE in await course.page()
    assert UNSURE not in (await mara.get("/staff/programmes/read/tms")).text


async def test_a_version_that_no_course_goes_on_by_is_asked_of_nobody(house, linden, course, mara) -> None:
    digest = await pinned_to(house, linden.clinic.id, older("0"))
    await house.db.unit(lambda db: db.execute(update(Course).values(ended_at=house.clock())))
    assert digest not in (await mara.get(HERE)).text
    answer = await mara.post(HERE, data={"topic": "programme-tms-0", "version": digest})
    assert answer.status_code == 404
    assert (await mara.get(f"/staff/programmes/read/tms?digest={'0' * 64}")).status_code == 404
