"""What the page about reminders accepts: fields -> rules, or a reason per field. Pure."""

from datetime import timedelta

from server.booking.reminders.rules import Quiet, ReminderRules
from server.clinic.sheet import Fields, Reason, Sheet

UNITS = {"hours": (timedelta(hours=1), 72), "days": (timedelta(days=1), 30)}
"""Unit -> how long it is, and how many of them at most."""
PLACES = ("1", "2", "3")
LONGEST_QUIET = timedelta(hours=14)


def parse_rules(fields: Fields) -> ReminderRules | dict[str, Reason]:
    """The schedule; an empty number is no reminder, and two equal ones are one."""
    sheet = Sheet(fields)
    before = {span for place in PLACES if (span := _before(sheet, place))}
    quiet = _quiet(sheet)
    rules = ReminderRules(
        tuple(sorted(before, reverse=True)), quiet, by_sms=sheet.ticked("by_sms"), by_push=sheet.ticked("by_push")
    )
    return sheet.answer(rules)


def _before(sheet: Sheet, place: str) -> timedelta | None:
    if not sheet.fields.get(f"count_{place}", "").strip():
        return None
    unit = sheet.choice(f"unit_{place}", UNITS)
    if not unit:
        return None
    length, most = UNITS[unit]
    return sheet.span(f"count_{place}", length, 1, most)


def _quiet(sheet: Sheet) -> Quiet:
    begin, end = sheet.minute("quiet_from"), sheet.minute("quiet_until")
    if (begin is None) != (end is None):
        sheet.reasons.setdefault("quiet_from", Reason.HALF_A_SPAN)
    quiet = Quiet(begin or 0, end or 0)
    if quiet.length > LONGEST_QUIET:
        sheet.reasons.setdefault("quiet_from", Reason.OUT_OF_RANGE)
    return quiet


def rules_fields(rules: ReminderRules) -> dict[str, str]:
    """The fields that `parse_rules` reads back."""
    ways = {"by_sms": "yes" if rules.by_sms else "", "by_push": "yes" if rules.by_push else ""}
    fields = {**ways, "quiet_from": "", "quiet_until": ""}
    for place, before in zip(PLACES, rules.before, strict=False):
        unit = "days" if before % UNITS["days"][0] == timedelta() else "hours"
        fields |= {f"count_{place}": str(before // UNITS[unit][0]), f"unit_{place}": unit}
    if rules.quiet.length:
        fields |= {"quiet_from": _clock(rules.quiet.from_minute), "quiet_until": _clock(rules.quiet.until_minute)}
    return fields


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
