"""A session whose programme has a card for an emergency, as the observation screen shows it: one press away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from server.clinic.rules import Clinic
from server.house import House
from server.programmes.definition import Definition, Step
from server.programmes.emergency import Emergency, emergency_of
from server.programmes.keeping import Opened
from server.programmes.observing.shown import Whose
from server.programmes.observing.store import Call
from server.programmes.shown import going
from server.programmes.times.rules import AFTERWARDS


@dataclass(frozen=True)
class Carded:
    """programmes/observing/carded.html: one patient. `began`: their session; `awaits`: nobody confirmed what
    its card says, see `topic`; `calls`: people who were called about the
    press, each with the name of who looks after it.
    """

    course_id: UUID
    patient_id: UUID
    name: str = field(repr=False)
    programme: str
    session: int
    total: int
    began: datetime
    emergency: Emergency
    awaits: bool
    topic: str
    calls: Sequence[tuple[Call, str]] = ()

    @property
    def base(self) -> str:
        return f"/staff/patients/{self.patient_id}/courses/{self.course_id}"


async def carded(
    house: House, clinic: Clinic, opened: Opened, whose: Whose, names: Mapping[UUID, str], now: datetime
) -> Carded | None:
    """While the session goes on; after a press until it is settled, as long as something may be written of it. None
    where the definition has no card.
    """
    done, programme = opened.standing.done, opened.standing.programme
    found = await emergency_of(house, clinic, opened, names, now)
    if found is None or not (going(done) or (found.since and now < found.since + AFTERWARDS)):
        return None
    row, session = opened.standing.loaded.row, max(done.begun)
    return Carded(
        row.id, row.patient_id, whose.name, programme.definition.name, session, programme.total, done.begun[session],
        found, whose.awaits, whose.topic,
    )  # fmt: skip


def cards(several: Iterable[Definition]) -> list[Step]:
    """The events that have a card, each of them once: what a device shows of them where there is no connection."""
    every = [step for definition in several for step in definition.steps if step.card]
    return list({(step.id, step.card): step for step in every}.values())
