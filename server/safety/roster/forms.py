"""What the page of the roster accepts: fields -> a shift, or a reason per field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from server.clinic.rules import DAY_MINUTES
from server.clinic.sheet import Fields, Reason, Sheet
from server.safety.roster.rules import Shift

DAYS: Mapping[str, tuple[int, ...]] = {
    "every": tuple(range(7)),
    "work": tuple(range(5)),
    "weekend": (5, 6),
    **{str(number): (number,) for number in range(7)},
}
"""What 'when' offers -> weekdays, 0 is Monday."""
NOBODY = "nobody"
Reasons = dict[str, Reason]


@dataclass(frozen=True)
class Weekly:
    weekdays: tuple[int, ...]
    shift: Shift


@dataclass(frozen=True)
class Dated:
    """`shift` None: nobody on that date."""

    day: date
    shift: Shift | None


def parse_week(fields: Fields, people: Collection[UUID]) -> Weekly | Reasons:
    """A shift of some days of every week."""
    sheet = Sheet(fields)
    weekdays = DAYS.get(sheet.choice("days", DAYS), ())
    return sheet.answer(Weekly(weekdays, _shift(sheet, people, "")))


def parse_date(fields: Fields, people: Collection[UUID], today: date) -> Dated | Reasons:
    """A shift of one date, or that nobody is on call for what begins on it; yesterday's may still run."""
    sheet = Sheet(fields)
    day = sheet.day("day")
    if "day" not in sheet.reasons and day < today - timedelta(days=1):
        sheet.reasons["day"] = Reason.PAST
    nobody = fields.get("date_who") == NOBODY
    return sheet.answer(Dated(day, None if nobody else _shift(sheet, people, "date_")))


def _shift(sheet: Sheet, people: Collection[UUID], before: str) -> Shift:
    """Until the same time as it begins, or an earlier one: of the next day."""
    start, end = (_minute(sheet, f"{before}{name}") for name in ("from", "until"))
    who = sheet.choice(f"{before}who", {str(one) for one in people})
    return Shift(start, end if end > start else end + DAY_MINUTES, UUID(who) if who else UUID(int=0))


def _minute(sheet: Sheet, name: str) -> int:
    found = sheet.minute(name)
    if found is None and name not in sheet.reasons:
        sheet.reasons[name] = Reason.MISSING
    return found or 0
