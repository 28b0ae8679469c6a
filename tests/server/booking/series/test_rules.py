"""The dates of a series and what stands in their way, in examples."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from server.booking.hours import stretch
from server.booking.rules import BookingCard, Calendar
from server.booking.series.rules import (
    Clash,
    Every,
    Scope,
    Wanted,
    a_week_later,
    in_scope,
    plan,
    rhythm,
    shifted,
    starts,
)
from server.clinic.rules import DEFAULT_POLICY, Most
from tests.server.booking.linden import a_service, usual_week

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
MARA = UUID(int=1)
ROOMS = UUID(int=2), UUID(int=3)
HOUR = timedelta(hours=1)
POLICY = replace(DEFAULT_POLICY, notice=timedelta(), horizon=timedelta(days=300))
SESSION = a_service()


def local(moments: list[datetime], zone: ZoneInfo = BERLIN) -> list[str]:
    return [f"{at.astimezone(zone):%a %d.%m. %H:%M}" for at in moments]


def calendar(**known: object) -> Calendar:
    return replace(Calendar(BERLIN, POLICY, SESSION, {MARA: usual_week()}), **known)


def on(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN).astimezone(UTC)


def taken(start: datetime) -> tuple[int, int]:
    return stretch(start, start + HOUR)


def wanted(*moments: datetime) -> list[Wanted]:
    return [Wanted(number, at, MARA) for number, at in enumerate(moments, 1)]


def test_every_week_keeps_the_time_of_the_clock_when_clocks_change() -> None:
    found = starts(rhythm(Every.WEEK, date(2026, 3, 16), 9 * 60, 4), BERLIN)
    assert local(found) == ["Mon 16.03. 09:00", "Mon 23.03. 09:00", "Mon 30.03. 09:00", "Mon 06.04. 09:00"]
    assert [after - before for before, after in itertools.pairwise(found)] == [
        timedelta(days=7), timedelta(days=7) - HOUR, timedelta(days=7),
    ]  # fmt: skip


def test_the_next_time_is_the_same_time_of_the_clock_a_week_later() -> None:
    assert local([a_week_later(on(23), BERLIN), a_week_later(on(24, 14), BERLIN)]) == [
        "Mon 30.03. 09:00",
        "Tue 31.03. 14:00",
    ]


def test_every_two_weeks_for_twelve_weeks_is_six() -> None:
    found = starts(rhythm(Every.FORTNIGHT, date(2026, 3, 12), 14 * 60, 6), BERLIN)
    assert {later - sooner for sooner, later in itertools.pairwise(found)} <= {
        timedelta(days=14), timedelta(days=14) - HOUR,
    }  # fmt: skip
    assert local(found)[-1] == "Thu 21.05. 14:00"


def test_thirty_sessions_of_tms_are_five_a_week_for_six_weeks() -> None:
    found = starts(rhythm(Every.WORKDAY, date(2026, 3, 11), 9 * 60, 30), BERLIN)
    assert len(found) == 30
    assert {at.astimezone(BERLIN).weekday() for at in found} == {0, 1, 2, 3, 4}
    assert (local(found)[0], local(found)[-1]) == ("Wed 11.03. 09:00", "Tue 21.04. 09:00")
    assert local(starts(rhythm(Every.WORKDAY, date(2026, 3, 14), 9 * 60, 1), BERLIN)) == ["Mon 16.03. 09:00"]


def test_closed_days_are_made_up_for_at_the_end() -> None:
    easter = [stretch(on(3, 0, 4), on(4, 0, 4)), stretch(on(6, 0, 4), on(7, 0, 4))]
    one = rhythm(Every.WORKDAY, date(2026, 3, 30), 9 * 60, 10)
    plain, mended = local(starts(one, BERLIN)), local(starts(one, BERLIN, easter, SESSION.length))
    assert plain[-1] == "Fri 10.04. 09:00"
    assert len(mended) == 10
    assert mended[-2:] == ["Mon 13.04. 09:00", "Tue 14.04. 09:00"]
    assert not {"Fri 03.04. 09:00", "Mon 06.04. 09:00"} & set(mended)


def test_a_clinic_that_never_opens_again_ends_a_series() -> None:
    for_ever = [stretch(NOW, NOW + timedelta(days=4000))]
    assert starts(rhythm(Every.WORKDAY, date(2026, 3, 10), 9 * 60, 30), BERLIN, for_ever, HOUR) == []


def test_a_time_that_the_clock_skips_moves_on_and_of_two_the_first_counts() -> None:
    sundays = starts(rhythm(Every.WEEK, date(2026, 3, 22), 150, 3), BERLIN)
    assert local(sundays) == ["Sun 22.03. 02:30", "Sun 29.03. 03:30", "Sun 05.04. 02:30"]
    twice = starts(rhythm(Every.WEEK, date(2026, 10, 25), 150, 1), BERLIN)
    assert twice == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("known", "start", "clash"),
    [
        ({}, on(12), None),
        ({}, on(12, 12), Clash.NO_HOURS),
        ({}, on(12) + timedelta(minutes=10), Clash.OFF_GRID),
        ({"busy": {MARA: [taken(on(12))]}}, on(12) + timedelta(minutes=10), Clash.OFF_GRID),
        ({}, on(9, 9), Clash.TOO_SOON),
        ({"busy": {MARA: [taken(on(12))]}}, on(12), Clash.TAKEN),
        ({"away": {MARA: [taken(on(12))]}}, on(12), Clash.AWAY),
        ({"away": {MARA: [taken(on(12))]}, "engaged": {MARA: [taken(on(12))]}}, on(12), Clash.ELSEWHERE),
        ({"away": {MARA: [taken(on(12))]}, "shut": [taken(on(12))]}, on(12), Clash.CLOSED),
        ({"shut": [stretch(on(14, 0), on(15, 0))]}, on(14), Clash.CLOSED),
        ({"pools": (ROOMS,), "busy": {room: [taken(on(12))] for room in ROOMS}}, on(12), Clash.ROOM),
        ({"pools": ((),)}, on(12), Clash.ROOM),
        ({"pools": (ROOMS,), "busy": {ROOMS[0]: [taken(on(12))]}}, on(12), None),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_named(known: dict[str, object], start: datetime, clash: Clash | None) -> None:
    (step,) = plan(calendar(**known), wanted(start), NOW)
    assert step.clash is clash
    assert (step.time is None) == (clash is not None)


def test_a_date_that_cannot_be_had_says_what_else_is_free_that_day() -> None:
    busy = {MARA: [stretch(on(12, 9), on(12, 15))]}
    (step,) = plan(calendar(busy=busy), wanted(on(12)), NOW)
    assert [f"{at.astimezone(BERLIN):%H:%M}" for at in step.others] == ["15:00", "15:30", "16:00"]


def test_a_time_at_which_no_session_begins_names_the_nearest_of_the_grid() -> None:
    (step,) = plan(calendar(busy={MARA: [taken(on(12))]}), wanted(on(12) + timedelta(minutes=10)), NOW)
    assert [f"{at.astimezone(BERLIN):%H:%M}" for at in step.near] == ["09:00", "09:30"]
    (other,) = plan(calendar(), wanted(on(12, 12)), NOW)
    assert (other.clash, other.near) == (Clash.NO_HOURS, ())


def test_its_own_dates_count_towards_a_full_week() -> None:
    known = calendar(most={MARA: Most(a_week=3)}, sessions={MARA: [taken(on(16, 14))[0]]})
    steps = plan(known, wanted(*(on(day) for day in range(16, 21)), on(23)), NOW)
    assert [step.clash for step in steps] == [None, None, Clash.FULL, Clash.FULL, Clash.FULL, None]


def test_a_date_that_is_only_looked_at_takes_nothing() -> None:
    known = calendar(most={MARA: Most(a_day=1)})
    first, second = wanted(on(12, 9), on(12, 10))
    steps = plan(known, [replace(first, taken=False), second], NOW)
    assert [step.clash for step in steps] == [None, None]
    assert [step.clash for step in plan(known, [first, second], NOW)] == [None, Clash.FULL]


def test_one_room_through_the_whole_series_where_it_is_free() -> None:
    busy = {ROOMS[0]: [taken(on(19)), taken(on(12, 14))], ROOMS[1]: []}
    steps = plan(calendar(pools=(ROOMS,), busy=busy), wanted(on(12), on(19), on(26)), NOW)
    assert [step.time.units for step in steps if step.time] == [(ROOMS[1],)] * 3
    steps = plan(calendar(pools=(ROOMS,)), wanted(on(12), on(19)), NOW, rather=(ROOMS[1],))
    assert [step.time.units for step in steps if step.time] == [(ROOMS[1],)] * 2


def test_a_room_that_is_used_less_but_not_free_on_every_date_is_left_to_others() -> None:
    busy = {ROOMS[0]: [taken(on(19))], ROOMS[1]: [taken(on(12, 14))]}
    steps = plan(calendar(pools=(ROOMS,), busy=busy), wanted(on(12), on(19), on(26)), NOW)
    assert [step.time.units for step in steps if step.time] == [(ROOMS[1],)] * 3


def test_where_no_room_is_free_on_every_date_it_changes_as_seldom_as_it_can() -> None:
    busy = {ROOMS[0]: [taken(on(19))], ROOMS[1]: [taken(on(12))]}
    steps = plan(calendar(pools=(ROOMS,), busy=busy), wanted(on(12), on(19), on(26)), NOW)
    assert [step.time.units for step in steps if step.time] == [(ROOMS[0],), (ROOMS[1],), (ROOMS[1],)]


def card(number: int, start: datetime, **changes: object) -> BookingCard:
    plain = BookingCard(
        id=uuid4(), public_id=f"b{number}", clinic_id=UUID(int=9), appointment_id=uuid4(), service_id=SESSION.id,
        service_name="A session", minutes=50, therapist_id=MARA, therapist_name="Mara", starts_at=start,
        ends_at=start + HOUR, patient_id=UUID(int=8), sequence=0, cancelled_at=None, moved_from=None, for_whom="me",
        made_at=NOW, series_id=UUID(int=7), number=number,
    )  # fmt: skip
    return replace(plain, **changes)


def test_a_change_is_about_this_one_those_after_it_or_all_that_are_ahead() -> None:
    past, first, second, third = cards = [card(n, on(3 + 7 * n)) for n in range(4)]
    gone = card(5, on(31), cancelled_at=NOW)
    everything = [*cards, gone]
    assert in_scope(everything, second, Scope.ONE, NOW) == [second]
    assert in_scope(everything, second, Scope.FOLLOWING, NOW) == [second, third]
    assert in_scope(everything, second, Scope.ALL, NOW) == [first, second, third]
    later = first.starts_at - HOUR
    assert in_scope(everything, second, Scope.ALL, later, DEFAULT_POLICY) == [second, third]
    assert past not in in_scope(everything, second, Scope.ALL, NOW)


def test_the_others_move_by_as_many_days_to_the_same_time_of_the_clock() -> None:
    cards = [card(1, on(24)), card(2, on(31)), card(3, on(9, 11, 4))]
    found = shifted(cards, cards[0], on(26, 14), BERLIN)
    assert local([one.start for one in found]) == ["Thu 26.03. 14:00", "Thu 02.04. 14:00", "Sat 11.04. 14:00"]
    assert [one.number for one in found] == [1, 2, 3]
    assert time(14) == found[1].start.astimezone(BERLIN).time()
