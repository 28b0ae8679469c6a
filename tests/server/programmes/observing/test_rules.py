"""A session on observation: which reading is due when, what is one more, what an answer comes to at the very value."""

from datetime import timedelta

import pytest

from server.programmes.catalogue import shipped
from server.programmes.course import Entry, History, Key, Why
from server.programmes.gates import blocked
from server.programmes.observing.chart import charts
from server.programmes.observing.rules import placed, watch
from server.programmes.questions import Verdict, found_in
from server.programmes.recording import No, Refused, enter
from tests.server.programmes.courses import CLINICIAN, Hand, figure, small, step

ESKETAMINE = shipped()["esketamine"]
VITALS = ESKETAMINE.by_id["vitals"]


def watched() -> Hand:
    """Readings at 10, 20 and 40 minutes: two minutes early at most, late after five; an incident, an early end."""
    figures = {"sessions": figure(3, "sessions"), "early": figure(2, "minutes"), "late": figure(5, "minutes")}
    steps = [
        step("check", "check", "before"),
        step("treatment", "session", "session"),
        step("vitals", "clock", "during", minutes=[10, 20, 40], opens="early", late="late", source="a test"),
        step("incident", "event", "during"),
        step("handover", "event", "during", ends=True),
        step("home", "check", "during", ends=True),
    ]
    gates = [
        {"id": "checked", "before": "treatment", "needs": ["check"], "reason": "First that."},
        {"id": "happened", "before": "treatment", "needs": ["incident", "handover"], "reason": "Something happened."},
        {"id": "read", "before": "home", "needs": ["vitals", "incident"], "reason": "Readings first."},
    ]
    phases = [{"id": "all", "name": "All", "sessions": "sessions", "weeks": [["mon"]], "source": "a test"}]
    hand = Hand.of(small(figures=figures, steps=steps, gates=gates, phases=phases))
    hand.does("check", 1)
    hand.does("treatment", 1)
    return hand


def stands(hand: Hand) -> list[str]:
    found = watch(hand.programme, hand.done, 1, hand.now)
    assert found
    return [one.stand.value for one in found.planned]


def takes(hand: Hand, name: str = "vitals", verdict: Verdict = Verdict.CLEAR, ago: float = 0) -> Key | Refused:
    found = hand.programme.definition.by_id[name]
    key, at = placed(hand.programme, hand.done, found, hand.now - timedelta(minutes=ago))
    after = enter(hand.programme, hand.done, Entry(key, at, verdict, CLINICIAN), hand.now)
    if isinstance(after, Refused):
        return after
    hand.done = after
    return key


@pytest.mark.parametrize(
    ("minute", "found"),
    [
        (7.9, ["ahead", "ahead", "ahead"]),
        (8, ["due", "ahead", "ahead"]),
        (15, ["due", "ahead", "ahead"]),
        (15.1, ["late", "ahead", "ahead"]),
        (18, ["missed", "due", "ahead"]),
        (500, ["missed", "missed", "late"]),
    ],
)
def test_a_reading_is_ahead_due_late_or_missed_to_the_minute(minute: float, found: list[str]) -> None:
    hand = watched()
    hand.wait(minutes=minute)
    assert stands(hand) == found


def test_a_reading_is_the_planned_one_of_its_time_and_any_other_is_one_more() -> None:
    hand = watched()
    hand.wait(minutes=10)
    assert takes(hand) == Key("vitals", 1, 0)
    assert takes(hand) == Key("vitals", 1, 3), "two devices at once: both stand there"
    hand.wait(minutes=20)
    assert takes(hand, ago=10) == Key("vitals", 1, 1), "kept on a device, it counts for when it was taken"
    assert takes(hand, ago=17) == Key("vitals", 1, 4)
    found = watch(hand.programme, hand.done, 1, hand.now)
    assert found
    assert [one.key.round for one in found.readings] == [0, 3, 4, 1]
    assert [one.after for one in found.ahead] == [40]
    assert takes(hand, ago=30.9) == Key("vitals", 1, 5), "a device says seconds: this is the beginning"
    assert takes(hand, ago=32) == Refused(No.NOT_NOW), "before the session began"


