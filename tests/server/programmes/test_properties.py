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

from server.programmes.course import Beside, Entry, History, Key, Override, Seen, Why, history
from server.programmes.definition import Definition, Gate, Kind, Part, Step
from server.programmes.gates import blocked
from server.programmes.questions import Verdict
from server.programmes.recording import enter, further, pass_gate, session_in_hand
from server.programmes.rules import State, closed_sessions, due_steps, standing
from tests.server.programmes.courses import CLINICIAN, Hand, figure, small, step

MOVES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VERDICTS = st.sampled_from([Verdict.CLEAR, Verdict.CLEAR, Verdict.REVIEW, Verdict.STOP])
WAITS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=5), timedelta(days=1)])


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """One or two phases, any of the parts, with gates before the treatment, before the end and before a check that is
    done again, of each kind.
    """
    on = {name: draw(st.booleans()) for name in ("ends", "clock", "valid", "after", "week", "month", "some", "gap")}
    on |= {name: draw(st.booleans()) for name in ("holds", "again", "sticks", "settled", "rests", "across")}
    steps = [step("screening", "check", "start", repeats=True), step("check", "check", "before", repeats=True)]
    steps[1] |= {"valid": "hour"} if on["valid"] else {}
    steps += [step("facts", "check", "before", valid="hour", repeats=True)] if on["again"] else []
    steps += [step("extra", "task", "before", which={"numbers": [2], "after_gap": "gap"}, source="a test")]
    steps += [step("treatment", "session", "session")]
    steps += [step("vitals", "clock", "during", minutes=[0, 15, 40], source="a test")] if on["clock"] else []
    steps += [step("leave", "check", "during", ends=True)] if on["ends"] else []
    steps += [step("call", "task", "after", opens="hour", closes="gap")] if on["after"] else []
    steps += [step("review", "task", "after", which={"numbers": [1, 3]}, source="a test")] if on["some"] else []
    steps += [step("weekly", "task", "calendar", every="week")] if on["week"] else []
    steps += [step("month", "task", "end", opens="week")] if on["month"] else []
    steps += _events(on["settled"], on["across"])
    gates = [gate("eligible", "treatment", "screening", lasts=True, holds=on["holds"])]
    gates += [
        gate("checked", "treatment", "check", "extra", sticks=on["sticks"]),
        gate("spaced", "treatment", spacing=True),
    ]
    gates += [gate("reviewed", "treatment", "review")] if on["some"] else []
    gates += [gate("read", "leave", "vitals")] if on["clock"] and on["ends"] else []
    gates += [gate("long", "leave", since="treatment", least="hour", holds=True)] if on["ends"] else []
    gates += [gate("fresh", "check", "facts"), gate("known", "treatment", "facts")] if on["again"] else []
    gates += [gate("happened", "treatment", "odd", across=True)] if on["across"] else []
    settles = {"holds": True, "settled_by": ["incident", "clearance"]}
    gates += [gate("locked", "treatment", "seizure", **settles)] if on["settled"] else []
    gates += [gate("led", "treatment", footings=["person"], holds=True)] if on["rests"] else []
    person = {"id": "person", "base": "person", "name": "Who leads", "source": "a test"}
    more: dict[str, Any] = {"family": "family", "footings": [person] if on["rests"] else []}
    figures = {"one": figure(draw(st.integers(1, 3)), "sessions"), "two": figure(2, "sessions")}
    figures |= {"hour": figure(1, "hours"), "gap": figure(20, "hours"), "week": figure(7, "days")}
    phases = [phase("first", "one", on["gap"]), phase("second", "two", draw(st.booleans()))]
    used = str(steps) + str(gates) + str(phases)
    named = {name: one for name, one in figures.items() if f"'{name}'" in used}
    return small(steps=steps, gates=gates, phases=phases, figures=named, **more)


def _events(settled: bool, across: bool) -> list[dict[str, Any]]:
    going = {"id": "go", "text": "Does it go on?", "answer": "yes_no"}
    forms = [step("seizure", "event", "during"), step("incident", "check", "happened", of="seizure")]
    forms += [step("clearance", "decision", "happened", of="seizure", questions=[going])]
    return [*(forms if settled else []), *([step("odd", "event", "during")] if across else [])]


