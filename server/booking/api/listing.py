"""The bookings of a clinic, page after page, for a program that shows its key: times and ids, never who comes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, Subject, may
from server.booking import store
from server.booking.api import wire
from server.booking.api.addresses import clinic_slug
from server.booking.api.forms import Odd, Reasons, read_moment
from server.booking.deadlines import change_until
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import house_of
from server.problems import answer, problem
from server.routing import GuardedRoute, page, viewer_of

MOST, USUAL = 200, 50


@dataclass(frozen=True)
class Asked:
    """Bookings that start in a span, after the last one of the page before."""

    from_at: datetime | None
    until_at: datetime | None
    after: tuple[datetime, UUID] | None
    limit: int


async def api_bookings(request: Request) -> Response:
    """`GET /api/v1/clinics/{clinic}/bookings?from=&to=&limit=&cursor=`: by start, cancelled ones too."""
    house, slug = house_of(request), clinic_slug(request)
    clinic = await house.db.read(lambda db: clinics.find_clinic(db, slug))
    if clinic is None or not may(viewer_of(request), Action.API_LIST, Subject(clinic.id)):
        raise NotFound()
    asked = _asked(request, clinic)
    if not isinstance(asked, Asked):
        return problem(422, "fields", asked)

    async def work(db: AsyncSession) -> tuple[list[BookingCard], dict[UUID, str]]:
        cards = await store.bookings_after(db, clinic.id, asked.from_at, asked.until_at, asked.after, asked.limit + 1)
        people = await clinics.therapists(db, clinic.id, hidden=True)
        return cards, {card.staff_id: card.slug for card in people}

    cards, slugs = await house.db.read(work)
    shown = cards[: asked.limit]
    more = cursor_of(shown[-1]) if len(cards) > asked.limit else None
    return answer(wire.Bookings(bookings=[_view(clinic, card, slugs) for card in shown], next=more))


def _asked(request: Request, clinic: Clinic) -> Asked | Reasons:
    query = request.query_params
    odd: Reasons = {}
    ends: dict[str, datetime | None] = {}
    for name in ("from", "to"):
        ends[name] = read_moment(query[name], clinic.zone, whole_day=name == "to") if query.get(name) else None
        if query.get(name) and ends[name] is None:
            odd[name] = Odd.NOT_A_MOMENT
    after = read_cursor(query.get("cursor", ""))
    if query.get("cursor") and after is None:
        odd["cursor"] = Odd.NOT_A_CURSOR
    limit = query.get("limit", str(USUAL))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 5 and 1 <= int(limit) <= MOST):
        odd["limit"] = Odd.OUT_OF_RANGE
    return odd or Asked(ends["from"], ends["to"], after, int(limit))


def cursor_of(card: BookingCard) -> str:
    """Where the next page begins: after this booking. Opaque to who reads it."""
    return urlsafe_b64encode(f"{card.starts_at.isoformat()}|{card.id.hex}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """The start and id of the booking after which a page begins."""
    try:
        at, _, last = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        start, booking_id = datetime.fromisoformat(at), UUID(last)
    except ValueError:  # of base64, UTF-8, a moment or an id
        return None
    return (start, booking_id) if start.tzinfo else None


def _view(clinic: Clinic, card: BookingCard, slugs: dict[UUID, str]) -> wire.Booking:
    return wire.Booking(
        id=card.public_id,
        service=str(card.service_id),
        therapist=slugs[card.therapist_id],
        start=card.starts_at,
        end=card.ends_at,
        status=wire.status_of(card),
        means=card.means,
        sequence=card.sequence,
        change_until=change_until(card, clinic.policy),
        price=wire.price_of(card.price, card.currency),
    )


routes: list[GuardedRoute] = [page("/api/v1/clinics/{clinic}/bookings", api_bookings, Action.API_LIST)]
