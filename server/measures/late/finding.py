"""An answer to what nothing asks any more: the visit is over, the booking was cancelled, the course has ended, another
booking had it answered first, or the clinic asks it no more. What a page may show is one thing; what was answered is
taken all the same, since it may speak of danger.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.rules import BookingCard
from server.house import House
from server.measures import store
from server.measures.occasion import Occasion
from server.measures.rules import Instrument
from server.measures.schedule import AFTER, AHEAD
from server.measures.sheets import Sheet, key_of, opened

Fits = Callable[[Instrument], bool]
"""Whether an answer can be one to this version of a measure."""


async def sheet_for(
    house: House,
    of: Occasion,
    key: str,
    asked: Iterable[Sheet],
    at: datetime,
    fits: Fits,
    shown: UUID | None = None,
) -> Sheet | None:
    """Where an answer of then goes: to what is `asked`, else to what was. In the version that its page has `shown`; of
    a page that does not say so in another one of the same measure, where the answer fits that alone. The first one
    known where it fits none, None where there is none.
    """
    known = [one for one in asked if one.key == key]
    same = next((one for one in known if one.version_id == shown), None)
    fit = same or next((one for one in known if fits(one.instrument)), None)
    if fit or any(one.row for one in known):
        found: Sheet | None = fit or known[0]
    else:
        found = await _unasked(house, of, key, at, fits) or next(iter(known), None)
    if found is None or found.version_id == shown or (shown is None and fits(found.instrument)):
        return found
    return await _as_shown(house, of, found, shown, fits)


async def _as_shown(house: House, of: Occasion, found: Sheet, shown: UUID | None, fits: Fits) -> Sheet:
    """The same in another version: the one that was shown, else the newest that an answer fits."""
    kept = await house.db.read(lambda db: store.versions_of(db, of.clinic_id, key=found.key))
    if version := kept.get(shown) if shown else None:
        return replace(found, instrument=version.instrument, version_id=version.id)
    if fits(found.instrument):
        return found
    fit = next((one for one in reversed(kept.values()) if fits(one.instrument)), None)
    return replace(found, instrument=fit.instrument, version_id=fit.id) if fit else found


async def _unasked(house: House, of: Occasion, key: str, at: datetime, fits: Fits) -> Sheet | None:
    row, versions, blobs = await house.db.read(lambda db: _load(db, of, key, at))
    if row:
        given = opened(await key_of(house, of) if blobs else None, of, row, {row.id: blobs})
        return Sheet(
            key, next(one.instrument for one in versions if one.id == row.version_id), row.version_id, row, given
        )
    if not isinstance(of, BookingCard) or not versions:
        return None
    first = next((one for one in versions if fits(one.instrument)), versions[0])
    return Sheet(key, first.instrument, first.id)


async def _load(
    db: AsyncSession, of: Occasion, key: str, at: datetime
) -> tuple[store.Row | None, Sequence[store.Version], dict[str, store.SealedAnswer]]:
    """The row that this was asked by, the versions of it that the clinic has, the one it would ask now first, and what
    was answered.
    """
    row = _row(of, [one for one in await store.measures_of(db, of.patient_id) if one.key == key], at)
    asks = {rule.version_id for rule in (await store.setting_of(db, of.clinic_id)).rules}
    kept = (await store.versions_of(db, of.clinic_id, key=key)).values()
    mine = sorted(kept, key=lambda one: (one.id in asks, one.at), reverse=True)
    blobs = (await store.answers_of(db, [row.id]))[row.id] if row else {}
    return row, mine, blobs


def _row(of: Occasion, rows: Sequence[store.Row], at: datetime) -> store.Row | None:
    """Its own; of what a patient is asked alone what stood with its booking, or else what was asked last by then."""
    alone = [one for one in rows if one.alone]
    if not isinstance(of, BookingCard):
        return next(reversed([one for one in alone if one.asked_at <= at] or alone), None)
    own = [one for one in rows if one.booking_id == of.id and one.entered_by is None]
    return next(reversed(own or [one for one in alone if _stood(one, of.starts_at - AHEAD)]), None)


def _stood(row: store.Row, near: datetime) -> bool:
    over = row.finished_at or row.withdrawn_at
    return over is None or over + AFTER > near
