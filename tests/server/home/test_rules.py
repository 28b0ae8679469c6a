"""Navigation shows what somebody may use, and where they are."""

from uuid import uuid4

import pytest

from server.access import STRANGER, Door, Role, Viewer
from server.home.rules import current, ways_for


def staff(*roles: Role, **more) -> Viewer:
    return Viewer(door=Door.STAFF, staff_id=uuid4(), clinic_id=uuid4(), roles=frozenset(roles), **more)


EVERYBODY = ("Today", "Calendar", "Bookings", "Patients", "Letters")


@pytest.mark.parametrize(
    ("roles", "labels"),
    [
        ([Role.ADMIN], [*EVERYBODY, "Mail", "Clinic", "Team", "Account"]),
        (
            [Role.THERAPIST],
            [*EVERYBODY, "My hours", "Time off", "My calendars", "My licences", "To confirm", "Account"],
        ),
        ([Role.FRONT_DESK], [*EVERYBODY, "Mail", "On call", "Account"]),
        ([Role.ADMIN, Role.THERAPIST], [*EVERYBODY, "Mail", "Clinic", "My calendars", "Team", "Account"]),
    ],
)
def test_everybody_sees_the_ways_they_may_go(roles, labels) -> None:
    assert [way.label for way in ways_for(staff(*roles))] == labels


def test_strangers_and_idle_logins_see_none() -> None:
    assert ways_for(STRANGER) == []
    assert ways_for(staff(Role.ADMIN, only_visit=uuid4())) == []


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/staff", "Today"),
        ("/staff/visit/abc", "Today"),
        ("/staff/bookings/new", "Bookings"),
        ("/staff/clinic", "Clinic"),
        ("/staff/clinic/hours/mara", "Clinic"),
        ("/staff/teams", "Today"),
    ],
)
def test_one_is_where_the_longest_address_says(path, label) -> None:
    assert current(ways_for(staff(Role.ADMIN)), path).label == label


def test_a_therapist_stands_at_their_hours() -> None:
    assert current(ways_for(staff(Role.THERAPIST)), "/staff/clinic/hours/mara").label == "My hours"
    assert current(ways_for(staff(Role.THERAPIST)), "/elsewhere") is None
