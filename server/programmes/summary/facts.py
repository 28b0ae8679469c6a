"""What a summary of a course says, taken from what is recorded; and whether it may be made. Pure.

Nothing is concluded here: sessions, answers and figures stand as they were written, with their days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.measures.results import Result, Taken
from server.patients.consents.rules import Agreed, holding
from server.programmes.baseline import counted
from server.programmes.course import day_of
from server.programmes.definition import Kind, Step
from server.programmes.keeping import Opened
from server.programmes.later import written_later
from server.programmes.outcome import Outcome
from server.programmes.questions import Answer, Question, Verdict, found_in
from server.programmes.shown import Word

KIND, VERSION = "treating_team", "1"
"""As what the ledger of agreements knows it: sharing with who else treats the patient, by the words of this version."""
PRIVATE = frozenset({Answer.PHONE, Answer.MAIL, Answer.SIGNATURE})
"""How somebody is reached is no setting of a course."""
Answers = Sequence[tuple[Question, str]]


def agreement(ledger: Iterable[Agreed]) -> Agreed | None:
    """By which a summary may be made and handed over; None where nobody agreed or it was taken back."""
    return holding(ledger, KIND)


@dataclass(frozen=True)
class Happened:
    """Something that happened in a session, or an answer that stopped: the step, when, and what was answered; `later`:
    when it was written, where that was later.
    """

    step: Step
    session: int
    at: datetime
    answers: Answers = field(repr=False)
    later: datetime | None = None


def happened(opened: Opened) -> list[Happened]:
    """Events with all that was written of them, and of other steps the answers that came to a stop; oldest first."""
    found = []
    by_id = opened.standing.programme.definition.by_id
    for kept in opened.standing.loaded.entries:
        step = by_id[kept.entry.key.step].of_session(kept.entry.key.session)
        answers = opened.answers[kept.id]
        told = [(one, answers[one.id]) for one in step.questions if one.id in answers and one.answer not in PRIVATE]
        if step.kind is not Kind.EVENT:
            if kept.entry.verdict is not Verdict.STOP or step.kind is Kind.CONSENT:
                continue
            stops = stopping(counted(opened, step, kept.entry.key.session), answers)
            told = [(one, answer) for one, answer in told if one.id in stops]
        found.append(
            Happened(step, kept.entry.key.session, kept.entry.at, told, written_later(kept.entry.at, kept.written_at))
        )
    return sorted(found, key=lambda one: one.at)


def stopping(step: Step, answers: Mapping[str, str]) -> set[str]:
    """The questions by which it came to a stop, each with all answers beside it."""
    return {one.id for one in step.questions if found_in([one], answers).verdict is Verdict.STOP}


def settings(opened: Opened) -> list[tuple[int, Answers]]:
    """How the first and the last session that began were given: session -> what the treatment's own step has."""
    done, step = opened.standing.done, opened.standing.programme.definition.treatment
    sessions = sorted(done.begun)
    wanted = dict.fromkeys([*sessions[:1], *sessions[-1:]])
    by_session = {
        kept.entry.key.session: opened.answers[kept.id]
        for kept in opened.standing.loaded.entries
        if kept.entry.key.step == step.id
    }
    found = [(session, _told(step, by_session.get(session, {}))) for session in wanted]
    return [(session, told) for session, told in found if told]


def _told(step: Step, answers: Mapping[str, str]) -> Answers:
    return [(one, answers[one.id]) for one in step.questions if answers.get(one.id) and one.answer not in PRIVATE]


def begun_later(opened: Opened) -> dict[int, datetime]:
    """Session -> when its beginning was written, where that was later."""
    treatment = opened.standing.programme.definition.treatment.id
    begun = [one for one in opened.standing.loaded.entries if one.entry.key.step == treatment]
    return {one.entry.key.session: at for one in begun if (at := written_later(one.entry.at, one.written_at))}


@dataclass(frozen=True)
class Gap:
    """Days from one session to the next one."""

    after: int
    days: int


def longest_gap(begun: Mapping[int, datetime], zone: ZoneInfo) -> Gap | None:
    """The longest time between two sessions, the first of several; None with fewer than two."""
    pairs = [(one, one + 1) for one in sorted(begun) if one + 1 in begun]
    gaps = [Gap(one, (day_of(zone, begun[other]) - day_of(zone, begun[one])).days) for one, other in pairs]
    return max(gaps, key=lambda gap: gap.days, default=None)


def stop_words(words: Iterable[Word]) -> list[Word]:
    """What was changed on the way and why, oldest first; who passed a gate is no part of a summary."""
    return sorted((one for one in words if not one.is_override), key=lambda one: one.what.at)


@dataclass(frozen=True)
class Made:
    """A summary as its row says; `holds`: the agreement that it rests on still stands."""

    id: UUID
    recipient: str = field(repr=False)
    by: UUID
    at: datetime
    handed_by: UUID | None
    handed_at: datetime | None
    holds: bool


def told_totals(results: Iterable[Result], outcomes: Iterable[Outcome]) -> list[Taken]:
    """The answers whose totals a summary says: those that the figures of a course are made of, and no others."""
    points = {one.instrument.id: {point.at for point in one.points} for one in outcomes}
    return [one for result in results for one in result.whole if one.at in points.get(result.instrument.id, ())]
