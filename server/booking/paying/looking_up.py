"""Payments that only a person can look up: begun at an account whose keys open nothing any more, and money that should
have gone back there and cannot.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.led import by_of
from server.booking.paying import checkouts, listing, store
from server.booking.paying.payments import Paid
from server.booking.paying.receiving import NotOurs, take, told
from server.booking.paying.rules import Kind, Step
from server.booking.paying.settling import noted
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.clinic.requests import clinic_id_of, entry_of
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of

HERE = "/staff/bookings/invoices"


@dataclass(frozen=True)
class LookUp:
    """One of them. `id` is what Stripe knows it by: client_reference_id of its session, and `due` of its payment."""

    id: UUID
    card: BookingCard
    name: str = field(repr=False)
    amount: int
    currency: str
    made_at: datetime


async def looked_up(request: Request) -> Response:
    """`POST .../looked-up`: staff looked at Stripe, and say whether it was paid there. Said twice, it is said once."""
    house, viewer = house_of(request), viewer_of(request)
    fields, now, by = await text_fields(request), house.clock(), by_of(viewer)
    clinic_id, which = clinic_id_of(viewer), read_uuid(fields.get("page", ""))
    if which is None or fields.get("said") not in {"paid", "unpaid"}:
        raise NotFound()

    async def work(db: AsyncSession) -> tuple[BookingCard | None, UUID | None]:
        row = await checkouts.checkout_of(db, clinic_id, which)
        if row is None:
            raise NotFound()
        booking_id, paid = row.booking_id, Paid(row.id, row.amount, row.currency, "")
        if not await checkouts.answered(db, clinic_id, which):
            return None, None
        detail = {"paid": fields["said"] == "paid"}
        note(db, entry_of(viewer, "payment.looked_up", "booking", booking_id, detail), now)
        card = await take(db, clinic_id, paid, now, by) if detail["paid"] else None
        invoice = await store.invoice_for(db, booking_id) if detail["paid"] else None
        return card, invoice.id if invoice else None

    try:
        card, invoice_id = await house.db.unit(work)
    except NotOurs:
        raise NotFound() from None
    if card:
        await told(house, card)
    return RedirectResponse(f"{HERE}/{invoice_id}?notice=kept" if invoice_id else f"{HERE}?notice=kept", 303)


async def went_otherwise(request: Request) -> Response:
    """`POST .../{invoice}/went`: what Stripe would not give back any more was given back another way."""
    house, viewer, now = house_of(request), viewer_of(request), house_of(request).clock()
    clinic_id, which = clinic_id_of(viewer), request.path_params["invoice"]

    async def work(db: AsyncSession) -> None:
        invoice = await store.invoice_of(db, clinic_id, which, locked=True)
        if invoice is None:
            raise NotFound()
        stuck = await listing.stuck(db, invoice)
        for due in [step for step in invoice.steps if step.id in stuck]:
            went = Step(uuid4(), Kind.RETURNED, due.amount, now, due.by)
            if await store.step(db, invoice.id, went, f"returned:{due.id}", by_of(viewer)):
                about: dict[str, object] = {"number": invoice.number, "amount": due.amount, "otherwise": True}
                noted(db, invoice, "invoice.returned", by_of(viewer), now, about)

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}/{which}?notice=kept", 303)


routes: list[GuardedRoute] = [
    page(f"{HERE}/looked-up", looked_up, Action.MONEY, methods=("POST",)),
    page(f"{HERE}/{{invoice:uuid}}/went", went_otherwise, Action.MONEY, methods=("POST",)),
]
