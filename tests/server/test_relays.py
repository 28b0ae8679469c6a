"""Credentials of the relay: for one person, after admission, and for little longer than the booked time."""

from datetime import UTC, datetime, timedelta

import pytest

from server.app import relays
from server.config import Settings

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


def expiry(until: datetime | None) -> datetime:
    settings = Settings(turn_urls="turn:relay.example", turn_secret="s" * 40)
    ((servers),) = relays(settings, "peer-1", NOW, until)
    seconds, _, who = servers["username"].partition(":")
    assert who == "peer-1"
    return datetime.fromtimestamp(int(seconds), UTC)


@pytest.mark.parametrize("minutes", [5, 50, 90])
def test_f16_they_end_ten_minutes_after_the_booked_time(minutes) -> None:
    until = NOW + timedelta(minutes=minutes)
    assert expiry(until) == until + TEN_MINUTES


@pytest.mark.parametrize("until", [None, NOW - timedelta(minutes=30)])
def test_f16_who_talks_on_gets_ten_minutes_at_a_time(until) -> None:
    assert expiry(until) == NOW + TEN_MINUTES


def test_nothing_is_named_that_the_clinic_did_not_configure() -> None:
    assert relays(Settings(), "peer-1", NOW, NOW) == []
