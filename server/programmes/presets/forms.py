"""The data of a preset -> a preset, or every reason why not, in sentences. Pure.

Those that come with the program and a clinic's own are written alike.
"""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from server.programmes.forms import MOST_PROBLEMS, problem_of
from server.programmes.mending import Problem
from server.programmes.presets.rules import Block, Preset, problems
from server.programmes.shape import Key, Short, Words

LONGEST = 10_000
Rate = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=7200, allow_inf_nan=False)]
Count = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
Percent = Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BlockShape(_Part):
    per_second: Rate | None = Field(None, description="Pulses, or bursts, in a second of a train.")
    burst: Annotated[StrictInt, Field(ge=1, le=20)] = Field(1, description="Pulses in a burst.")
    within: Rate | None = Field(None, description="At how many a second the pulses of a burst follow each other.")
    train: Seconds | None = Field(None, description="Seconds that a train lasts.")
    pause: Annotated[float, Field(ge=0, le=7200, allow_inf_nan=False)] = 0
    trains: Annotated[StrictInt, Field(ge=1, le=1000)] = 1
    pulses: tuple[Count, Count] | None = Field(None, description="Where there are no trains: the least and the most.")
    unstated: StrictBool = Field(False, description="True where there are trains, and the source does not say which.")
    where: Annotated[StrictStr, Field(max_length=80)] = Field("", description="Of several places this one.")


class PresetShape(_Part):
    """How a session is given. It is no advice: whether a device is approved for it, the papers of the device say."""

    id: Key
    version: Annotated[StrictStr, Field(pattern=r"^[\w.-]{1,16}$")]
    name: Short
    programmes: Annotated[list[Key], Field(min_length=1, max_length=20)]
    target: Short
    blocks: Annotated[list[BlockShape], Field(min_length=1, max_length=8)]
    intensity: tuple[Percent, Percent] = Field(description="Percent of the motor threshold, least and most.")
    pulses: tuple[Count, Count] = Field(description="Of one session as the source states them.")
    minutes: tuple[Rate, Rate] | None = Field(None, description="Of one session as the source states them.")
    per_day: Annotated[StrictInt, Field(ge=1, le=20)] = 1
    days: Annotated[StrictInt, Field(ge=1, le=200)] | None = None
    day: Count | None = Field(None, description="Pulses of a day as the source states them.")
    course: Count | None = Field(None, description="Pulses of all days as the source states them.")
    about: Annotated[StrictStr, Field(max_length=400)] = ""
    source: Words = Field(description="Where it comes from.")
    label: StrictBool = Field(False, description="True if an approved label says all of it.")


def parse(data: object) -> Preset | list[Problem]:
    try:
        shape = PresetShape.model_validate(data)
    except ValidationError as found:
        return [problem_of(one) for one in found.errors(include_url=False)[:MOST_PROBLEMS]]
    same = shape.model_dump(exclude={"blocks", "programmes"})
    blocks = tuple(Block(**one.model_dump()) for one in shape.blocks)
    preset = Preset(**same, blocks=blocks, programmes=frozenset(shape.programmes))
    return list(problems(preset))[:MOST_PROBLEMS] or preset


def read_text(text: str) -> Preset | list[Problem]:
    """A preset as somebody pasted it."""
    try:
        return parse(json.loads(text[:LONGEST]))
    except (ValueError, RecursionError) as found:
        line = f"Line {found.lineno}: " if isinstance(found, json.JSONDecodeError) else ""
        return [Problem("", f"{line}This is not JSON yet. Mend the commas, brackets and quotation marks.")]
