"""The service level: everybody in one cell, shares that rise, and a page that tells nothing of a few."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from server.access import Role
from server.support.service_level import Came, Met, level, met
from server.support.tables import SupportAsk
from tests.server.support.conftest import asks, waiting
from tests.server.support.simulated import simulate
from tests.server.visit.conftest import add_staff, signed_in

NINE = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "kind"),
    [(0, Met.TWO), (2, Met.TWO), (2.1, Met.FIVE), (10, Met.TEN), (30, Met.THIRTY), (31, Met.LATER), (None, Met.NEVER)],
)
def test_how_soon(minutes: float | None, kind: Met) -> None:
    assert met(Came(NINE, None if minutes is None else NINE + timedelta(minutes=minutes))) is kind


def test_of_a_simulated_month() -> None:
    month = simulate(1, 12.0)
    found = level([Came(one.waiter.asked_at, one.calls[0].taken_at) for one in month.people])
    assert found.came == len(month.people)
    shares = [found.within(place) or 0 for place in range(4)]
    assert shares == sorted(shares)
    assert shares[2] == month.within(10)
    assert level([]).within(0) is None


@pytest.mark.asyncio
async def test_a_clinic_reads_it_without_anybody_and_only_its_admin(house, on, mara, browsers, clock) -> None:
    admin_id, path = await add_staff(house, on.clinic.id, Role.ADMIN), "/staff/clinic/support/report"
    for number in range(4):
        await waiting(browsers, name=f"Robin {number}")
    admin = await signed_in(house, await browsers(), admin_id)
    for asked in (path, f"{path}?from=2026-03-01"):
        assert "Nobody asked for help in February 2026" in (await admin.get(asked)).text
    assert (await mara.get(path)).status_code == 403
    clock.now = datetime(2026, 4, 1, 21, 59, tzinfo=UTC)  # the last minute of the first day after it
    admin = await signed_in(house, await browsers(), admin_id)
    assert "Nobody asked for help in February 2026" in (await admin.get(path)).text
    clock.now += timedelta(minutes=2)
    for asked in (path, f"{path}?from=2026-04-01"):
        assert "Too few people to show asked for help in March 2026" in (await admin.get(asked)).text

    async def more(db) -> None:
        row = (await db.get(SupportAsk, (await asks(house))[0].id)).__dict__
        plain = {key: value for key, value in row.items() if key in SupportAsk.__table__.columns}
        for number in range(12):
            new = {"id": SupportAsk.__table__.c.id.type.python_type(int=number + 1), "token_hash": bytes([number]) * 32}
            taken = plain["asked_at"] + timedelta(minutes=1 + number // 6 * 8)
            db.add(SupportAsk(**{**plain, **new, "open_of": None, "state": "ended", "first_taken_at": taken}))

    await house.db.unit(more)
    page = (await admin.get(path)).text
    cells = re.findall(r'<td class="number" data-name="People">(?:<span[^>]*>)?(\w+)', page)
    assert cells[-1] == "16"
    assert cells.count("hidden") == 2, "four who wait still, and one beside them"
    assert "Robin" not in page
