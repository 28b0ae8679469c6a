"""Figures -> how sound and picture will be, and the one thing to do: the specification in examples."""

from dataclasses import replace

import pytest

from server.visit.check.rules import Advice, Device, Figures, Grade, Relay, Speaker, Way, verdict

FINE = Figures(
    mic=Device.OPEN,
    level=0.6,
    speaker=Speaker.HEARD,
    camera=Device.OPEN,
    way=Way.DIRECT,
    relay=Relay.WORKS,
    connect_ms=240,
    rtt_ms=40,
    jitter_ms=12,
    loss=0.0,
    up_kbps=4000,
    down_kbps=9000,
    frames=70,
)
G, U, W, N = Grade


def found(**other: object) -> tuple[Grade, Grade, Advice]:
    result = verdict(replace(FINE, **other))  # type: ignore[arg-type]
    return result.sound, result.video, result.advice


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert found() == (G, G, Advice.NOTHING)
    assert verdict(FINE).network is G


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (Device.DENIED, Advice.ALLOW_MIC),
        (Device.DISMISSED, Advice.ALLOW_MIC),
        (Device.SYSTEM, Advice.ALLOW_MIC),
        (Device.NONE, Advice.FIND_MIC),
        (Device.GONE, Advice.FIND_MIC),
        (Device.BUSY, Advice.FREE_MIC),
        (Device.INSECURE, Advice.TELL_CLINIC),
        (Device.UNSUPPORTED, Advice.OTHER_BROWSER),
    ],
)
def test_a_closed_microphone_comes_before_everything_else(reason: Device, advice: Advice) -> None:
    assert found(mic=reason, level=None, speaker=Speaker.UNHEARD, loss=0.5, camera=Device.DENIED)[2] is advice
    assert found(mic=reason, level=None) == (N, G, advice)


def test_a_microphone_that_hears_nothing_is_no_sound_and_a_soft_one_is_weak() -> None:
    assert found(level=0.05) == (N, G, Advice.UNMUTE_MIC)
    assert found(level=0.2) == (W, G, Advice.COME_CLOSER)


def test_tones_that_were_not_heard_make_sound_weak_and_a_step_passed_over_does_not() -> None:
    assert found(speaker=Speaker.UNHEARD) == (W, G, Advice.VOLUME)
    assert found(speaker=Speaker.SKIPPED) == (G, G, Advice.NOTHING)
    assert found(mic=Device.SKIPPED, level=None) == (U, G, Advice.NOTHING)


@pytest.mark.parametrize(
    ("figures", "sound", "video", "advice"),
    [
        ({"loss": 0.05}, G, W, Advice.NEARER_ROUTER),
        ({"loss": 0.12}, W, W, Advice.NEARER_ROUTER),
        ({"loss": 0.4}, N, N, Advice.NEARER_ROUTER),
        ({"jitter_ms": 120}, W, W, Advice.NEARER_ROUTER),
        ({"up_kbps": 300}, G, W, Advice.LESS_TRAFFIC),
        ({"down_kbps": 100}, G, N, Advice.LESS_TRAFFIC),
        ({"up_kbps": 50}, W, N, Advice.LESS_TRAFFIC),
        ({"down_kbps": 20}, N, N, Advice.LESS_TRAFFIC),
        ({"rtt_ms": 500}, W, W, Advice.NO_VPN),
        ({"rtt_ms": 900}, N, N, Advice.NO_VPN),
        ({"rtt_ms": None, "up_kbps": None}, G, G, Advice.NOTHING),
    ],
)
def test_what_the_network_does_to_sound_and_to_picture(
    figures: dict[str, float | None], sound: Grade, video: Grade, advice: Advice
) -> None:
    assert found(**figures) == (sound, video, advice)


def test_a_network_that_lets_nothing_through_is_told_where_a_relay_was_tried() -> None:
    closed = {"way": Way.NONE, "rtt_ms": None, "jitter_ms": None, "loss": None, "up_kbps": None, "down_kbps": None}
    assert found(**closed, relay=Relay.BLOCKED) == (N, N, Advice.OTHER_NETWORK)
    assert verdict(replace(FINE, way=Way.NONE, relay=Relay.ABSENT)).network is U
    assert found(way=Way.NONE, relay=Relay.ABSENT) == (G, G, Advice.NOTHING), "the server's network may be the reason"
    assert found(way=Way.UNTRIED, relay=Relay.UNTRIED) == (G, G, Advice.NOTHING)


@pytest.mark.parametrize(
    ("other", "video", "advice"),
    [
        ({"camera": Device.DENIED}, N, Advice.ALLOW_CAMERA),
        ({"camera": Device.BUSY}, N, Advice.FREE_CAMERA),
        ({"camera": Device.NONE}, N, Advice.NOTHING),
        ({"camera": Device.SKIPPED}, U, Advice.NOTHING),
        ({"dark": True}, W, Advice.LIGHT),
        ({"frames": 0}, W, Advice.NOTHING),
    ],
)
def test_the_camera_never_makes_sound_worse(other: dict[str, object], video: Grade, advice: Advice) -> None:
    assert found(**other) == (G, video, advice)


def test_a_picture_that_nobody_sends_asks_for_no_better_line() -> None:
    assert found(camera=Device.SKIPPED, up_kbps=200) == (G, W, Advice.NOTHING)


def test_being_heard_comes_before_hearing_and_that_before_the_picture() -> None:
    assert found(level=0.01, speaker=Speaker.UNHEARD)[2] is Advice.UNMUTE_MIC
    assert found(speaker=Speaker.UNHEARD, loss=0.2)[2] is Advice.VOLUME
    assert found(loss=0.12, level=0.2)[2] is Advice.NEARER_ROUTER
    assert found(level=0.2, dark=True)[2] is Advice.COME_CLOSER
