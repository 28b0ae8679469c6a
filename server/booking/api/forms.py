"""What a program asks, read: a span of time from a query, and the fields of a booking from JSON. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from server.booking.forms import YEARS
from server.booking.rules import LONGEST_WINDOW, WINDOW
from server.booking.where.rules import read_where
from server.moments import known_zone, start_of
from server.patients.rules import one_line

ANYONE = frozenset({"", "any", "anyone"})
ONE_DAY = timedelta(days=1)
TEXTS = (
    "service",
    "therapist",
    "start",
    "name",
    "email",
    "phone",
    "reason",
    "for_whom",
    "interpreter",
    "number",
    "where",
    "means",
    "patient_name",
    "born",
)
FLAGS = ("captions", "text_only")
FREELY = ("freely", "outside_hours")
WORDS = ("language", "tz")
OTHER_NAMES = {"email": "mail"}


class Odd(StrEnum):
    """Why a field cannot be understood."""

    MISSING = "missing"
    NOT_TEXT = "not_text"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    NOT_AN_OBJECT = "not_an_object"
    NOT_A_MOMENT = "not_a_moment"
    TOO_LONG = "too_long"
    ENDS_FIRST = "ends_first"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_PLACE = "unknown_place"
    UNKNOWN_LANGUAGE = "unknown_language"
    NOT_A_CURSOR = "not_a_cursor"
    OUT_OF_RANGE = "out_of_range"


Reasons = dict[str, str]
"""Field -> why it cannot be understood."""


@dataclass(frozen=True)
class Span:
    """Half open."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class SlotsAsked:
    """The query of a list of times, as it was sent; `zone` in which its dates are read, None: the clinic's. `freely`:
    beyond the clinic's horizon and without its notice, for who shows a key to write."""

    service: str
    therapist: str
    begin: str
    end: str
    zone: ZoneInfo | None
    where: str
    means: str
    odd: Reasons
    freely: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "SlotsAsked":
        zone = known_zone(query.get("tz", ""))
        odd: Reasons = {"tz": Odd.UNKNOWN_ZONE} if query.get("tz") and zone is None else {}
        if not query.get("service"):
            odd["service"] = Odd.MISSING
        if query.get("where") and read_where(query["where"]) is None:
            odd["where"] = Odd.UNKNOWN_PLACE
        service, therapist = read_name(query.get("service", "")), read_who(query.get("therapist", ""))
        span, place = (query.get("from", ""), query.get("to", "")), query.get("where", "")
        freely = query.get("freely") == "true"
        return cls(service, therapist, *span, zone, place, query.get("means", ""), odd, freely)


def read_span(from_text: str, to_text: str, zone: ZoneInfo, now: datetime) -> Span | Reasons:
    """Two weeks from now unless it says otherwise. A date means the whole day in `zone`, at both ends."""
    begin = read_moment(from_text, zone) if from_text else now
    if begin is None:
        return {"from": Odd.NOT_A_MOMENT}
    end = read_moment(to_text, zone, whole_day=True) if to_text else begin + WINDOW
    if end is None:
        return {"to": Odd.NOT_A_MOMENT}
    if end < begin:
        return {"to": Odd.ENDS_FIRST}
    if end - begin > LONGEST_WINDOW + ONE_DAY:  # a date at the end brings its own day along
        return {"to": Odd.TOO_LONG}
    return Span(begin, end)


def read_moment(text: str, zone: ZoneInfo, *, whole_day: bool = False) -> datetime | None:
    """A date, a wall time in `zone`, or a moment with its offset, in UTC; None for anything else or centuries away.

    A date is its first moment; with `whole_day` the first one after it.
    """
    text = text.replace(" ", "+")  # what becomes of an offset's sign in a query that nobody escaped
    try:
        if "T" not in text.upper():
            day = date.fromisoformat(text) + (ONE_DAY if whole_day else timedelta())
            return start_of(datetime.combine(day, time(), zone)) if day.year in YEARS else None
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    if found.year not in YEARS:
        return None
    return found.astimezone(UTC) if found.tzinfo else start_of(found.replace(tzinfo=zone))


def read_fields(body: Mapping[str, Any]) -> tuple[dict[str, str], Reasons]:
    """The fields that a booking form would send, and those that hold something else than they may.

    `start` becomes a moment in UTC as forms write it. What is not asked for is not looked at.
    """
    fields: dict[str, str] = {}
    odd: Reasons = {}
    for name in (*TEXTS, *WORDS):
        value = body.get(name)
        if isinstance(value, str):
            fields[OTHER_NAMES.get(name, name)] = value
        elif value is not None:
            odd[name] = Odd.NOT_TEXT
    if not fields.get("service"):
        odd.setdefault("service", Odd.MISSING)
    odd |= unlike_flags(body, FLAGS)
    fields |= {name: "yes" for name in FLAGS if body.get(name) is True}
    if fields.get("tz") and known_zone(fields["tz"]) is None:
        odd["tz"] = Odd.UNKNOWN_ZONE
    if not isinstance(body.get("answers"), dict | None):
        odd["answers"] = Odd.NOT_AN_OBJECT
    start = fields.pop("start", "")
    moment = read_start(start)
    if fields.get("where") and read_where(fields["where"]) is None:
        odd["where"] = Odd.UNKNOWN_PLACE
    if start and moment is None:
        odd["start"] = Odd.NOT_A_MOMENT
    elif moment:
        fields["start"] = moment.isoformat()
    return fields, odd


def unlike_flags(body: Mapping[str, Any], names: Sequence[str]) -> Reasons:
    """Those of these that are sent, and are neither true nor false: a guess would keep a wish that nobody had."""
    return {name: Odd.NOT_TRUE_OR_FALSE for name in names if not isinstance(body.get(name), bool | None)}


def unspoken(language: str, spoken: Collection[str]) -> Reasons:
    """A language that the clinic's pages and mails do not speak; none is the clinic's own."""
    return {"language": Odd.UNKNOWN_LANGUAGE} if language and language not in spoken else {}


def read_start(text: str) -> datetime | None:
    """A moment with its offset, in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo and found.year in YEARS else None


def read_name(text: str) -> str:
    """A slug or an id, without signs that no database takes."""
    return one_line(text)


def read_who(text: str) -> str:
    """A therapist's slug or id; '' for whoever is free."""
    named = read_name(text)
    return "" if named.lower() in ANYONE else named


def agreed(body: Mapping[str, Any], version: str) -> bool:
    """Whether the person has said yes: to the text as it is, or to this version of it."""
    said = body.get("consent")
    return said is True or (isinstance(said, str) and bool(version) and said == version)


def named_as_sent(problems: Mapping[str, str]) -> Reasons:
    """Problems of the booking form under the names that a program sent."""
    back = {ours: theirs for theirs, ours in OTHER_NAMES.items()}
    return {back.get(field, field): str(why) for field, why in problems.items()}
