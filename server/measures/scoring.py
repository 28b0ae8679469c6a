"""What answers come to. Pure: no text for people, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from server.measures.rules import Answers, Band, Flag, Instrument, Item, Level, Method, Outcome, Weight


class Reason(StrEnum):
    """Why answers have no score at all."""

    UNKNOWN_ITEM = "unknown_item"
    NOT_AN_OPTION = "not_an_option"


@dataclass(frozen=True)
class Refused:
    reason: Reason
    item: str


@dataclass(frozen=True)
class Score:
    """`total` is None where too much is open, or where there is none. `missing`: scored items without an answer.

    `made_up`: the total holds means for missing answers. `positive`: at or above the mark; None without total or mark.
    `so_far`: the level is one by rule, and an answer that is still open may make it a weightier one.
    """

    total: int | None
    level: Level | None
    missing: tuple[str, ...]
    flags: tuple[Flag, ...]
    subscales: Mapping[str, int]
    made_up: bool = False
    positive: bool | None = None
    so_far: bool = False

    @property
    def partial(self) -> bool:
        """Whether what is open may change it: a level so far, or neither level nor total yet."""
        return self.so_far or (bool(self.missing) and self.level is None and self.total is None)


def score(instrument: Instrument, answers: Mapping[str, object]) -> Score | Refused:
    """What these answers come to. An answer that is none of its item's options refuses the whole."""
    refused = refusal(instrument, answers)
    if refused:
        return refused
    given: Answers = {item: value for item, value in answers.items() if isinstance(value, int)}
    counted = counting(instrument, given)
    missing = tuple(item.id for item in instrument.scored if item.id not in counted)
    total = _total(instrument, counted, len(missing))
    level, so_far = _level(instrument, {**counted, **given}, total)
    return Score(
        total=total,
        level=level,
        missing=missing,
        flags=flags_of(instrument, given),
        subscales=_subscales(instrument, counted),
        made_up=bool(missing) and total is not None,
        positive=None if total is None or instrument.cut is None else total >= instrument.cut,
        so_far=so_far,
    )


def refusal(instrument: Instrument, answers: Mapping[str, object]) -> Refused | None:
    """The first answer that cannot be one."""
    for item_id, value in answers.items():
        item = instrument.item(item_id)
        if item is None:
            return Refused(Reason.UNKNOWN_ITEM, item_id)
        if item.option(value) is None:
            return Refused(Reason.NOT_AN_OPTION, item_id)
    return None


def takes(instrument: Instrument, item_id: str, value: int | None) -> bool:
    """Whether this is an answer to one of its questions."""
    return refusal(instrument, {item_id: value}) is None


def asked(instrument: Instrument, answers: Answers) -> list[Item]:
    """The questions that are put, as far as these answers say."""
    return [item for item in instrument.items if item.ask_if is None or item.ask_if.holds(answers)]


def still_open(instrument: Instrument, answers: Answers) -> list[Item]:
    """Questions that are put and have no answer."""
    return [item for item in asked(instrument, answers) if item.id not in answers]


def counting(instrument: Instrument, answers: Answers) -> dict[str, int]:
    """Scored item -> what it counts. Who is not asked counts 0; who may yet be asked does not count."""
    counted = {}
    for item in instrument.scored:
        if item.ask_if and not item.ask_if.holds(answers):
            if item.ask_if.decided(answers):
                counted[item.id] = 0
        elif item.id in answers:
            counted[item.id] = answers[item.id]
    return counted


def has_total(instrument: Instrument, answers: Answers) -> bool:
    """Whether every question that the total is made of is answered; others may be open."""
    result = score(instrument, answers)
    return isinstance(result, Score) and result.total is not None and not result.missing


def flag_of(instrument: Instrument, item_id: str, value: int) -> Flag | None:
    """The loudest flag of one answer; this is asked the moment it is given."""
    fired = [flag for flag in instrument.flags if flag.item == item_id and value >= flag.at_least]
    return max(fired, key=lambda flag: list(Weight).index(flag.weight), default=None)


def flags_of(instrument: Instrument, answers: Answers) -> tuple[Flag, ...]:
    """The flag of each answer that has one, also of questions that would not be put any more."""
    found = (flag_of(instrument, item, answers[item]) for item in answers)
    return tuple(flag for flag in found if flag)


def _total(instrument: Instrument, counted: Answers, missing: int) -> int | None:
    if instrument.method is not Method.SUM or missing > instrument.missing or not counted:
        return None
    mean = Fraction(sum(counted.values()), len(counted))
    whole = rounded(mean * len(instrument.scored)) if missing else sum(counted.values())
    return whole * instrument.multiply


def rounded(number: Fraction) -> int:
    """To the nearest whole number; a half goes up."""
    return (number + Fraction(1, 2)).__floor__()


def _level(instrument: Instrument, answers: Answers, total: int | None) -> tuple[Level | None, bool]:
    """The level, and whether one that comes before it may still hold."""
    undecided = False
    for level in instrument.levels:
        if isinstance(level, Outcome) and level.holds(answers):
            return level, undecided
        if isinstance(level, Outcome) and level.when:
            undecided = undecided or not level.when.decided(answers)
        if isinstance(level, Band) and total is not None and level.least <= total <= level.most:
            return level, False
    return None, False


def _subscales(instrument: Instrument, counted: Answers) -> dict[str, int]:
    """Sums of those subscales of which nothing is missing."""
    return {
        one.id: sum(counted[item] for item in one.items)
        for one in instrument.subscales
        if all(item in counted for item in one.items)
    }
