"""A patient's home: what comes next and its one step, what is due, what was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.rules import BookingCard
from server.calm.offline import worker_for
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import SignInNeeded
from server.home.me.theirs import Due, Theirs, people_of
from server.home.space.entering import HOME
from server.house import house_of
from server.moments import Speaker, known_zone
from server.packed import pack
from server.patients.rules import called
from server.patients.space.cards import Asks
from server.patients.space.door import Open, own_space
from server.routing import GuardedRoute, page
from server.templates import language_of, render, translations
from server.visit import store as visits
from server.visit.rules import VisitFacts
from server.visit.scenes import Scene, view_of

INSIDE = frozenset({Scene.OPEN, Scene.WAITING, Scene.IN_SESSION, Scene.ON_HOLD, Scene.STEPPED_AWAY, Scene.STEPPED_OUT})


@dataclass(frozen=True)
class Next:
    """The visit that comes first: whose it is, and whether its door is open now."""

    card: BookingCard
    whose: Theirs
    open: bool
    off: timedelta
    therapist_first: str


@dataclass(frozen=True)
class HomePage:
    """space/home.html. `asked`: questions that are the next step, where no time is booked; `confirmed`: a code of the
    clinic said whose space it is; `whose`: the space, on a device of their own, which keeps questions that are due;
    `calm_worker` keeps the exercises there.
    """

    people: Sequence[Theirs] = field(repr=False)
    next: Next | None
    asked: Due | None
    confirmed: bool
    book: str
    phone: str
    whose: str
    calm_worker: str


async def home_page(request: Request) -> Response:
    """`GET /me`."""
    house, space = house_of(request), await own_space(request)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None:
        raise SignInNeeded()
    brand = clinics.brand(clinic)
    language, zone = language_of(request, brand), zone_here(request, clinic)
    say, translate = Speaker(zone, language, house.clock()), translations(language).gettext
    people = await people_of(house, space, Asks(house, space, space.id, say, translate))
    coming = await _next(request, space, clinic, people)
    context = HomePage(
        people=people,
        next=coming,
        asked=None if coming else next((one.due[0] for one in people if one.due), None),
        confirmed=bool(space.members),
        book=brand.home,
        phone=clinic.phone,
        whose=str(space.id) if space.login.own else "",
        calm_worker=worker_for(clinic, language),
    )
    home = render(request, "space/home.html", context, brand=brand, zone=zone)
    # The links of bookings are secrets, and whoever leads somebody here may choose what stands behind the address.
    return home if request.url.query else pack(request, home)


async def _next(request: Request, space: Open, clinic: Clinic, people: Sequence[Theirs]) -> Next | None:
    house = house_of(request)
    coming = [(one.times.next, one) for one in people if one.times.next]
    if not coming:
        return None
    card, whose = min(coming, key=lambda pair: pair[0].starts_at)
    booking_id, now = card.id, house.clock()

    async def work(db: AsyncSession) -> VisitFacts | None:
        return await visits.visit_of(db, booking_id)

    view = view_of(card, await house.db.read(work), clinic.policy, now)
    return Next(card, whose, view.scene in INSIDE, card.starts_at - now, called(card.therapist_name))


def zone_here(request: Request, clinic: Clinic) -> ZoneInfo:
    """What this browser told, else the clinic's."""
    told = (request.query_params.get("tz", ""), request.cookies.get("tz", ""))
    return next(filter(None, map(known_zone, told)), clinic.zone)


routes: list[GuardedRoute] = [page(HOME, home_page, Action.SPACE, name="space_home")]
