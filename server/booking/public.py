"""What a clinic's booking page shows, for a visitor of this zone and language and what they chose so far."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.booking.catalogue import Catalogue, called, catalogue_of
from server.booking.forms import Problem, read_date, read_start, read_uuid
from server.booking.offered import Offered, offered
from server.booking.rules import WINDOW
from server.booking.week import Week, week_of, whole_hours
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Service, TherapistCard
from server.moments import Speaker, hours_ahead, known_zone, same_clock
from server.routing import viewer_of
from server.templates import language_of, visitor_zone

TYPED = ("name", "contact", "for_whom", "reason", "interpreter", "captions", "text_only", "consent", "start")
FARTHEST = timedelta(days=800)


@dataclass(frozen=True)
class Pick:
    """What is chosen at a clinic: always one service; a therapist, or whoever is free."""

    catalogue: Catalogue
    service: Service
    therapist: TherapistCard | None
    alone: bool = False  # the page of one therapist

    @property
    def clinic(self) -> Clinic:
        return self.catalogue.clinic

    @property
    def therapist_ids(self) -> list[UUID]:
        """Who is asked: the one who was chosen, or everybody who offers the service."""
        known = self.catalogue.who(self.service)
        return [card.staff_id for card in known if self.therapist is None or card == self.therapist]


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
class BookingPage:
    """The context of booking/page.html."""

    clinic: Clinic
    path: str
    services: Sequence[Service]
    service: Service
    therapists: Sequence[TherapistCard]
    therapist: TherapistCard | None
    alone: bool
    called: str
    week: Week
    first_free: datetime | None
    days_off: int | None
    clinic_clock: Ahead | None
    zone: str
    zone_told: bool
    zones: Sequence[tuple[str, str]]
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem | None]
    refused: str
    once: str = field(repr=False)


async def load_pick(db: AsyncSession, slug: str, asked: Mapping[str, str], only: str = "") -> Pick | Clinic | None:
    """What these fields pick at the clinic of this address; the clinic alone when nothing can be booked there.

    None when there is no such clinic, or no therapist `only` in it.
    """
    clinic = await clinics.find_clinic(db, slug)
    if clinic is None:
        return None
    known = await catalogue_of(db, clinic)
    therapist = known.therapist(only or asked.get("therapist", ""))
    if only and therapist is None:
        return None
    service = _service(known, asked, therapist)
    if service is None:
        return clinic
    return Pick(known, service, therapist if therapist in known.who(service) else None, bool(only))


async def load_choice(db: AsyncSession, pick: Pick, asked: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Choice:
    """The pick with the times of the window that was asked for."""
    day, start = read_date(asked.get("day", "")), read_start(asked.get("start", ""))
    begin = window_begin(day, zone, now)
    found = await offered(db, pick.clinic, pick.service, pick.therapist_ids, now, begin)
    return Choice(pick, found, day, start)


def _service(known: Catalogue, asked: Mapping[str, str], therapist: TherapistCard | None) -> Service | None:
    able = [one for one in known.can_be_booked() if therapist is None or therapist in known.who(one)]
    chosen = known.service(read_uuid(asked.get("service", "")))
    if chosen in known.can_be_booked():
        return chosen
    return able[0] if able else next(iter(known.can_be_booked()), None)


def window_begin(day: date | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Midnight of a day that the first window does not reach; None for any other."""
    ahead = day - now.astimezone(zone).date() if day else timedelta()
    return datetime.combine(day, time(), zone) if day and WINDOW <= ahead < FARTHEST else None


def told_zone(request: Request) -> ZoneInfo | None:
    """The zone that a visitor chose or their browser told us; none for staff, who think in the clinic's."""
    if viewer_of(request).is_staff:
        return None
    return known_zone(request.query_params.get("tz", "")) or known_zone(request.cookies.get("tz", ""))


def speaker_of(request: Request, clinic: Clinic) -> Speaker:
    """Who says moments to this visitor."""
    brand = clinics.brand(clinic)
    return Speaker(visitor_zone(request, brand), language_of(request, brand))


def page_of_choice(
    request: Request,
    choice: Choice,
    now: datetime,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, Problem] | None = None,
    refused: str = "",
) -> BookingPage:
    """The context of the page."""
    clinic, pick = choice.pick.clinic, choice.pick
    say = speaker_of(request, clinic)
    found = choice.offered
    first = found.first_free
    return BookingPage(
        clinic=clinic,
        path=f"/c/{clinic.slug}" + (f"/{pick.therapist.slug}" if pick.alone and pick.therapist else ""),
        services=pick.catalogue.can_be_booked(),
        service=pick.service,
        therapists=pick.catalogue.who(pick.service),
        therapist=pick.therapist,
        alone=pick.alone,
        called=called(pick.therapist.name) if pick.therapist else "",
        week=_week(choice, say, now),
        first_free=first,
        days_off=(say.local(first).date() - say.local(now).date()).days if first else None,
        clinic_clock=clock_of(say, clinic, first or now),
        zone=say.zone.key,
        zone_told=bool(known_zone(request.cookies.get("tz", "")) and not request.query_params.get("tz")),
        zones=zone_names() if request.query_params.get("change") == "zone" else (),
        typed=dict.fromkeys(TYPED, "") | dict(typed or {}),
        problems=dict.fromkeys(TYPED) | dict(problems or {}),
        refused=refused,
        once=(typed or {}).get("once") or secrets.token_urlsafe(18),
    )


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
    )


def clock_of(say: Speaker, clinic: Clinic, at: datetime) -> Ahead | None:
    """The clinic's clock in words, where it shows another time than the visitor's."""
    if same_clock(say.zone, clinic.zone, at):
        return None
    span = hours_ahead(say.zone, clinic.zone, at)
    return Ahead(Speaker(clinic.zone).place, *whole_hours(span), ahead=span > timedelta())


def zone_names() -> list[tuple[str, str]]:
    """Every zone a person may choose, by continent and place."""
    named = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")))
    return [(zone, zone.replace("_", " ").replace("/", " / ")) for zone in sorted(named)]
