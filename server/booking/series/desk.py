"""Booking, moving and cancelling several sessions as one step: all of it or nothing. Pages call this.

What was seen free is decided once more within the unit, after queueing for everybody and everything in it: somebody who
took one date meanwhile brings back the whole list with that one marked, and nothing is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import claims
from server.booking import store as bookings
from server.booking.desk import LISTENERS, mailed
from server.booking.holding import store as holds
from server.booking.links import token_of
from server.booking.paying.agreeing import agree_all
from server.booking.rules import Booked, BookingCard, Span
from server.booking.series import store
from server.booking.series.orders import Ground, Made, NewSeries, Order, id_of, made, without
from server.booking.series.rules import Scope, Step, Wanted, around, clashes, in_scope, plan
from server.booking.store import By
from server.booking.where.store import ends_for_all
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Policy
from server.house import House
from server.patients import store as patients

__all__ = ["Ground", "Made", "Order"]

A_DAY = timedelta(days=1)
MAIL = "booking.series"
"""The topic of the one mail about several bookings; their own topics go out too, marked, for whoever else listens."""


class _Changed(Exception):
    """One of several bookings changed meanwhile: what was written of the others is undone."""


async def look(
    house: House, clinic: Clinic, ground: Ground, wanted: Sequence[Wanted], without: Sequence[UUID] = ()
) -> list[Step]:
    """What a snapshot says of each date; nothing is done."""
    return await _look(house, _reaching(clinic, wanted, house.clock()), ground, wanted, without)


async def _look(
    house: House, clinic: Clinic, ground: Ground, wanted: Sequence[Wanted], without: Sequence[UUID]
) -> list[Step]:
    now, span = house.clock(), _span(wanted)
    known = await house.db.read(lambda db: store.around(db, clinic, ground, span, now, without, ground.who))
    return plan(known, wanted, now)


async def book(house: House, order: Order, by: By) -> Made | list[Step]:
    """Book all of it, or what of it can be had where the order skips the rest; else say of each date what stands in its
    way. At most one series for one `once`."""
    now = house.clock()
    new = await made(house, order, now)
    wide = _reaching(order.clinic, order.wanted, now)

    async def work(db: AsyncSession) -> list[Step]:
        known = await store.look(db, wide, order.ground, _span(order.wanted), now, who=order.ground.who)
        if await store.exists(db, new.id):
            return []
        steps = plan(known, order.wanted, now)
        if clashes(steps) and not (order.skips and _times(steps)):
            return steps
        await _write(db, order, without(new, [step.time for step in steps]), _times(steps), now, by)
        return []

    lost = await house.db.unit(work)
    if lost:
        return lost
    await _told(house, order.clinic)
    return await _made(house, order, new.id)


async def _write(
    db: AsyncSession, order: Order, new: NewSeries, times: Sequence[Booked], now: datetime, by: By
) -> None:
    """The rows of a series whose times are known, and what is to be done about them later."""
    clinic, ids = order.clinic, [one.booking_id for one in new.dates]
    if order.ground.held:  # before a place is taken: what it keeps may be the whole time
        await holds.end(db, order.ground.held, now)
    if new.patient is not None:
        await patients.add(db, new.patient)
    if new.helped is not None:
        await new.helped.begin(db, new.clinic_id)
    await store.add(db, new, times, now, by)
    if order.agreed:
        first, by_whom, version = new.patient is not None, order.given_by, clinic.consent_version
        by_id = order.acting.helper.id if order.acting else None
        await patients.agree(db, clinic.id, new.patient_id, version, now, new=first, given_by=by_whom, by_id=by_id)
    if new.price is not None:
        await agree_all(db, clinic, new.price, ids, now)
    _tell(db, clinic, "booked", [(one, 0) for one in ids], by, now)
    note(db, _entry(clinic, new.id, "series.made", by, len(ids)), now)


async def is_made(house: House, order: Order) -> bool:
    """Whether the series of this order's `once` stands."""
    series_id = id_of(house, order)
    return await house.db.read(lambda db: store.exists(db, series_id))


async def move(
    house: House, clinic: Clinic, cards: Sequence[BookingCard], wanted: Sequence[Wanted], by: By
) -> list[Step] | None:
    """Give these bookings of a series their other times, in the order of both; None when it is done, else of each
    what stands in its way, or an empty list when one of them changed meanwhile.
    """
    now = house.clock()
    ground = await _ground(house, clinic, cards)
    wide, moving = _moving(clinic, cards, wanted, now, by), [card.appointment_id for card in cards]
    by_number = {one.number: card for one, card in zip(wanted, cards, strict=True)}

    async def work(db: AsyncSession) -> list[Step] | None:
        known = await store.look(db, wide, ground, _span(wanted), now, moving, ground.who)
        held = await claims.held_by(db, moving[0])
        steps = plan(known, wanted, now, held.resources if held else ())
        if clashes(steps):
            return steps
        moves = [(by_number[step.number], time) for step, time in zip(steps, _times(steps), strict=True)]
        if not await store.move(db, clinic, moves, now, by):
            raise _Changed()
        _tell(db, clinic, "moved", [(card.id, card.sequence + 1) for card in cards], by, now)
        return None

    try:
        lost = await house.db.unit(work)
    except _Changed:
        return []
    if lost is None:
        await _told(house, clinic, cards)
    return lost


