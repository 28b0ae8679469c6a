"""What the form of a service accepts: submitted fields -> value, or a reason per field."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from server import money
from server.clinic.rules import Means, Service
from server.clinic.sheet import LINE_LENGTH, NAME_LENGTH, Answer, Fields, Reason, Sheet
from server.clinic.tongues import Longest, parse_said, said_fields
from server.money import ANY_AMOUNT, Amounts
from server.tongues import Said

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MOST_SEATS = 50
FARTHEST_CHANGE = 14 * 24
SERVICE = Longest({"name": NAME_LENGTH, "about": LINE_LENGTH}, {})


def parse_service(
    service_id: UUID,
    fields: Fields,
    currency: str = "",
    card: Amounts = ANY_AMOUNT,
    languages: Sequence[str] = (),
    said: Said | None = None,
) -> Service | Answer:
    """A kind of session; it has a price where the clinic has a currency, of an amount that goes by `card`. `said`: its
    words in other languages so far, `languages`: those that the form asks for."""
    sheet = Sheet(fields)
    service = Service(
        id=service_id,
        name=sheet.line("name"),
        about=sheet.line("about", LINE_LENGTH, needed=False),
        length=sheet.span("minutes", MINUTE, 5, 480),
        before=sheet.span("before", MINUTE, 0, 240),
        after=sheet.span("after", MINUTE, 0, 240),
        public=sheet.ticked("public"),
        hidden=sheet.ticked("hidden"),
        team=sheet.ticked("team"),
        asks=sheet.ticked("asks"),
        change_until=_own_deadline(sheet),
        seats=sheet.number("seats", 1, MOST_SEATS),
        shows_places=sheet.ticked("shows_places"),
        all_dates=sheet.ticked("all_dates"),
        means=tuple(one for one in Means if sheet.ticked(f"by_{one}")) or (Means.VIDEO,),
        price=_price(sheet, currency, card),
        said=parse_said(sheet, languages, SERVICE, said),
    )
    return sheet.answer(service)


def called_alike(service: Service, known: Sequence[Service]) -> bool:
    """Whether another one that is offered has its name: then nobody could tell which of the two they book."""
    others = (one for one in known if one.id != service.id and not one.hidden)
    return not service.hidden and any(one.name.casefold() == service.name.casefold() for one in others)


def service_fields(service: Service, currency: str = "") -> dict[str, str]:
    """The fields that `parse_service` reads back into this service."""
    return {
        **said_fields(service.said),
        "name": service.name,
        "about": service.about,
        "minutes": str(service.length // MINUTE),
        "before": str(service.before // MINUTE),
        "after": str(service.after // MINUTE),
        "public": "yes" if service.public else "",
        "hidden": "yes" if service.hidden else "",
        "team": "yes" if service.team else "",
        "asks": "yes" if service.asks else "",
        "change_until": "" if service.change_until is None else str(service.change_until // HOUR),
        "seats": str(service.seats),
        "shows_places": "yes" if service.shows_places else "",
        "all_dates": "yes" if service.all_dates else "",
        **{f"by_{one}": "yes" if one in service.means else "" for one in Means},
        "price": "" if service.price is None or not currency else money.plain(service.price, currency),
    }


def _price(sheet: Sheet, currency: str, card: Amounts) -> int | None:
    """None for an empty field: nothing is said of a price."""
    typed = sheet.fields.get("price", "").strip()
    if not typed or not currency:
        return None
    amount = money.read(typed, currency)
    if not amount:
        sheet.reasons["price"] = Reason.NOT_AN_AMOUNT
    elif amount < card.least:
        sheet.reasons["price"] = Reason.BELOW_LEAST
    elif amount % card.step:
        sheet.reasons["price"] = Reason.BETWEEN_STEPS
    return amount


def _own_deadline(sheet: Sheet) -> timedelta | None:
    """Until when this service may be changed; None for an empty field: as the clinic says."""
    typed = sheet.fields.get("change_until", "").strip()
    return sheet.span("change_until", HOUR, 0, FARTHEST_CHANGE) if typed else None
