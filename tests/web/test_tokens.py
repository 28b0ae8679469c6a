"""The roles keep the contrast they promise, in daylight and at dusk."""

import re
from pathlib import Path

import pytest

from server.clinic.colour import INK_DAY, INK_DUSK, LIT_DAY, LIT_DUSK, SHADE_DAY, WALL_DAY, WALL_DUSK, contrast

TOKENS = (Path(__file__).parents[2] / "web/static/css/tokens.css").read_text()
PAIR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
ACCENT = re.compile(r"--([a-z-]+): light-dark\(var\(--[a-z-]+, (#[0-9a-f]{6})\), var\(--[a-z-]+, (#[0-9a-f]{6})\)\)")
FIRST = re.compile(r"--([a-z0-9-]+): (?:var\(--[a-z-]+, )?(#[0-9a-f]{6})\)?;")

ROLES = {name: (day, dusk) for name, day, dusk in PAIR.findall(TOKENS) + ACCENT.findall(TOKENS)}

WORDS = [
    *((text, ground) for text in ("ink", "ink2", "accent", "clay", "red") for ground in ("wall", "lit", "shade")),
    *((text, f"{role}-soft") for text in ("ink", "ink2") for role in ("accent", "clay", "red")),
    ("accent", "accent-soft"),
    ("clay", "clay-soft"),
    ("red", "red-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-press"),
    ("lamp-ink", "lamp"),
]
MARKS = [("edge", "wall"), ("edge", "lit"), ("edge", "shade"), ("wood", "wall"), ("wood", "lit"), ("accent", "lit")]


@pytest.mark.parametrize("mode", [0, 1], ids=["daylight", "dusk"])
@pytest.mark.parametrize(("text", "ground"), WORDS)
def test_words_can_be_read(text: str, ground: str, mode: int) -> None:
    assert contrast(ROLES[text][mode], ROLES[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["daylight", "dusk"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_controls_and_marks_can_be_seen(mark: str, ground: str, mode: int) -> None:
    assert contrast(ROLES[mark][mode], ROLES[ground][mode]) >= 3


def test_a_browser_without_light_dark_gets_the_same_daylight() -> None:
    plain = dict(FIRST.findall(TOKENS[: TOKENS.index("@supports")]))
    assert plain == {name: day for name, (day, _) in ROLES.items()}


def test_the_clinics_colour_is_measured_against_the_grounds_it_will_stand_on() -> None:
    assert ROLES["wall"] == (WALL_DAY, WALL_DUSK)
    assert ROLES["lit"] == (LIT_DAY, LIT_DUSK)
    assert ROLES["shade"][0] == SHADE_DAY
    assert ROLES["ink"] == (INK_DAY, INK_DUSK)


def test_every_accent_value_can_be_replaced_by_the_clinic() -> None:
    for name in ("accent", "accent-press", "accent-soft", "on-accent"):
        for light in ("day", "dusk"):
            assert f"var(--{name}-{light}, #" in TOKENS
