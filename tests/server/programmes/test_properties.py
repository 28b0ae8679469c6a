"""The engine's promises, tried on definitions and courses that nobody thought of: no step is due twice, none is
skipped, and no gate is passed around. What is due is found in two ways, and what lies behind may be left out.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.programmes.course import Entry, History, Key, Override, Seen, Why, history
from server.programmes.definition import Definition, Kind, Part
from server.programmes.gates import blocked
from server.programmes.questions import Verdict
from server.programmes.recording import enter, pass_gate, session_in_hand
from server.programmes.rules import State, closed_sessions, due_steps, standing
from tests.server.programmes.courses import CLINICIAN, Hand, figure, small, step

MOVES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VERDICTS = st.sampled_from([Verdict.CLEAR, Verdict.CLEAR, Verdict.REVIEW, Verdict.STOP])
WAITS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=5), timedelta(days=1)])


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """One or two phases, any of the parts, with gates before the treatment and before the end."""
    on = {name: draw(st.booleans()) for name in ("ends", "clock", "valid", "after", "week", "month", "some", "gap")}
    on["holds"] = draw(st.booleans())
    steps = [step("screening", "check", "start", repeats=True), step("check", "check", "before", repeats=True)]
    steps[1] |= {"valid": "hour"} if on["valid"] else {}
    steps += [step("extra", "task", "before", which={"numbers": [2], "after_gap": "gap"}, source="a test")]
    steps += [step("treatment", "session", "session")]
    steps += [step("vitals", "clock", "during", minutes=[0, 15, 40], source="a test")] if on["clock"] else []
    steps += [step("leave", "check", "during", ends=True)] if on["ends"] else []
    steps += [step("call", "task", "after", opens="hour", closes="gap")] if on["after"] else []
    steps += [step("review", "task", "after", which={"numbers": [1, 3]}, source="a test")] if on["some"] else []
    steps += [step("weekly", "task", "calendar", every="week")] if on["week"] else []
    steps += [step("month", "task", "end", opens="week")] if on["month"] else []
    gates = [gate("eligible", "treatment", "screening", lasts=True, holds=on["holds"])]
    gates += [gate("checked", "treatment", "check", "extra"), gate("spaced", "treatment", spacing=True)]
    gates += [gate("reviewed", "treatment", "review")] if on["some"] else []
    gates += [gate("read", "leave", "vitals")] if on["clock"] and on["ends"] else []
    gates += [gate("long", "leave", since="treatment", least="hour", holds=True)] if on["ends"] else []
    figures = {"one": figure(draw(st.integers(1, 3)), "sessions"), "two": figure(2, "sessions")}
    figures |= {"hour": figure(1, "hours"), "gap": figure(20, "hours"), "week": figure(7, "days")}
    phases = [phase("first", "one", on["gap"]), phase("second", "two", draw(st.booleans()))]
    used = str(steps) + str(gates) + str(phases)
    named = {name: one for name, one in figures.items() if f"'{name}'" in used}
    return small(steps=steps, gates=gates, phases=phases, figures=named)


def gate(name: str, before: str, *needs: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "before": before, "needs": list(needs), "reason": "First that.", **more}


def phase(name: str, sessions: str, gap: bool) -> dict[str, Any]:
    return {"id": name, "name": name, "sessions": sessions, "weeks": [["mon"]], "source": "a test"} | (
        {"gap": "gap"} if gap else {}
    )


@MOVES
@given(st.data(), definitions())
def test_whatever_happens_the_promises_hold(data: st.DataObject, definition: Definition) -> None:
    hand = Hand.of(definition)
    for _ in range(data.draw(st.integers(5, 40))):
        move = data.draw(st.sampled_from(["wait", "due", "due", "due", "pass", "anything"]))
        {"wait": wait, "due": do_due, "pass": pass_one, "anything": try_anything}[move](data, hand)
        promises(hand)


def wait(data: st.DataObject, hand: Hand) -> None:
    hand.now += data.draw(WAITS)


def do_due(data: st.DataObject, hand: Hand) -> None:
    if due := hand.due():
        attempt(hand, data.draw(st.sampled_from(sorted(due))), data.draw(VERDICTS))


def pass_one(data: st.DataObject, hand: Hand) -> None:
    one = data.draw(st.sampled_from(hand.programme.definition.gates))
    before = hand.programme.definition.by_id[one.before]
    session = session_in_hand(hand.done, before)
    held = [found for found in blocked(hand.programme, hand.done, before, session, hand.now) if found.gate is one]
    seen = frozenset(cause.seen for found in held for cause in found.causes)
    override = Override(one.id, 0 if one.lasts else session, hand.now, CLINICIAN, seen, "Weighed.")
    found = pass_gate(hand.programme, hand.done, override, hand.now)
    if isinstance(found, History):
        assert not one.holds
        hand.done = found


def try_anything(data: st.DataObject, hand: Hand) -> None:
    name = data.draw(st.sampled_from(hand.programme.definition.steps)).id
    attempt(hand, Key(name, data.draw(st.integers(0, 6)), data.draw(st.integers(0, 3))), data.draw(VERDICTS))


def attempt(hand: Hand, key: Key, verdict: Verdict) -> None:
    """What is written had not been, and every gate before it was open: found here by hand, without the engine."""
    found = enter(hand.programme, hand.done, Entry(key, hand.now, verdict, CLINICIAN), hand.now)
    if isinstance(found, History):
        assert key not in hand.done.entries
        for gate in hand.programme.definition.gates_of[key.step]:
            assert all(open_by_hand(hand, gate.id, need, key.session) for need in gate.needs)
        hand.done = found


def open_by_hand(hand: Hand, gate: str, need: str, session: int) -> bool:
    definition, done = hand.programme.definition, hand.done
    asked, before = (
        definition.by_id[need],
        definition.by_id[next(one.before for one in definition.gates if one.id == gate)],
    )
    of = 0 if asked.part is Part.START else session
    of = session - 1 if before.part is Part.SESSION and asked.part is Part.AFTER else of
    if of == 0 and asked.part is not Part.START:
        return True
    rounds = [entry for key, entry in done.entries.items() if (key.step, key.session) == (need, of)]
    last = max(rounds, key=lambda entry: entry.key.round, default=None)
    passed = [one for (name, _), several in done.overrides.items() if name == gate for one in several]
    number = last.key.round if last else -1
    each = [why for one in passed if one.session in (0, session) for why in one.seen]
    seen = {why.why for why in each if (why.step, why.round) == (need, number)}
    if last is None:
        return Why.MISSING in seen or not has_it(hand, need, of)
    stale = asked.valid is not None and hand.now - last.at > asked.valid.length
    complete = asked.kind is not Kind.CLOCK or last.key.round == len(asked.minutes) - 1
    ways = {
        Why.STALE: stale,
        Why.MISSING: not complete,
        Why(last.verdict) if last.verdict != "clear" else Why.EARLY: (last.verdict is not Verdict.CLEAR),
    }
    return all(why in seen for why, shut in ways.items() if shut)


def has_it(hand: Hand, need: str, session: int) -> bool:
    """Whether this session has this step by its number or by the time since the last one."""
    which = hand.programme.definition.by_id[need].which
    last = hand.done.begun.get(session - 1)
    long = which.after_gap is not None and last is not None and hand.now - last > which.after_gap.length
    return which.has(session) or long


def promises(hand: Hand) -> None:
    due = due_steps(hand.programme, hand.done, hand.now)
    keys = [one.key for one in due]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(hand.done.entries)
    where = standing(hand.programme, hand.done, hand.now)
    assert {key for key, state in where.items() if state is State.OPEN} == set(keys)
    assert set(hand.done.entries) <= {key for key, state in where.items() if state is State.DONE} | repeated(hand.done)
    assert every_one(hand) <= set(where)
    assert due_steps(hand.programme, folded(hand), hand.now) == due


def repeated(done: History) -> set[Key]:
    """Rounds that were done again without being due."""
    return {key for key in done.entries if key.round}


def every_one(hand: Hand) -> set[Key]:
    """All that a course has by its definition alone, found without the engine."""
    definition, total = hand.programme.definition, hand.programme.total
    keys = {Key(one.id) for one in definition.steps if one.part in (Part.START, Part.END)}
    for one, session in product(definition.of_session, range(1, total + 1)):
        if one.which.has(session):
            keys |= {Key(one.id, session, number) for number in range(len(one.minutes) or 1)}
    return keys


def folded(hand: Hand) -> History:
    """The history without the sessions that are behind."""
    closed = closed_sessions(hand.programme, hand.done, hand.now)
    entries = [entry for key, entry in hand.done.entries.items() if key.session == 0 or key.session >= closed]
    passed = [one for several in hand.done.overrides.values() for one in several]
    return history(hand.programme.definition, entries, passed, closed)


@MOVES
@given(definitions(), st.randoms(use_true_random=False))
def test_who_does_what_is_due_comes_to_the_end_and_leaves_out_nothing(definition: Definition, chance: Any) -> None:
    hand = Hand.of(definition)
    for _ in range(400):
        ready = [key for key, one in hand.due().items() if not one.blocked]
        if ready:
            attempt(hand, chance.choice(ready), Verdict.CLEAR)
        elif passed_by := passed_by_readings(hand):
            hand.passes("read", session_in_hand(hand.done, definition.by_id["leave"]), passed_by)
        elif len(hand.done.over) == hand.programme.total and finished(hand):
            break
        else:
            hand.wait(minutes=15)
            hand.wait(hours=chance.choice([0, 0, 6]))
    assert len(hand.done.over) == hand.programme.total
    where = standing(hand.programme, hand.done, hand.now)
    by_id = hand.programme.definition.by_id
    undone = {key for key in every_one(hand) if where[key] is not State.DONE}
    assert all(where[key] is State.MISSED and may_lapse(by_id[key.step].kind, key) for key in undone)


def passed_by_readings(hand: Hand) -> set[Seen]:
    """What keeps somebody here of whom planned readings were passed by, once nothing else is due."""
    causes = [cause for held in hand.held().values() for one in held if one.gate.id == "read" for cause in one.causes]
    return {cause.seen for cause in causes if cause.after is not None}


def finished(hand: Hand) -> bool:
    return all(state in (State.DONE, State.MISSED) for key, state in every_state(hand).items())


def every_state(hand: Hand) -> dict[Key, State]:
    where = standing(hand.programme, hand.done, hand.now)
    return {key: where[key] for key in every_one(hand)}


def may_lapse(kind: Kind, key: Key) -> bool:
    """A reading of a clock, and a call that has its days; nothing else passes by."""
    return kind is Kind.CLOCK or key.step == "call"


@pytest.mark.parametrize("why", list(Why))
def test_an_override_opens_nothing_that_its_giver_did_not_see(why: Why) -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.does("check", 1, verdict=Verdict.STOP)
    seen = frozenset({Seen(why, "check")})
    override = Override("checked", 1, hand.now, CLINICIAN, seen)
    forged = replace(hand.done, overrides={("checked", 1): (override,)})
    held = blocked(hand.programme, forged, hand.programme.definition.treatment, 1, hand.now)
    assert bool(held) is (why is not Why.STOP)
