"""Whoever takes the disk without the master key reads none of what people told us, and neither do the logs."""

import re
import shutil
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.crypto import Place, seal
from server.home.demo_clinic.letters import Said, write
from server.letters import drafts
from server.letters.attached import Brought
from server.record.prompts import store as prompts
from tests.server.booking.linden import seed
from tests.server.conftest import browser_on
from tests.server.home.space.ways import come_in, handed_over
from tests.server.programmes.conftest import begun, give
from tests.server.support.conftest import base, enter, switch_on
from tests.server.visit.conftest import START, signed_in

CANARIES = {
    "name": "Canary Quillfeather",
    "mail": "quillfeather@canary.example",
    "reason": "canary-reason heartwood",
    "interpreter": "canary-language Tocharian",
    "place": "Canary Lane 77",
    "number": "0777 424242",
    "contact": "Canary Aunt, 0777 565656",
    "note": "canary-note she whistles",
    "journal": "canary-journal by the weir",
    "tag": "canary-tag beekeeping",
    "thought": "canary-thought of the kiln",
    "feeling": "canary-feeling dread",
    "homework": "canary-homework the loom",
    "letter": "canary-letter the owl",
    "letter file": "canary-plan of the garden",
    "letter draft": "canary-draft the heron",
    "alias": "Canary Featherlight",
    "asked_from": "Canary Mews 9",
    "asked_number": "0301 828282",
    "asked_note": "canary-note he sat by the river",
    "plan": "canary-plan the greenhouse",
    "answer": "canary-answer the lighthouse",
    "override": "canary-override the ferry",
    "change": "canary-change the tide",
    "aside": "canary-aside the harbour",
    "recipient": "Dr. Canary Amato",
    "next steps": "canary-next the orchard",
}


async def whole_life(house, app, clock) -> None:
    """Books, comes in, is seen and noted, with a canary in every field that people fill."""
    linden = await seed(house)
    async with browser_on(app) as patient, browser_on(app) as therapist:
        await book(patient, linden)
        clock.now = START
        public_id = await latest(house)
        said = {key: CANARIES[key] for key in ("place", "number", "contact")}
        assert (await patient.post(f"/visit/{public_id}/arrive", data=said)).status_code == 303
        await signed_in(house, therapist, linden.mara.staff_id)
        page = await therapist.get(f"/staff/visit/{public_id}")
        assert CANARIES["place"] in page.text, "the therapist does read it"
        noted = await therapist.post(f"/staff/visit/{public_id}/note", data={"text": CANARIES["note"], "version": "0"})
        assert noted.status_code < 400, noted.text
        code = await handed_over(therapist, (await house.db.read(_who))[0])
        await come_in(house, patient, code, CANARIES["mail"])
        day = {"id": str(uuid4()), "mood": "3", "note": CANARIES["journal"], "new": CANARIES["tag"]}
        assert (await patient.post("/me/mood", data=day)).status_code == 303
        assert CANARIES["journal"] in (await patient.get("/me/mood/days")).text, "the patient does read it"
        record = {"id": str(uuid4()), "thoughts-0-text": CANARIES["thought"], "emotions-0-name": CANARIES["feeling"]}
        assert (await patient.post("/me/tools/thought", data=record)).status_code == 303
        assert CANARIES["feeling"] in (await patient.get(f"/me/tools/thought/{record['id']}")).text
        given = {"once": str(uuid4()), "tool": "thought/full", "note": CANARIES["homework"]}
        tools = f"/staff/patients/{(await house.db.read(_who))[0]}/tools"
        assert (await therapist.post(tools, data=given)).status_code == 303
        await ask_for_help(house, linden, patient, therapist)
        plan = {"text": CANARIES["plan"], "version": "0"}
        planned = await therapist.post(f"/staff/visit/{public_id}/plan/alone", data=plan)
        assert planned.status_code == 303, planned.text
        await in_a_course(house, linden, therapist)
    await put_aside(house)
    await letters(house, linden)
    await house.outbox.run_due()


async def in_a_course(house, linden, therapist) -> None:
    """An answer, a gate that was passed, and a change of a course."""
    patient_id, clinic_id = await house.db.read(_who)
    await give(house, clinic_id, "tms")
    course = await begun(therapist, patient_id)
    assert (await course.writes("trials", words=CANARIES["answer"])).status_code == 303
    assert (await course.passes("asked", 1, CANARIES["override"])).headers["location"].endswith("kept")
    data = {"once": str(uuid4()), "kind": "pause", "reason": CANARIES["change"]}
    assert (await therapist.post(f"{course.base}/changes", data=data)).headers["location"].endswith("kept")
    page = await course.page()
    assert all(CANARIES[one] in page for one in ("answer", "override", "change"))
    assert (await therapist.post(f"{course.base}/summary/agreement", data={"agreed": "yes"})).status_code == 303
    wanted = {"once": str(uuid4()), "recipient": CANARIES["recipient"], "steps": CANARIES["next steps"]}
    written = await therapist.post(f"{course.base}/summary", data=wanted)
    assert CANARIES["next steps"] in (await therapist.get(written.headers["location"])).text


