"""What tools come to: nights over midnight and where clocks change, weeks, ladders, the time for worries."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from server.journal.cbt.catalogue import tools
from server.journal.cbt.ladder import Gate, Run, gate, steps
from server.journal.cbt.nights import Night, mean, night
from server.journal.cbt.slot import Slot, parked, slot_of
from server.journal.cbt.week import Did, days_of, lifting, monday

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 12)
USUAL = {"bed": "23:00", "lights": "23:20", "onset": 30, "awake": 20, "woke": "06:40", "up": "07:15"}


def test_a_night_runs_over_midnight() -> None:
    assert night(DAY, BERLIN, USUAL) == Night(DAY, 495, 390)
    assert night(DAY, BERLIN, USUAL).share == 79
    late = USUAL | {"bed": "00:30", "lights": "01:00"}
    assert night(DAY, BERLIN, late) == Night(DAY, 405, 290), "to bed after midnight is the morning's own day"
    bare = {key: USUAL[key] for key in ("bed", "lights", "woke", "up")}
    assert night(DAY, BERLIN, bare) == Night(DAY, 495, 440), "nothing said of lying awake is no minute of it"


@pytest.mark.parametrize(("morning", "bed", "asleep"), [(date(2026, 3, 29), 435, 330), (date(2026, 10, 25), 555, 450)])
def test_a_night_in_which_clocks_change_is_as_long_as_it_was(morning: date, bed: int, asleep: int) -> None:
    assert night(morning, BERLIN, USUAL) == Night(morning, bed, asleep)
    assert night(morning, ZoneInfo("America/Sao_Paulo"), USUAL) == Night(morning, 495, 390), "elsewhere they do not"


@pytest.mark.parametrize(
    "wrong",
    [{"bed": None}, {"up": "06:00"}, {"onset": 400, "awake": 200}, {"lights": "22:00"},
     {"woke": "11:59", "up": "07:15"}, {"bed": "07:15", "lights": "07:15", "woke": "07:15"}],
)  # fmt: skip
def test_what_cannot_have_been_so_is_no_figure(wrong: dict[str, object]) -> None:
    assert night(DAY, BERLIN, USUAL | wrong) is None


def test_the_mean_counts_a_short_night_as_a_short_one() -> None:
    assert mean([]) is None
    found = mean([Night(DAY, 500, 400), Night(DAY, 100, 20)])
    assert (found.nights, found.bed, found.asleep, found.share) == (2, 300, 210, 70)


def test_mood_stands_beside_what_was_done_and_empty_days_stay_empty() -> None:
    found = [
        Did(DAY, "Walk", "yes", 3, 6),
        Did(DAY, "walk", "partly", 4, 5),
        Did(DAY, "Dishes", "no", 4, 9),
        Did(date(2026, 3, 10), "Choir", "yes", None, 7),
        Did(date(2026, 3, 11), "Bed", "yes", 5, 4),
    ]
    days = days_of(monday(DAY), found)
    assert [one.day.isoweekday() for one in days] == [1, 2, 3, 4, 5, 6, 7]
    assert [(one.planned, one.done, one.mood) for one in days[:4]] == [(0, 0, None), (1, 1, 7), (1, 1, 4), (3, 2, 5.5)]
    assert [(one.what, one.by, one.times) for one in lifting(found)] == [("Walk", 2, 2)], (
        "what did not lift is not listed"
    )


def test_a_ladder_is_sorted_and_moves_on_when_fear_halves_or_does_not_come_true() -> None:
    said = {"steps": [{"text": "Town", "suds": 80}, {"text": "Stop", "suds": 35}, {"text": "Some day"}, {"suds": 10}]}
    runs = [Run("Stop", 60, "yes"), Run("Town", 90, "yes"), Run("Stop", 30, "yes"), Run("Town", 80, "no")]
    found = steps(said, runs)
    assert [(one.text, one.first, one.times, one.moved) for one in found] == [
        ("Stop", True, 2, True),
        ("Town", False, 2, True),
        ("Some day", False, 0, False),
    ]
    assert not steps(said, runs[:2])[0].moved, "once is not yet a course"


def test_a_flag_waits_for_the_therapist() -> None:
    for flags, given, wanted in (
        ([], False, Gate.UNSAID),
        (["none"], False, Gate.OPEN),
        (["none", "heart"], False, Gate.TOGETHER),
        (["memory"], False, Gate.TOGETHER),
        (["rituals"], True, Gate.OPEN),
    ):
        assert gate({"flags": flags}, given=given) is wanted


def test_the_time_for_worries_is_short_and_not_the_last_of_the_day() -> None:
    numbers = tools()["worry"].slot
    slot = slot_of("17:30", "20", numbers)
    assert slot == Slot(time(17, 30), 20)
    assert [slot.holds(time(17, minute)) for minute in (29, 30, 49, 50)] == [False, True, True, False]
    for at, minutes in (("21:01", 20), ("17:30", 14), ("17:30", 31), ("", 20), ("17:30", "x"), ("17:30+01:00", 20)):
        assert slot_of(at, minutes, numbers) is None
    assert [parked({"end": end}) for end in (None, "stay", "go", "act")] == [True, True, False, False]