def test_the_latest_reading_and_all_that_happened_hold_who_goes_home() -> None:
    hand = watched()
    home, wait = hand.programme.definition.by_id["home"], hand.wait

    def holds(done: History) -> set[tuple[Why, str]]:
        held = blocked(hand.programme, done, home, 1, hand.now)
        return {(cause.why, cause.step) for one in held for cause in one.causes}

    for _ in range(3):  # the last one is beside the plan
        wait(minutes=10)
        takes(hand)
    assert holds(hand.done) == {(Why.MISSING, "vitals")}, "one more is not the last planned one"
    wait(minutes=10)
    takes(hand, verdict=Verdict.STOP)
    assert holds(hand.done) == {(Why.STOP, "vitals")}
    takes(hand, ago=5)
    assert holds(hand.done) == {(Why.STOP, "vitals")}, "what was taken before it and came later changes nothing"
    wait(minutes=3)
    takes(hand)
    assert holds(hand.done) == set()
    takes(hand, "incident", Verdict.STOP)
    takes(hand, "incident")
    assert holds(hand.done) == {(Why.STOP, "incident")}, "a quiet one after it does not undo it"


def test_a_session_that_ended_early_is_over_and_holds_the_next_one_until_somebody_looked() -> None:
    hand = watched()
    hand.wait(minutes=12)
    assert takes(hand, "handover", Verdict.STOP) == Key("handover", 1, 0)
    assert hand.done.sessions_over == 1
    hand.wait(minutes=60)
    assert stands(hand) == ["missed", "missed", "missed"]
    assert {key.step for key in hand.due()} == {"check", "treatment"}, "nobody is asked for readings of an empty chair"
    assert takes(hand, ago=61) == Key("vitals", 1, 0), "what was taken while they were here is still kept"
    hand.does("check", 2)
    (held,) = hand.held()["treatment"]
    assert (held.gate.id, {cause.step for cause in held.causes}) == ("happened", {"handover"})
    hand.passes("happened", 2, [cause.seen for cause in held.causes])
    hand.does("treatment", 2)


LIMITS = [
    ("systolic", "159", "160", "180"),
    ("diastolic", "99", "100", "110"),
    ("pulse", "120", "121", "141"),
    ("pulse", "50", "49", "39"),
    ("oxygen", "94", "93", "89"),
    ("breaths", "10", "9", "7"),
    ("sedation", "drowsy", "repeated", "shaking"),
    ("distress", "6", "7", ""),
]


@pytest.mark.parametrize("key", ["esketamine", "ketamine-iv", "ketamine-im", "ketamine-home", "ketamine-home-sc"])
@pytest.mark.parametrize(("name", "clear", "amber", "red"), LIMITS)
def test_amber_and_red_begin_at_the_definitions_values(key: str, name: str, clear: str, amber: str, red: str) -> None:
    questions = shipped()[key].by_id["vitals"].questions
    found = [found_in(questions, {name: text}).verdict for text in (clear, amber, red) if text]
    assert found == [Verdict.CLEAR, Verdict.REVIEW, Verdict.STOP][: len(found)]
    assert not any(
        limit.label
        for one in questions
        for condition in one.conditions
        for limit in (condition.below, condition.at_least)
        if limit
    ), "no label gives them: a clinician confirms them"


def test_lines_are_drawn_of_what_was_measured_with_the_limits_of_the_definition() -> None:
    before, then = {"systolic": "120", "diastolic": "80"}, {"systolic": "190", "diastolic": "85", "oxygen": "97"}
    pressure, oxygen = charts(VITALS.questions, [(-10.0, before), (40.0, then)], 120)
    assert [one.id for one in pressure.questions] == ["systolic", "diastolic"]
    assert [(line[0].count("M"), line[0].count("L"), line[3]) for line in pressure.lines] == [
        (1, 1, "190"),
        (1, 1, "85"),
    ]
    assert {(value, verdict.value) for _, value, verdict in pressure.limits} == {
        ("160", "review"), ("180", "stop"), ("100", "review"), ("110", "stop"),
    }  # fmt: skip
    assert [line[0].count("L") for line in oxygen.lines] == [0]
    assert charts(VITALS.questions, [(0.0, {})], 120) == []
    assert all(0 <= y <= pressure.height for y, _, _ in pressure.limits)
