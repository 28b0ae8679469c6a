"""Dates and times as other programs write them. Pure; a wall time stays one until its zone is known."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum

YEARS = range(1990, 2200)
DAY = re.compile(r"\b(\d{1,4})([-./])\s?(\d{1,2})\2\s?(\d{2,4})\b")
CLOCK = re.compile(
    r"(?<![\d.])(\d{1,2})(?:\s?[:.h]\s?(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?\s?(?:m\b\.?)?", re.IGNORECASE
)
HOUR = re.compile(r"^(\d{1,2})\s*(?:uhr|h|hs|hrs)\.?$", re.IGNORECASE)
LENGTH = re.compile(r"^(?:(\d{1,2})\s*(?::|h|std\.?)\s*)?(\d{1,3})?\s*(?:min\w*\.?|')?$", re.IGNORECASE)


class Order(StrEnum):
    """In which order a table writes a date whose year does not come first."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


def guess_order(texts: Iterable[str], country: str) -> Order:
    """What the dates themselves say, where a number above twelve gives it away; else as the clinic's country writes."""
    slashed = False
    for text in texts:
        found = DAY.search(text)
        if found is None or len(found[1]) == 4:
            continue
        if int(found[1]) > 12:
            return Order.DAY_FIRST
        if int(found[3]) > 12:
            return Order.MONTH_FIRST
        slashed = slashed or found[2] == "/"
    return Order.MONTH_FIRST if slashed and country in {"US", "PH"} else Order.DAY_FIRST


def read_day(text: str, order: Order) -> date | None:
    """The date in a text; None where there is none that exists."""
    found = DAY.search(text)
    if found is None:
        return None
    first, second, third = found[1], found[3], found[4]
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        day, month = (int(first), int(second)) if order is Order.DAY_FIRST else (int(second), int(first))
        year = int(third) if len(third) == 4 else 2000 + int(third)
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """'9:30', '09.30 Uhr', '9h30', '2 pm'; None where there is none."""
    if whole := HOUR.match(text.strip()):
        return time(int(whole[1])) if int(whole[1]) < 24 else None
    found = CLOCK.search(text.strip())
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_moment(text: str) -> datetime | None:
    """A whole moment with its own offset, as calendars and programs write it; None for anything less."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None and found.year in YEARS else None


def after_day(text: str) -> str:
    """What follows the date in a text that holds both."""
    found = DAY.search(text)
    return text[found.end() :].lstrip("T ,") if found else text


def read_minutes(text: str) -> int | None:
    """'50', '50 min', '1:15', '1 h 15'; None where there is none."""
    found = LENGTH.match(text.strip())
    if found is None or not (found[1] or found[2]):
        return None
    return int(found[1] or 0) * 60 + int(found[2] or 0)
