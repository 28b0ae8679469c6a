"""What holds for staff: passwords, how long a login lives, one-time links, guesses, and who runs the clinic. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import digest
from importlib.resources import files
from itertools import pairwise
from uuid import UUID

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
HALF_WAY = timedelta(minutes=15)  # from the password to the second factor
NOTED_EVERY = timedelta(seconds=30)  # how often 'was here' is written at most

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
SHORTEST_WORD = 4  # shorter parts of a name say nothing about a password
ROWS = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1234567890", "1qaz2wsx3edc4rfv")
LEET = str.maketrans("013457@$!", "oleastasi")

COMMON: frozenset[str] = frozenset(
    line
    for line in (files("server.accounts") / "common-passwords.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


class Stage(StrEnum):
    """How far a login has come."""

    PASSWORD = "password"  # noqa: S105 - the name of a step
    FULL = "full"


class Standing(StrEnum):
    """Whether a login still opens anything."""

    OPEN = "open"
    IDLE = "idle"  # nobody was there for a while, or twelve hours are over: sign in again
    OVER = "over"  # signed out or revoked


class Purpose(StrEnum):
    """What a one-time link is for."""

    SET_UP = "set_up"
    FOUND = "found"  # a further clinic
    INVITE = "invite"
    RESET = "reset"
    DEMO = "demo"


LASTS: Mapping[Purpose, timedelta] = {
    Purpose.SET_UP: timedelta(days=7),
    Purpose.FOUND: timedelta(days=7),
    Purpose.INVITE: timedelta(days=7),
    Purpose.RESET: timedelta(minutes=10),
    Purpose.DEMO: timedelta(days=1),
}


class LinkRefusal(StrEnum):
    UNKNOWN = "unknown"
    OVER = "over"  # used, replaced or too old


class PasswordFault(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PATTERN = "pattern"  # one character again and again, or a row of the keyboard
    ABOUT_YOU = "about_you"  # little more than a name that others know


def password_fit(text: str, about: Iterable[str] = (), common: Collection[str] = COMMON) -> PasswordFault | None:
    """Why `text` is no password, or None. `about` holds what others know: name, mail address, clinic."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if len(plain) < SHORTEST_PASSWORD:
        return PasswordFault.TOO_SHORT
    if len(text) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    if plain in common or _core(plain) in common or _core(plain).translate(LEET) in common:
        return PasswordFault.COMMON
    if _is_pattern(plain):
        return PasswordFault.PATTERN
    return PasswordFault.ABOUT_YOU if _is_about(plain, about) else None


def _core(plain: str) -> str:
    """'!Password2024' and 'password1!' are both 'password'."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain) or plain


def _is_pattern(plain: str) -> bool:
    """Few different characters, a short piece repeated, or at most two runs such as 'abcd' and '4321'."""
    if len(set(plain)) <= 3 or re.fullmatch(r"(.{1,4})\1+.{0,3}", plain, re.DOTALL):
        return True
    return _count_runs(plain) <= 2


def _count_runs(plain: str) -> int:
    runs: int = 1
    going: frozenset[str] = frozenset()
    for before, after in pairwise(plain):
        steps = _steps(before, after)
        going = steps & going if going else steps
        if not going:
            runs += 1
    return runs


def _steps(before: str, after: str) -> frozenset[str]:
    """In which ways the second follows the first; empty when it is a leap."""
    gap = ord(after) - ord(before)
    ways = {"same"} if gap == 0 else {"up"} if gap == 1 else {"down"} if gap == -1 else set()
    ways |= {"row" for row in ROWS if before + after in row} | {"back" for row in ROWS if after + before in row}
    return frozenset(ways)


def _is_about(plain: str, about: Iterable[str]) -> bool:
    words = {word for text in about for word in re.split(r"[\W_\d]+", text.casefold()) if len(word) >= SHORTEST_WORD}
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    letters = sum(letter.isalpha() for letter in left)
    return left != plain and letters < SHORTEST_WORD and len(left) <= SHORTEST_PASSWORD


@dataclass(frozen=True)
class LoginFacts:
    """The row of a login as a value."""

    id: UUID
    stage: Stage
    made_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    device: str = field(default="", repr=False)


def standing(login: LoginFacts, now: datetime) -> Standing:
    """Whether a login opens anything now."""
    if login.ended_at is not None:
        return Standing.OVER
    if now >= login.expires_at:
        return Standing.IDLE if login.stage is Stage.FULL else Standing.OVER
    return Standing.IDLE if now - login.seen_at >= IDLE else Standing.OPEN


def open_until(login: LoginFacts) -> datetime:
    """When a login opens nothing any more unless somebody is there again."""
    return min(login.seen_at + IDLE, login.expires_at)


def expires_at(stage: Stage, now: datetime) -> datetime:
    return now + (ABSOLUTE if stage is Stage.FULL else HALF_WAY)


def is_activity(method: str, fetch_mode: str) -> bool:
    """Whether a request shows that somebody is there: a page opened or sent, not a page that looks by itself."""
    return method not in {"GET", "HEAD"} or fetch_mode in {"navigate", ""}


def link_token(secret: bytes, link_id: UUID) -> str:
    """The token of a link: made from its id, so that a mail can be written later without storing the token."""
    return digest(secret, link_id.bytes, "sha256").hex()


def local_path(asked: str, otherwise: str = "/staff") -> str:
    """`asked` when it is a path on this server, and nothing that a browser could read as another place."""
    if re.fullmatch(r"/(?:[A-Za-z0-9._~-][A-Za-z0-9._~/=?&-]*)?", asked) and "//" not in asked:
        return asked
    return otherwise


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """'Firefox, Windows': enough to know one's own device in a list. Empty when the browser does not say."""
    found = (next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)
