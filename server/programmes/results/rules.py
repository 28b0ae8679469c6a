"""How courses came out: begun, over, stopped early, with what result. Pure; figures come from `catalogue`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.programmes.because import Totals, rules_met
from server.programmes.course import History, Programme
from server.programmes.definition import Kind, Part
from server.programmes.endpoint import Endpoint
from server.programmes.questions import Verdict


class Result(StrEnum):
    """What a measure says of a course that is over."""

    BOTH = "both"  # a response, and remission
    RESPONSE = "response"
    REMISSION = "remission"
    NEITHER = "neither"
    UNKNOWN = "unknown"  # not answered before and after, or there was too little to become less


@dataclass(frozen=True)
class Came:
    """How one course came out. `waited`: from its beginning to the first session, None while there was none;
    `completed`: every session was given; `rule_met`: it ended early, and a stop rule of its definition was true.
    """

    waited: timedelta | None
    over: bool
    completed: bool
    rule_met: bool
    adverse: bool
    result: Result


def came(programme: Programme, done: History, totals: Totals, endpoint: Endpoint | None, after: timedelta) -> Came:
    """`totals`: of measures, oldest first; `after`: how long after the end an answer still counts."""
    first, finished = done.begun.get(1), done.over.get(programme.total)
    ended = finished or programme.ended_at
    completed = finished is not None
    return Came(
        waited=first - programme.began_at if first else None,
        over=ended is not None,
        completed=completed,
        rule_met=ended is not None and not completed and bool(rules_met(programme, done, _until(totals, ended))),
        adverse=is_adverse(programme, done),
        result=_result(endpoint, totals, first, ended + after) if endpoint and ended else Result.UNKNOWN,
    )


def _until(totals: Totals, end: datetime) -> Totals:
    return {key: [(at, total) for at, total in points if at <= end] for key, points in totals.items()}


def is_adverse(programme: Programme, done: History) -> bool:
    """By the words of the definition; what was so before the first session is none. One that names nothing: whether
    something happened in a session, or an answer during or after one came to a stop, and no decision did.
    """
    if programme.definition.names_adverse:
        by_id = programme.definition.by_id
        return any(
            entry.adverse and key.session > (by_id[key.step].part is Part.BEFORE) for key, entry in done.entries.items()
        )
    by_id = programme.definition.by_id
    steps = [(by_id[key.step], entry.verdict) for key, entry in done.entries.items() if key.step in by_id]
    found = (step for step, verdict in steps if verdict is Verdict.STOP and step.kind is not Kind.DECISION)
    happened = any(step.kind is Kind.EVENT for step, _ in steps)
    return happened or any(step.part in (Part.DURING, Part.AFTER) for step in found)


def _result(endpoint: Endpoint, totals: Totals, first: datetime | None, until: datetime) -> Result:
    points = totals.get(endpoint.measure, ())
    before = [total for at, total in points if first and at <= first]
    since = [total for at, total in points if first and first < at <= until]
    return result_of(endpoint, before[-1], since[-1]) if before and since else Result.UNKNOWN


def result_of(endpoint: Endpoint, first: int, last: int) -> Result:
    """By the total before the first session and the last one: of who was below the baseline nothing is said, and who
    was below the threshold of remission before has none.
    """
    if first <= 0 or (endpoint.baseline is not None and first < endpoint.baseline.value):
        return Result.UNKNOWN
    responded = (first - last) * 100 >= endpoint.response.value * first
    remitted = endpoint.remission is not None and last < endpoint.remission.value <= first
    if responded and remitted:
        return Result.BOTH
    return Result.RESPONSE if responded else Result.REMISSION if remitted else Result.NEITHER


def median(waits: Iterable[timedelta]) -> timedelta | None:
    """The middle one, of an even number the mean of the two in the middle; None of none."""
    found: Sequence[timedelta] = sorted(waits)
    half = len(found) // 2
    if not found:
        return None
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2
