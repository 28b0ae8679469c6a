"""What is left of a definition that cannot be read any more, and a course that goes on by one, page by page."""

import copy
import json
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text, update
from structlog.testing import capture_logs

from server.access import Role
from server.config import Settings
from server.programmes.asking.loop import ask_due
from server.programmes.catalogue import shipped_data
from server.programmes.course import Entry, Key, Programme, history
from server.programmes.filed import warning
from server.programmes.filed.store import offered
from server.programmes.mending import Problem
from server.programmes.questions import Answer
from server.programmes.recording import No, Refused, enter
from server.programmes.remains import remains
from server.programmes.rules import due_steps, standing
from server.programmes.store import definition_of
from server.programmes.tables import CourseEntry, ProgrammeFile, ProgrammeVersion
from tests.server.programmes.conftest import begun
from tests.server.programmes.courses import BERLIN, MONDAY
from tests.server.programmes.filed.test_pages import brought, rows, shorter
from tests.server.visit.conftest import add_staff, signed_in

FAULTS = [Problem("steps", "This is missing.")]


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


def broken(data: dict) -> dict:
    """As if this program asked more of a file: a field that it does not know, in a gate and in a step."""
    data = copy.deepcopy(data)
    data["gates"][0]["perhaps"] = True
    data["steps"][0]["perhaps"] = True
    return data


def test_what_fits_of_a_definition_is_left_and_what_does_not_keeps_its_words() -> None:
    data = broken(shipped_data()["esketamine"])
    one = definition_of("esketamine", json.dumps(data))
    assert one.faults
    assert (one.id, one.version, one.name) == ("esketamine", data["version"], data["name"])
    assert [step.id for step in one.steps] == [step["id"] for step in data["steps"]]
    first = one.steps[0]
    assert [each.text for each in first.questions] == [
        each.text for each in definition_of("esketamine", json.dumps(shipped_data()["esketamine"])).steps[0].questions
    ]
    lost, *fits = one.gates
    assert (lost.id, lost.before, lost.reason) == ("eligible", "", data["gates"][0]["reason"])
    assert [gate.id for gate in fits if gate.before] == [gate["id"] for gate in data["gates"][1:]]
    assert one.by_id["never heard of"].name == "never heard of"


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"steps": 3, "phases": {}, "figures": [], "gates": None}, {"steps": [{"id": "a"}, {"id": 3}, "b"]}],
)
def test_of_whatever_stands_there_something_is_left_by_which_nothing_is_due(data: object) -> None:
    one = remains("lost", data, FAULTS)
    programme = Programme(one, BERLIN, MONDAY)
    done = history(one, [Entry(Key("gone", 1), MONDAY)])
    assert due_steps(programme, done, MONDAY + timedelta(days=1)) == ()
    assert standing(programme, done, MONDAY + timedelta(days=1)) == {}
    assert programme.total >= 1


def test_a_text_that_is_no_json_is_a_fault_and_no_error() -> None:
    one = definition_of("lost", "{")
    assert one.name == "lost"
    assert "This is no JSON" in one.faults[0].words


def test_nothing_can_be_written_by_it_and_no_gate_is_passed() -> None:
    one = definition_of("tms", json.dumps(broken(shipped_data()["tms"])))
    programme = Programme(one, BERLIN, MONDAY)
    after = enter(programme, history(one, ()), Entry(Key("screening"), MONDAY), MONDAY)
    assert after == Refused(No.UNREAD)


def test_numbers_of_a_step_that_does_not_fit_are_still_numbers_with_their_unit() -> None:
    data = copy.deepcopy(shipped_data()["esketamine"])
    clock = next(step for step in data["steps"] if step["kind"] == "clock")
    clock["minutes"] = "every forty"
    one = definition_of("esketamine", json.dumps(data))
    found = one.by_id[clock["id"]].questions
    assert any(each.answer is Answer.NUMBER and each.unit for each in found)


def test_what_is_to_be_sent_by_a_day_stays_with_the_fields_whose_questions_are_left() -> None:
    data = broken(shipped_data()["esketamine"])
    whole = definition_of("esketamine", json.dumps(shipped_data()["esketamine"]))
    one = definition_of("esketamine", json.dumps(data))
    assert [(each.id, each.within) for each in one.exports] == [(each.id, each.within) for each in whole.exports]
    assert one.exports[0].fields == whole.exports[0].fields
    clock = next(step for step in data["steps"] if step["kind"] == "clock")
    clock["questions"] = clock["questions"][1:]
    fewer = definition_of("esketamine", json.dumps(data)).exports[0].fields
    assert 0 < len(fewer) < len(whole.exports[0].fields)
    assert set(fewer) <= set(whole.exports[0].fields)


@pytest_asyncio.fixture
async def owner(house, linden, browsers, mara):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def breaks(house, table, key: str, value: str | None = None) -> None:
    """What was kept is another program's now, in the database itself, which would not let anybody write it."""
    row = await newest(house, table, key)
    other = value or json.dumps(broken(json.loads(row.value)), ensure_ascii=False)

    async def work(db):
        await past_triggers(db, house, table.__tablename__)
        await db.execute(update(table).where(table.id == row.id).values(value=other))

    await house.db.unit(work)


async def newest(house, table, key: str):
    """What was kept last under this key."""
    mine = [one for one in await rows(house, table) if one.key == key]
    return max(mine, key=lambda one: (one.at, getattr(one, "number", 0)))


async def past_triggers(db, house, name: str) -> None:
    """Lets a unit write what the triggers of a table let nobody write."""
    if not house.db.is_sqlite:
        await db.execute(text("SET LOCAL session_replication_role = replica"))
        return
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
    for (trigger,) in list(await db.execute(text(triggers), {"name": name})):
        await db.execute(text(f'DROP TRIGGER "{trigger}"'))


