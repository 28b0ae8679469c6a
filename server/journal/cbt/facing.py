"""Facing a step of a ladder: whose ladder it is, whether it may be faced alone, and how its steps went so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from server.booking.forms import read_uuid
from server.house import House
from server.journal.cbt.catalogue import tools
from server.journal.cbt.ladder import Gate, Run, Step, gate, steps
from server.journal.cbt.telling import OF, STEP, Told, told
from server.journal.door import Mine
from server.journal.homework import store as tasks
from server.journal.rules import Entry

LADDER, FACING = "ladder", "facing"


@dataclass(frozen=True)
class Ladder:
    """A ladder with what was done on it. `runs`: the newest first."""

    one: Told = field(repr=False)
    gate: Gate
    steps: Sequence[Step] = field(repr=False)
    runs: Sequence[Told] = field(repr=False)


async def ladder_of(mine: Mine, text: str) -> Ladder | None:
    """The patient's own ladder of this id; None for anything else."""
    own = read_uuid(text)
    entry = await mine.journal(LADDER).one(own) if own else None
    return await climbed(mine, entry) if entry else None


async def open_ladders(mine: Mine) -> list[Ladder]:
    """Those whose steps may be faced alone, the newest first."""
    found = [await climbed(mine, one) for one in reversed(await mine.journal(LADDER).own())]
    return [one for one in found if one.gate is Gate.OPEN and one.steps]


async def climbed(mine: Mine, entry: Entry) -> Ladder:
    one, given = told(tools()[LADDER], entry), await _given(mine.house, mine.patient_id)
    facing = tools()[FACING]
    found = [told(facing, run) for run in await mine.journal(FACING).own() if run.value.get(OF) == str(entry.id)]
    return Ladder(one, gate(one.said, given=given), steps(one.said, [run_of(run) for run in found]), found[::-1])


def run_of(one: Told) -> Run:
    """What an entry of a step says of it."""
    said, key = one.said, one.entry.value.get(STEP, "")
    return Run(said.get("what", ""), said.get("peak"), said.get("came_true", ""), key, one.entry.day)


async def _given(house: House, patient_id: UUID) -> bool:
    return await house.db.read(partial(tasks.given, patient_id=patient_id, tool=LADDER))
