from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from server.accounts.rules import (
    COMMON,
    LoginFacts,
    PasswordFault,
    Stage,
    Standing,
    device_name,
    expires_at,
    is_activity,
    link_token,
    local_path,
    password_fit,
    standing,
)

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["correct lamp hill", "Vj9#kwq2", "blaue Fenster im Mai", "ни одного слова", "x7!pLm4z"]
)
def test_passwords_that_are_fine(text: str) -> None:
    assert password_fit(text, ("Mara Lind", "mara@linden.example", "Linden Practice")) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", PasswordFault.TOO_SHORT),
        ("Vj9#kwq", PasswordFault.TOO_SHORT),
        ("a" * 257, PasswordFault.TOO_LONG),
        ("password", PasswordFault.COMMON),
        ("Password1!", PasswordFault.COMMON),
        ("P4ssw0rd2024", PasswordFault.COMMON),
        ("!!sunshine99", PasswordFault.COMMON),
        ("therapist2026", PasswordFault.COMMON),
        ("correcthorsebatterystaple", PasswordFault.COMMON),
        ("aaaaaaaa", PasswordFault.PATTERN),
        ("abababab", PasswordFault.PATTERN),
        ("x1y2x1y2x1y2", PasswordFault.PATTERN),
        ("abcdefghij", PasswordFault.PATTERN),
        ("98765432", PasswordFault.PATTERN),
        ("efgh5678", PasswordFault.PATTERN),
        ("lkjhgfds", PasswordFault.PATTERN),
        ("maralind", PasswordFault.ABOUT_YOU),
        ("MaraLind1!", PasswordFault.ABOUT_YOU),
        ("linden.practice", PasswordFault.ABOUT_YOU),
        ("LINDEN-2026", PasswordFault.ABOUT_YOU),
    ],
)
def test_passwords_that_are_guessed_first(text: str, fault: PasswordFault) -> None:
    assert password_fit(text, ("Mara Lind", "mara@linden.example", "Linden Practice")) is fault


def test_a_name_inside_a_longer_phrase_is_no_fault() -> None:
    assert password_fit("linden under seven bridges", ("Linden Practice",)) is None


def test_the_list_is_long_and_lower_case() -> None:
    assert len(COMMON) > 1000
    assert all(word == word.casefold() and " " not in word for word in COMMON)


def login(**changes: object) -> LoginFacts:
    plain = {
        "id": uuid4(),
        "stage": Stage.FULL,
        "made_at": NOW,
        "seen_at": NOW,
        "expires_at": expires_at(Stage.FULL, NOW),
        "ended_at": None,
    }
    return LoginFacts(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "seen_after", "state"),
    [
        (timedelta(0), timedelta(0), Standing.OPEN),
        (timedelta(minutes=14, seconds=59), timedelta(0), Standing.OPEN),
        (timedelta(minutes=15), timedelta(0), Standing.IDLE),
        (timedelta(hours=11), timedelta(hours=10, minutes=50), Standing.OPEN),
        (timedelta(hours=12), timedelta(hours=12), Standing.IDLE),
    ],
)
def test_how_long_a_login_is_open(after: timedelta, seen_after: timedelta, state: Standing) -> None:
    assert standing(login(seen_at=NOW + seen_after), NOW + after) is state


def test_an_ended_login_and_half_a_login_that_is_too_old_are_over() -> None:
    assert standing(login(ended_at=NOW), NOW) is Standing.OVER
    half = login(stage=Stage.PASSWORD, expires_at=expires_at(Stage.PASSWORD, NOW))
    assert standing(half, NOW + timedelta(minutes=15)) is Standing.OVER


@pytest.mark.parametrize(
    ("method", "mode", "there"),
    [("GET", "navigate", True), ("GET", "", True), ("GET", "cors", False), ("POST", "cors", True)],
)
def test_what_shows_that_somebody_is_there(method: str, mode: str, there: bool) -> None:
    assert is_activity(method, mode) is there


@pytest.mark.parametrize("path", ["/staff", "/staff/team", "/staff/visit/a-b_c.d?tab=1&x=2", "/"])
def test_b21_paths_of_ours_stay(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "staff", "//evil", "///evil", "/\\evil", "\\\\evil", "https:evil", "https://evil", "javascript:alert(1)",
     "/%0d%0aset-cookie:x", "/a\r\nb", "/a//evil", "/@evil", "/;evil", "/ü"],
)  # fmt: skip
def test_b21_everything_else_becomes_the_day(path: str) -> None:
    assert local_path(path) == "/staff"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Safari/604", "Safari, iPhone"),
        ("", ""),
    ],
)
def test_a_device_in_words(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_a_link_s_token_is_256_bits_and_tells_nothing_of_its_id() -> None:
    link_id = uuid4()
    token = link_token(b"s" * 32, link_id)
    assert len(bytes.fromhex(token)) == 32
    assert link_id.hex not in token
    assert token != link_token(b"t" * 32, link_id)
