"""The engine in examples: what is due, what holds it, who may pass, and what comes when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.programmes.catalogue import shipped
from server.programmes.course import Entry, History, Key, Override, Seen, Why, history, with_entry, with_override
from server.programmes.gates import blocked
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused
from server.programmes.rules import State, closed_sessions, standing
from tests.server.programmes.courses import CLINICIAN, MONDAY, Hand, figure, seen_of, small, step

MISSING, STOP = Why.MISSING, Why.STOP


def test_a_session_waits_for_everything_before_it_and_says_for_what() -> None:
    hand = Hand.of(small())
    held = hand.due()[Key("treatment", 1)].blocked
    assert seen_of(held) == {"eligible": {(MISSING, "screening")}, "checked": {(MISSING, "check")}}
    assert held[1].gate.reason == "Checked within 1 hour."
    hand.does("screening")
    hand.does("check", 1)
    assert hand.due()[Key("treatment", 1)].blocked == ()


def test_who_does_a_check_once_more_passes_its_gate_once_more() -> None:
    steps = [
        step("facts", "check", "before", valid="hour", repeats=True),
        step("check", "check", "before", repeats=True),
        step("treatment", "session", "session"),
        step("after", "task", "during", ends=True),
    ]
    gates = [
        {"id": "fresh", "before": "check", "needs": ["facts"], "reason": "Within {hour}."},
        {"id": "checked", "before": "treatment", "needs": ["check", "facts"], "reason": "First that."},
        {"id": "spaced", "before": "treatment", "spacing": True, "reason": "At least {gap} apart."},
    ]
    hand = Hand.of(small(steps=steps, gates=gates))
    hand.does("facts", 1)
    hand.does("check", 1)
    hand.does("check", 1, 1)
    hand.wait(hours=2)
    refused = hand.tries("check", 1, 2)
    assert isinstance(refused, Refused)
    assert (refused.why, seen_of(refused.blocked)) == (No.BLOCKED, {"fresh": {(Why.STALE, "facts")}})
    hand.does("facts", 1, 1)
    hand.does("check", 1, 2)


def test_who_goes_home_with_planned_readings_passed_by_needs_a_word_for_each() -> None:
    hand = Hand.of(shipped()["esketamine"])
    began, home = hand.now, hand.programme.definition.by_id["discharge"]
    treatment, vitals = (Entry(Key(name, 1, number), began + timedelta(minutes=minute)) for name, number, minute in (
        ("treatment", 0, 0), ("vitals", 3, 120),
    ))  # fmt: skip
    done = history(hand.programme.definition, [treatment, vitals])

    def held(done: History) -> list[tuple[int, int | None]]:
        found = blocked(hand.programme, done, home, 1, began + timedelta(minutes=121))
        return [(cause.round, cause.after) for one in found if one.gate.id == "readings" for cause in one.causes]

    assert held(done) == [(0, 40), (1, 70), (2, 100)]
    seen = frozenset({Seen(MISSING, "vitals", 1), Seen(MISSING, "vitals", 2)})
    passed = Override("readings", 1, began + timedelta(minutes=121), CLINICIAN, seen, "The cuff was broken.")
    assert held(with_override(done, passed)) == [(0, 40)], "whom nobody named is not passed"
    late = Entry(Key("vitals", 1, 0), began + timedelta(minutes=41))
    assert held(with_entry(hand.programme.definition, done, late)) == [(1, 70), (2, 100)], "one that a device kept"


def test_a_gate_is_not_passed_around() -> None:
    hand = Hand.of(small())
    refused = hand.tries("treatment", 1)
    assert isinstance(refused, Refused)
    assert refused.why is No.BLOCKED
    assert hand.tries("treatment", 2) == Refused(No.NOT_NOW)
    assert hand.tries("after", 1) == Refused(No.NOT_NOW)
    assert hand.tries("check", 1, 1) == Refused(No.NOT_NOW)  # a second time before the first


def test_what_is_written_later_is_judged_by_its_moment() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.wait(minutes=30)
    hand.does("check", 1)
    hand.wait(minutes=-10)  # the treatment is said to have begun before the check
    refused = hand.tries("treatment", 1)
    assert isinstance(refused, Refused)
    assert seen_of(refused.blocked) == {"checked": {(MISSING, "check")}}


def test_nothing_is_written_of_the_future_or_twice() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    assert hand.tries("screening") == Refused(No.ALREADY)
    early, hand.now = hand.now, hand.now + timedelta(minutes=1)
    entry = hand.tries("check", 1)
    assert not isinstance(entry, Refused)
    hand.now = early
    assert hand.tries("check", 0) == Refused(No.NOT_NOW)


def test_what_is_too_old_is_asked_again_and_holds_again() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.does("check", 1)
    hand.wait(hours=1, minutes=1)
    due = hand.due()
    assert Key("check", 1, 1) in due
    assert seen_of(due[Key("treatment", 1)].blocked) == {"checked": {(Why.STALE, "check")}}
    hand.does("check", 1, 1)
    hand.does("treatment", 1)
    assert {key.step for key in hand.due()} == {"after"}


def test_a_check_may_be_done_again_while_it_holds_and_the_last_one_counts() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.does("check", 1, verdict=Verdict.STOP)
    hand.wait(minutes=15)
    assert Key("check", 1, 1) not in hand.due()  # it may be, and it is not due
    hand.does("check", 1, 1)
    hand.does("treatment", 1)


def test_sessions_keep_their_distance() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.has_session(1)
    hand.wait(hours=15, minutes=59)
    hand.does("check", 2)
    (held,) = hand.due()[Key("treatment", 2)].blocked
    assert [cause.until for cause in held.causes] == [MONDAY + timedelta(hours=16)]
    hand.wait(minutes=1)
    hand.does("treatment", 2)


def test_an_override_passes_what_was_seen_and_nothing_that_comes_later() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.does("check", 1, verdict=Verdict.REVIEW)
    hand.wait(minutes=5)
    hand.passes("checked", 1, [Seen(Why.REVIEW, "check")])
    assert hand.due()[Key("treatment", 1)].blocked == ()
    hand.wait(minutes=5)
    hand.does("check", 1, 1, verdict=Verdict.REVIEW)
    assert seen_of(hand.due()[Key("treatment", 1)].blocked) == {"checked": {(Why.REVIEW, "check")}}
    hand.passes("checked", 1, [Seen(Why.REVIEW, "check", 1)])
    hand.wait(hours=2)  # what was looked at is too old now, and nobody saw that
    assert seen_of(hand.due()[Key("treatment", 1)].blocked) == {"checked": {(Why.STALE, "check")}}


def test_what_is_too_old_and_has_an_answer_to_look_at_is_both() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.does("check", 1, verdict=Verdict.STOP)
    hand.wait(hours=2)
    hand.passes("checked", 1, [Seen(Why.STALE, "check")])
    assert seen_of(hand.due()[Key("treatment", 1)].blocked) == {"checked": {(STOP, "check")}}


def test_an_override_covers_no_entry_that_is_written_after_it_whatever_its_time() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.does("check", 1, verdict=Verdict.STOP)
    hand.passes("checked", 1, [Seen(STOP, "check")])
    hand.does("check", 1, 1, verdict=Verdict.STOP)  # at the same moment
    assert seen_of(hand.due()[Key("treatment", 1)].blocked) == {"checked": {(STOP, "check")}}


def test_an_override_needs_a_reason_a_shut_gate_and_one_that_gives_way() -> None:
    gates = [
        {"id": "eligible", "before": "treatment", "needs": ["screening"], "holds": True, "reason": "First that."},
        {"id": "checked", "before": "treatment", "needs": ["check"], "reason": "Then that."},
        {"id": "spaced", "before": "treatment", "spacing": True, "reason": "Apart."},
    ]
    hand = Hand.of(small(gates=gates))
    assert hand.overrides("eligible", 1, [Seen(MISSING, "screening", -1)]) == Refused(No.HOLDS)
    assert hand.overrides("checked", 1, [Seen(MISSING, "check", -1)], "  ") == Refused(No.NO_REASON)
    assert hand.overrides("checked", 2, [Seen(MISSING, "check", -1)]) == Refused(No.NOTHING)
    assert hand.overrides("spaced", 1, [Seen(Why.EARLY, "")]) == Refused(No.NOTHING)
    assert hand.overrides("none", 1, [Seen(MISSING, "check", -1)]) == Refused(No.NOTHING)
    assert hand.overrides("checked", 1, [Seen(STOP, "check")]) == Refused(No.NOTHING)  # they saw something else


def test_who_passes_a_lasting_gate_does_so_for_the_course() -> None:
    hand = Hand.of(small())
    hand.does("screening", verdict=Verdict.STOP)
    hand.wait(minutes=1)
    hand.passes("eligible", 0, [Seen(STOP, "screening")])
    hand.has_session(1)
    hand.wait(days=7)
    hand.has_session(2)


def test_a_clock_asks_at_its_minutes_and_a_reading_not_taken_is_missed() -> None:
    steps = [
        step("treatment", "session", "session"),
        step("vitals", "clock", "during", minutes=[0, 10, 20], opens="early", late="late", source="a test"),
        step("leave", "task", "during", ends=True),
    ]
    figures = {"sessions": figure(1, "sessions"), "early": figure(2, "minutes"), "late": figure(5, "minutes")}
    figures |= {"least": figure(30, "minutes")}
    phases = [{"id": "all", "name": "All", "sessions": "sessions", "weeks": [["mon"]], "source": "a test"}]
    gates = [
        {"id": "read", "before": "leave", "needs": ["vitals"], "reason": "The last reading."},
        {"id": "long", "before": "leave", "since": "treatment", "least": "least", "holds": True, "reason": "{least}."},
    ]
    hand = Hand.of(small(steps=steps, figures=figures, phases=phases, gates=gates))
    hand.does("treatment", 1)
    assert [key for key in hand.due() if key.step == "vitals"] == [Key("vitals", 1, 0)]
    hand.wait(minutes=9)
    assert [key for key in hand.due() if key.step == "vitals"] == [Key("vitals", 1, 1)]
    assert standing(hand.programme, hand.done, hand.now)[Key("vitals", 1, 0)] is State.MISSED
    hand.does("vitals", 1, 1)
    hand.wait(minutes=17)
    (due,) = (one for key, one in hand.due().items() if key.step == "vitals")
    assert due.overdue(hand.now)
    hand.does("vitals", 1, 2)
    read, held = hand.due()[Key("leave", 1)].blocked
    assert [(cause.why, cause.round, cause.after) for cause in read.causes] == [(MISSING, 0, 0)], "it was passed by"
    assert (held.gate.id, held.causes[0].until) == ("long", MONDAY + timedelta(minutes=30))
    hand.wait(minutes=4)
    assert isinstance(hand.tries("leave", 1), Refused)
    hand.passes("read", 1, [cause.seen for cause in read.causes])
    hand.does("leave", 1)


def test_questionnaires_come_by_the_week_at_midnight_of_the_clinic_across_a_change_of_clocks() -> None:
    began = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
    hand = Hand.of(shipped()["tms"], began)
    hand.does("phq9")
    hand.wait(days=6, hours=12)
    assert Key("phq9", 0, 1) not in hand.due()
    hand.now = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)  # midnight in Berlin, an hour sooner than a week ago
    assert Key("phq9", 0, 1) in hand.due()
    hand.wait(days=7)
    assert [key.round for key in hand.due() if key.step == "phq9"] == [2]
    assert standing(hand.programme, hand.done, hand.now)[Key("phq9", 0, 1)] is State.MISSED


def test_a_threshold_is_measured_every_five_sessions_and_after_a_long_gap() -> None:
    hand = Hand.of(shipped()["tms"])
    hand.starts()
    asked = []
    for session in range(1, 8):
        asked += [key.session for key in hand.due() if key.step == "threshold"]
        hand.has_session(session)
        hand.wait(days=8 if session == 3 else 1)
    assert asked == [1, 4, 6]


def test_a_paused_course_begins_no_session_and_an_ended_one_asks_nothing() -> None:
    hand = Hand.of(small())
    hand.does("screening")
    hand.programme = replace(hand.programme, paused=True)
    assert hand.due() == {}
    hand.programme = replace(hand.programme, paused=False, ended_at=hand.now)
    assert hand.due() == {}
    assert hand.tries("check", 1) == Refused(No.NOT_NOW)


def test_sessions_that_were_added_belong_to_their_phase() -> None:
    tms = replace(Hand.of(shipped()["tms"]).programme, extra={"acute": 10})
    assert (tms.total, tms.phase_of(40).id, tms.phase_of(41).id) == (46, "acute", "taper")


def test_a_booked_session_opens_on_its_day_and_is_late_after_its_time() -> None:
    hand = Hand.of(shipped()["tms"])
    hand.plans({1: MONDAY + timedelta(days=2)})
    assert not [key for key in hand.due() if key.session]
    hand.now = datetime(2026, 1, 6, 23, 0, tzinfo=UTC)  # midnight in Berlin
    assert Key("today", 1) in hand.due()
    hand.now = MONDAY + timedelta(days=2, minutes=31)
    assert hand.due()[Key("treatment", 1)].overdue(hand.now)


@pytest.mark.parametrize(("followed", "closed"), [(True, 1), (False, 0)])
def test_a_session_is_closed_when_nothing_of_it_is_open(followed: bool, closed: int) -> None:
    steps = [step("treatment", "session", "session"), step("call", "task", "after")]
    data = {"steps": steps, "gates": [{"id": "apart", "before": "treatment", "spacing": True, "reason": "Apart."}]}
    definition = small(**data, figures={"sessions": figure(3, "sessions"), "gap": figure(16, "hours")})
    hand = Hand.of(definition)
    hand.does("treatment", 1)
    if followed:
        hand.does("call", 1)
    assert closed_sessions(hand.programme, hand.done, hand.now) == closed
