"""The shape of a definition's file: its fields, their kinds, and what each is for.

The descriptions are the documentation: `schema.json` is made of this file, and a test sees that it still is.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from server.programmes.definition import Kind, Part, Who
from server.programmes.fields import Fact, Take
from server.programmes.footings import Base
from server.programmes.questions import Answer, Begins, Plan, Unit, Verdict

FORMAT = 1

Words = Annotated[StrictStr, Field(min_length=1, max_length=2000)]
Short = Annotated[StrictStr, Field(min_length=1, max_length=160)]
Key = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
FigureName = Annotated[Key, Field(description="The id of a figure in `figures`.")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Tongue = Annotated[StrictStr, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Number = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FigureShape(_Part):
    """A number that a rule rests on. They stand together, so that a clinician reads and confirms them at once."""

    value: Number
    unit: Unit
    what: Short = Field(description="What the number is for, in a few words that a clinician understands alone.")
    source: Words = Field(description="Where it comes from: a label, a guideline, general knowledge, a proposal.")
    label: StrictBool = Field(False, description="True if an approved label says it: then nobody has to confirm it.")


class ConditionShape(_Part):
    """When an answer comes to a verdict. Either `is`, or a comparison of a number."""

    verdict: Verdict
    is_: list[Key] = Field([], alias="is", description="Any of these answers.")
    below: FigureName | None = None
    at_least: FigureName | None = None
    above: FigureName | None = None
    rise: FigureName | None = Field(
        None, description="By at least so much above what a check before the session had for the same question."
    )

    over: Key | None = Field(
        None, description="More than that question of the step has, or of the step that is `beside` it."
    )
    change: FigureName | None = Field(None, description="Another than the last time by more than this, either way.")
    off: FigureName | None = Field(None, description="Another than what is `beside` it by more than this, either way.")
    aged: FigureName | None = Field(
        None, description="Only of who was so many years old, or older, on the day on which the course began..."
    )
    born: Key | None = Field(None, description="... by this question of the step, which asks for the date of birth.")
    adverse: StrictBool = Field(False, description="Such an answer is an adverse event, which reports count.")
    calls: StrictBool = Field(
        False,
        description="Such an answer calls people as something grave in a session does, and its page leads to the "
        "patient's safety plan.",
    )


class OptionShape(_Part):
    id: Key
    text: Short


class QuestionShape(_Part):
    """One question of a step."""

    id: Key
    text: Words
    first: Annotated[StrictStr, Field(max_length=2000)] = Field(
        "", description="What it asks before the first session of a course, where that is something else."
    )
    answer: Answer = Answer.YES_NO
    when: list[ConditionShape] = Field([], description="What answers come to; without a word here: nothing.")
    options: list[OptionShape] = Field([], description="Of a choice.")
    unit: Annotated[StrictStr, Field(max_length=16)] = Field("", description="Written behind a number.")
    span: tuple[Number, Number] | None = Field(None, description="The least and the most that a number can be.")
    whole: StrictBool = Field(False, description="Of a number: it counts something, and has no decimals.")
    optional: StrictBool = False
    only_if: Key | None = Field(None, description="It may stay open unless that question of this step has a yes.")
    trials: FigureName | None = Field(
        None, description="Of a number: it asks how many adequate trials of at least so many days there were."
    )
    watches: Key | None = Field(
        None, description="It asks about medicines of this list: beside it stand those that the patient takes."
    )
    of: Key | None = Field(None, description="Of a product: the number that a part is taken of...")
    share: Key | None = Field(None, description="... and the one that says how many percent.")
    beside: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")] | None = Field(
        None, description="Of a number in a session: the step.question before it whose last product it should be."
    )
    by: Key | None = Field(
        None, description="Of a number that is `beside` a product: the one of its step that says how many percent now."
    )
    factors: list[Key] = Field(
        [], description="Of a number: those of its step that multiplied should be it; another one is marked."
    )
    plan: Plan | None = Field(None, description="Of a number: what the preset of the course has stands beside it.")
    begins: Begins | None = Field(
        None,
        description="With what the field begins, for a hand to change: what is planned; what the session before had, "
        "else what is planned; or the equipment that the session is booked with, else what the session before had.",
    )
    paces: Key | None = Field(
        None, description="Of a choice: it says at which of the paces of this phase its sessions are from then on."
    )
    measure: Key | None = Field(None, description="Of a number: the field begins with the last total of this measure.")
    reason: Annotated[StrictStr, Field(max_length=400)] = Field(
        "", description="The sentence where an answer to it keeps a gate shut; `{figure}` becomes that figure."
    )


class AskedByShape(_Part):
    """An answer by which a step is asked for."""

    step: Key
    question: Key
    is_: Annotated[list[Key], Field(min_length=1)] = Field(alias="is")


class WhichShape(_Part):
    """Which sessions have the step; without any of these all do. More than one: any of them is enough."""

    numbers: list[Annotated[StrictInt, Field(ge=1, le=500)]] = Field(
        [], description="Of a step by the calendar: which of its times, the first one after `every` days being 1."
    )
    onward: Annotated[StrictInt, Field(ge=0, le=500)] = Field(
        0, description="Of a step by the calendar: all its times from this one on, to the end of the course."
    )
    every: FigureName | None = Field(None, description="The first session and every so many on.")
    after_gap: FigureName | None = Field(None, description="When the session before was longer ago than this.")
    since_last: FigureName | None = Field(None, description="When it was last done more days ago than this.")
    asked_by: list[AskedByShape] = Field([], description="When an answer of a check before the session asks for it.")
    phases: list[Key] = Field([], description="Only sessions of these phases.")


class TellsShape(_Part):
    """Who goes home is told not to drive until tomorrow, and the escort too: ids of questions before the session."""

    phone: Key
    mail: Key
    agreed: Key = Field(description="A yes to being written to, of both.")


class GivesShape(_Part):
    """What the patient has to do until the next session, given as homework when the step is written."""

    tools: Annotated[
        list[Annotated[StrictStr, Field(pattern=r"^(tool|breath|sit)/[a-z0-9-]+(/[a-z]+)?$")]],
        Field(min_length=1, max_length=8),
    ] = Field(description="Tools of the patient's space: tool/thought/short, breath/box-4, sit/sounds.")
    question: Key | None = Field(None, description="Only where the answer to this question of the step...")
    is_: list[Key] = Field([], alias="is", description="... is one of these.")


class CardShape(_Part):
    """Something that is written with one press, and what to do then."""

    lines: Annotated[list[Short], Field(min_length=1, max_length=20)] = Field(description="One thing to do in each.")
    calls: Key | None = Field(None, description="The question before a session that names who is called first.")


class StepShape(_Part):
    """One thing to do, and where in the course it stands."""

    id: Key
    name: Short
    first: Annotated[StrictStr, Field(max_length=160)] = Field(
        "", description="What it is called before the first session of a course, where that is something else."
    )
    kind: Kind
    part: Part
    who: Who = Who.STAFF
    about: Annotated[StrictStr, Field(max_length=2000)] = ""
    source: Annotated[StrictStr, Field(max_length=2000)] = Field(
        "", description="Where its plan, and what its answers come to, is from; needed where it has either."
    )
    label: StrictBool = Field(False, description="True if an approved label says it.")
    which: WhichShape = WhichShape()
    questions: Annotated[list[QuestionShape], Field(max_length=80)] = []
    opens: FigureName | None = Field(
        None,
        description="So long after its part begins. Before a session: so long ahead of the booked time; of a clock: so "
        "long ahead of the planned minute.",
    )
    closes: FigureName | None = Field(None, description="So long after its part begins; then it counts as missed.")
    late: FigureName | None = Field(None, description="So long after it opens, or after the planned time: overdue.")
    valid: FigureName | None = Field(None, description="What was found holds so long; then the step is due again.")
    repeats: StrictBool = Field(False, description="It may be done again before that.")
    minutes: list[Annotated[StrictInt, Field(ge=0, le=10_000)]] = Field(
        [], description="Of a clock: the planned minutes after the treatment began."
    )
    every: FigureName | None = Field(None, description="By the calendar: so many days apart.")
    measure: Annotated[StrictStr, Field(max_length=32)] = Field("", description="The id of a measure.")
    ends: StrictBool = Field(
        False,
        description="The session is over with this step; behind a gate only where none of its answers comes to a stop.",
    )
    books: list[Key] = Field(
        [], description="Steps that end a session: after these it is a meeting that is booked by itself in its time."
    )
    card: CardShape | None = Field(None, description="Of an event: one press writes it, and shows what to do.")
    of: Key | None = Field(None, description="Of the part happened: the event after which it is due.")
    said_by: list[AskedByShape] = Field(
        [], description="Of an event: answers that say of a session that it happened, where nobody wrote it."
    )
    gives: GivesShape | None = Field(None, description="With this step the patient gets something to do at home.")
    adverse: StrictBool = Field(
        False,
        description="Of an event: whenever it is written it is an adverse event. Where no step or answer of a file "
        "says so, reports count whatever happens and stops in a session.",
    )
    tells: TellsShape | None = Field(None, description="With this step somebody goes home, and is told not to drive.")


class GateShape(_Part):
    """What must be before a step. The reason is shown where it is shut; `{figure}` in it becomes that figure."""

    id: Key
    before: Key = Field(description="The step that it holds.")
    reason: Words
    needs: list[Key] = Field(
        [],
        description="Steps that are done, with nothing in them to look at. Of a step by the calendar the time that is "
        "due; of the session that it stands before the session before.",
    )
    since: Key | None = Field(None, description="A step, after which `least` must have passed.")
    least: FigureName | None = None
    spacing: StrictBool = Field(False, description="The phase's gap since the session before must have passed.")
    lasts: StrictBool = Field(False, description="Who passes it does so for the whole course.")
    holds: StrictBool = Field(False, description="Nobody passes it.")
    footings: list[Key] = Field([], description="What has to hold outside of the course; nobody passes such a gate.")
    settled_by: list[Key] = Field([], description="Steps after an event that it needs, which open it again.")
    sticks: StrictBool = Field(
        False,
        description="An answer that stops keeps it shut whatever is answered after it, until somebody passes it.",
    )
    across: StrictBool = Field(
        False,
        description="What keeps it shut in the last session of another course of the family keeps it shut in this one "
        "too, until somebody passes it there or here.",
    )


class PaceShape(_Part):
    """A pace that a clinician may choose for a phase: one day in so many weeks, by the last of its `weeks`."""

    id: Key
    name: Short
    weeks: Annotated[StrictInt, Field(ge=1, le=12)]


class PhaseShape(_Part):
    """Sessions at one pace: by `weeks`, or by `days_after` the last session of the phase before."""

    id: Key
    name: Short
    source: Words = Field(description="Where the weekdays or days are from.")
    label: StrictBool = Field(False, description="True if an approved label says it.")
    sessions: FigureName
    weeks: Annotated[list[Annotated[list[Weekday], Field(min_length=1)]], Field(max_length=60)] = Field(
        [], description="The weekdays of the first week, the second and so on; the last one goes on."
    )
    days_after: list[Annotated[StrictInt, Field(ge=0, le=10_000)]] = []
    per_day: FigureName | None = None
    gap: FigureName | None = Field(None, description="Least time from the beginning of one session to the next.")
    paces: Annotated[list[PaceShape], Field(max_length=6)] = Field(
        [], description="Which of its `weeks`, or further apart, it may be given at; a question says which."
    )


class StopRuleShape(_Part):
    """When a course should be looked at again by the definition's own words: by one of these."""

    id: Key
    words: Words = Field(description="`{figure}` in it becomes that figure, as in every sentence that is shown.")
    measure: Annotated[StrictStr, Field(max_length=32)] = ""
    less_than: FigureName | None = Field(None, description="It went down by less than this share of its first total...")
    sessions: FigureName | None = Field(None, description="... once so many sessions are over.")
    rises: FigureName | None = Field(None, description="It is so many points over its lowest total since the start.")
    at_least: FigureName | None = Field(None, description="Its last total is so many points, or more.")
    item: Key | None = Field(None, description="Not the total but the answer to this question of the measure.")
    step: Key | None = Field(None, description="A step of which...")
    also: list[Key] = Field([], description="... or of these too...")
    stops: FigureName | None = Field(None, description="... so many came to a stop, each once in a session.")
    missed: FigureName | None = Field(None, description="So many days of the plan in a row had no session.")
    away: FigureName | None = Field(None, description="More working days than this had none.")