async def look_at_move(
    house: House, clinic: Clinic, cards: Sequence[BookingCard], wanted: Sequence[Wanted], by: By
) -> list[Step]:
    """What `move` would answer now; nothing is done."""
    moving, wide = [card.appointment_id for card in cards], _moving(clinic, cards, wanted, house.clock(), by)
    return await _look(house, wide, await _ground(house, clinic, cards), wanted, moving)


async def cancel(
    house: House, clinic: Clinic, of: BookingCard, scope: Scope, by: By, policy: Policy | None = None, *,
    asked: bool = False,
) -> int:  # fmt: skip
    """End those bookings of a series that this is about, as far as they may change; how many it were. `asked`: staff do
    it because the patient asked them to."""
    now = house.clock()
    assert of.series_id, "a booking of a series"
    series_id = of.series_id

    async def work(db: AsyncSession) -> list[BookingCard]:
        cards = in_scope(await store.bookings_of_series(db, series_id), of, scope, now, policy)
        await claims.queue_for(db, {card.therapist_id for card in cards if card.seats > 1})
        ended = [card for card in cards if await bookings.cancel(db, card, now, by)]
        _tell(db, clinic, "cancelled", [(card.id, card.sequence + 1) for card in ended], by, now, asked=asked)
        return ended

    ended = await house.db.unit(work)
    if ended:
        await _told(house, clinic, ended)
    return len(ended)


async def _ground(house: House, clinic: Clinic, cards: Sequence[BookingCard]) -> Ground:
    """The service of these bookings, also when it is offered no more, the hours of all who give them, and whose they
    are: nobody moves onto a second seat of one group."""
    who = {card.therapist_id for card in cards}

    async def work(db: AsyncSession) -> Ground:
        found = await clinics.services(db, clinic.id, hidden=True)
        service = next(one for one in found if one.id == cards[0].service_id)
        return Ground(service, await clinics.hours(db, who, service.id), who=cards[0].patient_id)

    return replace(await house.db.read(work), ends=await ends_for_all(house, clinic, cards, who))


def _reaching(clinic: Clinic, wanted: Iterable[Wanted], now: datetime) -> Clinic:
    """The clinic, planning as far ahead as these dates: a series may reach over its horizon."""
    farthest = max(one.start for one in wanted) - now + 2 * A_DAY
    policy = replace(clinic.policy, horizon=max(clinic.policy.horizon, farthest))
    return replace(clinic, policy=policy)


def _moving(clinic: Clinic, cards: Sequence[BookingCard], wanted: Sequence[Wanted], now: datetime, by: By) -> Clinic:
    """The clinic as who moves a series may plan in it: staff as far as they like, a patient no further than others
    plus two weeks after the last of their dates."""
    return around(clinic, cards, now, own=True) if by.kind == "patient" else _reaching(clinic, wanted, now)


def _span(wanted: Iterable[Wanted]) -> Span:
    """All days of these dates, since other times of a day are offered too."""
    moments = [one.start for one in wanted]
    return Span(min(moments) - A_DAY, max(moments) + 2 * A_DAY)


def _times(steps: Iterable[Step]) -> list[Booked]:
    return [step.time for step in steps if step.time]


async def _made(house: House, order: Order, series_id: UUID) -> Made:
    async def work(db: AsyncSession) -> tuple[list[BookingCard], UUID | None]:
        cards = await store.bookings_of_series(db, series_id)
        return cards, await bookings.link_of(db, cards[0].id)

    cards, link_id = await house.db.read(work)
    assert link_id, "every booking has a link"
    return Made(
        series_id, cards, token_of(house.keys, link_id), keep_link=not mailed(house, order.person, order.acting)
    )


def _tell(
    db: AsyncSession, clinic: Clinic, what: str, which: Sequence[tuple[UUID, int]], by: By, now: datetime, *,
    asked: bool = False,
) -> None:  # fmt: skip
    """One mail to each side about all of them; the topic of each goes out too, and mails nothing."""
    action = {"booked": "booking.made"}.get(what, f"booking.{what}")
    more = {"asked": True} if asked else {}
    for booking_id, sequence in which:
        note(db, Entry(clinic.id, action, "booking", booking_id, by.kind, by.id, more), now)
        for listener in LISTENERS:
            payload = {"booking": str(booking_id), "sequence": sequence, "to": listener, "told": "together"}
            outbox.add(db, f"booking.{what}", payload | more, now)
    for listener in LISTENERS if which else ():
        listed = [[str(booking_id), sequence] for booking_id, sequence in which]
        outbox.add(db, MAIL, {"what": what, "bookings": listed, "to": listener}, now)


async def _told(house: House, clinic: Clinic, cards: Iterable[BookingCard] = ()) -> None:
    house.outbox.nudge()
    await house.live.changed(f"day:{clinic.id}")
    for card in cards:
        await house.live.changed(f"visit:{card.public_id}")


def _entry(clinic: Clinic, series_id: UUID, action: str, by: By, count: int) -> Entry:
    return Entry(clinic.id, action, "series", series_id, by.kind, by.id, {"bookings": count})
