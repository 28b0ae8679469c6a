"""What is typed about letters: fields -> values, or a reason per field. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from server.letters.rules import FEWEST_DAYS, MOST_DAYS, Away

MOST_SIGNS = 8000
LONGEST_AWAY = timedelta(days=366)


class Reason(StrEnum):
    """Why something is not taken."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    PAST = "past"
    BACKWARDS = "backwards"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"
    CLOSED = "closed"


@dataclass(frozen=True)
class Written:
    """A letter as it was typed; `once` is the id that it has, however often it is sent."""

    once: UUID
    text: str = field(repr=False)


def plain_text(text: str) -> str:
    """As it was typed, with one kind of line break and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def written(fields: Mapping[str, str], *, files: int = 0) -> Written | Reason | None:
    """None where no form of ours says this: without an id."""
    once, text = read_id(fields.get("once", "")), plain_text(fields.get("text", ""))
    if once is None:
        return None
    if not text and not files:
        return Reason.MISSING
    return Reason.TOO_LONG if len(text) > MOST_SIGNS else Written(once, text)


@dataclass(frozen=True)
class Draft:
    """What stands in the box right now, over the version that it was read at."""

    once: UUID
    version: int
    text: str = field(repr=False)


def draft_of(fields: Mapping[str, str]) -> Draft | None:
    """None where it is none of ours, or too long to be a letter."""
    once, version = read_id(fields.get("once", "")), fields.get("version", "")
    text = fields.get("text", "").replace("\r\n", "\n")
    if once is None or not (version.isascii() and version.isdigit() and len(version) < 10) or len(text) > MOST_SIGNS:
        return None
    return Draft(once, int(version), text)


def days_of(fields: Mapping[str, str], name: str = "days") -> int | None:
    """A number of working days that can be promised; None for any other word."""
    typed = fields.get(name, "").strip()
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    return number if FEWEST_DAYS <= number <= MOST_DAYS else None


def away_of(
    fields: Mapping[str, str], new: UUID, staff_id: UUID, colleagues: Collection[UUID], today: date
) -> Away | dict[str, Reason]:
    """An absence, or why not; `colleagues` may stand in."""
    first, last = (_day(fields.get(name, "")) for name in ("since", "until"))
    wrong, stand_in = dict[str, Reason](), None
    if first is None:
        wrong["since"] = Reason.MISSING
    if last is None:
        wrong["until"] = Reason.MISSING
    elif last < today:
        wrong["until"] = Reason.PAST
    elif first and not first <= last < first + LONGEST_AWAY:
        wrong["until"] = Reason.BACKWARDS
    if fields.get("stand_in"):
        stand_in = read_id(fields["stand_in"])
        if stand_in not in colleagues or stand_in == staff_id:
            wrong["stand_in"] = Reason.UNKNOWN
    if wrong or first is None or last is None:
        return wrong
    return Away(new, staff_id, first, last, stand_in)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
