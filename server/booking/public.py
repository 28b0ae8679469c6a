"""What a clinic's booking page shows, for a visitor of this zone and language and what they chose so far."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.booking.again import Returning
from server.booking.catalogue import Catalogue, called, for_change, for_public
from server.booking.forms import Asks, Problem, read_date, read_start
from server.booking.holding.words import KeptWords
from server.booking.offered import Offered, offered
from server.booking.requests import told_zone
from server.booking.rules import WINDOW, BookingCard, places_left
from server.booking.series.giving import gives_all
from server.booking.store import Hours
from server.booking.week import Week, week_of, whole_hours
from server.booking.where.rules import NEVER, Ends, Held, ends_of, listed, read_where, value_of
from server.booking.where.store import held_by
from server.booking.zones import zones_by_country
from server.clinic import store as clinics
from server.clinic.licences.rules import Place
from server.clinic.practice import practice_at, practice_of
from server.clinic.rules import Clinic, Means, Service, TherapistCard
from server.framing import PREFIX, framed_of
from server.house import house_of
from server.moments import Speaker, hours_ahead, same_clock
from server.templates import language_of, visitor_zone

TYPED = (
    "name", "contact", "means", "number", "where", "patient_name", "born",
    "for_whom", "reason", "interpreter", "captions", "text_only",
    "consent", "start",
)  # fmt: skip
FARTHEST = timedelta(days=800)


@dataclass(frozen=True)
class Pick:
    """What is chosen at a clinic: always one service; a therapist, or whoever is free."""

    catalogue: Catalogue
    service: Service
    therapist: TherapistCard | None
    alone: bool = False  # the page of one therapist
    means: Means = Means.VIDEO
    held: Held = field(default_factory=dict)  # licences, where the clinic asks where people will be
    where: Place | None = None

    @property
    def clinic(self) -> Clinic:
        return self.catalogue.clinic

    @property
    def names(self) -> dict[UUID, str]:
        """Of the therapists who may come of it."""
        return {card.staff_id: card.name for card in self.catalogue.who(self.service)}

    @property
    def hours(self) -> Hours:
        """Of who is asked: the one who was chosen, or everybody who offers the service."""
        asked = [self.therapist] if self.therapist else self.who
        ends = self.ends
        week = self.catalogue.practice.week
        here = [one.staff_id for one in asked if ends.get(one.staff_id) != NEVER and not one.left]
        return {who: week(who, self.service.id) for who in here}

    @property
    def ends(self) -> Ends:
        """From when on each of them may not treat whoever is there then."""
        return ends_of(self.held, self.where, self.clinic.zone)

    @property
    def who(self) -> list[TherapistCard]:
        """Who offers the service, and may treat where the patient will be, at least for a while."""
        ends = self.ends
        return [card for card in self.catalogue.who(self.service) if ends.get(card.staff_id) != NEVER]


@dataclass(frozen=True)
class Choice:
    """A pick with its times, and which day and start were asked for."""

    pick: Pick
    offered: Offered
    day: date | None
    start: datetime | None


@dataclass(frozen=True)
class Ahead:
    """How far the clinic's clock is from the visitor's."""

    place: str
    hours: int
    minutes: int
    ahead: bool


@dataclass(frozen=True)
class Times:
    """What booking/times.html shows; `path` and `query` lead back to the same page on another day or clock.

    `place`: of the clinic's clock, where it differs at any time of these days; `clinic_clock`: by how much, where that
    is the same at all of them.
    """

    week: Week
    called: str
    path: str
    query: str
    first_free: datetime | None
    days_off: int | None
    clinic_clock: Ahead | None
    place: str
    zone: str
    here: str
    zone_told: bool
    zones: Mapping[str, Sequence[tuple[str, str]]]
    waitlist: str = ""


@dataclass(frozen=True)
class BookingPage:
    """The context of booking/page.html."""

    clinic: Clinic
    services: Sequence[Service]
    service: Service
    therapists: Sequence[TherapistCard]
    therapist: TherapistCard | None
    places: Sequence[tuple[str, Place]]
    where: str
    nobody: bool  # of the clinic may treat there
    alone: bool
    means: Means
    times: Times
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem | None]
    refused: str
    once: str = field(repr=False)
    earlier: BookingCard | None
    returning: Returning | None = field(repr=False)
    kept: KeptWords | None = field(repr=False)
    gives_all: bool  # where a group meets again they may book all of it


async def load_pick(
    db: AsyncSession, slug: str, asked: Mapping[str, str], only: str = "", same: UUID | None = None
) -> Pick | Clinic | None:
    """What these fields pick at the clinic of this address; the clinic alone when nothing can be booked there.

    Where they name no therapist it is `same`, if there is such a one. None when there is no such clinic, or no
    therapist `only` in it.
    """
    practice = await practice_at(db, slug)
    if practice is None:
        return None
    known = for_public(practice)
    therapist = known.therapist(only or asked.get("therapist", ""))
    if "therapist" not in asked and not only:
        therapist = next((card for card in known.therapists if card.staff_id == same), None)
    if only and therapist is None:
        return None
    service = _service(known, asked, therapist)
    if service is None:
        return practice.clinic
    who = therapist if therapist in known.who(service) else None
    held = await held_by(db, practice.clinic, [card.staff_id for card in known.therapists])
    where = read_where(asked.get("where", "")) if held else None
    pick = Pick(known, service, who, bool(only), means_of(service, asked.get("means", "")), held, where)
    return replace(pick, therapist=None) if who and not only and who not in pick.who else pick


async def pick_of(db: AsyncSession, clinic: Clinic, card: BookingCard) -> Pick:
    """The service and therapist of a booking, also when others cannot book them any more."""
    practice = await practice_of(db, clinic.id)
    assert practice, "the clinic of a booking stays"
    known = for_change(replace(practice, clinic=clinic), card.service_id, card.therapist_id)
    return Pick(known, known.services[0], known.therapists[0])


async def load_choice(
    db: AsyncSession,
    pick: Pick,
    asked: Mapping[str, str],
    zone: ZoneInfo,
    now: datetime,
    without: UUID | None = None,
    held: UUID | None = None,
    patient_id: UUID | None = None,
) -> Choice:
    """The pick with the times of the window that was asked for; what one form keeps is free for it. Where it is said
    who asks, no second place in a group."""
    day, start = read_date(asked.get("day", "")), read_start(asked.get("start", ""))
    begin = window_begin(day, zone, now)
    found = await offered(db, pick.clinic, pick.service, pick.hours, now, begin, without, held, pick.ends, patient_id)
    return Choice(pick, found, day, start)


def means_of(service: Service, asked: str) -> Means:
    """How both meet, as asked for; the first way the service is given where nothing or another one is."""
    return Means(asked) if asked in service.means else service.means[0]


def asks_of(clinic: Clinic, service: Service, now: datetime, acts_for: Collection[str]) -> Asks:
    """What a form of this clinic asks for a booking of this service."""
    today = now.astimezone(clinic.zone).date()
    return Asks(bool(clinic.consent_text), service.means, clinic.asks_where, acts_for, today)


def _service(known: Catalogue, asked: Mapping[str, str], therapist: TherapistCard | None) -> Service | None:
    able = [one for one in known.can_be_booked() if therapist is None or therapist in known.who(one)]
    chosen = known.named(asked.get("service", ""))
    if chosen in known.can_be_booked():
        return chosen
    return able[0] if able else next(iter(known.can_be_booked()), None)


def window_begin(day: date | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Midnight of a day that the first window does not reach; None for any other."""
    ahead = day - now.astimezone(zone).date() if day else timedelta()
    return datetime.combine(day, time(), zone) if day and WINDOW <= ahead < FARTHEST else None


