"""What a calendar's text says of taken time: zones, repetitions, exceptions, whole days, and what takes none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.clinic.calendars.expansion import CutShort, NoCalendar, TooMuch, expanded

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)  # a Monday; clocks change on 29 March
UNTIL = NOW + timedelta(days=60)

ODD_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone 1
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(*events: str, around: str = "") -> bytes:
    """A calendar of events, given as their lines."""
    made = "\n".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{around}\n{made}\nEND:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def found(body: bytes, zone: ZoneInfo = BERLIN, whole_days: bool = True):
    return expanded(body, zone, NOW, UNTIL, whole_days=whole_days)


def busy(body: bytes, zone: ZoneInfo = BERLIN, whole_days: bool = True) -> list[str]:
    """Taken time as Berlin's clocks show it."""
    return [said(*one) for one in found(body, zone, whole_days).busy]


def said(start: int, end: int) -> str:
    begin, over = (datetime.fromtimestamp(at, BERLIN) for at in (start, end))
    return f"{begin:%m-%d %H:%M}/{over:%m-%d %H:%M}"


def test_one_entry_takes_its_time_and_touching_ones_are_one() -> None:
    one = "UID:a\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z\nSUMMARY:Dentist"
    two = "UID:b\nDTSTART;TZID=Europe/Berlin:20260312T103000\nDURATION:PT45M"
    assert busy(calendar(two, one)) == ["03-12 09:30/03-12 11:15"]


def test_what_is_over_or_beyond_is_left_out_and_what_reaches_in_is_cut() -> None:
    over = "UID:a\nDTSTART:20260101T080000Z\nDTEND:20260101T090000Z"
    running = "UID:b\nDTSTART:20260308T080000Z\nDTEND:20260309T100000Z"
    far = "UID:c\nDTSTART:20270101T080000Z\nDTEND:20270101T090000Z"
    assert busy(calendar(over, running, far)) == ["03-09 10:00/03-09 11:00"]


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "transp:transparent"],
)
def test_what_is_free_or_cancelled_takes_no_time(line: str) -> None:
    assert busy(calendar(f"UID:a\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z\n{line}")) == []


@pytest.mark.parametrize("line", ["STATUS:TENTATIVE", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"])
def test_what_is_tentative_or_away_takes_time(line: str) -> None:
    assert len(busy(calendar(f"UID:a\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z\n{line}"))) == 1


def test_a_weekly_entry_keeps_its_wall_time_over_a_change_of_clocks() -> None:
    event = (
        "UID:a\nDTSTART;TZID=Europe/Berlin:20250109T140000\nDTEND;TZID=Europe/Berlin:20250109T150000\nRRULE:FREQ=WEEKLY"
    )
    times = busy(calendar(event))
    assert times[:4] == [f"{day} 14:00/{day} 15:00" for day in ("03-12", "03-19", "03-26", "04-02")]
    assert len(times) == 9


def test_exceptions_are_taken_out_moved_or_cancelled_one_by_one() -> None:
    series = (
        "UID:a\nDTSTART;TZID=Europe/Berlin:20260310T140000\nDTEND;TZID=Europe/Berlin:20260310T150000\n"
        "RRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20260311T140000"
    )
    at = "UID:a\nRECURRENCE-ID;TZID=Europe/Berlin:202603{}T140000\nDTSTART;TZID=Europe/Berlin:202603{}\nDURATION:PT30M"
    moved, freed = at.format(12, "12T160000"), at.format(13, "13T140000") + "\nTRANSP:TRANSPARENT"
    gone = at.format(14, "14T140000") + "\nSTATUS:CANCELLED"
    assert busy(calendar(series, moved, freed, gone)) == ["03-10 14:00/03-10 15:00", "03-12 16:00/03-12 16:30"]


def test_an_entry_moved_here_from_far_away_counts_and_one_moved_away_does_not() -> None:
    series = "UID:a\nDTSTART:20260310T130000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    away = "UID:a\nRECURRENCE-ID:20260311T130000Z\nDTSTART:20270311T130000Z\nDURATION:PT1H"
    assert busy(calendar(series, away)) == ["03-10 14:00/03-10 15:00"]
    old = "UID:b\nDTSTART:20200310T130000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    here = "UID:b\nRECURRENCE-ID:20200311T130000Z\nDTSTART:20260316T130000Z\nDURATION:PT1H"
    assert busy(calendar(old, here)) == ["03-16 14:00/03-16 15:00"]


def test_whole_days_are_those_of_the_clinic_also_when_they_have_23_hours_or_none_of_it_counts() -> None:
    days = "UID:a\nDTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330"
    one = "UID:b\nDTSTART;VALUE=DATE:20260401"
    assert busy(calendar(days, one)) == ["03-28 00:00/03-30 00:00", "04-01 00:00/04-02 00:00"]
    start, end = found(calendar(days)).busy[0]
    assert end - start == 47 * 3600
    assert busy(calendar(days, one), whole_days=False) == []


def test_floating_times_are_the_clinics_unless_the_calendar_names_a_zone() -> None:
    event = "UID:a\nDTSTART:20260312T140000\nDTEND:20260312T150000"
    assert busy(calendar(event)) == ["03-12 14:00/03-12 15:00"]
    assert busy(calendar(event), ZoneInfo("Europe/Lisbon")) == ["03-12 15:00/03-12 16:00"]
    assert busy(calendar(event, around="X-WR-TIMEZONE:Europe/Lisbon")) == ["03-12 15:00/03-12 16:00"]
    assert busy(calendar(event, around="X-WR-TIMEZONE:Nowhere/At-All")) == ["03-12 14:00/03-12 15:00"]


def test_a_wall_time_that_happens_twice_is_taken_until_its_second_end() -> None:
    body = calendar("UID:a\nDTSTART:20261025T023000\nDTEND:20261025T024500")
    late = datetime(2026, 10, 20, tzinfo=UTC)
    start, end = expanded(body, BERLIN, late, late + timedelta(days=9), whole_days=True).busy[0]
    assert end - start == 75 * 60


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Customized Time Zone 1", ODD_ZONE),
        ("W. Europe Standard Time", ""),  # Outlook
        ("/freeassociation.sourceforge.net/Europe/Berlin", ""),  # Evolution
        ('"Customized Time Zone 1"', ODD_ZONE),
        ("Zone That Nobody Told", ""),  # the clinic's
    ],
)
def test_zones_with_odd_names_are_understood(zone: str, around: str) -> None:
    event = f"UID:a\nDTSTART;TZID={zone}:20260402T140000\nDTEND;TZID={zone}:20260402T150000"
    assert busy(calendar(event, around=around)) == ["04-02 14:00/04-02 15:00"]


