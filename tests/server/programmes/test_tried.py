"""From what was tried before to a question of the clinic and to the start of a course: counted, decided by nobody."""

import json
import re

import pytest
import pytest_asyncio

from server.access import Role
from tests.server.measures.asked import answer_all, use
from tests.server.record.prompts.test_pages import has_tried, sure
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
FILES = "/staff/clinic/prompts/file"
RULE = {"words": "Discuss TMS", "trials": 2, "weeks": 6, "measure": "phq9", "above": 15, "days": 60}
TRIED = re.compile(r'name="q-[^"]*" [^>]*value="(\d+)"|value="(\d+)"[^>]* name="q-')


@pytest_asyncio.fixture
async def owner(house, linden, browsers, mara):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def test_a_rule_out_of_a_file_asks_and_the_same_trials_stand_at_the_start_of_a_course(
    house, linden, owner, course, mara, jo
) -> None:
    record = f"/staff/patients/{jo.made.card.patient_id}"
    whole = {"format": "parlour-questions", "version": 1, "questions": [RULE]}
    looked = await owner.post(FILES, files={"file": ("rules.json", json.dumps(whole).encode(), "application/json")})
    assert looked.status_code == 200, looked.status_code
    form = dict(re.findall(r'name="(seen|once)" value="([^"]*)"', looked.text))
    kept = await owner.post(f"{FILES}/take", data={**form, "text": json.dumps(whole)})
    assert kept.status_code == 303, kept.text[:300]
    await sure(house, linden)
    await use(house, linden.clinic.id, phq9="visit")
    await answer_all(house, jo.made.card, "222222220")
    await has_tried(house, linden, jo, "Sertraline", "Sertralin 50 mg")
    assert "Discuss TMS" not in (await mara.get(f"{record}/record")).text, "one medicine twice is one trial"
    await has_tried(house, linden, jo, "Citalopram")
    page = (await mara.get(f"{record}/record")).text
    assert "Discuss TMS" in page
    assert "PHQ-9: 16" in page
    step = (await mara.get(f"{course.base}/steps/trials/0/0")).text
    assert "Citalopram" in step
    assert "2" in {one or other for one, other in TRIED.findall(step)}
    medicines = (await mara.get(f"{record}/medicines")).text
    assert all(name in medicines for name in ("Sertraline", "Citalopram")), "and what the measure came to meanwhile"
