"""The room's specification in examples."""

from typing import Any

import pytest

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Close, Violation
from signaling.room import TABLE
from signaling.roster import At
from tests.signaling.stage import NOW, Stage, signal

MIC = wire.Media(mic=True, camera=False, screen=False)
INNER = [
    fx.Arrival, fx.Answered, fx.Unanswered, fx.Dropped, fx.Recheck, fx.GraceOver, fx.Relayed,
    fx.Admitted, fx.Held, fx.SentBack, fx.Removed, fx.Ended,
]  # fmt: skip


# Waiting ---------------------------------------------------------------------------------------------------------


def test_who_waits_is_welcomed_to_wait_and_told_nothing_else() -> None:
    stage = Stage({"therapist": "live", "patient": "waiting"})
    therapist, patient = stage.join("therapist"), stage.join("patient")
    stage.read(therapist)
    assert stage.read(patient) == [
        {
            "type": "welcome",
            "peer": "patient",
            "role": "patient",
            "epoch": 2,
            "state": "waiting",
            "ping_every_ms": 15000,
        },
        {"type": "state", "state": "waiting", "reason": "waiting"},
    ]
    stage.say(therapist, MIC)
    stage.say(therapist, wire.Chat("1", "only for those in the call"))
    assert stage.read(patient) == []
    assert stage.types(therapist) == ["chat"]


def test_before_the_answer_a_socket_is_told_nothing() -> None:
    stage = Stage({"patient": "live"})
    patient = stage.arrive("patient")
    assert stage.read(patient) == []
    stage.say(patient, wire.Ping(1))
    assert stage.types(patient) == ["pong"]


def test_F16_relay_credentials_are_made_at_admission_and_for_that_peer_alone() -> None:
    stage = Stage({"therapist": "live", "patient": "waiting"})
    stage.join("therapist")
    stage.join("patient")
    assert stage.relays == ["therapist"]
    stage.inner("patient", fx.Admitted("patient"))
    assert stage.relays == ["therapist", "patient"]


@pytest.mark.parametrize(
    "message",
    [signal("therapist"), wire.Chat("1", "hello"), wire.Trust("therapist", "commit", 1, "00"), wire.Hello(1, "t")],
)
def test_F03_what_belongs_to_a_call_is_a_violation_for_who_waits(message: Any) -> None:
    stage = Stage({"therapist": "live", "patient": "waiting"})
    therapist, patient = stage.join("therapist"), stage.join("patient")
    stage.read()
    with pytest.raises(Violation) as caught:
        stage.say(patient, message)
    assert (caught.value.code, caught.value.close) == ("unexpected", Close.PROTOCOL)
    assert stage.read(therapist) == []


def test_a_second_hello_on_a_running_socket_is_a_violation() -> None:
    stage = Stage()
    _, patient = stage.call()
    with pytest.raises(Violation):
        stage.say(patient, wire.Hello(1, "t"))


# Admission -------------------------------------------------------------------------------------------------------


def test_admission_reaches_both_in_the_step_of_the_notice() -> None:
    stage = Stage({"therapist": "live", "patient": "waiting"})
    therapist, patient = stage.join("therapist"), stage.join("patient")
    stage.read()
    stage.inner("patient", fx.Admitted("patient", NOW))
    [admitted] = stage.read(patient)
    [joined] = stage.read(therapist)
    assert admitted["you"] == {"peer": "patient", "role": "patient", "polite": True}
    assert [(one["peer"], one["present"]) for one in admitted["peers"]] == [("therapist", True)]
    assert (admitted["since"], admitted["relay_only"], admitted["chat"]) == ("2026-03-02T09:00:00Z", False, [])
    assert {key: joined[key] for key in ("type", "peer", "present", "name")} == {
        "type": "peer", "peer": "patient", "present": True, "name": "Patient",
    }  # fmt: skip


def test_the_therapist_is_impolite_by_role_whoever_came_first() -> None:
    stage = Stage({"therapist": "live", "patient": "live"})
    patient, therapist = stage.join("patient"), stage.join("therapist")
    polite = {m["you"]["role"]: m["you"]["polite"] for m in stage.read(patient) + stage.read(therapist) if "you" in m}
    assert polite == {"patient": True, "therapist": False}


def test_a_room_that_missed_the_notice_reads_the_truth_within_five_seconds() -> None:
    stage = Stage({"therapist": "live", "patient": "waiting"})
    stage.join("therapist")
    patient = stage.join("patient")
    stage.read()
    stage.truth["patient"] = "live"
    assert stage.timers["patient", fx.Recheck].seconds <= 5
    stage.fire("patient", fx.Recheck)
    stage.answer()
    assert stage.types(patient) == ["admitted"]


def test_waiting_on_is_not_said_twice() -> None:
    stage = Stage({"patient": "waiting"})
    patient = stage.join("patient")
    stage.read()
    stage.fire("patient", fx.Recheck)
    stage.answer()
    assert stage.read(patient) == []
    assert ("patient", fx.Recheck) in stage.timers


