"""Who is told how much of a session's time is left: its therapist always, its patient where the clinic wants it."""

import pytest

from server.access import Role
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.visit.conftest import Browser, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio
ENDS = 'data-ends="2026-03-09T14:50:00+00:00"'


async def test_the_therapist_reads_it_and_the_patient_where_the_clinic_wants_it(
    jo: Jo, mara: Browser, house: House, linden: Linden, browsers: Browsers
) -> None:
    await jo.arrive()
    assert f'{ENDS} data-left="10 5"' in (await mara.get(jo.staff_url)).text
    assert "data-ends" not in await jo.page()
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    kept = await admin.post("/staff/clinic/time-left", data={"left_15": "yes", "left_5": "yes", "patient": "yes"})
    assert kept.status_code == 303
    assert "said 15, 5 minutes before the end" in (await admin.get("/staff/clinic")).text
    for page in (await jo.page(), (await mara.get(jo.staff_url)).text):
        assert f'{ENDS} data-left="15 5"' in page
    await admin.post("/staff/clinic/time-left", data={})
    assert f'{ENDS} data-left=""' in (await mara.get(jo.staff_url)).text, "the end itself is still said"
    assert "data-ends" not in await jo.page()
