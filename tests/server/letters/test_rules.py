"""Who reads which thread, by when an answer is due, and what stands on top."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from server.access import Role
from server.clinic.opening.rules import Opening
from server.clinic.rules import WeeklyHours, usual_week
from server.letters.rules import (
    Away,
    Reader,
    Thread,
    Topic,
    away_now,
    closed_for,
    due_by,
    in_order,
    reads,
    standing_in,
)

BERLIN = ZoneInfo("Europe/Berlin")
CLINIC, JO, MARA, SAMIR, KIT = (UUID(int=number) for number in range(1, 6))
MONDAY = datetime(2026, 3, 9, 10, tzinfo=BERLIN)
CARE = Thread(UUID(int=9), CLINIC, JO, Topic.CARE, MARA, MONDAY, MONDAY)
DESK = replace(CARE, topic=Topic.DESK, addressee=None)
THERAPIST, FRONT, ADMIN = (frozenset({role}) for role in (Role.THERAPIST, Role.FRONT_DESK, Role.ADMIN))
SHUT = replace(CARE, closed_at=MONDAY)


@pytest.mark.parametrize(
    ("thread", "reader", "treats", "may"),
    [
        (CARE, Reader(MARA, THERAPIST), True, True),
        (CARE, Reader(MARA, THERAPIST), False, True),  # as long as it is open it is hers to answer
        (SHUT, Reader(MARA, THERAPIST), True, True),
        (SHUT, Reader(MARA, THERAPIST), False, False),
        (CARE, Reader(MARA, ADMIN), True, False),  # who is no therapist any more
        (CARE, Reader(SAMIR, THERAPIST), True, False),  # a colleague who treats the patient as well
        (CARE, Reader(SAMIR, THERAPIST, frozenset({MARA})), False, True),
        (SHUT, Reader(SAMIR, THERAPIST, frozenset({MARA})), True, False),
        (CARE, Reader(KIT, FRONT, frozenset({MARA})), False, False),
        (CARE, Reader(KIT, FRONT | ADMIN), False, False),
        (DESK, Reader(KIT, FRONT), False, True),
        (DESK, Reader(KIT, ADMIN), False, True),
        (DESK, Reader(MARA, THERAPIST), True, False),
        (replace(DESK, addressee=MARA), Reader(MARA, THERAPIST), False, True),
        (replace(DESK, addressee=MARA), Reader(KIT, FRONT), False, False),
        (replace(CARE, addressee=None), Reader(KIT, FRONT | ADMIN), True, False),  # care is never the desk's
    ],
)
def test_who_reads_what(thread: Thread, reader: Reader, treats: bool, may: bool) -> None:
    assert reads(thread, reader, treats=treats) is may


def week(**changes: object) -> Opening:
    return replace(Opening(BERLIN, usual_week()), **changes)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("opening", "days", "sent", "due"),
    [
        (week(), 2, at(9, 10), at(11, 17)),
        (week(), 2, at(9, 23, 59), at(11, 17)),
        (week(), 1, at(9, 10), at(10, 17)),
        (week(), 1, at(13, 10), at(16, 17)),  # Friday, so Monday
        (week(), 2, at(14, 10), at(17, 17)),  # a weekend counts for nothing
        (week(week=()), 1, at(9, 10), at(10, 17)),  # no hours are set: the usual ones
        (week(closures=[(at(10, 0), at(11, 0))]), 1, at(9, 10), at(11, 17)),  # a holiday
        (week(closures=[(at(10, 14), at(10, 18))]), 1, at(9, 10), at(10, 14)),  # a short day
        (week(closures=[(at(9, 0), at(9, 0) + timedelta(days=90))]), 1, at(9, 10), None),
        (week(week=[WeeklyHours(day, 0, 1440) for day in range(7)]), 1, at(9, 10), at(10, 23, 59)),  # never closes
    ],
)
def test_by_when_an_answer_is_due(opening: Opening, days: int, sent: datetime, due: datetime | None) -> None:
    assert due_by(opening, days, sent) == due
    assert due_by(opening, days, sent.astimezone(UTC)) == due


def test_who_is_away_and_alone_has_no_working_days_and_who_has_a_stand_in_does() -> None:
    alone, helped = Away(JO, MARA, date(2026, 3, 9), date(2026, 3, 11)), Away(JO, SAMIR, date(2026, 3, 9), date.max)
    helped = replace(helped, until=date(2026, 3, 11), stand_in=MARA)
    closed = closed_for(week(), [alone, helped], MARA)
    assert closed == [(at(9, 0), at(12, 0))]
    assert due_by(week(closures=closed), 1, at(9, 10)) == at(12, 17)
    assert closed_for(week(), [alone, helped], SAMIR) == closed_for(week(), [alone], None) == []


def test_an_absence_holds_for_whole_days_and_the_longest_is_told() -> None:
    first, longer = (Away(JO, MARA, date(2026, 3, 9), date(2026, 3, last), SAMIR) for last in (11, 20))
    assert [away_now([first, longer], MARA, date(2026, 3, day)) for day in (8, 9, 12, 21)] == [
        None,
        longer,
        longer,
        None,
    ]
    assert away_now([first], SAMIR, date(2026, 3, 9)) is None
    assert standing_in([first, longer], SAMIR, date(2026, 3, 11)) == {MARA}
    assert standing_in([first], SAMIR, date(2026, 3, 12)) == frozenset()


def test_what_waits_beyond_its_time_stands_on_top() -> None:
    late = replace(CARE, id=UUID(int=20), waits_since=at(2, 9), due_at=at(4, 17))
    later = replace(CARE, id=UUID(int=21), waits_since=at(3, 9), due_at=at(5, 17))
    waits = replace(CARE, id=UUID(int=22), waits_since=at(9, 9), due_at=at(11, 17))
    new, old = replace(CARE, last_at=at(9, 9)), replace(CARE, id=UUID(int=23), last_at=at(1, 9))
    unknown = replace(CARE, id=UUID(int=24), waits_since=at(9, 8), last_at=at(9, 8))
    mixed = [old, waits, new, later, unknown, late]
    assert in_order(mixed, at(9, 12)) == [late, later, unknown, waits, new, old]
    assert not replace(late, closed_at=at(5, 9)).late(at(9, 12))
