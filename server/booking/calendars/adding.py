"""Adding what is behind an address: an account's calendars, or one calendar. It is read before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.calendars import dav
from server.booking.calendars.forms import NAME_LENGTH, Wanted, host_of
from server.clinic import store as clinics
from server.clinic.calendars import store
from server.clinic.calendars.rules import MOST_CALENDARS, Access, Kind, Known, Trouble
from server.errors import Conflict
from server.house import House


@dataclass(frozen=True)
class Source:
    """A calendar that can be kept."""

    kind: Kind
    name: str
    access: Access


async def sources_of(house: House, wanted: Wanted) -> Sequence[Source] | Trouble:
    """What is behind an address: with a name and a password perhaps an account with several calendars."""
    access = wanted.access
    found = await dav.places(house.outside, access) if access.user and dav.is_there() else []
    if isinstance(found, Trouble):
        return found
    meant = [one for one in found if one.address.rstrip("/") == access.address.rstrip("/")] or found
    if not meant:
        return [Source(Kind.LINK, _name(wanted.name, host_of(access.address)), access)]
    typed = wanted.name if len(meant) == 1 else ""
    return [
        Source(Kind.CALDAV, _name(typed, one.name, host_of(one.address)), replace(access, address=one.address))
        for one in meant
    ]


async def add(house: House, clinic_id: UUID, therapist_id: UUID, wanted: Wanted) -> Sequence[Known] | Trouble:
    """Keep one calendar once it could be read; of several none counts until its therapist says so.

    Raises Conflict for who cannot be booked or has as many as fit.
    """
    sources = await sources_of(house, wanted)
    if isinstance(sources, Trouble):
        return sources
    ring, now = await house.keys.clinic(clinic_id), house.clock()
    paused_at = now if len(sources) > 1 else None
    room = MOST_CALENDARS - await house.db.read(lambda db: store.count(db, therapist_id))
    known: list[Known] = []
    for one in sources[: max(room, 1)]:
        row_id = uuid4()
        access = store.sealed(ring, clinic_id, row_id, one.access)
        made = Known(row_id, clinic_id, therapist_id, one.name, one.kind, wanted.whole_days, paused_at=paused_at)
        known.append(replace(made, access_sealed=access))
    await house.db.unit(lambda db: _keep(db, known, now))
    return known if paused_at else await _read(house, known[0])


async def _keep(db: AsyncSession, known: Sequence[Known], now: datetime) -> None:
    whose = known[0]
    cards = await clinics.therapists(db, whose.clinic_id, hidden=True)
    room = MOST_CALENDARS - await store.count(db, whose.therapist_id)
    if whose.therapist_id not in {card.staff_id for card in cards} or room < len(known):
        raise Conflict()
    for one in known:
        await store.add(db, one, now)


async def _read(house: House, known: Known) -> Sequence[Known] | Trouble:
    """The calendar as it was read; where it could not be, it is forgotten again."""
    await house.calendars.read_now(known.therapist_id, known.id)
    read = await house.db.read(lambda db: store.calendar_of(db, known.therapist_id, known.id))
    if read is None or not read.trouble:
        return [known]
    await house.db.unit(lambda db: store.remove(db, known.id))
    return read.trouble


def _name(*possible: str) -> str:
    return next((name for name in possible if name), "")[:NAME_LENGTH]
