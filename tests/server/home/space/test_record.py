"""A patient reads what is theirs, sees who looked, and takes it along; what is private never comes with it."""

from uuid import uuid4

import pytest

from tests.server.booking.linden import THURSDAY, booked
from tests.server.home.space.ways import come_in, handed_over
from tests.server.visit.test_record import begin, record_of, save

pytestmark = pytest.mark.asyncio
JO = "jo.almeida@example.org"


async def test_a_patient_reads_what_is_signed_and_takes_it_along(house, linden, jo, mara, browsers) -> None:
    for kind, words, signs in (
        ("record", "Signed words.", True),
        ("record", "Draft.", False),
        ("psychotherapy", "Hunch.", True),
    ):
        place = await begin(mara, jo, format="free", kind=kind)
        await save(mara, place, "text", words)
        if signs:
            await mara.post(f"{place}/sign", data={})
    await mara.post(f"{jo.staff_url}/note", data={"text": "Beside the call.", "version": "0"})
    medicine = {"once": str(uuid4()), "name": "Sertraline", "dose": "50", "going": "yes"}
    await mara.post(f"{record_of(jo)}/care/medicine", data=medicine)
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO)
    own = f"/me/record/{jo.made.card.patient_id}"
    assert f'href="{own}"' in (await phone.get("/me")).text
    answers = [await phone.get(f"{own}{way}") for way in ("", "/json", "/fhir")]
    for answer in answers:
        assert answer.status_code == 200
        for words in ("Signed words.", "Sertraline"):
            assert words in answer.text
        for words in ("Draft.", "Hunch.", "Beside the call."):
            assert words not in answer.text
    assert "Mara Lind" in answers[0].text, "who looked"
    letter = {"file": ("results.txt", b"All is well.", "text/plain")}
    brought = await mara.post(f"{record_of(jo)}/documents", data={"once": (paper := str(uuid4()))}, files=letter)
    assert brought.status_code == 303
    assert "results.txt" in (await phone.get(own)).text
    assert (await phone.get(f"{own}/json")).json()["documents"][0]["name"] == "results.txt"
    taken = await phone.get(f"{own}/documents/{paper}")
    assert (taken.content, taken.headers["content-disposition"]) == (
        b"All is well.",
        "attachment; filename*=UTF-8''results.txt",
    )
    await mara.post(f"{record_of(jo)}/documents/{paper}/throw-away")
    assert (await phone.get(f"{own}/documents/{paper}")).status_code == 404
    other = await booked(house, linden, THURSDAY, name="Kim Berg", mail="kim@example.org")
    for path in (f"/me/record/{other.card.patient_id}", f"{own}/docx", "/me/record/x"):
        assert (await phone.get(path)).status_code == 404
    assert (await jo.browser.get(own)).status_code == 303, "the link of a booking never opens it"


async def test_journals_and_practice_go_along_for_themselves_as_fhir_and_plain(
    house, linden, jo, mara, browsers
) -> None:
    phone, own = await browsers(), f"/me/record/{jo.made.card.patient_id}"
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO)
    await phone.post("/me/mood", data={"id": str(uuid4()), "mood": "4", "note": "Rain on the roof.", "share": "me"})
    thought = {"id": str(uuid4()), "form": "short", "situation": "The meeting on Monday", "share": "me"}
    await phone.post("/me/tools/thought", data=thought)
    sat = {"id": str(uuid4()), "exercise": "resonance-4-6", "seconds": "300", "times": "30", "ago": "60"}
    await phone.post("/me/calm", data=sat)
    taken = (await phone.get(f"{own}/fhir")).json()["entry"]
    kinds = [one["resource"]["resourceType"] for one in taken]
    assert (kinds.count("QuestionnaireResponse"), kinds.count("Observation")) == (2, 2)
    plain = (await phone.get(f"{own}/json")).json()
    assert (plain["practice"][0]["seconds"], plain["courses"]) == (300, [])
    for words in ("Rain on the roof.", "The meeting on Monday"):
        assert words in (await phone.get(f"{own}/fhir")).text
        assert words in (await phone.get(f"{own}/json")).text
        assert words not in (await mara.get(f"{record_of(jo)}/fhir")).text, "never through staff"
