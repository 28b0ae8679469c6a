"""What the forms of single days accept: submitted fields -> value, or a reason per field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from server.clinic.days.rules import regions_of, works_on
from server.clinic.hours_forms import span
from server.clinic.rules import Clinic, WeeklyHours, joined
from server.clinic.sheet import Answer, Fields, Reason, Sheet

SPANS = ("a", "b")


@dataclass(frozen=True)
class Day:
    """A date with hours of its own; none: nobody can be booked on it. `service_id`: for that service alone."""

    day: date
    hours: tuple[WeeklyHours, ...]
    service_id: UUID | None = None


def parse_day(fields: Fields, today: date, services: Collection[UUID] = ()) -> Day | Answer:
    """A date from today on, and up to two stretches; empty ones keep it free. For one of these services, or all."""
    sheet = Sheet(fields)
    chosen = sheet.choice("service", {"", *map(str, services)}) if fields.get("service") else ""
    day = sheet.day("day")
    if "day" not in sheet.reasons and day < today:
        sheet.reasons["day"] = Reason.PAST
    hours = [one for name in SPANS if (one := span(sheet, day.weekday(), name)) is not None]
    return sheet.answer(Day(day, joined(hours), UUID(chosen) if chosen else None))


def parse_holidays(
    clinic: Clinic, fields: Fields, closed: Collection[date], shown: Collection[date]
) -> Clinic | Answer:
    """Whether public holidays close the clinic, of which region, and which of those `shown` do."""
    sheet = Sheet(fields)
    region = sheet.choice("region", {"", *dict(regions_of(clinic.country))})
    changed = replace(
        clinic,
        region=region,
        closes_on_holidays=fields.get("close") == "yes",
        works_on=works_on(clinic, closed, shown) if clinic.closes_on_holidays else clinic.works_on,
    )
    return sheet.answer(changed)


def holiday_fields(clinic: Clinic) -> Mapping[str, str]:
    """The fields that `parse_holidays` reads back."""
    return {"region": clinic.region, "close": "yes" if clinic.closes_on_holidays else ""}
