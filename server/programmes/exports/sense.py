"""What in the files that a definition gives does not fit together, in sentences. Pure."""

from collections.abc import Iterator

from server.programmes.definition import Part
from server.programmes.fields import Take
from server.programmes.shape import ExportShape, FieldShape, FileShape, StepShape

Place = tuple[str, str]
"""Where in the file, and what would mend it."""


def unfit(file: FileShape) -> Iterator[Place]:
    steps = {step.id: step for step in file.steps}
    for export in file.exports:
        place = f"exports.{export.id}"
        if bool(export.fields) == bool(export.steps):
            yield place, "Say either its fields, or the steps of which every answer is one."
        yield from ((place, f"There is no step ‘{name}’.") for name in export.steps if name not in steps)
        yield from _fields(export, steps, place)
    for code in file.codes:
        if code.step not in steps or steps[code.step].part not in (Part.BEFORE, Part.SESSION, Part.DURING):
            yield f"codes.{code.id}.step", f"No session has a step ‘{code.step}’."


def _fields(export: ExportShape, steps: dict[str, StepShape], place: str) -> Iterator[Place]:
    seen = set[str]()
    for one in export.fields:
        here = f"{place}.{one.id}"
        if one.id in seen:
            yield here, "There are two of this name. Give one of them another."
        seen.add(one.id)
        if bool(one.fact) == bool(one.from_):
            yield here, "A field is either a fact, or from questions."
        yield from _field(one, steps, here)


def _field(one: FieldShape, steps: dict[str, StepShape], here: str) -> Iterator[Place]:
    for name in one.from_:
        step_id, _, question = name.partition(".")
        step = steps.get(step_id)
        if step is None or question not in {each.id for each in step.questions}:
            yield here, f"There is no question ‘{name}’."
        elif one.take is Take.PLANNED and one.minute not in step.minutes:
            yield here, "No reading is planned for this minute."
    if (one.take is Take.PLANNED) != (one.minute is not None):
        yield here, "The minute of a planned reading belongs to take planned."
    if bool(one.nothing) != (one.take in (Take.EVER, Take.ONSET, Take.RESOLVED)):
        yield here, "nothing says which answers mean that it was not there: for ever, onset and resolved."
