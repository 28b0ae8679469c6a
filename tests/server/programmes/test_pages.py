"""A course on the pages of staff: begun, held by its gates, written of, and seen by nobody whom it is not for."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.app import build_app
from server.audit.tables import AuditEntry
from server.clinic.confirming.rules import version_of
from server.clinic.confirming.store import confirm, take_back
from server.programmes.filed.store import as_shipped
from server.programmes.medicines.catalogue import data as watched
from server.programmes.questions import UNSURE
from server.programmes.tables import Course, CourseEntry, CourseOverride
from server.programmes.topics import key_of
from server.record.care.keeping import Writing, write
from server.record.care.rules import Effect, Enough, Medicine, Spell
from server.record.care.rules import Kind as Care
from server.routing import GuardedRoute
from tests.server.programmes.conftest import begun, give

pytestmark = pytest.mark.asyncio
ONE_COURSE = "/staff/patients/{patient_id}/courses/{course:uuid}"
OBSERVED = {"/observing", "/observing/card"}
"""Parts of the observation screen, empty without readings; what they say has tests of its own."""


async def rows(house, table):
    return list(await house.db.read(lambda db: _all(db, table)))


async def _all(db, table):
    return (await db.scalars(select(table))).all()


async def told(house, action):
    return [row for row in await rows(house, AuditEntry) if row.action == action]


async def test_nothing_is_given_until_the_clinic_chooses(house, linden, jo, mara) -> None:
    courses = f"/staff/patients/{jo.made.card.patient_id}/courses"
    assert "Your clinic gives no programmes." in (await mara.get(courses)).text
    assert (await mara.post(courses, data={"once": str(uuid4()), "programme": "tms"})).status_code == 404
    await give(house, linden.clinic.id, "tms")
    page = (await mara.get(courses)).text
    assert "TMS: thirty sessions and a taper" in page
    assert "Esketamine" not in page
    once = {"once": str(uuid4()), "programme": "tms"}
    first, again = await mara.post(courses, data=once), await mara.post(courses, data=once)
    assert first.headers["location"] == again.headers["location"]
    assert len(await rows(house, Course)) == 1


async def test_a_course_says_what_is_due_what_holds_it_and_what_awaits_a_clinician(course) -> None:
    page = await course.page()
    assert "Session 1 of 36 is next" in page
    assert "To be confirmed by your clinician." in page
    assert "Without consent to every point no session begins." in page
    assert "Nobody passes this gate." in page
    refused = await course.writes("treatment", 1)
    assert refused.status_code == 409
    assert "A gate holds it." in refused.text


async def test_every_page_says_what_nobody_confirmed_and_stops_when_a_clinician_stands_up_for_it(
    course, mara, phone, jo, house, linden
) -> None:
    of_staff = (
        "/staff/courses", course.base, course.base.rpartition("/")[0], f"{course.base}/days",
        f"{course.base}/steps/screening/0/0", "/staff/programmes/read/tms", f"{course.base}/summary",
    )  # fmt: skip
    own, theirs = f"/me/courses/{course.base.rpartition('/')[2]}", "Parts of this plan are still to be confirmed"

    async def saying() -> list[str]:
        said = [path for path in of_staff if "To be confirmed by your clinician." in (await mara.get(path)).text]
        return said + [path for path in (own, "/me") if theirs in (await phone.get(path)).text]

    assert await saying() == [*of_staff, own, "/me"]
    tms = as_shipped()["tms"].pinned
    by, now = linden.mara.staff_id, house.clock()
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, key_of(tms.definition), tms.digest, by, now))
    assert await saying() == [course.base, f"{course.base}/steps/screening/0/0", "/staff/programmes/read/tms"], (
        "the list of medicines is confirmed by itself"
    )
    version = version_of(watched()["seizure_threshold"])
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, "medicines-seizure_threshold", version, by, now))
    assert await saying() == []
    await house.db.unit(lambda db: take_back(db, linden.clinic.id, key_of(tms.definition), by, now))
    assert await saying() == [*of_staff, own, "/me"]


async def test_no_page_and_no_file_of_a_course_keeps_silent_on_what_nobody_confirmed(course, mara, house) -> None:
    """Every route of a course that is read, so that a new one is not forgotten."""
    await course.is_ready()
    for name in ("threshold", "today", "treatment", "after"):
        assert (await course.writes(name, 1)).status_code == 303
    assert (await mara.post(f"{course.base}/summary/agreement", data={"agreed": "yes"})).status_code == 303
    made = await mara.post(f"{course.base}/summary", data={"once": str(uuid4()), "recipient": "Dr. Amato"})
    definition = as_shipped()["tms"].pinned.definition
    names = {
        "step": "threshold", "session": "1", "round": "1", "export": next(iter(definition.exports)).id,
        "summary": made.headers["location"].rpartition("/")[2], "way": "fhir",
    }  # fmt: skip
    said = ("To be confirmed by your clinician.", UNSURE, "which no clinician of the clinic had confirmed by then")
    paths = [one.path for one in build_app(house).routes if isinstance(one, GuardedRoute) and "GET" in one.methods]
    ends = {path.removeprefix(ONE_COURSE) for path in paths if path.startswith(ONE_COURSE)} - OBSERVED
    silent, seen = [], 0
    for end in ends:
        answer = await mara.get(course.base + re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: names[found[1]], end))
        if answer.status_code == 200:
            seen += 1
            silent += [] if any(words in answer.text for words in said) else [end]
    assert silent == []
    assert seen == len(ends), "each of them was read"


async def test_a_session_is_written_step_by_step_and_each_form_is_one(house, course) -> None:
    await course.is_ready()
    assert (await course.writes("threshold", 1)).status_code == 303
    assert (await course.writes("today", 1)).status_code == 303
    assert (await course.writes("treatment", 1)).status_code == 303
    once = dict(course.last)
    again = await course.browser.post(f"{course.base}/steps/treatment/1/0", data=once)
    assert again.status_code == 303
    other = await course.writes("treatment", 1)
    assert (other.status_code, "Somebody wrote this meanwhile." in other.text) == (409, True)
    assert "Session 1 of 36 is going on" in await course.page()
    assert (await course.writes("after", 1)).status_code == 303
    page = await course.page()
    assert "Session 2 of 36 is next" in page
    assert "1 of 30 sessions" in page
    assert [row.step for row in await rows(house, CourseEntry)].count("treatment") == 1
    assert {row.detail["step"] for row in await told(house, "course.step")} >= {"consent", "treatment", "after"}


async def test_an_answer_that_stops_holds_until_somebody_says_why(house, course) -> None:
    assert (await course.writes("screening", metal="yes")).status_code == 303
    for name in ("trials", "consent", "protocol"):
        await course.writes(name)
    await course.is_measured()
    await course.writes("threshold", 1)
    await course.writes("today", 1)
    assert (await course.writes("treatment", 1)).status_code == 409
    assert "an answer that stops" in await course.page()
    empty = await course.passes("eligible", 0, "  ")
    assert empty.headers["location"].endswith("no-reason")
    assert (await course.passes("eligible", 0, "Seen by Dr Osei.")).headers["location"].endswith("kept")
    assert (await course.passes("agreed", 1)).headers["location"].endswith("changed"), "nobody passes the consent"
    assert "Seen by Dr Osei." in await course.page()
    (row,) = await rows(house, CourseOverride)
    assert b"Osei" not in row.reason_sealed
    (trace,) = await told(house, "course.override")
    assert (trace.detail["gate"], trace.detail["seen"]) == ("eligible", ["stop screening"])
    assert (await course.writes("treatment", 1)).status_code == 303


async def test_a_form_says_what_to_mend_and_keeps_what_was_typed(course) -> None:
    await course.is_ready()
    answer = await course.writes("today", 1, sleep="many", mood="11", ears="")
    assert answer.status_code == 422
    for sentence in ("Please write a number.", "This number cannot be.", "An answer is needed here."):
        assert sentence in answer.text
    assert 'value="many"' in answer.text
    course.last["at"] = "23:59"
    late = await course.browser.post(f"{course.base}/steps/today/1/0", data=course.last | {"q-sleep": "6"})
    assert "This time is still to come." in late.text


async def test_a_course_is_paused_made_longer_and_ended_each_with_a_reason(house, course) -> None:
    changes = f"{course.base}/changes"
    assert (await course.browser.post(changes, data={"once": str(uuid4()), "kind": "dance"})).status_code == 422
    for kind, more, says in (
        ("pause", {}, "This course is paused"),
        ("resume", {}, "Session 1 of 36 is next"),
        ("extend", {"phase": "acute", "sessions": "10"}, "Session 1 of 46 is next"),
        ("end", {}, "This course has ended"),
    ):
        data = {"once": str(uuid4()), "kind": kind, "reason": f"Reason to {kind}", **more}
        for _ in range(2):
            assert (await course.browser.post(changes, data=data)).headers["location"].endswith("kept")
        page = await course.page()
        assert says in page
        assert page.count(f"Reason to {kind}") == 1
        assert (await course.browser.post(changes, data=data | {"reason": "Another"})).status_code == 409
    assert [row.ended_at is not None for row in await rows(house, Course)] == [True]
    refused = await course.writes("screening")
    assert refused.status_code == 409


async def test_a_course_is_made_longer_only_so_often(course) -> None:
    changes, more = f"{course.base}/changes", {"kind": "extend", "phase": "acute", "reason": "More is needed"}
    for sessions, notice in [*[(60, "kept")] * 7, (45, "changed"), (44, "kept"), (1, "changed")]:
        data = more | {"once": str(uuid4()), "sessions": str(sessions)}
        assert (await course.browser.post(changes, data=data)).headers["location"].endswith(notice)
    assert "Session 1 of 500 is next" in await course.page()


async def test_nobody_sees_a_course_whom_it_is_not_for(house, course, samir, desk, jo) -> None:
    assert (await samir.get(course.base)).status_code == 404
    assert (await samir.post(f"{course.base}/gates/eligible", data={})).status_code == 404
    assert (await desk.get(course.base)).status_code == 403
    missing = course.base.rpartition("/")[0] + f"/{uuid4()}"
    assert (await course.browser.get(missing)).status_code == 404
    assert (await course.browser.get(f"{course.base}/steps/phq9/0/0")).status_code == 404, "it is answered elsewhere"
    assert (await course.browser.get(f"{course.base}/steps/today/999/0")).status_code == 404


async def test_the_database_itself_keeps_what_was_done(house, course) -> None:
    await course.writes("trials")
    for statement in ("UPDATE course_entries SET verdict = 'clear', step = 'x'", "DELETE FROM course_entries"):
        with pytest.raises(DBAPIError, match="stays as it is"):
            await house.db.unit(lambda db, statement=statement: db.execute(text(statement)))


async def test_an_admin_chooses_programmes_and_two_at_once_see_each_other(house, linden, jo, mara, browsers) -> None:
    from server.access import Role
    from tests.server.visit.conftest import add_staff, signed_in

    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    assert "gives no programmes yet" in (await admin.get("/staff/clinic/programmes")).text
    chosen = {"seen": "0", "give-esketamine": "yes"}
    for _ in range(2):
        assert (await admin.post("/staff/clinic/programmes", data=chosen)).status_code == 303
    assert (await admin.post("/staff/clinic/programmes", data={"seen": "0"})).status_code == 409
    read = (await admin.get("/staff/programmes/read/esketamine")).text
    assert "US prescribing information" in read
    assert "To be confirmed" in read
    assert (await mara.get("/staff/clinic/programmes")).status_code == 403
    assert (await mara.get("/staff/programmes/read/tms")).status_code == 200
    assert (await mara.get("/staff/programmes/read/none")).status_code == 404
    assert (await begun(mara, jo.made.card.patient_id, "esketamine")).base


async def test_a_patient_takes_their_course_along_without_answers_and_reasons(course, phone, jo) -> None:
    await course.is_ready()
    answer = await phone.get(f"/me/record/{jo.made.card.patient_id}/json")
    (taken,) = answer.json()["courses"]
    assert (taken["sessions"]["done"], taken["ended_at"]) == (0, None)
    assert len(taken["path"]) == taken["sessions"]["of"]
    assert "consent" in {one["kind"] for one in taken["steps"]}
    assert {key for one in taken["steps"] for key in one} == {"step", "kind", "session", "at", "written_at"}
    measured = [value for one in taken["readings"] for value in one["values"]]
    assert all(value["unit"] for value in measured), "numbers of their body alone, no other answer"


async def test_what_the_record_knows_of_trials_stands_beside_the_question_and_fills_it_in(
    house, linden, jo, mara, course
) -> None:
    address = f"{course.base}/steps/trials/0/0"
    assert "The record knows of nothing that was tried." in (await mara.get(address)).text
    for name, weeks, enough in (("Sertraline", 9, "yes"), ("Citalopram", 3, "yes"), ("Mirtazapine", 12, "unknown")):
        medicine = Medicine(name, 50, spell=Spell(weeks=weeks), effect=Effect.NONE, enough=Enough(enough))
        written = Writing(uuid4(), Care.MEDICINE, medicine)
        await write(house, linden.clinic.id, jo.made.card.patient_id, written, linden.mara.staff_id, house.clock())
    page = (await mara.get(address)).text
    assert re.search(r'<input[^>]*name="q-adequate"[^>]*value="1"', page)
    told = ("Sertraline", "An adequate trial", "Citalopram", "Too short", "Nobody has said whether it was adequate")
    assert all(one in page for one in told)
    refused = await mara.post(address, data={"once": str(uuid4()), "q-adequate": "many"})
    assert (refused.status_code, 'value="many"' in refused.text) == (422, True), "what somebody typed stays"
