"""What a clinic sets of help now: seconds of its ladder, within a range, for which a clinician is asked again."""

import re

import pytest

from server.access import Role
from server.support.forms import fields_of, parse_rules
from server.support.ladder.rules import ladder_for
from server.support.rules import Calls, Lift, Rules
from server.support.store import rules_of
from tests.server.visit.conftest import add_staff, signed_in

PATH = "/staff/clinic/support"


def seconds(rules: Rules, lift: Lift) -> list[float]:
    return [step.after.total_seconds() for step in ladder_for(lift, rules)]


def test_the_ladder_is_the_clinics_and_no_step_comes_after_the_hand_over() -> None:
    assert seconds(Rules(), Lift.NONE) == [0, 60, 180, 600]
    assert seconds(Rules(), Lift.DANGER) == [0, 30, 60, 120]
    own = Rules(calls=Calls(90, 900), in_danger=Calls(15, 20))
    assert seconds(own, Lift.UNSURE) == [0, 90, 600, 600]
    assert seconds(own, Lift.DANGER) == [0, 15, 20, 120]


@pytest.mark.parametrize(
    ("field", "typed", "wrong"),
    [
        ("again", "14", "again"), ("again", "901", "again"), ("lead", "1e2", "lead"), ("lead", "", "lead"),
        ("danger_lead", "121", "danger_lead"), ("danger_again", "-30", "danger_again"), ("again", "NaN", "again"),
        ("lead", "59", "lead"), ("danger_again", "90", "danger_lead"),
    ],
)  # fmt: skip
def test_seconds_are_whole_within_their_range_and_rise(field, typed, wrong) -> None:
    usual = fields_of(Rules()) | {"service": ""}
    found = parse_rules(usual | {field: typed}, {"": None})
    assert isinstance(found, dict)
    assert set(found) - {"service"} == {wrong}


@pytest.mark.asyncio
async def test_an_admin_sets_them_they_hold_at_once_and_await_a_clinician_again(house, on, mara, browsers) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, on.clinic.id, Role.ADMIN))
    rules = await house.db.read(lambda db: rules_of(db, on.clinic.id))
    page = (await mara.get("/staff/confirming")).text
    version = page.split('value="support"><input type="hidden" name="version" value="')[1][:64]
    await mara.post("/staff/confirming", data={"topic": "support", "version": version})
    assert "await a clinician" not in (await admin.get(PATH)).text
    typed = {name: value for name, value in fields_of(rules).items() if value}
    assert (await admin.post(PATH, data=typed | {"again": "5"})).status_code == 422
    assert (await admin.post(PATH, data=typed | {"again": "45", "danger_lead": "40"})).status_code == 303
    kept = await house.db.read(lambda db: rules_of(db, on.clinic.id))
    assert (kept.calls, kept.in_danger) == (Calls(45, 180), Calls(30, 40))
    assert "await a clinician" in (await admin.get(PATH)).text


@pytest.mark.asyncio
async def test_its_words_and_what_it_can_be_about_are_said_in_other_languages(house, on, mara, browsers) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, on.clinic.id, Role.ADMIN))
    rules = await house.db.read(lambda db: rules_of(db, on.clinic.id))
    typed = {name: value for name, value in fields_of(rules).items() if value}
    typed |= {"topics": "Sleep\nFear", "words": "We are here."}
    uneven = await admin.post(PATH, data=typed | {"topics_ar": "النوم"})
    assert uneven.status_code == 422
    said = {"topics_ar": "النوم\nالخوف", "words_ar": "نحن هنا."}
    assert (await admin.post(PATH, data=typed | said)).status_code == 303
    person = await browsers()
    page = (await person.get("/c/linden/support?lang=ar")).text
    assert "نحن هنا." in page
    assert re.search(r'value="Sleep"[^>]*><span>.{0,400}النوم</span>', page, re.S), "kept as the clinic reads it"
    assert "We are here." not in page
    english = (await person.get("/c/linden/support?lang=en")).text
    assert "We are here." in english
    assert "النوم" not in english
    kept = await house.db.read(lambda db: rules_of(db, on.clinic.id))
    assert kept.topics_in("ar", "en") == [("Sleep", "النوم"), ("Fear", "الخوف")]
    (sleep, _), _ = Rules(topics=("Sleep", "Fear"), said={"ar": {"topics": "النوم"}}).topics_in("ar", "en"), None
    assert sleep[1].lang == "en", "what is lacking stands in the clinic's own language, marked"
