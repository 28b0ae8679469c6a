"""When the loop of the alerts looks again, and at which."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.safety.alerts import store
from server.safety.alerts.loop import BATCH, LONGEST_SECONDS, SHORTEST_SECONDS, Climber, pause
from server.safety.alerts.rules import Alert, Ladder, Step
from tests.server.booking.conftest import linden
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock

__all__ = ["linden"]

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(30, LONGEST_SECONDS), (0.4, 0.4), (0, SHORTEST_SECONDS), (-0.01, SHORTEST_SECONDS)],
)
def test_it_looks_when_the_next_rung_is_due_and_once_a_second_at_least(ahead: float, expected: float) -> None:
    assert pause(NOW + timedelta(seconds=ahead), NOW) == pytest.approx(expected)


def test_a_rung_that_stumbled_is_tried_again_once_a_second_and_not_at_every_turn() -> None:
    assert pause(NOW - timedelta(seconds=2), NOW) == LONGEST_SECONDS


def test_without_any_alert_it_looks_once_a_second() -> None:
    assert pause(None, NOW) == LONGEST_SECONDS


class Sulks:
    """A kind of alert that stumbles always."""

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        raise RuntimeError("again")

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        return True

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        raise AssertionError("it never comes to that")

    async def fired(self, alert: Alert) -> None:
        raise AssertionError("it never comes to that")


class Climbs(Sulks):
    """One that fires its only step."""

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        return alert, (Step("page", timedelta()),)

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        """Nobody is told here."""

    async def fired(self, alert: Alert) -> None:
        """Nobody looks."""


@pytest.mark.asyncio
async def test_many_that_stumble_keep_none_behind_them_from_climbing(
    house: House, linden: Linden, clock: Clock
) -> None:
    async def begin(db: AsyncSession) -> None:
        for _ in range(BATCH + 1):
            await store.begin(db, linden.clinic.id, "sulks", uuid4(), clock())
        clock.forward(seconds=1)
        await store.begin(db, linden.clinic.id, "climbs", uuid4(), clock())

    await house.db.unit(begin)
    climber = Climber(house.db, clock, {"sulks": Sulks(), "climbs": Climbs()})
    assert sum([await climber.run_due() for _ in range(2)]) == 1
