"""Which bookings nobody will keep, and why: the first reason that holds."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.booking.hours import stretch
from server.booking.rules import BookingCard
from server.booking.unkept.pages import read_back
from server.booking.unkept.rules import Times, Why, why
from tests.server.booking.linden import THURSDAY, usual_week

WHO, SERVICE, MEETS = uuid4(), uuid4(), uuid4()
HOUR = timedelta(hours=1)


def card(**changes: object) -> BookingCard:
    plain = BookingCard(
        uuid4(), "a" * 20, uuid4(), MEETS, SERVICE, "A session", 50, WHO, "Mara Lind", THURSDAY,
        THURSDAY + timedelta(minutes=50), uuid4(), 0, None, None, "me", THURSDAY - timedelta(days=7),
    )  # fmt: skip
    return replace(plain, **changes)


TIMES = Times(ZoneInfo("Europe/Berlin"), {(WHO, SERVICE): usual_week()})
OVER = stretch(THURSDAY + timedelta(minutes=40), THURSDAY + HOUR)
BESIDE = stretch(THURSDAY + timedelta(minutes=50), THURSDAY + HOUR)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"left": {WHO}, "shut": [OVER]}, Why.LEFT),
        ({"shut": [OVER], "away": {WHO: [OVER]}}, Why.CLOSED),
        ({"away": {WHO: [OVER]}}, Why.AWAY),
        ({"away": {WHO: [BESIDE], uuid4(): [OVER]}}, None),
        ({"dated": {(WHO, SERVICE): {date(2026, 3, 12): ()}}}, Why.HOURS),
        ({"hours": {}}, Why.HOURS),
        ({"hours": {}, "rooms": {MEETS: "Room 2"}}, Why.ROOM),
        ({"away": {WHO: [OVER]}, "rooms": {MEETS: "Room 2"}}, Why.AWAY),
        ({"rooms": {uuid4(): "Room 2"}}, None),
    ],
)
def test_the_first_reason_that_holds_is_named(changes: dict, reason: Why | None) -> None:
    assert why(card(), replace(TIMES, **changes)) is reason


def test_one_that_outlasts_the_hours_is_outside_of_them() -> None:
    assert why(card(ends_at=THURSDAY + timedelta(hours=12)), TIMES) is Why.HOURS


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/staff/clinic/leave?notice=kept", True),
        ("/staff/clinic/hours/mara-lind?service=0b1f&notice=kept", True),
        ("/staff/team?notice=disabled", True),
        ("//evil.example", False),
        ("/staff/clinic/../../evil", False),
        ("https://evil.example/staff/team", False),
        ("/staff/team\n", False),
    ],
)
def test_it_leads_back_into_the_settings_alone(asked: str, kept: bool) -> None:
    assert read_back(asked) == (asked if kept else "")