@pytest.mark.parametrize("first", ["waiting", "live"])
def test_an_answer_read_before_a_decision_is_read_again(first: str) -> None:
    then = "live" if first == "waiting" else "waiting"
    notice: fx.Notice = fx.Admitted("patient") if then == "live" else fx.SentBack("patient")
    stage = Stage({"patient": first})
    patient = stage.join("patient")
    stage.fire("patient", fx.Recheck)
    stage.read()
    old = dict(stage.truth)
    stage.truth["patient"] = then
    stage.inner("patient", notice)
    moved = stage.read(patient)
    stage.answer(old)
    assert [message["type"] for message in moved] == ["admitted" if then == "live" else "state"]
    assert stage.read(patient) == []


def test_a_decision_while_greeted_counts_against_the_answer_under_way() -> None:
    stage = Stage({"patient": "live"})
    patient = stage.arrive("patient")
    old = dict(stage.truth)
    stage.truth["patient"] = "held"
    stage.inner("patient", fx.Held("patient"))
    stage.answer(old)
    assert stage.types(patient) == ["welcome", "state"]


def test_a_third_person_is_not_let_into_a_call_for_two() -> None:
    stage = Stage()
    therapist, _ = stage.call()
    stage.truth["third"] = "live"
    third = stage.join("third")
    assert [m.get("state") for m in stage.read(third)] == ["waiting", "waiting"]
    assert stage.read(therapist) == []
    stage.inner("patient", fx.Removed("patient"))
    stage.fire("third", fx.Recheck)
    stage.answer()
    assert stage.types(third) == ["admitted"]


# Out of the call again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "state", "reason"),
    [(fx.Held("patient"), "held", "held"), (fx.SentBack("patient"), "waiting", "sent_back")],
)
def test_held_or_sent_back_is_out_of_the_call_at_once(notice: fx.Notice, state: str, reason: str) -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.truth["patient"] = state
    stage.inner("patient", notice)
    assert stage.read(patient) == [{"type": "state", "state": state, "reason": reason}]
    assert stage.read(therapist) == [{"type": "left", "peer": "patient", "reason": "moved"}]
    stage.say(therapist, signal("patient"))
    stage.say(therapist, MIC)
    assert stage.read(patient) == []
    assert stage.types(therapist) == ["error"]
    stage.inner("patient", fx.Admitted("patient"))
    assert stage.types(patient) == ["admitted"]


def test_what_was_under_way_when_the_sender_was_moved_is_dropped_without_blame() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.inner("patient", fx.Held("patient"))
    stage.read()
    stage.say(patient, signal("therapist"))
    stage.say(patient, wire.Chat("1", "too late"))
    assert [message["code"] for message in stage.read(patient)] == ["not_in_call", "not_in_call"]
    assert stage.read(therapist) == []
    assert stage.closed == {}


def test_removed_is_closed_at_once_and_the_other_told() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.inner("patient", fx.Removed("patient"))
    assert stage.closed == {patient: Close.FORBIDDEN}
    assert stage.types(patient) == ["error"]
    assert stage.types(therapist) == ["left"]


def test_whoever_the_truth_no_longer_knows_is_out_at_the_next_question() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    del stage.truth["patient"]
    assert stage.timers["patient", fx.Recheck].seconds <= 30
    stage.fire("patient", fx.Recheck)
    stage.answer()
    assert stage.closed == {patient: Close.FORBIDDEN}
    assert stage.types(therapist) == ["left"]


def test_F02_an_unknown_visit_and_a_foreign_role_get_the_answer_of_a_bad_ticket() -> None:
    stage = Stage({"patient": "live"})
    stranger = stage.join("stranger")
    stage.arrive("patient")
    ask = stage.asked.pop()
    stage.inner("patient", fx.Answered(ask.socket, ask.truth, fx.Standing("live", "therapist", "P", NOW)))
    assert set(stage.closed.values()) == {Close.AUTH}
    said = [stage.read(stranger), stage.read(ask.socket)]
    assert said[0] == said[1]
    assert [message["code"] for message in said[0]] == ["ticket"]


def test_the_end_is_told_to_everybody_and_closes_everything() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.inner("", fx.Ended("done"))
    for socket in (therapist, patient):
        assert stage.read(socket) == [{"type": "ended", "reason": "done"}]
        assert stage.closed[socket] is Close.ENDED
    stage.truth |= {"therapist": "ended", "patient": "ended"}
    again = stage.join("patient")
    assert (stage.types(again), stage.closed[again]) == (["ended"], Close.ENDED)


def test_leave_is_heard_at_once_and_reported() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Leave())
    assert stage.closed == {patient: Close.LEFT}
    assert stage.read(therapist) == [{"type": "left", "peer": "patient", "reason": "leave"}]
    assert fx.Left("patient", "leave") in stage.reports


def test_every_state_knows_what_to_do_with_everything_that_is_no_wire_message() -> None:
    assert {(at, kind) for at in At for kind in INNER} <= set(TABLE)


def test_F03_the_table_has_nothing_of_a_call_outside_it() -> None:
    of_a_call = {at for at, kind in TABLE if kind in {wire.Signal, wire.Chat, wire.Trust}}
    assert of_a_call == {At.LIVE}
    from_browsers = {at for at, kind in TABLE if kind in set(wire.ClientMessage.__args__)}
    assert from_browsers == {At.GREETED, At.WAITING, At.LIVE}
