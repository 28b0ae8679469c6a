"""What a clinic's file gives up of what the programme of Parlour holds that it was made of or is nearest to. Pure.

What somebody answers for at home and the family of ketamine are no part of it: a file without them is refused. What a
figure comes to is the clinic's to confirm; where no label says it and a limit lets more through, that is said too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from server.programmes.around import StopRule
from server.programmes.definition import Definition, Gate, Phase, Step
from server.programmes.filed.nearest import bases_of
from server.programmes.questions import Condition, Figure, Question

DOES = ("valid", "every", "measure", "ends", "books", "tells", "card", "of", "said_by", "gives", "adverse")
"""What a step does beside asking."""
HOLDS = ("footings", "spacing", "sticks", "across", "lasts", "settled_by")
"""By what a gate holds beside the steps that it asks for."""
MOST_WHY = 1000


class Sort(StrEnum):
    """Kinds of what falls away, each of which somebody has to have read."""

    LABEL = "label"
    FIGURES = "figures"  # limits that no label says
    FOOTINGS = "footings"
    GATES = "gates"
    STEPS = "steps"
    STOPS = "stops"
    EXPORTS = "exports"


class How(StrEnum):
    """What became of it."""

    GONE = "gone"
    CHANGED = "changed"
    PASSED = "passed"  # a gate that nobody passed can be passed
    SOONER = "sooner"  # a gate or a phase waits less long
    ASKS = "asks"  # a gate no longer asks for a step
    HOLDS = "holds"  # a gate no longer holds by something else
    QUESTION = "question"  # a step no longer asks it
    OPEN = "open"  # a question may stay open
    ANSWER = "answer"  # an answer is not looked at any more, or less strictly
    READINGS = "readings"  # readings that are not planned any more
    ELSEWHERE = "elsewhere"  # another kind, place, person or sessions
    DOES = "does"  # a step no longer does what it did


@dataclass(frozen=True)
class Fall:
    """One thing that falls away or is weaker; `name`: of the entry, in words; `was` and `now` as people read them, or
    one of `DOES` and `HOLDS`.
    """

    sort: Sort
    how: How
    name: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class Fold:
    """All of one kind, in the order of the file."""

    sort: Sort
    falls: Sequence[Fall]


@dataclass(frozen=True)
class GivenUp:
    """What somebody of a clinic accepted that a version gives up, and why."""

    sorts: tuple[Sort, ...]
    why: str = ""


def given_up(one: Definition) -> tuple[Sequence[str], Sequence[Fold]]:
    """The names of the programmes that a file is held against, and what it gives up of them, kind by kind."""
    bases = bases_of(one)
    found = dict.fromkeys(each for base in bases for each in falls(base, one))
    return [base.name for base in bases], folds(found)


def at_all(one: Definition) -> GivenUp | None:
    """What a file gives up, by its kinds alone; None: nothing."""
    sorts = tuple(fold.sort for fold in given_up(one)[1])
    return GivenUp(sorts) if sorts else None


def folds(found: Iterable[Fall]) -> Sequence[Fold]:
    several = list(found)
    every = [Fold(sort, [one for one in several if one.sort is sort]) for sort in Sort]
    return [fold for fold in every if fold.falls]


def falls(base: Definition, one: Definition) -> Iterator[Fall]:
    """All that falls away against one programme."""
    yield from _label(base, one)
    yield from _limits(base, one)
    yield from _footings(base, one)
    yield from _gates(base, one)
    yield from _gaps(base, one)
    yield from _steps(base, one)
    yield from _stops(base, one)
    kept = {each.id for each in one.exports}
    yield from (Fall(Sort.EXPORTS, How.GONE, each.name) for each in base.exports if each.id not in kept)


def _footings(base: Definition, one: Definition) -> Iterator[Fall]:
    known = {each.id: each for each in one.footings}
    for was in base.footings:
        now = known.get(was.id)
        if now is None:
            yield Fall(Sort.FOOTINGS, How.GONE, was.name)
        elif now.base is not was.base or (was.until and now.until and now.until > was.until):
            yield Fall(Sort.FOOTINGS, How.CHANGED, was.name, str(was.until or was.base), str(now.until or now.base))
    warned = {each.words for each in one.cautions}
    yield from (Fall(Sort.FOOTINGS, How.GONE, each.words) for each in base.cautions if each.words not in warned)


def _gates(base: Definition, one: Definition) -> Iterator[Fall]:
    known = {each.id: each for each in one.gates}
    for was in base.gates:
        now = known.get(was.id)
        if now is None or now.before != was.before:
            yield Fall(Sort.GATES, How.GONE, was.reason)
            continue
        if was.holds and not now.holds:
            yield Fall(Sort.GATES, How.PASSED, was.reason)
        if was.least and (now.since != was.since or now.least is None or now.least.length < was.least.length):
            yield Fall(Sort.GATES, How.SOONER, was.reason, was.least.said, now.least.said if now.least else "")
        yield from _asked(base, was, now)


def _asked(base: Definition, was: Gate, now: Gate) -> Iterator[Fall]:
    """What a gate asks for no more: steps, and what else it holds by."""
    for name in was.needs:
        if name not in now.needs:
            yield Fall(Sort.GATES, How.ASKS, was.reason, base.by_id[name].name)
    lost = {
        "footings": set(was.footings) - set(now.footings),
        "settled_by": set(was.settled_by) - set(now.settled_by),
        "lasts": now.lasts and not was.lasts,
        **{name: getattr(was, name) and not getattr(now, name) for name in ("spacing", "sticks", "across")},
    }
    yield from (Fall(Sort.GATES, How.HOLDS, was.reason, name) for name in HOLDS if lost[name])


def _gaps(base: Definition, one: Definition) -> Iterator[Fall]:
    """The least time between sessions, phase by phase."""
    known = {each.id: each for each in one.phases}
    for was in base.phases:
        now = known.get(was.id)
        if now and was.gap and (now.gap is None or now.gap.length < was.gap.length):
            yield Fall(Sort.GATES, How.SOONER, was.name, was.gap.said, now.gap.said if now.gap else "")


def _steps(base: Definition, one: Definition) -> Iterator[Fall]:
    for was in base.steps:
        now = one.by_id.get(was.id)
        if now is None:
            yield Fall(Sort.STEPS, How.GONE, was.name)
            continue
        yield from _step(was, now)


def _step(was: Step, now: Step) -> Iterator[Fall]:
    if (was.kind, was.part, was.who) != (now.kind, now.part, now.who) or _bare(was.which) != _bare(now.which):
        yield Fall(Sort.STEPS, How.ELSEWHERE, was.name)
    if not set(was.minutes) <= set(now.minutes):
        told = [", ".join(map(str, each.minutes)) for each in (was, now)]
        yield Fall(Sort.STEPS, How.READINGS, was.name, *told)
    for name in DOES:
        if getattr(was, name) and not getattr(now, name):
            yield Fall(Sort.STEPS, How.DOES, was.name, name)
    asked = {each.id: each for each in now.questions}
    for question in was.questions:
        yield from _question(was.name, question, asked.get(question.id))


def _question(step: str, was: Question, now: Question | None) -> Iterator[Fall]:
    if now is None or now.answer is not was.answer:
        yield Fall(Sort.STEPS, How.QUESTION, step, was.text)
        return
    if (now.optional and not was.optional) or now.only_if != was.only_if:
        yield Fall(Sort.STEPS, How.OPEN, step, was.text)
    if not all(any(_as_strict(mine, each) for mine in now.conditions) for each in was.conditions):
        yield Fall(Sort.STEPS, How.ANSWER, step, was.text)


def _as_strict(mine: Condition, was: Condition) -> bool:
    """Whether a condition holds wherever another one does, whatever its figures are."""
    same = _bare(replace(mine, words=frozenset())) == _bare(replace(was, words=frozenset()))
    return same and mine.words >= was.words


def _stops(base: Definition, one: Definition) -> Iterator[Fall]:
    known = {each.id: each for each in one.stop_rules}
    for was in base.stop_rules:
        now = known.get(was.id)
        if now is None or _bare(now) != _bare(was):
            yield Fall(Sort.STOPS, How.CHANGED if now else How.GONE, was.words)


def _label(base: Definition, one: Definition) -> Iterator[Fall]:
    for name, was in base.figures.items():
        now = one.figures.get(name)
        if was.label and (now is None or (now.value, now.unit) != (was.value, was.unit)):
            yield Fall(Sort.LABEL, How.CHANGED if now else How.GONE, was.what, was.said, now.said if now else "")
    phases = {each.id: each for each in one.phases}
    for phase in base.phases:
        other = phases.get(phase.id)
        if phase.label and (other is None or _plan(other) != _plan(phase)):
            yield Fall(Sort.LABEL, How.CHANGED if other else How.GONE, phase.name)


LEAST, MOST = ("below", "less_than"), ("at_least", "above", "rise", "change", "off", "aged")
"""Of a rule: where less lets more through, and where more does."""
LONGEST = ("valid", "sessions", "rises", "at_least", "stops", "missed", "away")
"""Of a step and of a stop rule: where more does."""


def _limits(base: Definition, one: Definition) -> Iterator[Fall]:
    """The figures that no label says and that let more through than they did."""
    rules = [when for step in base.steps for asked in step.questions for when in asked.conditions]
    lower = _named((*rules, *base.stop_rules), LEAST)
    higher = _named(rules, MOST) | _named((*base.steps, *base.stop_rules), LONGEST)
    for name, was in base.figures.items():
        now = one.figures.get(name)
        if now is None or was.label or (now.value, now.unit) == (was.value, was.unit):
            continue
        looser = (now.value < was.value and name in lower) or (now.value > was.value and name in higher)
        if looser or (now.unit is not was.unit and name in lower | higher):
            yield Fall(Sort.FIGURES, How.CHANGED, was.what, was.said, now.said)


def _named(several: Iterable[object], names: Collection[str]) -> set[str]:
    """The ids of the figures by which these go."""
    found = (getattr(one, name, None) for one in several for name in names)
    return {figure.id for figure in found if isinstance(figure, Figure)}


def _plan(one: Phase) -> tuple[object, ...]:
    return one.sessions, one.weeks, one.offsets, one.per_day


def _bare(one: Condition | StopRule | object) -> Mapping[str, object]:
    """Its fields without its words, each figure by its id: what a figure comes to is the clinic's to confirm."""
    values = {each.name: getattr(one, each.name) for each in fields(one)}  # type: ignore[arg-type]
    if isinstance(one, StopRule):
        del values["words"]
    return {name: each.id if isinstance(each, Figure) else each for name, each in values.items()}
