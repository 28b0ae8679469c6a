"""What a TMS session is set to: its strength in a ramp, its trains, by which equipment; what fields begin with."""

import re
from uuid import UUID

import pytest

from server.measures.results import results_of
from server.programmes.catalogue import shipped
from server.programmes.outcome import totals_of
from server.programmes.presets.catalogue import shipped as presets
from server.programmes.questions import Target, Verdict, aimed, found_in, told
from server.safety.alerts import store as alerts
from tests.server.programmes.courses import MONDAY
from tests.server.visit.conftest import signed_in

BOTH = ("tms", "tms-accelerated")
LOOKED_AT = "Something in it is to be looked at."
WORKED = Target("56", "47 × 120 %", MONDAY, "100", "47")


def output(programme: str):
    (one,) = [each for each in shipped()[programme].treatment.questions if each.id == "output"]
    return aimed(one, WORKED, {"device_most": "100"})


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize(
    ("strength", "written", "verdict"),
    [
        ("120", "56", Verdict.CLEAR), ("80", "38", Verdict.CLEAR), ("80", "40", Verdict.CLEAR),
        ("80", "41", Verdict.REVIEW), ("80", "56", Verdict.REVIEW), ("100", "47", Verdict.CLEAR),
    ],
)  # fmt: skip
def test_in_a_ramp_the_output_stands_beside_the_strength_of_that_session(programme, strength, written, verdict) -> None:
    answers = {"strength": strength, "output": written}
    assert found_in([output(programme)], answers).verdict is verdict
    shown = told(output(programme), answers).target
    assert shown
    assert shown.worked == f"47 × {strength} %"


@pytest.mark.parametrize("programme", BOTH)
def test_the_pulses_are_multiplied_out_of_the_trains_that_were_given(programme: str) -> None:
    (one,) = [each for each in shipped()[programme].by_id["after"].questions if each.id == "pulses"]
    theta = {"frequency": "5", "burst": "3", "train": "2", "trains": "20"}
    assert told(one, {**theta, "pulses": "600"}).sum == ("5 × 3 × 2 × 20", "600")
    assert told(one, theta).strays("599")
    assert not told(one, theta).strays("600")
    assert told(one, {"frequency": "5"}).sum is None, "what is not known is not worked out"


def test_a_preset_of_one_part_plans_its_trains_and_one_of_two_parts_does_not() -> None:
    known = {one.id: one.planned for one in presets()}
    assert {name: span[0] for name, span in known["itbs_600"].items() if name not in ("pulses", "intensity")} == {
        "frequency": 5, "burst": 3, "train": 2, "pause": 8, "trains": 20,
    }  # fmt: skip
    assert {"frequency", "train"}.isdisjoint(known["bilateral"])
    assert {"train", "pause", "trains"}.isdisjoint(known["lf_1hz_right"])


