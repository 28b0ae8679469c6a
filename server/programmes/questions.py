"""What a step asks, what an answer comes to, and the figures that this rests on. Pure.

Every number that a rule rests on is a `Figure`: it says where it comes from, and whether a label does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import prod


class Unit(StrEnum):
    """In what a figure is counted."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    SESSIONS = "sessions"
    EVENTS = "events"
    TRIALS = "trials"  # treatments that were tried before
    POINTS = "points"
    PERCENT = "percent"
    MMHG = "mmHg"
    PER_MINUTE = "per minute"
    YEARS = "years"


UNSURE = "not confirmed by a clinician of the clinic"
"""Said outside of the house of what no clinician stands up for."""
LENGTHS = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}


@dataclass(frozen=True)
class Figure:
    """A number, what it is for, and its source. One that no label gives awaits the word of a clinician."""

    id: str
    value: float
    unit: Unit
    what: str
    source: str
    label: bool = False

    @property
    def length(self) -> timedelta:
        """Of a figure in minutes, hours or days."""
        return self.value * LENGTHS[self.unit]

    @property
    def said(self) -> str:
        unit = self.unit.removesuffix("s") if self.value == 1 else self.unit
        return f"{self.value:g} {unit}"


class Verdict(StrEnum):
    """What answers come to by the words of the definition. No verdict lets anybody in: a gate asks for all of them."""

    CLEAR = "clear"
    REVIEW = "review"  # a clinician looks at it first
    STOP = "stop"  # not without somebody who says why all the same


