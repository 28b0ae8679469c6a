"""A time that is kept for a payment: opening the page of it, and freeing the time when nobody pays.

Whoever comes first, the payment or the end of the waiting, the other finds that out: both change the same row.
"""

from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.store import note
from server.booking import desk
from server.booking import store as bookings
from server.booking.cards import booking_for_visit
from server.booking.paying import checkouts, store
from server.booking.paying.agreeing import LAPSE
from server.booking.paying.closing import Found, load, shut, stands_unpaid
from server.booking.paying.payments import Away, Back, Due, KeysRefused
from server.booking.paying.rules import AFTER_ANSWER, Charge, Ending, Kind, State, Step
from server.booking.paying.settling import RETURN, close_pages, noted
from server.booking.paying.shown import to_pay
from server.booking.paying.ways import first_that_knows, way_of, ways_of
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.paying.extra import stripe_is_there
from server.clinic.paying.rules import Way
from server.clinic.rules import Clinic
from server.house import House
from server.outbox import Job

CLOCK, PROVIDER = By("clock"), By("provider")
PATIENCE = 3
"""After so many tries a time is freed although nobody could be asked whether it was paid; a payment goes back then."""


async def page_to_pay(house: House, clinic: Clinic, card: BookingCard, words: str, language: str) -> bool:
    """Make a page on which the booking can be paid; False where there is nothing to pay. Raises Away and NotOffered."""
    now = house.clock()

    async def begin(db: AsyncSession) -> tuple[checkouts.Begun, Charge, int] | None:
        charge, amount = await _due(db, card.id)
        return (await checkouts.begin(db, charge, amount, now), charge, amount) if charge and amount else None

    begun = await house.db.unit(begin)
    if begun is None:
        return False
    page, charge, amount = begun
    if page.made:
        return True
    way = await way_of(house, clinic)
    back = f"{house.settings.base_url}/visit/{card.public_id}"
    due = Due(page.id, clinic.id, amount, charge.currency, words, back, page.expires_at, language)
    try:
        opened = await way.open_page(due)
    except KeysRefused:
        await stands_unpaid(house, card.id, refused=True)
        raise

    async def keep(db: AsyncSession) -> None:
        await checkouts.opened(db, page.id, opened)
        _charge, still = await _due(db, card.id)
        await close_pages(db, card.id, still, now)  # it was cancelled or paid while the page was made

    await house.db.unit(keep)
    return True


async def _due(db: AsyncSession, booking_id: UUID) -> tuple[Charge | None, int]:
    """What can be paid of a booking at this moment, in a unit that holds its charge from here on."""
    charge = await store.charge_of(db, booking_id, locked=True)
    card = await booking_for_visit(db, booking_id) if charge else None
    if charge is None or card is None or (card.cancelled_at is not None and charge.owed is None):
        return charge, 0
    return charge, to_pay(charge, await store.invoice_for(db, booking_id))


async def lapse(house: House, job: Job) -> None:
    """At the end of the waiting: ask once more whether it was paid, and free the time if it was not."""
    booking_id = UUID(job.payload["booking"])
    found = await house.db.read(lambda db: load(db, booking_id))
    if found is None or not _is_over(house, found.charge):
        return
    if await stands_unpaid(house, booking_id):
        return
    try:
        if await _was_paid(house, found):
            return
    except KeysRefused:
        await stands_unpaid(house, booking_id, refused=True)
        return
    except Away:
        if job.tries < PATIENCE:
            raise
    if await desk.unit_and_nudge(house, found.card, lambda db: _free(db, house, booking_id)):
        house.couriers.nudge()


def _is_over(house: House, charge: Charge) -> bool:
    return charge.state is State.AWAITING and charge.pay_by is not None and charge.pay_by <= house.clock()


async def _was_paid(house: House, found: Found) -> bool:
    """Close every page of it; whether one of them was paid before."""
    sessions = await house.db.read(lambda db: checkouts.sessions_of(db, found.card.id))
    return await shut(house, found, sessions)


