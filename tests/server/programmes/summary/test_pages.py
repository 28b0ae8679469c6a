"""A summary of a course: with a yes alone, whole, handed over by hand, and empty once the yes is taken back."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.outbox import OutboxRow
from server.patients.consents.store import WITHDRAWN
from server.programmes.catalogue import shipped as programmes
from server.programmes.presets.catalogue import shipped as presets
from server.programmes.summary.tables import CourseSummary
from server.programmes.taking import courses_data
from server.programmes.topics import key_of
from server.record.care.keeping import Writing, write
from server.record.care.rules import Kind, Medicine, Spell
from server.record.export.paper import is_there
from tests.server.measures.asked import answer_all, use
from tests.server.programmes.presets.test_pages import stands_up

pytestmark = pytest.mark.asyncio
FOR = {"recipient": "Dr. Amato, Lindenstr. 3", "steps": "PHQ-9 again in June."}


async def rows(house, table):
    async def work(db):
        return list(await db.scalars(select(table)))

    return await house.db.read(work)


async def yes(browser, course) -> None:
    assert (await browser.post(f"{course.base}/summary/agreement", data={"agreed": "yes"})).status_code == 303


async def summary(browser, course, **said: str) -> str:
    answer = await browser.post(f"{course.base}/summary", data={"once": str(uuid4()), **FOR, **said})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def a_session(course) -> None:
    """Session 1 was given."""
    await course.is_ready()
    for name in ("threshold", "today", "treatment", "after"):
        assert (await course.writes(name, 1)).status_code == 303


async def test_without_a_yes_there_is_none_and_the_page_says_what_is_missing(house, course, mara) -> None:
    page = (await mara.get(f"{course.base}/summary")).text
    assert "No summary without a yes" in page
    assert "Note the yes" in page
    assert "Write the summary" not in page
    assert (await summary(mara, course)).endswith("/summary"), "back, and nothing is written"
    assert await rows(house, CourseSummary) == []


async def test_it_says_what_was_planned_done_measured_and_typed_and_who_took_them_home_is_not_in_it(
    house, linden, jo, course, mara
) -> None:
    clinic_id, patient_id = linden.clinic.id, jo.made.card.patient_id
    await use(house, clinic_id, phq9="visit")
    await answer_all(house, jo.made.card, "3333333300")
    medicine = Writing(uuid4(), Kind.MEDICINE, Medicine("Sertraline", 100, spell=Spell("2026-01", going=True)))
    await write(house, clinic_id, patient_id, medicine, linden.mara.staff_id, house.clock())
    await a_session(course)
    await yes(mara, course)
    address = await summary(mara, course)
    page = (await mara.get(address)).text
    for told in (
        "Dr. Amato, Lindenstr. 3", "TMS: thirty sessions and a taper", "1 of 36 sessions", "Sertraline 100 mg",
        "Before the first session", ": 24", "PHQ-9 again in June.", "Nothing is sent from here.",
    ):  # fmt: skip
        assert told in page, told
    bundle = json.loads((await mara.get(f"{address}/fhir")).text)
    kinds = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert (bundle["type"], kinds[0], kinds[1]) == ("document", "Composition", "Patient")
    assert {"CarePlan", "Procedure", "Observation", "MedicationStatement"} <= set(kinds)
    assert "QuestionnaireResponse" not in json.dumps(bundle), "totals, and no answer to a question"
    told_in = {one["fullUrl"].rpartition("/fhir/")[2] for one in bundle["entry"]}
    wanted = {one["reference"] for one in bundle["entry"][0]["resource"]["section"][-1]["entry"]}
    assert wanted <= told_in
    plan = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "CarePlan")
    preset = next(one.name for one in presets() if one.key == "hf_10hz_19 1")
    assert preset in page
    assert any(preset in note["text"] for note in plan["note"]), "page and file name the same preset"
    if is_there():
        assert (await mara.get(f"{address}/pdf")).content.startswith(b"%PDF")


async def test_it_stays_as_it_was_whatever_comes_later(course, mara) -> None:
    await yes(mara, course)
    address = await summary(mara, course)
    await a_session(course)
    assert "0 of 36 sessions" in (await mara.get(address)).text


async def test_who_it_is_for_has_to_be_named_and_a_form_sent_twice_is_one(house, course, mara) -> None:
    await yes(mara, course)
    refused = await mara.post(f"{course.base}/summary", data={"once": str(uuid4()), "steps": "Kept words"})
    assert (refused.status_code, "Please say who gets it." in refused.text) == (422, True)
    assert "Kept words" in refused.text
    once = {"once": str(uuid4()), **FOR}
    for _ in range(2):
        assert (await mara.post(f"{course.base}/summary", data=once)).headers["location"].endswith(once["once"])
    assert len(await rows(house, CourseSummary)) == 1


async def test_it_is_handed_over_once_and_the_patient_reads_to_whom(house, course, mara, phone) -> None:
    own = f"/me/courses/{course.base.rpartition('/')[2]}"
    assert "Yes, it may be shared" in (await phone.get(own)).text
    assert (await phone.post(f"{own}/sharing", data={"agreed": "yes"})).status_code == 303
    address = await summary(mara, course)
    assert "Dr. Amato" not in (await phone.get(own)).text, "nobody has it yet"
    for _ in range(2):
        assert (await mara.post(f"{address}/handed")).status_code == 303
    assert "Mara Lind" in (await mara.get(address)).text
    assert "Delete this summary" not in (await mara.get(address)).text
    for page in (own, f"/me/record/{(await rows(house, CourseSummary))[0].patient_id}"):
        assert "Dr. Amato, Lindenstr. 3" in (await phone.get(page)).text
    told = [row.action for row in await rows(house, AuditEntry) if row.action.startswith("course.summary")]
    assert told == ["course.summary_made", "course.summary_handed_over"]


async def test_a_yes_that_is_taken_back_empties_what_rested_on_it(house, course, mara, phone) -> None:
    own = f"/me/courses/{course.base.rpartition('/')[2]}"
    await phone.post(f"{own}/sharing", data={"agreed": "yes"})
    given, other = await summary(mara, course), await summary(mara, course, recipient="Dr. Okafor")
    await mara.post(f"{given}/handed")
    assert (await phone.post(f"{own}/sharing", data={"agreed": "no"})).status_code == 303
    assert (await mara.get(f"{given}/fhir")).status_code == 404, "at once"
    page = (await mara.get(given)).text
    assert "it says nothing any more" in page
    assert "PHQ-9 again in June." not in page
    await house.outbox.run_due()
    (left,) = await rows(house, CourseSummary)
    assert (str(left.id) in given, left.value_sealed) == (True, None)
    assert (await mara.get(other)).status_code == 404
    assert "Dr. Amato" in (await phone.get(own)).text, "that it was handed over stays"
    assert [row.topic for row in await rows(house, OutboxRow)].count(WITHDRAWN) == 1
    await phone.post(f"{own}/sharing", data={"agreed": "yes"})
    assert (await mara.get(f"{given}/fhir")).status_code == 404, "a new yes brings nothing back"


async def test_what_nobody_was_given_can_be_deleted(house, course, mara) -> None:
    await yes(mara, course)
    address = await summary(mara, course)
    assert (await mara.post(f"{address}/drop")).status_code == 303
    assert await rows(house, CourseSummary) == []


async def test_nobody_else_makes_or_reads_one(course, mara, samir, desk) -> None:
    await yes(mara, course)
    address = await summary(mara, course)
    for other, status in ((samir, 404), (desk, 403)):
        for path in (f"{course.base}/summary", address, f"{address}/fhir"):
            assert (await other.get(path)).status_code == status
        assert (await other.post(f"{address}/handed")).status_code == status


async def test_nobody_says_yes_for_another_patient(course, phone, browsers) -> None:
    assert (await phone.post(f"/me/courses/{uuid4()}/sharing", data={"agreed": "yes"})).status_code == 404
    stranger = await browsers()
    own = f"/me/courses/{course.base.rpartition('/')[2]}"
    assert (await stranger.post(f"{own}/sharing", data={"agreed": "yes"})).status_code in (303, 401, 403)
    assert "Yes, it may be shared" in (await phone.get(own)).text


async def test_what_nobody_confirmed_says_so_wherever_its_name_leaves_the_house(
    house, course, linden, jo, mara
) -> None:
    await course.is_ready()
    await yes(mara, course)
    told = "not confirmed by a clinician of the clinic"

    async def outside() -> tuple[list[str], str, str]:
        address = await summary(mara, course)
        bundle = json.loads((await mara.get(f"{address}/fhir")).text)
        plan = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "CarePlan")
        own = await courses_data(house, linden.clinic.id, linden.clinic.zone, jo.made.card.patient_id)
        return [one["text"] for one in plan["note"]], own[0]["preset"], (await mara.get(address)).text

    notes, preset, paper = await outside()
    assert [note.endswith(told) for note in notes] == [True, True], notes
    assert preset.endswith(f"version 1, {told}")
    assert paper.count("which no clinician of the clinic had confirmed by then") == 2
    tms = next(one for one in programmes().values() if one.id == "tms")
    await stands_up(mara, "preset-hf_10hz_19", key_of(tms))
    notes, preset, paper = await outside()
    assert told not in f"{notes} {preset}"
    assert "had confirmed by then" not in paper
