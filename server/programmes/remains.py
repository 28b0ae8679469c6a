"""What is left of a definition that this program cannot read any more. Pure.

A course keeps the version that it began by, and a later program may ask more of a file than the one that took it. What
was done by it is shown all the same, as far as its parts still say what they are; nothing is due by it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel

from server.programmes import forms
from server.programmes.definition import Definition, Gate, Kind, Part, Phase, Step
from server.programmes.fields import Export, Field, Take
from server.programmes.marking import marked
from server.programmes.mending import Problem
from server.programmes.questions import Answer, Figure, Question
from server.programmes.shape import ExportShape, FigureShape, GateShape, PhaseShape, QuestionShape, StepShape
from server.tongues import SOURCE
from server.tongues import known as is_known

NO_SESSION = Step("", "", Kind.SESSION, Part.SESSION)
SOME_PHASE = Phase("", "", 1)
Shape = TypeVar("Shape", bound=BaseModel)
Made = TypeVar("Made")


class _Named(dict[str, Step]):
    """Also a step of which nothing is left, by its id."""

    def __missing__(self, name: str) -> Step:
        return Step(name, name, Kind.TASK, Part.START)


@dataclass(frozen=True)
class Remains(Definition):
    """`faults` of it are never empty."""

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        return _Named({step.id: step for step in self.steps})


def remains(key: str, data: object, faults: Sequence[Problem]) -> Definition:
    """`key`: the id of the programme; `data` of its file, as JSON gives it; `faults`: why it is not read."""
    found = data if isinstance(data, Mapping) else {}
    figures = {
        name: figure for name, one in _mapping(found, "figures").items() if (figure := _figure(name, one)) is not None
    }
    steps = tuple(_step(one, figures) for one in _parts(found, "steps"))
    if not any(step.part is Part.SESSION for step in steps):
        steps += (NO_SESSION,)
    known = {step.id for step in steps}
    left = Remains(
        id=key,
        version=_text(found, "version", "?"),
        name=_text(found, "name", key),
        about="",
        based_on=_text(found, "based_on", ""),
        family=_text(found, "family", ""),
        figures=figures,
        steps=steps,
        phases=tuple(_whole(found, "phases", PhaseShape, lambda one: forms.phase_of(one, figures))) or (SOME_PHASE,),
        gates=tuple(_gates(found, figures, known)),
        exports=tuple(_exports(found, steps, figures)),
        faults=tuple(faults),
    )
    lang = _text(found, "language", SOURCE)
    return (
        left if lang == SOURCE or not is_known(lang) else replace(marked(left, lang), language=lang, faults=left.faults)
    )


def _gates(
    data: Mapping[str, Any], figures: Mapping[str, Figure], steps: Collection[str]
) -> Iterator[Gate]:  # fmt: skip
    """Of one that does not fit any more its words: somebody may have passed it, and said why."""
    for one in _parts(data, "gates"):
        gate = _made(one, GateShape, lambda shape: forms.gate_of(shape, figures))
        if gate is not None and _steps_of(gate) <= set(steps):
            yield gate
        else:
            yield Gate(one["id"], "", forms.told(_text(one, "reason", ""), figures))


def _text(data: Mapping[str, Any], name: str, otherwise: str) -> str:
    found = data.get(name)
    return found if isinstance(found, str) and found else otherwise


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _parts(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """What of a list says what it is."""
    found = data.get(name)
    every = found if isinstance(found, list) else []
    return [one for one in every if isinstance(one, Mapping) and isinstance(one.get("id"), str)]


def _whole(
    data: Mapping[str, Any], name: str, shape: type[Shape], make: Callable[[Shape], Made]
) -> Iterator[Made]:  # fmt: skip
    """The parts of a list that still fit."""
    for one in _parts(data, name):
        if (made := _made(one, shape, make)) is not None:
            yield made


def _made(one: object, shape: type[Shape], make: Callable[[Shape], Made]) -> Made | None:
    """None where the part does not fit, or names a figure that does not."""
    try:
        return make(shape.model_validate(one))
    except (KeyError, ValueError):
        return None


def _figure(name: str, one: object) -> Figure | None:
    return _made(one, FigureShape, lambda shape: Figure(name, **shape.model_dump()))


def _step(one: Mapping[str, Any], figures: Mapping[str, Figure]) -> Step:
    whole = _made(one, StepShape, lambda shape: forms.step_of(shape, figures))
    if whole is not None:
        return whole
    kind = Kind(one["kind"]) if one.get("kind") in set(Kind) else Kind.TASK
    part = Part(one["part"]) if one.get("part") in set(Part) else Part.START
    questions = tuple(_question(each, kind, figures) for each in _parts(one, "questions"))
    return Step(one["id"], _text(one, "name", one["id"]), kind, part, questions=questions)


def _question(one: Mapping[str, Any], kind: Kind, figures: Mapping[str, Figure]) -> Question:
    """Without what its answers come to, where that does not fit any more."""
    for each in (
        one,
        {name: value for name, value in one.items() if name in ("id", "text", "answer", "unit", "options")},
    ):
        whole = _made(each, QuestionShape, lambda shape: forms.question_of(shape, kind, figures))
        if whole is not None:
            return whole
    return Question(one["id"], _text(one, "text", one["id"]), Answer.LINE)


def _exports(data: Mapping[str, Any], steps: Sequence[Step], figures: Mapping[str, Figure]) -> Iterator[Export]:
    """With those fields whose questions are left: what has to be sent by a day is still to be sent."""
    shapes = [shape for one in _parts(data, "steps") if (shape := _made(one, StepShape, lambda made: made))]
    there = {(step.id, question.id) for step in steps for question in step.questions}
    minutes = {step.id: step.minutes for step in steps}
    for export in _whole(data, "exports", ExportShape, lambda one: forms.export_of(one, shapes, figures)):
        yield replace(export, fields=tuple(one for one in export.fields if _is_left(one, there, minutes)))


def _is_left(one: Field, there: Collection[tuple[str, str]], minutes: Mapping[str, Sequence[int]]) -> bool:
    if one.take is Take.PLANNED and any(one.minute not in minutes.get(source.step, ()) for source in one.sources):
        return False
    return all((source.step, source.question) in there for source in one.sources)


def _steps_of(gate: Gate) -> set[str]:
    return {one for one in (gate.before, gate.since, *gate.needs, *gate.settled_by) if one}
