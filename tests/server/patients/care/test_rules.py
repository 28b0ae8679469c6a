"""To whom a record is open, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from server.patients.care.rules import GLASS, LASTS, Known, Why, ends_at, why

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "therapist", "opens"),
    [
        (Known(), True, None),
        (Known([NOW + 30 * DAY]), True, Why.MEETS),
        (Known([NOW - LASTS + timedelta(minutes=1)]), True, Why.MEETS),
        (Known([NOW - LASTS]), True, None),
        (Known([NOW - LASTS], kept=True), True, Why.KEPT),
        (Known(kept=True), True, None),
        (Known(shared=True), True, Why.TEAM),
        (Known([NOW], kept=True, shared=True), False, None),
        (Known(glass_until=NOW + GLASS), True, Why.GLASS),
        (Known(glass_until=NOW + GLASS), False, Why.GLASS),
        (Known(glass_until=NOW), True, None),
    ],
)
def test_a_record_is_open_to_who_treats_somebody_or_broke_the_glass(known, therapist, opens) -> None:
    assert why(known, NOW, therapist=therapist) is opens


def test_the_relation_ends_ninety_days_after_the_last_visit() -> None:
    assert ends_at(Known([NOW - DAY, NOW, NOW - 3 * DAY])) == NOW + 90 * DAY
    assert ends_at(Known()) is None
