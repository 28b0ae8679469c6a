"""What a patient's list of medicines has of those that a programme watches, for a page; the look leaves its trace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes.course import History
from server.programmes.definition import Definition, Part
from server.programmes.medicines.catalogue import lists, watching
from server.programmes.medicines.rules import Look, Watched, look
from server.programmes.medicines.topics import is_sure, key_of
from server.programmes.questions import Question
from server.record.care.keeping import care_of
from server.record.opening import Opened


@dataclass(frozen=True)
class Seen:
    """programmes/watched.html. `awaits`: nobody of the clinic confirmed the list, which is `topic` there; `last`: when
    the session before began; `asks`: the question that is asked about them, '' where the page has it already.
    """

    watched: Watched
    look: Look = field(repr=False)
    awaits: bool
    topic: str
    last: datetime | None
    today: date
    asks: str = ""


async def seen_for(record: Opened, questions: Iterable[Question], last: datetime | None) -> dict[str, Seen]:
    """Question -> what stands beside it, for those that watch a list; nothing is opened where none does."""
    watched = {one.id: lists()[one.watches] for one in questions if one.watches in lists()}
    if not watched:
        return {}
    entries = await care_of(record.house, record.clinic.id, record.person.id)
    await record.trace("record.seen", page="care", kind="medicine")

    async def sure(db: AsyncSession) -> Mapping[str, bool]:
        return {key: await is_sure(db, record.clinic.id, one) for key, one in watched.items()}

    said, zone = await record.house.db.read(sure), record.clinic.zone
    today = record.now.astimezone(zone).date()
    return {
        key: Seen(one, look(one, entries, last, today, zone), not said[key], key_of(one), last, today)
        for key, one in watched.items()
    }


def asked_next(definition: Definition, done: History) -> Question | None:
    """The question by which the page of a course asks again before the next session: at the start of the course until
    one has begun, then before each.
    """
    asked = list(watching(definition))
    part = Part.BEFORE if done.begun else Part.START
    return next((one for step, one in asked if step.part is part), asked[0][1] if asked else None)


def last_begun(done: History, session: int = 0) -> datetime | None:
    """When the session before this one began; of none in particular, the latest."""
    return max((at for number, at in done.begun.items() if not session or number < session), default=None)