def begins(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="q-{name}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


@pytest.mark.asyncio
async def test_fields_begin_with_the_preset_and_with_the_last_session(house, linden, course, clock) -> None:
    await course.is_ready()
    form = f"{course.base}/steps/{{}}/{{}}/0"
    page = (await course.browser.get(form.format("threshold", 1))).text
    assert (begins(page, "intensity"), begins(page, "threshold")) == ("120", "")
    await course.writes("threshold", 1, device_most="100", threshold="47", intensity="120")
    await course.writes("today", 1)
    assert begins((await course.browser.get(form.format("treatment", 1))).text, "strength") == "120"
    await course.writes("treatment", 1, strength="80", output="38", device="Stimulator 2 (8812)", site="Left, 45")
    page = (await course.browser.get(form.format("after", 1))).text
    settings = [begins(page, name) for name in ("frequency", "burst", "train", "pause")]
    assert settings == ["10", "1", "4", "11"]
    assert [begins(page, name) for name in ("pulses", "trains", "pain")] == ["", "", ""], "what was given is typed"
    await course.writes("after", 1, frequency="10", burst="1", train="4", pause="11", trains="70", pulses="3000")
    page = await course.page()
    assert "10 × 1 × 4 × 70 = 2800" in page
    assert "47 × 80 % = 38" in page
    clock.forward(hours=17)
    await signed_in(house, course.browser, linden.mara.staff_id)
    await course.writes("today", 2, coil="no")
    page = (await course.browser.get(form.format("treatment", 2))).text
    assert [begins(page, name) for name in ("strength", "device", "site")] == ["80", "Stimulator 2 (8812)", "Left, 45"]
    assert begins(page, "output") == ""


@pytest.mark.asyncio
async def test_a_wrong_form_comes_back_as_it_was_sent(course) -> None:
    await course.is_ready()
    answer = await course.writes("threshold", 1, intensity="", coil="")
    assert answer.status_code == 422
    assert begins(answer.text, "intensity") == ""


@pytest.mark.asyncio
async def test_the_audit_c_that_was_answered_begins_the_field_of_the_screening(house, course) -> None:
    page = (await course.browser.get(f"{course.base}/steps/screening/0/0")).text
    assert begins(page, "auditc") == ""
    high = shipped()["tms"].by_id["screening"].questions
    found = found_in(high, {"auditc": "8"})
    assert (found.verdict, found.questions) == (Verdict.REVIEW, ("auditc",))
    assert found_in(high, {"auditc": "7"}).verdict is Verdict.CLEAR


@pytest.mark.asyncio
async def test_what_is_to_be_looked_at_is_said_as_soon_as_it_is_kept(course) -> None:
    await course.is_ready()
    await course.writes("threshold", 1)
    clear = await course.writes("today", 1)
    assert LOOKED_AT not in (await course.browser.get(clear.headers["location"])).text
    answer = await course.writes("treatment", 1, output="75")
    page = (await course.browser.get(answer.headers["location"])).text
    assert LOOKED_AT in page
    assert re.search(r"more than the device gives\.[^.]* <b>\D*75", page)
    for nothing in ("treatment", "treatment.1.x", "treatment.99999999.0", "treatment.2.0", "other.1.0", "a.b.c.d"):
        page = (await course.browser.get(f"{course.base}?of={nothing}&notice=kept")).text
        assert LOOKED_AT not in page, nothing


@pytest.mark.asyncio
async def test_thoughts_of_death_before_a_session_call_people_and_lead_to_the_safety_plan(
    house, linden, course
) -> None:
    await course.is_ready()
    answer = await course.writes("today", 1, safety="unknown")
    assert answer.headers["location"].endswith("notice=kept"), "it stops, and calls nobody"
    answer = await course.writes("today", 1, 1, safety="yes")
    assert answer.headers["location"].endswith("notice=danger")
    page = (await course.browser.get(answer.headers["location"])).text
    patient = course.base.split("/")[-3]
    assert f'href="/staff/patients/{patient}/plan"' in page
    assert "Stay with them." in page
    entries = [UUID(course.last["once"])]
    (call,) = await house.db.read(lambda db: alerts.of_subjects(db, "reading", entries))
    assert call.closed_at is None


@pytest.mark.asyncio
async def test_a_course_is_looked_at_again_after_an_answer_to_question_nine(house, linden, course) -> None:
    await course.is_measured(1)
    patient_id = course.base.split("/")[-3]
    results = await results_of(house, linden.clinic.id, UUID(patient_id))
    totals = totals_of(shipped()["tms"], results)
    assert [value for _, value in totals["phq9.phq9_9"]] == [1]
    assert "The last answer to question 9 of the PHQ-9" in await course.page()


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize(
    ("step", "answers", "adverse"),
    [
        ("after", {"headache": "6"}, False), ("after", {"headache": "7"}, True), ("after", {"neck": "8"}, True),
        ("after", {"skin": "yes"}, True), ("after", {"skin": "unknown"}, False), ("after", {"ended": "effect"}, True),
        ("after", {"ended": "device"}, False), ("after", {"serious": "yes"}, True), ("today", {"mania": "yes"}, True),
        ("today", {"safety": "yes"}, False), ("incident", {"what": "seizure"}, True),
        ("incident", {"what": "mistake"}, False), ("incident", {"what": "none"}, False),
    ],
)  # fmt: skip
def test_what_reports_count_as_an_adverse_event(programme, step, answers, adverse) -> None:
    assert shipped()[programme].by_id[step].is_adverse(answers) is adverse
