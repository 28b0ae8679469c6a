"""Keeping a time as a whole step: look, decide, write in one unit. Who keeps it is known by the form's own word.

No cookie: the page carries a signed token. A form keeps one time, and choosing another lets the first one go.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.grouping.keeping import keep_place
from server.booking.grouping.store import Place
from server.booking.holding import store
from server.booking.holding.rules import Kept, NotKept, may_keep
from server.booking.placing import place_for, taken_elsewhere
from server.booking.rules import WINDOW, Booked, Reason, Refused, Wish, decide
from server.booking.store import Hours, calendar
from server.booking.where.rules import Ends
from server.clinic.rules import Clinic, Service
from server.house import House

ROUNDS = 3


@dataclass(frozen=True)
class Choice:
    """What is to be kept, and for which form; `address` is a keyed hash."""

    clinic: Clinic
    service: Service
    hours: Hours
    wish: Wish
    form_id: UUID
    address: bytes
    ends: Ends = field(default_factory=dict)


def form_id_of(house: House, clinic_id: UUID, once: str) -> UUID:
    """The id that a form's own random word has at this clinic."""
    return UUID(bytes=_mac(house, "form", clinic_id.hex, once)[:16], version=4)


def address_of(house: House, clinic_id: UUID, key: str) -> bytes:
    """What is remembered of a network address."""
    return _mac(house, "address", clinic_id.hex, key)[:16]


def token_of(house: House, clinic_id: UUID, form_id: UUID) -> str:
    """What the page carries: the form's id, signed."""
    mac = urlsafe_b64encode(_mac(house, "token", clinic_id.hex, form_id.hex)).decode().rstrip("=")
    return f"{form_id.hex}.{mac}"


def read_token(house: House, clinic: Clinic, fields: Mapping[str, str]) -> UUID | None:
    """The form whose token these fields carry, as long as we signed it and the clinic keeps times."""
    text = fields.get("held", "")
    if not text or not clinic.policy.hold:
        return None
    try:
        form_id = UUID(hex=text.partition(".")[0])
    except ValueError:
        return None
    return form_id if hmac.compare_digest(token_of(house, clinic.id, form_id).encode(), text.encode()) else None


async def keep(house: House, choice: Choice) -> Kept | Refused | NotKept:
    """Keep the wish for this form, or say why not; the same wish again is kept no longer than before."""
    if not choice.clinic.policy.hold:
        return NotKept.OFF
    for _ in range(ROUNDS):
        found = await house.db.read(lambda db: _look(db, house, choice))
        if not isinstance(found, Booked):
            return found
        kept = await _write(house, choice, found)
        if kept is not None:
            return kept
    return Refused(Reason.TAKEN)


async def _look(db: AsyncSession, house: House, choice: Choice) -> Kept | Booked | Refused:
    now, clinic, wish = house.clock(), choice.clinic, choice.wish
    already = await store.kept(db, choice.form_id, now)
    if already and already.fits(choice.service.id, wish):
        return already
    start = min(max(wish.start, now), now + clinic.policy.horizon)
    reach = start + WINDOW
    known = await calendar(db, clinic, choice.service, choice.hours, reach, now, held=choice.form_id, ends=choice.ends)
    return decide(known, wish, now)


async def _write(house: House, choice: Choice, time: Booked) -> Kept | NotKept | None:
    """None when somebody was faster."""
    now, clinic, service, form_id = house.clock(), choice.clinic, choice.service, choice.form_id
    new = Kept(form_id, service.id, time.therapist_id, time.starts_at, now, now + clinic.policy.hold)

    async def work(db: AsyncSession) -> Kept | NotKept | None:
        # In line for the clinic first, so that two who keep times of two therapists are counted one after the other,
        # and then for whoever's time is let go as well.
        await claims.queue_for(db, {clinic.id})
        before = await store.kept(db, form_id, now)
        await claims.queue_for(db, {*time.resources, before.therapist_id if before else time.therapist_id})
        place = await place_for(db, clinic, service, time, now, form_id)
        if not place or await taken_elsewhere(db, time):
            return None
        if not may_keep(await store.counts(db, clinic.id, choice.address, form_id, now)):
            return NotKept.ENOUGH
        await store.end(db, form_id, now)
        if service.in_group:
            seat = place if isinstance(place, Place) else None
            await keep_place(db, clinic, service, time, seat, form_id, new.until, now)
        else:
            await claims.hold(db, clinic.id, time.resources, time.claim, form_id, new.until)
        await store.keep(db, clinic.id, choice.address, new)
        return new

    return await house.db.unit(work)


def _mac(house: House, *parts: str) -> bytes:
    return hmac.digest(house.keys.secret("time kept"), "\0".join(parts).encode(), "sha256")
