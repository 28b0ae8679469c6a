"""What is kept of a chat, and for whom."""

from datetime import UTC, datetime

from msgspec import json

from signaling.chatlog import ChatLog

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOTH = frozenset({"a", "b"})


def texts(log: ChatLog, peer: str) -> list[str]:
    return [line.text for line in log.heard_by(peer)]


def test_the_latest_lines_are_kept_in_order() -> None:
    log = ChatLog(3, 10_000)
    for n in range(5):
        log.add("a", str(n), f"line {n}", NOW, BOTH)
    assert texts(log, "b") == ["line 2", "line 3", "line 4"]


def test_nobody_reads_what_was_said_while_they_were_out() -> None:
    log = ChatLog(10, 10_000)
    log.add("a", "1", "before", NOW, BOTH)
    log.add("a", "2", "among us", NOW, frozenset({"a", "c"}))
    log.add("a", "3", "after", NOW, BOTH)
    assert texts(log, "b") == ["before", "after"]
    assert texts(log, "stranger") == []


def test_a_line_said_again_is_the_same_line() -> None:
    log = ChatLog(10, 10_000)
    first, is_new = log.add("a", "1", "once", NOW, BOTH)
    again, is_new_again = log.add("a", "1", "twice", NOW, BOTH)
    assert (is_new, is_new_again) == (True, False)
    assert again is first
    assert log.add("b", "1", "same id of another person", NOW, BOTH)[1]
    assert texts(log, "a") == ["once", "same id of another person"]


def test_the_kept_lines_never_grow_past_their_bound_on_the_wire() -> None:
    log = ChatLog(100, 5_000)
    for n in range(60):
        log.add("a", str(n), "\x01" * 100, NOW, BOTH)
    kept = log.heard_by("a")
    assert 1 <= len(kept) < 60
    assert len(json.encode(kept)) <= 5_000 + len(kept) + 1


def test_clear_forgets_everything() -> None:
    log = ChatLog(10, 1_000)
    log.add("a", "1", "x", NOW, BOTH)
    log.clear()
    assert texts(log, "a") == []
    assert log.add("a", "1", "y", NOW, BOTH)[1]
