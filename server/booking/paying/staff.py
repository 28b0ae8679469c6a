"""The clinic's money as front desk and admins see it: a list, one invoice, and what they write down by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import money
from server.access import Action, Subject, may
from server.audit.store import note
from server.booking import store as bookings
from server.booking.cards import bookings_named
from server.booking.led import by_of, own_clinic
from server.booking.paying import by_hand, checkouts, listing, store
from server.booking.paying.by_hand import rest_of
from server.booking.paying.looking_up import LookUp
from server.booking.paying.paper import Paper, paper_of
from server.booking.paying.rules import Ending, Kind, Voiding, came_by
from server.booking.paying.settling import send_again, visit_over
from server.booking.paying.store import Invoice
from server.booking.requests import text_fields
from server.booking.rules import BookingCard
from server.clinic.requests import clinic_id_of, entry_of
from server.clinic.rules import Clinic
from server.csv_out import written
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HERE = "/staff/bookings/invoices"


@dataclass(frozen=True)
class Line:
    """An invoice in the list; a person whose key was destroyed has no name."""

    invoice: Invoice
    card: BookingCard
    name: str = field(repr=False)


@dataclass(frozen=True)
class MoneyPage:
    """The context of booking/staff_money.html. `unsettled`: sessions of which nobody said what became of them;
    `look_ups`: payments that only a look at Stripe can tell of."""

    clinic: Clinic
    look_ups: Sequence[LookUp] = field(repr=False)
    unsettled: Sequence[tuple[BookingCard, str]] = field(repr=False)
    going_back: Sequence[Line] = field(repr=False)
    open_ones: Sequence[Line] = field(repr=False)
    issued: Sequence[Line] = field(repr=False)
    month: date
    earlier: str
    later: str
    csv: str


@dataclass(frozen=True)
class InvoicePage:
    """The context of booking/staff_invoice.html. `rest`: what came and did not go back, as a field holds it."""

    paper: Paper
    card: BookingCard
    by_hand: bool
    rest: str
    voidings: Sequence[str]
    reason: str  # '' or which field cannot stand
    once: str
    stuck: bool  # what should go back did not, and nothing tries any more


async def money_page(request: Request) -> Response:
    """`GET /staff/bookings/invoices?month=2026-03`: what is open, whenever it was written, and what a month brought."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    now = house.clock()
    today = now.astimezone(clinic.zone).date().replace(day=1)
    month = min(read_month(request.query_params.get("month", "")) or today, today)

    async def work(db: AsyncSession) -> tuple[list[list[Invoice]], Sequence[UUID]]:
        found = [await listing.going_back(db, clinic.id), await listing.open_ones(db, clinic.id)]
        found.append(await listing.issued_between(db, clinic.id, *span_of(month, clinic)))
        return found, await listing.unsettled(db, clinic.id, now)

    found, over = await house.db.read(work)
    pages = await house.db.read(lambda db: checkouts.to_look_up(db, clinic.id))
    named = {*over, *(one.booking_id for row in found for one in row), *(one.booking_id for one in pages)}
    cards = await house.db.read(lambda db: bookings_named(db, named))
    names = await names_of(house, clinic, cards.values())
    await _seen(request, len({card.patient_id for card in cards.values()}), "invoices.seen")
    lines = [[Line(one, cards[one.booking_id], names.get(one.booking_id, "")) for one in row] for row in found]
    going, unpaid, issued = lines
    after = next_month(month)
    context = MoneyPage(
        clinic=clinic,
        look_ups=[
            LookUp(one.id, cards[one.booking_id], names.get(one.booking_id, ""), one.amount, one.currency, one.made_at)
            for one in pages
        ],
        unsettled=[(cards[one], names.get(one, "")) for one in over],
        going_back=going,
        open_ones=unpaid,
        issued=issued,
        month=month,
        earlier=f"{HERE}?month={before_month(month).isoformat()[:7]}",
        later=f"{HERE}?month={after.isoformat()[:7]}" if after <= today else "",
        csv=f"{HERE}/table.csv?month={month.isoformat()[:7]}",
    )
    return render(request, "booking/staff_money.html", context)