@pytest_asyncio.fixture
async def own_course(owner, jo, mara):
    """Jo's course by a programme of the clinic's own."""
    await brought(owner, shorter())
    assert (
        await owner.post("/staff/clinic/programmes", data={"seen": "0", "give-tms-short": "yes"})
    ).status_code == 303
    course = await begun(mara, jo.made.card.patient_id, "tms-short")
    course.programme = "tms"
    assert (await course.writes("screening")).status_code == 303
    return course


@pytest_asyncio.fixture
async def lost(house, own_course):
    """It is not read any more."""
    course = own_course
    for table in (ProgrammeFile, ProgrammeVersion):
        await breaks(house, table, "tms-short")
    return course


@pytest.mark.asyncio
@pytest.mark.parametrize("words", [True, False])
async def test_a_gate_that_somebody_passed_keeps_its_words(house, own_course, words: bool) -> None:
    await own_course.writes("today", 1)
    assert (await own_course.passes("eligible", 0, "Seen by Dr Osei.")).headers["location"].endswith("kept")
    for table in (ProgrammeFile, ProgrammeVersion):
        data = broken(json.loads((await newest(house, table, "tms-short")).value))
        if not words:
            data["gates"] = 3
        await breaks(house, table, "tms-short", json.dumps(data))
    page = await own_course.page()
    assert "The definition of this course cannot be read any more." in page
    passed = page.partition("Gates passed and changes")[2].partition("Seen by Dr Osei.")[0]
    said = "The safety screening is not there yet" if words else "A gate was passed of which no words are left"
    assert said in passed
    assert ("eligible" in passed) is not words


@pytest.mark.asyncio
async def test_a_course_whose_definition_is_not_read_any_more_opens_says_why_and_takes_nothing_more(
    house, lost, mara
) -> None:
    page = await lost.page()
    assert "The definition of this course cannot be read any more." in page
    assert "There is no such field." in page
    assert "What was done" in page
    assert "Medicines before the next session" not in page
    assert "TMS: our short course" in page
    assert "/steps/" not in page
    assert 'value="pause"' not in page
    before = len(await rows(house, CourseEntry))
    assert (await lost.writes("trials")).status_code == 409
    assert (await mara.get(f"{lost.base}/steps/trials/0/0")).status_code == 409
    assert (await mara.get(f"{lost.base}/days")).status_code == 409
    assert len(await rows(house, CourseEntry)) == before
    ended = {"once": str(uuid4()), "kind": "end", "reason": "It goes on by another version."}
    assert (await mara.post(f"{lost.base}/changes", data=ended)).status_code == 303
    assert "This course has ended" in await lost.page()


@pytest.mark.asyncio
async def test_every_other_page_and_the_jobs_go_on_beside_it(house, lost, mara, owner, phone, jo) -> None:
    board = (await mara.get("/staff/courses")).text
    assert "Cannot go on" in board
    assert "its definition cannot be read any more" in board
    patient = f"/staff/patients/{jo.made.card.patient_id}"
    for browser, path in (
        (mara, f"{patient}/courses"),
        (mara, f"{patient}/record"),
        (mara, f"{lost.base}/summary"),
        (mara, "/staff/observing"),
        (mara, "/staff/confirming"),
        (owner, "/staff/clinic/bookings/reports/programmes"),
        (phone, "/me"),
        (phone, f"/me/record/{jo.made.card.patient_id}/fhir"),
        (phone, f"/me/record/{jo.made.card.patient_id}/json"),
        (phone, f"/me/courses/{lost.base.rpartition('/')[2]}"),
    ):
        assert (await browser.get(path)).status_code == 200, path
    assert "How far it is cannot be shown just now." in (await phone.get("/me")).text
    assert await ask_due(house) == 0


@pytest.mark.asyncio
async def test_the_page_of_files_and_the_start_name_the_fault_and_no_course_begins_by_it(
    house, lost, mara, owner, jo
) -> None:
    page = (await owner.get("/staff/programmes/files")).text
    assert "One version cannot be read any more." in page
    assert "gates.0.perhaps" in page
    assert "one course goes on by it" in page
    assert "A programme of yours cannot be read any more." in (await owner.get("/staff/clinic/programmes")).text
    taken = await owner.get("/staff/programmes/files/tms-short.json?version=1")
    assert json.loads(taken.text)["gates"][0]["perhaps"] is True, "it can be mended"
    with capture_logs() as logs:
        await warning.warn(house)
    (said,) = logs
    assert (said["event"], said["programme"], said["courses"]) == ("programme.unread", "tms-short", 1)
    sent = {"once": str(uuid4()), "programme": "tms-short"}
    assert (await mara.post(f"/staff/patients/{jo.made.card.patient_id}/courses", data=sent)).status_code == 404


@pytest.mark.asyncio
async def test_an_older_version_does_not_stand_in_for_one_that_is_not_read_any_more(house, owner, linden) -> None:
    await brought(owner, shorter())
    await brought(owner, shorter("2", 12))

    await breaks(house, ProgrammeFile, "tms-short", "{}")
    assert "tms-short" not in await house.db.read(lambda db: offered(db, linden.clinic.id))
    page = (await owner.get("/staff/programmes/files")).text
    (digest,) = [one.digest for one in await rows(house, ProgrammeFile) if one.version == "2"]
    form = {"digest": digest, "seen": "2"}
    assert digest in page
    assert (await owner.post("/staff/programmes/files/tms-short/end", data=form)).status_code == 303
    assert (await house.db.read(lambda db: offered(db, linden.clinic.id)))["tms-short"].pinned.definition.version == "1"
