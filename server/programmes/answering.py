"""The answers of one step as a form sends them: what was answered and when, or a reason for each field. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.digits import western
from server.patients.contacts import read_mail, read_phone
from server.patients.rules import one_line
from server.programmes.definition import Step
from server.programmes.later import WHY, WHY_BACK, earliest
from server.programmes.numbers import Odd, read_number
from server.programmes.numbers import said as said_as
from server.programmes.pressures import turned
from server.programmes.questions import Answer, Question, completed
from server.programmes.times.rules import LATELY, UNASKED
from server.reasons import readable

LONGEST = 2000
LONGEST_LINE = 200
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
DAY = timedelta(days=1)
OLDEST = 125 * 366
"""Days; nobody was born before."""
YES_NO, AGREE = frozenset({"yes", "no", "unknown"}), frozenset({"yes", "no"})


class Reason(StrEnum):
    MISSING = "missing"
    NO_NUMBER = "no_number"
    SPAN = "span"  # a number that cannot be
    TWO_NUMBERS = "two_numbers"  # 3.000 is three, or three thousand
    NOT_WHOLE = "not_whole"
    TURNED = "turned"  # a lower pressure that is not below the upper one
    NO_TIME = "no_time"
    FUTURE = "future"
    NO_DAY = "no_day"  # none of the days of which it may be written
    NO_WHY = "no_why"  # nobody says why it is written on another day
    NO_OTHERWISE = "no_otherwise"  # nobody says why what stopped stops no longer
    NO_WHY_BACK = "no_why_back"  # nor why it is written later, where the time is counted by it
    NO_DATE = "no_date"  # no day that has been
    NO_PHONE = "no_phone"
    NO_MAIL = "no_mail"
    NOT_SIGNED = "not_signed"
    OTHER_NAME = "other_name"  # it is signed with another name than the patient's, and nobody says why


@dataclass(frozen=True)
class Answered:
    """What was answered by question, and when the step was done."""

    at: datetime
    answers: Mapping[str, str] = field(repr=False)


def parse(
    step: Step, fields: Mapping[str, str], now: datetime, zone: ZoneInfo, country: str = "", counts: bool = False
) -> Answered | dict[str, Reason]:
    """Questions are sent as `q-<id>`; `at` is a time of today on the clinic's clock, or shortly after midnight of
    yesterday, and without a word now; `day` is another one (as in ISO 8601), with `later`, why it is written today.
    `country`: of phone numbers, as in ISO 3166. `counts`: the time is counted by it, so that `later` is asked for of
    today too.
    Who does not agree to every point need not sign.
    """
    reasons: dict[str, Reason] = {}
    answers = {one.id: _answer(one, fields.get(f"q-{one.id}", ""), reasons, country) for one in step.questions}
    if any(one.answer is Answer.AGREE and answers[one.id] == "no" for one in step.questions):
        reasons = {name: why for name, why in reasons.items() if why is not Reason.NOT_SIGNED}
    for one in step.questions:
        if one.only_if and answers.get(one.only_if) != "yes" and reasons.get(f"q-{one.id}") is Reason.MISSING:
            del reasons[f"q-{one.id}"]
    for name in {name for both in turned(step.questions, answers) for name in both}:
        reasons.setdefault(f"q-{name}", Reason.TURNED)
    today = now.astimezone(zone).date()
    for one in step.questions:
        if one.answer is Answer.DATE and answers[one.id] and not _has_been(answers[one.id], today):
            reasons[f"q-{one.id}"] = Reason.NO_DATE
    day = _day(step, fields.get("day", ""), today, reasons)
    at = _moment(step, fields.get("at", ""), day, now.astimezone(zone), reasons)
    said = completed(step.questions, {name: answer for name, answer in answers.items() if answer})
    if day or (counts and now - at > UNASKED):
        why = fields.get("later", "").replace("\r\n", "\n").strip()[:LONGEST]
        said[WHY if day else WHY_BACK] = why
        if not readable(why):
            reasons["later"] = Reason.NO_WHY if day else Reason.NO_WHY_BACK
    return reasons or Answered(at, said)


def _answer(one: Question, typed: str, reasons: dict[str, Reason], country: str) -> str:
    text = typed.replace("\r\n", "\n").strip()[:LONGEST]
    if one.answer is Answer.PRODUCT:
        return ""
    if one.answer is Answer.AGREE:
        return "yes" if text == "yes" else "no"
    if one.answer is Answer.NUMBER and text:
        return _number(one, text, reasons)
    if one.answer in (Answer.PHONE, Answer.MAIL) and text:
        return _contact(one, text, reasons, country)
    if one.answer is Answer.DATE:
        text = western(text)
    if one.answer in (Answer.LINE, Answer.SIGNATURE):
        text = one_line(text)[:LONGEST_LINE]
    offered = frozenset(one.options)
    known = {Answer.YES_NO: YES_NO, Answer.CHOICE: offered, Answer.PRESET: offered}.get(one.answer)
    if known is not None and text not in known:
        text = ""
    if not text and not one.optional:
        reasons[f"q-{one.id}"] = Reason.NOT_SIGNED if one.answer is Answer.SIGNATURE else Reason.MISSING
    return text


def _has_been(typed: str, today: date) -> bool:
    """Whether it is a day until today, within a long life."""
    try:
        return 0 <= (today - date.fromisoformat(typed)).days <= OLDEST and len(typed) == len("2026-03-12")
    except ValueError:
        return False


def _contact(one: Question, text: str, reasons: dict[str, Reason], country: str) -> str:
    found = read_phone(text, country) if one.answer is Answer.PHONE else read_mail(text)
    if found is None:
        reasons[f"q-{one.id}"] = Reason.NO_PHONE if one.answer is Answer.PHONE else Reason.NO_MAIL
    return found or ""


def _number(one: Question, text: str, reasons: dict[str, Reason]) -> str:
    found = read_number(text, one.span, one.counts)
    if isinstance(found, Odd):
        reasons[f"q-{one.id}"] = Reason(found.value)
        return ""
    return said_as(found)


def _day(step: Step, typed: str, today: date, reasons: dict[str, Reason]) -> date | None:
    """The earlier day that a step is written of; None: today."""
    first = earliest(step, today)
    if not typed.strip() or typed.strip() == today.isoformat():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        day = date.max
    if first is None or not first <= day < today:
        reasons["day"] = Reason.NO_DAY
        return None
    return day


def _moment(step: Step, typed: str, day: date | None, now: datetime, reasons: dict[str, Reason]) -> datetime:
    """In UTC; `now`: on the clock of the clinic."""
    found = CLOCK.fullmatch(western(typed).strip())
    if not typed.strip() and day is None:
        return now.astimezone(UTC)
    if found is None:
        reasons["at"] = Reason.NO_TIME
        return now.astimezone(UTC)
    clock = time(int(found[1]), int(found[2]))
    if day is None and (now.hour, now.minute) == (clock.hour, clock.minute):  # this very minute, not its begin
        return now.astimezone(UTC)
    at = datetime.combine(day or now.date(), clock, now.tzinfo).astimezone(UTC)
    if day is None and at > now and earliest(step, now.date()):
        before = datetime.combine(now.date() - DAY, clock, now.tzinfo).astimezone(UTC)
        at = before if now - before <= LATELY else at
    if at > now:
        reasons["at"] = Reason.FUTURE
    return at
