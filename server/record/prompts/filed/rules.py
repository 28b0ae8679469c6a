"""What a file of questions would do to those that a clinic has: which are new, which change, which are the same. Pure.

Nothing is removed by a file: what does not stand in it stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from server.record.prompts.filed.forms import Filed
from server.record.prompts.forms import MOST
from server.record.prompts.rules import Rule


class Verdict(StrEnum):
    NEW = "new"
    CHANGES = "changes"
    SAME = "same"


@dataclass(frozen=True)
class There:
    """A question as the clinic has it; `number`: of its last writing."""

    prompt_id: UUID
    number: int
    rule: Rule


@dataclass(frozen=True)
class Planned:
    """What becomes of one question of a file; `over`: what it changes, or what is the same."""

    verdict: Verdict
    rule: Rule
    over: There | None = None


@dataclass(frozen=True)
class Plan:
    """All of a file. `others`: how many of the clinic's questions it does not name; `too_many`: so many would be more
    than there can be.
    """

    planned: Sequence[Planned]
    others: int
    too_many: int

    @property
    def writes(self) -> list[Planned]:
        return [one for one in self.planned if one.verdict is not Verdict.SAME]


def plan(filed: Sequence[Filed], there: Sequence[There]) -> Plan:
    """A question is one of the clinic by its id; without one that the clinic has, if it is the very same."""
    by_id = {one.prompt_id for one in filed}
    unnamed = [one for one in there if one.prompt_id not in by_id]
    planned = [_planned(one, there, unnamed) for one in filed]
    named = {one.over.prompt_id for one in planned if one.over}
    new = sum(one.verdict is Verdict.NEW for one in planned)
    return Plan(planned, sum(one.prompt_id not in named for one in there), max(len(there) + new - MOST, 0))


def _planned(one: Filed, there: Sequence[There], unnamed: Sequence[There]) -> Planned:
    mine = next((other for other in there if other.prompt_id == one.prompt_id), None)
    same = mine or next((other for other in unnamed if other.rule == one.rule), None)
    if same and same.rule == one.rule:
        return Planned(Verdict.SAME, one.rule, same)
    return Planned(Verdict.CHANGES, one.rule, mine) if mine else Planned(Verdict.NEW, one.rule)


def written_as(one: Planned, clinic_id: UUID, seen: int, place: int) -> tuple[UUID, int]:
    """The id and the number under which it is written. Of a new one both follow from what was `seen` of the clinic, so
    that of two who take a file at one moment, on whatever node, one is refused whole.
    """
    return (one.over.prompt_id, one.over.number + 1) if one.over else (uuid5(clinic_id, f"question {seen} {place}"), 1)
