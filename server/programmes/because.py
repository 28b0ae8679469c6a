"""Which answers keep a gate shut, each by itself, and which stop rules are met. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.programmes.around import StopRule
from server.programmes.baseline import answers_of, counted
from server.programmes.course import History, Key, Programme, keeps_on
from server.programmes.definition import Definition
from server.programmes.gates import Blocked, session_of
from server.programmes.keeping import Opened
from server.programmes.questions import Question, Verdict, found_in

Because = Mapping[tuple[str, str, int], Sequence["Reason"]]
"""(gate, step, round) -> the answers that are to be looked at."""
Totals = Mapping[str, Sequence[tuple[datetime, int]]]
"""Measure, or measure.question -> when it was answered to the end, and its total or that answer; oldest first."""
LONG = 6
"""Digits that no number of a session has."""


@dataclass(frozen=True)
class Reason:
    """One answer that keeps a gate shut. Its question may have a sentence for that."""

    question: Question
    answer: str = field(repr=False)
    verdict: Verdict


def because(opened: Opened, held: Sequence[tuple[int, Sequence[Blocked]]]) -> Because:
    """`held`: the session of each step that waits, and its gates that are shut."""
    found = {}
    for session, gates in held:
        for one in gates:
            for cause in one.causes:
                key = Key(cause.step, _session(opened, one, cause.step, session), cause.round)
                found[one.gate.id, cause.step, cause.round] = _reasons(opened, key)
    return found


def stays(opened: Opened, session: int | None) -> list[Reason]:
    """The answers for which a session is not over, though what ends it was written."""
    definition, done = opened.standing.programme.definition, opened.standing.done
    last = done.newest.get((definition.ending.id, session or 0))
    return _reasons(opened, last.key) if last and session not in done.over and keeps_on(definition, last) else []


def came_to(opened: Opened, written: str) -> list[Reason]:
    """What is to be looked at of one step that was written: `written` is its step, session and round, such as
    `treatment.17.0`. Nothing where there is none.
    """
    step, *numbers = written.split(".")
    if len(numbers) != 2 or not all(one.isascii() and one.isdecimal() and len(one) < LONG for one in numbers):
        return []
    return _reasons(opened, Key(step, *map(int, numbers)))


def _session(opened: Opened, one: Blocked, step: str, session: int) -> int:
    definition = opened.standing.programme.definition
    known = definition.by_id.get(step)
    return (session_of(definition.of_which(one.gate, known), session) if known else None) or 0


def _reasons(opened: Opened, key: Key) -> list[Reason]:
    entry, step = opened.standing.done.entries.get(key), opened.standing.programme.definition.by_id.get(key.step)
    if entry is None or step is None:
        return []
    answers = answers_of(opened, entry)
    came = [(one, found_in([one], answers).verdict) for one in counted(opened, step, key.session).questions]
    return [Reason(one, answers[one.id], verdict) for one, verdict in came if verdict is not Verdict.CLEAR]


def rules_met(programme: Programme, done: History, totals: Totals) -> tuple[StopRule, ...]:
    """The stop rules whose words are true of this course now."""
    rules, stops = programme.definition.stop_rules, _stopped(done)
    return tuple(
        one for one in rules if (_by_step(one, stops) if one.step else _by_measure(one, programme, done, totals))
    )


def met_by_steps(definition: Definition, stops: Mapping[str, int]) -> tuple[StopRule, ...]:
    """Those that are true by `stops`, step -> in how many sessions it came to one; for pages that open no answers."""
    return tuple(one for one in definition.stop_rules if _by_step(one, stops))


def _by_step(rule: StopRule, stops: Mapping[str, int]) -> bool:
    return rule.stops is not None and sum(stops.get(step, 0) for step in rule.steps) >= rule.stops.value


def _stopped(done: History) -> Mapping[str, int]:
    found = {(key.step, key.session) for key, one in done.entries.items() if one.verdict is Verdict.STOP}
    return Counter(step for step, _ in found)


def _by_measure(rule: StopRule, programme: Programme, done: History, totals: Totals) -> bool:
    """The first total is the last one from before the first session; against it stands the latest since."""
    first, known = done.begun.get(1), totals.get(rule.by, ())
    if rule.at_least:
        latest = [one for at, one in known if at >= programme.began_at][-1:]
        return bool(latest) and latest[0] >= rule.at_least.value
    if first is None:
        return False
    before, since = [one for at, one in known if at <= first][-1:], [one for at, one in known if at > first]
    if rule.rises:
        earlier = [*before, *since[:-1]]
        return bool(earlier and since) and since[-1] - min(earlier) >= rule.rises.value
    if not (rule.sessions and rule.less_than) or done.sessions_over < rule.sessions.value:
        return False
    if not before or not since or before[0] == 0:
        return False
    return (before[0] - since[-1]) / before[0] * 100 < rule.less_than.value
