"""Exercises to calm down with: steps and how long each lasts. Pure.

Timings come from `exercises.json`, which names their sources; seconds everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

COUNT_IN = 3
SLOWEST, FASTEST = 125, 75  # percent of the written length, for comfort
MINUTES = (1, 3, 5, 10, 20)
FIRST_TIMES = 4  # whoever begins with a pattern whose most is a count of breaths takes this many


class Kind(StrEnum):
    """What is done in a step."""

    IN = "in"
    MORE = "more"  # a second, short breath on top of the first
    HOLD = "hold"
    OUT = "out"
    TENSE = "tense"
    RELEASE = "release"
    NOTICE = "notice"


@dataclass(frozen=True)
class Step:
    """One thing to do. `key` names its words; `seconds` is None where whoever does it goes on by themselves."""

    kind: Kind
    key: str
    seconds: float | None


@dataclass(frozen=True)
class Exercise:
    """`steps` are gone through `cycles` times; `most` is how long it goes on without a word of warning.

    `awaits` names what a clinician is still to confirm; `slow` is the same with longer steps, where there is a choice.
    """

    id: str
    steps: tuple[Step, ...]
    cycles: int
    most: float | None
    source: str
    awaits: tuple[str, ...]
    slow: tuple[Step, ...] = ()

    @property
    def breathing(self) -> bool:
        return self.steps[0].kind is Kind.IN

    @property
    def holds(self) -> bool:
        """Whether the breath is held: not for everybody."""
        return any(step.kind is Kind.HOLD for step in self.steps)


def length(steps: Sequence[Step]) -> float | None:
    """Seconds of one time through; None where a step takes as long as it takes."""
    total = 0.0
    for step in steps:
        if step.seconds is None:
            return None
        total += step.seconds
    return total


def choices(exercise: Exercise) -> Mapping[int, float]:
    """How often it can be gone through -> seconds: about a minute, three, five and so on, and its own length.

    Nothing beyond what goes without a warning. A pattern that is bound to a few breaths is chosen by their number.
    """
    one = length(exercise.steps)
    if one is None:
        return {}
    if not exercise.breathing:
        return {1: one}
    most = exercise.most or MINUTES[-1] * 60
    if most < MINUTES[1] * 60:
        counts = {exercise.cycles, int(most // one) * 3 // 4, int(most // one)}
    else:
        counts = {exercise.cycles} | {
            int(minutes * 60 // one) for minutes in MINUTES if minutes * 60 <= most and minutes != 5
        }
    return {count: count * one for count in sorted(counts)}


def gentler(exercise: Exercise, known: Mapping[str, Exercise]) -> Sequence[Exercise]:
    """Patterns without a hold, for whom holding is not good."""
    return [known[one] for one in ("equal-4", "extended-exhale")] if exercise.holds else ()


def parse(data: Mapping[str, Any]) -> Mapping[str, Exercise]:
    """The file as values, in its order. Raises KeyError or ValueError where it is no such file."""
    found = [_breathing(one, data["sources"]) for one in data["breathing"]]
    found += [_guided(one, data["sources"]) for one in data["guided"]]
    return {one.id: one for one in found}


def _breathing(one: Mapping[str, Any], sources: Mapping[str, str]) -> Exercise:
    steps = tuple(Step(Kind(kind), kind, float(seconds)) for kind, seconds in one["phases"])
    return Exercise(one["id"], steps, one["cycles"], one["most"], sources[one["source"]], tuple(one["awaits"]))


def _guided(one: Mapping[str, Any], sources: Mapping[str, str]) -> Exercise:
    quick, slow = tuple(_steps(one, "")), tuple(_steps(one, "slow"))
    return Exercise(
        one["id"], quick, 1, None, sources[one["source"]], tuple(one["awaits"]), slow if slow != quick else ()
    )


def _steps(one: Mapping[str, Any], pace: str) -> Iterator[Step]:
    for told in one["steps"]:
        if "tense" in one:
            yield Step(Kind.TENSE, told, float(one["tense"]))
            yield Step(Kind.RELEASE, told, float(one[pace or "release"]))
        elif isinstance(told, str):
            yield Step(Kind.NOTICE, told, float(one[pace or "region"]))
        else:
            yield Step(Kind.NOTICE, told[0], told[1])