def speaker_of(request: Request, clinic: Clinic) -> Speaker:
    """Who says moments to this visitor."""
    brand = clinics.brand(clinic)
    return Speaker(visitor_zone(request, brand), language_of(request, brand), house_of(request).clock())


def page_of_choice(
    request: Request,
    choice: Choice,
    now: datetime,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, Problem] | None = None,
    refused: str = "",
    earlier: BookingCard | None = None,
    returning: Returning | None = None,
    kept: KeptWords | None = None,
) -> BookingPage:
    """The context of the page."""
    pick = choice.pick
    chosen = {"service": str(pick.service.id)} | ({"again": returning.public_id} if returning else {})
    if len(pick.service.means) > 1:
        chosen["means"] = pick.means.value
    if pick.where:
        chosen["where"] = value_of(pick.where)
    path = f"/c/{pick.clinic.slug}"
    if pick.therapist and pick.alone:
        path = f"{path}/{pick.therapist.slug}"
    elif pick.therapist:
        chosen["therapist"] = pick.therapist.slug
    return BookingPage(
        clinic=pick.clinic,
        services=pick.catalogue.can_be_booked(),
        service=pick.service,
        therapists=pick.who,
        therapist=pick.therapist,
        places=[(value_of(one), one) for one in places_of(pick, now)] if pick.held else (),
        where=value_of(pick.where) if pick.where else "",
        nobody=pick.where is not None and not pick.hours,
        alone=pick.alone,
        means=pick.means,
        times=times_of(request, choice, now, path, chosen),
        typed=dict.fromkeys(TYPED, "") | dict(typed or {}),
        problems=dict.fromkeys(TYPED) | dict(problems or {}),
        refused=refused,
        once=(typed or {}).get("once") or secrets.token_urlsafe(18),
        earlier=earlier,
        returning=returning,
        kept=kept,
        gives_all=gives_all(pick.clinic, pick.service),
    )


