"""A clinic's own questions as one file: the text of a file -> its questions, or every reason why not. Pure.

The same file is written by `written`, and read back as it was. Nothing in it is of a patient.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from server.record.care.rules import Way
from server.record.prompts.forms import DOSE, MOST, Shape, data_of
from server.record.prompts.rules import Rule
from server.strict_json import TooDeep, TwiceNamed, illegible, legible, read_json

FORMAT, VERSION = "parlour-questions", 1
MOST_BYTES = 64 * 1024
MOST_PROBLEMS = 20
DEEPEST = 4
LONGEST = 60
"""So many letters of a place or a word of a file stand on a page."""
USUAL = {"weeks": ("trials", 6), "days": ("measure", 60)}
"""A length that stands in the file beside what it belongs to, or where it is another than this."""


WORDS = ("words", "diagnosis")
WHOLE_DOSE = re.compile(rf"[\d.,]*{DOSE.pattern}", DOSE.flags)


class Fault(StrEnum):
    """What is wrong with a file, or at one place of it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    TWICE_NAMED = "twice_named"  # one name stands twice in the same braces
    NOT_OURS = "not_ours"  # another format, or none
    OTHER_VERSION = "other_version"
    NO_LIST = "no_list"
    TOO_MANY = "too_many"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    NOT_WHOLE = "not_whole"
    OUT_OF_RANGE = "out_of_range"
    NO_ID = "no_id"
    NO_MEASURE = "no_measure"
    NO_WAY = "no_way"
    DOSE = "dose"
    NOTHING = "nothing"
    BOTH = "both"
    SAME_ID = "same_id"
    SAME_QUESTION = "same_question"


@dataclass(frozen=True)
class Problem:
    """`number`: of the question from 1 on, 0 where it is the file; `place`: the field, or the line; `word`: what stands
    there, or how much there may be.
    """

    fault: Fault
    number: int = 0
    place: str = ""
    word: str = ""


@dataclass(frozen=True)
class Filed:
    """One question of a file. `prompt_id`: that of the clinic it was written out of, if it says so."""

    prompt_id: UUID | None
    rule: Rule


class QuestionShape(Shape):
    """One question in a file: a rule, and which one of the clinic it is."""

    id: str | None = None


KINDS = {
    "missing": Fault.MISSING,
    "extra_forbidden": Fault.UNKNOWN_FIELD,
    "string_type": Fault.NOT_TEXT,
    "string_too_short": Fault.MISSING,
    "string_too_long": Fault.TOO_LONG,
    "int_type": Fault.NOT_WHOLE,
    "greater_than_equal": Fault.OUT_OF_RANGE,
    "less_than_equal": Fault.OUT_OF_RANGE,
}


def written(several: Sequence[Filed]) -> str:
    """The file of these questions; what a question does not ask for does not stand in it."""
    questions = [_plain(one) for one in several]
    return json.dumps({"format": FORMAT, "version": VERSION, "questions": questions}, ensure_ascii=False, indent=2)


def _plain(one: Filed) -> dict[str, Any]:
    said = data_of(one.rule)
    for name, (beside, usual) in USUAL.items():
        if not said[beside] and said[name] == usual:
            del said[name]
    own = {"id": str(one.prompt_id)} if one.prompt_id else {}
    return own | {name: value for name, value in said.items() if value not in (None, "")}


def read(sent: bytes, measures: Collection[str]) -> tuple[list[Filed], list[Problem]]:
    """The questions of a file in its order, or what is wrong with it; `measures`: those that can be asked for."""
    found = _read(sent, measures)
    good = [one for one in found if isinstance(one, Filed)]
    wrong = [
        replace(one, place=_legible(one.place), word=_legible(one.word)) for one in found if not isinstance(one, Filed)
    ]
    return ([], wrong[:MOST_PROBLEMS]) if wrong else (good, [])


def _legible(text: str) -> str:
    """What stands in a file, as a page can say it."""
    return legible(text, LONGEST)


