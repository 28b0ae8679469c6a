"""What the forms of weekly hours and of leave accept: submitted fields -> value, or a reason per field."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic.rules import DAY_MINUTES, Leave, WeeklyHours, joined
from server.clinic.sheet import Answer, Fields, Reason, Sheet
from server.moments import end_of, start_of

DAY = timedelta(days=1)
LONGEST_LEAVE = timedelta(days=400)
SPANS = "abc"


def parse_leave(leave_id: UUID, therapist_id: UUID | None, zone: ZoneInfo, fields: Fields) -> Leave | Answer:
    """Time off in the clinic's wall time; without times it is whole days, the last one included."""
    sheet = Sheet(fields)
    first = sheet.day("from_day")
    last = sheet.day("until_day") if fields.get("until_day", "").strip() else first
    start, end = sheet.minute("from_time"), sheet.minute("until_time")
    if sheet.reasons:
        return sheet.reasons
    from_at = start_of(datetime.combine(first, time(*divmod(start or 0, 60)), zone))
    until_at = end_of(datetime.combine(last if end else last + DAY, time(*divmod(end or 0, 60)), zone))
    if until_at <= from_at:
        return {"until_day": Reason.ENDS_BEFORE}
    if until_at - from_at > LONGEST_LEAVE:
        return {"until_day": Reason.OUT_OF_RANGE}
    return Leave(leave_id, therapist_id, from_at, until_at)


def parse_week(fields: Fields) -> tuple[WeeklyHours, ...] | Answer:
    """Weekly hours alone."""
    sheet = Sheet(fields)
    return sheet.answer(week(sheet))


def week(sheet: Sheet) -> tuple[WeeklyHours, ...]:
    """Weekly hours from fields such as `d0a_from`, `d0a_until`; an empty pair is closed, until 0:00 is midnight."""
    spans = [one for day in range(7) for letter in SPANS if (one := span(sheet, day, f"d{day}{letter}")) is not None]
    return joined(spans)


def week_fields(hours: Collection[WeeklyHours]) -> dict[str, str]:
    """The fields that `week` reads back into these hours."""
    fields: dict[str, str] = {}
    for day in range(7):
        for letter, span in zip(SPANS, sorted(one for one in hours if one.weekday == day), strict=False):
            fields[f"d{day}{letter}_from"] = clock_text(span.from_minute)
            fields[f"d{day}{letter}_until"] = clock_text(span.until_minute)
    return fields


def clock_text(minute: int) -> str:
    """'09:30' as a time field wants it; midnight at the end of a day is 00:00."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def span(sheet: Sheet, day: int, name: str) -> WeeklyHours | None:
    """Hours of this weekday from the fields `name_from` and `name_until`; None for an empty pair."""
    start, end = sheet.minute(f"{name}_from"), sheet.minute(f"{name}_until")
    if start is None and end is None:
        return None
    if start is None or end is None:
        sheet.reasons.setdefault(f"{name}_from", Reason.HALF_A_SPAN)
        return None
    if (end or DAY_MINUTES) <= start:
        sheet.reasons[f"{name}_from"] = Reason.ENDS_BEFORE
        return None
    return WeeklyHours(day, start, end or DAY_MINUTES)
