from datetime import UTC, datetime, timedelta

from server.accounts.attempts.rules import (
    KNOWN_LONGEST,
    LONGEST,
    Count,
    Step,
    device_token,
    known_device,
    marks,
    pause,
    wait,
)

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SECRET = b"s" * 32
MARA, SAMIR = b"m" * 16, b"n" * 16


def test_some_wrong_ones_are_free_and_then_each_doubles_the_pause() -> None:
    here, _ = marks(Step.CODE, MARA, "10.0.0.1", "")
    assert [pause(failures, here).total_seconds() for failures in (0, 4, 5, 6, 7)] == [0, 0, 2, 4, 8]
    assert pause(1000, here) == LONGEST


def test_a_known_device_never_waits_long_and_counts_for_itself_alone() -> None:
    (known,) = marks(Step.CODE, MARA, "10.0.0.1", "abc")
    strange = marks(Step.CODE, MARA, "10.0.0.1", "")
    assert pause(1000, known) == KNOWN_LONGEST
    assert known.key not in {mark.key for mark in strange}


def test_what_is_counted_apart() -> None:
    here, anywhere = marks(Step.CODE, MARA, "10.0.0.1", "")
    elsewhere, anywhere_too = marks(Step.CODE, MARA, "10.0.0.2", "")
    assert here.key != elsewhere.key
    assert anywhere.key == anywhere_too.key
    assert {mark.key for mark in marks(Step.PASSWORD, MARA, "10.0.0.1", "")}.isdisjoint({here.key, anywhere.key})
    assert {mark.key for mark in marks(Step.CODE, SAMIR, "10.0.0.1", "")}.isdisjoint({here.key, anywhere.key})


def test_the_longest_wait_counts_and_ends() -> None:
    here, anywhere = marks(Step.CODE, MARA, "10.0.0.1", "")
    counts = {here.key: Count(6, NOW), anywhere.key: Count(22, NOW)}
    assert wait((here, anywhere), counts, NOW) == timedelta(seconds=8)
    assert wait((here, anywhere), counts, NOW + timedelta(seconds=8)) == timedelta(0)
    assert wait((here, anywhere), {}, NOW) == timedelta(0)


def test_b19_a_device_is_known_by_its_own_signed_token_alone() -> None:
    token = device_token(SECRET, MARA, "n1")
    assert known_device(SECRET, MARA, token) == "n1"
    assert known_device(SECRET, SAMIR, token) == ""
    assert known_device(b"t" * 32, MARA, token) == ""
    signature = token.partition(".")[2]
    for forged in ("", "n1", "n1.", f"n2.{signature}", f"n1.{signature[::-1]}", f"n1.{signature}0"):
        assert known_device(SECRET, MARA, forged) == ""
