"""What spoke of danger goes along with a record, with who saw it: for who treats them and for themselves, and not for
who acts for them.
"""

import io

import pypdf
import pytest

from server.record.own import bundle_file_of, file_of, own_record
from tests.server.home.space.ways import come_in, handed_over
from tests.server.measures.asked import use
from tests.server.visit.conftest import browsers, desk, jo, linden, mara, samir
from tests.server.visit.test_measures import flags_on, tap

__all__ = ["browsers", "desk", "jo", "linden", "mara", "samir"]

pytestmark = pytest.mark.asyncio
MAIL, FIRST = "jo.almeida@example.org", "Nearly every day"


async def test_an_answer_that_was_changed_goes_along_with_who_saw_it(house, linden, jo, mara, browsers) -> None:
    await use(house, linden.clinic.id, phq9="visit")
    patient = jo.made.card.patient_id
    await tap(jo, "phq9_9", 3)
    record = f"/staff/patients/{patient}/record"
    (measure,) = (await mara.get(f"{record}/json")).json()["measures"]
    assert measure["spoke_of_danger"]["seen_at"] is None
    await tap(jo, "phq9_9", 0, 2)
    await mara.post(f"{jo.staff_url}/measures/saw", data=flags_on((await mara.get(jo.staff_url)).text))
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, patient), MAIL, own="yes")
    for who, at in ((mara, record), (phone, f"/me/record/{patient}")):
        (measure,) = (await who.get(f"{at}/json")).json()["measures"]
        told = measure["spoke_of_danger"]
        assert told["seen_by"] == "Mara Lind"
        assert told["seen_at"]
        said = [(one["question"], one["words"], one["danger"]) for one in told["answers"]]
        assert said == [(9, FIRST, True), (9, "Not at all", False)]
        found = [one["resource"] for one in (await who.get(f"{at}/fhir")).json()["entry"]]
        (kept,) = [one for one in found if one.get("valueString") == FIRST]
        assert kept["code"]["text"] == "PHQ-9, question 9: answer that spoke of danger"
        assert kept["note"][0]["text"].startswith("Seen by Mara Lind, ")
        pages = pypdf.PdfReader(io.BytesIO((await who.get(f"{at}/pdf")).content)).pages
        paper = " ".join(" ".join(page.extract_text() for page in pages).split())
        for words in ("Answers that can mean danger", "Seen by Mara Lind", FIRST, "what was said before stands"):
            assert words in paper, words


async def test_who_acts_for_them_takes_no_answer_along_that_was_changed(house, linden, jo) -> None:
    await use(house, linden.clinic.id, phq9="visit")
    await tap(jo, "phq9_9", 3)
    await tap(jo, "phq9_9", 0, 2)
    for own in (True, False):
        whole = await own_record(house, linden.clinic.id, "Linden", jo.made.card.patient_id, own=own)
        assert whole
        for body in (await file_of(whole), await bundle_file_of(whole)):
            assert (FIRST in body.decode()) is own
