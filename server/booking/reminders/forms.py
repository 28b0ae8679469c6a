"""What the page about reminders accepts: fields -> rules, or a reason per field. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from server.booking.reminders.rules import Quiet, ReminderRules, Texts
from server.clinic.sheet import Fields, Reason, Sheet

UNITS = {"hours": (timedelta(hours=1), 72), "days": (timedelta(days=1), 30)}
"""Unit -> how long it is, and how many of them at most."""
PLACES = ("1", "2", "3")
LONGEST_QUIET = timedelta(hours=14)


@dataclass(frozen=True)
class Own:
    """What a service has in place of the clinic's spans; None: nothing of its own."""

    spans: tuple[timedelta, ...] | None


def parse_rules(fields: Fields) -> ReminderRules | dict[str, Reason]:
    """The schedule; an empty number is no reminder, and two equal ones are one."""
    sheet = Sheet(fields)
    spans, quiet = _spans(sheet), _quiet(sheet)
    texts = Texts(sheet.choice("texts", set(Texts)) or Texts.NONE)
    return sheet.answer(ReminderRules(spans, quiet, texts, by_push=sheet.ticked("by_push")))


def parse_own(fields: Fields) -> Own | dict[str, Reason]:
    """What one service says: as the clinic, or the spans of its own."""
    sheet = Sheet(fields)
    if not sheet.choice("own", ("yes", "no")) or fields["own"] == "no":
        return sheet.answer(Own(None))
    return sheet.answer(Own(_spans(sheet)))


def _spans(sheet: Sheet) -> tuple[timedelta, ...]:
    """Longest first."""
    return tuple(sorted({span for place in PLACES if (span := _before(sheet, place))}, reverse=True))


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
    ways = {"texts": rules.texts.value, "by_push": "yes" if rules.by_push else ""}
    fields = {**ways, "quiet_from": "", "quiet_until": "", **spans_fields(rules.before)}
    if rules.quiet.length:
        fields |= {"quiet_from": _clock(rules.quiet.from_minute), "quiet_until": _clock(rules.quiet.until_minute)}
    return fields


def own_fields(spans: Sequence[timedelta] | None, clinic: Sequence[timedelta]) -> dict[str, str]:
    """The fields that `parse_own` reads back; who changes to spans of its own begins with the clinic's."""
    return {"own": "no" if spans is None else "yes", **spans_fields(clinic if spans is None else spans)}


def spans_fields(spans: Sequence[timedelta]) -> dict[str, str]:
    """Each span as a number of a unit."""
    fields: dict[str, str] = {}
    for place, before in zip(PLACES, spans, strict=False):
        count, unit = counted(before)
        fields |= {f"count_{place}": str(count), f"unit_{place}": unit}
    return fields


def counted(span: timedelta) -> tuple[int, str]:
    """How many of which unit a span is: whole days where it can."""
    unit = "days" if span % UNITS["days"][0] == timedelta() else "hours"
    return span // UNITS[unit][0], unit


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
