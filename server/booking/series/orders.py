"""What is asked of the desk of series, what it answers, and what is written of one: sealed before its unit."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from server.booking import meeting as meetings
from server.booking import said
from server.booking import store as bookings
from server.booking.links import token_of
from server.booking.meeting import Meeting
from server.booking.orders import Acting
from server.booking.rules import Booked, BookingCard
from server.booking.series.rules import Every, Wanted
from server.booking.where.rules import Ends
from server.clinic.rules import Clinic, Means, Service
from server.crypto import seal, token_hash
from server.house import House
from server.patients import store as patients
from server.patients.rules import ForWhom, Person


@dataclass(frozen=True)
class Ground:
    """What the dates are made of: the service, the hours of who gives it, and from when on who may not treat there."""

    service: Service
    hours: bookings.Hours
    ends: Ends = field(default_factory=dict)
    who: UUID | None = None  # of those the clinic knows: whose places in groups are theirs already
    held: UUID | None = None  # the form that may keep a place: it does not count as taken


@dataclass(frozen=True)
class Order:
    """What is to be booked, and for whom. `once` makes a repeat of the same form the same series; `skips`: dates that
    cannot be had are left out, as long as one can."""

    clinic: Clinic
    ground: Ground
    every: Every
    wanted: Sequence[Wanted]
    person: Person = field(repr=False)
    known_patient: bool = False
    for_whom: ForWhom = ForWhom.ME
    means: Means = Means.VIDEO
    meeting: Meeting = field(default=Meeting(), repr=False)
    acting: Acting | None = field(default=None, repr=False)  # who books for them
    once: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    agreed: bool = False  # said yes to the clinic's text with it; else they are asked when they come in
    given_by: str = "patient"  # who has said so
    skips: bool = False


@dataclass(frozen=True)
class Made:
    """The series stands; `token` opens its first booking."""

    id: UUID
    cards: Sequence[BookingCard]
    token: str = field(repr=False)
    keep_link: bool = False  # no mail carries it


@dataclass(frozen=True)
class NewDate:
    """One booking of a series; the ids were made before, because links need them."""

    number: int
    booking_id: UUID
    public_id: str
    link_id: UUID
    token_hash: bytes = field(repr=False)
    meeting_sealed: bytes | None = field(default=None, repr=False)
    reason_sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class NewSeries:
    """A series ready to be written, but for its times, which are decided within the unit; with the patient's row, None
    for one we know, and who books for them.
    """

    id: UUID
    clinic_id: UUID
    service_id: UUID
    patient_id: UUID
    every: Every
    zone: str
    for_whom: str
    means: str
    dates: Sequence[NewDate]
    price: int | None = None
    currency: str | None = None
    seats: int = 1
    patient: patients.Row | None = None
    helped: said.Helped | None = None


async def made(house: House, order: Order, now: datetime) -> NewSeries:
    """Everything of the series but its times, sealed with the patient's key. Never within a unit."""
    clinic, patient_id = order.clinic, order.person.id if order.known_patient else uuid4()
    patient, price = None, order.ground.service.price
    ring = await house.keys.clinic(clinic.id)
    if order.known_patient:
        key = await house.keys.patient(clinic.id, patient_id)
    else:
        key = await house.keys.make_patient(clinic.id, patient_id, now)
        patient = patients.sealed(ring, key, replace(order.person, id=patient_id), now)
    dates = []
    for number in range(1, len(order.wanted) + 1):  # in order of time, as the plan is; what was left out has none
        booking_id, link_id = uuid4(), uuid4()
        hashed = token_hash(token_of(house.keys, link_id))
        meeting = meetings.sealed(key, clinic.id, patient_id, booking_id, order.meeting)
        place = said.reason_place(clinic.id, patient_id, booking_id)
        reason = seal(key, order.reason, place) if order.reason else None
        dates.append(NewDate(number, booking_id, secrets.token_hex(10), link_id, hashed, meeting, reason))
    return NewSeries(
        id=id_of(house, order),
        clinic_id=clinic.id,
        service_id=order.ground.service.id,
        patient_id=patient_id,
        every=order.every,
        zone=clinic.zone.key,
        for_whom=order.for_whom,
        means=order.means,
        dates=dates,
        price=price,
        currency=clinic.paying.currency if price is not None else None,
        seats=order.ground.service.seats,
        patient=patient,
        helped=said.helped(key, ring, patient_id, order.acting, now) if order.acting else None,
    )


def without(new: NewSeries, times: Sequence[Booked | None]) -> NewSeries:
    """The series without the dates that have no time, numbered anew; both are in order of time."""
    kept = [one for one, time in zip(new.dates, times, strict=True) if time]
    return replace(new, dates=[replace(one, number=number) for number, one in enumerate(kept, 1)])


def id_of(house: House, order: Order) -> UUID:
    """Random; with `once` it follows from that and from what was asked, so that a repeat meets the first."""
    if not order.once:
        return uuid4()
    person = order.person
    asked = (order.once, order.clinic.id.hex, order.ground.service.id.hex, person.name, person.mail, person.phone)
    mac = hmac.digest(house.keys.secret("series once"), "\0".join(asked).encode(), "sha256")
    return UUID(bytes=mac[:16], version=4)