def test_taken_time_without_entries_is_read_too() -> None:
    around = (
        "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20260312T083000Z/PT1H,20260313T083000Z/20260313T090000Z\n"
        "FREEBUSY;FBTYPE=FREE:20260314T083000Z/PT1H\nEND:VFREEBUSY"
    )
    assert busy(calendar(around=around)) == ["03-12 09:30/03-12 10:30", "03-13 09:30/03-13 10:00"]


def test_folded_lines_alarms_and_lone_line_feeds_are_read() -> None:
    body = (
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTST\n ART:20260312T083\n\t000Z\nSUMMARY:a\\nDTSTART:20260101T000000Z\n"
        b"BEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT9H\nEND:VALARM\nDTEND:20260312T093000Z\nEND:VEVENT\nEND:VCALENDAR"
    )
    assert busy(body) == ["03-12 09:30/03-12 10:30"]


def test_an_entry_that_nobody_understands_is_counted_and_stops_no_other() -> None:
    good = "UID:a\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z"
    bad = "UID:b\nDTSTART:soon\nDTEND:later"
    odd = "UID:c\nDTSTART:20260313T083000Z\nDTEND:20260313T093000Z\nRRULE:FREQ=OFTEN"
    result = found(calendar(good, bad, odd))
    assert (result.left_out, said(*result.busy[0])) == (2, "03-12 09:30/03-12 10:30")


def test_entries_whose_uid_could_be_ours_come_apart() -> None:
    ours = "0f1e2d3c-4b5a-4789-8abc-1234567890ab"
    result = found(calendar(f"UID:{ours}\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z"))
    assert result.busy == []
    assert list(result.by_uid) == [ours]


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NoCalendar):
        found(body)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "freq=secondly", "FREQ=DAILY;BYSECOND=0,1,2,3"]
)
def test_an_entry_that_repeats_without_measure_is_refused_at_sight(rule: str) -> None:
    with pytest.raises(TooMuch):
        found(calendar(f"UID:a\nDTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:{rule}"))


ONE = "UID:a\nDTSTART:20260312T083000Z\nDTEND:20260312T093000Z"
TWO = "UID:b\nDTSTART:20260313T083000Z\nDTEND:20260313T093000Z"
BOTH = ["03-12 09:30/03-12 10:30", "03-13 09:30/03-13 10:30"]


def test_a_calendar_that_is_cut_short_anywhere_is_none() -> None:
    whole = calendar(ONE, TWO).strip()
    assert busy(whole) == BOTH
    for end in range(len(b"BEGIN:VCALENDAR"), len(whole)):
        with pytest.raises(CutShort):
            found(whole[:end])
    with pytest.raises(CutShort):
        found(whole + b"\r\n" + whole[:-20])


@pytest.mark.parametrize("odd", ["BEGIN:VALARM\nTRIGGER:-PT5M", "END:VALARM", "BEGIN:X-ODD\nBEGIN:X-ODDER\nEND:X-ODD"])
def test_a_part_that_is_never_closed_swallows_no_entry_after_it(odd: str) -> None:
    assert busy(calendar(f"{ONE}\n{odd}", TWO)) == BOTH


def test_an_entry_that_is_never_closed_counts_and_so_does_the_next() -> None:
    body = calendar(f"{ONE}\nSUMMARY:x", TWO).replace(b"SUMMARY:x\r\nEND:VEVENT\r\n", b"")
    assert body.count(b"END:VEVENT") == 1
    assert busy(body) == BOTH
    assert busy(body.replace(b"END:VEVENT\r\n", b"")) == BOTH


@pytest.mark.parametrize("newer_first", [True, False])
def test_of_two_revisions_of_an_entry_the_later_counts(newer_first: bool) -> None:
    series = "UID:a\nDTSTART:20260312T083000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    one = "UID:a\nRECURRENCE-ID:20260312T083000Z\nSEQUENCE:{}\nDTSTART:20260312T{}0000Z\nDURATION:PT1H"
    revisions = [one.format(2, 15), one.format(1, 12)]
    said = busy(calendar(series, *(revisions if newer_first else revisions[::-1])))
    assert said == ["03-12 16:00/03-12 17:00", "03-13 09:30/03-13 10:30"]


@pytest.mark.parametrize("newer_first", [True, False])
def test_of_two_revisions_of_a_single_entry_the_later_counts(newer_first: bool) -> None:
    revisions = [f"{TWO}\nSEQUENCE:3", ONE.replace("UID:a", "UID:b") + "\nSEQUENCE:2"]
    assert busy(calendar(*(revisions if newer_first else revisions[::-1]))) == BOTH[1:]