class EndpointShape(_Part):
    """By which measure, of which less is better, reports count a response and remission."""

    measure: Annotated[StrictStr, Field(min_length=1, max_length=32)] = Field(description="A measure that a step asks.")
    response: FigureName = Field(description="Lower by at least this percentage of the total before the first session.")
    remission: FigureName | None = Field(None, description="A last total below so many points.")


class FieldShape(_Part):
    """One line of a file: a `fact`, or what was answered."""

    id: Key
    text: Short
    fact: Fact | None = None
    from_: list[Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")]] = Field(
        [], alias="from", description="Questions, each as step.question."
    )
    take: Take = Field(Take.NEWEST, description="Which of the answers, where there are several.")
    minute: StrictInt | None = Field(None, description="Of a planned reading.")
    nothing: list[StrictStr] = Field([], description="Answers that say that it was not there.")
    optional: StrictBool = False


class ExportShape(_Part):
    """A file that each session gives. It is never sent from here: a person sends it and notes that they did."""

    id: Key
    name: Short
    about: Annotated[StrictStr, Field(max_length=2000)] = ""
    source: Annotated[StrictStr, Field(max_length=2000)] = Field("", description="Whose form it mirrors, and of when.")
    fields: Annotated[list[FieldShape], Field(max_length=80)] = []
    steps: list[Key] = Field([], description="Instead of fields: every answer of these steps.")
    within: FigureName | None = Field(None, description="So many calendar days after a session it has to be sent.")