async def _free(db: AsyncSession, house: House, booking_id: UUID) -> bool:
    """In a unit: nobody pays for it any more, and the time is free for others."""
    now = house.clock()
    charge = await store.charge_of(db, booking_id, locked=True)
    if charge is None or not _is_over(house, charge):
        return False
    card = await booking_for_visit(db, booking_id)
    if card is None or not await store.change(db, booking_id, [State.AWAITING], State.LAPSED):
        return False
    await store.settle(db, booking_id, Ending.NOTHING, 0, now)
    if card.cancelled_at is not None:
        return True
    if not await bookings.cancel(db, card, now, CLOCK):
        raise Away("it changed in this moment")
    clinic = await clinics.clinic_of(db, card.clinic_id)
    assert clinic, "the clinic of a booking stays"
    note(db, desk.entry_of(clinic, booking_id, "booking.unpaid", CLOCK), now)
    # Of a time that nobody confirmed or moved the therapist never heard: only whoever keeps calendars and lines does.
    unheard = {"quiet": True} if card.sequence == 0 else {}
    for listener in desk.LISTENERS:
        quiet: Mapping[str, object] = unheard if listener == "therapist" else {"unpaid": True}
        about = {"booking": str(booking_id), "sequence": card.sequence + 1, "to": listener}
        outbox.add(db, "booking.cancelled", {**about, **quiet}, now)
    return True


async def confirmed(house: House, job: Job) -> None:
    """The clinic confirmed a time that is paid before the visit: from now on it waits for the payment."""
    now, booking_id = house.clock(), UUID(job.payload["booking"])
    if job.payload.get("to") == "therapist" or not stripe_is_there():
        return
    found = await house.db.read(lambda db: load(db, booking_id))
    if found is None or not _waits_now(found):
        return
    pay_by = min(now + max(found.clinic.paying.within, AFTER_ANSWER), found.card.starts_at)

    async def work(db: AsyncSession) -> None:
        if await store.change(db, booking_id, [State.OPEN], State.AWAITING, pay_by):
            outbox.add(db, LAPSE, {"booking": str(booking_id)}, now, due_at=pay_by)

    await house.db.unit(work)


async def moved(house: House, job: Job) -> None:
    """A time that waits for its payment is another one now: it is paid before it begins, however long that was."""
    now, booking_id = house.clock(), UUID(job.payload["booking"])
    if job.payload.get("to") == "therapist":
        return
    found = await house.db.read(lambda db: load(db, booking_id))
    if found is None or not found.charge.pay_by or found.charge.pay_by <= found.card.starts_at:
        return
    pay_by = found.card.starts_at

    async def work(db: AsyncSession) -> None:
        if await store.change(db, booking_id, [State.AWAITING], State.AWAITING, pay_by):
            outbox.add(db, LAPSE, {"booking": str(booking_id)}, now, due_at=pay_by)

    await house.db.unit(work)


def _waits_now(found: Found) -> bool:
    charge, card = found.charge, found.card
    asked = charge.way is Way.STRIPE and charge.state is State.OPEN and charge.owed is None
    return asked and card.answer == "confirmed" and card.cancelled_at is None


async def send_back(house: House, job: Job) -> None:
    """Let money go back, once. Raises what another try may mend, until the outbox gives up and says so."""
    step_id, clinic_id = UUID(job.payload["step"]), UUID(job.payload["clinic"])

    async def look(db: AsyncSession) -> tuple[Back, Clinic] | None:
        step, clinic = await checkouts.step_of(db, step_id), await clinics.clinic_of(db, clinic_id)
        invoice = await store.invoice_of(db, clinic_id, step.invoice_id) if step else None
        if step is None or clinic is None or invoice is None:
            return None
        if await store.has_step(db, invoice.id, f"returned:{step_id}"):
            return None
        return Back(step_id, step.moved_by, step.amount, invoice.currency), clinic

    found = await house.db.read(look)
    if found is None:
        return
    back, clinic = found
    moved_by = await first_that_knows(await ways_of(house, clinic), lambda way: way.give_back(back))
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        step = await checkouts.step_of(db, step_id)
        invoice = await store.invoice_of(db, clinic_id, step.invoice_id, locked=True) if step else None
        assert invoice, "steps and invoices stay"
        went = Step(uuid4(), Kind.RETURNED, back.amount, now, moved_by)
        if await store.step(db, invoice.id, went, f"returned:{step_id}", PROVIDER):
            noted(db, invoice, "invoice.returned", PROVIDER, now, {"number": invoice.number, "amount": back.amount})

    await house.db.unit(work)


JOBS = {LAPSE: lapse, RETURN: send_back, "booking.booked": confirmed, "booking.moved": moved}
