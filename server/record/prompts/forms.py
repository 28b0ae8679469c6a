"""A clinic's own question as its form or a file says it: a rule, or a reason for each field. Pure."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.record.care.rules import Way
from server.record.prompts.rules import Rule

LONGEST, MOST = 200, 40
"""Letters of a question, and questions of a clinic."""
DOSE = re.compile(r"\d\s*(mg|µg|μg|mcg|g|ml|ie|iu|i\.e\.|mg/kg|mmol)\b", re.IGNORECASE)


class Reason(StrEnum):
    MISSING = "missing"
    NO_NUMBER = "no_number"
    DOSE = "dose"  # a question names no dose
    NOTHING = "nothing"  # no condition: it would be asked of everybody
    BOTH = "both"  # a measure without a number, or a number without a measure


class Shape(BaseModel):
    """A rule as data: what a file or a row holds."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    words: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    trials: Annotated[int, Field(ge=1, le=20)] | None = None
    weeks: Annotated[int, Field(ge=1, le=104)] = 6
    measure: Annotated[str, Field(max_length=32)] = ""
    above: Annotated[int, Field(ge=0, le=1000)] | None = None
    days: Annotated[int, Field(ge=1, le=730)] = 60
    diagnosis: Annotated[str, Field(max_length=32)] = ""
    untried: str | None = None


def read(data: object) -> Rule | None:
    """The rule of this data; None where it is none: wrong fields, a dose in its words, or nothing that it asks for."""
    try:
        shape = Shape.model_validate(data)
    except ValidationError:
        return None
    if shape.untried is not None and shape.untried not in {one.value for one in Way}:
        return None
    values: dict[str, Any] = shape.model_dump()
    rule = Rule(**{**values, "untried": Way(shape.untried) if shape.untried else None})
    return (
        rule if rule.asks and bool(rule.measure) is (rule.above is not None) and not DOSE.search(rule.words) else None
    )


def data_of(rule: Rule) -> dict[str, Any]:
    """The data of a rule, which `read` gives back as it was."""
    return {
        "words": rule.words, "trials": rule.trials, "weeks": rule.weeks, "measure": rule.measure, "above": rule.above,
        "days": rule.days, "diagnosis": rule.diagnosis, "untried": rule.untried.value if rule.untried else None,
    }  # fmt: skip


def parse(fields: Mapping[str, str], measures: Collection[str]) -> Rule | dict[str, Reason]:
    """What was typed; `measures`: those that can be chosen."""
    reasons: dict[str, Reason] = {}
    words = " ".join(fields.get("words", "").split())[:LONGEST]
    if not words:
        reasons["words"] = Reason.MISSING
    elif DOSE.search(words):
        reasons["words"] = Reason.DOSE
    measure = fields.get("measure", "") if fields.get("measure", "") in measures else ""
    untried = fields.get("untried", "")
    rule = Rule(
        words=words,
        trials=_number(fields, "trials", 20, reasons) or None,
        weeks=_number(fields, "weeks", 104, reasons) or 6,
        measure=measure,
        above=_number(fields, "above", 1000, reasons),
        days=_number(fields, "days", 730, reasons) or 60,
        diagnosis=" ".join(fields.get("diagnosis", "").split())[:32],
        untried=Way(untried) if untried in {one.value for one in Way} else None,
    )
    if "above" not in reasons and bool(rule.measure) is not (rule.above is not None):
        reasons["above"] = Reason.BOTH
    if not reasons and not rule.asks:
        reasons["trials"] = Reason.NOTHING
    return reasons or rule


def _number(fields: Mapping[str, str], name: str, most: int, reasons: dict[str, Reason]) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= most):
        reasons[name] = Reason.NO_NUMBER
        return None
    return int(text)
