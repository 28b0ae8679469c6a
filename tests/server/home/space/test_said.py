"""What somebody said before a meeting, at its door, when they asked for help, and after a meditation goes along with
their record, for themselves alone.
"""

import re
from datetime import timedelta

import pytest

from tests.server.booking.intake.asked import AGREES, NAME, SLEEP, STORY, ask
from tests.server.calm.meditation.test_forms import sat
from tests.server.home.space.test_printed import words
from tests.server.home.space.ways import come_in, handed_over
from tests.server.support.conftest import enter, switch_on
from tests.server.visit.conftest import START, booked_this_morning, signed_in, with_link

pytestmark = pytest.mark.asyncio
KIM = "kim@example.org"
THEIRS = ("Since the flood.", "Badly", "I lie awake.", "Beech Road 9", "Danube Quay 4")


async def test_what_they_said_goes_along_with_their_record_and_with_nobody_elses(
    house, linden, jo, mara, clock, browsers
) -> None:
    await ask(house, linden.clinic.id, linden.session.id)
    await switch_on(house, linden)
    words_of = {"name": "Kim Berg", "mail": KIM, "reason": "I lie awake."}
    made = await booked_this_morning(house, linden, clock, START + timedelta(hours=1), **words_of)
    kim, whose = await with_link(made, await browsers()), made.card.patient_id
    seen = re.search(r'name="seen" value="(\d+)"', (await kim.browser.get(f"{kim.url}/questions")).text)[1]
    said = {NAME.id: "Kim", SLEEP.id: "Badly", STORY.id: "Since the flood.", AGREES.id: "yes"}
    assert (await kim.browser.post(f"{kim.url}/questions", data={"seen": seen, **said})).status_code == 303
    phone, own = await browsers(), f"/me/record/{whose}"
    await come_in(house, phone, await handed_over(mara, whose), KIM, own="yes")
    rated = sat(calm_before=3, calm_after=7, mood_before=4, mood_after=5)
    assert (await phone.post("/me/calm/sat", data=rated)).status_code == 204
    assert (await enter(phone, name="Kim", place="Danube Quay 4", safe="unsure")).status_code == 303
    clock.now = START + timedelta(minutes=55)
    assert (await kim.arrive(place="Beech Road 9")).status_code == 303
    await signed_in(house, mara, linden.mara.staff_id)
    assert (await mara.post(f"{kim.staff_url}/admit", data={})).status_code == 303
    assert (await mara.post(f"{kim.staff_url}/note", data={"text": "A hunch.", "version": "0"})).status_code == 303
    taken = {way: await phone.get(f"{own}/{way}") for way in ("json", "fhir", "pdf")}
    paper = words(taken["pdf"].content)
    for way, text in (("json", taken["json"].text), ("fhir", taken["fhir"].text), ("pdf", paper)):
        for theirs in THEIRS:
            assert theirs in text, (way, theirs)
        assert "A hunch." not in text
    assert "Calm 3 before, 7 after, Mood 4 before, 5 after" in paper
    plain = taken["json"].json()
    ratings = ("calm_before", "calm_after", "mood_before", "mood_after")
    assert [plain["practice"][0][each] for each in ratings] == [3, 7, 4, 5]
    assert plain["visits"][0]["began_at"], "the visit began"
    assert plain["help_now"][0]["safe"] == "unsure"
    found = [one["resource"] for one in taken["fhir"].json()["entry"]]
    kinds = {one["resourceType"] for one in found}
    assert {"Appointment", "Consent", "Encounter", "QuestionnaireResponse"} <= kinds
    (practised,) = [one for one in found if "component" in one]
    assert [one["valueInteger"] for one in practised["component"]] == [3, 7, 4, 5]
    for way in ("json", "fhir"):
        staff = (await mara.get(f"/staff/patients/{whose}/record/{way}")).text
        assert not [one for one in THEIRS if one in staff], "through staff goes what is of the record"
    assert not [one for one in THEIRS if one in (await phone.get(f"/me/record/{jo.made.card.patient_id}/json")).text]
