"""Writing a corrected name and contacts, and new links in place of those that went to somebody else."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.cards import next_of
from server.booking.link_again.sending import TO_ALL
from server.booking.links import token_of
from server.booking.tables import BookingLink
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person

MOST = 400


async def seen_of(house: House, person: Person) -> str:
    """What a form keeps of the record it was made from: other after every change of it."""
    return await house.db.read(lambda db: _seen(db, person.id))


async def correct(house: House, clinic: Clinic, person: Person, seen: str, by_id: UUID, *, renew: bool) -> bool:
    """Write who this is and how they are reached; False when the record is not as it was seen.

    `renew`: no link of theirs opens anything any more, and new ones go to where they are reached from now on.
    """
    ring, key, now = await house.keys.clinic(clinic.id), await house.keys.patient(clinic.id, person.id), house.clock()
    values = patients.contacts(ring, key, person)

    async def work(db: AsyncSession) -> bool:
        if await _seen(db, person.id, locked=True) != seen:
            return False
        await patients.correct(db, clinic.id, person.id, values)
        renewed = await _renew(db, house, clinic.id, person.id, now) if renew else 0
        detail = {"patients": 1, "patient": person.id.hex, "links": renewed}
        note(db, Entry(clinic.id, "patient.corrected", "patient", person.id, "staff", by_id, detail), now)
        if renewed:
            outbox.add(db, TO_ALL, {"clinic": str(clinic.id), "patient": str(person.id)}, now)
        return True

    done = await house.db.unit(work)
    house.outbox.nudge()
    return done


async def _seen(db: AsyncSession, patient_id: UUID, *, locked: bool = False) -> str:
    blobs = await patients.contact_blobs(db, patient_id, locked=locked)
    return sha256(b"\0".join(blob or b"" for blob in blobs)).hexdigest()[:32]


async def _renew(db: AsyncSession, house: House, clinic_id: UUID, patient_id: UUID, now: datetime) -> int:
    """End the links of what lies ahead and make new ones that last as long; answers how many."""
    ahead = [card.id for card in await next_of(db, clinic_id, [patient_id], now, MOST)]
    live = select(BookingLink).where(BookingLink.booking_id.in_(ahead), BookingLink.expires_at > now)
    lasts: dict[UUID, datetime] = {}
    for link in await db.scalars(live):
        lasts[link.booking_id] = max(link.expires_at, lasts.get(link.booking_id, now))
    if not lasts:
        return 0
    ended = update(BookingLink).where(BookingLink.booking_id.in_(lasts), BookingLink.expires_at > now)
    await db.execute(ended.values(expires_at=now))
    rows = []
    for booking_id, until in lasts.items():
        link_id = uuid4()
        hashed = token_hash(token_of(house.keys, link_id))
        rows.append(
            {"id": link_id, "booking_id": booking_id, "token_hash": hashed, "expires_at": until, "made_at": now}
        )
    await db.execute(insert(BookingLink), rows)
    return len(rows)
