"""A time that is offered to who waits, given free by staff who need it: asked first, then done once.

Nobody is asked next at once, so that staff can book it; if it stays free, the list is looked at within the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.hours import floor
from server.booking.led import by_of, led_by, own_clinic
from server.booking.planner.moved import PATH
from server.booking.waitlist import store
from server.booking.waitlist.rules import Ended, Offered, Waiting
from server.booking.week import value_of
from server.clinic.practice import Practice, practice_of
from server.clinic.rules import TherapistCard
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class OfferPage:
    """The context of booking/planner/offer.html. Who it is offered to is not named: that stands on the list."""

    offer: Offered
    therapist: str
    service: str
    stands: bool
    back: str


@dataclass(frozen=True)
class _Found:
    practice: Practice
    offer: Offered
    one: Waiting
    therapist: TherapistCard

    @property
    def day(self) -> str:
        return self.offer.starts_at.astimezone(self.practice.clinic.zone).date().isoformat()

    @property
    def back(self) -> str:
        return f"{PATH}?{urlencode({'show': 'day', 'day': self.day})}"

    @property
    def booking(self) -> Mapping[str, str]:
        """What the page that books begins with."""
        start = value_of(floor(self.offer.starts_at))
        return {
            "service": str(self.one.wanted.service_id),
            "therapist": self.therapist.slug,
            "day": self.day,
            "start": start,
        }


async def offer_page(request: Request) -> Response:
    """`GET /staff/calendar/offers/{offer}` asks. Raises NotFound."""
    found = await _find(request)
    service = next((one.name for one in found.practice.services if one.id == found.one.wanted.service_id), "")
    stands = found.offer.stands(house_of(request).clock())
    context = OfferPage(found.offer, found.therapist.name, service, stands, found.back)
    return render(request, "booking/planner/offer.html", context, brand=found.practice.brand)


async def give_free(request: Request) -> Response:
    """`POST` of the same: 303 to the page that books it; to the calendar where it was answered meanwhile. Sent twice,
    it is freed once. Raises NotFound."""
    house, found, by = house_of(request), await _find(request), by_of(viewer_of(request))
    now, clinic = house.clock(), found.practice.clinic

    async def work(db: AsyncSession) -> bool:
        if not found.offer.stands(now) or not await store.end_offer(db, found.offer, Ended.FREED, now):
            return False
        note(db, Entry(clinic.id, "waitlist.offer_freed", "wait", found.one.id, by.kind, by.id), now)
        return True

    if not await house.db.unit(work) and found.offer.ended is not Ended.FREED:
        return RedirectResponse(f"{found.back}&notice=not-changed", 303)
    await house.live.changed(f"day:{clinic.id}")
    return RedirectResponse(f"/staff/bookings/new?{urlencode(found.booking)}", 303)


async def _find(request: Request) -> _Found:
    """The offer of this address, for who may see whose time it is. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    clinic, only = await own_clinic(house, viewer), led_by(viewer)

    async def work(db: AsyncSession) -> _Found | None:
        offer = await store.offer_of(db, request.path_params["offer"])
        one = await store.by_id(db, offer.wait_id) if offer else None
        practice = await practice_of(db, clinic.id)
        if offer is None or one is None or practice is None or one.clinic_id != clinic.id:
            return None
        who = next((card for card in practice.therapists if card.staff_id == offer.therapist_id), None)
        return _Found(practice, offer, one, who) if who and only in {None, who.staff_id} else None

    found = await house.db.read(work)
    if found is None:
        raise NotFound()
    return found


routes: list[GuardedRoute] = [
    page(PATH + "/offers/{offer:uuid}", offer_page, Action.BOOKINGS, name="calendar_offer"),
    page(PATH + "/offers/{offer:uuid}", give_free, Action.BOOKINGS, methods=("POST",), name="free_calendar_offer"),
]
