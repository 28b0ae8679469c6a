"""A patient with a space in the clinic to look at: times behind and ahead, questions that wait, weeks of answers."""

from collections.abc import Mapping
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
from server.safety.plan.forms import Typed
from server.safety.plan.keeping import Hand, choose, plan_of, write
from server.safety.plan.store import SHARED
from tests.e2e.between import add_tools
from tests.e2e.days import add_days
from tests.e2e.measures import card_of, taken
from tests.e2e.people import NOW

BEFORE, AHEAD = (5, 12, 19, 26), datetime(2026, 3, 13, 14, 0, tzinfo=NOW.tzinfo)
WEEKS = ((30, "2332222202"), (23, "2322222102"), (16, "2222122101"), (9, "1222111101"), (1, "1112110001"))
"""Days on which they came, Friday at 15:00 in Berlin, and what they answered how many days ago."""
ALONE = {
    "signs": "I stop answering messages\nI lie awake and count what went wrong",
    "alone": "A hot shower, long\nThe song from the ferry, twice\nOut of the flat, once around the block",
    "around": "The café at the corner, a seat by the window\nChoir on Tuesdays",
    "ask": "Ana, my sister 555 0199\nRui, at any hour 555 0142",
}
TOGETHER = {
    "professionals": "Dr Silva, evenings too 555 0120\nSt. Anna hospital, the door in Rua das Flores",
    "safer": "Ana keeps the tablets, and brings those of three days\nThe car key hangs at Rui’s",
    "reasons": "Seeing Lia start school in September",
}
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
    await add_tools(house, card, therapist, NOW)
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
    await _plan(Hand(house, card.clinic_id, card.patient_id, None, NOW - timedelta(days=9)))
    await _plan(Hand(house, card.clinic_id, card.patient_id, therapist, NOW - timedelta(days=2)), TOGETHER)
    url = house.settings.base_url
    return {
        "home": [{"name": COOKIE, "value": TOKEN, "url": url}],
        "knocks": [{"name": f"{COOKIE}-knock", "value": KNOCK, "url": url}],
    }


async def _plan(hand: Hand, steps: Mapping[str, str] = ALONE) -> None:
    for step, text in steps.items():
        seen = await plan_of(hand.house, hand.clinic_id, hand.patient_id)
        await write(hand, step, Typed(text, seen.number(step)))
    await choose(hand, SHARED, "yes")


async def writing_of(house: House, public_id: str) -> str:
    """The first version of the plan of whose booking this is."""
    card = await card_of(house, public_id)
    return str((await plan_of(house, card.clinic_id, card.patient_id)).writings[0].id)


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
