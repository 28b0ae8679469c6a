"""What is shown where something happens in a session: what to do at once, who is called, and since when it goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.house import House
from server.programmes.baseline import answers_of, before
from server.programmes.card.rules import Contacts, Line, unset
from server.programmes.card.store import contacts_of
from server.programmes.course import Key
from server.programmes.definition import Part, Step
from server.programmes.gates import shut
from server.programmes.happened import happened_at
from server.programmes.keeping import Opened
from server.programmes.rules import due_steps
from server.programmes.times.rules import AFTERWARDS
from server.safety.near import numbers_of
from server.safety.roster.rules import on_call
from server.safety.roster.store import roster_of


@dataclass(frozen=True)
class Calls:
    """Who is called, in this order: who answers for the session, what the clinic says of its own place, the emergency
    numbers of the country, who is on call, the clinic. `unset`: of what it has said nothing; `names`: of staff.
    """

    answers: str = field(repr=False)
    place: Contacts = field(repr=False)
    emergency: Sequence[str]
    on_call: Sequence[str]
    clinic: str
    names: Mapping[UUID, str] = field(repr=False)

    @property
    def unset(self) -> Sequence[Line]:
        return unset(self.place)


@dataclass(frozen=True)
class Emergency:
    """`since`: when it was pressed, as long as that is not settled; `presses`: it can be pressed now; `next`: what is
    to be written down after it; `unsure`: nobody pressed, and who wrote the form after the session does not know.
    """

    step: Step
    since: datetime | None
    presses: bool
    next: Sequence[tuple[Step, Key]]
    calls: Calls
    unsure: bool = False

    @property
    def since_ms(self) -> int | None:
        return round(self.since.timestamp() * 1000) if self.since else None


async def emergency_of(
    house: House, clinic: Clinic, opened: Opened, names: Mapping[UUID, str], now: datetime
) -> Emergency | None:
    """Of the session that goes on or is just over; None where the definition has no card, or it is neither."""
    programme, done = opened.standing.programme, opened.standing.done
    step = next((one for one in programme.definition.steps if one.card), None)
    session = max(done.begun, default=0)
    if step is None or not session:
        return None
    locks = [gate for gate in programme.definition.gates if step.id in gate.needs and gate.settled_by]
    locked = any(shut(programme.definition, done, gate) for gate in locks)
    over = done.over.get(session)
    presses = not programme.ended_at and (over is None or now < over + AFTERWARDS)
    since = _since(opened, step) if locked else None
    if since is None and not presses:
        return None
    follows = [(one.step, one.key) for one in due_steps(programme, done, now) if one.step.part is Part.HAPPENED]
    calls = await _calls(house, clinic, opened, step, session, names, now)
    return Emergency(step, since, presses, follows, calls, since is not None and _unsure(opened, step))


def _since(opened: Opened, step: Step) -> datetime | None:
    done = opened.standing.done
    sessions = {session for (name, session) in done.happened if name == step.id}
    return max((at for one in sessions if (at := happened_at(done, step.id, one))), default=None)


def _unsure(opened: Opened, step: Step) -> bool:
    """Whether the last session of which it is said has only an answer that nobody knows."""
    done = opened.standing.done
    session = max(number for name, number in done.happened if name == step.id)
    if (step.id, session) in done.newest:
        return False
    told = [(rule, done.newest.get((rule.step, session))) for rule in step.said_by]
    return "yes" not in [answers_of(opened, entry).get(rule.question) for rule, entry in told if entry]


async def _calls(
    house: House, clinic: Clinic, opened: Opened, step: Step, session: int, names: Mapping[UUID, str], now: datetime
) -> Calls:
    entry = await numbers_of(house, clinic, clinic.country)

    async def work(db: AsyncSession) -> tuple[Sequence[str], Contacts]:
        called = [names.get(who, "") for who in on_call(await roster_of(db, clinic), now)]
        return [name for name in called if name], await contacts_of(db, clinic.id)

    said = before(opened, session).get(step.card.calls, "") if step.card else ""
    called, place = await house.db.read(work)
    return Calls(said, place, [one.number for one in entry.emergency], called, clinic.phone, names)
