"""How a session is given, as a preset says it, and what its pattern comes to. Pure.

A preset says no more than its source: where trains are not known nothing is worked out of them. A time that the source
states stands beside the one that the pattern comes to, as makers round and count the last pause or leave it out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction

from server.clinic.confirming.rules import version_of
from server.programmes.mending import Problem

SOME = Fraction(1, 10)
"""Further than by this share a stated time is no rounding of what the pattern comes to."""
LATER = frozenset({"unstated", "where"})
"""What blocks say since presets were confirmed without it: where one does not, it says what it said then."""
Span = tuple[float, float]


@dataclass(frozen=True)
class Block:
    """A part of a session on one place: `trains` of `train` seconds with a `pause` between, `per_second` pulses, or
    bursts of `burst` pulses at `within` a second. Without trains it goes through, unless they are `unstated`: there are
    some, and the source does not say which. Without `per_second` nothing is known but how many `pulses` it has.
    `where`: of a session in several places this one.
    """

    per_second: float | None = None
    burst: int = 1
    within: float | None = None
    train: float | None = None
    pause: float = 0
    trains: int = 1
    pulses: Span | None = None
    unstated: bool = False
    where: str = ""


@dataclass(frozen=True)
class Preset:
    """`intensity` in percent of the motor threshold, `pulses` and `minutes` of a session as the source states them,
    least and most. `day` and `course`: pulses of one day and of all, where there are several sessions a day.
    """

    id: str
    version: str
    name: str
    programmes: frozenset[str]
    target: str
    blocks: tuple[Block, ...]
    intensity: Span
    pulses: Span
    source: str
    minutes: Span | None = None
    per_day: int = 1
    days: int | None = None
    day: int | None = None
    course: int | None = None
    about: str = ""
    label: bool = False

    @property
    def key(self) -> str:
        """By what the record of a session names it: the preset and its version."""
        return f"{self.id} {self.version}"

    @property
    def topic(self) -> tuple[str, str]:
        """What a clinician confirms: the topic, and the version of what it says."""
        said = {**asdict(self), "programmes": sorted(self.programmes)}
        said["blocks"] = [
            {name: one for name, one in each.items() if name not in LATER or one} for each in said["blocks"]
        ]
        return f"preset-{self.id}", version_of(said)

    @property
    def planned(self) -> Mapping[str, Span]:
        """What a session of it has, by the words of the definition's `plan`."""
        several = _set(self.blocks[0]) if len(self.blocks) == 1 else {}
        return {"pulses": self.pulses, "intensity": self.intensity, **several}

    @property
    def stated(self) -> tuple[str, str] | None:
        """How long a session takes by its source, in minutes and seconds to the nearest."""
        return _ends((self.minutes[0] * 60 + 0.5, self.minutes[1] * 60 + 0.5)) if self.minutes else None


def _without(block: Mapping[str, object]) -> Mapping[str, object]:
    return {name: one for name, one in block.items() if name not in LATER or one}


@dataclass(frozen=True)
class WorkedOut:
    """What a pattern comes to: pulses, and seconds from the first to the last; None where the source does not say."""

    pulses: Span | None
    seconds: Span | None

    @property
    def time(self) -> tuple[str, str] | None:
        """Both ends in minutes and seconds, such as 3:08."""
        return _ends(self.seconds) if self.seconds else None


def worked_out(preset: Preset) -> WorkedOut:
    """Both of a whole session, exactly. The pause behind the last train is no part of it."""
    parts = [_block(one) for one in preset.blocks]
    return WorkedOut(_sum([pulses for pulses, _ in parts]), _sum([seconds for _, seconds in parts]))


def _block(one: Block) -> tuple[Span | None, Span | None]:
    if one.per_second is None or one.unstated:
        return one.pulses, None
    rate = _exact(one.per_second) * one.burst
    if one.train is None:
        seconds = tuple(float(_exact(count) / rate) for count in one.pulses or ())
        return one.pulses, (seconds[0], seconds[1]) if seconds else None
    pulses = float(rate * _exact(one.train) * one.trains)
    whole = float(one.trains * (_exact(one.train) + _exact(one.pause)) - _exact(one.pause))
    return (pulses, pulses), (whole, whole)


