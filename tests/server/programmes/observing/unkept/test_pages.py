"""What a device sends too late, or of a course that is not read: why it is never kept, and how it goes from there."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from server.audit.tables import AuditEntry
from server.home.demo_clinic.observing import add_observed
from server.programmes import store
from server.programmes.observing.unkept.tables import CourseUnkept
from server.programmes.tables import Course, CourseEntry, ProgrammeVersion
from server.programmes.times.rules import LONGEST
from tests.server.programmes.courses import BERLIN
from tests.server.programmes.test_remains import broken
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
OFF = "/staff/observing/off"
TAKEN = {"systolic": "186", "diastolic": "88", "pulse": "80", "oxygen": "97", "sedation": "drowsy"}
DEVICE = {"accept": "application/json"}
WHY = "It was on paper too, and stands there."
SECONDS = 3 * 24 * 3600


def held(once: str, ago: int = SECONDS) -> dict[str, str]:
    return {"once": once, "ago": str(ago)} | {f"q-{name}": text for name, text in TAKEN.items()}


@pytest_asyncio.fixture
async def base(house, linden, jo, mara) -> str:
    """Where Jo's course is, whose third session began 52 minutes ago."""
    patient_id = jo.made.card.patient_id
    course = await add_observed(house, linden.clinic, patient_id, linden.mara.staff_id, house.clock())
    return f"/staff/patients/{patient_id}/courses/{course}"


async def later(house, linden, browsers, clock) -> httpx2.AsyncClient:
    """Mara, signed in three days later."""
    clock.forward(days=3)
    return await signed_in(house, await browsers(), linden.mara.staff_id)


async def rows(house, table):
    async def work(db):
        return (await db.scalars(select(table))).all()

    return await house.db.read(work)


async def takes(browser, base: str, form: dict[str, str], step: str = "vitals") -> httpx2.Response:
    return await browser.post(f"{base}/observing/{step}", data=form, headers=DEVICE)


async def test_a_reading_that_comes_too_late_leads_to_where_it_is_written_in_with_its_own_time(
    house, linden, browsers, base, clock
) -> None:
    taken, once = clock.now.astimezone(BERLIN), str(uuid4())
    mara = await later(house, linden, browsers, clock)
    before = len(await rows(house, CourseEntry))
    answer = await takes(mara, base, held(once))
    assert answer.status_code == 422
    told = answer.json()
    assert told["never"] == "old"
    assert (told["name"], told["what"]) == ("Jo Almeida", "Reading")
    assert ["Sedation", "1: drowsy, wakes to a voice"] in told["said"]
    assert any(text == "186 mmHg" for _, text in told["said"])
    assert (told["day"], told["at"]) == (taken.date().isoformat(), f"{taken:%H:%M}")
    step, session, number = told["key"]
    form = held(once) | {"day": told["day"], "at": told["at"], "later": WHY}
    page = f"{base}/steps/{step}/{session}/{number}"
    assert 'data-held data-whose="' in (await mara.get(page)).text
    assert (await mara.post(page, data=form)).status_code == 303
    (kept,) = [one for one in await rows(house, CourseEntry) if one.id == UUID(once)]
    assert kept.at.astimezone(BERLIN) == taken.replace(second=0, microsecond=0)
    for _ in range(2):
        assert (await takes(mara, base, held(once))).json() == {"kept": True}, "the device may forget it"
    assert len(await rows(house, CourseEntry)) == before + 1


async def test_two_days_is_what_a_device_may_be_late(house, linden, browsers, base, clock) -> None:
    clock.forward(days=3)
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    seconds = int(LONGEST.total_seconds())
    assert (await takes(mara, base, held(str(uuid4()), seconds))).status_code == 201
    assert (await takes(mara, base, held(str(uuid4()), seconds + 1))).json()["never"] == "old"
    assert "key" not in (await takes(mara, base, held(str(uuid4()), 9 * 24 * 3600))).json(), "no page takes it then"
    page = await mara.post(f"{base}/observing/vitals", data=held(str(uuid4())))
    assert page.status_code == 422
    assert "never" not in page.text


async def test_of_a_session_that_was_long_over_it_says_so_and_is_no_number_to_mend(mara, base) -> None:
    told = (await takes(mara, base, held(str(uuid4()), 3600))).json()
    assert told["never"] == "over"
    assert "key" not in told
    mends = await takes(mara, base, held(str(uuid4()), 0) | {"q-pulse": "eighty"})
    assert mends.json() == {"reasons": ["q-pulse"]}


