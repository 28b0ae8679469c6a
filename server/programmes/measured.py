"""Questionnaires of a course: a step of kind measure is done when its measure was answered in its time. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from server.programmes.course import Entry, History, Key, Programme, week_of, with_entry
from server.programmes.definition import Kind, Part, Step
from server.programmes.gates import applies
from server.programmes.rules import State, rounds, state_in, window_of

Finished = Sequence[tuple[str, datetime]]
"""Measures that a patient answered to the end: which, and when; oldest first."""


def with_measures(programme: Programme, done: History, finished: Finished) -> History:
    """The history with the steps that these answers do. One answer does every step that was open for it."""
    steps = [step for step in programme.definition.steps if step.kind is Kind.MEASURE]
    for key, at in finished:
        for step in steps:
            if step.measure == key and at >= programme.began_at:
                for one in _open_at(programme, done, step, at):
                    done = with_entry(programme.definition, done, Entry(one, at))
    return done


def _open_at(programme: Programme, done: History, step: Step, at: datetime) -> Iterator[Key]:
    for key in list(_keys(programme, done, step, at)):
        if state_in(window_of(programme, done, step, key), key, done, at) is State.OPEN:
            yield key


def _keys(programme: Programme, done: History, step: Step, at: datetime) -> Iterable[Key]:
    if step.part in (Part.START, Part.END):
        return [Key(step.id)]
    if step.part is Part.CALENDAR:
        week = week_of(programme, step, at)
        return [Key(step.id, 0, week)] if step.which.has_round(week) else []
    numbers = range(max(done.closed, 1), min(done.sessions_over + 1, programme.total) + 1)
    return [
        key
        for session in numbers
        if applies(programme, done, step, session, at)
        for _, key in rounds(programme, done, step, session)
    ]
