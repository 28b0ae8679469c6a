"""What a device held and the clinic can never keep as it is: why, and where it may still be written by hand. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from server.programmes.course import Entry, History, Key, Programme
from server.programmes.definition import Step
from server.programmes.keeping import Opened
from server.programmes.later import earliest
from server.programmes.observing.rules import placed
from server.programmes.questions import Answer, Question, Verdict
from server.programmes.recording import No, Refused, enter, passed_by

NOBODY = UUID(int=0)
MINUTE = timedelta(minutes=1)
YES_NO = {"yes": "Yes", "no": "No", "unknown": "Not known"}


class Never(StrEnum):
    """Why what was sent will be kept at no later time either. A device says `gone` and `mend` by itself."""

    OLD = "old"  # taken too long before it came
    UNREAD = "unread"  # the definition of its course cannot be read any more
    OVER = "over"  # its session was over for long, or the next one had begun
    KNOWN = "known"  # something else stands under its id
    GONE = "gone"  # the course is not there, or of somebody whom they do not treat now
    MEND = "mend"  # it is to be mended, and no form is there for it


@dataclass(frozen=True)
class Held:
    """What a device sent: the id that it made, when it was, and the form."""

    once: UUID
    at: datetime
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Unkept:
    """A reading, or a press, that somebody took off a device: of which step and when it was, why the clinic never kept
    it, its answers by question, and the reason of who took it off.
    """

    id: UUID
    course_id: UUID
    step: str
    at: datetime
    never: Never
    answers: Mapping[str, str] = field(repr=False)
    reason: str = field(repr=False)
    by: UUID
    written_at: datetime


def never_of(refused: Refused) -> Never:
    """What a refusal means for a device, which would send the same again."""
    return {No.UNREAD: Never.UNREAD, No.ALREADY: Never.KNOWN}.get(refused.why, Never.OVER)


def told_of(one: Opened, name: str, held: Held, never: Never, now: datetime) -> dict[str, Any]:
    """As JSON for the device: `never`, `what` it was, what it `said` as [question, answer] each; and where it can be
    written by hand the `key` of its step, with the `day` and the time `at` on the clock of the clinic.
    """
    programme, done = one.standing.programme, one.standing.done
    step = programme.definition.by_id.get(name)
    told: dict[str, Any] = {"never": never.value, "what": step.name if step else name}
    told["said"] = said(step.questions if step else (), answers_in(held.fields))
    found = by_hand(programme, done, step, held.at, now) if step and not programme.definition.faults else None
    if found:
        (_, session, number), at = found[0], found[1].astimezone(programme.zone)
        told |= {"key": [name, session, number], "day": at.date().isoformat(), "at": at.isoformat()[11:16]}
    return told


def by_hand(
    programme: Programme, done: History, step: Step, at: datetime, now: datetime
) -> tuple[Key, datetime] | None:  # fmt: skip
    """By what it can be written later on the page of its step, and the minute; None: on no page."""
    first, day = earliest(step, now.astimezone(programme.zone).date()), at.astimezone(programme.zone).date()
    if step.card or first is None or day < first:
        return None
    key, when = placed(programme, done, step, at)
    minute = when.replace(second=0, microsecond=0)
    if minute < done.begun.get(key.session, minute):
        minute += MINUTE
    tried = enter(programme, passed_by(done, minute), Entry(key, minute, Verdict.CLEAR, NOBODY), now)
    return None if isinstance(tried, Refused) else (key, minute)


def said(questions: Sequence[Question], answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """(question, answer) as it is read; what no question asks by its own name."""
    asked = {one.id: one for one in questions}
    return [(asked[name].text, _words(asked[name], text)) if name in asked else (name, text)
            for name, text in answers.items()]  # fmt: skip


def _words(one: Question, text: str) -> str:
    if one.answer is Answer.YES_NO:
        return YES_NO.get(text, text)
    return f"{one.options.get(text, text)} {one.unit}".strip()


def answers_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Question -> answer of a form as it was held."""
    return {name.removeprefix("q-"): text for name, text in fields.items() if name.startswith("q-") and text}
