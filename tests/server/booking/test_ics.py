"""The calendar entry: every VTIMEZONE is right for its date, and no name adds a line to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest

from server.booking.ics import Invitation, timezone_around, transitions, written, written_together

START = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)
PLAIN = Invitation(
    uid=UUID(int=7),
    sequence=0,
    starts_at=START,
    ends_at=START + timedelta(minutes=50),
    zone=ZoneInfo("Europe/Berlin"),
    summary="Appointment",
    words="Your page: http://testserver/l/abc",
    url="http://testserver/l/abc",
    organizer=("Linden Practice", "clinic@testserver"),
    attendee=("Jo Almeida", "jo@example.org"),
    method="REQUEST",
    cancelled=False,
    stamp=START,
)
ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Lagos",
    "America/Anchorage",
    "America/Asuncion",
    "America/Bogota",
    "America/Caracas",
    "America/Chicago",
    "America/Halifax",
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Nuuk",
    "America/Phoenix",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Chisinau",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Kiritimati",
    "UTC",
)


def event_of(body: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(body).walk("VEVENT")[0]


def offset_by_rfc(component: icalendar.Timezone, wall: datetime) -> timedelta:
    """RFC 5545 3.6.5 by hand: the observance with the last onset before this wall time says the offset."""
    onsets = [(part["DTSTART"].dt, part["TZOFFSETTO"].td) for part in component.subcomponents]
    return max(one for one in onsets if one[0] <= wall)[1]


@pytest.mark.parametrize("name", ZONES)
def test_the_zone_in_the_file_says_what_zoneinfo_says_around_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    year = datetime(2026, 1, 1, tzinfo=UTC)
    changes = list(transitions(zone, year, year + timedelta(days=5 * 365)))
    moments = [change + timedelta(hours=h) for change in changes for h in (-30, -3, 3, 30)]
    for at in (*moments, *(year + timedelta(days=30 * n) for n in range(60))):
        local = at.astimezone(zone)
        if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
            continue  # a wall time that is read twice has no one answer in RFC 5545
        component = timezone_around(zone, at)
        assert offset_by_rfc(component, local.replace(tzinfo=None)) == local.utcoffset(), at


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("month", [1, 3, 4, 7, 10, 11])
def test_a_second_reader_finds_the_moment_again(name: str, month: int) -> None:
    start = datetime(2026, month, 29 if month != 2 else 27, 13, 0, tzinfo=UTC)
    one = replace(PLAIN, zone=ZoneInfo(name), starts_at=start, ends_at=start + timedelta(minutes=50))
    event = event_of(written(one))
    assert event["DTSTART"].dt.astimezone(UTC) == start
    assert (event["DTEND"].dt - event["DTSTART"].dt) == timedelta(minutes=50)
    if name != "UTC":
        assert event["DTSTART"].params["TZID"] == name


def test_onsets_are_exact_to_the_second() -> None:
    found = list(
        transitions(ZoneInfo("Europe/Berlin"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    )
    assert found == [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]


def test_a_file_holds_what_a_calendar_needs() -> None:
    calendar = icalendar.Calendar.from_ical(written(PLAIN))
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (str(UUID(int=7)), 0, "CONFIRMED")
    assert event["SUMMARY"] == "Appointment"
    assert event["URL"] == PLAIN.url
    assert event["ORGANIZER"] == "mailto:clinic@testserver"


def test_a_cancelled_booking_takes_its_entry_back() -> None:
    body = written(replace(PLAIN, method="CANCEL", cancelled=True, sequence=3))
    event = event_of(body)
    assert b"METHOD:CANCEL" in body
    assert (event["STATUS"], event["SEQUENCE"], event["UID"]) == ("CANCELLED", 3, str(UUID(int=7)))


@pytest.mark.parametrize(
    "name",
    [
        "Jo\r\nATTENDEE:mailto:evil@example.org",
        "Jo\nBEGIN:VALARM\nTRIGGER:-PT1M\nEND:VALARM",
        'Jo "the" Almeida; B, C: D',
        "Jo\\nAlmeida^n",
        "جود الخطيب",
        "x" * 200,
    ],
)
def test_a18_a_name_stays_one_value_and_comes_back_equal(name: str) -> None:
    body = written(replace(PLAIN, attendee=(name, "jo@example.org"), summary=name))
    calendar = icalendar.Calendar.from_ical(body)
    event = calendar.walk("VEVENT")[0]
    assert len(calendar.walk("VEVENT")) == 1
    assert not calendar.walk("VALARM")
    assert event["ATTENDEE"] == "mailto:jo@example.org"
    assert str(event["ATTENDEE"].params["CN"]).replace("\r\n", "\n") == name.replace("\r\n", "\n")
    assert str(event["SUMMARY"]).replace("\r\n", "\n") == name.replace("\r\n", "\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75


@pytest.mark.parametrize(("method", "named"), [("PUBLISH", False), ("REQUEST", True), ("CANCEL", True)])
def test_what_is_published_names_no_attendee(method: str, named: bool) -> None:
    """RFC 5546 3.2.1."""
    assert ("ATTENDEE" in event_of(written(replace(PLAIN, method=method)))) is named


def test_many_entries_share_one_zone_and_keep_their_own_ids() -> None:
    """Every Sunday at 2:30 over both changes of clocks of a year: one night skips it, one shows it twice."""
    berlin = ZoneInfo("Europe/Berlin")
    wall = datetime(2026, 3, 22, 2, 30, tzinfo=berlin)
    moments = [(wall + timedelta(days=7 * number)).astimezone(UTC) for number in range(33)]
    entries = [
        replace(PLAIN, uid=UUID(int=number), starts_at=at, ends_at=at + timedelta(minutes=20))
        for number, at in enumerate(moments)
    ]
    calendar = icalendar.Calendar.from_ical(written_together(entries))
    assert calendar["method"] == "PUBLISH"
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart").astimezone(UTC) for event in events] == moments
    assert len({str(event["uid"]) for event in events}) == 33
    (zone,) = calendar.walk("VTIMEZONE")
    onsets = {str(one["tzoffsetto"].to_ical()) for one in zone.subcomponents}
    assert len(onsets) == 2