async def money_table(request: Request) -> Response:
    """`GET /staff/bookings/invoices/table.csv?month=`: the invoices of a month for a program that keeps books."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    month = read_month(request.query_params.get("month", "")) or house.clock().astimezone(clinic.zone).date()
    span = span_of(month.replace(day=1), clinic)
    found = await house.db.read(lambda db: listing.issued_between(db, clinic.id, *span))
    cards = await house.db.read(lambda db: bookings_named(db, {one.booking_id for one in found}))
    names = await names_of(house, clinic, cards.values())
    await _seen(request, len({card.patient_id for card in cards.values()}), "invoices.taken_out")
    head = ("number", "issued", "name", "session", "for", "currency", "amount", "standing", "paid", "given_back")
    rows = [_row(one, cards[one.booking_id], names.get(one.booking_id, ""), clinic) for one in found]
    disposition = f'attachment; filename="invoices-{month.isoformat()[:7]}.csv"'
    return Response(written([head, *rows]), media_type="text/csv", headers={"content-disposition": disposition})


def _row(one: Invoice, card: BookingCard, name: str, clinic: Clinic) -> Sequence[object]:
    issued, starts = (at.astimezone(clinic.zone).replace(tzinfo=None) for at in (one.issued_at, card.starts_at))
    amounts = [
        money.plain(amount, one.currency) for amount in (one.amount, one.total(Kind.PAID), one.total(Kind.RETURNED))
    ]
    about = (one.number, issued.date(), name, starts.isoformat(" ", "minutes"), one.why.value, one.currency)
    return (*about, amounts[0], one.standing.value, *amounts[1:])


async def invoice_page(request: Request) -> Response:
    """`GET /staff/bookings/invoices/{invoice}`: the paper as the patient sees it, and what can be done about it."""
    paper, card = await _own(request)
    await _seen(request, 1, "invoice.seen")
    return await _show(request, paper, card)


async def mark_paid(request: Request) -> Response:
    """`POST /staff/bookings/invoices/{invoice}/paid`: the whole amount came. Sent twice, it came once."""
    return await _write(request, by_hand.paid)


async def void(request: Request) -> Response:
    """`POST /staff/bookings/invoices/{invoice}/void`: an open one does not hold any more, and why."""
    fields = await text_fields(request)
    paper, card = await _own(request)
    if fields.get("reason") not in list(Voiding):
        return await _show(request, paper, card, "reason")
    return await _write(request, by_hand.voided(Voiding(fields["reason"])))


async def give_some_back(request: Request) -> Response:
    """`POST /staff/bookings/invoices/{invoice}/back`: so much goes back, by the way it came or else by hand."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await text_fields(request)
    paper, card = await _own(request)
    amount = money.read(fields.get("amount", ""), paper.invoice.currency)
    if not amount or amount > rest_of(paper.invoice):
        return await _show(request, paper, card, "amount")
    once, now, by = fields.get("once", "")[:64], house.clock(), by_of(viewer)
    which, clinic_id = paper.invoice.id, clinic_id_of(viewer)
    if await house.db.unit(lambda db: by_hand.give(db, clinic_id, which, amount, once, now, by)):
        house.couriers.nudge()
    return RedirectResponse(f"{HERE}/{paper.invoice.id}?notice=kept", 303)


async def try_again(request: Request) -> Response:
    """`POST /staff/bookings/invoices/{invoice}/again`: what did not go back is tried once more; it goes once."""
    house, viewer = house_of(request), viewer_of(request)
    paper, _card = await _own(request)

    async def work(db: AsyncSession) -> None:
        for step_id in await listing.stuck(db, paper.invoice):
            send_again(db, paper.invoice, step_id, house.clock())
            detail = {"number": paper.invoice.number}
            note(
                db, entry_of(viewer, "invoice.return_again", "booking", paper.invoice.booking_id, detail), house.clock()
            )

    await house.db.unit(work)
    house.couriers.nudge()
    return RedirectResponse(f"{HERE}/{paper.invoice.id}?notice=kept", 303)


