"""Booking, moving and cancelling as whole steps: look, decide, write in one unit, tell. Pages and the demo share them.

A loser of a race answers from a read snapshot. Of all who see the same time free, one makes keys,
takes the writer's lock and looks once more; the others wait for that and then look again, together.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import claims, moves, said, store
from server.booking.asking import store as asking
from server.booking.asking.rules import answer_by
from server.booking.freely import decide_for
from server.booking.grouping import keeping
from server.booking.grouping.store import Place as Seat
from server.booking.holding import store as holds
from server.booking.intake import store as intake
from server.booking.links import token_of
from server.booking.orders import NOBODY, Acting, Given, Made, Order
from server.booking.paying import agreeing
from server.booking.placing import place_for, taken_elsewhere
from server.booking.rules import WINDOW, Booked, BookingCard, Reason, Refused, Wish, decide
from server.booking.said import Words, late_place, reason_place
from server.booking.store import By, NewBooking
from server.booking.where.rules import Ends
from server.booking.where.store import ends_for
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person
from server.reading import Work

__all__ = ["NOBODY", "Acting", "Given", "Made", "Order", "late_place", "reason_place"]

ROUNDS = 3
LISTENERS = ("patient", "therapist")


@dataclass(frozen=True)
class _Ids:
    booking: UUID
    public: str
    link: UUID


async def book(house: House, order: Order, by: By) -> Made | Refused:
    """Book the wish, or say why not and what is free next; at most one booking for one `once`."""
    ids = ids_of(house, order)
    found = await _look(house, order, ids.booking)
    tries = 0
    while isinstance(found, Booked) and tries < ROUNDS:
        wanted = found.units or found.therapist_id, found.starts_at
        if not await house.turns.passed(wanted):
            tries += 1
            with house.turns.take(wanted):
                if new := await write(house, order, found, ids, by):
                    return replace(await _made(house, order, new), unread=found.unread)
        found = await _look(house, order, ids.booking)
    return found if isinstance(found, Refused | Made) else Refused(Reason.TAKEN)


async def move(house: House, clinic: Clinic, card: BookingCard, wish: Wish, by: By) -> Refused | None:
    """Give the booking another time; or why not and what is free next. A booking that changed meanwhile is 'taken'."""
    ends = await ends_for(house, clinic, card, [wish.therapist_id or card.therapist_id])
    for _ in range(ROUNDS):
        to = await house.db.read(lambda db: _look_aside(db, clinic, card, wish, house.clock(), ends))
        if isinstance(to, Refused):
            return to
        if await _move_to(house, clinic, card, to, by):
            return None
    return Refused(Reason.TAKEN)


async def look_at_move(house: House, clinic: Clinic, card: BookingCard, wish: Wish) -> Refused | None:
    """What `move` would answer now; nothing is done."""
    ends = await ends_for(house, clinic, card, [wish.therapist_id or card.therapist_id])
    to = await house.db.read(lambda db: _look_aside(db, clinic, card, wish, house.clock(), ends))
    return to if isinstance(to, Refused) else None


async def _look_aside(
    db: AsyncSession, clinic: Clinic, card: BookingCard, wish: Wish, now: datetime, ends: Ends
) -> Booked | Refused:
    """What a snapshot says of another time for this booking, whose own time does not count as taken."""
    known = {service.id: service for service in await clinics.services(db, clinic.id, hidden=True)}
    hours = await clinics.hours(db, [wish.therapist_id or card.therapist_id], card.service_id)
    until = min(max(wish.start, now), now + clinic.policy.horizon) + WINDOW
    service = known[card.service_id]
    leaving, patient_id = card.appointment_id, card.patient_id
    calendar = await store.calendar(db, clinic, service, hours, until, now, leaving, ends=ends, patient_id=patient_id)
    held = await claims.held_by(db, card.appointment_id) if service.needs else None
    return decide_for(calendar, replace(wish, units=held.resources) if held else wish, now)


async def _move_to(house: House, clinic: Clinic, card: BookingCard, to: Booked, by: By) -> bool:
    now = house.clock()
    if (to.starts_at, to.therapist_id) == (card.starts_at, card.therapist_id):
        return await unit_and_nudge(house, card, lambda db: _change_room(db, clinic, card, to, now, by))

    async def work(db: AsyncSession) -> bool:
        if await taken_elsewhere(db, to) or not await moves.move(db, card, to, clinic.zone, now, by):
            return False
        note(db, entry_of(clinic, card.id, "booking.moved", by), now)
        tell_both(db, "booking.moved", card.id, card.sequence + 1, now)
        if to.therapist_id != card.therapist_id:
            told = {"booking": str(card.id), "sequence": card.sequence + 1, "therapist": str(card.therapist_id)}
            outbox.add(db, "booking.passed_on", told, now)
        return True

    return await unit_and_nudge(house, card, work)


async def _change_room(db: AsyncSession, clinic: Clinic, card: BookingCard, to: Booked, now: datetime, by: By) -> bool:
    """Another room at the same time is no news for who comes: staff see it, and nobody is written to."""
    if not await moves.change_room(db, card, to, now):
        return False
    note(db, entry_of(clinic, card.id, "booking.room_changed", by), now)
    return True


async def cancel(
    house: House, clinic: Clinic, card: BookingCard, by: By, late_reason: str = "", *, asked: bool = False
) -> bool:
    """End the booking; False when it changed since it was read. `late_reason`: why, from who cancels late; `asked`:
    staff do it because the patient asked them to, who owes then what they would owe had they done it themselves."""
    now = house.clock()
    late = await said.late(house, card, late_reason) if late_reason else None

    async def work(db: AsyncSession) -> bool:
        if not await store.cancel(db, card, now, by, late):
            return False
        detail = ({"late": True} if late else {}) | ({"asked": True} if asked else {})
        note(db, entry_of(clinic, card.id, "booking.cancelled", by, detail), now)
        tell_both(db, "booking.cancelled", card.id, card.sequence + 1, now, asked=asked)
        return True

    return await unit_and_nudge(house, card, work)


async def _look(house: House, order: Order, booking_id: UUID) -> Made | Booked | Refused:
    """What snapshots say, asked together: free or not, and whether this very form has booked already."""
    who = _sits(order)

    async def decided(db: AsyncSession) -> Booked | Refused:
        now = house.clock()
        start = min(max(order.wish.start, now), now + order.clinic.policy.horizon)
        reach, held, ends = start + WINDOW, order.held, order.ends
        known = await store.calendar(
            db, order.clinic, order.service, order.hours, reach, now, held=held, ends=ends, patient_id=who
        )
        kept = await holds.kept(db, order.held, now) if order.held else None
        if kept and kept.fits(order.service.id, order.wish):
            return decide(known, kept.kept(order.wish), kept.made_at)  # what was near enough then is so now
        return decide_for(known, order.wish, now)

    async def made(db: AsyncSession) -> tuple[BookingCard | None, UUID | None]:
        return await store.booking_for_visit(db, booking_id), await store.link_of(db, booking_id)

    hours = tuple((one, tuple(week)) for one, week in order.hours.items())
    alike = (order.clinic, order.service, hours, order.wish, order.held, tuple(order.ends.items()), who)
    found = await house.db.together.read(alike, decided)
    # After it: what this form has booked is one of the things that make its time taken.
    if not order.once or not await house.db.together.find("booked", booking_id, store.those_there):
        return found
    card, link_id = await house.db.read(made)
    if not card or not link_id:
        return found
    return Made(card, token_of(house.keys, link_id), keep_link=not mailed(house, order.person, order.acting))


def _sits(order: Order) -> UUID | None:
    """Whose places in groups count: of somebody new nobody knows any."""
    return order.person.id if order.known_patient and order.service.in_group else None


async def write(house: House, order: Order, time: Booked, ids: _Ids, by: By) -> NewBooking | None:
    """Everything in one unit; None when the time is taken by now. Keys are made before it, sealing done before it."""
    now = house.clock()
    # New for each try: who lost leaves a key behind, and nobody has it.
    patient_id, patient, words = await said.sealed(house, order, ids.booking, now)
    new = _new(house, order, time, ids, patient_id, words, now, by)
    places: list[Seat | bool] = [True]

    async def work(db: AsyncSession, *, looks: bool = True) -> bool:
        asks = looks and not order.walks_in
        held, who = order.held, _sits(order)
        place = await place_for(db, order.clinic, order.service, time, now, held, who) if asks else True
        if not place or (isinstance(place, Seat) and order.once and await store.is_there(db, new.id)):
            return False  # another node has the same form: a group has room for it twice
        if not order.walks_in and not looks:
            await claims.queue_for(db, time.resources)
        places[:] = [place]
        if order.also and not await order.also(db):
            return False
        if await taken_elsewhere(db, time):
            return False
        await _enter(db, order, new, (patient, words), place, now, by)
        return True

    # The database itself refuses a second claim, so whoever is first need not look: only who was refused does.
    looks = time.bounded or bool(order.held)
    try:
        done = await unit_and_nudge(house, new, partial(work, looks=looks))
    except claims.ClaimLost:
        if looks:
            raise
        done = await unit_and_nudge(house, new, work)
    return _placed(new, places[0]) if done else None


def _placed(new: NewBooking, place: Seat | bool) -> NewBooking:
    """As it stands now: in an appointment of its own, or in one that stood already."""
    return replace(new, appointment_id=place.appointment_id, seats=place.seats) if isinstance(place, Seat) else new


def _new(
    house: House, order: Order, time: Booked, ids: _Ids, patient_id: UUID, words: Words, now: datetime,
    by: By,
) -> NewBooking:  # fmt: skip
    until = answer_by(time.starts_at, order.clinic.policy.answer, now) if _asks(order, by) else None
    return NewBooking(
        id=ids.booking,
        public_id=ids.public,
        clinic_id=order.clinic.id,
        service_id=order.service.id,
        patient_id=patient_id,
        link_id=ids.link,
        token_hash=token_hash(token_of(house.keys, ids.link)),
        time=time,
        zone=order.clinic.zone.key,
        for_whom=order.for_whom,
        reason_sealed=words.reason,
        means=order.means,
        meeting_sealed=words.meeting,
        answers=words.answers,
        claimed=not order.walks_in,
        made_at=now,
        price=order.service.price,
        currency=order.clinic.paying.currency if order.service.price is not None else None,
        seats=order.service.seats,
        answer_by=until,
    )


async def _enter(
    db: AsyncSession, order: Order, new: NewBooking, shut: tuple[patients.Row | None, Words], place: Seat | bool,
    now: datetime, by: By,
) -> None:  # fmt: skip
    """The rows of a booking whose place is known, and what is to be done about it later."""
    clinic, until, asks = order.clinic, new.answer_by, new.answer_by is not None
    if isinstance(place, Seat):
        await keeping.take(db, place)
    if order.held:
        await holds.end(db, order.held, now)
    patient, words = shut
    if patient is not None:
        await patients.add(db, patient)
    if words.helped is not None:
        await words.helped.begin(db, clinic.id)
    await store.add(db, new, now, by, place if isinstance(place, Seat) else None)
    if new.answers:
        await intake.add(db, new.id, new.service_id, new.answers, now)
    if order.agreed:
        first, by_whom = patient is not None, order.given_by
        by_id = order.acting.helper.id if order.acting else None
        await patients.agree(
            db, clinic.id, new.patient_id, clinic.consent_version, now, new=first, given_by=by_whom, by_id=by_id
        )
    detail = {"outside": True} if order.wish.outside else {}
    note(db, entry_of(clinic, new.id, "booking.asked" if asks else "booking.made", by, detail), now)
    if until:
        await asking.ask(db, clinic.id, new.id, until)
        outbox.add(db, "booking.answer_due", {"booking": str(new.id)}, now, due_at=until)
    awaited = new.price is not None and await agreeing.agree(db, order, new, by, now, asks=asks)
    tell_both(db, "booking.asked" if asks else "booking.booked", new.id, 0, now, awaited=awaited)
    if order.walks_in:
        outbox.add(db, "booking.came_in", {"booking": str(new.id)}, now)


def _asks(order: Order, by: By) -> bool:
    asks = order.service.asks if order.asks is None else order.asks
    return asks and by.kind == "patient" and not order.walks_in


async def _made(house: House, order: Order, new: NewBooking) -> Made:
    async def work(db: AsyncSession) -> BookingCard | None:
        return await store.booking_for_visit(db, new.id)

    name = order.called.get(new.time.therapist_id)
    card = new.card(order.service, name) if name is not None else await house.db.read(work)
    assert card is not None
    return Made(card, token_of(house.keys, new.link_id), keep_link=not mailed(house, order.person, order.acting))


def mailed(house: House, person: Person, acting: Acting | None = None) -> bool:
    """Whether a mail with the link reaches this person, or who books for them."""
    return bool(person.mail or (acting and acting.mailed)) and house.mailer.sends


async def unit_and_nudge(house: House, card: BookingCard | NewBooking, work: Work[bool]) -> bool:
    """Run it; when it did something, send what is due and let open pages look again."""
    done = await house.db.unit(work)
    if done:
        house.outbox.nudge()
        await house.live.changed(f"day:{card.clinic_id}")
        await house.live.changed(f"visit:{card.public_id}")
    return done


def tell_both(
    db: AsyncSession, topic: str, booking_id: UUID, sequence: int, now: datetime, *, awaited: bool = False,
    asked: bool = False,
) -> None:  # fmt: skip
    """Patient and therapist hear of it, unless a later change overtakes it; of what has yet to be paid the patient
    alone. `asked`: by the patient, of staff."""
    more = {"asked": True} if asked else {}
    for listener in LISTENERS[:1] if awaited else LISTENERS:
        outbox.add(db, topic, {"booking": str(booking_id), "sequence": sequence, "to": listener, **more}, now)


def entry_of(
    clinic: Clinic, booking_id: UUID, action: str, by: By, detail: Mapping[str, object] | None = None
) -> Entry:
    """The line of the audit."""
    return Entry(clinic.id, action, "booking", booking_id, actor_kind=by.kind, actor_id=by.id, detail=detail or {})


def ids_of(house: House, order: Order) -> _Ids:
    """Random ids; with `once` the booking's own follows from it and from what was asked: a repeat meets the first."""
    booking = uuid4()
    if order.once:
        person, wish = order.person, order.wish
        asked = (order.once, order.clinic.id.hex, order.service.id.hex, wish.start.isoformat(), str(wish.therapist_id))
        said = (order.reason, order.means, order.meeting.number, order.acting.helper.name if order.acting else "")
        whole = "\0".join((*asked, person.name, person.mail, person.phone, *said))
        mac = hmac.digest(house.keys.secret("booking once"), whole.encode(), "sha256")
        booking = UUID(bytes=mac[:16], version=4)
    return _Ids(booking, secrets.token_hex(10), uuid4())
