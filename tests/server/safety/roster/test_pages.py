"""The page of the roster: kept and taken out by front desk and admin, shown to nobody else."""

import re

import pytest
from sqlalchemy import select

from server.access import Role
from server.accounts.store import join
from server.audit.tables import AuditEntry
from server.clinic.store import clinic_of
from server.house import House
from server.safety.roster.rules import on_call
from server.safety.roster.store import roster_of
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import Browser, Browsers, add_staff, browsers, jo, linden, mara, signed_in  # noqa: F401

pytestmark = pytest.mark.asyncio
NIGHTS = {"days": "every", "from": "18:00", "until": "08:00"}


async def called(house: House, linden: Linden):  # noqa: F811
    async def work(db):
        clinic = await clinic_of(db, linden.clinic.id)
        return on_call(await roster_of(db, clinic), house.clock())

    return await house.db.read(work)


async def test_the_desk_puts_somebody_on_call_each_night_and_takes_a_date_out(
    house: House,
    linden: Linden,  # noqa: F811
    browsers: Browsers,  # noqa: F811
    mara: Browser,  # noqa: F811
    clock: Clock,
) -> None:
    dana = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    desk = await signed_in(house, await browsers(), dana)
    assert (await mara.get("/staff/roster")).status_code == 403
    assert "Nobody is on call now" in (await desk.get("/staff/roster")).text
    who = str(linden.mara.staff_id)
    await house.db.unit(lambda db: join(db, linden.mara.staff_id, house.clock()))
    for _ in range(2):  # sent twice it stands once
        assert (await desk.post("/staff/roster", data={**NIGHTS, "who": who})).status_code == 303
    clock.forward(hours=5)  # 19:50 in Berlin
    await signed_in(house, desk, dana)
    assert await called(house, linden) == (linden.mara.staff_id,)
    page = (await desk.get("/staff/roster")).text
    assert page.count("18:00 until 8:00 the next day, ") == 7
    assert re.search(r"Mara .* is on call until Tuesday 10 March, 8:00", page)
    assert (await desk.post("/staff/roster/dates", data={"day": "2026-03-09", "date_who": "nobody"})).status_code == 303
    assert await called(house, linden) == ()
    rows = re.findall(r'action="(/staff/roster/[0-9a-f-]+/drop)"', (await desk.get("/staff/roster")).text)
    assert len(rows) == 8
    assert (await desk.post(rows[-1])).status_code == 303
    assert (await desk.post(rows[-1])).status_code == 404
    assert await called(house, linden) == (linden.mara.staff_id,)
    assert (await desk.post("/staff/roster", data={**NIGHTS, "who": "x"})).status_code == 422
    actions = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert [one for one in actions if one.startswith("roster")] == ["roster.added"] * 3 + ["roster.dropped"]
