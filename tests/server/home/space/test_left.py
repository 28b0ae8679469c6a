"""Somebody left at once and wants nothing to stay: whoever sits there next is not let in."""

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.patients.space.door import LEFT, SHARED
from tests.server.home.space.ways import come_in, handed_over
from tests.server.letters.conftest import MAIL

pytestmark = pytest.mark.asyncio


async def test_the_next_request_ends_the_login_and_coming_in_again_begins_anew(house, jo, mara, browsers) -> None:
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), MAIL, own="yes")
    assert "data-unsent" in (await own.get("/me")).text
    own.cookies.set(LEFT, "nothing", domain="testserver.local")
    for _ in range(2):
        assert (await own.get("/me/mood")).headers["location"].startswith("/me/sign-in")
    own.cookies.delete(LEFT)
    assert (await own.get("/me")).status_code == 303, "ended at the clinic, not in the browser alone"
    said = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert said.count("space.closed") == 1
    own.cookies.set(LEFT, "nothing", domain="testserver.local")
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), MAIL, own="yes")
    assert LEFT not in own.cookies
    assert (await own.get("/me")).status_code == 200


async def test_where_they_chose_nothing_a_shared_device_is_signed_out_for_good_and_their_own_is_not(
    house, jo, mara, browsers
) -> None:
    own, shared = await browsers(), await browsers()
    for browser, fields in ((own, {"own": "yes"}), (shared, {})):
        await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), MAIL, **fields)
        browser.cookies.set(LEFT, SHARED, domain="testserver.local")
    assert (await own.get("/me")).status_code == 200
    assert (await shared.get("/me/mood")).headers["location"].startswith("/me/sign-in")
    shared.cookies.delete(LEFT)
    assert (await shared.get("/me")).status_code == 303, "ended at the clinic, not in the browser alone"


async def test_what_stays_is_chosen_on_a_device_of_ones_own_alone(house, jo, mara, browsers) -> None:
    own, shared = await browsers(), await browsers()
    for browser, fields in ((own, {"own": "yes"}), (shared, {})):
        await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), MAIL, **fields)
    assert "<exit-choice" in (await own.get("/me/devices")).text
    assert "<exit-choice" not in (await shared.get("/me/devices")).text
