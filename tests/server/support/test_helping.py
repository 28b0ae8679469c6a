"""'Need help now' leads to somebody of the clinic while somebody is on call, and never to a closed door."""

import pytest
from sqlalchemy import delete, event

from server.house import House
from server.safety.roster.tables import RosterShift
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.support.conftest import PAGE, switch_on
from tests.server.visit.conftest import Browsers

pytestmark = pytest.mark.asyncio
HELP, DOOR = "/c/linden/help", f'href="{PAGE}"'


async def only(house: House, staff_id: object) -> None:
    """Nobody else stands in the roster."""
    await house.db.unit(lambda db: db.execute(delete(RosterShift).where(RosterShift.staff_id != staff_id)))


async def test_while_somebody_is_on_call_the_way_to_them_stands_above_the_lines(on: Linden, browsers: Browsers) -> None:
    page = (await (await browsers()).get(HELP)).text
    assert "Somebody is on call now." in page
    assert page.index('href="tel:112"') < page.index(DOOR) < page.index("Somebody who listens")


async def test_while_nobody_is_it_says_when_somebody_is_again_below_the_lines(
    on: Linden, house: House, browsers: Browsers, clock: Clock
) -> None:
    await only(house, on.samir.staff_id)  # from eight to eight
    clock.forward(hours=18)
    page = (await (await browsers()).get(HELP)).text
    assert DOOR not in page
    assert page.index("Somebody who listens") < page.index("Nobody is on call just now; from")
    clock.forward(hours=6)
    assert DOOR in (await (await browsers()).get(HELP)).text


async def test_with_nobody_on_the_roster_it_promises_no_time(on: Linden, house: House, browsers: Browsers) -> None:
    await house.db.unit(lambda db: db.execute(delete(RosterShift)))
    page = (await (await browsers()).get(HELP)).text
    assert DOOR not in page
    assert "Nobody is on call just now." in page


async def test_a_clinic_that_does_not_offer_it_pays_one_statement_and_says_nothing(
    linden: Linden, house: House, browsers: Browsers
) -> None:
    browser, asked = await browsers(), []
    await browser.get(HELP)

    def count(_connection, _cursor, statement: str, *_rest: object) -> None:
        asked.append(statement)

    for engine in house.db.engines:
        event.listen(engine, "before_cursor_execute", count)
    page = (await browser.get(HELP)).text
    assert "on call" not in page
    assert len([one for one in asked if "support_rules" in one]) == 1
    assert not [one for one in asked if "roster" in one]
    before = len(asked)
    await switch_on(house, linden)
    asked.clear()
    assert DOOR in (await browser.get(HELP)).text
    assert len(asked) <= before + 4, asked
