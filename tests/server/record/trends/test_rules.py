"""What the record knows of treatment as marks: as exact as it is written, of the past, and of no slip."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.measures.chart import Happened, Mark
from server.record.care.rules import Entry, Goal, Kind, Medicine, Spell, Treatment, Value, Way
from server.record.trends.rules import marks_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def written(*values: Value, struck: bool = False, apart: timedelta = timedelta(days=7)) -> list[Entry]:
    """One entry, written so often, the last time now."""
    entry_id, kind, last = uuid4(), Kind.MEDICINE, len(values) - 1
    return [
        Entry(entry_id, kind, at + 1, value, uuid4(), NOW - apart * (last - at), struck and at == last)
        for at, value in enumerate(values)
    ]


def of(*writings: list[Entry]) -> list[Mark]:
    return marks_of([one for each in writings for one in each], BERLIN, NOW)


def sertraline(dose: float | None = 50, spell: Spell = Spell("2025-11-20", going=True)) -> Medicine:
    return Medicine("Sertraline", dose, spell=spell)


def days(marks: list[Mark]) -> list[tuple[str, date, bool]]:
    return [(one.kind.value, one.at.astimezone(BERLIN).date(), one.exact) for one in marks]


@pytest.mark.parametrize(
    ("spell", "found"),
    [
        (Spell("2025-11-20", going=True), [("begun", date(2025, 11, 20), True)]),
        (Spell("2025-11", "2026-02"), [("begun", date(2025, 11, 1), False), ("ended", date(2026, 2, 28), False)]),
        (Spell("2025", "2026-02-03"), [("ended", date(2026, 2, 3), True)]),
        (Spell("2026-03-20", going=True), []),
        (Spell("2026-03-01", "2026-03-20", going=True), [("begun", date(2026, 3, 1), True)]),
        (Spell("2026-01-01", "2026-03"), [("begun", date(2026, 1, 1), True), ("ended", date(2026, 3, 9), False)]),
        (Spell(weeks=6), []),
    ],
)
def test_marks_are_as_exact_as_what_is_written(spell: Spell, found: list[tuple[str, date, bool]]) -> None:
    assert days(of(written(sertraline(spell=spell)))) == found


def test_a_dose_that_was_written_over_on_a_later_day_is_a_change_and_a_slip_is_none() -> None:
    changed = of(written(sertraline(50), sertraline(50), sertraline(100)))[-1]
    assert (changed.kind, changed.dose, changed.before) == (Happened.CHANGED, "100 mg", "50 mg")
    assert changed.at.astimezone(BERLIN).date() == date(2026, 3, 9)
    slip = of(written(sertraline(500), sertraline(50), apart=timedelta(minutes=5)))
    ended = of(written(sertraline(50), sertraline(100, Spell("2025-11-20", "2026-01-01"))))
    other = of(written(sertraline(50), Medicine("Citalopram", 20, spell=Spell("2025-11-20", going=True))))
    unknown = of(written(sertraline(None), sertraline(50)))
    assert not [one for each in (slip, ended, other, unknown) for one in each if one.kind is Happened.CHANGED]


def test_treatments_stand_among_medicines_and_what_was_struck_or_is_a_goal_does_not() -> None:
    talk = Treatment(Way.TALK, "CBT", spell=Spell("2025-12-01", going=True))
    marks = of(written(talk), written(sertraline()), written(sertraline(), sertraline(), struck=True))
    assert [(one.name, one.way) for one in marks] == [("Sertraline", ""), ("CBT", "talk")]
    assert of(written(Goal("To sleep"))) == []
