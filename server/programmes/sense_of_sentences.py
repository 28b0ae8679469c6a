"""The sentences of a definition that may name a figure, as `{figure}`, and those that name one in vain. Pure."""

import re
from collections.abc import Iterator

from server.programmes.mending import Problem
from server.programmes.shape import FileShape, StepShape

NAMED = re.compile(r"\{([a-z][a-z0-9_-]*)\}")


def sentences(file: FileShape) -> Iterator[tuple[str, str]]:
    """Each with its place in the file."""
    yield from (("about", file.about), ("notice", file.notice))
    for step in file.steps:
        yield from _of_step(step, f"steps.{step.id}")
    yield from ((f"gates.{one.id}.reason", one.reason) for one in file.gates)
    yield from ((f"stop_rules.{one.id}.words", one.words) for one in file.stop_rules)
    yield from ((f"exports.{one.id}.about", one.about) for one in file.exports)


def _of_step(step: StepShape, place: str) -> Iterator[tuple[str, str]]:
    yield f"{place}.about", step.about
    yield from ((f"{place}.card.lines", line) for line in (step.card.lines if step.card else ()))
    for one in step.questions:
        yield f"{place}.{one.id}.text", one.text
        yield f"{place}.{one.id}.reason", one.reason


def figures_told(file: FileShape) -> set[str]:
    return {name for _, text in sentences(file) for name in NAMED.findall(text)}


def told_in_vain(file: FileShape) -> Iterator[Problem]:
    """Braces that hold anything but a name stay as they are."""
    for place, text in sentences(file):
        for name in NAMED.findall(text):
            if name not in file.figures:
                yield Problem(place, f"There is no figure ‘{name}’ for this sentence. Write it under figures.")
