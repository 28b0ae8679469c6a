"""A clinic's own colour stays its own, and can be read in both lights."""

import itertools

import pytest

from server.clinic.colour import (
    INK_DAY,
    INK_DUSK,
    LIT_DAY,
    LIT_DUSK,
    SHADE_DAY,
    WALL_DAY,
    WALL_DUSK,
    Change,
    contrast,
    hex_of,
    oklch,
    palette,
    stylesheet,
)
from tests.each import of_each

EXAMPLES = [
    ("#ffd400", "#695608", "#eae3ca", "#ead797", "#4c4323"),
    ("#7fb7e6", "#255c86", "#d1e6f9", "#82b7e3", "#2c475d"),
    ("#1f6fa8", "#015c93", "#d1e6f9", "#83b7e4", "#2c475d"),
    ("#ff3d8b", "#8d3b56", "#f8dae1", "#df9bad", "#5a3842"),
    ("#6a3fb5", "#5f4991", "#e4dff8", "#b5a6e2", "#463e5c"),
    ("#000000", "#000000", "#e3e3e3", "#b1b1b1", "#444444"),
]
GRID = ["#" + "".join(parts) for parts in itertools.product(("00", "33", "66", "99", "cc", "ff"), repeat=3)]


def distance(one: str, other: str) -> int:
    """The largest difference of any channel, 0 to 255."""
    pairs = ((one[at : at + 2], other[at : at + 2]) for at in (1, 3, 5))
    return max(abs(int(a, 16) - int(b, 16)) for a, b in pairs)


@pytest.mark.parametrize(("given", "day", "day_soft", "dusk", "dusk_soft"), EXAMPLES)
def test_the_drawn_examples(given: str, day: str, day_soft: str, dusk: str, dusk_soft: str) -> None:
    made = palette(given)
    assert distance(made.accent_day, day) <= 1
    assert distance(made.accent_soft_day, day_soft) <= 1
    assert distance(made.accent_dusk, dusk) <= 1
    assert distance(made.accent_soft_dusk, dusk_soft) <= 1


@of_each(given=GRID)
def test_every_colour_can_be_read_on_every_ground(given: str) -> None:
    made = palette(given)
    for ground in (WALL_DAY, LIT_DAY, SHADE_DAY, made.accent_soft_day):
        assert contrast(made.accent_day, ground) >= 5.5
    for ground in (WALL_DUSK, LIT_DUSK):
        assert contrast(made.accent_dusk, ground) >= 5.5
    assert contrast(made.accent_dusk, made.accent_soft_dusk) >= 4.5
    assert contrast(INK_DAY, made.accent_soft_day) >= 4.5
    assert contrast(INK_DUSK, made.accent_soft_dusk) >= 4.5


@of_each(given=GRID)
def test_words_on_the_filled_button_can_be_read_pressed_or_not(given: str) -> None:
    made = palette(given)
    assert contrast(made.on_accent_day, made.accent_day) >= 4.5
    assert contrast(made.on_accent_day, made.accent_press_day) >= 4.5
    assert contrast(made.on_accent_dusk, made.accent_dusk) >= 4.5
    assert contrast(made.on_accent_dusk, made.accent_press_dusk) >= 4.5


@of_each(given=GRID)
def test_a_press_is_seen(given: str) -> None:
    made = palette(given)
    assert distance(made.accent_day, made.accent_press_day) >= 8
    assert distance(made.accent_dusk, made.accent_press_dusk) >= 8


@pytest.mark.parametrize(
    ("given", "change"),
    [
        ("#25573f", Change.NONE),
        ("#000000", Change.NONE),
        ("#7fb7e6", Change.DARKENED),
        ("#4a1f8f", Change.CALMED),
        ("#ffd400", Change.DARKENED_AND_CALMED),
        ("#c8462a", Change.INK),
        ("#e07b1a", Change.INK),
    ],
)
def test_what_was_changed_is_said(given: str, change: Change) -> None:
    assert palette(given).change is change


def test_a_colour_that_passes_is_kept_to_the_letter() -> None:
    assert palette("#25573F").accent_day == "#25573f"


def test_a_colour_that_speaks_like_a_warning_gives_way_to_ink() -> None:
    made = palette("#c8462a")
    assert (made.accent_day, made.accent_dusk, made.given) == (INK_DAY, INK_DUSK, "#c8462a")


def test_a_brown_too_dull_to_alarm_stays_an_accent() -> None:
    assert palette("#6b5f57").change is not Change.INK


@pytest.mark.parametrize("given", ["", "#fff", "25573f", "#25573g", "#25573f;}", "red", "#25573f0"])
def test_what_is_no_colour_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        palette(given)


@of_each(given=GRID)
def test_there_and_back(given: str) -> None:
    assert hex_of(oklch(given)) == given


def test_contrast_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)


def test_the_stylesheet_sets_both_lights_and_nothing_else() -> None:
    made = palette("#1f6fa8")
    lines = stylesheet(made).splitlines()
    assert lines[0] == ":root {"
    assert f"  --accent-day: {made.accent_day};" in lines
    assert f"  --on-accent-dusk: {made.on_accent_dusk};" in lines
    assert lines[-1] == "}"
    assert len(lines) == 10
