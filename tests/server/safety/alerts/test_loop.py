"""When the loop of the alerts looks again."""

from datetime import UTC, datetime, timedelta

import pytest

from server.safety.alerts.loop import LONGEST_SECONDS, SHORTEST_SECONDS, pause

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
