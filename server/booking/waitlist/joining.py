"""Joining the list, saying yes or no to a time, and leaving: whole steps, each safe to repeat."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import claims, desk
from server.booking import meeting as meetings
from server.booking.acting.booking import may_agree, through
from server.booking.catalogue import for_public
from server.booking.desk import Made, Order
from server.booking.meeting import Meeting, meeting_of
from server.booking.rules import Reason, Refused, Wish
from server.booking.said import Helped, helped
from server.booking.store import By
from server.booking.waitlist import store
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.offering import look_again
from server.booking.waitlist.rules import WAITS, WAITS_OF_ONE, Ended, Left, Offered, Waiting, Wanted
from server.booking.where.rules import ends_of
from server.booking.where.store import held_by
from server.clinic.practice import practice_of
from server.clinic.rules import Clinic, Means, Service
from server.crypto import Keyring, token_hash
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person

JOINED = "waitlist.joined"


@dataclass(frozen=True)
class Joined:
    token: str = field(repr=False)


def token_of(house: House, wait_id: UUID) -> str:
    """The token of this place in the line; made anew from its id, and only its hash is stored."""
    mac = hmac.digest(house.keys.secret("waiting list"), wait_id.bytes, "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


async def join(
    house: House,
    clinic: Clinic,
    said: Joining,
    service_id: UUID,
    therapist_id: UUID | None,
    language: str,
    zone: ZoneInfo,
) -> Joined | None:
    """Stand at the end of the line; None for who waits often enough here. The same form again is the same place."""
    now = house.clock()
    wait_id = _id_of(house, clinic.id, said)
    token = token_of(house, wait_id)
    if await house.db.read(lambda db: store.by_id(db, wait_id)):
        return Joined(token)
    writer = Person(uuid4(), said.name, said.contact.mail, said.contact.phone, language=language, zone=zone.key)
    entry = await _entry(house, clinic, said, writer, now)
    wanted = Wanted(service_id, therapist_id, zone, said.days, said.parts, said.last)
    meeting = meetings.sealed(entry.key, clinic.id, writer.id, wait_id, Meeting(said.number, said.where), WAITS)
    waiting = Waiting(
        wait_id, clinic.id, writer.id, wanted, now, means=said.means, for_whom=said.for_whom, meeting_sealed=meeting
    )

    async def work(db: AsyncSession) -> bool:
        await claims.queue_for(db, [wait_id])  # the same form pressed twice comes one after the other
        if await store.by_id(db, wait_id):
            return True
        if await store.waits_of(db, clinic.id, entry.contact) >= WAITS_OF_ONE:
            return False
        await entry.write(db, clinic, now)
        await store.add(db, waiting, token_hash(token), entry.contact)
        note(db, Entry(clinic.id, "waitlist.joined", "wait", wait_id, "patient", writer.id), now)
        outbox.add(db, JOINED, {"wait": str(wait_id)}, now)
        await look_again(db, clinic.id, now)
        return True

    done = await house.db.unit(work)
    house.outbox.nudge()
    return Joined(token) if done else None


@dataclass(frozen=True)
class _Entry:
    """The record of who waits, ready to be written, with who writes for them and whose yes it is. `contact`: by which
    those of one writer are counted.
    """

    row: patients.Row
    key: Keyring
    contact: bytes
    helped: Helped | None
    given_by: str | None

    async def write(self, db: AsyncSession, clinic: Clinic, now: datetime) -> None:
        await patients.add(db, self.row)
        if self.helped:
            await self.helped.begin(db, clinic.id)
        if self.given_by:
            by_id = self.helped.helper.id if self.helped else None
            version = clinic.consent_version
            await patients.agree(db, clinic.id, self.row.id, version, now, given_by=self.given_by, by_id=by_id)


async def _entry(house: House, clinic: Clinic, said: Joining, writer: Person, now: datetime) -> _Entry:
    key = await house.keys.make_patient(clinic.id, writer.id, now)
    ring = await house.keys.clinic(clinic.id)
    row = patients.sealed(ring, key, writer, now)
    contact = row.mail_index or row.phone_index or b""
    if said.patient is None:
        return _Entry(row, key, contact, None, "patient")
    person, acting = through(writer, said.for_whom, said.patient)
    given_by = acting.helper.kind.value if await may_agree(house, clinic, acting) else None
    row = patients.sealed(ring, key, person, now)
    return _Entry(row, key, contact, helped(key, ring, writer.id, acting, now), given_by)


async def take(house: House, one: Waiting, offer: Offered) -> Made | Refused:
    """Book the time that is offered, as long as it is; sent twice, it is one booking."""
    practice = await house.db.read(lambda db: practice_of(db, one.clinic_id))
    people = await patients.people(house.db, house.keys, one.clinic_id, [one.patient_id])
    person = people.get(one.patient_id)
    service = for_public(practice).service(one.wanted.service_id) if practice else None
    if practice is None or person is None or service is None:
        return Refused(Reason.NOT_OFFERED)

    async def accepted(db: AsyncSession) -> bool:
        now = house.clock()
        return await store.end_offer(db, offer, Ended.TAKEN, now) and await store.end(db, one.id, Left.TAKEN, now)

    meeting = await meeting_of(house, one, WAITS)
    means = _means(service, one.means, meeting.number or person.phone)
    held = await house.db.read(lambda db: held_by(db, practice.clinic, [offer.therapist_id]))
    order = Order(
        clinic=practice.clinic,
        service=service,
        hours={offer.therapist_id: practice.week(offer.therapist_id, service.id)},
        wish=Wish(offer.starts_at, offer.therapist_id),
        person=person,
        known_patient=True,
        for_whom=one.for_whom,
        means=means,
        meeting=replace(meeting, number=(meeting.number or person.phone) if means is Means.PHONE else ""),
        ends=ends_of(held, meeting.where or None, practice.clinic.zone),
        once=f"offer {offer.id}",
        agreed=False,
        held=offer.id,
        also=accepted,
    )
    return await desk.book(house, order, By("patient", one.patient_id))


def _means(service: Service, wanted: Means | None, number: str) -> Means:
    """As they wished, as long as the service is given so; by phone only who can be called."""
    able = [one for one in service.means if one is not Means.PHONE or number]
    return wanted if wanted in able else next(iter(able), service.means[0])


async def say_no(house: House, one: Waiting, offer: Offered) -> bool:
    """Not this time; they wait on, and the next in line is asked."""
    return await _end(house, one, offer, None)


async def leave(house: House, one: Waiting, by: By, how: Left = Left.LEFT) -> bool:
    """Off the list; what is offered to them goes to the next."""
    offer = await house.db.read(lambda db: store.offer_of(db, one.offer_id))
    return await _end(house, one, offer, how, by)


async def come_back(house: House, one: Waiting) -> bool:
    """Who was taken off by the clock waits again, last in line."""
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        if not await store.come_back(db, one.id, now):
            return False
        note(db, Entry(one.clinic_id, "waitlist.back", "wait", one.id, "patient", one.patient_id), now)
        await look_again(db, one.clinic_id, now)
        return True

    done = await house.db.unit(work)
    house.outbox.nudge()
    return done


async def _end(house: House, one: Waiting, offer: Offered | None, how: Left | None, by: By | None = None) -> bool:
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        freed = offer is not None and await store.end_offer(db, offer, Ended.LEFT if how else Ended.PASSED, now)
        gone = how is not None and await store.end(db, one.id, how, now)
        if gone and by:
            note(db, Entry(one.clinic_id, f"waitlist.{how}", "wait", one.id, by.kind, by.id), now)
        if freed:
            await look_again(db, one.clinic_id, now)
        return freed or gone

    done = await house.db.unit(work)
    house.outbox.nudge()
    return done


def _id_of(house: House, clinic_id: UUID, said: Joining) -> UUID:
    """Random; with the form's own word it follows from that and from what was written: a repeat meets the first."""
    if not said.once:
        return uuid4()
    patient = said.patient.name if said.patient else ""
    whole = "\0".join((said.once, clinic_id.hex, said.name, said.contact.mail, said.contact.phone, patient))
    return UUID(bytes=hmac.digest(house.keys.secret("waiting once"), whole.encode(), "sha256")[:16], version=4)