def places_of(pick: Pick, now: datetime) -> list[Place]:
    """What the form lists: where somebody of the clinic may treat, the clinic's own country first."""
    found = listed(pick.held, now.astimezone(pick.clinic.zone).date())
    return sorted(found, key=lambda one: one.country != pick.clinic.country)


def times_of(request: Request, choice: Choice, now: datetime, path: str, chosen: dict[str, str]) -> Times:
    """The times of a choice, in the visitor's zone and words; `chosen` is what the page's links carry along."""
    clinic = choice.pick.clinic
    say = speaker_of(request, clinic)
    first = choice.offered.first_free
    asked_zone = {"tz": say.zone.key} if "tz" in request.query_params else {}
    framed = framed_of(request)
    week = _week(choice, say, now)
    return Times(
        week=week,
        called=called(choice.pick.therapist.name) if choice.pick.therapist else "",
        path=f"{PREFIX}{path}" if framed else path,
        query=urlencode({**chosen, **(framed.carried if framed else {}), **asked_zone}),
        first_free=first,
        days_off=(say.local(first).date() - say.local(now).date()).days if first else None,
        clinic_clock=_clock_throughout(choice, say, first or now),
        place=Speaker(clinic.zone, say.language).place if week.two_clocks else "",
        zone=say.zone.key,
        here=say.place,
        zone_told=told_zone(request) is not None and not asked_zone,
        zones=zones_by_country(say.language) if request.query_params.get("change") == "zone" else {},
        waitlist=_waitlist(clinic, path, chosen),
    )


def _waitlist(clinic: Clinic, path: str, chosen: dict[str, str]) -> str:
    """Where somebody asks to be told, on a public page of a clinic that has a waiting list."""
    if not clinic.policy.offer or not path.startswith("/c/"):
        return ""
    only = {"therapist": path.split("/")[3]} if path.count("/") == 3 else {}
    wanted = {
        name: value for name, value in (chosen | only).items() if name in {"service", "therapist", "means", "where"}
    }
    return f"/c/{clinic.slug}/waitlist?{urlencode(wanted)}"


def _week(choice: Choice, say: Speaker, now: datetime) -> Week:
    found, clinic = choice.offered, choice.pick.clinic
    begins, ends = say.local(found.from_at).date(), say.local(found.until_at).date()
    more = found.until_at < now + clinic.policy.horizon
    earlier = max(begins - WINDOW, say.local(now).date())
    return week_of(
        found.offers,
        say,
        clinic.zone,
        wanted_day=choice.day,
        wanted_start=choice.start,
        before=earlier.isoformat() if earlier < begins else "",
        after=ends.isoformat() if more else "",
        places=partial(places_left, found.calendar) if choice.pick.service.shows_places else None,
        sits=found.calendar.sits,
    )


def _clock_throughout(choice: Choice, say: Speaker, at: datetime) -> Ahead | None:
    """None as well where a change of clocks within these days makes the sentence untrue for some of them."""
    ends = [offer.start for offer in (*choice.offered.offers[:1], *choice.offered.offers[-1:])]
    said = {clock_of(say, choice.pick.clinic, one) for one in (at, *ends)}
    return said.pop() if len(said) == 1 else None


def clock_of(say: Speaker, clinic: Clinic, at: datetime) -> Ahead | None:
    """The clinic's clock in words, where it shows another time than the visitor's."""
    if same_clock(say.zone, clinic.zone, at):
        return None
    span = hours_ahead(say.zone, clinic.zone, at)
    return Ahead(Speaker(clinic.zone, say.language).place, *whole_hours(span), ahead=span > timedelta())
