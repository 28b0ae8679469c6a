"""What the patient's own page says of money; nothing is asked of a booking without a price."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.paying import store
from server.booking.paying.rules import Charge, Standing, State
from server.booking.paying.store import Invoice
from server.booking.rules import BookingCard
from server.clinic.paying.extra import stripe_is_there
from server.clinic.paying.rules import Refunds, Way
from server.house import House


@dataclass(frozen=True)
class Owing:
    """`way` of the booking, and '' where nobody here asks for the money. `pay_by`: until when its time is kept unpaid.
    `number` of its invoice; `standing`: how that stands; `back`: what went back of it, or is about to."""

    amount: int
    currency: str
    way: str = ""
    refunds: Refunds = field(default_factory=Refunds)
    can_pay: bool = False
    pay_by: datetime | None = None
    lapsed: bool = False
    number: int | None = None
    invoiced: int = 0
    standing: str = ""
    back: int = 0


async def owing(house: House, card: BookingCard) -> Owing | None:
    """The price of a booking as it was when it was made, and how it stands."""
    if card.price is None or card.currency is None:
        return None

    async def work(db: AsyncSession) -> tuple[Charge | None, Invoice | None]:
        charge = await store.charge_of(db, card.id)
        return charge, await store.invoice_for(db, card.id) if charge else None

    charge, invoice = await house.db.read(work)
    return owing_of(card.price, card.currency, charge, invoice, cancelled=card.cancelled_at is not None)


def owing_of(price: int, currency: str, charge: Charge | None, invoice: Invoice | None, *, cancelled: bool) -> Owing:
    """The same from what is known of it."""
    if charge is None:
        return Owing(price, currency)
    settled = charge.owed is not None
    return Owing(
        price,
        currency,
        charge.way,
        charge.refunds,
        can_pay=to_pay(charge, invoice) > 0 and (settled or not cancelled),
        pay_by=charge.pay_by if charge.state is State.AWAITING else None,
        lapsed=charge.state is State.LAPSED,
        number=invoice.number if invoice else None,
        invoiced=invoice.amount if invoice else 0,
        standing=invoice.standing.value if invoice else "",
        back=invoice.leaving if invoice else 0,
    )


def to_pay(charge: Charge, invoice: Invoice | None) -> int:
    """What can be paid on a page now; nothing of what moves by hand, was paid, lapsed or does not hold any more."""
    if charge.way is not Way.STRIPE or charge.state not in {State.AWAITING, State.OPEN} or not stripe_is_there():
        return 0
    if invoice and invoice.standing is not Standing.OPEN:
        return 0
    return charge.amount if charge.owed is None else charge.owed


async def never_stood(db: AsyncSession, card: BookingCard) -> bool:
    """Whether nobody but who booked ever heard of it: it waits, or waited in vain, for its payment."""
    if card.price is None or card.answer_by is not None:
        return False
    charge = await store.charge_of(db, card.id)
    return charge is not None and charge.state in {State.AWAITING, State.LAPSED}


async def kept_unpaid_until(db: AsyncSession, card: BookingCard) -> datetime | None:
    """Until when the time of a booking is kept for a payment; None where it does not wait for one."""
    charge = await store.charge_of(db, card.id) if card.price is not None else None
    return charge.pay_by if charge and charge.state is State.AWAITING else None
