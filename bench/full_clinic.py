"""A clinic with so many therapists and bookings, written in bulk: half hours from 9 to 18 on each day, for benches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store as accounts
from server.app import build_house
from server.booking.tables import Appointment, Booking, Claim
from server.clinic import store as clinics
from server.clinic.rules import TherapistCard, WeeklyHours
from server.config import Settings
from server.house import House
from server.keys import KeyBase
from server.migrating import upgrade
from server.patients import store as patients
from server.patients.rules import Person
from tests.server.booking.linden import a_clinic, a_service

BERLIN = ZoneInfo("Europe/Berlin")
HALF_AN_HOUR = timedelta(minutes=30)
DAYS = 14
A_DAY = 18
EVERY_DAY = tuple(WeeklyHours(day, 9 * 60, 18 * 60) for day in range(7))


@dataclass(frozen=True)
class Plan:
    """`therapists` give the service; the first `some` of them another one as well. Each has `ahead` half hours taken
    in the two weeks from `begin` on (of 252), and `behind` before it."""

    begin: date
    therapists: int
    some: int
    ahead: int
    behind: int


@dataclass(frozen=True)
class Full:
    """What was written: services by id, therapists by slug."""

    by_all: UUID
    by_some: UUID
    therapists: tuple[str, ...]


def window(begin: date, days: int = DAYS) -> list[datetime]:
    """Every half hour that a therapist gives in so many days, in Berlin's wall time."""
    first = datetime.combine(begin, time(9))
    return [first + timedelta(days=day, minutes=30 * slot) for day in range(days) for slot in range(A_DAY)]


def taken(begin: date, count: int, seed: int = 0) -> list[datetime]:
    """So many half hours of the two weeks: the same for the same seed."""
    return sorted(Random(seed).sample(window(begin), count))


async def fill(settings: Settings, plan: Plan) -> Full:
    """Makes the databases of these settings with such a clinic, at /c/linden."""
    house = build_house(settings)
    await house.keys.database.run_sync(KeyBase.metadata.create_all)
    await upgrade(house.db)
    clinic, now = a_clinic(), house.clock()
    ring = await house.keys.make_clinic(clinic.id, now)
    by_all, by_some = (a_service(name, 30, 0) for name in ("A first conversation", "A session"))
    cards = [
        TherapistCard(uuid4(), f"therapist-{number}", f"Therapist {number}", "") for number in range(plan.therapists)
    ]

    async def people(db: AsyncSession) -> None:
        await clinics.add_clinic(db, clinic, {}, now)
        for card in cards:
            mail = f"{card.slug}@linden.example"
            staff = accounts.NewStaff(
                id=card.staff_id,
                clinic_id=clinic.id,
                name=card.name,
                mail_sealed=accounts.seal_mail(ring, clinic.id, card.staff_id, mail),
                mail_index=accounts.mail_index(house.keys.secret("staff mail"), mail),
                roles=frozenset({Role.THERAPIST}),
                password_hash=None,
                made_at=now,
            )
            await accounts.add_staff(db, staff)
            await clinics.add_therapist(db, clinic.id, card)
            await clinics.set_hours(db, clinic.id, card.staff_id, EVERY_DAY)
        for service, able in ((by_all, cards), (by_some, cards[: plan.some])):
            await clinics.add_service(db, clinic.id, service)
            await clinics.offer(db, service.id, [card.staff_id for card in able])

    await house.db.unit(people)
    patient = await _somebody(house, clinic.id)
    earlier = window(plan.begin - timedelta(days=DAYS * 4), DAYS * 4)[-plan.behind :] if plan.behind else []
    for number, card in enumerate(cards):
        starts = [*earlier, *taken(plan.begin, plan.ahead, number)]
        await house.db.unit(
            partial(_write, clinic_id=clinic.id, service_id=by_all.id, who=card, patient=patient, walls=starts)
        )
    await house.db.close()
    await house.keys.database.close()
    return Full(by_all.id, by_some.id, tuple(card.slug for card in cards))


async def _somebody(house: House, clinic_id: UUID) -> UUID:
    person = Person(uuid4(), "Jo Almeida", "jo@example.org")
    key = await house.keys.make_patient(clinic_id, person.id, house.clock())
    row = patients.sealed(await house.keys.clinic(clinic_id), key, person, house.clock())
    await house.db.unit(lambda db: patients.add(db, row))
    return person.id


async def _write(
    db: AsyncSession, clinic_id: UUID, service_id: UUID, who: TherapistCard, patient: UUID, walls: Sequence[datetime]
) -> None:
    made = {"clinic_id": clinic_id, "made_at": datetime.now(tz=BERLIN)}
    times = [(uuid4(), wall.replace(tzinfo=BERLIN)) for wall in walls]
    asked = {**made, "service_id": service_id, "therapist_id": who.staff_id, "zone": BERLIN.key}
    await db.execute(
        insert(Appointment),
        [{"id": one, "starts_at": at, "ends_at": at + HALF_AN_HOUR, **asked} for one, at in times],
    )
    claim = {"clinic_id": clinic_id, "resource_id": who.staff_id}
    await db.execute(
        insert(Claim),
        [
            {"id": uuid4(), "appointment_id": one, "from_at": at, "until_at": at + HALF_AN_HOUR, **claim}
            for one, at in times
        ],
    )
    seat = {**made, "patient_id": patient, "for_whom": "me"}
    await db.execute(
        insert(Booking),
        [{"id": uuid4(), "public_id": one.hex[:20], "appointment_id": one, **seat} for one, _ in times],
    )
