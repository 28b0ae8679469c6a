"""What a course is at now, for the board. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from server.programmes.course import History, Programme, Why
from server.programmes.definition import Kind, Part, Who
from server.programmes.gates import Blocked, locked, waits_until
from server.programmes.observing.rules import clock_of
from server.programmes.rules import Due, due_steps


class At(StrEnum):
    """In the order of the page."""

    UNREAD = "unread"  # its definition cannot be read any more
    OBSERVED = "observed"  # a session goes on, with readings of a clock or a card for an emergency
    OVERDUE = "overdue"
    HELD = "held"  # an answer has to be looked at before the next session
    GOING = "going"  # a session goes on, and nobody is observed in it
    DUE = "due"
    WAITS = "waits"  # nothing to do for staff now
    PAUSED = "paused"


@dataclass(frozen=True)
class Place:
    """`step`: what is done next, or is overdue; `since`: from when on, or since when the session goes on; `held`: gates
    that a person has to look at; `until`: the clock alone holds it; `planned`: when the next session is booked.
    """

    at: At
    session: int
    total: int
    step: str = ""
    since: datetime | None = None
    held: tuple[Blocked, ...] = ()
    until: datetime | None = None
    planned: datetime | None = None


def place(programme: Programme, done: History, now: datetime) -> Place:
    """The first of what applies, in the order of `At`; a course that something locked says so before all else, one
    whose definition is not read any more before that.
    """
    session = min(done.sessions_over + 1, programme.total)
    booked, treatment = programme.planned.get(session), programme.definition.treatment
    if programme.definition.faults:
        return Place(At.UNREAD, session, programme.total, planned=booked)
    if locks := locked(programme.definition, done, now):
        return Place(At.HELD, session, programme.total, treatment.name, held=locks, planned=booked)
    if programme.paused:
        return Place(At.PAUSED, session, programme.total)
    mine = [one for one in due_steps(programme, done, now, Who.STAFF) if one.step.kind is not Kind.MEASURE]
    ready = [one for one in mine if not one.blocked]
    begun, going = max(done.begun, default=0), None
    if begun > done.sessions_over:
        of_it = (one for one in ready if one.key.session == begun)
        nearest = min(of_it, key=lambda one: one.window.opens, default=None)
        going = Place(At.OBSERVED, begun, programme.total, _name(nearest), done.begun[begun])
        if _is_observed(programme, done, begun, now):
            return going
    held = next((one for one in mine if one.step.part is Part.SESSION), None)
    if late := [one for one in mine if one.overdue(now)]:
        return Place(At.OVERDUE, session, programme.total, _name(late[0]), late[0].window.late, planned=booked)
    if held and (asks := tuple(gate for gate in held.blocked if _asks(gate))):
        return Place(At.HELD, session, programme.total, held.step.name, held=asks, planned=booked)
    if going:
        return replace(going, at=At.GOING)
    if ready:
        return Place(At.DUE, session, programme.total, _name(ready[0]), ready[0].window.opens, planned=booked)
    until = waits_until(held.blocked) if held else None
    return Place(At.WAITS, session, programme.total, until=until, planned=booked)


def _is_observed(programme: Programme, done: History, session: int, now: datetime) -> bool:
    """Whether the observation screen shows a session that goes on."""
    carded = any(step.card for step in programme.definition.of_begun)
    return carded or clock_of(programme, done, session, now) is not None


def _name(due: Due | None) -> str:
    return due.step.of_session(due.key.session).name if due else ""


def _asks(gate: Blocked) -> bool:
    """Whether a person has to look: at an answer, or at what the programme rests on; not at a step that is simply next,
    nor at the clock.
    """
    return any(cause.why in (Why.REVIEW, Why.STOP, Why.OUTSIDE) for cause in gate.causes)