async def test_of_a_course_whose_definition_is_not_read_any_more_it_says_that(house, mara, base) -> None:
    async def work(db):
        course = await db.get(Course, UUID(base.rpartition("/")[2]))
        version = await db.get(ProgrammeVersion, course.version_id)
        value = json.dumps(broken(json.loads(version.value)))
        await db.execute(update(ProgrammeVersion).where(ProgrammeVersion.id == version.id).values(value=value))

    before = len(await rows(house, CourseEntry))
    await house.db.unit(work)
    told = (await takes(mara, base, held(str(uuid4()), 60))).json()
    assert (told["never"], told["name"]) == ("unread", "Jo Almeida")
    assert "key" not in told
    assert any("186" in text for _, text in told["said"])
    assert len(await rows(house, CourseEntry)) == before


def taken_off(once: str, base: str, **more: str) -> dict[str, str]:
    course = base.rpartition("/")[2]
    return held(once) | {"course": course, "step": "vitals", "never": "old", "reason": WHY} | more


async def test_it_is_taken_off_with_a_reason_once_and_stands_in_the_course_with_name_and_time(
    house, linden, browsers, base, clock
) -> None:
    mara, once = await later(house, linden, browsers, clock), str(uuid4())
    before = len(await rows(house, CourseEntry))
    for reason in ("", " \u200b "):
        answer = await mara.post(OFF, data=taken_off(once, base, reason=reason), headers=DEVICE)
        assert (answer.status_code, answer.json()) == (422, {"reasons": ["reason"]})
    assert await rows(house, CourseUnkept) == []
    for _ in range(3):
        assert (await mara.post(OFF, data=taken_off(once, base), headers=DEVICE)).json() == {"off": True}
    (row,) = await rows(house, CourseUnkept)
    assert (row.id, row.by_id, row.at) == (UUID(once), linden.mara.staff_id, clock.now - timedelta(seconds=SECONDS))
    assert b"drawer" not in row.said_sealed
    assert b"186" not in row.said_sealed
    traces = [one for one in await rows(house, AuditEntry) if one.action == "course.taken_off"]
    assert [(one.actor_id, one.subject_id) for one in traces] == [(linden.mara.staff_id, row.patient_id)]
    assert (traces[0].detail["never"], traces[0].detail["once"]) == ("old", UUID(once).hex)
    assert WHY not in json.dumps(traces[0].detail), "ids alone"
    page = (await mara.get(base)).text
    for words in ("Taken off a device, and not among the readings", WHY, "186", "Mara Lind"):
        assert words in page
    assert (await takes(mara, base, held(once))).json() == {"kept": True}
    assert len(await rows(house, CourseEntry)) == before


async def test_who_took_it_writes_it_off_where_they_treat_nobody_of_it_now_and_reads_nothing(
    house, samir, desk, base
) -> None:
    once = str(uuid4())
    answer = await samir.post(OFF, data=taken_off(once, base, never="gone"), headers=DEVICE)
    assert (answer.status_code, answer.text) == (200, '{"off":true}')
    assert (await samir.get(base)).status_code == 404
    gone = taken_off(str(uuid4()), f"/{uuid4()}", never="gone")
    assert (await samir.post(OFF, data=gone, headers=DEVICE)).json() == {"off": True}, "of a course that is not there"
    assert len(await rows(house, CourseUnkept)) == 1
    assert [one.subject_kind for one in await rows(house, AuditEntry) if one.action == "course.taken_off"] == [
        "patient",
        "clinic",
    ]
    assert (await desk.post(OFF, data=taken_off(str(uuid4()), base), headers=DEVICE)).status_code == 403


@pytest.mark.parametrize("odd", [{"never": "perhaps"}, {"ago": "-5"}, {"once": "x"}, {"course": ""}])
async def test_a_form_that_no_device_sends_is_refused(house, mara, base, odd) -> None:
    answer = await mara.post(OFF, data=taken_off(str(uuid4()), base) | odd, headers=DEVICE)
    assert answer.status_code == 422
    assert await rows(house, CourseUnkept) == []


async def test_what_was_kept_meanwhile_is_not_taken_off_beside(house, mara, base) -> None:
    once = str(uuid4())
    assert (await takes(mara, base, held(once, 0))).status_code == 201
    assert (await mara.post(OFF, data=taken_off(once, base), headers=DEVICE)).json() == {"off": True}
    assert await rows(house, CourseUnkept) == []
    assert await house.db.read(lambda db: store.course_of(db, (UUID(int=0)), UUID(base.rpartition("/")[2]))) is None
