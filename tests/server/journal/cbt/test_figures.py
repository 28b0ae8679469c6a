"""What tools come to: nights over midnight and where clocks change, weeks, ladders, the time for worries."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from server.journal.cbt.catalogue import tools
from server.journal.cbt.ladder import Gate, Run, gate, steps
from server.journal.cbt.nights import Night, Unknown, mean, night, wrong_of
from server.journal.cbt.slot import Slot, parked, slot_of
from server.journal.cbt.week import Did, days_of, lifting, monday
from server.journal.forms import Reason

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 12)
USUAL = {"bed": "23:00", "lights": "23:20", "onset": 30, "awake": 20, "woke": "06:40", "up": "07:15"}


def test_a_night_runs_over_midnight() -> None:
    assert night(DAY, BERLIN, USUAL) == Night(DAY, 495, 390)
    assert night(DAY, BERLIN, USUAL).share == 79
    late = USUAL | {"bed": "00:30", "lights": "01:00"}
    assert night(DAY, BERLIN, late) == Night(DAY, 405, 290), "to bed after midnight is the morning's own day"


def test_minutes_that_were_not_said_are_not_taken_for_nought() -> None:
    bare = {key: USUAL[key] for key in ("bed", "lights", "woke", "up")}
    assert night(DAY, BERLIN, bare) == Unknown(DAY, ("onset", "awake"))
    assert night(DAY, BERLIN, bare | {"onset": 0}) == Unknown(DAY, ("awake",))
    assert night(DAY, BERLIN, USUAL | {"woke": None}) == Unknown(DAY, ("woke",))
    assert night(DAY, BERLIN, bare | {"onset": 0, "awake": 0}) == Night(DAY, 495, 440), "nought that was said counts"
    assert night(DAY, BERLIN, bare | {"onset": 0, "wakings": 0}) == Night(DAY, 495, 440), (
        "who never woke lay awake never"
    )


@pytest.mark.parametrize(
    ("clocks", "bed", "asleep"),
    [
        (("03:00", "03:10", "12:15", "13:00"), 600, 545),
        (("08:00", "08:00", "14:30", "15:00"), 420, 390),
        (("13:00", "13:30", "20:00", "20:10"), 430, 390),
        (("20:00", "23:50", "00:10", "00:20"), 260, 20),
    ],
)
def test_sleep_is_reckoned_at_any_time_of_the_day(clocks: tuple[str, ...], bed: int, asleep: int) -> None:
    said = dict(zip(("bed", "lights", "woke", "up"), clocks, strict=True)) | {"onset": 0, "awake": 0}
    assert night(DAY, BERLIN, said) == Night(DAY, bed, asleep)


@pytest.mark.parametrize(("morning", "bed", "asleep"), [(date(2026, 3, 29), 435, 330), (date(2026, 10, 25), 555, 450)])
def test_a_night_in_which_clocks_change_is_as_long_as_it_was(morning: date, bed: int, asleep: int) -> None:
    assert night(morning, BERLIN, USUAL) == Night(morning, bed, asleep)
    assert night(morning, ZoneInfo("America/Sao_Paulo"), USUAL) == Night(morning, 495, 390), "elsewhere they do not"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"up": "06:00"}, {"up": Reason.ORDER}), ({"onset": 400, "awake": 200}, {"awake": Reason.AWAKE}),
     ({"onset": 441, "awake": None}, {"onset": Reason.AWAKE}), ({"lights": "22:00"}, {"lights": Reason.ORDER}),
     ({"woke": "11:59", "up": "07:15"}, {"up": Reason.ORDER}),
     ({"bed": "07:15", "lights": "07:15", "woke": "07:15"}, {"up": Reason.ORDER})],
)  # fmt: skip
def test_what_cannot_have_been_so_is_said_and_is_no_figure(wrong: dict[str, object], why: dict[str, Reason]) -> None:
    assert wrong_of(DAY, BERLIN, USUAL | wrong) == why
    assert isinstance(night(DAY, BERLIN, USUAL | wrong), Unknown)
    assert wrong_of(DAY, BERLIN, USUAL) == wrong_of(DAY, BERLIN, USUAL | wrong | {"woke": None}) == {}


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
