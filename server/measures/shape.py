"""The shape of the data of a measure: its fields, their kinds and their bounds."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from server.measures import rules

FORMAT = 1

Words = Annotated[StrictStr, Field(min_length=1, max_length=2000)]
Short = Annotated[StrictStr, Field(min_length=1, max_length=120)]
Key = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Whole = Annotated[StrictInt, Field(ge=-1000, le=10_000)]
Code = Annotated[StrictStr, Field(pattern=r"^[A-Z]{0,2}[0-9]{1,9}-[0-9]$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OptionShape(_Part):
    value: Whole
    text: Words | None = None
    loinc: Code | None = None


class WhenShape(_Part):
    items: Annotated[list[Key], Field(min_length=1, max_length=60)]
    at_least: Whole


class ItemShape(_Part):
    id: Key
    text: Words | None = None
    topic: Words | None = None
    loinc: Code | None = None
    scored: StrictBool = True
    ask_if: WhenShape | None = None
    options: Annotated[list[OptionShape], Field(min_length=2, max_length=12)] | None = None


class ScoringShape(_Part):
    method: rules.Method = rules.Method.SUM
    range: tuple[Whole, Whole]
    multiply: Annotated[StrictInt, Field(ge=1, le=100)] = 1
    missing: Annotated[StrictInt, Field(ge=0, le=20)] = 0
    higher: rules.Higher = rules.Higher.WORSE


class BandShape(_Part):
    id: Key
    name: Short
    from_: Annotated[Whole, Field(alias="from")]
    to: Whole


class OutcomeShape(_Part):
    id: Key
    name: Short
    when: WhenShape | None = None
    none_of: list[Key] = []


class SubscaleShape(_Part):
    id: Key
    name: Short
    items: Annotated[list[Key], Field(min_length=1)]


class FlagShape(_Part):
    item: Key
    at_least: Whole
    weight: rules.Weight


class ChangeShape(_Part):
    reliable: Annotated[StrictFloat | StrictInt, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    response: Annotated[StrictFloat, Field(gt=0, lt=1, allow_inf_nan=False)] | None = None
    baseline: Whole | None = None
    remission: Whole | None = None
    source: Words


class LoincShape(_Part):
    panel: Code | None = None
    total: Code | None = None


class FileShape(_Part):
    format: Annotated[StrictInt, Field(ge=FORMAT, le=FORMAT)]
    id: Key
    version: Annotated[StrictStr, Field(min_length=1, max_length=16)]
    language: Annotated[StrictStr, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    name: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    title: Short
    about: Short
    source: Words
    permission: Words
    notice: Words | None = None
    awaits: list[Short] = []
    pack: StrictBool = False
    shell: StrictBool = False
    recall: Short | None = None
    instruction: Words | None = None
    stem: Words | None = None
    options: Annotated[list[OptionShape], Field(max_length=12)] = []
    items: Annotated[list[ItemShape], Field(min_length=1, max_length=60)]
    scoring: ScoringShape
    subscales: list[SubscaleShape] = []
    bands: list[BandShape] = []
    outcomes: list[OutcomeShape] = []
    cut: Whole | None = None
    flags: list[FlagShape] = []
    change: ChangeShape | None = None
    loinc: LoincShape | None = None
