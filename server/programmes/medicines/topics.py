"""Each list of medicines that a programme watches and no label gives awaits a clinician."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.programmes import store
from server.programmes.definition import Definition
from server.programmes.filed.store import offered
from server.programmes.medicines.catalogue import data, lists, watching
from server.programmes.medicines.rules import Group, Watched
from server.programmes.topics import READ


def key_of(watched: Watched) -> str:
    return f"medicines-{watched.id}"


async def is_sure(db: AsyncSession, clinic_id: UUID, watched: Watched) -> bool:
    """Whether a label gives this list, or somebody of the clinic stands up for it as it is."""
    return watched.label or await confirmed(db, clinic_id, key_of(watched), version_of(data()[watched.id]))


async def medicine_topics(asks: Asks) -> Sequence[Topic]:
    """In use where the clinic gives a programme that watches it."""
    given, _number = await store.given(asks.db, asks.clinic.id)
    known = [one.pinned.definition for one in (await offered(asks.db, asks.clinic.id)).values()]
    return [_topic(asks, one, given, known) for one in lists().values() if not one.label]


def _name(asks: Asks, group: Group) -> str:
    if group.stopped is None:
        return group.name
    return asks.gettext("%(name)s, stopped in the last %(days)s days") % {"name": group.name, "days": group.stopped}


def _topic(asks: Asks, watched: Watched, given: frozenset[str], known: Sequence[Definition]) -> Topic:
    _ = asks.gettext
    of = [one.id for one in known if watched.id in {asked.watches for _step, asked in watching(one)}]
    return Topic(
        key=key_of(watched),
        area=_("Programmes"),
        name=watched.name,
        version=version_of(data()[watched.id]),
        awaits=[_("Which medicines are on the list, by their generic names")],
        figures=[(_name(asks, group), ", ".join(group.medicines)) for group in watched.groups],
        sources=list(dict.fromkeys(group.source for group in watched.groups)),
        look=f"{READ}/{of[0]}" if of else "",
        in_use=bool(given.intersection(of)),
    )
