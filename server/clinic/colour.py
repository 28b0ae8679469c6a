"""The clinic's own colour, made readable: keep its hue, change the rest, in oklch.

Both modes are computed once, when the colour is saved, and stored together. A colour that would
speak like clay or red (a person is needed, danger) does not become the accent: ink does.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

HEX = re.compile(r"#[0-9a-fA-F]{6}")

# The grounds an accent stands on; the same values as in web/static/css/tokens.css.
WALL_DAY, LIT_DAY, SHADE_DAY, INK_DAY = "#f0f0e9", "#fcfbf6", "#e4e5db", "#162720"
WALL_DUSK, LIT_DUSK, INK_DUSK = "#172828", "#243635", "#efede4"

READABLE = 5.5
READABLE_ON_SOFT_DUSK = 4.5
STEP = 0.01
CHROMA_STEP = 0.004
ALARMING_HUES = (10.0, 70.0)
ALARMING_CHROMA = 0.06


class Change(StrEnum):
    """What was done to the given colour for daylight; dusk is always computed anew."""

    NONE = "none"
    CALMED = "calmed"  # less vivid, as light or dark as before
    DARKENED = "darkened"
    DARKENED_AND_CALMED = "darkened_and_calmed"
    INK = "ink"  # it would be read as a warning: ink is the accent, the colour stays in the mark


@dataclass(frozen=True)
class Oklch:
    """Lightness 0-1, chroma 0-0.4, hue in degrees."""

    lightness: float
    chroma: float
    hue: float


@dataclass(frozen=True)
class Palette:
    """The eight values a clinic's stylesheet sets, as '#rrggbb', and what was changed."""

    given: str
    accent_day: str
    accent_press_day: str
    accent_soft_day: str
    on_accent_day: str
    accent_dusk: str
    accent_press_dusk: str
    accent_soft_dusk: str
    on_accent_dusk: str
    change: Change


def palette(given: str) -> Palette:
    """The palette of a clinic whose colour is `given` ('#rrggbb'). Raises ValueError for anything else."""
    own = oklch(given)
    if _alarming(own):
        return _of(given, oklch(INK_DAY), oklch(INK_DUSK), Change.INK)
    day = _daylight(own)
    return _of(given, day, _dusk(own), _change(own, day), own)


def stylesheet(colours: Palette) -> str:
    """The text of a clinic's accent.css."""
    names = (
        "accent_day", "accent_press_day", "accent_soft_day", "on_accent_day",
        "accent_dusk", "accent_press_dusk", "accent_soft_dusk", "on_accent_dusk",
    )  # fmt: skip
    lines = (f"  --{name.replace('_', '-')}: {getattr(colours, name)};" for name in names)
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two '#rrggbb', 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def oklch(text: str) -> Oklch:
    """'#rrggbb' in oklch. Raises ValueError for anything else."""
    red, green, blue = (_linear(value) for value in _channels(text))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def hex_of(colour: Oklch) -> str:
    """'#rrggbb' of a colour; outside what a screen can show the chroma is lowered, never the lightness."""
    chroma = colour.chroma
    light = _screen(Oklch(colour.lightness, chroma, colour.hue))
    while chroma > 0 and not all(-0.0005 <= value <= 1.0005 for value in light):
        chroma = max(0.0, chroma - CHROMA_STEP)
        light = _screen(Oklch(colour.lightness, chroma, colour.hue))
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, value)))):02x}" for value in light)


def _alarming(own: Oklch) -> bool:
    least, most = ALARMING_HUES
    return own.chroma > ALARMING_CHROMA and least <= own.hue <= most


def _daylight(own: Oklch) -> Oklch:
    chroma = min(own.chroma, 0.115)
    soft = hex_of(_soft_day(own))
    lightness = min(own.lightness, 0.52)
    while lightness > 0:
        accent = Oklch(lightness, chroma, own.hue)
        if _reads(hex_of(accent), (WALL_DAY, LIT_DAY, SHADE_DAY, soft)):
            return accent
        lightness -= STEP
    return Oklch(0.0, 0.0, own.hue)


def _dusk(own: Oklch) -> Oklch:
    chroma = min(own.chroma, 0.085)
    soft = hex_of(_soft_dusk(own))
    lightness = max(own.lightness, 0.74)
    while lightness < 1:
        accent = Oklch(lightness, chroma, own.hue)
        shown = hex_of(accent)
        if _reads(shown, (LIT_DUSK, WALL_DUSK)) and contrast(shown, soft) >= READABLE_ON_SOFT_DUSK:
            return accent
        lightness += STEP
    return Oklch(1.0, 0.0, own.hue)


def _of(given: str, day: Oklch, dusk: Oklch, change: Change, own: Oklch | None = None) -> Palette:
    return Palette(
        given=given.lower(),
        accent_day=hex_of(day),
        accent_press_day=hex_of(_pressed_day(day)),
        accent_soft_day=hex_of(_soft_day(own or day)),
        on_accent_day=LIT_DAY,
        accent_dusk=hex_of(dusk),
        accent_press_dusk=hex_of(_pressed_dusk(dusk)),
        accent_soft_dusk=hex_of(_soft_dusk(own or day)),
        on_accent_dusk=hex_of(Oklch(0.225, min(dusk.chroma, 0.03), dusk.hue)),
        change=change,
    )


def _soft_day(own: Oklch) -> Oklch:
    return Oklch(0.915, min(own.chroma / 2, 0.034), own.hue)


def _soft_dusk(own: Oklch) -> Oklch:
    return Oklch(0.385, min(own.chroma * 0.6, 0.05), own.hue)


def _pressed_day(day: Oklch) -> Oklch:
    # What is nearly black cannot darken, and a press must still be seen; the same for white at dusk.
    lightness = day.lightness - 0.07 if day.lightness >= 0.17 else day.lightness + 0.25
    return Oklch(lightness, day.chroma, day.hue)


def _pressed_dusk(dusk: Oklch) -> Oklch:
    lightness = dusk.lightness + 0.055 if dusk.lightness <= 0.93 else dusk.lightness - 0.07
    return Oklch(lightness, dusk.chroma, dusk.hue)


def _change(own: Oklch, day: Oklch) -> Change:
    shown = oklch(hex_of(day))
    darker = own.lightness - shown.lightness > 0.005
    calmer = own.chroma - shown.chroma > 0.005
    if darker:
        return Change.DARKENED_AND_CALMED if calmer else Change.DARKENED
    return Change.CALMED if calmer else Change.NONE


def _reads(text: str, grounds: tuple[str, ...]) -> bool:
    return all(contrast(text, ground) >= READABLE for ground in grounds)


def _channels(text: str) -> tuple[float, float, float]:
    if not HEX.fullmatch(text):
        raise ValueError("a colour is written #rrggbb")
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(text: str) -> float:
    red, green, blue = (_linear(value) for value in _channels(text))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _screen(colour: Oklch) -> tuple[float, float, float]:
    """Linear red, green, blue; below 0 or above 1 when a screen cannot show it."""
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
