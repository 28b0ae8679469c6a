"""How many statements a booking by a program takes, on either engine."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.clinic import store as clinics
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Kind, Unit
from server.clinic.rules import Service, TherapistCard, slug_of, usual_week
from server.config import Settings
from server.house import House
from server.keys import AT_ONCE
from tests.server.booking.api.programs import BOOKINGS, SLOTS, wish
from tests.server.booking.intake.asked import ask
from tests.server.booking.linden import Linden, booked
from tests.server.statements import asked_of
from tests.server.visit.conftest import add_staff

TO_BE_ALONE = "BEGIN", "SELECT pg_advisory_xact_lock"
"""What takes the writer's lock: SQLite has it in BEGIN, PostgreSQL in a statement of its own."""


Kinds = Callable[[House, Linden], Awaitable[tuple[Service, dict[str, object]]]]


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def plain(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    return linden.session, {}


async def with_a_room(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    """It needs one of three rooms besides."""
    kind = Kind(uuid4(), "Room")

    async def work(db: AsyncSession) -> None:
        await resources.add_kind(db, linden.clinic.id, kind)
        for number in range(3):
            await resources.add_unit(db, linden.clinic.id, Unit(uuid4(), kind.id, f"Room {number}"))

    await house.db.unit(work)
    return replace(linden.session, needs=(kind.id,)), {}


async def for_a_group(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    return replace(linden.session, seats=8), {}


async def with_others(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    """Somebody comes to that group already."""
    service, more = await for_a_group(house, linden)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    await booked(house, replace(linden, session=service))
    return service, more


async def asked_for(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    """The clinic confirms it first."""
    return replace(linden.session, asks=True), {}


async def with_questions(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    """What the clinic asks before the visit is answered later, on the patient's page."""
    await ask(house, linden.clinic.id, linden.session.id)
    return linden.session, {"answers": {"qname": "Jo", "qsleep": "Badly", "qagrees": True}}


async def with_questions_by_its_word(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    """The same, where a program names the service by its word."""
    service, more = await with_questions(house, linden)
    return service, {**more, "service": slug_of(service.name, ())}


async def with_whoever_is_free(house: House, linden: Linden) -> tuple[Service, dict[str, object]]:
    return linden.session, {"therapist": "any"}


KINDS = {plain: 11, with_whoever_is_free: 11, with_a_room: 12, asked_for: 12, for_a_group: 12, with_others: 12}
KINDS |= {with_questions: 12, with_questions_by_its_word: 12}
"""What each may take. A plain booking takes eleven; rooms are read besides, a request has a row of its own, and so has
a group that is looked for. Answers have one too; their questions come with the clinic."""


@pytest.mark.parametrize(("kind", "most"), KINDS.items(), ids=[kind.__name__ for kind in KINDS])
@pytest.mark.asyncio
async def test_a_booking_takes_few_statements_keys_and_audit_included(
    program: httpx2.AsyncClient, house: House, linden: Linden, kind: Kinds, most: int
) -> None:
    """From the second one of a program on: the clinic's own key is opened once. It makes the patients' keys."""
    service, more = await kind(house, linden)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    assert (await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z", **more))).status_code == 201
    for _ in range(AT_ONCE - (2 if kind is with_others else 1)):
        await house.keys.new_patient(linden.clinic.id, house.clock())
    with asked_of(house.db, house.keys.database) as asked:
        assert (await program.post(BOOKINGS, json=wish(linden, **more))).status_code == 201
    counted = [text for text in asked if not text.startswith(TO_BE_ALONE)]
    assert any(text.startswith("INSERT INTO wrapped_keys") for text in counted)
    assert any(text.startswith("INSERT INTO audit") for text in counted)
    assert len(counted) <= most, "\n".join(text[:90].replace("\n", " ") for text in counted)


@pytest.mark.asyncio
async def test_a_booking_under_a_key_of_its_own_takes_four_more(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    """Old keys go, this one is claimed before the booking, what was made under it is looked for, its answer is kept."""
    keyed = {"Idempotency-Key": "a-key-of-the-program"}
    assert (await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z"))).status_code == 201
    for _ in range(AT_ONCE - 1):
        await house.keys.new_patient(linden.clinic.id, house.clock())
    with asked_of(house.db, house.keys.database) as asked:
        assert (await program.post(BOOKINGS, json=wish(linden), headers=keyed)).status_code == 201
    counted = [text for text in asked if not text.startswith(TO_BE_ALONE)]
    assert any(text.startswith("INSERT INTO api_answers") for text in counted)
    assert len(counted) <= KINDS[plain] + 4, "\n".join(text[:90].replace("\n", " ") for text in counted)


@pytest.mark.parametrize("kind", [plain, with_a_room, for_a_group], ids=lambda kind: kind.__name__)
@pytest.mark.asyncio
async def test_a_list_takes_at_most_eight_whatever_is_needed_and_however_many_give_it(
    program: httpx2.AsyncClient, house: House, linden: Linden, kind: Kinds
) -> None:
    service, _ = await kind(house, linden)
    made = [await add_staff(house, linden.clinic.id, Role.THERAPIST) for _ in range(20)]
    cards = [TherapistCard(who, f"number-{number}", f"Number {number}", "") for number, who in enumerate(made)]

    async def work(db: AsyncSession) -> None:
        await clinics.change_service(db, linden.clinic.id, service, house.clock())
        for card in cards:
            await clinics.add_therapist(db, linden.clinic.id, card)
            await clinics.set_hours(db, linden.clinic.id, card.staff_id, usual_week())
        who = [linden.mara.staff_id, linden.samir.staff_id, *(card.staff_id for card in cards)]
        await clinics.offer(db, service.id, who)

    await house.db.unit(work)
    assert (await program.post(BOOKINGS, json=wish(linden))).status_code == 201
    with asked_of(house.db) as asked:
        answer = await program.get(SLOTS, params={"service": str(service.id)})
    assert len({slot["therapist"] for slot in answer.json()["slots"]}) > 10
    assert 0 < len([text for text in asked if not text.startswith("BEGIN")]) <= 8, "\n".join(asked)
