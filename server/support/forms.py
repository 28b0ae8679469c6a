"""What somebody types on entering, and what the clinic sets: fields -> a value, or a reason per field. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from server.clinic.rules import DAY_MINUTES
from server.clinic.sheet import TEXT_LENGTH, Fields, Reason, Sheet
from server.clinic.tongues import Longest, parse_said, said_fields
from server.patients.contacts import read_phone
from server.patients.rules import one_line
from server.support.rules import MINUTE, Calls, Hours, Outcome, Rules, Safe, Said, Way
from server.tongues import Said as Spoken

LONGEST_NAME, LONGEST_PLACE, LONGEST_NOTE, LONGEST_ONCE = 120, 300, 2000, 64
MOST_TOPICS, LONGEST_TOPIC = 12, 60
MOST_EACH, LONGEST_HAND_OVER = 10, 120
SOONEST, LATEST, LATEST_IN_DANGER = 15, 900, 120
"""Seconds between which a step of the ladder may come; sooner than a person can answer is of no use."""


class Problem(StrEnum):
    NAME_MISSING = "name_missing"
    LONG = "long"
    PLACE_MISSING = "place_missing"
    SAFE_MISSING = "safe_missing"
    NUMBER_MISSING = "number_missing"
    NUMBER_ODD = "number_odd"


@dataclass(frozen=True)
class Entering:
    """Who comes, as they want to be called, and what they said. `once` is the form's own random word."""

    name: str = field(repr=False)
    said: Said = field(repr=False)
    once: str = field(repr=False)


Problems = dict[str, Problem]


def parse(
    fields: Mapping[str, str],
    home: str,
    countries: Collection[str],
    regions: Mapping[str, Collection[str]],
    topics: Collection[str],
) -> Entering | Problems:
    """The whole form. Nothing that somebody says of their safety keeps them out. `home`: where numbers are read."""
    problems: Problems = {}
    name = one_line(fields.get("name", ""))
    if not name or len(name) > LONGEST_NAME:
        problems["name"] = Problem.LONG if name else Problem.NAME_MISSING
    country, region = fields.get("country", ""), fields.get("region", "")
    country = country if country in countries else ""
    place = one_line(fields.get("place", ""))
    if len(place) > LONGEST_PLACE or not (place or country):
        problems["place"] = Problem.LONG if place else Problem.PLACE_MISSING
    safe = Safe(fields["safe"]) if fields.get("safe") in set(Safe) else None
    if safe is None:
        problems["safe"] = Problem.SAFE_MISSING
    topic = fields.get("topic", "")
    said = Said(
        place=place,
        country=country,
        region=region if region in regions.get(country, ()) else "",
        number=_number(fields, country or home, problems),
        topic=topic if topic in topics else "",
        safe=safe or Safe.UNSAID,
        way=_way(fields),
    )
    return problems or Entering(name, said, fields.get("once", "")[:LONGEST_ONCE])


def _way(fields: Mapping[str, str]) -> Way:
    return Way.PHONE if fields.get("way") == Way.PHONE else Way.VIDEO


def _number(fields: Mapping[str, str], country: str, problems: Problems) -> str:
    """Needed of who is to be called; by video it only helps, where the line drops."""
    typed = one_line(fields.get("number", ""))
    number = read_phone(typed, country) or ""
    if typed and not number:
        problems["number"] = Problem.NUMBER_ODD
    elif not number and _way(fields) is Way.PHONE:
        problems["number"] = Problem.NUMBER_MISSING
    return number


