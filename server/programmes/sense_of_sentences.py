"""The sentences of a definition that may name a figure, as `{figure}`, and those that name one in vain. Pure."""

import re
from collections.abc import Iterator

from server.programmes.definition import Kind
from server.programmes.mending import Problem
from server.programmes.shape import FileShape, StepShape
from server.tongues import known

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
        yield f"{place}.{one.id}.first", one.first
        yield f"{place}.{one.id}.reason", one.reason


def figures_told(file: FileShape) -> set[str]:
    return {name for _, text in sentences(file) for name in NAMED.findall(text)}


def read_by_patients(file: FileShape) -> Iterator[str]:
    """Its name, its phases, the points that they agree to, and what a step that gives something to do is about."""
    yield from (file.name, *(phase.name for phase in file.phases))
    for step in file.steps:
        if step.kind is Kind.CONSENT:
            yield from (step.name, *(one.text for one in step.questions))
        if step.gives:
            yield from (text for text in (step.name, step.about) if text)


def unspoken(file: FileShape) -> Iterator[Problem]:
    """Languages that nobody knows, and words for what stands nowhere in the file."""
    for place, lang in (("language", file.language), *((f"words.{lang}", lang) for lang in file.words)):
        if not known(lang):
            yield Problem(place, f"There is no language ‘{lang}’. Write its short name, such as en, ar or fr.")
    if file.language in file.words:
        yield Problem(f"words.{file.language}", "The file is in this language already. Leave this out.")
    sentences = set(read_by_patients(file))
    for lang, words in file.words.items():
        for sentence in words:
            if sentence not in sentences:
                said = "Patients read nothing in this file that is called so word for word"
                yield Problem(f"words.{lang}", f"{said}: ‘{sentence[:80]}’.")


def told_in_vain(file: FileShape) -> Iterator[Problem]:
    """Braces that hold anything but a name stay as they are."""
    for place, text in sentences(file):
        for name in NAMED.findall(text):
            if name not in file.figures:
                yield Problem(place, f"There is no figure ‘{name}’ for this sentence. Write it under figures.")
