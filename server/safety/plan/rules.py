"""A plan for hard hours: steps, what stands in them, whose it is, and when to look at it again. Pure.

The steps follow published research on safety planning (B. Stanley, G. K. Brown and others; `plan.json` names it). Words
and layout are our own: no form of anybody's is shown or copied. What a clinician is still to confirm stands there too.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.safety.rules import dialled

SITTING = timedelta(minutes=30)
"""Who writes a step again within this time goes on with what they wrote; later it is another version."""
NUMBER = re.compile(r"^(?P<text>.*?)[\s,;:(-]*(?P<phone>\+?\d[\d\s().\-/]*\d)\)?$")
YEAR = re.compile(r"(?:19|20)\d\d")
PATIENT, STAFF = "patient", "staff"


@dataclass(frozen=True)
class Shape:
    """The steps in their order, `people`: those whose lines may end in a number; `awaits`: what nobody confirmed."""

    order: tuple[str, ...]
    people: frozenset[str]
    review: timedelta
    awaits: tuple[str, ...]
    sources: tuple[str, ...]

    def after(self, step: str) -> str | None:
        """The step that comes after this one."""
        place = self.order.index(step) + 1
        return self.order[place] if place < len(self.order) else None


@dataclass(frozen=True)
class Entry:
    """One line of a step: what it says, and a number to call where it ends in one."""

    text: str
    phone: str = ""

    @property
    def dial(self) -> str:
        return dialled(self.phone)


@dataclass(frozen=True)
class Writing:
    """A step as somebody wrote it. `door`: patient or staff; `by`: which member of staff.

    `book`: the writings of one record; another book is that of a record which was merged into this one.
    """

    id: UUID
    book: UUID
    step: str
    number: int
    door: str
    by: UUID | None
    at: datetime
    text: str = field(repr=False)

    @property
    def lines(self) -> list[str]:
        return lines_of(self.text)


@dataclass(frozen=True)
class Choice:
    """What was chosen last: whether who treats them reads a plan made alone, when to look again, which country."""

    shared: bool = False
    review_on: date | None = None
    asked: bool = False  # a day, or none at all, was chosen
    country: str = ""


@dataclass(frozen=True)
class Plan:
    """`book` is the one that is written in; `steps`: what stands there now, by step."""

    book: UUID
    steps: Mapping[str, Writing] = field(repr=False)
    writings: Sequence[Writing] = field(default=(), repr=False)
    choice: Choice = Choice()

    @property
    def empty(self) -> bool:
        return not any(one.lines for one in self.steps.values())

    @property
    def together(self) -> bool:
        """Somebody of the clinic wrote in it: it belongs to the record."""
        return self.book in self._joint

    @property
    def _joint(self) -> set[UUID]:
        return {one.book for one in self.writings if one.door == STAFF}

    @property
    def open(self) -> bool:
        """Whether who treats the patient reads it."""
        return self.together or self.choice.shared

    @property
    def hidden(self) -> bool:
        """There is one that its patient keeps to themselves."""
        return not self.open and bool(self.writings)

    @property
    def veiled(self) -> "Plan":
        """As who treats the patient has it: nothing of what is hidden, in the book of a merged record too."""
        if self.choice.shared:
            return self
        joint = self._joint
        steps = self.steps if self.book in joint else {}
        return replace(self, steps=steps, writings=[one for one in self.writings if one.book in joint])

    @property
    def others(self) -> list[Writing]:
        """Of each other plan, which came with a record that was merged, what was written in it last."""
        return list({one.book: one for one in self.writings if one.book != self.book}.values())

    @property
    def last(self) -> datetime | None:
        """When it was written in last."""
        return max([one.at for one in self.writings], default=None)

    def text(self, step: str) -> str:
        return self.steps[step].text if step in self.steps else ""

    def number(self, step: str) -> int:
        return self.steps[step].number if step in self.steps else 0


def parse(data: Mapping[str, Any]) -> Shape:
    """The file as a value. Raises KeyError where it is no such file."""
    days = timedelta(days=data["review_days"])
    return Shape(tuple(data["order"]), frozenset(data["people"]), days, tuple(data["awaits"]), tuple(data["sources"]))


def lines_of(text: str) -> list[str]:
    """The lines that say something, without blanks around them."""
    return [line for line in (" ".join(one.split()) for one in text.splitlines()) if line]


def entries(text: str, *, people: bool) -> list[Entry]:
    """What a step lists. With `people`, digits at the end of a line are a number to call, but for a year."""
    return [_entry(line) if people else Entry(line) for line in lines_of(text)]


def lines_by_step(plan: Plan, shape: Shape) -> dict[str, list[Entry]]:
    """Step -> what it lists."""
    return {step: entries(plan.text(step), people=step in shape.people) for step in shape.order}


def _entry(line: str) -> Entry:
    plain = "".join(str(unicodedata.digit(one)) if one.isdecimal() else one for one in line)
    found = NUMBER.match(plain)
    if not found or len(dialled(found["phone"]).lstrip("+")) < 3 or YEAR.fullmatch(found["phone"]):
        return Entry(line)
    return Entry(found["text"].strip(), found["phone"])


def merged(theirs: str, mine: str, was: str) -> str:
    """Both of two texts that were written over one: all of theirs, and every line of mine that is new since `was`."""
    known = {*lines_of(was), *lines_of(theirs)}
    return "\n".join([*lines_of(theirs), *(line for line in lines_of(mine) if line not in known)])


def plan_from(own: UUID, writings: Iterable[Writing], choice: Choice) -> Plan:
    """The plan of a patient: their own book, or the one of a merged record where that was written in last."""
    every = sorted(writings, key=lambda one: (one.at, one.number))
    book = every[-1].book if every else own
    return Plan(book, newest(one for one in every if one.book == book), every, choice)


def newest(writings: Iterable[Writing]) -> dict[str, Writing]:
    found: dict[str, Writing] = {}
    for one in sorted(writings, key=lambda one: one.number):
        found[one.step] = one
    return found


def as_of(plan: Plan, writing_id: UUID) -> Plan | None:
    """The plan as it stood when this was written; None where it is not among the writings."""
    place = next((place for place, one in enumerate(plan.writings) if one.id == writing_id), None)
    if place is None:
        return None
    book = plan.writings[place].book
    then = [one for one in plan.writings[: place + 1] if one.book == book]
    return Plan(book, newest(then), then)


def continues(last: Writing | None, door: str, by: UUID | None, now: datetime) -> bool:
    """Whether who writes now goes on with their own last writing, which needs no version of its own."""
    return last is not None and (last.door, last.by) == (door, by) and now - last.at < SITTING


def review_day(last: datetime | None, choice: Choice, shape: Shape, zone: ZoneInfo) -> date | None:
    """When to look at a plan that was written in last at this time: the chosen day, else some weeks later. None: never,
    or there is none.
    """
    if last is None or choice.asked:
        return choice.review_on if last else None
    return (last + shape.review).astimezone(zone).date()
