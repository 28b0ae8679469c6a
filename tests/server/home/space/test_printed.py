"""A patient's whole export on paper, read back by another library: all that is theirs, and nothing that is private."""

import io
import re
import unicodedata
from uuid import uuid4

import pypdf
import pytest

from server.home.record.printed import Sheet, parts_beside
from server.moments import Speaker
from server.record.own import own_record, paper_of
from tests.server.home.space.ways import come_in, handed_over
from tests.server.programmes.conftest import begun, give
from tests.server.visit.test_record import begin, record_of, save

pytestmark = pytest.mark.asyncio
JO, ARABIC = "jo.almeida@example.org", "أنام أفضل منذ أسبوع"


def words(body: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages))


async def test_everything_that_is_theirs_is_on_paper_with_a_calm_first_page(house, linden, jo, mara, browsers) -> None:
    phone, own = await browsers(), f"/me/record/{jo.made.card.patient_id}"
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    private = await begin(mara, jo, format="free", kind="psychotherapy")
    await save(mara, private, "text", "A hunch.")
    await mara.post(f"{private}/sign", data={})
    lab = {"file": ("lab.txt", b"ok", "text/plain")}
    await mara.post(f"{record_of(jo)}/documents", data={"once": str(uuid4())}, files=lab)
    mood = {"id": str(uuid4()), "mood": "4", "tag": "outdoors", "note": f"Rain <b>here</b>. {ARABIC}", "share": "me"}
    await phone.post("/me/mood", data=mood)
    thought = {"id": str(uuid4()), "form": "short", "situation": "The meeting on Monday", "share": "all"}
    await phone.post("/me/tools/thought", data=thought)
    sat = {"id": str(uuid4()), "exercise": "resonance-4-6", "seconds": "300", "times": "30", "ago": "60"}
    await phone.post("/me/calm", data=sat)
    await give(house, linden.clinic.id, "esketamine")
    course = await begun(mara, jo.made.card.patient_id, "esketamine")
    assert (await course.writes("facts", weight="70")).status_code == 303
    for _ in range(3):
        assert (await mara.get(record_of(jo))).status_code == 200
    answer = await phone.get(f"{own}/pdf")
    said = words(answer.content)
    for theirs in (
        "What is inside", "lab.txt", "outdoors", "Rain <b>here</b>.", "only you", "The meeting on Monday",
        "your therapist too", "Longer out than in", "5 min", "Session 1", "What was measured", "Weight 70 kg",
    ):  # fmt: skip
        assert theirs in said, theirs
    assert "Mara Lind, name, contacts and bookings (3)" in said
    looked = (await phone.get(f"{own}/json")).json()["who_looked"]
    assert ("Mara Lind", "patient.seen", 3) in [(one["who"], one["what"], one["times"]) for one in looked]
    assert "A hunch." not in said
    first = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    for part in ("Documents", "Courses", "Thought record", "Quiet moments", "Who looked"):
        assert part in first, "the first page says what is inside"
    assert "Rain" not in first, "and nothing of it"
    say = Speaker(linden.clinic.zone, "ar")
    whole = await own_record(house, linden.clinic.id, "Linden", jo.made.card.patient_id, own=True)
    more = await parts_beside(house, linden.clinic, jo.made.card.patient_id, say, own=True)
    arabic = words(await paper_of(whole, say, more))
    seen = {one for one in unicodedata.normalize("NFKC", arabic) if one.isalpha()}
    assert set("ما تم قياسه ماذا في الداخل") - {" "} <= seen, "in their own language"
    assert "The meeting on Monday" in arabic
    assert "Mood 4" not in arabic


async def test_who_acts_for_them_gets_nothing_that_they_write_for_themselves(house, linden, jo) -> None:
    say = Speaker(linden.clinic.zone, "en")
    titles = [title for title, _ in await parts_beside(house, linden.clinic, jo.made.card.patient_id, say, own=False)]
    assert titles == ["Letters", "Documents", "Courses", "Who looked"]
    assert "writes for themselves is not in this file" in Sheet(say, own=False).beside()
    sheet = Sheet(say, own=False)
    thread = {
        "with": "", "closed_at": None,
        "letters": [{"by": "patient", "name": "", "sent_at": "2026-03-12T08:00:00+00:00", "text": "Hello.",
                     "files": [{"name": "x.pdf"}]}],
    }  # fmt: skip
    told = sheet.thread(thread)
    assert told["head"] == "The front desk"
    assert told["texts"][0][0].startswith("The patient, ")
    assert told["texts"][0][1] == "Hello.\nWith a file: x.pdf"
