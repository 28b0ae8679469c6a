"""Who leaves unmet after another help was offered: somebody asks after them the next day, and both know."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.access import Role
from server.accounts.team.rules import Person
from server.audit.tables import AuditEntry
from server.support.follow_up.unmet import follower
from server.support.tables import SupportFollowUp
from tests.server.support.conftest import Waiting, waiting
from tests.server.support.test_line import _all
from tests.server.visit.conftest import Browsers, signed_in

pytestmark = pytest.mark.asyncio
FOLLOW_UPS = "/staff/support/follow-ups"


async def left(house, clock, browsers: Browsers, minutes: int, **said: str) -> Waiting:
    """Robin, who waited so long unanswered and left, twice pressed."""
    robin = await waiting(browsers, name="Robin", **said)
    for _ in range(minutes):
        clock.now += timedelta(minutes=1)
        await house.alerts.run_due()
    for _ in range(2):
        assert (await robin.browser.post(f"{robin.url}/leave")).status_code == 303
    return robin


@pytest.mark.parametrize("safe", ["unsure", "no"])
async def test_who_leaves_for_a_crisis_line_is_asked_after_the_next_day(house, clock, on, browsers, safe) -> None:
    robin = await left(house, clock, browsers, 12, safe=safe)
    (planned,) = await house.db.read(lambda db: _all(db, SupportFollowUp))
    assert planned.staff_id in {on.mara.staff_id, on.samir.staff_id}
    assert planned.due_at == datetime(2026, 3, 10, 8, tzinfo=UTC)
    page = await robin.page()
    assert "You left the line" in page
    assert "gets in touch with you on Tuesday 10 March, at" in page
    clock.now = datetime(2026, 3, 10, 8, 1, tzinfo=UTC)
    for _ in range(3):
        await house.outbox.run_due()
    who = await signed_in(house, await browsers(), planned.staff_id)
    assert "Robin" in (await who.get(FOLLOW_UPS)).text
    entries = [one.action for one in await house.db.read(lambda db: _all(db, AuditEntry))]
    assert entries.count("support.follow_up_planned") == 1


async def test_who_would_rather_not_is_left_alone(house, clock, on, browsers) -> None:
    robin = await left(house, clock, browsers, 12)
    await robin.browser.post(f"{robin.url}/no-follow-up")
    assert "Nobody gets in touch, as you wish." in await robin.page()
    (planned,) = await house.db.read(lambda db: _all(db, SupportFollowUp))
    assert planned.declined_at == clock.now


async def test_who_leaves_before_another_help_was_offered_is_not_asked_after(house, clock, on, browsers) -> None:
    robin = await left(house, clock, browsers, 2)
    assert await house.db.read(lambda db: _all(db, SupportFollowUp)) == []
    assert "gets in touch" not in await robin.page()


def person(own: UUID, *roles: Role) -> Person:
    return Person(own, uuid4(), "Ada", frozenset(roles))


async def test_it_is_somebody_on_call_then_a_therapist_who_leads_then_any_therapist() -> None:
    leads, other, desk = uuid4(), uuid4(), uuid4()
    people = [person(other, Role.THERAPIST), person(leads, Role.THERAPIST, Role.ADMIN), person(desk, Role.FRONT_DESK)]
    assert follower(people, [other], [leads, other]) == other
    assert follower(people, [], [other, leads]) == leads
    assert follower(people, [], [other]) == other
    assert follower(people, [], []) is None
