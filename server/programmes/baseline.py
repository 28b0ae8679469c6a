"""What was found before a session, and the questions of a step as they are asked in it: readings counted against that,
and presets with what they plan. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from server.programmes.course import Entry, day_of
from server.programmes.definition import Kind, Part, Step
from server.programmes.keeping import Opened
from server.programmes.later import why_of, written_later
from server.programmes.presets.rules import Preset
from server.programmes.questions import Answer, Question, Target, against, aimed, grown, since, told


def answers_of(opened: Opened, entry: Entry) -> Mapping[str, str]:
    """Question -> answer of what was written under this key; of what was answered elsewhere nothing."""
    kept = next((one for one in opened.standing.loaded.entries if one.entry.key == entry.key), None)
    return opened.answers[kept.id] if kept else {}


def later(opened: Opened, entry: Entry) -> datetime | None:
    """When it was written, where that was later than it happened."""
    kept = next((one for one in opened.standing.loaded.entries if one.entry.key == entry.key), None)
    return written_later(entry.at, kept.written_at) if kept else None


@dataclass(frozen=True)
class Begun:
    """A beginning that was written later than it was, and why; empty where nobody was asked."""

    at: datetime
    later: datetime
    why: str = field(repr=False)


def begun_later(opened: Opened, session: int) -> Begun | None:
    """Of a session whose beginning was not written at once."""
    done, definition = opened.standing.done, opened.standing.programme.definition
    entry = done.newest.get((definition.treatment.id, session))
    if entry is None or (written_at := later(opened, entry)) is None:
        return None
    answers = answers_of(opened, entry)
    return Begun(entry.at, written_at, why_of(answers))


def before(opened: Opened, session: int) -> dict[str, str]:
    """Question -> answer of the newest checks before a session. Once it has begun these stay as they are."""
    done, found = opened.standing.done, dict[str, str]()
    for step in opened.standing.programme.definition.by_part[Part.BEFORE]:
        if entry := done.newest.get((step.id, session)):
            found |= answers_of(opened, entry)
    return found


def counted(opened: Opened, step: Step, session: int) -> Step:
    """The step in the words of this session, with each rise of its readings as the number that it comes to in it, each
    age as a date of birth, each change over the last time, what was worked out for a number, the presets that there are
    to choose from, and what the chosen one plans.
    """
    step = step.of_session(session)
    if any(when.aged for one in step.questions for when in one.conditions):
        programme = opened.standing.programme
        step = replace(step, questions=grown(step.questions, day_of(programme.zone, programme.began_at)))
    if step.kind is Kind.CLOCK and any(when.rise for one in step.questions for when in one.conditions):
        step = replace(step, questions=against(step.questions, before(opened, session)))
    if any(when.change for one in step.questions for when in one.conditions):
        step = replace(step, questions=since(step.questions, last_answers(opened, step, session)))
    if any(one.beside for one in step.questions):
        step = replace(step, questions=tuple(_beside(opened, one, session) for one in step.questions))
    if not any(one.answer is Answer.PRESET or one.plan for one in step.questions):
        return step
    plan = preset_of(opened, opened.standing.done.begun.get(session))
    known = {one.key: one.name for one in opened.presets.for_programme(opened.standing.programme.definition)}
    known |= {plan.key: plan.name} if plan else {}
    unsure = opened.presets.unsure
    return replace(step, questions=tuple(_planned(one, known, plan, unsure) for one in step.questions))


def last_answers(opened: Opened, step: Step, session: int) -> Mapping[str, str]:
    """What a step had for the session before that had it."""
    before = [entry for (name, n), entry in opened.standing.done.newest.items() if name == step.id and n < session]
    return answers_of(opened, max(before, key=lambda entry: entry.key.session)) if before else {}


def _beside(opened: Opened, one: Question, session: int) -> Question:
    """With what was last worked out for it, in this session or before."""
    if one.beside is None:
        return one
    name, asked = one.beside
    entries = [entry for (step, n), entry in opened.standing.done.newest.items() if step == name and 0 < n <= session]
    for entry in sorted(entries, key=lambda entry: entry.key.session, reverse=True):
        answers = answers_of(opened, entry)
        if asked in answers:
            by_id = {each.id: each for each in opened.standing.programme.definition.by_id[name].questions}
            product = by_id[asked]
            most = next((answers.get(when.over, "") for when in product.conditions if when.over), "")
            worked, whole = told(product, answers).worked, answers.get(product.of, "")
            target = Target(answers[asked], worked, entry.at, most, whole)
            return aimed(one, target, answers)
    return one


def _planned(one: Question, known: Mapping[str, str], plan: Preset | None, unsure: frozenset[str]) -> Question:
    if one.answer is Answer.PRESET:
        return replace(one, options=known, unsure=unsure & known.keys())
    if not one.plan or not plan:
        return one
    planned = plan.planned.get(one.plan)
    return replace(one, planned=planned, unsure=unsure & {plan.key}) if planned else one


def preset_of(opened: Opened, at: datetime | None = None) -> Preset | None:
    """The preset that is chosen for a course, or was at a moment."""
    found = [
        answer
        for step in opened.standing.programme.definition.by_part[Part.START]
        for one in step.questions
        if one.answer is Answer.PRESET
        for kept in sorted(opened.standing.loaded.entries, key=lambda kept: kept.entry.key.round)
        if kept.entry.key.step == step.id and (at is None or kept.entry.at <= at)
        if (answer := opened.answers[kept.id].get(one.id))
    ]
    return opened.presets.every.get(found[-1]) if found else None
