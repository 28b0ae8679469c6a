"""A medicine between two totals stands in the line and the table of who treats somebody, and on their own page."""

import re
from uuid import uuid4

import pytest

from server.record.care.keeping import Writing, write
from server.record.care.rules import Kind, Medicine, Spell
from tests.server.booking.linden import THURSDAY
from tests.server.home.me.test_home import again, at_home
from tests.server.measures.asked import answer_all, use
from tests.server.visit.conftest import browsers, desk, jo, linden, mara, samir, signed_in

__all__ = ["browsers", "desk", "jo", "linden", "mara", "samir"]

pytestmark = pytest.mark.asyncio
ROW = re.compile(r"<tr><th scope=\"row\">([^<]*?)\s*</th>.*?<td>([^<]*(?:<bdi>[^<]*</bdi>[^<]*)?)</td></tr>")


async def test_what_began_between_two_totals_is_marked_where_they_are_drawn(
    house, linden, clock, jo, mara, browsers
) -> None:
    patient_id = jo.made.card.patient_id
    await use(house, linden.clinic.id, phq9="visit")
    other = await again(house, linden, jo, THURSDAY)
    await answer_all(house, jo.made.card, "2222222200")
    phone = await at_home(house, mara, jo, browsers)
    for name, since in (("Sertraline", "2026-03-11"), ("Lithium", "2026-01-02"), ("Quetiapine", "2025")):
        writing = Writing(uuid4(), Kind.MEDICINE, Medicine(name, 50, spell=Spell(since, going=True)))
        await write(house, linden.clinic.id, patient_id, writing, linden.mara.staff_id, house.clock())
    clock.now = THURSDAY.replace(hour=8)
    await answer_all(house, other.card, "1111111000")
    await signed_in(house, mara, linden.mara.staff_id)
    staff = (await mara.get(f"/staff/patients/{patient_id}/measures")).text
    beside = (await mara.get(f"{jo.staff_url}/measures")).text
    own = (await phone.get("/me/progress")).text
    for page in (staff, beside, own):
        assert re.search(r'<svg class="trend-labels".*?<text [^>]*>1</text></svg>', page)
        assert "<li><bdi>Sertraline</bdi>: begun, 11 March 2026</li>" in page
        assert "Lithium" not in page, "it began long before the first total"
        assert "Quetiapine" not in page, "nobody knows the day"
    for page in (staff, own):
        assert [(day, words) for day, words in ROW.findall(page)] == [
            ("12 March 2026", "Answered"),
            ("12 March 2026", "Session"),
            ("11 March 2026", "1. <bdi>Sertraline</bdi>: begun"),
            ("9 March 2026", "Session"),
            ("9 March 2026", "Answered"),
        ]
