"""Signals: stamped by the server, to one person of the same call, or to nobody."""

import pytest

from signaling import effects as fx
from signaling import messages as wire
from tests.signaling.stage import Stage, signal


def test_a_signal_arrives_with_the_senders_name_and_epoch_stamped_here() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Signal("therapist", "main", "answer", wire.Body(sdp="v=0\r\n"), 130))
    assert stage.read(therapist) == [
        {
            "type": "signal", "from": "patient", "stream": "main", "kind": "answer", "body": {"sdp": "v=0\r\n"},
            "attempt": 130, "epoch": 2,
        }
    ]  # fmt: skip
    assert stage.read(patient) == []


def test_a_candidate_is_relayed_as_it_was() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    candidate = wire.Candidate("candidate:1", sdpMid="0", sdpMLineIndex=0)
    stage.say(therapist, signal("patient", "candidate", wire.Body(candidate=candidate)))
    stage.say(therapist, signal("patient", "candidate", wire.Body(candidate=None)))
    assert [message["body"] for message in stage.read(patient)] == [
        {"candidate": {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0}},
        {"candidate": None},
    ]


@pytest.mark.parametrize("to", ["nobody", "therapist", "lurker"])
def test_a_signal_to_nobody_oneself_or_somebody_who_waits_has_one_answer(to: str) -> None:
    stage = Stage()
    therapist, _ = stage.call()
    stage.truth["lurker"] = "waiting"
    lurker = stage.join("lurker")
    stage.read()
    stage.say(therapist, signal(to))
    assert stage.read(therapist) == [
        {"type": "error", "code": "no_such_peer", "text": "This person is not in the call."}
    ]
    assert stage.read(lurker) == []


def test_a_signal_to_someone_away_is_not_kept_for_later() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.drop(patient)
    stage.read()
    stage.say(therapist, signal("patient"))
    assert stage.read(therapist) == []
    back = stage.join("patient", had_call=True)
    assert stage.types(back) == ["welcome", "admitted"]


def test_a_signal_that_media_brings_for_someone_who_just_left_is_for_nobody() -> None:
    stage = Stage()
    _, patient = stage.call()
    stage.inner("patient", fx.Held("patient"))
    stage.read()
    stage.inner("patient", fx.Relayed("therapist", signal("patient")))
    assert stage.read(patient) == []


def test_what_two_browsers_prove_to_each_other_is_carried_as_it_is_and_stamped() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Trust("therapist", "commit", 3, "00ff"))
    assert stage.read(therapist) == [
        {"type": "trust", "from": "patient", "step": "commit", "round": 3, "value": "00ff", "epoch": 2}
    ]
    assert stage.read(patient) == []


@pytest.mark.parametrize("to", ["nobody", "therapist", "lurker"])
def test_a_proof_for_nobody_oneself_or_somebody_who_waits_is_carried_to_nobody(to: str) -> None:
    stage = Stage()
    therapist, _ = stage.call()
    stage.truth["lurker"] = "waiting"
    lurker = stage.join("lurker")
    stage.read()
    stage.say(therapist, wire.Trust(to, "commit", 1, "00ff"))
    assert [message["code"] for message in stage.read(therapist)] == ["no_such_peer"]
    assert stage.read(lurker) == []


def test_devices_are_shown_to_the_others_as_a_whole_state() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Media(mic=False, camera=True, screen=True))
    [shown] = stage.read(therapist)
    assert shown == {
        "type": "peer", "peer": "patient", "role": "patient", "name": "Patient", "present": True, "mic": False,
        "camera": True, "screen": True, "video": "full", "epoch": 2, "had_call": False,
        "since": "2026-03-02T09:00:00Z", "page": "",
    }  # fmt: skip
    assert stage.read(patient) == []


def test_a_picture_that_is_held_back_is_told_and_told_again_when_it_is_whole() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Media(mic=True, camera=True, screen=False, video="paused"))
    stage.say(patient, wire.Media(mic=True, camera=True, screen=False))
    assert [shown["video"] for shown in stage.read(therapist)] == ["paused", "full"]


def test_chat_goes_to_both_and_the_echo_is_the_receipt() -> None:
    stage = Stage()
    therapist, patient = stage.call()
    stage.say(patient, wire.Chat("c1", "hello"))
    said = {"type": "chat", "id": "c1", "from": "patient", "text": "hello", "at": "2026-03-02T09:00:00Z"}
    assert stage.read(therapist) == stage.read(patient) == [said]
