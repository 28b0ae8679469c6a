"""What a clinic's own definition may not ask of the engine or of people, in sentences for whoever wrote it. Pure.

These are no clinical limits: they keep out what can only be a slip of the pen, such as a course of a million sessions.
Only a file that is brought is looked at so, and never a version that courses go by.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from server.programmes.definition import Definition, Kind, Part, Phase, Step
from server.programmes.mending import Problem
from server.programmes.questions import LENGTHS, Figure, Unit

MOST_SESSIONS = 500
MOST_A_DAY = 20
A_DAY, LONGEST = timedelta(days=1), timedelta(days=9132)
"""Twenty-five years: who was given a gene is looked after for fifteen."""
MOST_READINGS = 60
IN_LEDGER = 32
"""Under so many letters, of the id and the version together, an agreement stands in the ledger."""
VERSION = re.compile(r"[\w.-]{1,16}")


def overdone(one: Definition) -> Iterator[Problem]:
    """Every place of a definition that fits together but cannot be meant."""
    if not VERSION.fullmatch(one.version):
        yield Problem("version", "A version is letters, digits, dots, _ and -, such as 2 or 2027-01.")
    if len(f"{one.id} {one.version}") > IN_LEDGER:
        yield Problem("id", f"The id and the version together have at most {IN_LEDGER - 1} letters.")
    for figure in one.figures.values():
        yield from _figure(figure)
    if sum(phase.sessions for phase in one.phases) > MOST_SESSIONS:
        yield Problem("phases", f"All phases together have at most {MOST_SESSIONS} sessions.")
    for phase in one.phases:
        yield from _phase(phase)
    for step in one.steps:
        yield from _step(step)


def _figure(one: Figure) -> Iterator[Problem]:
    place = f"figures.{one.id}.value"
    if one.value < 0:
        yield Problem(place, "A figure is not below nothing.")
    if one.unit in LENGTHS and one.value * LENGTHS[one.unit] > LONGEST:
        yield Problem(place, "This is longer than twenty-five years.")
    if one.unit is Unit.SESSIONS and not (one.value == int(one.value) and 1 <= one.value <= MOST_SESSIONS):
        yield Problem(place, f"Sessions are a whole number from 1 to {MOST_SESSIONS}.")


def _phase(one: Phase) -> Iterator[Problem]:
    place = f"phases.{one.id}"
    if one.per_day > MOST_A_DAY:
        yield Problem(f"{place}.per_day", f"A day has at most {MOST_A_DAY} sessions.")
    elif one.gap and one.per_day > 1 and (one.per_day - 1) * one.gap.length >= A_DAY:
        yield Problem(f"{place}.gap", f"{one.per_day} sessions that far apart do not fit in one day.")
    if one.offsets and (one.offsets[-1] > LONGEST.days or one.offsets[0] < 1):
        yield Problem(f"{place}.days_after", "The days lie from 1 to twenty-five years behind the phase before.")
    if any(one.offsets.count(day) > one.per_day for day in one.offsets):
        yield Problem(f"{place}.days_after", "One day stands there more often than it has sessions.")


def _step(one: Step) -> Iterator[Problem]:
    place = f"steps.{one.id}"
    if len(one.minutes) > MOST_READINGS or (one.minutes and one.minutes[-1] > A_DAY / LENGTHS[Unit.MINUTES]):
        yield Problem(f"{place}.minutes", f"At most {MOST_READINGS} readings are planned, on the day of the session.")
    if one.every and (one.every.value < 1 or one.every.value != int(one.every.value)):
        yield Problem(f"{place}.every", "By the calendar it is done every whole number of days, at least one.")
    counts_on = one.part is not Part.BEFORE and one.kind is not Kind.CLOCK
    if counts_on and one.opens and one.closes and one.closes.length <= one.opens.length:
        yield Problem(f"{place}.closes", "It closes before it opens.")
    for question in one.questions:
        if question.span and question.span[0] > question.span[1]:
            yield Problem(f"{place}.{question.id}.span", "The least stands before the most.")