def _set(one: Block) -> Mapping[str, Span]:
    """What is set for a session of one part, as far as it is known."""
    trains = one.train is not None
    known = {
        "frequency": one.per_second,
        "burst": one.burst if one.per_second else None,
        "train": one.train,
        "pause": one.pause if trains else None,
        "trains": one.trains if trains else None,
    }
    return {name: (number, number) for name, number in known.items() if number is not None}


def _sum(parts: list[Span | None]) -> Span | None:
    known = [one for one in parts if one]
    return (sum(low for low, _ in known), sum(high for _, high in known)) if len(known) == len(parts) else None


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def problems(preset: Preset) -> Iterator[Problem]:
    """What in a preset does not fit together, each with what would mend it."""
    for number, block in enumerate(preset.blocks):
        yield from _of_block(block, f"blocks.{number}")
    found = worked_out(preset)
    if found.pulses and found.pulses != preset.pulses:
        said = f"By its pattern a session has {_said(found.pulses)} pulses, and the file says {_said(preset.pulses)}."
        yield Problem("pulses", f"{said} Mend whichever is wrong.")
    if found.seconds and preset.minutes and _far(found.seconds, preset.minutes):
        said = f"By its pattern a session lasts {clock(found.seconds)}, and the file says {_said(preset.minutes)} min."
        yield Problem("minutes", f"{said} Mend the trains and pauses, or the minutes.")
    for place, span in (("intensity", preset.intensity), ("pulses", preset.pulses), ("minutes", preset.minutes)):
        if span and span[0] > span[1]:
            yield Problem(place, "The least stands before the most.")
    yield from _of_days(preset)


def _of_block(one: Block, place: str) -> Iterator[Problem]:
    if (one.train is None) == (one.pulses is None):
        yield Problem(place, "Say either trains, each with its seconds, or how many pulses there are.")
    if one.train is not None and one.per_second is None:
        yield Problem(f"{place}.per_second", "Trains need to know how many pulses or bursts there are in a second.")
    elif one.train is not None and one.per_second is not None:
        count = _exact(one.per_second) * _exact(one.train)
        if count.denominator != 1:
            said = f"{one.train:g} seconds at {one.per_second:g} a second are {float(count):g} in a train."
            yield Problem(place, f"{said} Mend the one or the other, so that it is a whole number.")
    if one.unstated and (one.train is not None or one.per_second is None):
        yield Problem(f"{place}.unstated", "Trains that are not stated have a rate and pulses, and no seconds.")
    if (one.burst > 1) != (one.within is not None):
        yield Problem(f"{place}.within", "A burst of several pulses says at how many a second, and nothing else does.")
    rates = (one.within, one.per_second)
    if one.burst > 1 and all(rates) and _exact(one.burst - 1) * _exact(one.per_second or 0) >= _exact(one.within or 0):
        yield Problem(f"{place}.within", "A burst lasts until the next one begins. Mend its pulses, or the rates.")


def _of_days(preset: Preset) -> Iterator[Problem]:
    low, high = preset.pulses
    for place, stated, times in (
        ("day", preset.day, preset.per_day),
        ("course", preset.course, preset.per_day * (preset.days or 1)),
    ):
        if stated is not None and not low * times <= stated <= high * times:
            said = f"{times} sessions of {_said(preset.pulses)} pulses are {_said((low * times, high * times))}"
            yield Problem(place, f"{said}, and the file says {stated}. Mend whichever is wrong.")
    if preset.course is not None and preset.days is None:
        yield Problem("days", "The pulses of a course need to know on how many days they are given.")


def _far(seconds: Span, minutes: Span) -> bool:
    stated = (minutes[0] * 60, minutes[1] * 60)
    return seconds[1] < stated[0] * (1 - float(SOME)) or seconds[0] > stated[1] * (1 + float(SOME))


def _said(span: Span) -> str:
    return f"{span[0]:g}" if span[0] == span[1] else f"{span[0]:g} to {span[1]:g}"


def clock(seconds: Span) -> str:
    """Minutes and seconds, such as 18:34; of a span both ends."""
    ends = _ends(seconds)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _ends(seconds: Span) -> tuple[str, str]:
    first, last = (f"{int(one) // 60}:{int(one) % 60:02}" for one in seconds)
    return first, last
