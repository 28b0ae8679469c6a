"""Around every change of clocks from 2026 to 2030 page, mail and calendar entry tell each offered moment alone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from server.booking.hours import floor
from server.booking.ics import written
from server.booking.mails import Reader, subject
from server.booking.reminders.mails import words_of
from server.booking.rules import SOMEBODY, Offer
from server.booking.texts import text_of
from server.booking.week import Week, value_of, week_of
from server.moments import Speaker
from tests.server.booking.test_ics import PLAIN, offset_by_rfc
from tests.server.booking.zdump import ZONES, Change, Clock, clock_of
from tests.server.test_every_message import facts

STEP = timedelta(minutes=30)
WORDS = re.compile(r"(?P<hour>\d+):(?P<minute>\d\d)(?: UTC(?P<sign>[+-])(?P<hours>\d+)(?::(?P<minutes>\d\d))?)?")


def offered(change: Change) -> list[datetime]:
    """Every half hour from three hours before the change until three hours after it."""
    return [change.at + STEP * number for number in range(-6, 7)]


def week(starts: list[datetime], say: Speaker, clinic: str) -> Week:
    found = [Offer(floor(at), (SOMEBODY,)) for at in starts]
    return week_of(found, say, ZoneInfo(clinic), wanted_day=None, wanted_start=None, before="", after="")


def understood(known: Clock, day: date, words: str) -> datetime:
    """The one moment that these words tell on that day."""
    told = WORDS.fullmatch(words)
    assert told, words
    wall = datetime(day.year, day.month, day.day, int(told["hour"]), int(told["minute"]))
    moments = known.moments(wall)
    if told["sign"]:
        assert len(moments) == 2, "what comes once needs no more words"
        ahead = timedelta(hours=int(told["hours"]), minutes=int(told["minutes"] or 0))
        moments = [at for at in moments if at == wall.replace(tzinfo=UTC) - (-ahead if told["sign"] == "-" else ahead)]
    assert len(moments) == 1, (day, words)
    return moments[0]


@pytest.mark.parametrize("name", ZONES)
def test_the_page_tells_every_offer_and_no_two_alike(name: str) -> None:
    known, say = clock_of(name), Speaker(ZoneInfo(name))
    for change in known.changes:
        starts = offered(change)
        shown = week(starts, say, name)
        times = [(day.date, time) for day in shown.days for time in (*day.morning, *day.afternoon, *day.evening)]
        assert sorted(understood(known, day, time.clock) for day, time in times) == starts
        assert sorted(time.value for _, time in times) == [value_of(floor(at)) for at in starts]
        assert all(time.value == value_of(floor(understood(known, day, time.clock))) for day, time in times)
        assert len({(day, time.clock) for day, time in times}) == len(starts)


@pytest.mark.parametrize("name", ZONES)
def test_who_reads_elsewhere_is_told_the_clinics_clock_as_well(name: str) -> None:
    elsewhere = Speaker(ZoneInfo("Pacific/Marquesas" if name != "Pacific/Marquesas" else "UTC"))
    for change in clock_of(name).changes[:4]:
        starts = offered(change)
        shown = week(starts, elsewhere, name)
        there = [time.there for day in shown.days for time in (*day.morning, *day.afternoon, *day.evening)]
        assert sorted(there) == sorted(Speaker(ZoneInfo(name)).time(at) for at in starts)
        assert len(set(there)) == len(starts)


@pytest.mark.parametrize("name", ZONES)
def test_a_mail_tells_the_moment_and_no_other(name: str) -> None:
    known, say = clock_of(name), Speaker(ZoneInfo(name))
    reader = Reader("", "", say, "")
    for change in known.changes:
        for at in offered(change):
            told = re.fullmatch(r"Your time on (\w+) (\d+) (\w+), (.+)", subject("booked", reader, at))
            assert told
            day = datetime.strptime(f"{told[2]} {told[3]} {at.year} +0000", "%d %B %Y %z").date()
            assert f"{day:%A}" == told[1]
            assert understood(known, day, told[4]) == at
            assert say.full(at) == f"{told[1]} {told[2]} {told[3]} {at.year}, {told[4]}"


@pytest.mark.parametrize("name", ZONES)
def test_a_text_message_tells_the_moment_and_no_other(name: str) -> None:
    """The reminder, and the news of a move: both by the same clock."""
    known, say = clock_of(name), Speaker(ZoneInfo(name))
    reader = Reader("Jo", "", say, "https://clinic.example/l/x", phone="+4930123456")
    for change in known.changes:
        for at in offered(change):
            about = facts(starts_at=at)
            reminder = words_of(about, reader)
            moved = text_of(about.link_id, about, reader, f"{subject('moved', reader, at)} ({say.place})").words
            for words, begin in ((reminder, "your time is"), (moved, "Your time is now")):
                told = re.search(rf"{begin} (\w+) (\d+) (\w+), ([^()]+?) \((?:in )?{re.escape(say.place)}\)", words)
                assert told, words
                day = datetime.strptime(f"{told[2]} {told[3]} {at.year} +0000", "%d %B %Y %z").date()
                assert (f"{day:%A}", understood(known, day, told[4])) == (told[1], at)


@pytest.mark.parametrize("name", ZONES)
def test_a_calendar_entry_begins_and_ends_when_the_session_does(name: str) -> None:
    """Read by a library, and by hand as RFC 5545 says: from the observances in the file alone."""
    for change in clock_of(name).changes:
        for at in (change.at - STEP, change.at):  # it runs over the change, and begins with it
            one = replace(PLAIN, zone=ZoneInfo(name), starts_at=at, ends_at=at + timedelta(minutes=50))
            calendar = icalendar.Calendar.from_ical(written(one))
            event = calendar.walk("VEVENT")[0]
            for told, meant in ((event["DTSTART"], one.starts_at), (event["DTEND"], one.ends_at)):
                assert told.dt.astimezone(UTC) == meant
                assert _by_hand(calendar, told) == meant


def _by_hand(calendar: icalendar.Calendar, told: icalendar.vDDDTypes) -> datetime:
    wall = told.dt.replace(tzinfo=None)
    zones = [zone for zone in calendar.walk("VTIMEZONE") if zone["TZID"] == told.params.get("TZID")]
    return (wall - (offset_by_rfc(zones[0], wall) if zones else timedelta())).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "at", "words"),
    [
        ("Europe/Berlin", "2026-10-25T00:30Z", "2:30 UTC+2"),
        ("Europe/Berlin", "2026-10-25T01:30Z", "2:30 UTC+1"),
        ("Europe/Berlin", "2026-10-25T02:00Z", "3:00"),
        ("Europe/London", "2026-10-25T01:00Z", "1:00 UTC+0"),
        ("America/New_York", "2026-11-01T05:00Z", "1:00 UTC-4"),
        ("America/St_Johns", "2026-11-01T03:30Z", "1:00 UTC-2:30"),
        ("Australia/Lord_Howe", "2026-04-04T15:00Z", "1:30 UTC+10:30"),
        ("Europe/Berlin", "2026-03-29T01:00Z", "3:00"),
    ],
)
def test_what_the_clock_shows_twice_is_told_with_its_distance_from_utc(name: str, at: str, words: str) -> None:
    assert Speaker(ZoneInfo(name)).time(datetime.fromisoformat(at)) == words
