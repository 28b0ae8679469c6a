"""The data of a measure -> a value, or every reason why not, each with the path to it. Pure.

`shape.py` says which fields there are; `sense.py` finds what does not fit together.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from server.measures import rules
from server.measures.sense import Fault, Problem, faults
from server.measures.shape import FileShape, ItemShape, LoincShape, WhenShape
from server.strict_json import read_json

MOST_BYTES = 128 * 1024
MOST_PROBLEMS = 12
DEEPEST = 12

FAULTS = {
    "missing": Fault.MISSING,
    "extra_forbidden": Fault.UNKNOWN_FIELD,
    "string_type": Fault.NOT_TEXT,
    "string_too_short": Fault.MISSING,
    "int_type": Fault.NOT_WHOLE,
    "float_type": Fault.NOT_WHOLE,
    "bool_type": Fault.NOT_A_CHOICE,
    "enum": Fault.NOT_A_CHOICE,
}


def read(text: str | bytes) -> rules.Instrument | list[Problem]:
    """A measure from the text of a file."""
    if len(text) > MOST_BYTES:
        return [Problem("", Fault.TOO_LARGE)]
    try:
        data = data_of(text)
    except ValueError:
        return [Problem("", Fault.NOT_JSON)]
    return parse(data)


def data_of(text: str | bytes) -> Any:
    """What a file holds. Raises ValueError, also where a name stands twice or it is nested beyond reason."""
    return read_json(text, DEEPEST)


def parse(data: object) -> rules.Instrument | list[Problem]:
    """A measure from the data of a file, as JSON gives it."""
    try:
        file = FileShape.model_validate(data)
    except ValidationError as found:
        return [_problem(one["loc"], one["type"]) for one in found.errors(include_url=False)[:MOST_PROBLEMS]]
    problems = list(faults(file))[:MOST_PROBLEMS]
    return problems or _instrument(file)


def _problem(place: Sequence[int | str], kind: str) -> Problem:
    path = ".".join(
        str(part) for part in place if not str(part).startswith(("function-", "constrained-", "int", "float"))
    )
    if kind.startswith(("greater", "less", "too_", "string_too_long", "finite")):
        return Problem(path, Fault.OUT_OF_RANGE)
    return Problem(path, FAULTS.get(kind, Fault.UNFIT))


def _instrument(file: FileShape) -> rules.Instrument:
    change, loinc = file.change, file.loinc or LoincShape()
    shared = ("id", "version", "language", "name", "title", "about", "source", "permission", "cut", "pack", "shell")
    words = ("notice", "recall", "instruction", "stem")
    same: dict[str, Any] = {name: getattr(file, name) for name in shared} | {
        name: getattr(file, name) or "" for name in words
    }
    return rules.Instrument(
        **same,
        items=tuple(_item(item, file) for item in file.items),
        span=file.scoring.range,
        method=file.scoring.method,
        multiply=file.scoring.multiply,
        missing=file.scoring.missing,
        higher=file.scoring.higher,
        levels=_levels(file),
        subscales=tuple(rules.Subscale(one.id, one.name, tuple(one.items)) for one in file.subscales),
        flags=tuple(rules.Flag(one.item, one.at_least, one.weight) for one in file.flags),
        change=rules.ChangeRule(**change.model_dump()) if change else rules.ChangeRule(),
        awaits=tuple(file.awaits),
        panel=loinc.panel or "",
        total=loinc.total or "",
    )


def _levels(file: FileShape) -> tuple[rules.Level, ...]:
    bands = [rules.Band(one.id, one.name, one.from_, one.to) for one in file.bands]
    return (*bands, *(rules.Outcome(one.id, one.name, _when(one.when), tuple(one.none_of)) for one in file.outcomes))


def _item(item: ItemShape, file: FileShape) -> rules.Item:
    options = tuple(rules.Option(one.value, one.text or "", one.loinc or "") for one in item.options or file.options)
    words: Mapping[str, Any] = {"text": item.text or "", "topic": item.topic or "", "loinc": item.loinc or ""}
    return rules.Item(item.id, options, **words, scored=item.scored, ask_if=_when(item.ask_if))


def _when(when: WhenShape | None) -> rules.When | None:
    return rules.When(tuple(when.items), when.at_least) if when else None