class CodeShape(_Part):
    """By what a payer names a session: the first of these that fits stands in the table of sessions. Never sent."""

    id: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9.-]{1,16}$", description="The code itself.")]
    what: Short
    source: Words
    step: Key = Field(description="A step that was done in the session.")
    first: StrictBool = Field(False, description="Only where it was the first time in the course.")


class FootingShape(_Part):
    """What the programme rests on outside of its courses: a date by which a rule ends, or a person of the clinic."""

    id: Key
    base: Base
    name: Short
    source: Words
    until: date | None = Field(None, description="Of a date: the last day, which a clinic may say otherwise.")
    warn: FigureName | None = Field(None, description="So many days before it is warned of.")


class CautionShape(_Part):
    """What others say against it; shown wherever the programme is given or read."""

    words: Words
    source: Words


class FileShape(_Part):
    """A programme: a course of care that a clinic gives. A course keeps the version that it began by."""

    format: Annotated[StrictInt, Field(ge=FORMAT, le=FORMAT)]
    id: Key
    version: Annotated[StrictStr, Field(min_length=1, max_length=16)]
    name: Short
    based_on: Key | None = Field(
        None,
        description="Of a clinic's own: the programme of Parlour that it was made of. Its presets can be chosen too.",
    )
    family: Key | None = Field(
        None,
        description="Programmes of which a patient is in one at a time, such as all that give the same medicine: the "
        "least time between sessions counts from those of the others too, and so does what locks one of them.",
    )
    language: Tongue = Field("en", description="The language that its words are written in, such as en, ar or fr.")
    words: dict[Tongue, Annotated[dict[Words, Words], Field(max_length=400)]] = Field(
        {},
        description="What patients read of it (names, phases, points of a consent, steps that give something to do) in "
        "other languages: under each, a sentence word for word as it stands in this file, and what it is called there.",
    )
    about: Words
    notice: Annotated[StrictStr, Field(max_length=2000)] = Field("", description="Said to staff on every page of it.")
    figures: Annotated[dict[Key, FigureShape], Field(min_length=1, max_length=200)]
    resources: list[Short] = Field([], description="What a session takes besides a person.")
    phases: Annotated[list[PhaseShape], Field(min_length=1, max_length=20)]
    steps: Annotated[list[StepShape], Field(min_length=1, max_length=200)]
    gates: list[GateShape] = []
    stop_rules: list[StopRuleShape] = []
    exports: list[ExportShape] = []
    codes: Annotated[list[CodeShape], Field(max_length=20)] = []
    endpoint: EndpointShape | None = Field(None, description="Without it the usual measures and thresholds count.")
    footings: list[FootingShape] = []
    cautions: list[CautionShape] = []
