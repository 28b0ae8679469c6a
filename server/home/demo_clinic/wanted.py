"""Who asks for a time in the made-up clinic, who comes in a group, and who waits for one that becomes free."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.links import address_of
from server.booking.rules import Wish
from server.booking.series import desk as series
from server.booking.series.rules import Every, Wanted, rhythm, starts
from server.booking.store import By
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.joining import join
from server.booking.waitlist.rules import DAYS, Part
from server.clinic import store as clinics
from server.clinic.intake import store as questions
from server.clinic.intake.rules import Form, Kind, Question
from server.clinic.rules import Clinic, Service, usual_week
from server.home.demo_clinic.people import INES, MARA, MINUTE, SAMIR, Member, working_day
from server.house import House
from server.patients.contacts import Contact
from server.patients.rules import Person

IN_GROUP = ("Hugo Lehmann", "Mei Tanaka")
WAITS = "Otis Grant"
ASKED = (
    Question("qcalled", Kind.SHORT, "What shall we call you?", needed=True),
    Question("qbefore", Kind.ONE, "Have you talked to somebody like us before?", "", ("Yes", "No", "I am not sure")),
    Question("qtried", Kind.SEVERAL, "What has helped a little so far?", "", ("Friends", "Moving", "Rest", "Writing")),
    Question("qbrings", Kind.LONG, "What brings you here?", "A few words, or nothing: we can begin with it together."),
    Question("qvideo", Kind.CONSENT, "I agree that we meet by video for this first time.", needed=True),
)


@dataclass(frozen=True)
class WantedLinks:
    """Where to look at what is asked for, shared and waited for."""

    request: str = field(repr=False)
    group: str
    waiting: str = field(repr=False)


async def add_wanted(
    house: House, clinic: Clinic, team: Sequence[Member], session: Service, now: datetime
) -> WantedLinks:
    """The services, the bookings in them, and a place on the waiting list."""
    first = Service(
        uuid4(), "A first conversation", "we answer within a day", 30 * MINUTE, 0 * MINUTE, 10 * MINUTE, asks=True
    )
    group = Service(
        uuid4(), "Better sleep, a group", "with Ines", 80 * MINUTE, 0 * MINUTE, 10 * MINUTE, seats=6, shows_places=True,
        all_dates=True,
    )  # fmt: skip
    await house.db.unit(lambda db: _offer(db, clinic, team, first, group, now))
    here = now.astimezone(clinic.zone).replace(hour=10, minute=0, second=0, microsecond=0)
    for name in IN_GROUP:
        await _every_week(house, clinic, team[INES], group, working_day(here, 5), name)
    asked = await _books(house, clinic, team[SAMIR], first, working_day(here, 4), "Hanna Vogt")
    said = Joining(WAITS, _mail(WAITS), frozenset(DAYS), frozenset({Part.MORNING}), None, "")
    joined = await join(house, clinic, said, session.id, team[MARA].id, "en", clinic.zone)
    assert joined, "nobody waits yet"
    base = house.settings.base_url
    return WantedLinks(
        request=address_of(house.settings, asked.token),
        group=f"{base}/c/{clinic.slug}?service={group.id}",
        waiting=f"{base}/w/{joined.token}",
    )


async def _offer(
    db: AsyncSession, clinic: Clinic, team: Sequence[Member], first: Service, group: Service, now: datetime
) -> None:
    await clinics.add_service(db, clinic.id, first)
    await clinics.offer(db, first.id, [team[MARA].id, team[SAMIR].id])
    await clinics.add_service(db, clinic.id, group)
    await clinics.offer(db, group.id, [team[INES].id])
    form = Form(uuid4(), first.id, 1, ASKED, "So that the first time is yours from its first minute.")
    await questions.keep_draft(db, clinic.id, form, team[0].id, now)
    written = await questions.newest(db, clinic.id, first.id)
    assert written, "it was written a moment ago"
    await questions.publish(db, clinic.id, written, now)


async def _books(house: House, clinic: Clinic, who: Member, service: Service, start: datetime, name: str) -> Made:
    contact = _mail(name)
    person = Person(desk.NOBODY, name, contact.mail, contact.phone, zone=clinic.zone.key)
    order = Order(clinic, service, {who.id: usual_week()}, Wish(start, who.id), person)
    made = await desk.book(house, order, By())
    assert isinstance(made, Made), (service.name, made)
    return made


async def _every_week(house: House, clinic: Clinic, who: Member, service: Service, first: datetime, name: str) -> None:
    """A place in each of six weeks."""
    days = rhythm(Every.WEEK, first.date(), first.hour * 60, 6)
    wanted = [Wanted(number, at, who.id) for number, at in enumerate(starts(days, clinic.zone), 1)]
    person = Person(desk.NOBODY, name, _mail(name).mail, zone=clinic.zone.key)
    ground = series.Ground(service, {who.id: usual_week()})
    made = await series.book(house, series.Order(clinic, ground, Every.WEEK, wanted, person), By())
    assert isinstance(made, series.Made), (service.name, made)


def _mail(name: str) -> Contact:
    return Contact(f"{name.split()[0].lower()}@example.org", "")
