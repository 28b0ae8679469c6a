"""Who counts as one."""

from datetime import UTC, datetime

import pytest

from signaling.census import Census, Guest, address_of
from signaling.tickets import Ticket

TICKET = Ticket("visit", "patient", "patient", 1, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("192.0.2.7", 4000), "192.0.2.7"),
        (("::ffff:192.0.2.7", 4000), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:0db8:0001:0002"),
        (("testclient", 1), "testclient"),
        (None, ""),
    ],
)
def test_one_address_is_one_stranger(client: tuple[str, int] | None, counted: str) -> None:
    assert address_of({"client": client}) == counted


def test_a_guest_is_a_stranger_until_known_and_nobody_when_gone() -> None:
    census = Census()
    guest, other = Guest(census, "192.0.2.7"), Guest(census, "192.0.2.7")
    assert census.strangers == {"192.0.2.7": 2}
    guest.known(TICKET)
    assert (census.strangers, census.seated) == ({"192.0.2.7": 1}, {("visit", "patient"): 1})
    guest.gone()
    other.gone()
    assert (dict(census.strangers), dict(census.seated)) == ({}, {})