async def say_ending(request: Request) -> Response:
    """`POST /staff/bookings/invoices/sessions/{public_id}`: they met, or nobody came; the invoice follows at once."""
    house, viewer = house_of(request), viewer_of(request)
    ending = (await text_fields(request)).get("ending", "")
    card = await house.db.read(lambda db: bookings.booking_for_visit(db, request.path_params["public_id"]))
    if card is None or not may(viewer, Action.MONEY, Subject(card.clinic_id)):
        raise NotFound()
    if ending in {Ending.MET, Ending.MISSED} and card.ends_at <= house.clock():
        said, now = Ending(ending), house.clock()
        await house.db.unit(lambda db: visit_over(db, card, said, now, by_of(viewer)))
        house.couriers.nudge()
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def _write(request: Request, wanted: by_hand.Wanted) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id, now, which = clinic_id_of(viewer), house.clock(), request.path_params["invoice"]
    if await house.db.unit(lambda db: by_hand.write(db, clinic_id, which, wanted, now, by_of(viewer))):
        house.couriers.nudge()
    return RedirectResponse(f"{HERE}/{which}?notice=kept", 303)


async def _own(request: Request) -> tuple[Paper, BookingCard]:
    """The invoice of this address. Raises NotFound for one of another clinic."""
    house, viewer, which = house_of(request), viewer_of(request), request.path_params["invoice"]
    clinic = await own_clinic(house, viewer)
    invoice = await house.db.read(lambda db: store.invoice_of(db, clinic.id, which))
    if invoice is None or not may(viewer, Action.MONEY, Subject(invoice.clinic_id)):
        raise NotFound()
    card = (await house.db.read(lambda db: bookings_named(db, [invoice.booking_id])))[invoice.booking_id]
    return await paper_of(house, clinic, card, invoice, clinic.own), card


async def _show(request: Request, paper: Paper, card: BookingCard, reason: str = "") -> Response:
    invoice = paper.invoice
    stuck = bool(await house_of(request).db.read(lambda db: listing.stuck(db, invoice)))
    rest = money.plain(rest_of(invoice), invoice.currency)
    context = InvoicePage(paper, card, not came_by(invoice.steps), rest, list(Voiding), reason, uuid4().hex, stuck)
    return render(request, "booking/staff_invoice.html", context, status=422 if reason else 200)


async def names_of(house: House, clinic: Clinic, cards: Iterable[BookingCard]) -> Mapping[UUID, str]:
    """Booking -> who comes; all keys in one query."""
    every = list(cards)
    people = await patients.people(house.db, house.keys, clinic.id, {card.patient_id for card in every})
    return {card.id: people[card.patient_id].name for card in every if card.patient_id in people}


async def _seen(request: Request, people: int, action: str) -> None:
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> None:
        note(db, entry_of(viewer, action, "clinic", clinic_id_of(viewer), {"patients": people}), house.clock())

    await house.db.unit(work)


def read_month(text: str) -> date | None:
    """The first day of '2026-03'."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def before_month(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def span_of(month: date, clinic: Clinic) -> tuple[datetime, datetime]:
    """A month on the clinic's clock."""
    return tuple(datetime.combine(day, time(), clinic.zone) for day in (month, next_month(month)))  # type: ignore[return-value]


routes: list[GuardedRoute] = [
    page(HERE, money_page, Action.MONEY),
    page(f"{HERE}/table.csv", money_table, Action.MONEY),
    page(f"{HERE}/sessions/{{public_id}}", say_ending, Action.MONEY, methods=("POST",)),
    page(f"{HERE}/{{invoice:uuid}}", invoice_page, Action.MONEY, name="invoice_for_staff"),
    page(f"{HERE}/{{invoice:uuid}}/paid", mark_paid, Action.MONEY, methods=("POST",)),
    page(f"{HERE}/{{invoice:uuid}}/void", void, Action.MONEY, methods=("POST",)),
    page(f"{HERE}/{{invoice:uuid}}/again", try_again, Action.MONEY, methods=("POST",)),
    page(f"{HERE}/{{invoice:uuid}}/back", give_some_back, Action.MONEY, methods=("POST",)),
]
