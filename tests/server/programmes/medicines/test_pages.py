"""The pages of a course of TMS say which medicines of the patient's list are to be looked at, and leave a trace."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.clinic.confirming.rules import version_of
from server.clinic.confirming.store import confirm
from server.programmes.medicines.catalogue import data
from server.record.care.keeping import Writing, write
from server.record.care.rules import Kind, Medicine, Spell
from tests.server.programmes.conftest import begun, give
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
HEADING = "Medicines before the next session"
UNSURE = "To be confirmed by your clinician."
NOT_FLAGGED = "Names that the list does not know, such as brands, are not flagged."


async def takes(house, linden, patient_id, name: str, since: str) -> None:
    medicine = Medicine(name, 150, spell=Spell(since, going=True))
    writing = Writing(uuid4(), Kind.MEDICINE, medicine)
    assert await write(house, linden.clinic.id, patient_id, writing, linden.mara.staff_id, house.clock())


async def looks(house) -> int:
    """How often the list of medicines was looked at."""

    async def work(db):
        return (await db.scalars(select(AuditEntry).where(AuditEntry.action == "record.seen"))).all()

    return sum(one.detail.get("kind") == "medicine" for one in await house.db.read(work))


def watched(page: str) -> str:
    return page.partition("course-watched")[2].partition("</div>")[0]


async def test_the_screening_and_the_page_of_the_course_show_what_is_taken(house, linden, jo, course) -> None:
    patient_id = jo.made.card.patient_id
    assert "None of the medicines in the record is found" in watched(await course.page())
    await takes(house, linden, patient_id, "BUPROPIÓN retard", "2025-11")
    await takes(house, linden, patient_id, "Elontril", "2025-11")
    before = await looks(house)
    for page in (await course.page(), (await course.browser.get(f"{course.base}/steps/screening/0/0")).text):
        said = watched(page)
        for words in ("BUPROPIÓN retard", "150 mg", "since 2025-11", "Bupropion", NOT_FLAGGED, UNSURE):
            assert words in said
        assert "Elontril" in said.partition("by a name that it does not know")[2]
        assert "New:" not in said
    assert await looks(house) == before + 2
    page = await course.page()
    assert HEADING in page
    assert "Medicines that lower the seizure threshold (such as" in page.partition("Ask again:")[2]
    assert "course-watched" not in (await course.browser.get(f"{course.base}/steps/trials/0/0")).text
    assert await looks(house) == before + 3, "a page that shows none of them opens none"


async def test_before_a_session_it_says_what_is_new_and_asks_again(house, linden, jo, course, clock) -> None:
    patient_id = jo.made.card.patient_id
    await takes(house, linden, patient_id, "Clozapine", "2024")
    await course.is_ready()
    for name in ("threshold", "today", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303
    assert HEADING not in await course.page(), "a session goes on"
    assert (await course.writes("after", 1)).status_code == 303
    clock.forward(hours=20)
    await signed_in(house, course.browser, linden.mara.staff_id)
    await takes(house, linden, patient_id, "Tramadol", house.clock().date().isoformat())
    for page in (await course.page(), (await course.browser.get(f"{course.base}/steps/today/2/0")).text):
        said = watched(page)
        assert said.index("Tramadol") < said.index("New: on the day of the last session or since")
        assert said.index("New: on") < said.index("Clozapine")
    assert "Medicines changed or missed since the last session?" in (await course.page()).partition("Ask again:")[2]
    first = await course.browser.get(f"{course.base}/steps/today/1/1")
    assert "New:" not in watched(first.text), "there was no session before the first"


async def test_once_a_clinician_confirmed_the_list_no_page_says_that_it_awaits_one(house, linden, course) -> None:
    assert UNSURE in watched(await course.page())
    version, clinic_id = version_of(data()["seizure_threshold"]), linden.clinic.id
    await house.db.unit(
        lambda db: confirm(db, clinic_id, "medicines-seizure_threshold", version, linden.mara.staff_id, house.clock())
    )
    assert UNSURE not in watched(await course.page())
    assert "amitriptyline, amitriptylinoxide" in (await course.browser.get("/staff/programmes/read/tms")).text
    assert "medicines-seizure_threshold" in (await course.browser.get("/staff/confirming")).text


async def test_a_programme_that_names_no_list_shows_nothing_and_opens_nothing(house, linden, jo, mara) -> None:
    await give(house, linden.clinic.id, "esketamine")
    writer = await begun(mara, jo.made.card.patient_id, "esketamine")
    assert "course-watched" not in await writer.page()
    assert await looks(house) == 0


async def test_nobody_sees_it_of_somebody_whom_they_do_not_treat(course, samir, desk) -> None:
    assert (await samir.get(course.base)).status_code == 404
    assert (await samir.get(f"{course.base}/steps/screening/0/0")).status_code == 404
    assert (await desk.get(course.base)).status_code == 403


async def test_what_has_a_planned_last_day_is_looked_at_until_then(house, linden, jo, course, clock, browsers) -> None:
    path = f"/staff/patients/{jo.made.card.patient_id}/care/medicine"
    until = (clock.now + timedelta(days=30)).date().isoformat()
    fields = {"once": str(uuid4()), "name": "Bupropion", "since": "2020-11", "until": until, "going": "yes"}
    assert (await course.browser.post(path, data=fields)).status_code == 303
    assert "Bupropion" in watched(await course.page())
    clock.now += timedelta(days=32)
    course.browser = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert "Bupropion" not in watched(await course.page())


async def test_what_was_stopped_lately_stands_beside_the_question_too(house, linden, jo, course, clock) -> None:
    patient_id = jo.made.card.patient_id
    await takes(house, linden, patient_id, "Lorazepam", "2024")
    said = watched(await course.page())
    assert "Lorazepam" in said.partition("Taken now, and said here once it is stopped:")[2].partition("</p>")[0]
    ended = (clock.now - timedelta(days=9)).date().isoformat()
    medicine = Medicine("Oxazepam", 30, spell=Spell("2023", ended))
    writing = Writing(uuid4(), Kind.MEDICINE, medicine)
    assert await write(house, linden.clinic.id, patient_id, writing, linden.mara.staff_id, house.clock())
    for page in (await course.page(), (await course.browser.get(f"{course.base}/steps/screening/0/0")).text):
        said = watched(page)
        assert "Stopped in the last 28 days" in said.partition("Oxazepam")[2]
    clock.now += timedelta(days=20)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert "Oxazepam" not in watched(await course.page())
    assert "(stopped in the last 28 days)" in (await course.browser.get("/staff/programmes/read/tms")).text
