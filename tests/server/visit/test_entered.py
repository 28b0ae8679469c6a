"""A result that a therapist enters where the patient was asked it meanwhile: refused, and as loud as any."""

import pytest
from sqlalchemy import select

from server.house import House
from server.measures.tables import MeasureFlag
from server.safety.alerts.tables import Alert
from tests.server.booking.linden import Linden
from tests.server.measures.asked import use
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio
ENTERED = {"seen": "0", "a-cssrs_q1": "1", "a-cssrs_q2": "1", "a-cssrs_q4": "1", "a-cssrs_q6": "0"}


async def test_what_the_patient_was_asked_meanwhile_is_refused_and_its_danger_calls(
    jo: Jo, linden: Linden, house: House, mara: Browser
) -> None:
    await use(house, linden.clinic.id, cssrs="visit")
    assert (await mara.post(f"{jo.staff_url}/measures/ask", data={"key": "cssrs"})).status_code == 303
    entered = await mara.post(f"{jo.staff_url}/measures/entered/cssrs", data=ENTERED)
    assert entered.status_code == 409
    flags = list(await house.db.read(lambda db: db.scalars(select(MeasureFlag.item))))
    calling = select(Alert.kind).where(Alert.closed_at.is_(None))
    alerts = list(await house.db.read(lambda db: db.scalars(calling)))
    assert (sorted(flags), alerts) == (["cssrs_q1", "cssrs_q2", "cssrs_q4"], ["urgent"])
    assert "needs you at once" in (await mara.get("/staff")).text


async def test_what_nobody_enters_is_not_there(jo: Jo, mara: Browser) -> None:
    assert (await mara.post(f"{jo.staff_url}/measures/entered/phq9", data={"seen": "0"})).status_code == 404
