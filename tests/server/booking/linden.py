"""Linden Practice in Berlin: two therapists, three services. Today is Monday 9 March 2026, 9:00 UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store as accounts
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import DEFAULT_POLICY, Clinic, Service, TherapistCard, WeeklyHours, usual_week
from server.house import House
from server.patients.rules import Person

THURSDAY = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)  # 9:30 in Berlin


@dataclass(frozen=True)
class Linden:
    clinic: Clinic
    first: Service
    session: Service
    inner: Service  # staff alone may book it
    mara: TherapistCard
    samir: TherapistCard


def a_clinic(**changes: Any) -> Clinic:
    plain = Clinic(
        id=uuid4(),
        slug="linden",
        name="Linden Practice",
        zone=ZoneInfo("Europe/Berlin"),
        language="en",
        country="DE",
        phone="555 0134",
        sender_name="Linden Practice",
        policy=DEFAULT_POLICY,
        waiting_text="",
        after_text="",
        consent_version="2026-1",
        consent_text="We keep your name and how to reach you.\n\nNobody else sees it.",
    )
    return replace(plain, **changes)


def a_service(name: str = "A session", minutes: int = 50, after: int = 10, **changes: Any) -> Service:
    plain = Service(
        uuid4(), name, "when you have met us", timedelta(minutes=minutes), timedelta(), timedelta(minutes=after)
    )
    return replace(plain, **changes)


async def seed(house: House, **changes: Any) -> Linden:
    """Write the clinic with its keys, staff, services and hours."""
    clinic = a_clinic(**changes)
    now = house.clock()
    ring = await house.keys.make_clinic(clinic.id, now)
    first = a_service("A first conversation", 30, 10, about="free of charge")
    session, inner = a_service(), a_service("Supervision", public=False)
    mara = TherapistCard(uuid4(), "mara-lind", "Mara Lind", "Psychotherapist. English, German")
    samir = TherapistCard(uuid4(), "samir-haddad", "Samir Haddad", "Psychologist. English, Arabic")

    async def work(db: AsyncSession) -> None:
        await clinics.add_clinic(db, clinic, {}, now)
        for card in (mara, samir):
            mail = f"{card.slug}@linden.example"
            await accounts.add_staff(
                db,
                accounts.NewStaff(
                    id=card.staff_id,
                    clinic_id=clinic.id,
                    name=card.name,
                    mail_sealed=accounts.seal_mail(ring, clinic.id, card.staff_id, mail),
                    mail_index=accounts.mail_index(house.keys.secret("staff mail"), mail + clinic.slug),
                    roles=frozenset({Role.THERAPIST}),
                    password_hash=None,
                    made_at=now,
                ),
            )
            await clinics.add_therapist(db, clinic.id, card)
            await clinics.set_hours(db, clinic.id, card.staff_id, usual_week())
        for service in (first, session, inner):
            await clinics.add_service(db, clinic.id, service)
            await clinics.offer(db, service.id, [mara.staff_id, samir.staff_id])

    await house.db.unit(work)
    return Linden(clinic, first, session, inner, mara, samir)


def form(linden: Linden, **changes: str) -> dict[str, str]:
    """What the public form sends for Jo, who wants Mara on Thursday at 9:30."""
    plain: Mapping[str, str] = {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "start": "2026-03-12T08:30Z",
        "name": "Jo Almeida",
        "contact": "jo.almeida@example.org",
        "for_whom": "me",
        "reason": "I sleep badly",
        "consent": "yes",
        "once": "a-random-word",
    }
    return {**plain, **changes}


async def booked(
    house: House,
    linden: Linden,
    start: datetime = THURSDAY,
    *,
    therapist: UUID | None = None,
    name: str = "Jo Almeida",
    mail: str = "jo.almeida@example.org",
    **more: Any,
) -> Made:
    """A booking made at the desk of the program, without a page."""
    who = therapist or linden.mara.staff_id
    person = Person(desk.NOBODY, name, mail, more.pop("phone", ""), language="en", zone="Europe/Lisbon")
    service = more.pop("service", linden.session)
    order = Order(linden.clinic, service, hours_of(who), Wish(start, who), person, **more)
    made = await desk.book(house, order, By())
    assert isinstance(made, Made), made
    return made


def hours_of(*therapists: UUID) -> dict[UUID, tuple[WeeklyHours, ...]]:
    """The usual week of each."""
    return dict.fromkeys(therapists, usual_week())


def week(*spans: tuple[int, int, int]) -> tuple[WeeklyHours, ...]:
    """(weekday, from hour, until hour) as weekly hours."""
    return tuple(WeeklyHours(day, start * 60, end * 60) for day, start, end in spans)
