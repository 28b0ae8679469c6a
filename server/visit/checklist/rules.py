"""What is asked at the start of a visit, what is still open, and when the visit may be signed. Pure.

Lines and words are data (lines.json, after clinical practice that each clinic confirms); nothing here delays a visit:
an open line keeps it from being signed, never from being begun or ended.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.booking.where.rules import ELSEWHERE
from server.clinic.licences.rules import Place, Verdict
from server.clinic.rules import Means
from server.safety.rules import dialled
from server.tongues import Said as Spoken
from server.visit.forms import Arrival
from server.visit.rules import Outcome, VisitFacts

NOWHERE = Place()
MET = frozenset({Outcome.ATTENDED, Outcome.ENDED_EARLY})
LICENCE = "licence"
"""The line under which is kept what was decided about a place without a licence."""


class Kind(StrEnum):
    YES_NO = "yes_no"
    SAID = "said"
    PLACE = "place"


class How(StrEnum):
    """What was done with a line. The last three decide about a place without a licence."""

    ANSWER = "answer"
    WAIVE = "waive"
    EMERGENCY = "emergency"
    PERMITTED = "permitted"
    END_KINDLY = "end_kindly"


DECISIONS = (How.EMERGENCY, How.PERMITTED, How.END_KINDLY)


@dataclass(frozen=True)
class Line:
    """One thing to ask. `yes` and `no` are said once it is answered, `known` stands before what was said."""

    key: str
    kind: Kind
    ask: str
    detail: str
    usual: str = ""
    yes: str = ""
    no: str = ""
    known: str = ""
    on: bool = True
    source: str = ""


@dataclass(frozen=True)
class Catalogue:
    """The lines as shipped."""

    version: str
    lines: Sequence[Line]
    backup: Sequence[str]


@dataclass(frozen=True)
class Setting:
    """What a clinic chose: which lines, its own words of them, what it allows without a licence, its backup plan.

    Ending kindly is always allowed. `kindly` is what the patient reads then; empty means our words. `said`: the same in
    other languages.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {"kindly": "kindly"}

    on: frozenset[str]
    words: Mapping[str, str] = field(default_factory=dict)
    allowed: frozenset[How] = frozenset(DECISIONS)
    kindly: str = ""
    backup: tuple[str, ...] = ()
    number: int = 0
    said: Spoken | None = field(default=None, hash=False)


def usual_setting(catalogue: Catalogue) -> Setting:
    """What holds until a clinic chose something else."""
    return Setting(frozenset(line.key for line in catalogue.lines if line.on), backup=tuple(catalogue.backup))


@dataclass(frozen=True)
class Reply:
    """What was said, or why a line was waived. `word` is yes or no where the line asks so."""

    how: How
    word: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    place: Place = field(default=Place(), repr=False)


@dataclass(frozen=True)
class Kept:
    """The newest of a line's rows: the how many-eth it is, and who wrote it when."""

    number: int
    reply: Reply
    by: UUID | None
    at: datetime


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WAIVED = "waived"


@dataclass(frozen=True)
class Asked:
    """A line as it stands: `said` is what the waiting room or the booking knows, `kept` what was answered."""

    line: Line
    ask: str
    said: Reply | None
    kept: Kept | None

    @property
    def state(self) -> State:
        if self.kept is None:
            return State.OPEN
        return State.WAIVED if self.kept.reply.how is How.WAIVE else State.ANSWERED

    @property
    def number(self) -> int:
        return self.kept.number if self.kept else 0

    @property
    def wants_detail(self) -> bool:
        """Whether an answer other than the usual one stands there without a word about it."""
        if self.kept is None or self.state is not State.ANSWERED or self.line.kind is not Kind.YES_NO:
            return False
        return self.kept.reply.word != self.line.usual and not self.kept.reply.text


def said_before(
    arrival: Arrival | None, phone: str = "", interpreter: str = "", where: Place = NOWHERE
) -> dict[str, Reply]:
    """Line -> what is known before anybody asks: the answers at the door, else place and number of the booking."""
    found = {}
    if arrival and (arrival.place or arrival.country):
        found["place"] = Reply(How.ANSWER, text=arrival.place, place=Place(arrival.country, arrival.region))
    elif where and where != ELSEWHERE:
        found["place"] = Reply(How.ANSWER, place=where)
    number = (arrival.number if arrival else "") or phone
    if number:
        found["number"] = Reply(How.ANSWER, text=number)
    if arrival and arrival.contact:
        found["contact"] = Reply(How.ANSWER, text=arrival.contact)
    if interpreter:
        found["third"] = Reply(How.ANSWER, "yes", interpreter)
    return found


def asked(
    catalogue: Catalogue, setting: Setting, kept: Mapping[str, Kept], said: Mapping[str, Reply], name: str
) -> list[Asked]:
    """Every line the clinic asks, in order; a line it no longer asks stays while an answer of it is there."""
    lines = [line for line in catalogue.lines if line.key in setting.on or line.key in kept]
    return [
        Asked(
            _named(line, name),
            (setting.words.get(line.key) or line.ask).replace("{name}", name),
            said.get(line.key),
            kept.get(line.key),
        )
        for line in lines
    ]


def _named(line: Line, name: str) -> Line:
    yes, no = line.yes.replace("{name}", name), line.no.replace("{name}", name)
    return Line(line.key, line.kind, line.ask, line.detail, line.usual, yes, no, line.known, line.on, line.source)


def current(key: str, kept: Mapping[str, Kept], said: Mapping[str, Reply]) -> Reply | None:
    """What holds of a line now: its answer, else what was said before. A waived line keeps what was said."""
    found = kept.get(key)
    return found.reply if found and found.reply.how is How.ANSWER else said.get(key)


def open_keys(lines: Iterable[str], kept: Collection[str]) -> list[str]:
    """Which lines nobody has answered or waived."""
    return [key for key in lines if key not in kept]


def must_decide(verdict: Verdict, place: Place, decided: Kept | None) -> bool:
    """Whether a place without a licence waits for a decision; one about another place does not count."""
    return verdict.warns and (decided is None or decided.reply.place != place)


def met(visit: VisitFacts | None, means: str) -> bool:
    """Whether both met, so that questions could be asked: let in, or by phone or in person what was noted says so."""
    if visit is None:
        return False
    return visit.admitted_at is not None or (means != Means.VIDEO and visit.outcome in MET)


class Hold(StrEnum):
    """Why a visit cannot be signed yet."""

    NOT_OVER = "not_over"
    OPEN_LINES = "open_lines"
    SIGNED = "signed"


def hold_of(noted: bool, met: bool, signed: bool, still_open: Sequence[str]) -> Hold | None:
    """What keeps a visit from being signed; None: nothing. Whom nobody met, nobody could ask."""
    if signed:
        return Hold.SIGNED
    if not noted:
        return Hold.NOT_OVER
    return Hold.OPEN_LINES if met and still_open else None


_NUMBER = re.compile(r"\+?\d[\d ()./-]{2,}\d")


def number_in(text: str) -> str:
    """The telephone number in what somebody wrote, to be dialled; '' where there is none."""
    found = _NUMBER.search(text)
    return dialled(found[0]) if found else ""


def spelled_out(steps: Iterable[str], number: str, contact: str, emergency: str) -> list[str]:
    """The backup plan with whom to call filled in."""
    values = {"{number}": number, "{contact}": contact, "{emergency}": emergency}
    return [_filled(step, values) for step in steps]


def _filled(step: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{\w+\}", lambda found: values.get(found[0]) or "(nothing named)", step)