def gate(name: str, before: str, *needs: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "before": before, "needs": list(needs), "reason": "First that.", **more}


def phase(name: str, sessions: str, gap: bool) -> dict[str, Any]:
    return {"id": name, "name": name, "sessions": sessions, "weeks": [["mon"]], "source": "a test"} | (
        {"gap": "gap"} if gap else {}
    )


@MOVES
@given(st.data(), definitions())
def test_whatever_happens_the_promises_hold(data: st.DataObject, definition: Definition) -> None:
    hand = rested(definition)
    beside(data, hand)
    moves = {"wait": wait, "due": do_due, "pass": pass_one, "anything": try_anything, "again": try_again, "rests": rest}
    for _ in range(data.draw(st.integers(5, 40))):
        moves[data.draw(st.sampled_from([*moves, "due", "due"]))](data, hand)
        promises(hand)


@settings(MOVES, max_examples=200)
@given(st.data(), definitions())
def test_a_session_begins_past_no_gate_of_any_kind(data: st.DataObject, definition: Definition) -> None:
    """All is ready for two sessions, but for a little that went wrong on the way."""
    hand = rested(definition)
    beside(data, hand)
    for session in (1, 2):
        ready(hand, session)
        for verdict in data.draw(st.lists(VERDICTS, max_size=2)):
            attempt(hand, further(hand.done, definition.by_id["check"], session), verdict)
        data.draw(st.sampled_from([rest, wait, pass_one, do_nothing]))(data, hand)
        attempt(hand, Key("treatment", session), Verdict.CLEAR)
        if session not in hand.done.begun:
            return
        for name in {"odd", "seizure"} & set(definition.by_id):
            if data.draw(st.booleans()):
                attempt(hand, Key(name, session), data.draw(VERDICTS))
        for name in data.draw(st.lists(st.sampled_from(["incident", "clearance"]), max_size=3)):
            if name in definition.by_id:
                attempt(hand, further(hand.done, definition.by_id[name], session), data.draw(VERDICTS))


def do_nothing(data: st.DataObject, hand: Hand) -> None:
    """Nothing went wrong."""


def ready(hand: Hand, session: int) -> None:
    """The last session is over since days, and all that comes before this one is written; nothing asks for a look."""
    for _ in range(6):
        parts = (Part.START, Part.BEFORE, *([Part.DURING, Part.AFTER] if session > len(hand.done.over) + 1 else []))
        hand.wait(minutes=20 if session > len(hand.done.over) + 1 else 0)
        for key, one in hand.due().items():
            if one.step.part in parts and not one.blocked and (not key.round or one.step.kind is Kind.CLOCK):
                attempt(hand, key, Verdict.CLEAR)
        if session > 1 and len(hand.done.over) == session - 1:
            hand.wait(hours=8)


def rested(definition: Definition) -> Hand:
    """A course that has all it rests on."""
    hand = Hand.of(definition)
    hand.programme = replace(hand.programme, lasts=dict.fromkeys((one.id for one in definition.footings), None))
    return hand


def beside(data: st.DataObject, hand: Hand) -> None:
    """Another course of the family, of which a session was given in which this happened."""
    definition, at = hand.programme.definition, hand.now - timedelta(days=2)
    entries = [Entry(Key("treatment", 1), at)]
    for one in definition.steps:
        if one.kind is Kind.EVENT and data.draw(st.booleans()):
            entries.append(Entry(Key(one.id, 1), at + timedelta(minutes=5), data.draw(VERDICTS)))
    others = (Beside(definition, history(definition, entries), None),) if data.draw(st.booleans()) else ()
    hand.programme = replace(hand.programme, others=others)


def rest(data: st.DataObject, hand: Hand) -> None:
    until = data.draw(st.sampled_from([None, hand.now, hand.now + timedelta(hours=3)]))
    hand.programme = replace(hand.programme, lasts=dict.fromkeys(hand.programme.lasts, until))


def try_again(data: st.DataObject, hand: Hand) -> None:
    """What was done is done once more, now."""
    if hand.done.newest:
        last = data.draw(st.sampled_from(sorted(one.key for one in hand.done.newest.values())))
        attempt(hand, last._replace(round=last.round + 1), data.draw(VERDICTS))


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
            assert all(open_by_hand(hand, gate, need, key.session) for need in gate.needs if not gate.settled_by)
            assert all(open_beside(hand, gate, other) for other in hand.programme.others)
            assert not gate.settled_by or settled_by_hand(hand.done)
            assert not gate.footings or (until := hand.programme.lasts["person"]) is None or hand.now < until
        hand.done = found