def parse_rules(
    fields: Fields, services: Mapping[str, UUID], languages: Sequence[str] = (), before: Spoken | None = None
) -> Rules | dict[str, Reason]:
    """The clinic's choices. `services`: value of the field -> service under which people can be met; `languages`: the
    others that its words may be in, `before`: what was written in some."""
    sheet = Sheet(fields)
    since, until = sheet.minute("from"), sheet.minute("until")
    service = sheet.choice("service", services)
    topics = tuple(dict.fromkeys(_lines(fields.get("topics", ""))))
    if len(topics) > MOST_TOPICS or any(len(one) > LONGEST_TOPIC for one in topics):
        sheet.reasons["topics"] = Reason.TOO_LONG
    return sheet.answer(
        Rules(
            in_use=sheet.ticked("in_use"),
            hours=Hours(since or 0, until if until else DAY_MINUTES),
            hand_over=sheet.span("hand_over", MINUTE, 1, LONGEST_HAND_OVER),
            capacity=sheet.number("capacity", 1, MOST_EACH),
            topics=topics,
            words=sheet.text("words"),
            said=_said(sheet, topics, languages, before),
            service=services.get(service),
            calls=_calls(sheet, "", LATEST),
            in_danger=_calls(sheet, "danger_", LATEST_IN_DANGER),
        )
    )


def _lines(text: str) -> list[str]:
    return [line for line in (one_line(one) for one in text.splitlines()) if line]


def _said(sheet: Sheet, topics: Sequence[str], languages: Sequence[str], before: Spoken | None) -> Spoken | None:
    """The words in other languages, with as many topics in each."""
    fields = dict(sheet.fields)
    for name in (f"topics_{tag}" for tag in languages):
        if lines := _lines(fields.get(name, "")):
            fields[name] = "\n".join(lines)
            if len(lines) != len(topics):
                sheet.reasons[name] = Reason.UNEVEN
            elif any(len(one) > LONGEST_TOPIC for one in lines):
                sheet.reasons[name] = Reason.TOO_LONG
    other = Sheet(fields)
    found = parse_said(other, languages, Longest({}, {"words": TEXT_LENGTH, "topics": TEXT_LENGTH}), before)
    sheet.reasons |= other.reasons
    return found


def _calls(sheet: Sheet, kind: str, latest: int) -> Calls:
    """Seconds; who leads is not called before who is on call hears it again."""
    again, lead = sheet.number(f"{kind}again", SOONEST, latest), sheet.number(f"{kind}lead", SOONEST, latest)
    if lead < again and not {f"{kind}again", f"{kind}lead"} & set(sheet.reasons):
        sheet.reasons[f"{kind}lead"] = Reason.ENDS_BEFORE
    return Calls(again, lead)


def fields_of(rules: Rules) -> dict[str, str]:
    """The fields that `parse_rules` reads back."""
    return {
        "in_use": "yes" if rules.in_use else "",
        "from": _clock(rules.hours.from_minute),
        "until": _clock(rules.hours.until_minute % DAY_MINUTES),
        "hand_over": str(rules.hand_over // timedelta(minutes=1)),
        "capacity": str(rules.capacity),
        "topics": "\n".join(rules.topics),
        "words": rules.words,
        **said_fields(rules.said),
        "service": str(rules.service or ""),
        "again": str(rules.calls.again),
        "lead": str(rules.calls.lead),
        "danger_again": str(rules.in_danger.again),
        "danger_lead": str(rules.in_danger.lead),
    }


def _clock(minute: int) -> str:
    hours, rest = divmod(minute, 60)
    return f"{hours:02}:{rest:02}"


@dataclass(frozen=True)
class Ending:
    """How somebody ends it. `follow_up`: who gets in touch the next day; None: nobody does."""

    outcome: Outcome
    note: str = field(repr=False)
    follow_up: UUID | None


class EndReason(StrEnum):
    MISSING = "missing"
    LONG = "long"


def parse_end(fields: Mapping[str, str], people: Collection[UUID]) -> Ending | EndReason:
    """The end, with somebody of `people` for the next day."""
    note = fields.get("note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        return EndReason.LONG
    if fields.get("outcome") not in set(Outcome):
        return EndReason.MISSING
    chosen = next((who for who in people if str(who) == fields.get("follow_up", "")), None)
    return Ending(Outcome(fields["outcome"]), note, chosen)