async def put_aside(house) -> None:
    """A question of the clinic, put aside for them."""
    patient_id, clinic_id = await house.db.read(_who)
    row_id, key = uuid4(), await house.keys.patient(clinic_id, patient_id)
    blob = seal(key, CANARIES["aside"], Place(clinic_id, patient_id, "prompt_dismissals", row_id, "reason"))
    patient, what = (clinic_id, patient_id), (uuid4(), "0" * 64)
    assert await house.db.unit(
        lambda db: prompts.dismiss(db, row_id, patient, what, blob, uuid4(), house.clock())
    )  # fmt: skip


async def letters(house, linden) -> None:
    """A letter with a file, and one that is begun."""
    patient_id, clinic_id = await house.db.read(_who)
    data = CANARIES["letter file"].encode()
    said = Said(CANARIES["letter"], house.clock(), files=[Brought(f"{CANARIES['letter file']}.txt", data)])
    await write(house, linden.clinic, patient_id, linden.mara.staff_id, [said])
    key, draft = await house.keys.patient(clinic_id, patient_id), uuid4()
    sealed = drafts.seal_draft(key, clinic_id, draft, CANARIES["letter draft"])
    desk = drafts.Desk(clinic_id, patient_id, patient_id, None)
    assert await house.db.unit(lambda db: drafts.save(db, desk, draft, 0, sealed, house.clock()))


async def ask_for_help(house, linden, patient, therapist) -> None:
    await switch_on(house, linden)
    said = {"name": CANARIES["alias"], "number": CANARIES["asked_number"], "place": CANARIES["asked_from"]}
    assert (await enter(patient, **said)).status_code == 303
    address = await base(house)
    assert CANARIES["asked_from"] in (await therapist.get(address)).text
    await therapist.post(f"{address}/take")
    end = {"outcome": "talked", "note": CANARIES["asked_note"], "follow_up": str(linden.mara.staff_id)}
    assert (await therapist.post(f"{address}/end", data=end)).status_code == 303


async def book(patient, linden) -> None:
    page = await patient.get(f"/c/{linden.clinic.slug}")
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page.text))
    form = {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "start": START.isoformat(),
        "name": CANARIES["name"],
        "contact": CANARIES["mail"],
        "for_whom": "me",
        "reason": CANARIES["reason"],
        "interpreter": CANARIES["interpreter"],
        "consent": "yes",
    }
    answer = await patient.post(f"/c/{linden.clinic.slug}/book", data=hidden | form)
    assert answer.status_code == 303, answer.text


async def latest(house) -> str:
    return await house.db.read(lambda db: db.scalar(text("SELECT public_id FROM bookings")))


def bytes_of(folder) -> dict[str, bytes]:
    """Every file but the key, as a thief would copy them."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "master.key"}


@pytest.mark.asyncio
async def test_promise_14_no_canary_on_the_disk_or_in_the_logs(app, house, clock, tmp_path, capsys) -> None:
    await whole_life(house, app, clock)
    copy = tmp_path / "stolen"
    shutil.copytree(house.settings.data, copy)
    found = bytes_of(copy)
    assert {"parlour.db", "keys.db"} <= set(found)
    logged = "".join(capsys.readouterr()).encode()
    for field, canary in CANARIES.items():
        for spelled in (canary.encode(), canary.lower().encode(), quote(canary).encode(), canary.encode("utf-16-le")):
            assert not [name for name, body in found.items() if spelled in body], field
            assert spelled not in logged, field


@pytest.mark.asyncio
async def test_promise_15_without_the_key_nothing_opens_and_neighbours_stay(app, house, clock) -> None:
    await whole_life(house, app, clock)
    patient_id, clinic_id = await house.db.read(_who)
    before = await _name(house, clinic_id, patient_id)
    await house.keys.destroy(patient_id)
    assert before == CANARIES["name"]
    assert await _name(house, clinic_id, patient_id) is None


async def _who(db):
    from server.patients.tables import Patient

    row = (await db.execute(Patient.__table__.select().order_by(Patient.made_at))).first()
    return row.id, row.clinic_id


async def _name(house, clinic_id, patient_id) -> str | None:
    from server.patients.store import people

    found = await people(house.db, house.keys, clinic_id, [patient_id])
    return found[patient_id].name if patient_id in found else None
