"""The loop that reads calendars elsewhere: ask, expand, leave out what is our own, keep; and see to it that what we
write into one gets there, however long it was away.

Which calendar is due is a row's matter: whoever takes it has two minutes, so of several nodes one reads it.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as bookings
from server.booking.calendars import dav
from server.booking.calendars import store as own
from server.booking.calendars.expanding import Expander
from server.booking.calendars.writing import must_hear
from server.clinic import store as clinics
from server.clinic.calendars import store
from server.clinic.calendars.rules import (
    BEYOND,
    FAR,
    Access,
    Busy,
    Found,
    Kind,
    Known,
    Times,
    Trouble,
    again_at,
    merged,
    status_trouble,
)
from server.clinic.freed import time_freed
from server.clinic.rules import Clinic
from server.crypto import SealBroken
from server.db import Database
from server.keys import KeyStore
from server.outside import Bounds, NotReached, Outside

log = structlog.get_logger("calendars")

LOOK_SECONDS = 10.0
AT_ONCE = 4
LINK = Bounds(seconds=20, redirects=3)
STAMPS = re.compile(rb"\r?\nDTSTAMP[^\n]*")


@dataclass(frozen=True)
class Read:
    """What a calendar holds now; `busy` None: what it held before."""

    busy: Busy | None
    seen: str
    left_out: int = 0


class Reader:
    """`read_now` reads one calendar, `run` whichever are due."""

    def __init__(self, db: Database, keys: KeyStore, outside: Outside, clock: Callable[[], datetime]) -> None:
        self._db, self._keys, self._outside, self._clock = db, keys, outside, clock
        self._expander = Expander()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            if not await self.run_due():
                await asyncio.sleep(LOOK_SECONDS)

    async def run_due(self) -> int:
        """Read what is due now; returns how many calendars were taken."""
        now = self._clock()
        if not await self._db.read(lambda db: store.any_due(db, now)):
            return 0
        taken = await self._db.unit(lambda db: store.lease_due(db, now, AT_ONCE))
        await asyncio.gather(*(self._read(known) for known in taken))
        return len(taken)

    async def read_now(self, therapist_id: UUID, calendar_id: UUID) -> None:
        """Read one calendar, due or not; what came of it stands in its row."""
        known = await self._db.read(lambda db: store.calendar_of(db, therapist_id, calendar_id))
        if known is not None:
            await self._read(known)

    async def _read(self, known: Known) -> None:
        try:
            found = await self._asked(known)
        except Exception as problem:  # the boundary: one bad calendar must not stop the others
            log.warning("calendar.unread", calendar=str(known.id), kind=type(problem).__name__)
            found = Trouble.UNWELL
        now = self._clock()
        due_at = again_at(now, known.tries + 1 if isinstance(found, Trouble) else 0)

        async def work(db: AsyncSession) -> None:
            if isinstance(found, Trouble):
                await store.keep_trouble(db, known.id, found, now, due_at)
            else:
                await store.keep_read(db, known.id, found.busy, found.seen, found.left_out, now, due_at)
                if found.busy is not None:
                    time_freed(db, known.clinic_id, now)
                if known.writes:
                    await must_hear(db, await own.behind(db, known.id, known.therapist_id, now), now)

        await self._db.unit(work)

    async def _asked(self, known: Known) -> Read | Trouble:
        clinic = await self._db.read(lambda db: clinics.clinic_of(db, known.clinic_id))
        if clinic is None:
            return Trouble.GONE
        try:
            access = store.opened(await self._keys.clinic(clinic.id), known)
        except SealBroken:
            return Trouble.DENIED
        now = self._clock()
        if known.kind is Kind.CALDAV:
            body = await dav.body(self._outside, access, now, now + max(reaches(clinic)))
            if body is Trouble.TOO_BIG:
                body = await dav.body(self._outside, access, now, now + min(reaches(clinic)))
        else:
            body = await fetched(self._outside, access)
        return body if isinstance(body, Trouble) else await self._expanded(clinic, known, body, now)

    async def _expanded(self, clinic: Clinic, known: Known, body: bytes, now: datetime) -> Read | Trouble:
        """What lies from now on to the end of what staff may plan; of one that is too much, of what can be booked."""
        zone, (near, far) = clinic.zone, reaches(clinic)
        # Some servers stamp every answer with its own moment: that is no news. A new day is: the end has moved on.
        about = f"{now.date()}|{zone.key}|{near}|{far}|{known.whole_days}".encode()
        seen = sha256(about + STAMPS.sub(b"", body)).hexdigest()
        if seen == known.seen:
            return Read(None, seen, known.left_out)
        until = now + far
        found = await self._expander.read(body, zone, now, until, whole_days=known.whole_days)
        if found is Trouble.TOO_MUCH:
            until = now + near
            found = await self._expander.read(body, zone, now, until, whole_days=known.whole_days)
        if isinstance(found, Trouble):
            return found
        return Read(Busy(await self._of_others(found), now + near, until), seen, found.left_out)

    async def _of_others(self, found: Found) -> Times:
        """Taken time without that of bookings made here, which take their time by themselves."""
        asked = {UUID(uid): times for uid, times in found.by_uid.items()}
        ours = await self._db.read(lambda db: bookings.those_there(db, asked)) if asked else {}
        return merged([*found.busy, *(one for uid, times in asked.items() if uid not in ours for one in times)])


def reaches(clinic: Clinic) -> tuple[timedelta, timedelta]:
    """How far ahead anybody can book here, and how far a calendar is read if it can be."""
    near = clinic.policy.horizon + BEYOND
    return near, max(near, FAR)


async def fetched(outside: Outside, access: Access) -> bytes | Trouble:
    """The calendar that an address gives."""
    headers = {"accept": "text/calendar"}
    try:
        answer = await outside.ask("GET", access.address, headers=headers, user=access.login, bounds=LINK)
    except NotReached as refused:
        return Trouble(refused.why.value)
    return status_trouble(answer.status) or answer.body