class Answer(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"  # or 'not known'
    AGREE = "agree"
    NUMBER = "number"
    CHOICE = "choice"
    WORDS = "words"
    LINE = "line"  # words on one line, such as a name
    DATE = "date"  # a day that has been, as in ISO 8601
    PHONE = "phone"
    MAIL = "mail"
    SIGNATURE = "signature"  # the name of who agrees, typed by themselves
    PRODUCT = "product"  # worked out of two numbers of the same step: so many percent of one
    PRESET = "preset"  # one of the presets that the clinic has for this programme


class Plan(StrEnum):
    """What a preset plans of a session, beside which a number is written."""

    PULSES = "pulses"
    INTENSITY = "intensity"
    FREQUENCY = "frequency"  # pulses, or bursts, in a second
    BURST = "burst"  # pulses in a burst; 1 without bursts
    TRAIN = "train"  # seconds
    PAUSE = "pause"  # seconds from a train to the next one
    TRAINS = "trains"


class Begins(StrEnum):
    """What a field begins with, for a hand to change: what is planned, what the session before had (else what is
    planned), or the equipment that the session is booked with (else what the session before had).
    """

    PLAN = "plan"
    LAST = "last"
    UNITS = "units"


@dataclass(frozen=True)
class Condition:
    """When an answer comes to a verdict: it is one of these words, below a number, at least or above another, or by
    `rise` over what the same question had before the session, which `against` turns into a number; more than what the
    question `over` has, or another by more than `change` than the last time (`last`), or by more than `off` than the
    `target` beside it, of which `aimed` tells; `by`: the question that says how many percent of it are given.
    `aged`: only of who was so old when the course began, by the date of birth that `born` asks: no later than
    `born_until`. `adverse`: such an answer is an adverse event; `calls`: it calls people; `risen_from`: what was there
    before the session, where it is a rise.
    """

    verdict: Verdict
    words: frozenset[str] = frozenset()
    below: Figure | None = None
    at_least: Figure | None = None
    above: Figure | None = None
    rise: Figure | None = None
    over: str = ""
    change: Figure | None = None
    last: float | None = None
    off: Figure | None = None
    target: "Target | None" = None
    by: str = ""
    aged: Figure | None = None
    born: str = ""
    born_until: str = ""
    adverse: bool = False
    calls: bool = False
    risen_from: str = ""

    def holds(self, answer: str, answers: Mapping[str, str]) -> bool:
        if self.aged and not "" < answers.get(self.born, "") <= self.born_until:
            return False
        if self.off and self.target:
            return abs(float(answer) - float(self.target.given(answers.get(self.by, "")).number)) > self.off.value
        if self.rise or self.off:
            return False
        if self.over:
            return self.over in answers and float(answer) > float(answers[self.over])
        if self.change:
            return self.last is not None and abs(float(answer) - self.last) > self.change.value
        if self.below is None and self.at_least is None and self.above is None:
            return answer in self.words
        number = float(answer)
        low = self.below is not None and number < self.below.value
        high = self.at_least is not None and number >= self.at_least.value
        return low or high or (self.above is not None and number > self.above.value)


@dataclass(frozen=True)
class Target:
    """What stands beside a number: how it was worked out of which two, such as 47 × 120 %, and when they were written.
    `most`: no more than that can be, where the step says so; `whole`: of which it is so many percent.
    """

    number: str
    worked: str
    at: datetime
    most: str = ""
    whole: str = ""

    def given(self, share: str) -> "Target":
        """The same where so many percent are given, as in a ramp; without a word as it was worked out before."""
        if not (share and self.whole):
            return self
        return replace(self, number=percent(self.whole, share), worked=f"{self.whole} × {share} %")

    @property
    def too_much(self) -> bool:
        return bool(self.most) and float(self.number) > float(self.most)


@dataclass(frozen=True)
class Question:
    """One thing that a step asks. `options`: word in the answer -> what the page says; `first`: how it asks before the
    first session, '' alike; `reason`: the sentence where an answer to it keeps a gate shut; `only_if`: it may stay open
    unless that question has a yes. `trials`: it asks how many adequate trials of so many days there were, and the
    record may know of some; `watches`: the list of medicines of which the record may know some too. `planned`: what the
    preset of a course has for its `plan`, least and most; `unsure`: keys of the presets that it is about and nobody
    confirmed.
    A product is `share` percent `of` another answer; `worked`: the two, as the page says it. `beside`: a step and its
    question whose last answer is the `target` of a number, of which `by` is another answer of the step in percent.
    `factors`: numbers of the step that multiplied should be it, and `sum`, as what the page says and what they come to.
    `begins`: what its field does; `measure`: its last total; `paces`: it chooses one of that phase. `whole`: a number
    that counts something.
    """

    id: str
    text: str
    answer: Answer
    first: str = ""
    conditions: tuple[Condition, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    span: tuple[float, float] | None = None
    optional: bool = False
    reason: str = ""
    only_if: str = ""
    trials: Figure | None = None
    watches: str = ""
    plan: Plan | None = None
    planned: tuple[float, float] | None = None
    unsure: frozenset[str] = frozenset()
    of: str = ""
    share: str = ""
    worked: str = ""
    beside: tuple[str, str] | None = None
    target: Target | None = None
    by: str = ""
    factors: tuple[str, ...] = ()
    sum: tuple[str, str] | None = None
    begins: Begins | None = None
    measure: str = ""
    whole: bool = False
    paces: str = ""

    def calls(self, answers: Mapping[str, str]) -> bool:
        given = answers.get(self.id, "")
        return bool(given) and any(one.calls and one.holds(given, answers) for one in self.conditions)

    def risen_from(self, answers: Mapping[str, str]) -> str:
        """What was there before the session, where the answer is too much of a rise over that; else ''."""
        given = answers.get(self.id, "")
        risen = (one for one in self.conditions if given and one.risen_from and one.holds(given, answers))
        return next((one.risen_from for one in risen), "")

    @property
    def counts(self) -> bool:
        """Whether its number is a whole one, since it counts something."""
        return self.whole or self.plan is Plan.PULSES

    def is_adverse(self, answers: Mapping[str, str]) -> bool:
        given = answers.get(self.id, "")
        return bool(given) and any(one.adverse and one.holds(given, answers) for one in self.conditions)

    def strays(self, answer: str) -> bool:
        """Whether a number is another than the planned one, or than what others of its step come to."""
        if self.sum and float(self.sum[1]) != float(answer):
            return True
        return self.planned is not None and not self.planned[0] <= float(answer) <= self.planned[1]


@dataclass(frozen=True)
class Found:
    """What the answers of a step come to, and the questions that bring it about."""

    verdict: Verdict = Verdict.CLEAR
    questions: tuple[str, ...] = ()


def found_in(questions: Iterable[Question], answers: Mapping[str, str]) -> Found:
    """The gravest verdict of these answers: a stop, else a review, else clear. What was not answered says nothing."""
    verdicts: dict[Verdict, list[str]] = {}
    for question in questions:
        answer = answers.get(question.id, "")
        for condition in question.conditions if answer else ():
            if condition.holds(answer, answers):
                verdicts.setdefault(condition.verdict, []).append(question.id)
    for verdict in (Verdict.STOP, Verdict.REVIEW):
        if verdict in verdicts:
            return Found(verdict, tuple(dict.fromkeys(verdicts[verdict])))
    return Found()


def completed(questions: Iterable[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers with what is worked out of them, to the next whole number; a half goes up."""
    found = dict(answers)
    for one in questions:
        if one.answer is Answer.PRODUCT and one.of in answers and one.share in answers:
            found[one.id] = percent(answers[one.of], answers[one.share])
    return found


def percent(whole: str, share: str) -> str:
    """So many percent of it, to the next whole number; a half goes up."""
    exact = Decimal(whole) * Decimal(share) / 100
    return str(exact.quantize(Decimal(1), ROUND_HALF_UP))


def told(one: Question, answers: Mapping[str, str]) -> Question:
    """A product with the two numbers that it is of, a number with what it should be by others of its step."""
    if one.of:
        return replace(one, worked=f"{answers.get(one.of)} × {answers.get(one.share)} %")
    if one.target and one.by:
        return replace(one, target=one.target.given(answers.get(one.by, "")))
    if one.factors and all(name in answers for name in one.factors):
        numbers = [answers[name] for name in one.factors]
        return replace(one, sum=(" × ".join(numbers), f"{Decimal(prod(map(Decimal, numbers))).normalize():f}"))
    return one


def since(questions: Iterable[Question], last: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions with each change counted from the last time that they were answered."""
    return tuple(replace(one, conditions=tuple(_changed(one, last))) for one in questions)


def _changed(one: Question, last: Mapping[str, str]) -> Iterable[Condition]:
    for condition in one.conditions:
        yield replace(condition, last=float(last[one.id])) if condition.change and one.id in last else condition


def grown(questions: Iterable[Question], began: date) -> tuple[Question, ...]:
    """The questions with each age as the latest date of birth of who had it on the day on which the course began."""
    return tuple(replace(one, conditions=tuple(_grown(each, began) for each in one.conditions)) for one in questions)


def _grown(one: Condition, began: date) -> Condition:
    if one.aged is None:
        return one
    year, is_leap_day = began.year - int(one.aged.value), (began.month, began.day) == (2, 29)
    return replace(one, born_until=str(date(year, 2, 28) if is_leap_day else began.replace(year=year)))


def against(questions: Iterable[Question], before: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions with each rise as the number that it comes to, over the answers from before the session; without
    such an answer nothing is a rise.
    """
    return tuple(replace(one, conditions=tuple(_counted(one, before))) for one in questions)


def _counted(one: Question, before: Mapping[str, str]) -> Iterable[Condition]:
    for condition in one.conditions:
        if condition.rise is None:
            yield condition
        elif typed := before.get(one.id):
            rise = condition.rise
            least = replace(rise, value=float(typed) + rise.value)
            yield replace(condition, rise=None, at_least=least, risen_from=typed)


def aimed(one: Question, target: Target, numbers: Mapping[str, str]) -> Question:
    """The question with what stands beside it, and its limits as numbers; `numbers`: all of the step that it is of."""
    conditions = tuple(_aimed(each, target, numbers, one.by) for each in one.conditions)
    return replace(one, target=target, conditions=conditions)


def _aimed(one: Condition, target: Target, numbers: Mapping[str, str], by: str) -> Condition:
    if one.off:
        return replace(one, target=target, by=by)
    if one.over and one.over in numbers:
        most = Figure(one.over, float(numbers[one.over]), Unit.POINTS, "", "")
        return replace(one, over="", above=most)
    return one