def open_by_hand(hand: Hand, gate: Gate, need: str, session: int) -> bool:
    definition, done = hand.programme.definition, hand.done
    asked, before = definition.by_id[need], definition.by_id[gate.before]
    of = 0 if asked.part is Part.START else session
    behind = asked.part is Part.AFTER or asked.kind is Kind.EVENT
    of = session - 1 if before.part is Part.SESSION and behind else of
    if of == 0 and asked.part is not Part.START:
        return True
    entries = [entry for key, entry in done.entries.items() if (key.step, key.session) == (need, of)]
    passed = [one for (name, _), several in done.overrides.items() if name == gate.id for one in several]
    seen = {why for one in passed if one.session in (0, session) for why in one.seen}
    if asked.kind is Kind.EVENT:
        return all(Seen(Why(one.verdict), need, one.key.round) in seen for one in entries if one.verdict != "clear")
    stops = {Seen(Why.STOP, need, one.key.round) for one in entries if gate.sticks and one.verdict is Verdict.STOP}
    order = (lambda one: (one.at, one.key.round)) if asked.kind is Kind.CLOCK else (lambda one: one.key.round)
    last = max(entries, key=order, default=None)
    number = last.key.round if last else -1
    shut = stops | {Seen(Why.MISSING, need, one) for one in passed_by(hand, asked, of)}
    if last is None:
        return shut <= seen and (Seen(Why.MISSING, need, -1) in seen or not has_it(hand, need, of))
    if asked.kind is Kind.CLOCK and Key(need, of, len(asked.minutes) - 1) not in done.entries:
        shut.add(Seen(Why.MISSING, need, number))
    if asked.valid is not None and hand.now - last.at > asked.valid.length:
        shut.add(Seen(Why.STALE, need, number))
    if last.verdict is not Verdict.CLEAR:
        shut.add(Seen(Why(last.verdict), need, number))
    return shut <= seen


def passed_by(hand: Hand, asked: Step, session: int) -> list[int]:
    """The planned readings that were not there when the time of the next one had come."""
    minutes = (hand.now - hand.done.begun[session]) / timedelta(minutes=1) if asked.minutes else 0
    come = [number for number, following in enumerate(asked.minutes[1:]) if following <= minutes]
    return [number for number in come if Key(asked.id, session, number) not in hand.done.entries]


def open_beside(hand: Hand, gate: Gate, other: Beside) -> bool:
    """What happened in another course of the family is settled or looked at: nothing there is, until it is passed."""
    entries = other.done.entries
    if gate.settled_by:
        return Key("seizure", 1) not in entries
    odd = entries.get(Key("odd", 1))
    if not gate.across or odd is None or odd.verdict is Verdict.CLEAR:
        return not gate.across or "seizure" in hand.programme.definition.by_id or Key("seizure", 1) not in entries
    passed = [one for (name, _), several in hand.done.overrides.items() if name == gate.id for one in several]
    return any(Seen(Why(odd.verdict), "odd", 0) in one.seen for one in passed)


def settled_by_hand(done: History) -> bool:
    """After each time that it happened came a form and, after that, a decision: the latest of both clear."""
    for key, entry in done.entries.items():
        if key.step == "seizure":
            form, word = (done.newest.get((name, key.session)) for name in ("incident", "clearance"))
            if not form or not word or not entry.at <= form.at <= word.at:
                return False
            if (form.verdict, word.verdict) != (Verdict.CLEAR, Verdict.CLEAR):
                return False
    return True


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
    return {key for key in done.entries if key.round or key.step in ("seizure", "odd")}


def every_one(hand: Hand) -> set[Key]:
    """All that a course has by its definition alone, found without the engine."""
    definition, total = hand.programme.definition, hand.programme.total
    keys = {Key(one.id) for one in definition.steps if one.part in (Part.START, Part.END)}
    for one, session in product(definition.of_session, range(1, total + 1)):
        if one.which.has(session) and one.kind is not Kind.EVENT and one.part is not Part.HAPPENED:
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
    hand = rested(definition)
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
