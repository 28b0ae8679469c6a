"""From what happened to what the clinic's other systems hear: a message for each address, and its delivery.

A message holds ids and times, never who or why. It is delivered at least once: the receiver knows a repeat by its id.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as bookings
from server.booking.api.wire import status_of
from server.booking.asking.rules import Answer
from server.booking.importing.undoing import REMOVED
from server.booking.paying.shown import never_stood
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.crypto import unseal
from server.house import House
from server.interop.webhooks import store
from server.interop.webhooks.rules import TRIES, Hook, State, Told, headers
from server.interop.webhooks.wire import Telling, ToldBooking
from server.outbox import Job
from server.outside import Bounds, NotReached
from server.visit.away.store import was_undone

log = structlog.get_logger("webhooks")

BOUNDS = Bounds(seconds=10, most=64 * 1024)
TOPICS = {
    "booking.booked": Told.CREATED,
    "booking.moved": Told.MOVED,
    "booking.cancelled": Told.CANCELLED,
    "visit.arrived": Told.ARRIVED,
    "visit.ended": Told.ENDED,
}
LATER = frozenset({Told.MOVED, Told.CANCELLED})


class NotTaken(Exception):
    """The address did not take the message; the outbox tries again."""


async def spread(house: House, job: Job) -> None:
    """Write a message for every address that wants to hear of this. Bookings tell two listeners: one of them counts.

    A time that nobody confirmed or paid for yet was told of as created to nobody, and so it is moved and cancelled; and
    nobody hears of what was taken back before anybody was told.
    """
    if job.payload.get("to", "therapist") != "therapist":
        return
    event = Told.MOVED if job.payload.get("handed") else TOPICS[job.topic]  # it stood already, with somebody else
    booking_id, now = UUID(job.payload["booking"]), house.clock()

    async def asked(db: AsyncSession) -> tuple[BookingCard, str, list[Hook]] | None:
        if "away" in job.payload and await was_undone(db, UUID(job.payload["away"])):
            return None
        card = await bookings.booking_for_visit(db, booking_id)
        hooks = await store.hooks_of(db, card.clinic_id) if card else []
        wanted = [hook for hook in hooks if event in hook.events]
        untold = card is not None and wanted and event in LATER and await _untold(db, card)
        if not card or not wanted or untold:
            return None
        people = await clinics.therapists(db, card.clinic_id, hidden=True)
        return card, next(one.slug for one in people if one.staff_id == card.therapist_id), wanted

    found = await house.db.read(asked)
    if found is None:
        return
    card, slug, wanted = found
    body = body_of(event, card, slug, job)
    if await house.db.unit(lambda db: store.tell(db, wanted, event, body, job.id, now)):
        house.couriers.nudge()


async def spread_removed(house: House, job: Job) -> None:
    """What came in by a file and went again with it: cancelled, for every address that was told that it was created."""
    facts, now = job.payload, house.clock()
    clinic_id, who = UUID(facts["clinic"]), UUID(facts["therapist"])

    async def asked(db: AsyncSession) -> tuple[str, list[Hook]]:
        wanted = [hook for hook in await store.hooks_of(db, clinic_id) if Told.CANCELLED in hook.events]
        told = await store.told_of(db, clinic_id, facts["public_id"]) if wanted else frozenset()
        people = await clinics.therapists(db, clinic_id, hidden=True) if told else []
        slug = next((one.slug for one in people if one.staff_id == who), "")
        return slug, [hook for hook in wanted if hook.id in told]

    slug, wanted = await house.db.read(asked)
    booking = ToldBooking(
        id=facts["public_id"],
        service=facts["service"],
        therapist=slug,
        start=datetime.fromisoformat(facts["starts"]),
        end=datetime.fromisoformat(facts["ends"]),
        status="cancelled",
        means=facts["means"],
        sequence=facts["sequence"],
    )
    body = _written(Told.CANCELLED, booking, job)
    if wanted:
        await house.db.unit(partial(store.tell, hooks=wanted, event=Told.CANCELLED, body=body, cause=job.id, now=now))
        house.couriers.nudge()


async def _untold(db: AsyncSession, card: BookingCard) -> bool:
    if card.answer_by is not None:
        return card.answer != Answer.CONFIRMED
    return await never_stood(db, card)


def body_of(event: Told, card: BookingCard, slug: str, job: Job) -> str:
    """What is said: the booking as the API names it, its therapist by their slug. `sequence` is that of the change, the
    times those of now."""
    booking = ToldBooking(
        id=card.public_id,
        service=str(card.service_id),
        therapist=slug,
        start=card.starts_at,
        end=card.ends_at,
        status=status_of(card),
        means=card.means,
        sequence=job.payload.get("sequence", card.sequence),
    )
    return _written(event, booking, job)


def _written(event: Told, booking: ToldBooking, job: Job) -> str:
    return msgspec.json.encode(Telling(type=event.value, timestamp=job.made_at, data=booking)).decode()


async def deliver(house: House, job: Job) -> None:
    """One try. Raises NotTaken when there will be another."""
    message_id = UUID(job.payload["message"])
    found = await house.db.read(lambda db: store.to_send(db, message_id))
    if found is None:
        return
    message, url, sealed = found
    ring = await house.keys.clinic(message.clinic_id)
    secret = unseal(ring, sealed, store.secret_place(message.clinic_id, message.hook_id))
    body = message.body.encode()
    try:
        answer = await house.outside.ask(
            "POST", url, headers=headers(secret, message.id, body, house.clock()), body=body, bounds=BOUNDS
        )
        taken, why = answer.is_good, str(answer.status)
    except NotReached as problem:
        taken, why = False, problem.why.value
    state = State.TAKEN if taken else State.DEAD if job.tries >= TRIES else State.WAITING
    await house.db.unit(lambda db: store.tried(db, message.id, state, why, house.clock()))
    if not taken:
        log.warning("webhook.not_taken", message=str(message.id), why=why, tries=job.tries)
        raise NotTaken(why)


JOBS: Mapping[str, Callable[[House, Job], Awaitable[None]]] = {
    **dict.fromkeys(TOPICS, spread),
    REMOVED: spread_removed,
    store.DELIVER: deliver,
}
