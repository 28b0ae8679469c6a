"""Where the lines of a session's readings run: minutes from the beginning across, values up. Pure.

Drawings are `WIDE` units wide and stretch; letters stand beside them. Amber and red are lines at the definition's own
values, which awaits a clinician or not like all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.programmes.questions import Answer, Question, Verdict

WIDE, PAD = 1000, 10
HEIGHT = 96
TOGETHER = ({"systolic", "diastolic"},)
"""Questions that are drawn in one picture."""
Points = Sequence[tuple[float, Mapping[str, str]]]
"""Readings as (minutes after the beginning, question -> answer), the first first; the one before is below 0."""


@dataclass(frozen=True)
class Chart:
    """programmes/observing/chart.html. `lines`: a path, its dots and its last value with its height; `limits`: a
    height, the value, and what it comes to; `scale`: heights with what is written there.
    """

    questions: tuple[Question, ...]
    lines: tuple[tuple[str, str, float, str], ...]
    limits: tuple[tuple[float, str, Verdict], ...]
    scale: tuple[tuple[float, str], ...]
    height: int = HEIGHT


def charts(questions: Sequence[Question], points: Points, until: int) -> list[Chart]:
    """A picture for each question that is answered by a number, once it was; `until`: minutes of the whole plan."""
    found, drawn = [], set[str]()
    numbers = [one for one in questions if one.answer is Answer.NUMBER]
    for one in numbers:
        together = next((ids for ids in TOGETHER if one.id in ids), {one.id})
        several = tuple(other for other in numbers if other.id in together)
        if one.id not in drawn and any(_values(other, points) for other in several):
            found.append(_chart(several, points, until))
        drawn |= together
    return found


def _values(one: Question, points: Points) -> list[tuple[float, float]]:
    return [(minute, float(answers[one.id])) for minute, answers in points if answers.get(one.id)]


def _chart(several: tuple[Question, ...], points: Points, until: int) -> Chart:
    told = [_values(one, points) for one in several]
    limits = [limit for one in several for limit in _limits(one)]
    values = [value for each in told for _, value in each] + [value for value, _ in limits]
    low, high = min(values), max(values)
    low, high = low - (high - low) * 0.08, high + (high - low) * 0.08 or low + 1
    first, last = min(0.0, points[0][0]), max(float(until), points[-1][0])

    def place(minute: float, value: float) -> tuple[float, float]:
        across = (minute - first) / (last - first or 1)
        up = (value - low) / (high - low or 1)
        return round(PAD + across * (WIDE - 2 * PAD), 1), round(HEIGHT - PAD - up * (HEIGHT - 2 * PAD), 1)

    return Chart(
        questions=several,
        lines=tuple(_line([place(*one) for one in each], each) for each in told if each),
        limits=tuple((place(0, value)[1], f"{value:g}", verdict) for value, verdict in limits),
        scale=tuple((place(0, value)[1], f"{value:g}") for value in dict.fromkeys((min(values), max(values)))),
    )


def _line(places: Sequence[tuple[float, float]], each: Sequence[tuple[float, float]]) -> tuple[str, str, float, str]:
    path = "".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(places))
    return path, "".join(f"M{x} {y}h0" for x, y in places), places[-1][1], f"{each[-1][1]:g}"


def _limits(one: Question) -> Iterable[tuple[float, Verdict]]:
    for condition in one.conditions:
        for figure in (condition.below, condition.at_least, condition.above):
            if figure:
                yield figure.value, condition.verdict
