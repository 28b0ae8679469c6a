"""The timings of the exercises, as their sources give them, and what may be chosen."""

import pytest

from server.calm.catalogue import exercises
from server.calm.rules import Kind, choices, gentler, length

BREATHING = [one for one in exercises().values() if one.breathing]


@pytest.mark.parametrize(
    ("name", "seconds", "cycles", "whole"),
    [
        ("box-4", [4, 4, 4, 4], 19, 304),
        ("4-7-8", [4, 7, 8], 4, 76),
        ("resonance-5-5", [5, 5], 30, 300),
        ("resonance-4-6", [4, 6], 30, 300),
        ("resonance-55", [5.5, 5.5], 27, 297),
        ("cyclic-sigh", [2, 1, 6], 33, 297),
        ("equal-4", [4, 4], 37, 296),
        ("extended-exhale", [3, 6], 33, 297),
    ],
)
def test_a_pattern_lasts_as_long_as_its_breaths_together(name, seconds, cycles, whole) -> None:
    exercise = exercises()[name]
    assert [step.seconds for step in exercise.steps] == seconds
    assert exercise.cycles == cycles
    assert exercise.cycles * length(exercise.steps) == whole
    assert choices(exercise)[cycles] == whole


@pytest.mark.parametrize("exercise", BREATHING, ids=lambda one: one.id)
def test_nothing_is_offered_that_would_want_a_warning(exercise) -> None:
    offered = choices(exercise)
    assert len(offered) >= 3
    assert max(offered.values()) <= exercise.most
    assert list(offered) == sorted(offered)


def test_a_pattern_that_is_bound_to_a_few_breaths_offers_four_first_and_eight_at_most() -> None:
    assert list(choices(exercises()["4-7-8"])) == [4, 6, 8]


def test_the_others_last_about_one_three_five_and_ten_minutes() -> None:
    assert choices(exercises()["box-4"]) == {3: 48, 11: 176, 19: 304, 37: 592}
    assert choices(exercises()["resonance-4-6"]) == {6: 60, 18: 180, 30: 300, 60: 600, 120: 1200}


def test_the_body_is_gone_through_in_as_many_seconds_as_is_written() -> None:
    muscles, scan = exercises()["muscles"], exercises()["body-scan"]
    assert (length(muscles.steps), length(muscles.slow)) == (14 * 20, 14 * 25)
    assert [step.kind for step in muscles.steps[:4]] == [Kind.TENSE, Kind.RELEASE] * 2
    assert len({step.key for step in muscles.steps}) == 14
    assert (length(scan.steps), length(scan.slow)) == (7.5 * 60, 12.5 * 60)
    assert (scan.steps[0].seconds, scan.steps[-2].seconds, scan.steps[-1].seconds) == (60, 60, 30)


def test_grounding_takes_as_long_as_it_takes_and_ends_with_a_next_step() -> None:
    grounding = exercises()["grounding"]
    assert length(grounding.steps) is None
    assert choices(grounding) == {}
    assert [step.key for step in grounding.steps] == ["see", "touch", "hear", "smell", "taste", "place", "next"]


def test_whoever_should_not_hold_their_breath_is_led_to_patterns_without_a_hold() -> None:
    held = [one.id for one in BREATHING if one.holds]
    assert held == ["box-4", "4-7-8"]
    for name in held:
        others = gentler(exercises()[name], exercises())
        assert [one.id for one in others] == ["equal-4", "extended-exhale"]
        assert not any(one.holds for one in others)
    assert gentler(exercises()["equal-4"], exercises()) == ()


def test_what_no_source_gives_awaits_a_clinician() -> None:
    for one in exercises().values():
        assert one.awaits or one.source not in {"General knowledge", "Our own proposal"}, one.id
