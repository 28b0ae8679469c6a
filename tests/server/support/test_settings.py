"""What a clinic sets of help now: seconds of its ladder, within a range, for which a clinician is asked again."""

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
