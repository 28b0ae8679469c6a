"""What a patient sees of money through the link of their booking."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.door import own_booking
from server.booking.paying import store
from server.booking.paying.paper import Paper, paper_of
from server.clinic import store as clinics
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page
from server.templates import render


@dataclass(frozen=True)
class OwnInvoice:
    """The context of booking/invoice.html."""

    paper: Paper
    back: str


async def own_invoice(request: Request) -> Response:
    """`GET /visit/{public_id}/invoice`: to read, print or keep. Raises NotFound while there is none."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    invoice = await house.db.read(lambda db: store.invoice_for(db, card.id)) if card.price is not None else None
    if invoice is None:
        raise NotFound()
    context = OwnInvoice(await paper_of(house, clinic, card, invoice), f"/visit/{card.public_id}")
    return render(request, "booking/invoice.html", context, brand=clinics.brand(clinic), zone=clinic.zone)


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/invoice", own_invoice, Action.VISIT),
]
