"""Dropping and coming back: epochs, grace, replaced sockets, a truth that cannot be read."""

import pytest

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Close
from signaling.roster import At
from tests.signaling.stage import Stage, signal

MIC = wire.Media(mic=True, camera=True, screen=False)


def test_a_dropped_peer_is_away_at_once_and_has_left_after_the_grace() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.drop(patient)
    [away] = stage.read(therapist)
    assert (away["type"], away["peer"], away["present"]) == ("peer", "patient", False)
    assert stage.timers["patient", fx.GraceOver].seconds == 20
    stage.fire("patient", fx.GraceOver)
    assert stage.read(therapist) == [{"type": "left", "peer": "patient", "reason": "lost"}]
    assert stage.reports[-2:] == [fx.Disconnected("patient", 2), fx.Left("patient", "lost")]


def test_who_returns_within_the_grace_never_left() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.drop(patient)
    back = stage.join("patient", had_call=True)
    assert ("patient", fx.GraceOver) not in stage.timers
    assert stage.types(back) == ["welcome", "admitted"]
    away, present = stage.read(therapist)
    assert (away["present"], present["present"], present["epoch"], present["had_call"]) == (False, True, 3, True)


def test_a_reload_that_overtakes_its_own_drop_replaces_the_old_socket() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    back = stage.join("patient")
    assert stage.closed == {patient: Close.REPLACED}
    stage.drop(patient)
    [present] = stage.read(therapist)
    assert (present["present"], present["epoch"], present["had_call"]) == (True, 3, False)
    assert stage.types(back) == ["welcome", "admitted"]


def test_a_replaced_socket_is_not_heard_any_more() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.join("patient")
    stage.read()
    stage.say(patient, wire.Chat("1", "from the old page"))
    stage.say(patient, signal("therapist"))
    stage.say(patient, wire.Leave())
    assert stage.read() == []
    assert stage.room.peers["patient"].at is At.LIVE
    assert therapist not in stage.closed


@pytest.mark.parametrize("epoch", [1, 2])
def test_F02_an_epoch_seen_before_opens_nothing_even_after_leaving(epoch: int) -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Leave())
    stage.read()
    again = stage.arrive("patient", epoch=epoch)
    assert stage.asked == []
    assert stage.closed[again] is Close.AUTH
    assert [message["code"] for message in stage.read(again)] == ["ticket"]
    assert stage.read(therapist) == []


def test_a_refused_replay_leaves_the_running_socket_alone() -> None:
    stage = Stage()
    _, patient = stage.call()
    stage.arrive("patient", epoch=2)
    stage.say(patient, wire.Ping(7))
    assert stage.read(patient) == [{"type": "pong", "n": 7}]


def test_the_call_survives_both_sockets() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.drop(therapist)
    stage.drop(patient)
    back = stage.join("patient", had_call=True)
    [_, admitted] = stage.read(back)
    assert [(one["peer"], one["present"]) for one in admitted["peers"]] == [("therapist", False)]
    other = stage.join("therapist", had_call=True)
    assert stage.types(other) == ["welcome", "admitted"]
    assert [message["present"] for message in stage.read(back)] == [True]


def test_sent_back_while_away_comes_back_to_wait() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.drop(patient)
    stage.truth["patient"] = "waiting"
    stage.inner("patient", fx.SentBack("patient"))
    assert stage.types(therapist) == ["peer", "left"]
    assert ("patient", fx.GraceOver) not in stage.timers
    assert stage.types(stage.join("patient", had_call=True)) == ["welcome", "state"]


def test_a_truth_that_cannot_be_read_keeps_strangers_out_and_calls_running() -> None:
    stage = Stage()
    therapist, _ = stage.call()
    stage.fire("patient", fx.Recheck)
    ask = stage.asked.pop()
    stage.inner("patient", fx.Unanswered(ask.socket))
    assert stage.timers["patient", fx.Recheck].seconds <= 5
    assert stage.room.peers["patient"].at is At.LIVE
    stage.truth["late"] = "live"
    late = stage.arrive("late")
    stage.asked.clear()
    stage.inner("late", fx.Unanswered(late))
    assert stage.closed == {late: Close.TRY_LATER}
    assert stage.types(late) == ["error"]
    assert stage.read(therapist) == []


def test_a_return_that_cannot_be_answered_for_is_still_within_the_grace() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    back = stage.arrive("patient", had_call=True)
    stage.asked.clear()
    stage.inner("patient", fx.Unanswered(back))
    assert stage.closed == {patient: Close.REPLACED, back: Close.TRY_LATER}
    assert [message["present"] for message in stage.read(therapist)] == [False]
    assert ("patient", fx.GraceOver) in stage.timers


def test_devices_said_while_waiting_are_shown_after_admission() -> None:
    stage = Stage({"therapist": "live", "patient": "waiting"})
    therapist, patient = stage.join("therapist"), stage.join("patient")
    stage.read()
    stage.say(patient, MIC)
    assert stage.read(therapist) == []
    assert stage.reports[-1] == fx.MediaState("patient", True, True, False)
    stage.inner("patient", fx.Admitted("patient"))
    [joined] = stage.read(therapist)
    assert (joined["mic"], joined["camera"], joined["screen"]) == (True, True, False)


def test_every_connection_is_reported_once_and_ended_once() -> None:
    stage = Stage({"patient": "waiting"})
    first = stage.join("patient")
    stage.join("patient")
    stage.drop(first)
    stage.inner("patient", fx.Removed("patient"))
    assert stage.reports == [fx.Connected("patient", 1), fx.Connected("patient", 2), fx.Disconnected("patient", 2)]


def test_an_empty_room_is_remembered_longer_than_a_ticket_lives() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(therapist, wire.Leave())
    stage.say(patient, wire.Leave())
    assert stage.timers["", fx.Linger].seconds > 60
    stage.fire("", fx.Linger)
    assert stage.is_over


def test_whoever_comes_back_keeps_the_room() -> None:
    stage = Stage({"patient": "waiting"})
    stage.drop(stage.join("patient"))
    stage.join("patient")
    assert ("", fx.Linger) not in stage.timers
    stage.inner("", fx.Linger())
    assert not stage.is_over


def test_chat_is_given_again_after_a_reload_and_only_once_to_the_other() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(therapist, wire.Chat("1", "hello"))
    stage.drop(patient)
    stage.say(therapist, wire.Chat("2", "are you there?"))
    back = stage.join("patient")
    assert [line["text"] for line in stage.read(back)[-1]["chat"]] == ["hello", "are you there?"]
    stage.read()
    stage.say(therapist, wire.Chat("2", "are you there?"))
    assert (stage.types(therapist), stage.types(back)) == (["chat"], [])


def test_chat_of_a_call_ends_with_it() -> None:
    stage = Stage()
    therapist, _ = stage.call()
    stage.say(therapist, wire.Chat("1", "goodbye"))
    stage.inner("", fx.Ended("done"))
    again, _ = stage.call()
    stage.drop(again)
    back = stage.join("therapist")
    assert stage.read(back)[-1]["chat"] == []