def _read(sent: bytes, measures: Collection[str]) -> Sequence[Filed | Problem]:
    if not sent.strip():
        return [Problem(Fault.EMPTY)]
    if len(sent) > MOST_BYTES:
        return [Problem(Fault.TOO_LARGE, word=str(MOST_BYTES // 1024))]
    try:
        data = read_json(sent.decode("utf-8-sig"), DEEPEST)
    except TooDeep:
        return [Problem(Fault.TOO_DEEP)]
    except TwiceNamed as twice:
        return [Problem(Fault.TWICE_NAMED, word=str(twice))]
    except json.JSONDecodeError as odd:
        return [Problem(Fault.NOT_JSON, place=str(odd.lineno))]
    except ValueError:
        return [Problem(Fault.NOT_JSON)]
    return _whole(data, measures)


def _whole(data: object, measures: Collection[str]) -> Sequence[Filed | Problem]:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return [Problem(Fault.NOT_OURS)]
    if type(data.get("version")) is not int or data["version"] != VERSION:
        return [Problem(Fault.OTHER_VERSION, word=str(VERSION))]
    if odd := sorted(set(data) - {"format", "version", "questions"}):
        return [Problem(Fault.UNKNOWN_FIELD, place=odd[0])]
    questions = data.get("questions")
    if not isinstance(questions, list):
        return [Problem(Fault.NO_LIST)]
    if not questions:
        return [Problem(Fault.EMPTY)]
    if len(questions) > MOST:
        return [Problem(Fault.TOO_MANY, word=str(MOST))]
    found = [each for number, one in enumerate(questions, 1) for each in _question(number, one, measures)]
    good = [one for one in found if isinstance(one, Filed)]
    return found if len(good) < len(found) else list(_twice(good)) or good


def _question(number: int, data: object, measures: Collection[str]) -> Sequence[Filed | Problem]:
    if not isinstance(data, dict):
        return [Problem(Fault.NO_LIST, number)]
    try:
        shape = QuestionShape.model_validate(data)
    except ValidationError as found:
        return [_problem(number, one) for one in found.errors(include_url=False)]
    prompt_id = _id(shape.id)
    values = shape.model_dump(exclude={"id"}) | {name: " ".join(getattr(shape, name).split()) for name in WORDS}
    problems = [Problem(fault, number, place, word) for fault, place, word in _faults(shape, values, measures)]
    if shape.id is not None and prompt_id is None:
        problems.append(Problem(Fault.NO_ID, number, "id", shape.id))
    return problems or [Filed(prompt_id, Rule(**values | {"untried": Way(shape.untried) if shape.untried else None}))]


def _problem(number: int, one: Any) -> Problem:
    place = str(one["loc"][0]) if one["loc"] else ""
    limits: Mapping[str, Any] = one.get("ctx", {})
    word = next((str(limits[name]) for name in ("ge", "le", "max_length") if name in limits), "")
    return Problem(KINDS.get(one["type"], Fault.NOT_TEXT), number, place, word)


def _id(said: str | None) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        return None


def _faults(
    shape: QuestionShape, values: Mapping[str, Any], measures: Collection[str]
) -> Iterator[tuple[Fault, str, str]]:
    for name in WORDS:
        if any(map(illegible, values[name])):
            yield Fault.NOT_TEXT, name, ""
    if not values["words"]:
        yield Fault.MISSING, "words", ""
    if found := WHOLE_DOSE.search(values["words"]):
        yield Fault.DOSE, "words", found[0]
    if shape.measure and shape.measure not in measures:
        yield Fault.NO_MEASURE, "measure", shape.measure
    if bool(shape.measure) is not (shape.above is not None):
        yield Fault.BOTH, "above" if shape.measure else "measure", ""
    if shape.untried is not None and shape.untried not in {one.value for one in Way}:
        yield Fault.NO_WAY, "untried", shape.untried
    if not (shape.trials or shape.measure or shape.above is not None or values["diagnosis"] or shape.untried):
        yield Fault.NOTHING, "", ""


def _twice(several: Sequence[Filed]) -> Iterator[Problem]:
    """Each question that stands in the file before: by its id, or as the very same."""
    for number, one in enumerate(several, 1):
        before = several[: number - 1]
        if one.prompt_id and any(other.prompt_id == one.prompt_id for other in before):
            yield Problem(Fault.SAME_ID, number, "id")
        elif any(other.rule == one.rule for other in before):
            yield Problem(Fault.SAME_QUESTION, number)
