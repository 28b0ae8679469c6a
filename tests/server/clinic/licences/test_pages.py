"""The list of licences: one's own for therapists, everybody's for admins, nobody's for the front desk."""

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic.licences import store
from tests.server.clinic.made import let_in, make_staff

pytestmark = pytest.mark.asyncio

TEXAS = {"country": "US", "region": "US-TX", "kind": "Psychologist", "number": "TX 4411", "expires": "2026-03-31"}


async def licences(house, card):
    clinic_id = next(iter(await house.db.read(lambda db: db.scalars(select(AuditEntry.clinic_id)))), None)
    return (await house.db.read(lambda db: store.licences_of(db, clinic_id, [card.staff_id])))[card.staff_id]


async def audited(house) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action).order_by(AuditEntry.at))))


async def test_a_therapist_is_led_to_their_own_list_and_keeps_it(client, house, mara, samir) -> None:
    await let_in(client, house, mara.staff_id)
    assert (await client.get("/staff/clinic/licences")).headers["location"] == "/staff/clinic/licences/mara"
    assert "Nothing is kept yet" in (await client.get("/staff/clinic/licences/mara")).text
    assert (await client.post("/staff/clinic/licences/mara", data=TEXAS)).status_code == 303
    page = (await client.get("/staff/clinic/licences/mara?notice=kept")).text
    assert "Texas, United States" in page
    assert "Ends soon: its last day is 31 March 2026." in page
    (one,) = await licences(house, mara)
    for _ in range(2):
        assert (await client.post(f"/staff/clinic/licences/mara/{one.id}/drop")).status_code == 303
    assert await licences(house, mara) == ()
    assert await audited(house) == ["licence.added", "licence.dropped"]


async def test_what_does_not_stand_comes_back_as_typed(client, house, mara) -> None:
    await let_in(client, house, mara.staff_id)
    answer = await client.post("/staff/clinic/licences/mara", data=TEXAS | {"kind": "", "expires": "never"})
    assert answer.status_code == 422
    assert 'value="TX 4411"' in answer.text
    assert "A day is written like" in answer.text
    assert await audited(house) == []


async def test_a_colleagues_list_is_not_there(client, house, mara, samir) -> None:
    await let_in(client, house, mara.staff_id)
    assert (await client.get("/staff/clinic/licences/samir")).status_code == 404
    assert (await client.post("/staff/clinic/licences/samir", data=TEXAS)).status_code == 404
    assert await audited(house) == []


async def test_the_front_desk_reads_no_list(client, house, clinic, mara) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Dana", Role.FRONT_DESK))
    for path in ("/staff/clinic/licences", "/staff/clinic/licences/mara"):
        assert (await client.get(path)).status_code == 403


async def test_an_admin_looks_after_everybodys(client, house, clinic, mara, samir) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    await client.post("/staff/clinic/licences/samir", data=TEXAS | {"expires": "2026-03-08"})
    page = (await client.get("/staff/clinic/licences")).text
    assert "Mara" in page
    assert "nothing kept yet" in page
    assert "Texas, United States" in page
    assert "Ended on 8 March 2026." in (await client.get("/staff/clinic/licences/samir")).text
