"""What is due in ten thousand courses: the engine alone, on histories as a page loads them and on whole ones."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

from bench.timing import Line, Series
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, History, Key, Programme, history
from server.programmes.definition import Kind, Part
from server.programmes.rules import closed_sessions, due_steps

BARS = "what is due in 10,000 courses of 36 sessions, found in at most 1 s of processor time"
COURSES, ROUNDS, BAR_MS = 10_000, 5, 1000
INCIDENTS = 0.01
"""In so many sessions something happens, far more often than it does."""
BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
Course = tuple[Programme, History, datetime]


def somewhere(chance: random.Random) -> Course:
    """A course of TMS on any day of it, all done that was due until then, or nearly all."""
    definition, over = shipped()["tms"], chance.randrange(36)
    programme = Programme(definition, ZoneInfo("Europe/Berlin"), BEGAN, {over + 1: at_session(over + 1)})
    entries = [Entry(Key(step.id), BEGAN) for step in definition.by_part[Part.START]]
    for session in range(1, over + 1):
        entries += [
            Entry(Key(step.id, session), at_session(session))
            for step in definition.of_session
            if step.kind is not Kind.EVENT and step.part is not Part.HAPPENED
            if step.which.has(session) and chance.random() < 0.999
        ]
        if chance.random() < INCIDENTS:
            happened = (definition.by_id["seizure"], *definition.by_part[Part.HAPPENED])
            entries += [Entry(Key(step.id, session), at_session(session)) for step in happened]
    now = at_session(over + 1) - timedelta(minutes=chance.choice((0, 30, 300, 1000)))
    entries += [Entry(Key("phq9", 0, week), BEGAN + timedelta(weeks=week)) for week in range((now - BEGAN).days // 7)]
    return programme, history(definition, entries), now


def at_session(number: int) -> datetime:
    return BEGAN + timedelta(days=(number - 1) // 5 * 7 + (number - 1) % 5)


def as_loaded(course: Course) -> Course:
    """Without the entries of sessions that are behind, as the board has it."""
    programme, done, now = course
    closed = closed_sessions(programme, done, now)
    left = [entry for key, entry in done.entries.items() if key.session == 0 or key.session >= closed]
    return programme, history(programme.definition, left, (), closed), now


def milliseconds(courses: Sequence[Course]) -> float:
    begun = process_time()
    found = sum(len(due_steps(*course)) for course in courses)
    assert found > len(courses)
    return (process_time() - begun) * 1000


async def run() -> list[Line]:
    """Milliseconds of processor time for all courses."""
    chance = random.Random(7)
    whole = [somewhere(chance) for _ in range(COURSES)]
    loaded = [as_loaded(course) for course in whole]
    for courses in (loaded, whole):
        milliseconds(courses[:1000])
    near = Series("what is due in 10,000 courses", "ms", [milliseconds(loaded) for _ in range(ROUNDS)])
    every = Series("the same with every entry of them", "ms", [milliseconds(whole) for _ in range(ROUNDS)])
    return [Line(near, bar=BAR_MS, bar_is="value"), Line(every, bar=BAR_MS, bar_is="value")]
