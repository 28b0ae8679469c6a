"""What a patient sees of money through the link of their booking: what to pay where, and the invoice."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.door import own_booking
from server.booking.paying import checkouts, hook, store
from server.booking.paying.awaiting import page_to_pay
from server.booking.paying.paper import Paper, paper_of
from server.booking.paying.payments import Away, NotOffered
from server.booking.paying.shown import Owing, owing
from server.booking.paying.ways import BY_HAND, way_of
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.paying import store as payments
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.framing import inside
from server.house import House, house_of
from server.routing import GuardedRoute, page
from server.templates import language_of, render, translations
from server.tongues import in_language

log = structlog.get_logger("payments")


@dataclass(frozen=True)
class OwnInvoice:
    """The context of booking/invoice.html."""

    paper: Paper
    back: str


@dataclass(frozen=True)
class PayPage:
    """The context of booking/pay.html. `address`: where it is paid, '' while that page is not made; `away`: whoever
    makes it gave no answer; `otherwise`: nobody makes one, and `words` of the clinic say how it is paid then."""

    card: BookingCard
    clinic: Clinic
    owing: Owing
    amount: int
    address: str
    host: str
    back: str
    away: bool
    otherwise: bool
    words: str


async def own_invoice(request: Request) -> Response:
    """`GET /visit/{public_id}/invoice`: to read, print or keep. Raises NotFound while there is none."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    invoice = await house.db.read(lambda db: store.invoice_for(db, card.id)) if card.price is not None else None
    if invoice is None:
        raise NotFound()
    language = language_of(request, clinics.brand(clinic))
    paper = await paper_of(house, clinic, card, invoice, language)
    context = OwnInvoice(paper, f"/visit/{card.public_id}")
    return render(request, "booking/invoice.html", context, brand=clinics.brand(clinic), zone=clinic.zone)


async def pay_page(request: Request) -> Response:
    """`GET /visit/{public_id}/pay`: who learns what, and the way to the provider's page; back where nothing is due."""
    card, clinic = await own_booking(request)
    return await _show(request, card, clinic)


async def pay(request: Request) -> Response:
    """`POST /visit/{public_id}/pay`: make the provider's page, or find the one there is; 503 when nobody answers, and
    how it is paid otherwise where none can be made."""
    house = house_of(request)
    card, clinic = await own_booking(request)
    language = language_of(request, clinics.brand(clinic))
    words = translations(language).gettext("Appointment")
    try:
        await page_to_pay(house, clinic, card, words, language)
    except Away:
        return await _show(request, card, clinic, away=True)
    except NotOffered as problem:
        log.warning("payment.not_offered", clinic=str(clinic.id), why=str(problem))
        return await _show(request, card, clinic, otherwise=True)
    return RedirectResponse(inside(request, f"/visit/{card.public_id}/pay"), 303)


async def _show(
    request: Request, card: BookingCard, clinic: Clinic, *, away: bool = False, otherwise: bool = False
) -> Response:
    house = house_of(request)
    back = f"/visit/{card.public_id}"
    known = await owing(house, card)
    if known is None or not known.can_pay:
        return RedirectResponse(inside(request, back), 303)
    amount = known.invoiced or known.amount
    address = await _address(house, card, amount)
    host = urlsplit(address).hostname or ""
    by_hand = otherwise or await way_of(house, clinic) is BY_HAND
    kept = await house.db.read(lambda db: payments.kept_of(db, clinic.id))
    language = language_of(request, clinics.brand(clinic))
    words = in_language(kept, language, clinic.own or language).words if by_hand else ""
    context = PayPage(card, clinic, known, amount, address, host, back, away, by_hand, words)
    status = 503 if away and not by_hand else 200
    return render(request, "booking/pay.html", context, brand=clinics.brand(clinic), status=status)


async def _address(house: House, card: BookingCard, amount: int) -> str:
    """Of the provider's page that is open now; never anything but a web address."""
    now = house.clock()

    async def work(db: AsyncSession) -> str:
        found = await checkouts.usable(db, card.id, amount, now)
        return found.address if found else ""

    address = await house.db.read(work)
    return address if urlsplit(address).scheme in {"https", "http"} else ""


routes: list[GuardedRoute] = [
    page("/visit/{public_id}/invoice", own_invoice, Action.VISIT),
    page("/visit/{public_id}/pay", pay_page, Action.VISIT),
    page("/visit/{public_id}/pay", pay, Action.VISIT, methods=("POST",)),
    *hook.routes,
]
