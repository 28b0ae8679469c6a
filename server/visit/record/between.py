"""What the patient of a visit works on between meetings, beside the picture: what was given, and what they share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.journal.cbt.rules import Tool
from server.journal.cbt.staff import between
from server.journal.cbt.telling import Told
from server.journal.homework.rules import Task
from server.visit.door import Knock

MOST = 3


@dataclass(frozen=True)
class BetweenBeside:
    """visit/parts/between_beside.html. `given`: each with what was written for it, where that is shared; `shared`: the
    newest other entries.
    """

    patient_id: str
    given: Sequence[tuple[Task, Tool, Told | None]] = field(repr=False)
    shared: Sequence[Told] = field(repr=False)


async def between_beside(knocked: Knock) -> BetweenBeside | None:
    """None where nothing is given and nothing shared."""
    card, today = knocked.card, knocked.now.astimezone(knocked.clinic.zone).date()
    found = await between(knocked.house, card.clinic_id, card.patient_id, today)
    given = [(task, tool, found.of(task)) for task, tool in found.waiting]
    done = {one.entry.id for _, _, one in given if one}
    shared = [one for one in found.entries if one.entry.id not in done][:MOST]
    return BetweenBeside(str(card.patient_id), given, shared) if given or shared else None
