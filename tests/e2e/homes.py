"""A patient with a space in the clinic to look at: times behind and ahead, questions that wait, weeks of answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.clinic.rules import Clinic, Service, WeeklyHours
from server.house import House
from server.measures import store as measures
from server.patients import store as patients
from server.patients.space import knocking
from server.patients.space import store as spaces
from server.patients.space.door import COOKIE
from server.patients.space.rules import By as CameBy
from tests.e2e.days import add_days
from tests.e2e.measures import card_of, taken
from tests.e2e.people import NOW

BEFORE, AHEAD = (5, 12, 19, 26), datetime(2026, 3, 13, 14, 0, tzinfo=NOW.tzinfo)
WEEKS = ((30, "2332222202"), (23, "2322222102"), (16, "2222122101"), (9, "1222111101"), (1, "1112110001"))
"""Days on which they came, Friday at 15:00 in Berlin, and what they answered how many days ago."""
TOKEN, KNOCK = "m" * 43, "k" * 43


async def add_home(
    house: House, offer: tuple[Clinic, Service, tuple[WeeklyHours, ...]], therapist: UUID, public_id: str
) -> dict[str, list[Any]]:
    """The space of the patient of this booking; returns cookies of who is in, and of who stands at its door."""
    card = await card_of(house, public_id)
    for day in BEFORE:
        at = datetime(2026, 3 if day < 9 else 2, day, 13, 0, tzinfo=NOW.tzinfo)
        await _book(house, offer, therapist, card, at, at - timedelta(days=5))
    made = await _book(house, offer, therapist, card, AHEAD, NOW - timedelta(days=3))
    await _answers(house, made.card)
    await add_days(house, card, NOW)
    space_id = uuid4()

    async def work(db: AsyncSession) -> None:
        who = (card.clinic_id, card.patient_id, None)
        code_id = await knocking.hand_over(db, b"secret", "k7qmx3pd9", who, therapist, NOW)
        await spaces.add_space(db, card.clinic_id, NOW, space_id)
        await spaces.add_member(db, space_id, card.patient_id, None, code_id, NOW)
        for token, device in ((TOKEN, "Safari, iPhone"), ("n" * 43, "Firefox, Windows")):
            await spaces.begin_login(db, space_id, token, NOW, device, CameBy.CODES, own=True)
        await knocking.begin_knock(db, KNOCK, NOW, code_id=code_id, way="mail")

    await house.db.unit(work)
    url = house.settings.base_url
    return {
        "home": [{"name": COOKIE, "value": TOKEN, "url": url}],
        "knocks": [{"name": f"{COOKIE}-knock", "value": KNOCK, "url": url}],
    }


async def _book(
    house: House,
    offer: tuple[Clinic, Service, tuple[WeeklyHours, ...]],
    therapist: UUID,
    card: BookingCard,
    at: datetime,
    on: datetime,
) -> Made:
    clinic, service, hours = offer
    person = (await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id]))[card.patient_id]
    house.clock.now = on  # type: ignore[attr-defined]
    made = await desk.book(
        house, Order(clinic, service, {therapist: hours}, Wish(at, therapist), person, known_patient=True), By()
    )
    house.clock.now = NOW  # type: ignore[attr-defined]
    assert isinstance(made, Made), made
    return made


async def _answers(house: House, card: BookingCard) -> None:
    ring = await house.keys.patient(card.clinic_id, card.patient_id)

    async def work(db: AsyncSession) -> None:
        rules = (await measures.setting_of(db, card.clinic_id)).rules
        versions = {rule.key: rule.version_id for rule in rules}
        for days, values in WEEKS:
            await taken(db, ring, card, None, versions["phq9"], values, NOW - timedelta(days=days))
        await measures.ask(db, (card.clinic_id, card.patient_id, card.id), "gad7", versions["gad7"], NOW)

    await house.db.unit(work)
