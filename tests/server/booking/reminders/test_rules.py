"""When a reminder goes: in examples, and for every schedule, zone and moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.booking.reminders.rules import (
    BEFORE_QUIET,
    Due,
    Fate,
    Quiet,
    Reach,
    ReminderRules,
    Schedule,
    Seat,
    Texts,
    Way,
    Whose,
    late_by,
    moment_of,
    reminders_due,
    starts_to_look_at,
    still_goes,
    ways_of,
)

LISBON = ZoneInfo("Europe/Lisbon")
START = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)  # 14:00 in Lisbon too
DAYS, HOURS = timedelta(days=2), timedelta(hours=2)
RULES = ReminderRules((DAYS, HOURS))
GROUP, TALK = UUID(int=7), UUID(int=8)
SEAT = Seat(UUID(int=1), TALK, START, START - timedelta(days=20), LISBON)


def fates(now: datetime, seat: Seat = SEAT, rules: ReminderRules = RULES) -> list[tuple[timedelta, Fate]]:
    return [(due.before, due.fate) for due in reminders_due(Schedule(rules), [seat], now)]


def test_each_goes_at_its_moment_and_not_before() -> None:
    assert fates(START - DAYS - timedelta(seconds=1)) == []
    assert fates(START - DAYS) == [(DAYS, Fate.SENT)]
    assert fates(START - HOURS, replace(SEAT, done=frozenset({DAYS}))) == [(HOURS, Fate.SENT)]


def test_what_is_settled_is_not_settled_again() -> None:
    assert fates(START - HOURS, replace(SEAT, done=frozenset({DAYS, HOURS}))) == []


def test_who_booked_or_moved_after_the_moment_gets_none() -> None:
    late = replace(SEAT, since=START - DAYS)
    assert fates(START - DAYS + timedelta(minutes=1), late) == [(DAYS, Fate.BOOKED_LATER)]
    assert fates(START - HOURS, replace(late, done=frozenset({DAYS}))) == [(HOURS, Fate.SENT)]


def test_after_an_outage_the_nearest_one_goes_alone() -> None:
    near = ReminderRules((timedelta(hours=3), HOURS))
    assert fates(START - HOURS, rules=near) == [(HOURS, Fate.SENT), (timedelta(hours=3), Fate.OVERTAKEN)]
    assert fates(START - HOURS, replace(SEAT, done=frozenset({HOURS})), near) == [(timedelta(hours=3), Fate.OVERTAKEN)]


def test_one_that_is_worth_nothing_any_more_does_not_go() -> None:
    assert fates(START - timedelta(minutes=59)) == []
    assert fates(START) == []
    assert fates(START - DAYS + late_by(DAYS) + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("start", "goes"),
    [
        ("2026-03-12T09:30", "2026-03-12T08:00"),  # 7:30 is quiet: it waits
        ("2026-03-12T08:30", "2026-03-11T20:45"),  # half an hour before would be too near: the evening before
        ("2026-03-12T23:30", "2026-03-12T20:45"),
        ("2026-03-12T14:00", "2026-03-12T12:00"),
    ],
)
def test_at_night_nobody_is_disturbed(start: str, goes: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=LISBON)
    moment = moment_of(at, HOURS, Quiet(21 * 60, 8 * 60), LISBON)
    assert moment.astimezone(LISBON).strftime("%Y-%m-%dT%H:%M") == goes


def test_quiet_is_by_the_clock_of_the_person() -> None:
    tokyo = replace(SEAT, zone=ZoneInfo("Asia/Tokyo"))  # 21:00 there at noon in Lisbon
    assert fates(START - HOURS, replace(tokyo, done=frozenset({DAYS}))) == []
    assert fates(START - HOURS - BEFORE_QUIET, replace(tokyo, done=frozenset({DAYS}))) == [(HOURS, Fate.SENT)]


def test_quiet_within_one_day_and_never() -> None:
    noon = Quiet(12 * 60, 14 * 60)
    assert moment_of(START + HOURS, timedelta(hours=3), noon, LISBON) == START
    assert Quiet(480, 480).around(START, LISBON) is None


@pytest.mark.parametrize("minutes", range(0, 180, 30))
def test_the_night_in_which_clocks_change_is_as_quiet(minutes: int) -> None:
    quiet = Quiet(22 * 60, 7 * 60)
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        at = day + timedelta(minutes=minutes)
        span = quiet.around(at, LISBON)
        assert span
        assert [end.astimezone(LISBON).hour for end in span] == [22, 7]


@pytest.mark.parametrize(
    ("change", "goes"),
    [
        ({}, True),
        ({"cancelled_at": START - DAYS}, False),
        ({"starts_at": START + HOURS}, False),
        ({"is_here": True}, False),
        ({"asked": True}, False),
        ({"now": START}, False),
    ],
)
def test_at_the_moment_of_sending_everything_is_asked_again(change: dict[str, object], goes: bool) -> None:
    class Card:
        starts_at = change.get("starts_at", START)
        cancelled_at = change.get("cancelled_at")
        asked = bool(change.get("asked"))

    here, now = bool(change.get("is_here")), change.get("now", START - HOURS)
    assert still_goes(START, Card(), is_here=here, now=now) is goes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reach", "texts", "ways"),
    [
        (Reach("jo@example.org", ""), Texts.BESIDE, [Way.MAIL]),
        (Reach("jo@example.org", "+491715550134"), Texts.NONE, [Way.MAIL]),
        (Reach("jo@example.org", "+491715550134"), Texts.ALONE, [Way.MAIL]),
        (Reach("jo@example.org", "+491715550134"), Texts.BESIDE, [Way.MAIL, Way.SMS]),
        (Reach("jo@example.org", "555 0134"), Texts.BESIDE, [Way.MAIL]),
        (Reach("", "+491715550134"), Texts.ALONE, [Way.SMS]),
        (Reach("", "+491715550134"), Texts.BESIDE, [Way.SMS]),
        (Reach("", "+491715550134"), Texts.NONE, []),
        (Reach("", ""), Texts.BESIDE, []),
    ],
)
def test_the_way_follows_what_the_person_gave_and_the_clinic_chose(reach: Reach, texts: Texts, ways: list[Way]) -> None:
    assert ways_of(replace(RULES, texts=texts), reach) == ways


def test_a_service_with_spans_of_its_own_has_those_alone() -> None:
    own = Schedule(RULES, {GROUP: (timedelta(days=7),), UUID(int=9): ()})
    group, silent = replace(SEAT, service_id=GROUP), replace(SEAT, service_id=UUID(int=9))
    week = START - timedelta(days=7)
    assert [due.before for due in reminders_due(own, [SEAT, group, silent], week)] == [timedelta(days=7)]
    assert [due.booking_id for due in reminders_due(own, [SEAT, silent], START - DAYS)] == [SEAT.booking_id]
    assert reminders_due(own, [replace(group, done=frozenset({timedelta(days=7)}))], START - HOURS) == []


@given(
    st.sets(st.integers(1, 4)), st.dictionaries(st.integers(1, 3), st.sets(st.integers(1, 4))), st.integers(1, 5)
)  # fmt: skip
def test_the_store_is_asked_for_those_bookings_alone_that_have_the_span(
    usual: set[int], own: dict[int, set[int]], service: int
) -> None:
    def spans(hours: set[int]) -> tuple[timedelta, ...]:
        return tuple(timedelta(hours=one) for one in sorted(hours, reverse=True))

    schedule = Schedule(ReminderRules(spans(usual)), {UUID(int=one): spans(some) for one, some in own.items()})
    assert set(schedule.spans) == set(spans(usual.union(*own.values())))
    for span in spans({1, 2, 3, 4}):
        whose = schedule.whose(span)
        asked = (UUID(int=service) in whose.services) is not whose.others
        assert asked is (span in schedule.before(UUID(int=service)))
    assert Schedule(RULES).whose(DAYS) == Whose(frozenset(), others=True)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
quiets = st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439)).filter(
    lambda one: one.length <= timedelta(hours=14)
)
zones = st.sampled_from(
    [*map(ZoneInfo, ("Europe/Lisbon", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"))]
)
befores = st.lists(st.sampled_from([1, 2, 3, 5, 12, 24, 48, 72, 168]), min_size=1, max_size=3, unique=True)


@settings(max_examples=30)
@given(moments, quiets, zones, befores)
def test_whenever_it_is_looked_at_each_is_settled_once_and_never_by_night(
    start: datetime, quiet: Quiet, zone: ZoneInfo, hours: list[int]
) -> None:
    rules = ReminderRules(tuple(timedelta(hours=one) for one in sorted(hours, reverse=True)), quiet)
    seat = Seat(UUID(int=1), TALK, start, start - timedelta(days=30), zone)
    now, settled = start - timedelta(hours=max(hours) + 16), list[tuple[datetime, Due]]()
    while now < start:
        for due in reminders_due(Schedule(rules), [seat], now):
            settled.append((now, due))
            seat = replace(seat, done=seat.done | {due.before})
        now += timedelta(minutes=15)
    assert len({due.before for _, due in settled}) == len(settled)
    assert quiet.length or len(settled) == len(hours)
    sent = [(at, due) for at, due in settled if due.fate is Fate.SENT]
    assert all(quiet.around(at, zone) is None for at, _ in sent)
    assert [due.before for _, due in sent] == sorted((due.before for _, due in sent), reverse=True)
    for at, due in settled:
        first, last = starts_to_look_at(due.before, quiet, at)
        assert first < start <= last, "the store looks no farther than this"
