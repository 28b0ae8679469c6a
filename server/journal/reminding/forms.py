"""The form of reminders: submitted fields -> a wish, or a reason per field. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.booking.reminders.rules import Quiet
from server.journal.reminding.rules import Conventions, Wish, is_quiet

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?")


DEVICE = "push"
"""The way to a device that agreed, beside those of patients.space."""


class Reason(StrEnum):
    NO_TIME = "no_time"
    QUIET = "quiet"  # the time lies in their own quiet hours
    NO_CHOICE = "no_choice"


@dataclass(frozen=True)
class Choice:
    """Whether they want to be reminded, how, and by which way."""

    on: bool
    wish: Wish
    way: str


def parse(
    fields: Mapping[str, str], ways: Collection[str], zone: ZoneInfo, how: Conventions
) -> Choice | dict[str, Reason]:
    """The whole form; what is switched off needs nothing else to be right."""
    minutes = {name: _minute(fields.get(name, "")) for name in ("at", "quiet_from", "quiet_until")}
    reasons = {name: Reason.NO_TIME for name, minute in minutes.items() if minute is None}
    counts = {str(number) for number in range(how.random_most + 1)}
    if fields.get("random") not in counts:
        reasons["random"] = Reason.NO_CHOICE
    if fields.get("way") not in ways:
        reasons["way"] = Reason.NO_CHOICE
    if reasons and fields.get("on") == "yes":
        return reasons
    if reasons:
        return Choice(False, Wish(how.daily, 0, how.quiet, zone), next(iter(ways), ""))
    at, begin, end = (minute or 0 for minute in minutes.values())
    wish = Wish(at, int(fields["random"]), Quiet(begin, end), zone)
    if is_quiet(at, wish.quiet):
        return {"at": Reason.QUIET}
    return Choice(fields.get("on") == "yes", wish, fields["way"])


def _minute(clock: str) -> int | None:
    found = CLOCK.fullmatch(clock) if clock.isascii() else None
    return int(found[1]) * 60 + int(found[2]) if found else None


def fields_of(choice: Choice) -> dict[str, str]:
    """The fields that `parse` reads back."""
    wish = choice.wish
    return {
        "on": "yes" if choice.on else "",
        "at": _clock(wish.at),
        "random": str(wish.random),
        "quiet_from": _clock(wish.quiet.from_minute),
        "quiet_until": _clock(wish.quiet.until_minute),
        "way": choice.way,
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
